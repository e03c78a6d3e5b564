"""The platforms' limits, kept by all processes together: each message has its turn in every budget it counts in.

A budget is one moment for each scope, a conversation's or a tenant's: when all that was reserved has gone out (the
generic cell rate algorithm, ITU-T I.371). A message's turn is reserved when nothing else holds it up any more: one that
is reserved and missed is lost to all, and a busy process would miss most. Turns of edits, several of which may be on
their way, are reserved for a whole batch in two statements; one that was missed is reserved anew, so that what is late
never comes on top of what others send. After a Retry-After the whole scope rests, in every process.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from time import monotonic
from typing import NamedTuple, Protocol

import orjson
from sqlalchemy import text

from lisbot.db import Database
from lisbot.messaging import Limit, Scope

log = logging.getLogger(__name__)

GRACE = 0.03  # seconds by which a turn may be late; counted in, so that no window holds more than is documented
ROUNDING = 0.001
HORIZON = 10.0  # seconds ahead that turns are reserved; what comes later goes back to the queue
SAME_TIME = 0.05  # seconds between a message's turns in two budgets: farther apart it would waste one of them
NEAR = 0.05  # seconds before its turn that a message takes a slot
LONGEST_HOLD = 0.2  # seconds that it keeps one until its turn; others have it where that comes later
RESERVED_AGAIN = 1.0  # seconds before turns are reserved again that could not be
TAKEN_ANEW = 7  # other messages that missed their turn, and have one reserved with the first: as many as are next
KEPT = 3600.0  # seconds that a budget nobody uses is kept


class Turn(NamedTuple):
    """In how many seconds a message may go out; `is_granted`: whether the turn was reserved, or it is better to come
    back then."""

    wait: float
    is_granted: bool


class Bucket(NamedTuple):
    """`interval`: seconds from one call to the next; `lead`: by how much a burst may run ahead of that."""

    interval: float
    lead: float

    @classmethod
    def of(cls, limit: Limit) -> "Bucket":
        """Returns the bucket that keeps every window of a limit, late calls counted in.

        `burst` calls at once and then one an interval: one more than a window takes comes only after it.
        """
        interval = max((seconds + GRACE + ROUNDING) / (calls + 1 - limit.burst) for seconds, calls in limit.windows)
        return cls(interval, (limit.burst - 1) * interval)


BUCKETS: dict[Limit, Bucket] = {}


def bucket_of(limit: Limit) -> Bucket:
    if limit not in BUCKETS:
        BUCKETS[limit] = Bucket.of(limit)
    return BUCKETS[limit]


def reserve(
    free_in: dict[str, float], wanted: Mapping[int, Sequence[Scope]], behind: dict[str, float]
) -> dict[int, Turn]:
    """Returns each message's turn, in their order. `free_in`: in how many seconds each scope has sent all that was
    reserved; it is moved on by what is granted now. `behind`: when it would have sent what was not granted, too, so
    that this comes back piece by piece. Of a message's scopes the widest comes last."""
    turns: dict[int, Turn] = {}
    for id_, scopes in wanted.items():
        waits = [max(free_in[s.name] - bucket_of(s.limit).lead, 0.0) for s in scopes]
        turn = max(waits, default=0.0)
        if turn > HORIZON:
            for scope in scopes:
                taken = max(behind.get(scope.name, 0.0), free_in[scope.name], 0.0)
                turn = max(turn, taken - bucket_of(scope.limit).lead)
                behind[scope.name] = taken + bucket_of(scope.limit).interval
            turns[id_] = Turn(turn - HORIZON / 2, is_granted=False)
            continue
        is_granted = turn - (waits[-1] if waits else 0.0) <= SAME_TIME
        turns[id_] = Turn(turn, is_granted)
        for scope in scopes if is_granted else ():
            free_in[scope.name] = max(free_in[scope.name], turn) + bucket_of(scope.limit).interval
    return turns


class Behind:
    """When what one process was not granted would have been sent, by scope."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.until: dict[str, float] = {}

    def reserve(self, free_in: dict[str, float], wanted: Mapping[int, Sequence[Scope]]) -> dict[int, Turn]:
        now = self.clock()
        behind = {name: at - now for name, at in self.until.items() if at > now}
        turns = reserve(free_in, wanted, behind)
        self.until = {name: now + seconds for name, seconds in behind.items()}
        return turns


class Store(Protocol):
    """Where budgets are kept."""

    async def reserve(self, wanted: Mapping[int, Sequence[Scope]]) -> dict[int, Turn]: ...
    async def pause(self, scopes: Iterable[Scope], seconds: float) -> None: ...


class OwnStore:
    """The budgets of one process that is alone, as it is on SQLite."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock, self.behind = clock, Behind(clock)
        self.free_at: dict[str, float] = {}

    async def reserve(self, wanted: Mapping[int, Sequence[Scope]]) -> dict[int, Turn]:
        now = self.clock()
        free_in = {s.name: self.free_at.get(s.name, now) - now for scopes in wanted.values() for s in scopes}
        turns = self.behind.reserve(free_in, wanted)
        self.free_at = {name: at for name, at in self.free_at.items() if at > now}
        self.free_at |= {name: now + seconds for name, seconds in free_in.items() if seconds > 0}
        return turns

    async def pause(self, scopes: Iterable[Scope], seconds: float) -> None:
        for scope in scopes:
            until = self.clock() + seconds + bucket_of(scope.limit).lead
            self.free_at[scope.name] = max(self.free_at.get(scope.name, until), until)


# Locked in one order, so that no two batches wait for each other. A scope that is new is made here. What a crash of the
# database forgets of it is a burst: it need not wait for the disk.
LOCK = text(
    """INSERT INTO send_budget (scope, free_at)
        SELECT name, 0 FROM json_array_elements_text(CAST(CAST(:names AS text) AS json)) AS name ORDER BY name
        ON CONFLICT (scope) DO UPDATE SET free_at = send_budget.free_at
        RETURNING scope, free_at - extract(epoch FROM clock_timestamp())::float AS free_in,
            set_config('synchronous_commit', 'off', true)"""
)
MOVE = text(
    """UPDATE send_budget SET free_at = extract(epoch FROM clock_timestamp())::float + moved.free_in
        FROM json_to_recordset(CAST(CAST(:moved AS text) AS json)) AS moved (scope text, free_in float)
        WHERE send_budget.scope = moved.scope"""
)
PAUSE = text(
    """INSERT INTO send_budget (scope, free_at)
        SELECT paused.scope, extract(epoch FROM clock_timestamp())::float + paused.free_in
        FROM json_to_recordset(CAST(CAST(:moved AS text) AS json)) AS paused (scope text, free_in float)
        ORDER BY paused.scope
        ON CONFLICT (scope) DO UPDATE SET free_at = greatest(send_budget.free_at, excluded.free_at)"""
)
FORGET = text("DELETE FROM send_budget WHERE free_at < extract(epoch FROM clock_timestamp()) - :kept")


class SharedStore:
    """The budgets of all processes that share one PostgreSQL, on its clock."""

    def __init__(self, db: Database) -> None:
        self.db, self.behind = db, Behind(monotonic)

    async def reserve(self, wanted: Mapping[int, Sequence[Scope]]) -> dict[int, Turn]:
        names = sorted({scope.name for scopes in wanted.values() for scope in scopes})
        async with self.db.write() as db:
            rows = await db.execute(LOCK, {"names": orjson.dumps(names).decode()})
            free_in = {row.scope: row.free_in for row in rows}
            before = dict(free_in)
            turns = self.behind.reserve(free_in, wanted)
            moved = [{"scope": name, "free_in": at} for name, at in free_in.items() if at != before[name]]
            if moved:
                await db.execute(MOVE, {"moved": orjson.dumps(moved).decode()})
        return turns

    async def pause(self, scopes: Iterable[Scope], seconds: float) -> None:
        moved = [{"scope": each.name, "free_in": seconds + bucket_of(each.limit).lead} for each in scopes]
        async with self.db.write() as db:
            await db.execute(PAUSE, {"moved": orjson.dumps(moved).decode()})


class Budgets:
    """Turns in the platforms' limits, for one process's batches."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.store: Store = OwnStore() if db.is_sqlite else SharedStore(db)
        self.resting: dict[str, float] = {}  # until when on the loop's clock, by scope

    async def reserve(self, wanted: Mapping[int, Sequence[Scope]]) -> dict[int, Turn]:
        """Returns the turns of a batch's messages; those that count in no budget have theirs at once."""
        counted = {id_: scopes for id_, scopes in wanted.items() if scopes}
        turns = dict.fromkeys(wanted, Turn(0.0, is_granted=True))
        return turns | (await self.store.reserve(counted) if counted else {})

    async def pause(self, scopes: Sequence[Scope], seconds: float) -> None:
        """Let nothing go out in these scopes for so long, from any process. Where others cannot be told, this one rests
        all the same."""
        until = asyncio.get_running_loop().time() + seconds
        for scope in scopes:
            self.resting[scope.name] = max(self.resting.get(scope.name, until), until)
        try:
            if scopes:
                await self.store.pause(scopes, seconds)
        except Exception as error:
            log.error("a pause could not be kept for other processes: %s", type(error).__name__)

    def rest_of(self, scopes: Iterable[Scope]) -> float:
        """Returns for how many seconds more one of these scopes rests."""
        now = asyncio.get_running_loop().time()
        self.resting = {name: at for name, at in self.resting.items() if at > now}
        return max((self.resting.get(scope.name, now) - now for scope in scopes), default=0.0)

    async def forget_old(self) -> None:
        """Delete the budgets that nobody has used for long."""
        if not self.db.is_sqlite:
            async with self.db.write() as db:
                await db.execute(FORGET, {"kept": KEPT})


class Turns:
    """The turns of one batch: each reserved when it can be used, or all together. `is_too_late`: whether what is not on
    its way yet is to be left to its next claim, whose turn it then is."""

    def __init__(
        self, budgets: Budgets, wanted: Mapping[int, Sequence[Scope]], is_too_late: Callable[[], bool] = lambda: False
    ) -> None:
        self.budgets, self.wanted, self.is_too_late = budgets, dict(wanted), is_too_late
        self.at: dict[int, Turn] = {}  # `wait` on the loop's clock
        self.lock = asyncio.Lock()
        self.are_ahead = False

    async def take_all(self) -> None:
        """Reserve the turns of all, ahead of their time."""
        self.are_ahead = True
        await self.take(self.wanted)

    async def take(self, ids: Iterable[int]) -> None:
        """Reserve turns, the first or anew. Where the database does not answer, the messages come back a moment later:
        nothing is the matter with them."""
        wanted = {id_: self.wanted[id_] for id_ in ids}
        try:
            found = await self.budgets.reserve(wanted)
        except Exception as error:
            log.error("no turns could be reserved: %s", type(error).__name__)
            found = dict.fromkeys(wanted, Turn(RESERVED_AGAIN, is_granted=False))
        now = asyncio.get_running_loop().time()
        self.at |= {id_: turn._replace(wait=now + turn.wait) for id_, turn in found.items()}

    async def approach(self, id_: int, scopes: Sequence[Scope]) -> float | None:
        """Wait until a message's turn is near. Returns None then, and for one that counts in no limit; the seconds
        after which to come back where that is long, and none of them for what is too late: no turn is reserved for it.
        """
        if self.wanted.get(id_) != scopes:  # it goes elsewhere than was thought
            self.wanted[id_] = scopes
            self.at.pop(id_, None)
        while True:
            if self.is_too_late():
                return 0.0
            if not scopes:
                return None
            if self.are_ahead:
                await self.take_anew_if_late(id_)
            rest = self.budgets.rest_of(scopes)
            if self.is_late(id_):
                return rest or None
            wait = self.at[id_].wait - asyncio.get_running_loop().time()
            if rest > 0 or not self.at[id_].is_granted:
                return max(rest, wait, 0.0)
            if wait <= NEAR:
                return None
            await asyncio.sleep(wait - NEAR / 2)

    async def is_due(self, id_: int) -> bool:
        """Wait out the moment until a message's turn; where it has none, or missed it, one is reserved. Returns False
        where that is not now: what it comes to then, `approach` says."""
        if self.is_too_late():
            return False
        if not self.wanted.get(id_):
            return True
        if self.is_late(id_):
            await self.take([id_])
        wait = self.at[id_].wait - asyncio.get_running_loop().time()
        if wait > LONGEST_HOLD or not self.at[id_].is_granted:
            return False
        if wait > 0:
            await asyncio.sleep(wait)
        return not self.is_too_late() and not self.is_late(id_) and self.budgets.rest_of(self.wanted[id_]) == 0

    async def take_anew_if_late(self, id_: int) -> None:
        if self.is_late(id_):
            async with self.lock:
                if self.is_late(id_):
                    others = (each for each in self.at if each != id_ and self.is_late(each))
                    await self.take([id_, *islice(others, TAKEN_ANEW)])

    def is_late(self, id_: int) -> bool:
        """Returns whether a message has no turn, or it has been missed."""
        if not self.wanted.get(id_):
            return False
        return id_ not in self.at or asyncio.get_running_loop().time() > self.at[id_].wait + GRACE

    def end(self, id_: int) -> None:
        """Forget a message that has gone out: what is sent for it after that has another turn."""
        self.at.pop(id_, None)
        self.wanted.pop(id_, None)
