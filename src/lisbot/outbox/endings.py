"""How attempts ended, written down for a batch at a time: one statement for all that ended the same way."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Act, Permission
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Room, table
from lisbot.council.register.identity import CLOCK
from lisbot.council.register.rooms import note_gone
from lisbot.db import is_one_of, is_postgres
from lisbot.outbox.changes import LogPosition, read_changes
from lisbot.outbox.records import Ended, Subject

DELIVERY, ACCOUNT = table(Delivery), table(Account)
WAITING = DeliveryState.WAITING
REACHED = (DeliveryState.SENT, DeliveryState.FELL_BACK)
NOW = bindparam("now", type_=DELIVERY.c.next_at.type)

END = (
    update(DELIVERY)
    .where(is_one_of(DELIVERY.c.id, "ids"), DELIVERY.c.state == WAITING)
    .values(
        state=bindparam("final", type_=DELIVERY.c.state.type),
        reason=bindparam("why"),
        channel=bindparam("by"),
        sent_at=bindparam("reached_at", type_=DELIVERY.c.sent_at.type),
        lease_until=None,
    )
)
# Only what is still ours is put back: after the lease somebody else may be sending it.
PUT_BACK = (
    update(DELIVERY)
    .where(
        DELIVERY.c.id == bindparam("delivery"),
        DELIVERY.c.state == WAITING,
        DELIVERY.c.lease_until == bindparam("lease", type_=DELIVERY.c.lease_until.type),
    )
    .values(
        lease_until=None,
        attempts=DELIVERY.c.attempts - bindparam("untried"),
        next_at=bindparam("again_at", type_=DELIVERY.c.next_at.type),
        channel=bindparam("by"),
        reason=bindparam("why"),
    )
)
FORGET_ADDRESS = (
    update(ACCOUNT)
    .where(
        ACCOUNT.c.person_id == bindparam("person"),
        ACCOUNT.c.platform == bindparam("on_platform"),
        ACCOUNT.c.conversation_id == bindparam("conversation"),
    )
    .values(conversation_id=None)
)


async def end_for_good(db: AsyncSession, ended: Iterable[Ended], now: datetime) -> None:
    """End messages in their final states. One that has ended already, because somebody else sent it too after our
    lease, stays as it ended."""
    groups: dict[tuple[Any, ...], list[int]] = {}
    for claimed, ending in ended:
        if ending.state is not WAITING:
            groups.setdefault((ending.state, ending.reason, ending.channel), []).append(claimed.id)
    for (state, reason, channel), ids in groups.items():
        await db.execute(
            END,
            {
                "ids": ids,
                "final": state,
                "why": reason,
                "by": channel,
                "reached_at": now if state in REACHED else None,
            },
        )


async def put_back(db: AsyncSession, ended: Iterable[Ended], now: datetime, lease: datetime) -> None:
    """Let messages wait for another attempt, or for their first."""
    waiting = [
        {
            "delivery": claimed.id,
            "lease": lease,
            "untried": int(ending.is_released),
            "again_at": now + ending.wait,
            "by": claimed.channel if ending.is_released else ending.channel,
            "why": claimed.reason if ending.is_released else ending.reason,
        }
        for claimed, ending in ended
        if ending.state is WAITING
    ]
    if waiting:
        await db.execute(PUT_BACK, waiting)


async def forget_addresses(db: AsyncSession, ended: Iterable[Ended]) -> None:
    gone = [
        {
            "person": claimed.person_id,
            "on_platform": ending.gone.platform,
            "conversation": ending.gone.conversation_id,
        }
        for claimed, ending in ended
        if ending.gone is not None and claimed.person_id is not None
    ]
    if gone:
        await db.execute(FORGET_ADDRESS, gone)


async def mark_rooms_gone(db: AsyncSession, ended: Iterable[Ended], now: datetime) -> None:
    """Note which channels can no longer be posted to, and tell their secretariats."""
    gone = {claimed.room_id: ending.reason for claimed, ending in ended if ending.gone is not None and claimed.room_id}
    if not gone:
        return
    act = Act(db, CLOCK, now, "outbox", ZoneInfo("UTC"), Permission.LINK_ROOM, changes=True)
    for room in await db.scalars(select(Room).where(is_one_of(table(Room).c.id, gone), Room.gone_at.is_(None))):
        await note_gone(act, [room], gone[room.id] or "gone")


# Where a batch's cards were posted, in one statement with one parameter: an array of objects as JSON. What is posted
# is on the message's own row; a message that was removed with its room leaves no posting. A platform may give back the
# id of a message it already has. Compared with a row written for each in tests/outbox; of 1,000 deliveries it saves a
# tenth of the processor time.
ADD_ON_POSTGRES = text(
    """INSERT INTO posting (subject, command, args, person_id, room_id, platform, service_url, conversation_id,
            message_id, stale_at)
        SELECT posted.subject, command, args, person_id, room_id, posted.platform, posted.service_url,
            posted.conversation_id, posted.message_id, CASE WHEN posted.is_stale THEN CAST(:now AS timestamp) END
        FROM json_to_recordset(CAST(CAST(:posted AS text) AS json)) AS posted (delivery_id int, subject text,
            platform text, service_url text, conversation_id text, message_id text, is_stale bool)
        JOIN delivery ON delivery.id = posted.delivery_id ORDER BY delivery.id
        ON CONFLICT (platform, conversation_id, message_id) DO NOTHING"""
).bindparams(NOW)
ADD_ON_SQLITE = text(
    """INSERT INTO posting (subject, command, args, person_id, room_id, platform, service_url, conversation_id,
            message_id, stale_at)
        SELECT json_extract(value, '$.subject'), command, args, person_id, room_id, json_extract(value, '$.platform'),
            json_extract(value, '$.service_url'), json_extract(value, '$.conversation_id'),
            json_extract(value, '$.message_id'), CASE WHEN json_extract(value, '$.is_stale') THEN :now END
        FROM json_each(:posted) JOIN delivery ON delivery.id = json_extract(value, '$.delivery_id')
        WHERE true ORDER BY delivery.id
        ON CONFLICT (platform, conversation_id, message_id) DO NOTHING"""
).bindparams(NOW)


async def add_postings(db: AsyncSession, ended: Iterable[Ended], position: LogPosition, now: datetime) -> set[Subject]:
    """Write down where cards were posted. A card that something was done to while it was on its way is out of date
    from the start. Returns what the cards are about."""
    posted = [
        (claimed, ending.posted, subject)
        for claimed, ending in ended
        if ending.posted and ending.posted.message_id and (subject := claimed.subject)
    ]
    if not posted:
        return set()
    changes = await read_changes(db, position)
    rows = [
        {
            "delivery_id": claimed.id,
            "subject": subject,
            "platform": at.to.platform,
            "service_url": at.to.service_url,
            "conversation_id": at.to.conversation_id,
            "message_id": at.message_id,
            "is_stale": changes.concern(subject, claimed.body_id),
        }
        for claimed, at, subject in posted
    ]
    statement = ADD_ON_POSTGRES if is_postgres(db) else ADD_ON_SQLITE
    await db.execute(statement, {"posted": orjson.dumps(rows).decode(), "now": now})
    return {(subject, claimed.body_id) for claimed, _, subject in posted}
