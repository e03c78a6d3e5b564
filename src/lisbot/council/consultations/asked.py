"""What consultations wait to hear of somebody: their organisation's statement, or as chair that a council stands behind
the reply."""

from typing import Any

from sqlalchemy import ColumnElement, and_, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from lisbot.council.consultations.parts import REPRESENTING_ROLES, label
from lisbot.council.consultations.states import COLLECTING
from lisbot.council.consultations.views import AskedConsultation
from lisbot.council.core.context import Act, Role
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Body, Consultation, ConsultationBody, ConsultationRequest

OF_CONSULTATION = "consultation"


def open_consultations(act: Act) -> tuple[Any, Any]:
    """Returns the queries for what read_asked_consultations would find: which there are, each under
    OF_CONSULTATION."""
    return (
        select(literal(OF_CONSULTATION), ConsultationRequest.id)
        .join(Consultation, Consultation.id == ConsultationRequest.consultation_id)
        .where(*is_silent_here(act)),
        select(literal(OF_CONSULTATION), ConsultationBody.id)
        .join(Consultation, Consultation.id == ConsultationBody.consultation_id)
        .where(*is_to_adopt(act)),
    )


async def read_asked_consultations(act: Act) -> tuple[AskedConsultation, ...]:
    """Returns the consultations that wait for the member, by the day they do. One statement."""
    request, asked = aliased(ConsultationRequest), aliased(ConsultationBody)
    stating = select(Consultation.id, ConsultationRequest.id.label("request_id"), literal(0).label("body_id")).join(
        ConsultationRequest, ConsultationRequest.consultation_id == Consultation.id
    )
    adopting = select(Consultation.id, literal(0), ConsultationBody.body_id).join(
        ConsultationBody, ConsultationBody.consultation_id == Consultation.id
    )
    each = union_all(stating.where(*is_silent_here(act)), adopting.where(*is_to_adopt(act))).subquery()
    query = (
        select(Consultation, each.c.request_id, request.organisation_name, each.c.body_id, Body.name)
        .join(each, each.c.id == Consultation.id)
        .outerjoin(request, request.id == each.c.request_id)
        .outerjoin(asked, and_(asked.consultation_id == Consultation.id, asked.body_id == each.c.body_id))
        .outerjoin(Body, Body.id == asked.body_id)
        .order_by(Consultation.answer_by, Consultation.id, each.c.request_id, each.c.body_id)
    )
    return tuple(asked_line(*row) for row in await act.db.execute(query))


def asked_line(
    consultation: Consultation, request_id: int, organisation: str | None, body_id: int, body: str | None
) -> AskedConsultation:
    about: dict[str, int | str] = {"consultation_id": consultation.id}
    action = AllowedAction("consultation.answer", about | {"request_id": request_id})
    if body_id:
        version = consultation.draft_version
        action = AllowedAction("consultation.adopt", about | {"body_id": body_id, "version": version})
    return AskedConsultation(
        id=consultation.id,
        number=label(consultation),
        title=consultation.title,
        asker=consultation.asker,
        organisation=organisation or "",
        body=body or "",
        until=consultation.adopt_by if body_id else consultation.statements_by,
        actions=(action,),
    )


def is_silent_here(act: Act) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that a request waits for the member's own statement."""
    own = sorted(
        {(h.body_id, h.organisation_id) for h in act.by.holds if h.role in REPRESENTING_ROLES and h.organisation_id}
    )
    return (
        tuple_(ConsultationRequest.body_id, ConsultationRequest.organisation_id).in_(own),
        ConsultationRequest.stated_at.is_(None),
        ConsultationRequest.is_recused.is_(False),
        Consultation.state.in_(COLLECTING),
        is_not_recused(act),
    )


def is_to_adopt(act: Act) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that a draft waits for a body whose chair the member is, when its comments are in."""
    chaired = sorted({hold.body_id for hold in act.by.holds if hold.role is Role.CHAIR})
    return (
        ConsultationBody.body_id.in_(chaired),
        ConsultationBody.adopted_at.is_(None),
        Consultation.state == S.DRAFTED,
        Consultation.party_id.is_not(None),
        Consultation.comments_by < act.today,
        is_not_recused(act),
    )


def is_not_recused(act: Act) -> ColumnElement[bool]:
    """Returns the condition that the member does not represent the applicant."""
    own = {hold.organisation_id for hold in act.by.holds} - {None}
    return or_(Consultation.applicant_id.is_(None), Consultation.applicant_id.not_in(own))
