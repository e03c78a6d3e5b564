"""The outbox's rows, claimed in batches with a lease, and cards marked out of date.

Any number of processes share one database. A row is claimed by setting a lease on it; when the process dies, the
row is claimed again once the lease has run out: sent at least once. Leases are between processes and run on the
real clock; what is due is due by the council's.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

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
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.delivery.states import IS_LOST
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Posting, table
from lisbot.db import Database, is_one_of
from lisbot.outbox.changes import LogPosition, read_changes
from lisbot.outbox.copies import add_copies, read_copied
from lisbot.outbox.endings import forget_addresses, mark_rooms_gone, needs_more, put_back, write_down
from lisbot.outbox.records import ClaimedDelivery, ClaimedPosting, EditEnding, Ended, Subject

BATCH = 100  # rows claimed at a time
MOST_TOGETHER = 500  # rows claimed beside a batch, to be told with those
LEASE = timedelta(seconds=120)
BURST = timedelta(seconds=1)  # a card is edited once for all that happened in this time

DELIVERY, POSTING, ACCOUNT = table(Delivery), table(Posting), table(Account)
WAITING = DeliveryState.WAITING
# Said in the statement itself: PostgreSQL uses a partial index only where it can read the index's condition.
SAID_WAITING: ColumnElement[str] = literal_column("'waiting'")

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
)
# What else can wait and is due for the same people, to be told with what was claimed: not past something of theirs
# that is told by itself, or that waits for another attempt or its turn.
IS_TOLD_TOGETHER = and_(
    OLDER.c.can_wait.is_(True),
    OLDER.c.next_at <= NOW,
    or_(OLDER.c.lease_until.is_(None), OLDER.c.lease_until < WALL, OLDER.c.lease_until == UNTIL),
)
OVERTAKES_NOTHING = ~exists().where(WAITS_BEFORE, OLDER.c.person_id == DELIVERY.c.person_id, ~IS_TOLD_TOGETHER)
WAITS_TOGETHER = and_(DELIVERY.c.can_wait.is_(True), is_one_of(DELIVERY.c.person_id, "people"))
SEVERAL_BODIES = (
    select(DELIVERY.c.person_id)
    .where(DELIVERY.c.state == SAID_WAITING, DELIVERY.c.next_at <= NOW, WAITS_TOGETHER)
    .group_by(DELIVERY.c.person_id)
    .having(func.count(DELIVERY.c.body_id.distinct()) > 1)
)
CLAIM_TOGETHER = claim_rows(
    DELIVERY,
    and_(IS_DUE, WAITS_TOGETHER, OVERTAKES_NOTHING),
    (DELIVERY.c.next_at, DELIVERY.c.id),
    ClaimedDelivery._fields,
)
# The mark is removed here, so that what changes while a card is being redrawn marks it again.
CLAIM_STALE = claim_rows(POSTING, IS_STALE, (POSTING.c.stale_at, POSTING.c.id), ClaimedPosting._fields).values(
    stale_at=None
)
# A claim that a crash of the database forgets is made again: it need not wait for the disk.
WITHOUT_WAITING = func.set_config("synchronous_commit", "off", True)
QUICKLY = {each: each.returning(WITHOUT_WAITING) for each in (CLAIM, CLAIM_TOGETHER, CLAIM_STALE)}

MARK_LATER = (
    update(POSTING)
    .where(POSTING.c.id == bindparam("posting"))
    .values(lease_until=None, stale_at=bindparam("again_at", type_=POSTING.c.stale_at.type))
)


class Queue(NamedTuple):
    """How many messages wait that are due or are tried again, how many of the last day did not reach whom they should,
    and for how long the oldest should have been sent."""

    waiting: int
    lost: int
    oldest: timedelta


QUEUE = select(
    select(func.count())
    .select_from(DELIVERY)
    .where(DELIVERY.c.state == SAID_WAITING, or_(DELIVERY.c.attempts > 0, DELIVERY.c.next_at <= NOW))
    .scalar_subquery(),
    select(func.count())
    .select_from(DELIVERY)
    .where(
        DELIVERY.c.state.in_([literal_column("'failed'"), literal_column("'unreachable'")]),
        IS_LOST,
        DELIVERY.c.made_at >= bindparam("since", type_=DELIVERY.c.made_at.type),
    )
    .scalar_subquery(),
)
OLDEST = select(func.min(DELIVERY.c.next_at)).where(DELIVERY.c.state == SAID_WAITING)


class Claims:
    """The waiting messages and posted cards of one database. `now` is the council's time."""

    def __init__(self, db: Database, now: Callable[[], datetime]) -> None:
        self.db, self.now = db, now

    async def look(self) -> tuple[bool, bool]:
        """Returns whether messages, and whether cards, may be due: a look without locks, so that an idle outbox
        never holds up somebody's ballot."""
        async with self.db.read() if self.db.is_sqlite else self.db.once() as db:
            is_waiting, is_stale = (await db.execute(LOOK, self.times())).one()
            return is_waiting, is_stale

    def times(self) -> dict[str, datetime]:
        now = self.now()
        return {"now": now, "before": now - BURST, "wall": datetime.now(UTC)}

    async def read_queue(self) -> Queue:
        """Returns how long the queue is, and how old."""
        now = self.now()
        async with self.db.read() as db:
            waiting, lost = (await db.execute(QUEUE, {"since": now - timedelta(days=1), "now": now})).one()
            oldest = await self.read_oldest(db, now)
        return Queue(waiting, lost, oldest)

    async def read_lateness(self) -> timedelta:
        """Returns for how long the message that has waited longest should have been sent. A look into an index."""
        async with self.db.read() as db:
            return await self.read_oldest(db, self.now())

    async def read_oldest(self, db: AsyncSession, now: datetime) -> timedelta:
        oldest = await db.scalar(OLDEST)
        return max(now - oldest, timedelta()) if oldest is not None else timedelta()

    # Messages.

    async def claim(self, limit: int, until: datetime) -> list[ClaimedDelivery]:
        """Claim the oldest waiting message of each recipient, so that theirs go out in order and one at a time.

        Returns at most `limit` of them, those that have waited longest first. `until` is when the lease runs out.
        """
        taken = await self.run_claim(CLAIM, limit, until)
        return sorted((ClaimedDelivery._make(row) for row in taken), key=lambda claimed: claimed.id)

    async def claim_together(self, people: Collection[int], until: datetime) -> list[ClaimedDelivery]:
        """Claim what else can wait and is due for those of the people whom several bodies tell something."""
        async with self.db.read() as db:
            several = (await db.scalars(SEVERAL_BODIES, {"people": sorted(people), **self.times()})).all()
        if not several:
            return []
        taken = await self.run_claim(CLAIM_TOGETHER, MOST_TOGETHER, until, people=several)
        return sorted((ClaimedDelivery._make(row) for row in taken), key=lambda claimed: claimed.id)

    async def run_claim(self, statement: Update, limit: int, until: datetime, **more: Any) -> Sequence[Any]:
        given = {**self.times(), "limit": limit, "until": until, **more}
        if self.db.is_sqlite:
            async with self.db.write() as db:
                return (await db.execute(statement, given)).all()
        async with self.db.once() as connection:
            return [row[:-1] for row in await connection.execute(QUICKLY[statement], given)]

    async def end(self, ended: Sequence[Ended], position: LogPosition, lease: datetime) -> set[Subject]:
        """Write down how attempts ended, where cards were posted and which addresses lead nowhere any more.

        One transaction for all; of what only reached its recipient one statement alone, where PostgreSQL can.
        `position` is where the log stood before the cards were drawn, `lease` what the messages were claimed until.
        Returns what the posted cards are about.
        """
        now = self.now()
        if not self.db.is_sqlite and not any(needs_more(ending) for _, ending in ended):
            async with self.db.once() as connection:
                return await write_down(connection, ended, position, now)
        async with self.db.write() as db:
            copied = await read_copied(db, ended)
            about = await write_down(db, ended, position, now)
            await put_back(db, ended, now, lease)
            await add_copies(db, ended, copied, now)
            await forget_addresses(db, ended, now)
            await mark_rooms_gone(db, ended, now)
            return about

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
