"""What consultations wait for from somebody: their organisation's statement, their comments on a draft, that the
council they chair stands behind the reply, or what their secretariat has to do next."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, not_, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased

from lisbot.council.cases.consulted import asks_one_of
from lisbot.council.consultations.parts import REPRESENTING_ROLES, label
from lisbot.council.consultations.states import COLLECTING, OPEN
from lisbot.council.consultations.views import AskedConsultation
from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act, Role
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Body, Consultation, ConsultationBody, ConsultationComment, ConsultationRequest

OF_CONSULTATION = "consultation"
NONE: Any = literal(0)
DUE: Any = literal(1)
STATEMENT, COMMENTS, ADOPTION = "statements_by", "comments_by", "adopt_by"
# What a secretariat has to do next with a consultation. That each council adopts the reply is noted for it on the page
# of the consultation, where they are listed.
DEEDS = {"ask_by": "consultation.ask", "draft_by": "consultation.draft", "send_by": "consultation.send"}


def open_consultations(act: Act, until: date | None = None, body_id: int | None = None) -> tuple[Any]:
    """Returns the queries for what read_asked_consultations would find: which there are, each under
    OF_CONSULTATION."""
    found = union_all(*awaited(act, until, body_id)).subquery()
    return (select(literal(OF_CONSULTATION), found.c.id),)


async def read_asked_consultations(
    act: Act, until: date | None = None, body_id: int | None = None
) -> tuple[AskedConsultation, ...]:
    """Returns the consultations that wait for the member, by the day they do. One statement.

    `until`: the day until which is told what their secretariat has to do, in one body where it is named, and beside
    that what its other consultations wait for; nothing of that where there is none.
    """
    return await read_lines(act, union_all(*awaited(act, until, body_id)))


async def read_due_consultations(act: Act, until: date) -> tuple[AskedConsultation, ...]:
    """Returns the consultations whose next step is for the member's secretariat, and due until a day, by the day they
    are. One statement."""
    return await read_lines(act, waits(secretariats_step()).where(*is_task(act, until, None)))


async def read_lines(act: Act, awaited: Any) -> tuple[AskedConsultation, ...]:
    request, asked, each = aliased(ConsultationRequest), aliased(ConsultationBody), awaited.subquery()
    query = (
        select(
            *(Consultation, each.c.step, each.c.request_id, request.organisation_name, each.c.body_id, Body.name),
            each.c.is_due,
        )
        .join(each, each.c.id == Consultation.id)
        .outerjoin(request, request.id == each.c.request_id)
        .outerjoin(asked, and_(asked.consultation_id == Consultation.id, asked.body_id == each.c.body_id))
        .outerjoin(Body, Body.id == asked.body_id)
        .order_by(Consultation.answer_by, Consultation.id, each.c.request_id, each.c.body_id)
    )
    return tuple(asked_line(act, *row) for row in await act.db.execute(query))


def asked_line(
    act: Act,
    consultation: Consultation,
    step: str,
    request_id: int,
    organisation: str | None,
    body_id: int,
    body: str | None,
    is_due: int,
) -> AskedConsultation:
    day: date = getattr(consultation, step)
    return AskedConsultation(
        id=consultation.id,
        number=label(consultation),
        title=consultation.title,
        asker=consultation.asker,
        step=step,
        organisation=organisation or "",
        body=body or "",
        until=day,
        answer_by=consultation.answer_by,
        is_overdue=day < act.today,
        actions=tuple(offered(consultation, step, request_id, body_id)) if is_due else (),
        is_due=bool(is_due),
    )


def offered(consultation: Consultation, step: str, request_id: int, body_id: int) -> Iterator[AllowedAction]:
    """Yields what does that which a consultation waits for."""
    about: dict[str, int | str] = {"consultation_id": consultation.id}
    if step == STATEMENT:
        yield AllowedAction("consultation.answer", about | {"request_id": request_id})
    elif step == COMMENTS:
        yield AllowedAction("consultation.comment", about)
    elif step in DEEDS:
        yield AllowedAction(DEEDS[step], about)
    elif body_id:
        version = consultation.draft_version
        yield AllowedAction("consultation.adopt", about | {"body_id": body_id, "version": version})


def awaited(act: Act, until: date | None, body_id: int | None) -> Iterator[Select[Any]]:
    """Yields the queries for each kind of thing that consultations wait for from the member: what for, and of which
    request or by which body; 0 where it is of none."""
    of_request = ConsultationRequest.consultation_id == Consultation.id
    of_body = ConsultationBody.consultation_id == Consultation.id
    yield (
        waits(literal(STATEMENT), ConsultationRequest.id)
        .join(ConsultationRequest, of_request)
        .where(*is_silent_here(act))
    )
    adopting = waits(literal(ADOPTION), body_id=ConsultationBody.body_id).join(ConsultationBody, of_body)
    yield adopting.where(*is_to_adopt(act))
    yield waits(literal(COMMENTS)).where(*is_uncommented(act))
    if until is not None:
        kept, due = is_task(act, until, body_id)
        yield waits(secretariats_step()).where(kept, due)
        yield waits(running_step(act), is_due=NONE).where(kept, not_(due), Consultation.state.in_(OPEN))


def waits(step: Any, request_id: Any = NONE, body_id: Any = NONE, is_due: Any = DUE) -> Select[Any]:
    return select(
        Consultation.id,
        step.label("step"),
        request_id.label("request_id"),
        body_id.label("body_id"),
        is_due.label("is_due"),
    ).select_from(Consultation)


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


def is_uncommented(act: Act) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions that a draft is out for the comments of the member, who represents somebody in a body that
    was asked, and has said nothing of it as it is now. Whoever wrote it at the secretariat is not asked what they
    think of it."""
    own = {hold.body_id for hold in act.by.holds if hold.role in REPRESENTING_ROLES}
    commented = select(ConsultationComment.id).where(
        ConsultationComment.consultation_id == Consultation.id,
        ConsultationComment.by_id == act.by.id,
        ConsultationComment.version == Consultation.draft_version,
    )
    return (
        Consultation.state.in_((S.DRAFTED, S.ADOPTED)),
        Consultation.comments_by >= act.today,
        asks_one_of(own & bodies_where(act.by, P.COMMENT)),
        ~commented.exists(),
        or_(Consultation.drafted_by != act.by.name, not_(asks_one_of(bodies_where(act.by, P.RECORD)))),
        is_not_recused(act),
    )


def is_task(act: Act, until: date, body_id: int | None) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Returns the conditions that a consultation's next step is for the member's secretariat, and due until a day."""
    kept = bodies_where(act.by, P.RECORD)
    return asks_one_of(kept if body_id is None else kept & {body_id}), is_due_until(until)


def is_due_until(until: date) -> ColumnElement[bool]:
    """Returns the condition that what a secretariat has to do next with a consultation is due until a day."""
    return or_(
        and_(Consultation.state == S.PREPARED, Consultation.ask_by <= until),
        and_(Consultation.state == S.ASKED, Consultation.draft_by <= until),
        and_(Consultation.state == S.DRAFTED, Consultation.party_id.is_not(None), Consultation.adopt_by <= until),
        and_(Consultation.state == S.DRAFTED, Consultation.party_id.is_(None), Consultation.send_by <= until),
        and_(Consultation.state == S.ADOPTED, Consultation.send_by <= until),
    )


def secretariats_step() -> ColumnElement[str]:
    """Returns what a secretariat has to do next with a consultation: a reply to somebody outside is adopted first."""
    return case(
        (Consultation.state == S.PREPARED, "ask_by"),
        (Consultation.state == S.ASKED, "draft_by"),
        (and_(Consultation.state == S.DRAFTED, Consultation.party_id.is_not(None)), ADOPTION),
        else_="send_by",
    )


def running_step(act: Act) -> ColumnElement[str]:
    """Returns what a consultation waits for, whoever is to do it (lisbot.council.consultations.consultations.next_step
    says the same of one)."""
    request = ConsultationRequest
    is_silent = (request.stated_at.is_(None), request.is_recused.is_(False))
    silent = select(request.id).where(request.consultation_id == Consultation.id, *is_silent).exists()
    return case(
        (and_(Consultation.state == S.ASKED, Consultation.statements_by >= act.today, silent), STATEMENT),
        (and_(Consultation.state == S.DRAFTED, Consultation.comments_by >= act.today), COMMENTS),
        else_=secretariats_step(),
    )


def is_not_recused(act: Act) -> ColumnElement[bool]:
    """Returns the condition that the member does not represent the applicant."""
    own = {hold.organisation_id for hold in act.by.holds} - {None}
    return or_(Consultation.applicant_id.is_(None), Consultation.applicant_id.not_in(own))
