"""The outbox's rows: claimed in batches with a lease, and ended in batches.

Any number of processes share one database. A row is claimed by setting a lease on it; when the process dies, the
row is claimed again once the lease has run out: sent at least once. Leases are between processes and run on the
real clock; what is due is due by the council's.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    Table,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.context import Act, Permission
from lisbot.council.core.subjects import subject_of
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Posting, Room, table
from lisbot.council.register.identity import CLOCK
from lisbot.council.register.rooms import note_gone
from lisbot.db import Database, is_one_of, is_postgres
from lisbot.messaging import Address
from lisbot.outbox.changes import LogPosition, read_changes

BATCH = 100  # rows claimed at a time
LEASE = timedelta(seconds=120)
BURST = timedelta(seconds=1)  # a card is edited once for all that happened in this time

DELIVERY, POSTING, ACCOUNT = table(Delivery), table(Posting), table(Account)
WAITING = DeliveryState.WAITING
# Said in the statement itself: PostgreSQL uses a partial index only where it can read the index's condition.
SAID_WAITING: ColumnElement[str] = literal_column("'waiting'")
REACHED = (DeliveryState.SENT, DeliveryState.FELL_BACK)


class ClaimedDelivery(NamedTuple):
    """A message that is ours to send until its lease runs out. `attempts` counts this one."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    command: str
    args: Mapping[str, Any]
    body_id: int | None
    audience: str
    drawn_for_role: bool
    person_id: int | None
    room_id: int | None
    attempts: int
    channel: str | None  # mail, once chat has been given up
    reason: str | None  # and why
    made_at: datetime
    next_at: datetime

    @property
    def is_planned(self) -> bool:
        """Whether it was made for a day to come, and is tried for the first time."""
        return self.attempts == 1 and self.made_at < self.next_at

    @property
    def subject(self) -> str | None:
        """What the card is about: "vote:7". None for lists and menus."""
        return subject_of(self.command, self.args) if self.command else None


class ClaimedPosting(NamedTuple):
    """A posted card that is ours to redraw until its lease runs out."""

    id: int
    command: str
    args: Mapping[str, Any]
    person_id: int | None
    room_id: int | None
    platform: str
    service_url: str
    conversation_id: str
    message_id: str


class Posted(NamedTuple):
    """Where a message was posted, and the platform's id of it."""

    to: Address
    message_id: str


class Ending(NamedTuple):
    """How one attempt ended: in one of the final states, or waiting for another attempt after `wait`.

    `gone` is an address that no longer leads to the recipient. `is_released`: it was not tried after all.
    """

    state: DeliveryState
    reason: str | None = None
    channel: str | None = None
    wait: timedelta = timedelta()
    posted: Posted | None = None
    gone: Address | None = None
    is_released: bool = False


class EditEnding(NamedTuple):
    """How one edit ended.

    result   edited, later (after `wait`), gone (it can be edited no more), failed, or off (its channel is)
    """

    result: str
    wait: timedelta = timedelta()


RELEASED = Ending(WAITING, is_released=True)
Ended = tuple[ClaimedDelivery, Ending]
EndedEdit = tuple[int, EditEnding]
Subject = tuple[str, int | None]  # what a card is about, and in which body


# Statements are built once: every batch runs them. `now` is the council's time, `wall` the real clock's.
NOW = bindparam("now", type_=DELIVERY.c.next_at.type)
WALL = bindparam("wall", type_=DELIVERY.c.lease_until.type)
UNTIL = bindparam("until", type_=DELIVERY.c.lease_until.type)
IS_DUE = and_(
    DELIVERY.c.state == SAID_WAITING,
    DELIVERY.c.next_at <= NOW,
    or_(DELIVERY.c.lease_until.is_(None), DELIVERY.c.lease_until < WALL),
)
# Out of date for as long as a burst of changes lasts; `before` is that long ago.
IS_STALE = and_(
    POSTING.c.stale_at <= bindparam("before", type_=POSTING.c.stale_at.type),
    or_(POSTING.c.lease_until.is_(None), POSTING.c.lease_until < WALL),
)
LOOK = select(exists().where(IS_DUE), exists().where(IS_STALE))
OLDER = DELIVERY.alias("older")
# What is planned for a day to come holds up nothing; what is to be tried again does.
HAS_BEGUN = or_(OLDER.c.attempts > 0, OLDER.c.next_at <= NOW)
WAITS_BEFORE = and_(OLDER.c.state == SAID_WAITING, OLDER.c.id < DELIVERY.c.id, HAS_BEGUN)
# Nothing older waits for the same recipient: a look into a partial index each, however many messages wait.
IS_FIRST_IN_LINE = and_(
    ~exists().where(WAITS_BEFORE, OLDER.c.person_id == DELIVERY.c.person_id),
    ~exists().where(WAITS_BEFORE, OLDER.c.room_id == DELIVERY.c.room_id),
)


def claim_rows(rows: Table, condition: ColumnElement[bool], order: Sequence[Any], columns: Iterable[str]) -> Update:
    """Returns the statement that claims up to `limit` rows and returns them. On PostgreSQL, rows that somebody has
    locked are passed over; on SQLite one writes at a time."""
    picked = (
        select(rows.c.id)
        .where(condition)
        .order_by(*order)
        .limit(bindparam("limit", type_=Integer))
        .with_for_update(skip_locked=True, of=rows)
        .cte("picked")  # PostgreSQL works this out once; a bare IN (… LIMIT …) it may run again and again
    )
    claimed = update(rows).where(rows.c.id.in_(select(picked.c.id))).values(lease_until=UNTIL)
    return claimed.returning(*(rows.c[name] for name in columns))


CLAIM = claim_rows(
    DELIVERY, and_(IS_DUE, IS_FIRST_IN_LINE), (DELIVERY.c.next_at, DELIVERY.c.id), ClaimedDelivery._fields
).values(attempts=DELIVERY.c.attempts + 1)
# The mark is removed here, so that what changes while a card is being redrawn marks it again.
CLAIM_STALE = claim_rows(POSTING, IS_STALE, (POSTING.c.stale_at, POSTING.c.id), ClaimedPosting._fields).values(
    stale_at=None
)
# A claim that a crash of the database forgets is made again: it need not wait for the disk.
CLAIM_WITHOUT_WAITING = text("SET LOCAL synchronous_commit TO off")


class Claims:
    """The waiting messages and posted cards of one database. `now` is the council's time."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self.db, self.now = db, now

    async def look(self) -> tuple[bool, bool]:
        """Returns whether messages, and whether cards, may be due: a look without locks, so that an idle outbox
        never holds up somebody's ballot."""
        async with self.db.read() as db:
            is_waiting, is_stale = (await db.execute(LOOK, self.times())).one()
            return is_waiting, is_stale

    def times(self) -> dict[str, datetime]:
        now = self.now()
        return {"now": now, "before": now - BURST, "wall": datetime.now(UTC)}

    async def count_waiting(self) -> int:
        """Returns how many messages have not been sent yet."""
        async with self.db.read() as db:
            counted = select(func.count()).select_from(DELIVERY).where(DELIVERY.c.state == SAID_WAITING)
            return (await db.execute(counted)).scalar_one()

    # Messages.

    async def claim(self, limit: int, until: datetime) -> list[ClaimedDelivery]:
        """Claim the oldest waiting message of each recipient, so that theirs go out in order and one at a time.

        Returns at most `limit` of them, those that have waited longest first. `until` is when the lease runs out.
        """
        taken = await self.run_claim(CLAIM, limit, until)
        return sorted((ClaimedDelivery._make(row) for row in taken), key=lambda claimed: claimed.id)

    async def run_claim(self, statement: Update, limit: int, until: datetime) -> Sequence[Any]:
        async with self.db.write() as db:
            if is_postgres(db):
                await db.execute(CLAIM_WITHOUT_WAITING)
            return (await db.execute(statement, {**self.times(), "limit": limit, "until": until})).all()

    async def end(self, ended: Sequence[Ended], position: LogPosition, lease: datetime) -> set[Subject]:
        """Write down how attempts ended, where cards were posted and which addresses lead nowhere any more.

        One transaction for all; one statement for all that ended the same way, one for all postings. `position`
        is where the log stood before the cards were drawn, `lease` what the messages were claimed until.
        Returns what the posted cards are about.
        """
        now = self.now()
        async with self.db.write() as db:
            await end_for_good(db, ended, now)
            await put_back(db, ended, now, lease)
            await forget_addresses(db, ended)
            await mark_rooms_gone(db, ended, now)
            return await add_postings(db, ended, position, now)

    # Posted cards.

    async def claim_stale(self, limit: int, until: datetime) -> list[ClaimedPosting]:
        """Claim cards that are out of date, those that have been so longest first."""
        return [ClaimedPosting._make(row) for row in await self.run_claim(CLAIM_STALE, limit, until)]

    async def end_edits(self, endings: Mapping[int, EditEnding]) -> set[int]:
        """Write down how edits ended, by the postings' ids: a card that can be edited no more is forgotten, one
        that may be edited later is marked again.

        Returns the ids that were written down. Others are locked at this moment by a command that marks them, and
        are left for the next time: waiting here could lock the two against each other. Or they are gone.
        """
        now = self.now()
        async with self.db.write() as db:
            free = select(POSTING.c.id).where(is_one_of(POSTING.c.id, endings)).with_for_update(skip_locked=True)
            ids = set(await db.scalars(free))
            gone = [i for i in ids if endings[i].result == "gone"]
            done = [i for i in ids if endings[i].result not in ("gone", "later")]
            later = [{"posting": i, "again_at": now + endings[i].wait} for i in ids if endings[i].result == "later"]
            if gone:
                await db.execute(delete(POSTING).where(is_one_of(POSTING.c.id, gone)))
            if done:
                await db.execute(update(POSTING).where(is_one_of(POSTING.c.id, done)).values(lease_until=None))
            if later:
                await db.execute(MARK_LATER, later)
        return ids

    async def rescue(self) -> None:
        """Mark cards out of date again whose lease ran out, because a process died over them."""
        lost = select(POSTING.c.id).where(POSTING.c.lease_until < datetime.now(UTC))
        async with self.db.read() as db:
            if (await db.execute(lost.limit(1))).first() is None:
                return
        async with self.db.write() as db:
            await db.execute(
                update(POSTING)
                .where(POSTING.c.id.in_(lost.with_for_update(skip_locked=True)))
                .values(lease_until=None, stale_at=func.coalesce(POSTING.c.stale_at, self.now()))
            )

    async def mark_changed(self, subjects: Iterable[Subject], position: LogPosition) -> None:
        """Mark cards out of date whose subject something was done to since the log stood at a position, and that are
        not marked yet."""
        async with self.db.read() as db:
            changes = await read_changes(db, position)
        changed = [subject for subject, body_id in subjects if changes.concern(subject, body_id)]
        if not changed:
            return
        async with self.db.write() as db:
            unmarked = (POSTING.c.subject.in_(changed), POSTING.c.stale_at.is_(None), POSTING.c.lease_until.is_(None))
            free = select(POSTING.c.id).where(*unmarked).with_for_update(skip_locked=True)
            await db.execute(update(POSTING).where(POSTING.c.id.in_(free)).values(stale_at=self.now()))


END = (
    update(DELIVERY)
    .where(is_one_of(DELIVERY.c.id, "ids"), DELIVERY.c.state == SAID_WAITING)
    .values(
        state=bindparam("final", type_=DELIVERY.c.state.type),
        reason=bindparam("why"),
        channel=bindparam("by"),
        sent_at=bindparam("reached_at", type_=DELIVERY.c.sent_at.type),
        lease_until=None,
    )
)
MARK_LATER = (
    update(POSTING)
    .where(POSTING.c.id == bindparam("posting"))
    .values(lease_until=None, stale_at=bindparam("again_at", type_=POSTING.c.stale_at.type))
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
