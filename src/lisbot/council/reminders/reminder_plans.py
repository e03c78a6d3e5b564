"""The plan of reminders: how many days before a deadline people are reminded, and when the secretariat is told who is
not heard from. lisbot's own, and what a body has set instead."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId, LeadDays, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.models import ReminderStep, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.reminders.views import PlannedReminder, ReminderPlanView
from lisbot.db import is_one_of

STEP = table(ReminderStep)
K, FIRST, SECOND, UNHEARD = ReminderKind, ReminderStage.FIRST, ReminderStage.SECOND, ReminderStage.UNHEARD
Plan = Mapping[ReminderKind, Mapping[ReminderStage, int]]
DEFAULT_PLAN: Plan = {
    K.CALL: {FIRST: 7, SECOND: 1},
    K.NOTICE: {FIRST: 7, SECOND: 3, UNHEARD: 2},
    K.MEETING: {FIRST: 1},
    K.VOTE: {FIRST: 2, SECOND: 0, UNHEARD: 1},
    K.COMMENTS: {FIRST: 2},
    K.FOLLOW_UP: {FIRST: 7, SECOND: 0, UNHEARD: 1},
    K.AGENDA_DUE: {FIRST: 5},
    K.NOTICE_DUE: {FIRST: 0},
    K.MINUTES_DUE: {FIRST: 0},
    K.TERM_START: {FIRST: 0},
    K.TERM_END: {FIRST: 30},
}


async def read_plans(db: AsyncSession, body_ids: Collection[int]) -> dict[int, Plan]:
    """Returns the plan of each of these bodies. One statement."""
    query = select(STEP.c.body_id, STEP.c.what, STEP.c.stage, STEP.c.days).where(is_one_of(STEP.c.body_id, body_ids))
    own: dict[int, dict[tuple[ReminderKind, ReminderStage], int | None]] = {body_id: {} for body_id in body_ids}
    for row in await db.execute(query):
        own[row.body_id][row.what, row.stage] = row.days
    return {body_id: merged(steps) for body_id, steps in own.items()}


def merged(own: Mapping[tuple[ReminderKind, ReminderStage], int | None]) -> Plan:
    """Returns lisbot's own plan with what a body has set instead."""
    found: dict[ReminderKind, dict[ReminderStage, int]] = {}
    for what, steps in DEFAULT_PLAN.items():
        all_steps = {stage: own.get((what, stage), steps.get(stage)) for stage in ReminderStage}
        found[what] = {stage: days for stage, days in all_steps.items() if days is not None}
    return found


# What a body's own plan may say, as the arguments of its form: of what, at which step.
ARGUMENTS: dict[str, tuple[ReminderKind, ReminderStage]] = {
    f"{what}_{stage}": (what, stage)
    for what, stages in (
        (K.CALL, tuple(ReminderStage)),
        (K.NOTICE, tuple(ReminderStage)),
        (K.VOTE, tuple(ReminderStage)),
        (K.MEETING, (FIRST,)),
        (K.COMMENTS, (FIRST, SECOND)),
        (K.FOLLOW_UP, (FIRST, SECOND)),
        (K.AGENDA_DUE, (FIRST,)),
        (K.TERM_END, (FIRST,)),
    )
    for stage in stages
}


async def show_reminder_plan(act: Act, *, body_id: BodyId) -> ReminderPlanView:
    """See how many days before each deadline people are reminded, and when the secretariat is told who is not heard
    from. Returns ReminderPlanView."""
    body = await get_body_for(act, body_id)
    plan = (await read_plans(act.db, {body.id}))[body.id]
    return ReminderPlanView(
        body=body_ref(act, body),
        steps=tuple(
            PlannedReminder(what, stage, plan[what].get(stage), DEFAULT_PLAN[what].get(stage))
            for what, stage in ARGUMENTS.values()
        ),
        actions=(AllowedAction("reminder_plan.set", {"body_id": body.id}),),
    )


async def set_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    now = await show_reminder_plan(act, body_id=body_id)
    return Prefill(
        about=now.body.name,
        values={f"{step.what}_{step.stage}": step.days for step in now.steps},
        is_saved=True,
    )


async def set_reminder_plan(
    act: Act,
    *,
    body_id: BodyId,
    call_first: LeadDays | None = None,
    call_second: LeadDays | None = None,
    call_unheard: LeadDays | None = None,
    notice_first: LeadDays | None = None,
    notice_second: LeadDays | None = None,
    notice_unheard: LeadDays | None = None,
    vote_first: LeadDays | None = None,
    vote_second: LeadDays | None = None,
    vote_unheard: LeadDays | None = None,
    meeting_first: LeadDays | None = None,
    comments_first: LeadDays | None = None,
    comments_second: LeadDays | None = None,
    follow_up_first: LeadDays | None = None,
    follow_up_second: LeadDays | None = None,
    agenda_due_first: LeadDays | None = None,
    term_end_first: LeadDays | None = None,
) -> ReminderPlanView:
    """Set how many days before each deadline people are reminded, and when the secretariat is told who is not heard
    from. What is left empty is no step at all.

    Returns ReminderPlanView.
    """
    days = {name: value for name, value in locals().items() if name in ARGUMENTS}
    body = await get_body_for(act, body_id)
    await act.db.execute(delete(STEP).where(STEP.c.body_id == body.id))
    rows: list[dict[str, Any]] = [
        {"body_id": body.id, "what": what, "stage": stage, "days": days[name]}
        for name, (what, stage) in ARGUMENTS.items()
    ]
    await act.db.execute(insert(STEP), rows)
    act.concerns(f"body:{body.id}")
    return await show_reminder_plan(act, body_id=body.id)
