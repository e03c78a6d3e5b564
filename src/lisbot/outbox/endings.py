"""How attempts ended, written down for a batch at a time: one statement of each kind, however many there are."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Act, Permission
from lisbot.council.delivery.states import TAKEN
from lisbot.council.enums import AttemptOutcome, DeliveryState
from lisbot.council.models import Account, Delivery, Room, table
from lisbot.council.register.identity import CLOCK
from lisbot.council.register.rooms import note_gone
from lisbot.db import is_one_of, is_postgres
from lisbot.outbox.changes import LogPosition, read_changes
from lisbot.outbox.records import ClaimedDelivery, Ended, Ending, Subject

DELIVERY, ACCOUNT = table(Delivery), table(Account)
WAITING = DeliveryState.WAITING
NOW = bindparam("now", type_=DELIVERY.c.next_at.type)

# How a batch ended, in one statement with one parameter: an array of objects as JSON. One that has ended already,
# because somebody else sent it too after our lease, stays as it ended.
END_ON_POSTGRES = text(
    """UPDATE delivery SET state = ended.state, reason = ended.reason, channel = ended.channel,
            message_id = ended.message_id, lease_until = NULL,
            sent_at = CASE WHEN ended.is_reached THEN CAST(:now AS timestamp) END
        FROM json_to_recordset(CAST(CAST(:ended AS text) AS json)) AS ended (delivery_id int, state text, reason text,
            channel text, message_id text, is_reached bool)
        WHERE delivery.id = ended.delivery_id AND delivery.state = 'waiting'"""
).bindparams(NOW)
END_ON_SQLITE = text(
    """UPDATE delivery SET state = json_extract(value, '$.state'), reason = json_extract(value, '$.reason'),
            channel = json_extract(value, '$.channel'), message_id = json_extract(value, '$.message_id'),
            lease_until = NULL, sent_at = CASE WHEN json_extract(value, '$.is_reached') THEN :now END
        FROM json_each(:ended)
        WHERE delivery.id = json_extract(value, '$.delivery_id') AND delivery.state = 'waiting'"""
).bindparams(NOW)
# Numbered on from those that were kept before. A message that was removed with its room leaves none.
ADD_ATTEMPTS_ON_POSTGRES = text(
    """INSERT INTO attempt (delivery_id, number, at, channel, outcome, reason, message_id)
        SELECT delivery.id, tried.number + coalesce((SELECT max(earlier.number) FROM attempt AS earlier
                WHERE earlier.delivery_id = delivery.id), 0),
            CAST(:now AS timestamp), tried.channel, tried.outcome, tried.reason, tried.message_id
        FROM json_to_recordset(CAST(CAST(:tried AS text) AS json)) AS tried (delivery_id int, number int, channel text,
            outcome text, reason text, message_id text)
        JOIN delivery ON delivery.id = tried.delivery_id ORDER BY delivery.id, tried.number
        ON CONFLICT (delivery_id, number) DO NOTHING"""
).bindparams(NOW)
ADD_ATTEMPTS_ON_SQLITE = text(
    """INSERT INTO attempt (delivery_id, number, at, channel, outcome, reason, message_id)
        SELECT delivery.id, json_extract(value, '$.number') + coalesce((SELECT max(earlier.number)
                FROM attempt AS earlier WHERE earlier.delivery_id = delivery.id), 0),
            :now, json_extract(value, '$.channel'), json_extract(value, '$.outcome'), json_extract(value, '$.reason'),
            json_extract(value, '$.message_id')
        FROM json_each(:tried) JOIN delivery ON delivery.id = json_extract(value, '$.delivery_id')
        WHERE true ORDER BY delivery.id, json_extract(value, '$.number')
        ON CONFLICT (delivery_id, number) DO NOTHING"""
).bindparams(NOW)
# Only what is still ours is put back: after the lease somebody else may be sending it.
PUT_BACK = (
    update(DELIVERY)
    .where(
        DELIVERY.c.id == bindparam("delivery"),
        DELIVERY.c.state == WAITING,
        DELIVERY.c.lease_until == bindparam("lease", type_=DELIVERY.c.lease_until.type),
    )
    .values(
        lease_until=bindparam("kept_until", type_=DELIVERY.c.lease_until.type),
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
    .values(
        conversation_id=None,
        lost_at=bindparam("lost", type_=ACCOUNT.c.lost_at.type),
        lost_reason=bindparam("why"),
    )
)


async def end_for_good(db: AsyncSession, ended: Iterable[Ended], now: datetime) -> None:
    """End messages in their final states."""
    final = [
        {
            "delivery_id": claimed.id,
            "state": ending.state.value,
            "reason": ending.reason,
            "channel": ending.channel,
            "message_id": ending.message_id,
            "is_reached": ending.state in TAKEN,
        }
        for claimed, ending in ended
        if ending.state is not WAITING
    ]
    if final:
        statement = END_ON_POSTGRES if is_postgres(db) else END_ON_SQLITE
        await db.execute(statement, {"ended": orjson.dumps(final).decode(), "now": now})


async def add_attempts(db: AsyncSession, ended: Iterable[Ended], now: datetime) -> None:
    """Keep each try that was made, whatever came of it."""
    tried = [
        {"delivery_id": claimed.id, "number": number, **each._asdict()}
        for claimed, ending in ended
        for number, each in enumerate(ending.tries, 1)
    ]
    if tried:
        statement = ADD_ATTEMPTS_ON_POSTGRES if is_postgres(db) else ADD_ATTEMPTS_ON_SQLITE
        await db.execute(statement, {"tried": orjson.dumps(tried).decode(), "now": now})


async def put_back(db: AsyncSession, ended: Iterable[Ended], now: datetime, lease: datetime) -> None:
    """Let messages wait for another attempt, or for their first."""
    waiting = [put_back_values(*each, now, lease) for each in ended if each[1].state is WAITING]
    if waiting:
        await db.execute(PUT_BACK, waiting)


def put_back_values(claimed: ClaimedDelivery, ending: Ending, now: datetime, lease: datetime) -> dict[str, Any]:
    """Returns what a message is put back with. One that waits for its turn in a platform's limits is due still, so that
    nothing overtakes it, and its lease keeps it from being claimed before."""
    is_untried = ending.is_released or ending.is_held
    kept_until = datetime.now(UTC) + ending.wait if ending.is_released and ending.wait else None
    return {
        "delivery": claimed.id,
        "lease": lease,
        "kept_until": kept_until,
        "untried": claimed.attempts if ending.is_held else int(ending.is_released),
        "again_at": claimed.next_at if ending.is_released else now + ending.wait,
        "by": claimed.channel if is_untried else ending.channel,
        "why": claimed.reason if is_untried else ending.reason,
    }


async def forget_addresses(db: AsyncSession, ended: Iterable[Ended], now: datetime) -> None:
    """Forget addresses that lead nowhere any more. Nothing is tried there until lisbot is installed again, or the
    person speaks to it (lisbot.council.register.accounts.update_address)."""
    gone = [
        {
            "person": claimed.person_id,
            "on_platform": ending.gone.platform,
            "conversation": ending.gone.conversation_id,
            "lost": now,
            "why": next((each.reason for each in ending.tries if each.outcome is AttemptOutcome.GONE), ending.reason),
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
