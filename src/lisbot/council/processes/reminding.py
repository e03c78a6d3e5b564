"""Reminding whoever has a case at a stage: before its usual time is over, and until it moves on."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import CaseProcessId
from lisbot.council.models import CaseProcess, StageStay, table
from lisbot.council.processes.case_processes import case_process_view, read_case_process
from lisbot.council.processes.paths import is_overdue, local_day, stay_now
from lisbot.council.processes.telling import holders_of, keepers_of, tell
from lisbot.council.processes.views import CaseProcessView
from lisbot.council.referrals.reminding import HOUR, reminder_days

STAY, CASE_PROCESS_ROW = table(StageStay), table(CaseProcess)


async def remind_due(act: Act, *, case_process_id: CaseProcessId) -> CaseProcessView:
    """Remind of a case whose time at its stage is over soon, or is: whoever has it, and where that is somebody outside
    lisbot, once it is over, the secretariat whose task it is too.

    Returns CaseProcessView. Raises Conflict for what is not due.
    """
    case_process = await read_case_process(act, case_process_id)
    now = stay_now(case_process)
    if now is None or reminder_moment(now, act.tz) > act.at:
        raise Conflict("reminder_not_due")
    now.reminded_at = act.at
    await act.db.flush()
    is_late = is_overdue(act, now)
    kind = "stage_waits" if now.due_on is None else "stage_overdue" if is_late else "stage_due"
    due = {} if now.due_on is None else {"until_on": now.due_on}
    people = await holders_of(act, now)
    await tell(act, case_process, kind, people, now, **due)
    if now.party is not None and (is_late or now.due_on is None):
        others = await keepers_of(act, now) - people
        await tell(act, case_process, "stage_silent", others, now, since_on=local_day(act, now))
    return await case_process_view(act, case_process)


def reminder_moment(stay: Any, tz: ZoneInfo) -> datetime:
    """Returns when a case at a stage is next reminded of: on the first of the days for that after it was last."""
    came = stay.entered_at.astimezone(tz).date()
    last = came if stay.reminded_at is None else stay.reminded_at.astimezone(tz).date()
    return moment(next(each for each in reminder_days(came, stay.due_on) if each > last), HOUR, tz)


async def read_moments(db: AsyncSession, tz: ZoneInfo) -> list[tuple[int, datetime]]:
    columns = (STAY.c.case_process_id, STAY.c.entered_at, STAY.c.due_on, STAY.c.reminded_at)
    query = (
        select(*columns)
        .join(CASE_PROCESS_ROW, CASE_PROCESS_ROW.c.id == STAY.c.case_process_id)
        .where(STAY.c.left_at.is_(None))
        .order_by(STAY.c.case_process_id)
    )
    return [(row.case_process_id, reminder_moment(row, tz)) for row in await db.execute(query)]


async def due_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns the cases to remind of now, as arguments to case_process.remind_due."""
    return [{"case_process_id": key} for key, when in await read_moments(db, tz) if when <= at]


async def next_to_remind(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next reminder is due."""
    return min((when for _, when in await read_moments(db, tz) if when > at), default=None)
