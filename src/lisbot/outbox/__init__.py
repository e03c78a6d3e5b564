"""After the commit: messages that were written in a transaction are sent, and cards that hang are edited.

A row is claimed with a lease, so that any number of processes may share one PostgreSQL. A process that dies
between sending and noting it sends again when the lease runs out: at least once, never unsaid.
"""

import asyncio
import logging
import random
from collections.abc import Coroutine, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from lisbot import cards
from lisbot.commands import House, Reply, run
from lisbot.council.kinds import DeliveryState
from lisbot.council.notices import recall
from lisbot.council.people import Caller
from lisbot.metrics import Metrics
from lisbot.outbox.rows import BURST, LEASE, MAIL, Claimed, Ending, Hanging, Hangs, Rows
from lisbot.ports import Address, Message, Sender, Unsent
from lisbot.texts import text

log = logging.getLogger(__name__)

AT_ONCE = 8  # messages on their way at one time
ATTEMPTS = 8
FIRST_WAIT, GROWTH = 5.0, 3.0  # seconds; eight attempts stretch over an hour and a half
LONGEST_WAIT = timedelta(hours=2)  # whatever a platform asks for
POLL = 3.0  # seconds between looks when nobody wakes us
EDIT_WAIT = 15.0  # seconds before an edit is tried again, if the platform asks for nothing else
BREATH = 0.1  # seconds; a thousand ballots a second wake us ten times


class Outbox:
    """Sends what waits, in order for each recipient, through the channels that are on."""

    def __init__(self, house: House, senders: Mapping[str, Sender], metrics: Metrics | None = None) -> None:
        self.house, self.senders, self.metrics = house, senders, metrics or Metrics()
        self.rows = Rows(house.db, house.now)
        self.woken = asyncio.Event()
        self.stopping = False
        self.patience = POLL
        self.under_way: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Look now: something was committed."""
        self.woken.set()

    async def work(self) -> None:
        """Send and edit until stop() is called; then finish what is under way."""
        loop = asyncio.get_running_loop()
        rescue_at = loop.time()
        while not self.stopping:
            self.woken.clear()
            try:
                if loop.time() >= rescue_at:
                    await self.rows.rescue()
                    rescue_at = loop.time() + LEASE.total_seconds() / 2
                found = await self.take_up(AT_ONCE - len(self.under_way))
            except Exception as error:  # the database is away: the rows are still there when it is back
                log.error("the outbox cannot reach its rows: %s", type(error).__name__)
                found = 0
            if not found or len(self.under_way) >= AT_ONCE:
                await self.rest()
        if self.under_way:
            await asyncio.wait(self.under_way)

    def stop(self) -> None:
        self.stopping = True
        self.woken.set()

    async def rest(self) -> None:
        """Until woken, or a few seconds. After waking a look is due as soon as a burst of changes is over."""
        try:
            await asyncio.wait_for(self.woken.wait(), self.patience)
        except TimeoutError:
            self.patience = POLL
        else:
            self.patience = BURST.total_seconds()
            await asyncio.sleep(BREATH)

    async def drain(self) -> None:
        """Send and edit until nothing is due."""
        await self.rows.rescue()
        while await self.take_up(AT_ONCE) or self.under_way:
            if self.under_way:
                await asyncio.wait(self.under_way)

    async def take_up(self, room: int) -> int:
        """Claim up to so many rows and set to work on them. How many there were."""
        if room <= 0 or not await self.rows.is_anything_due():
            return 0
        deliveries = await self.rows.claim(room)
        postings = await self.rows.claim_stale(room - len(deliveries)) if len(deliveries) < room else []
        for claimed in deliveries:
            self.begin(self.deliver(claimed))
        for hanging in postings:
            self.begin(self.redraw(hanging))
        return len(deliveries) + len(postings)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self.under_way.add(task)
        task.add_done_callback(self.end)

    def end(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        self.woken.set()
        if not task.cancelled() and (error := task.exception()):
            # The row keeps its lease, and is taken up again when that runs out.
            log.error("the outbox could not note how a row went: %s", type(error).__name__)

    # Sending.

    async def deliver(self, claimed: Claimed) -> None:
        """Send one message and note how it went."""
        try:
            ending = await self.attempt(claimed)
        except Exception:
            log.exception("delivery %d met a bug", claimed.id)
            ending = later_or_failed(claimed, Unsent("bug", passing=True), None)
        if ending.state is not DeliveryState.WAITING:
            self.metrics.deliveries.labels(ending.state.value).inc()
        if ending.reason:
            log.info("delivery %d is %s: %s", claimed.id, ending.state.value, ending.reason)
        await self.rows.note(claimed, ending)

    async def attempt(self, claimed: Claimed) -> Ending:
        newest = await self.rows.last_line()
        chat, email = await self.rows.find(claimed, self.senders)
        reply = await self.draw(claimed, chat.platform if chat else MAIL)
        if reply.status != 200:
            # Between the commit and now they lost the right to see it, or it is no more.
            return later_or_failed(
                claimed, Unsent(f"not_shown_{reply.status}", passing=reply.status >= 500), None
            )
        facts = {name: self.local(value) for name, value in recall(claimed.facts).items()}
        message = self.word(text(reply.lang, f"notice.{claimed.kind}", **facts), reply, claimed)
        given_up, why, gone = claimed.channel == MAIL, claimed.reason, None
        if chat and not given_up:
            try:
                message_id = await self.senders[chat.platform].send(chat, message)
            except Unsent as refused:
                gone = chat if refused.gone else None
                ending = later_or_failed(claimed, refused, chat.platform)
                if ending.state is DeliveryState.WAITING:
                    return ending
                if email is None:
                    state = DeliveryState.UNREACHABLE if gone else DeliveryState.FAILED
                    return replace(ending, state=state, gone=gone)
                given_up, why = True, refused.reason
            else:
                return Ending(
                    DeliveryState.SENT, channel=chat.platform, hangs=Hangs(chat, message_id, newest)
                )
        if email is None:
            return Ending(DeliveryState.UNREACHABLE, self.unreachable(claimed))
        try:
            await self.senders[MAIL].send(Address(MAIL, "", "", email), message)
        except Unsent as refused:
            ending = later_or_failed(claimed, refused, MAIL)
            if given_up and ending.state is DeliveryState.WAITING:
                # Kept on the row: the next attempt goes straight to mail, and knows why.
                ending = replace(ending, channel=MAIL, reason=why)
            return replace(ending, gone=gone)
        if given_up:
            return Ending(DeliveryState.FELL_BACK, why, MAIL, gone=gone)
        return Ending(DeliveryState.SENT, channel=MAIL)

    async def draw(self, row: Claimed | Hanging, platform: str) -> Reply:
        """The card, as its recipient may see it now; none where they are told in words alone."""
        lang = await self.rows.lang_of(row.person_id)
        if not row.shows:
            return Reply(200, shown=({}, ""), lang=lang or self.house.lang)
        who = Caller("room", str(row.room_id))
        if row.person_id is not None:
            who = Caller("outbox", str(row.person_id), lang=lang)
        whole = platform in self.senders and self.senders[platform].whole
        return await run(self.house, row.shows, row.args, who, partial(cards.draw_and_place, whole=whole))

    def word(self, words: str, reply: Reply, row: Claimed | Hanging) -> Message:
        card, place = reply.shown
        href = f"{self.house.base_url}{place}" if place else ""
        return Message(words, card, reply.lang, href, row.room_id is not None, row.shows, row.args)

    def unreachable(self, claimed: Claimed) -> str:
        """Why nobody could be reached, as a key."""
        if claimed.room_id is not None:
            return "no_chat"
        return "no_chat_no_email" if MAIL in self.senders else "no_chat_mail_off"

    def local(self, value: object) -> object:
        """Moments as people there read them off a clock."""
        return value.astimezone(self.house.tz) if isinstance(value, datetime) else value

    # Editing.

    async def redraw(self, hanging: Hanging) -> None:
        """Edit one card to how things stand now, or forget it where it can be edited no more."""
        try:
            result, wait = await self.edit(hanging)
        except Exception:
            log.exception("posting %d met a bug", hanging.id)
            result, wait = "failed", None
        self.metrics.edits.labels(result).inc()
        await self.rows.note_edit(hanging, gone=result == "gone", again=wait)

    async def edit(self, hanging: Hanging) -> tuple[str, timedelta | None]:
        """How it went, and how long to wait before trying again where that may help."""
        if hanging.platform not in self.senders:
            return "off", None
        reply = await self.draw(hanging, hanging.platform)
        if reply.status != 200:
            return ("failed", None) if reply.status >= 500 else ("gone", None)
        to = Address(hanging.platform, "", hanging.service_url, hanging.conversation_id)
        try:
            message = self.word("", reply, hanging)
            await self.senders[hanging.platform].edit(to, hanging.message_id, message)
        except Unsent as refused:
            log.info("posting %d was not edited: %s", hanging.id, refused.reason)
            if refused.passing:
                return "later", pause(refused, EDIT_WAIT)
            return ("gone", None) if refused.gone else ("failed", None)
        return "edited", None


def later_or_failed(claimed: Claimed, refused: Unsent, channel: str | None) -> Ending:
    """Another attempt where that may help and some are left; otherwise the end of it."""
    if refused.passing and claimed.attempts < ATTEMPTS:
        wait = pause(refused, FIRST_WAIT * GROWTH ** (claimed.attempts - 1))
        return Ending(DeliveryState.WAITING, refused.reason, wait=wait)
    return Ending(DeliveryState.FAILED, refused.reason, channel)


def pause(refused: Unsent, seconds: float) -> timedelta:
    """As long as the platform asks for, or this long give or take a fifth: not all come back at once."""
    if refused.retry_after is None:
        seconds *= random.uniform(0.8, 1.2)  # noqa: S311
    else:
        seconds = refused.retry_after
    return min(timedelta(seconds=max(seconds, 0.0)), LONGEST_WAIT)
