"""Telling a representative that something has come, once a day at most."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import LocalInputId
from lisbot.council.delivery.notifications import notify
from lisbot.council.local_inputs.local_inputs import local_input_view, read_shared
from lisbot.council.local_inputs.states import Shared
from lisbot.council.local_inputs.views import LocalInputView
from lisbot.council.models import LocalInput, LocalInputAnswer, table

MIDNIGHT = time(0)
ROW, ANSWER = table(LocalInput).c, table(LocalInputAnswer).c


async def tell_due(act: Act, *, local_input_id: LocalInputId) -> LocalInputView:
    """Tell a representative that something has come since they were last told. Nobody else learns of it.

    Returns LocalInputView, without what has come. Raises Conflict where nothing has, or they were told today.
    """
    shared = await read_shared(act, local_input_id)
    row = shared.row
    new = await count_new(act, row)
    if not new or not is_due(row.told_at, act.at, act.tz):
        raise Conflict("reminder_not_due")
    row.told_at = act.at
    await act.db.flush()
    if shared.speaks:
        await tell(act, shared, new)
    act.trace.bodies.add(shared.meeting.body_id)
    return await local_input_view(act, shared)


async def count_new(act: Act, row: LocalInput) -> int:
    since = () if row.told_at is None else (LocalInputAnswer.at > row.told_at,)
    query = select(func.count()).select_from(LocalInputAnswer)
    return int(await act.db.scalar(query.where(LocalInputAnswer.local_input_id == row.id, *since)) or 0)


async def tell(act: Act, shared: Shared, count: int) -> None:
    await notify(
        act,
        "local_input_came",
        people=[shared.row.person_id],
        command="local_input.show",
        args={"local_input_id": shared.row.id},
        body_id=shared.meeting.body_id,
        count=count,
        number=shared.row.case.label,
        day_on=shared.meeting.days,
    )


def due_at(told_at: datetime, tz: ZoneInfo) -> datetime:
    """Returns from when on somebody may be told again: the day after they were."""
    return moment(told_at.astimezone(tz).date() + timedelta(days=1), MIDNIGHT, tz)


def is_due(told_at: datetime | None, at: datetime, tz: ZoneInfo) -> bool:
    return told_at is None or due_at(told_at, tz) <= at


async def read_untold(db: AsyncSession) -> Sequence[Any]:
    """Returns what is shared and has something that nobody was told of. What is erased is not among it."""
    last = func.max(ANSWER.at)
    query = (
        select(ROW.id, ROW.told_at)
        .join(table(LocalInputAnswer), ANSWER.local_input_id == ROW.id)
        .group_by(ROW.id, ROW.told_at)
        .having((ROW.told_at.is_(None)) | (last > ROW.told_at))
        .order_by(ROW.id)
    )
    return (await db.execute(query)).all()


async def due_to_tell(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[dict[str, Any]]:
    """Returns what somebody is to be told of now, as arguments to local_input.tell_due."""
    return [{"local_input_id": row.id} for row in await read_untold(db) if is_due(row.told_at, at, tz)]


async def next_to_tell(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment somebody is next to be told."""
    moments = [due_at(row.told_at, tz) for row in await read_untold(db) if row.told_at is not None]
    return min((each for each in moments if each > at), default=None)
