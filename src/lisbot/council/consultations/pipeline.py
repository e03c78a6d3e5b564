"""The pipeline: all consultations of one's councils, and what each waits for."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from lisbot.council.cases.consulted import concerns_one_of
from lisbot.council.consultations.consultations import is_overdue, next_step, seen_bodies
from lisbot.council.consultations.parts import WITH_BODIES, Part, is_own_request, is_silent, label, parts_in
from lisbot.council.consultations.states import COLLECTING, OPEN
from lisbot.council.consultations.views import (
    ConsultationLine,
    ConsultationsView,
)
from lisbot.council.core.access import P, bodies_where, may
from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.models import (
    Body,
    Consultation,
)
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.texts import sort_key

MAX_LISTED = 200


async def list_prefill(act: Act) -> Prefill:
    collate = sort_key(act.by.lang)
    bodies = await act.db.scalars(select(Body).where(Body.id.in_(bodies_where(act.by, P.VIEW))))
    return Prefill(
        choices={"body_id": [(each.id, each.name) for each in sorted(bodies, key=lambda b: collate(b.name))]}
    )


async def list_consultation(act: Act, *, body_id: BodyId | None = None, done: bool = False) -> ConsultationsView:
    """See the consultations of your councils: what each waits for and by when, and to the secretariat who is silent.
    `done`: also those that are over.

    Returns ConsultationsView.
    """
    body = None if body_id is None else await get_body_for(act, body_id)
    kept, seen = bodies_where(act.by, P.RECORD), bodies_where(act.by, P.VIEW)
    if body is not None:
        kept, seen = kept & {body.id}, seen & {body.id}
    query = select(Consultation).where(concerns_one_of(kept, seen))
    if not done:
        query = query.where(Consultation.state.in_(OPEN))
    query = query.options(*WITH_BODIES, selectinload(Consultation.requests))
    query = query.order_by(Consultation.answer_by.desc(), Consultation.id.desc()).limit(MAX_LISTED + 1)
    rows = list(await act.db.scalars(query))
    lines = [consultation_line(act, row) for row in rows[:MAX_LISTED]]
    keeps = [each for each in bodies_where(act.by, P.RECORD) if body is None or each == body.id]
    is_offered = any(act.allows("consultation.register", each) for each in keeps)
    return ConsultationsView(
        body=body_ref(act, body) if body else None,
        done=done,
        open=tuple(sorted((each for each in lines if each.step), key=lambda each: (each.day or date.max, each.id))),
        over=tuple(each for each in lines if not each.step),
        has_more=len(rows) > MAX_LISTED,
        is_keeper=bool(keeps),
        actions=(AllowedAction("consultation.register", {"body_ids": body.id} if body else {}),) if is_offered else (),
    )


def consultation_line(act: Act, consultation: Consultation) -> ConsultationLine:
    parts = parts_in(act.by, consultation)
    is_secretariat = Part.SECRETARIAT in parts
    step = next_step(consultation, act.today)
    day = getattr(consultation, step) if step else None
    asked = [
        each
        for each in consultation.requests
        if not each.is_recused and (is_secretariat or may(act.by, P.VIEW, each.body_id))
    ]
    silent = [each for each in asked if is_silent(each) and (is_secretariat or is_own_request(act.by, each))]
    return ConsultationLine(
        id=consultation.id,
        number=label(consultation),
        title=consultation.title,
        asker=consultation.asker,
        bodies=tuple(each.body.name for each in seen_bodies(act, consultation, parts)),
        state=consultation.state,
        step=step,
        day=day,
        answer_by=consultation.answer_by,
        is_overdue=is_overdue(consultation, act.today),
        asked=len(asked),
        stated=sum(each.stated_at is not None for each in asked),
        silent=tuple(dict.fromkeys(each.organisation_name for each in silent))
        if step and consultation.state in COLLECTING
        else (),
        ended_at=consultation.replied_at or consultation.ended_at,
    )
