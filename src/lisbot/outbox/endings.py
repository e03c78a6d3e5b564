"""How attempts ended, written down for a batch at a time, however many there are."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Integer, bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from lisbot.council.core.context import Act, Permission
from lisbot.council.delivery.states import TAKEN
from lisbot.council.enums import AttemptOutcome, DeliveryState
from lisbot.council.models import Account, Delivery, Room, table
from lisbot.council.register.identity import CLOCK
from lisbot.council.register.rooms import note_gone
from lisbot.db import is_one_of, is_postgres
from lisbot.outbox.changes import CHANGES_ON_POSTGRES, LogPosition, read_changes
from lisbot.outbox.copies import is_copied
from lisbot.outbox.records import ClaimedDelivery, Ended, Ending, Subject

DELIVERY, ACCOUNT = table(Delivery), table(Account)
WAITING = DeliveryState.WAITING
NOW = bindparam("now", type_=DELIVERY.c.next_at.type)

# How a batch ended, each try that was made and where its cards are posted, in one statement with one parameter: an
# array of objects as JSON. Where nothing else is to be done it is a transaction by itself, one journey to the database:
# the shorter it is, the fewer messages are sent again after a process was killed.
#
# One that has ended already, because somebody else sent it too after our lease, stays as it ended. Tries are numbered
# on from those that were kept before. A message that was removed with its room leaves nothing. A platform may give back
# the id of a message it already has. A card that something was done to while it was on its way is out of date from the
# start (lisbot.outbox.changes).
WRITE_DOWN_ON_POSTGRES = text(
    f"""WITH given AS MATERIALIZED (
            SELECT * FROM json_to_recordset(CAST(CAST(:ended AS text) AS json)) AS given (delivery_id int,
                is_final bool, state text, reason text, channel text, message_id text, is_reached bool,
                attempts int, tries json, subject text, body_id int, platform text, service_url text,
                conversation_id text, posted_id text)),
        changed AS MATERIALIZED ({CHANGES_ON_POSTGRES.text}),
        final AS (
            UPDATE delivery SET state = given.state, reason = given.reason, channel = given.channel,
                message_id = given.message_id, lease_until = NULL, attempts = given.attempts,
                sent_at = CASE WHEN given.is_reached THEN CAST(:now AS timestamp) END
            FROM given WHERE delivery.id = given.delivery_id AND given.is_final AND delivery.state = 'waiting'),
        tried AS (
            INSERT INTO attempt (delivery_id, number, at, channel, outcome, reason, message_id)
            SELECT delivery.id, each.number + coalesce((SELECT max(earlier.number) FROM attempt AS earlier
                    WHERE earlier.delivery_id = delivery.id), 0),
                CAST(:now AS timestamp), each.channel, each.outcome, each.reason, each.message_id
            FROM given JOIN delivery ON delivery.id = given.delivery_id
            CROSS JOIN LATERAL json_to_recordset(given.tries) AS each (number int, channel text, outcome text,
                reason text, message_id text)
            ORDER BY delivery.id, each.number
            ON CONFLICT (delivery_id, number) DO NOTHING RETURNING delivery_id, channel, outcome),
        posted AS (
        INSERT INTO posting (subject, command, args, person_id, room_id, platform, service_url, conversation_id,
            message_id, stale_at)
        SELECT given.subject, command, args, person_id, room_id, given.platform, given.service_url,
            given.conversation_id, given.posted_id,
            CASE WHEN EXISTS (SELECT 1 FROM changed WHERE given.body_id IS NULL OR changed.body_id = given.body_id
                OR given.subject IN (changed.subject, changed.context)) THEN CAST(:now AS timestamp) END
        FROM given JOIN delivery ON delivery.id = given.delivery_id
        WHERE given.posted_id IS NOT NULL ORDER BY delivery.id
        ON CONFLICT (platform, conversation_id, message_id) DO NOTHING)
        SELECT delivery_id, channel, outcome FROM tried"""  # noqa: S608
).bindparams(NOW)
# A try whose number another process took at the same moment, for a message that both have sent: kept once more.
ADD_ATTEMPTS_ON_POSTGRES = text(
    """INSERT INTO attempt (delivery_id, number, at, channel, outcome, reason, message_id)
        SELECT delivery.id, each.number + coalesce((SELECT max(earlier.number) FROM attempt AS earlier
                WHERE earlier.delivery_id = delivery.id), 0),
            CAST(:now AS timestamp), each.channel, each.outcome, each.reason, each.message_id
        FROM json_to_recordset(CAST(CAST(:ended AS text) AS json)) AS given (delivery_id int, tries json)
        JOIN delivery ON delivery.id = given.delivery_id
        CROSS JOIN LATERAL json_to_recordset(given.tries) AS each (number int, channel text, outcome text,
            reason text, message_id text)
        ORDER BY delivery.id, each.number
        ON CONFLICT (delivery_id, number) DO NOTHING"""
).bindparams(NOW)
# SQLite changes one table in a statement, and one writes at a time: the same in three of them.
END_ON_SQLITE = text(
    """UPDATE delivery SET state = json_extract(value, '$.state'), reason = json_extract(value, '$.reason'),
            channel = json_extract(value, '$.channel'), message_id = json_extract(value, '$.message_id'),
            lease_until = NULL, sent_at = CASE WHEN json_extract(value, '$.is_reached') THEN :now END,
            attempts = json_extract(value, '$.attempts')
        FROM json_each(:ended)
        WHERE delivery.id = json_extract(value, '$.delivery_id') AND json_extract(value, '$.is_final')
            AND delivery.state = 'waiting'"""
).bindparams(NOW)
ADD_ATTEMPTS_ON_SQLITE = text(
    """INSERT INTO attempt (delivery_id, number, at, channel, outcome, reason, message_id)
        SELECT delivery.id, json_extract(tried.value, '$.number') + coalesce((SELECT max(earlier.number)
                FROM attempt AS earlier WHERE earlier.delivery_id = delivery.id), 0),
            :now, json_extract(tried.value, '$.channel'), json_extract(tried.value, '$.outcome'),
            json_extract(tried.value, '$.reason'), json_extract(tried.value, '$.message_id')
        FROM json_each(:ended) AS given JOIN delivery ON delivery.id = json_extract(given.value, '$.delivery_id')
        JOIN json_each(given.value, '$.tries') AS tried
        WHERE true ORDER BY delivery.id, json_extract(tried.value, '$.number')
        ON CONFLICT (delivery_id, number) DO NOTHING"""
).bindparams(NOW)
ADD_POSTINGS_ON_SQLITE = text(
    """INSERT INTO posting (subject, command, args, person_id, room_id, platform, service_url, conversation_id,
            message_id, stale_at)
        SELECT json_extract(value, '$.subject'), command, args, person_id, room_id, json_extract(value, '$.platform'),
            json_extract(value, '$.service_url'), json_extract(value, '$.conversation_id'),
            json_extract(value, '$.posted_id'), CASE WHEN json_extract(value, '$.is_stale') THEN :now END
        FROM json_each(:ended) JOIN delivery ON delivery.id = json_extract(value, '$.delivery_id')
        WHERE json_extract(value, '$.posted_id') IS NOT NULL ORDER BY delivery.id
        ON CONFLICT (platform, conversation_id, message_id) DO NOTHING"""
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
        attempts=bindparam("tried", type_=Integer),
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


async def write_down(
    db: AsyncSession | AsyncConnection,
    ended: Iterable[Ended],
    position: LogPosition,
    now: datetime,
) -> set[Subject]:
    """End messages that are in a final state, keep each try that was made, whatever came of it, and write down where
    cards were posted. `position` is where the log stood before they were drawn. Returns what the cards are about."""
    rows = [ended_row(*each) for each in ended]
    if is_postgres(db):
        given = {"ended": orjson.dumps(rows).decode(), "now": now, **position._asdict()}
        kept = Counter(tuple(each) for each in await db.execute(WRITE_DOWN_ON_POSTGRES, given))
        if missing := tries_missing(rows, kept):
            await db.execute(ADD_ATTEMPTS_ON_POSTGRES, {"ended": orjson.dumps(missing).decode(), "now": now})
    else:
        changes = await read_changes(db, position) if any("posted_id" in row for row in rows) else None
        for row in rows:
            row["is_stale"] = bool(changes and changes.concern(row["subject"], row["body_id"]))
        given = {"ended": orjson.dumps(rows).decode(), "now": now}
        for statement in (END_ON_SQLITE, ADD_ATTEMPTS_ON_SQLITE, ADD_POSTINGS_ON_SQLITE):
            await db.execute(statement, given)
    return {(row["subject"], row["body_id"]) for row in rows if "posted_id" in row}


def tries_missing(rows: Iterable[Mapping[str, Any]], kept: Counter[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Returns the tries that were not kept, by message. `kept`: how many were, by message, channel and outcome."""
    missing = []
    for row in rows:
        tries: list[dict[str, Any]] = []
        for each in row["tries"]:
            key = (row["delivery_id"], each["channel"], each["outcome"])
            if kept[key]:
                kept[key] -= 1
            else:
                tries.append(each | {"number": len(tries) + 1})
        if tries:
            missing.append({"delivery_id": row["delivery_id"], "tries": tries})
    return missing


def ended_row(claimed: ClaimedDelivery, ending: Ending) -> dict[str, Any]:
    """Returns how one message ended, as the statements read it."""
    tries = [{"number": number, **each._asdict()} for number, each in enumerate(ending.tries, 1)]
    row: dict[str, Any] = {"delivery_id": claimed.id, "is_final": ending.state is not WAITING, "tries": tries}
    row |= {"subject": claimed.subject, "body_id": claimed.body_id}
    if ending.state is not WAITING:
        row |= {"state": ending.state.value, "reason": ending.reason, "channel": ending.channel}
        row |= {"message_id": ending.message_id, "is_reached": ending.state in TAKEN}
        row["attempts"] = count_attempts(claimed, ending)
    if ending.posted and ending.posted.message_id and row["subject"]:
        to = ending.posted.to
        row |= {"platform": to.platform, "service_url": to.service_url, "conversation_id": to.conversation_id}
        row["posted_id"] = ending.posted.message_id
    return row


def count_attempts(claimed: ClaimedDelivery, ending: Ending) -> int:
    """Returns how often a message was tried. Counted here and not when it is claimed: whoever claimed it may be killed
    before it is tried."""
    if ending.is_held or ending.is_left_to_mail:
        return 0
    return claimed.attempts if ending.is_released else claimed.attempts + 1


def needs_more(ending: Ending) -> bool:
    """Returns whether more is to be written than `write_down` writes."""
    return ending.state is WAITING or ending.gone is not None or is_copied(ending.state, ending.copies)


async def put_back(db: AsyncSession, ended: Iterable[Ended], now: datetime, lease: datetime) -> None:
    """Let messages wait for another attempt, or for their first."""
    waiting = [put_back_values(*each, now, lease) for each in ended if each[1].state is WAITING]
    if waiting:
        await db.execute(PUT_BACK, waiting)


def put_back_values(claimed: ClaimedDelivery, ending: Ending, now: datetime, lease: datetime) -> dict[str, Any]:
    """Returns what a message is put back with. One that waits for its turn in a platform's limits, or for mail, is due
    still, so that nothing overtakes it; its lease keeps it from being claimed before its turn."""
    is_untried = ending.is_released or ending.is_held
    kept_until = datetime.now(UTC) + ending.wait if ending.is_released and ending.wait else None
    return {
        "delivery": claimed.id,
        "lease": lease,
        "kept_until": kept_until,
        "tried": count_attempts(claimed, ending),
        "again_at": claimed.next_at if ending.is_released or ending.is_left_to_mail else now + ending.wait,
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
