"""After the commit: messages that were written in a transaction are sent, and posted cards are edited.

Rows are claimed in batches, sent side by side, and ended in batches: where a platform has limits, each before the next
is sent, as far as they allow. One recipient's messages go out in order and one at a time; recipients do not wait for
each other.
"""

import asyncio
import logging
from collections import Counter, defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeVar

from lisbot.council.delivery.reach import MAIL
from lisbot.council.delivery.states import LATE
from lisbot.council.enums import DeliveryState
from lisbot.messaging import Sender
from lisbot.metrics import Metrics
from lisbot.outbox.attempts import Attempts, address_of
from lisbot.outbox.budgets import Budgets, Turns
from lisbot.outbox.changes import LogPosition
from lisbot.outbox.claims import BATCH, BURST, LEASE, Claims
from lisbot.outbox.drawing import Drawing
from lisbot.outbox.in_flight import SENDS_AT_ONCE
from lisbot.outbox.records import RELEASED, ClaimedDelivery, ClaimedPosting, EditEnding, Ended, EndedEdit, Subject
from lisbot.outbox.routing import Route, find_routes
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)
Row = TypeVar("Row")
T = TypeVar("T")

MAX_UNDER_WAY = 4 * BATCH  # rows claimed and not ended: while one batch is sent, the next are claimed and drawn
# Seconds that what was answered waits to be written down with others; later where more of its batch are to be sent. A
# process that is killed meanwhile leaves them to be sent again.
END_SOON, END_LATER = 0.002, 0.05
END_AGAIN = 0.25  # seconds before what could not be written down is written again
LONGEST_SEND = timedelta(seconds=45)  # longer than any sender waits for its platform
POLL = 3.0  # seconds between looks when nobody wakes us
LOOK_AFTER = 0.1  # seconds between looks for what may go out to those whose message before it has ended
PAUSE = 0.1  # seconds; a thousand ballots a second wake us ten times
SETTLING = 1.0  # seconds within which a commit that was under way is over
RESCUE_EVERY = LEASE.total_seconds() / 2


class Settling(NamedTuple):
    """What cards are about that a commit under way when they were posted may not have seen, nor they it."""

    due: float  # on the loop's clock
    position: LogPosition
    subjects: set[Subject]


class Outbox:
    """Sends what waits through the channels that are on."""

    def __init__(self, runtime: Runtime, senders: Mapping[str, Sender], metrics: Metrics | None = None) -> None:
        self.runtime, self.senders, self.metrics = runtime, senders, metrics or Metrics()
        self.claims, self.drawing = Claims(runtime.db, runtime.now), Drawing(runtime)
        self.budgets = Budgets(runtime.db)
        self.attempts = Attempts(self.drawing, senders, self.budgets, self.metrics)
        self.woken = asyncio.Event()
        self.is_commit_new = False
        self.has_backlog = False
        self.is_stopping = False
        self.patience = POLL
        self.under_way: set[asyncio.Task[None]] = set()
        self.sending = self.editing = 0  # rows claimed and not ended
        self.settling: list[Settling] = []

    def wake(self) -> None:
        """Look soon: something was committed."""
        self.is_commit_new = True
        self.woken.set()

    def stop(self) -> None:
        self.is_stopping = True
        self.woken.set()

    async def work(self) -> None:
        """Send and edit until stop() is called; then finish what is under way."""
        loop = asyncio.get_running_loop()
        rescue_at = loop.time()
        while not self.is_stopping:
            self.woken.clear()
            try:
                if loop.time() >= rescue_at:
                    await self.claims.rescue()
                    await self.budgets.forget_old()
                    await self.warn_if_late()
                    rescue_at = loop.time() + RESCUE_EVERY
                await self.settle(loop.time())
                found = await self.take_up()
            except Exception as error:  # the database is away: the rows are still there when it is back
                log.error("the outbox cannot reach its rows: %s", type(error).__name__)
                found = 0
            if not found:
                await self.rest()
        if self.under_way:
            await asyncio.wait(self.under_way)

    async def warn_if_late(self) -> None:
        """Tell whoever runs lisbot that messages wait which should have been sent long ago."""
        if (late := await self.claims.read_lateness()) > LATE:
            log.warning("the outbox is late: a message has waited for %d minutes", late // timedelta(minutes=1))

    async def rest(self) -> None:
        """Wait until woken, or for a few seconds. After a commit another look is due as soon as a burst of changes
        is over."""
        try:
            async with asyncio.timeout(self.patience):
                await self.woken.wait()
        except TimeoutError:
            self.patience = POLL
        else:
            if self.is_commit_new:
                self.is_commit_new = False
                self.patience = BURST.total_seconds()
                await asyncio.sleep(PAUSE)

    async def drain(self) -> None:
        """Send and edit until nothing is due."""
        await self.claims.rescue()
        while True:
            self.woken.clear()
            if await self.take_up():
                continue
            if self.under_way:
                await self.woken.wait()
            elif not self.woken.is_set():  # what ended meanwhile may have let another message through
                break
        await self.settle(float("inf"))

    async def take_up(self) -> int:
        """Claim a batch of messages and one of cards, where there is room, and set to work on them.

        Returns how many rows were claimed.
        """
        room = MAX_UNDER_WAY - BATCH
        if self.sending > room and self.editing > room:
            return 0
        is_waiting, is_stale = (True, False) if self.has_backlog else await self.claims.look()
        until = datetime.now(UTC) + LEASE
        deliveries = await self.claims.claim(BATCH, until) if is_waiting and self.sending <= room else []
        postings = await self.claims.claim_stale(BATCH, until) if is_stale and self.editing <= room else []
        # After a full batch there are likely more, and no look is needed; but cards have their turn, too.
        self.has_backlog = len(deliveries) == BATCH and not self.has_backlog
        self.sending += len(deliveries)
        self.editing += len(postings)
        if deliveries:
            self.begin(self.deliver(deliveries, until))
        if postings:
            self.begin(self.redraw(postings, until))
        return len(deliveries) + len(postings)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.finish)

    def finish(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        self.woken.set()
        if not task.cancelled() and (error := task.exception()):
            # The rows keep their lease, and are taken up again when that runs out.
            log.error("the outbox lost a batch: %s", type(error).__name__, exc_info=error)

    def is_too_late(self, until: datetime) -> bool:
        """Returns whether a row is better left to its next claim: the lease might run out while it is sent, or
        lisbot is stopping."""
        return self.is_stopping or datetime.now(UTC) > until - LONGEST_SEND

    async def deliver(self, batch: list[ClaimedDelivery], until: datetime) -> None:
        """Send a batch of messages, and write down how it went as it goes."""
        left = len(batch)
        try:
            async with self.runtime.db.read() as db:
                position = await self.drawing.prepare(db)
                routes = await find_routes(db, self.runtime, batch, self.senders)
            wanted = {each.id: self.attempts.scopes(routes[each.id].chat) for each in batch if each.channel != MAIL}
            turns = Turns(self.budgets, wanted, lambda: self.is_too_late(until))
            together = await self.claim_together(batch, routes, until)
            count = sum(map(len, together.values()))
            left, self.sending = left + count, self.sending + count

            async def attempt(claimed: ClaimedDelivery) -> AsyncIterator[list[Ended]]:
                others = together.get(claimed.person_id or 0, [])
                if self.is_too_late(until):
                    yield [(each, RELEASED) for each in (claimed, *others)]
                elif not others:
                    yield [(claimed, await self.attempts.send(claimed, routes[claimed.id], turns))]
                else:
                    rows = [claimed, *others]
                    async for ended in self.attempts.send_together(rows, routes, turns):
                        yield ended

            async def end(ended: list[Ended]) -> list[Ended]:
                nonlocal left
                subjects = await self.claims.end(ended, position, until)
                left -= len(ended)
                self.sending -= len(ended)
                self.count(ended)
                self.watch(subjects, position)
                return []

            def platform_of(claimed: ClaimedDelivery) -> str:
                return MAIL if claimed.channel == MAIL else routes[claimed.id].platform

            await self.work_off(queues(batch, platform_of), attempt, end, until)
        finally:
            self.sending -= left

    async def claim_together(
        self, batch: list[ClaimedDelivery], routes: dict[int, Route], until: datetime
    ) -> dict[int, list[ClaimedDelivery]]:
        """Claim what else is to be told at once to people of a batch whom several councils tell something that can
        wait, and find its routes. Returns it by person."""
        people = {
            each.person_id
            for each in batch
            if each.can_wait and each.person_id and each.channel != MAIL and is_told_together(routes[each.id])
        }
        found = await self.claims.claim_together(people, until) if people and not self.is_too_late(until) else []
        together: dict[int, list[ClaimedDelivery]] = defaultdict(list)
        if found:
            async with self.runtime.db.read() as db:
                routes |= await find_routes(db, self.runtime, found, self.senders)
        for each in found:
            together[each.person_id or 0].append(each)
        return together

    async def redraw(self, batch: list[ClaimedPosting], until: datetime) -> None:
        """Edit a batch of cards to how things stand now, and write down how it went as it goes."""
        left = len(batch)
        try:
            async with self.runtime.db.read() as db:
                await self.drawing.prepare(db)
                routes = await find_routes(db, self.runtime, batch, self.senders)
            there = {each.id: address_of(each, routes[each.id]) for each in batch}
            wanted = {id_: self.attempts.scopes(to, edits=True) for id_, to in there.items()}
            turns = Turns(self.budgets, wanted, lambda: self.is_too_late(until))
            await turns.take_all()

            async def attempt(posting: ClaimedPosting) -> AsyncIterator[list[EndedEdit]]:
                if self.is_too_late(until):
                    yield [(posting.id, EditEnding("later", wait=timedelta()))]
                else:
                    yield [(posting.id, await self.attempts.edit(posting, routes[posting.id], turns))]

            async def end(ended: list[EndedEdit]) -> list[EndedEdit]:
                nonlocal left
                known = await self.claims.end_edits(dict(ended))
                left -= len(known)
                self.editing -= len(known)
                for result, count in Counter(ending.result for id_, ending in ended if id_ in known).items():
                    self.metrics.edits.labels(result).inc(count)
                return [each for each in ended if each[0] not in known]

            in_turn = sorted(batch, key=lambda posting: turns.at[posting.id].wait)
            await self.work_off(queues(in_turn, lambda posting: posting.platform), attempt, end, until)
        finally:
            self.editing -= left

    def count(self, ended: Iterable[Ended]) -> None:
        now = self.runtime.now()
        for claimed, ending in ended:
            if ending.state is not DeliveryState.WAITING:
                about = {"request_id": claimed.request_id or ""}
                log.info("delivery %d is %s", claimed.id, ending.state.value, extra=about)
            if ending.posted is not None or ending.message_id:
                self.metrics.delay.observe(max((now - claimed.due_at).total_seconds(), 0.0))
            for tried in ending.tries:
                self.metrics.attempts.labels(tried.channel or "none", tried.outcome.value).inc()
        for state, count in Counter(ending.state for _, ending in ended).items():
            if state is not DeliveryState.WAITING:
                self.metrics.deliveries.labels(state.value).inc(count)

    async def work_off(
        self,
        waiting: Mapping[str, deque[Row]],
        attempt: Callable[[Row], AsyncIterator[list[T]]],
        end: Callable[[list[T]], Awaitable[list[T]]],
        until: datetime,
    ) -> None:
        """Attempt a batch's rows, several at one time on each platform, and write down what has ended: what a platform
        takes no more of before that is written down at once, one at once, many together. `end` returns what could not
        be written down yet.
        """
        ended: list[T] = []
        has_ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        look_at = loop.time()
        in_flight = self.attempts.in_flight

        async def work(rows: deque[Row]) -> None:
            try:
                while rows:
                    async for each in attempt(rows.popleft()):
                        ended.extend(await self.end_in_flight(each, end, until) if in_flight.has_mine() else each)
                        has_ended.set()
            finally:
                in_flight.leave()

        pending = {
            asyncio.create_task(work(rows)) for rows in waiting.values() for _ in range(min(len(rows), SENDS_AT_ONCE))
        }
        for task in pending:
            task.add_done_callback(lambda _: has_ended.set())
        while pending or ended:
            if pending:
                await has_ended.wait()
                has_ended.clear()
                has_more = any(waiting.values())
                done, pending = await asyncio.wait(pending, timeout=END_LATER if has_more else END_SOON)
                for task in done:
                    task.result()
            else:
                await asyncio.sleep(END_AGAIN)
            now, ended[:] = ended[:], []
            try:
                left = await end(now) if now else []
            except Exception as error:
                left = now
                log.error("the outbox cannot write down how it went: %s", type(error).__name__)
            if left and pending:
                await asyncio.sleep(END_AGAIN)
                has_ended.set()
            ended += left
            if not pending or loop.time() >= look_at:
                look_at = loop.time() + LOOK_AFTER
                self.woken.set()
            if not pending and (self.is_stopping or datetime.now(UTC) > until):
                return  # after their lease, the rows are taken up again

    async def end_in_flight(
        self, ended: list[T], end: Callable[[list[T]], Awaitable[list[T]]], until: datetime
    ) -> list[T]:
        """Write down what this task had in flight, before another message may be. Returns what could not be."""
        try:
            while True:
                try:
                    return await end(ended)
                except Exception as error:
                    log.error("the outbox cannot write down how it went: %s", type(error).__name__)
                if self.is_stopping or datetime.now(UTC) > until:
                    return ended
                await asyncio.sleep(END_AGAIN)
        finally:
            self.attempts.in_flight.leave()

    def watch(self, subjects: set[Subject], position: LogPosition) -> None:
        """Remember cards that were just posted, to look once more whether something was done to them meanwhile.

        On PostgreSQL a command's commit may be under way at the moment a posting is written: it marks the postings
        that it sees, and we look for the lines that we see, and neither sees the other. A moment later both do.
        """
        if subjects and not self.runtime.db.is_sqlite:
            due = asyncio.get_running_loop().time() + SETTLING
            if self.settling and self.settling[-1].position == position:  # the same batch's
                subjects |= self.settling.pop().subjects
            self.settling.append(Settling(due, position, subjects))

    async def settle(self, now: float) -> None:
        """Mark the cards out of date that such a command was about."""
        due = [each for each in self.settling if each.due <= now]
        # Out of the list before anything is awaited: drain() and work() may both be here.
        self.settling = [each for each in self.settling if each.due > now]
        while due:
            try:
                await self.claims.mark_changed(due[0].subjects, due[0].position)
            except BaseException:
                self.settling += due
                raise
            del due[0]


def is_told_together(route: Route) -> bool:
    """Returns whether somebody is told now in one message, in chat, what several councils tell them."""
    return route.gathers and route.chat is not None and route.concerned_in is None


def queues(batch: Iterable[Row], platform_of: Callable[[Row], str]) -> dict[str, deque[Row]]:
    """Returns a batch's rows by the platform they go to, in their order."""
    found: dict[str, deque[Row]] = defaultdict(deque)
    for row in batch:
        found[platform_of(row)].append(row)
    return found
