"""The plan of reminders: how many days before a deadline people are reminded, and when the secretariat is told who is
not heard from. lisbot's own, and what a body has set instead."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.models import ReminderStep, table
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
