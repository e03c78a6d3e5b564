"""When people were last reminded of something, by hand or by itself."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select

from lisbot.council.core.context import Act
from lisbot.council.delivery.states import LOST
from lisbot.council.models import Delivery

JUST_REMINDED = timedelta(hours=1)  # after a reminder, in which another asks first


async def last_reminder(act: Act, subject: str, *kinds: str) -> datetime | None:
    """Returns when somebody was last sent one of these kinds of reminder about a thing ("meeting:7")."""
    return await act.db.scalar(
        select(func.max(Delivery.made_at)).where(Delivery.subject == subject, Delivery.kind.in_(kinds))
    )


async def told_around(act: Act, subject: str, kinds: Collection[str], since: datetime, until: datetime) -> set[int]:
    """Returns whom a message of one of these kinds about a thing reaches between two moments."""
    query = select(Delivery.person_id).where(
        Delivery.subject == subject,
        Delivery.kind.in_(kinds),
        Delivery.person_id.is_not(None),
        Delivery.state.not_in(LOST),
        Delivery.next_at > since,
        Delivery.next_at <= until,
    )
    return {person_id for person_id in await act.db.scalars(query) if person_id is not None}


async def ask_where_just_reminded(act: Act, subject: str, *kinds: str) -> None:
    """Have whoever reminds by hand asked first where the same was done within the hour."""
    reminded_at = await last_reminder(act, subject, *kinds)
    if reminded_at is not None and act.at - reminded_at < JUST_REMINDED:
        act.ask_first("reminded_already", at=reminded_at.astimezone(act.tz))
