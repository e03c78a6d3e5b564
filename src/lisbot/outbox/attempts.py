"""One attempt: sending one message, or editing one posted card, and how it ended.

Chat falls back to mail where the platform refuses for good. What may go better later is attempted again, after as
long as the platform asks for, or after longer and longer.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from math import ceil
from typing import TypeVar

from lisbot import tracing
from lisbot.cards.viewer import Viewer
from lisbot.council.delivery.reach import MAIL
from lisbot.council.delivery.states import TURNED_OFF
from lisbot.council.enums import DeliveryState
from lisbot.messaging import (
    Address,
    Finder,
    GoneError,
    Message,
    MessageGoneError,
    Scope,
    Sender,
    SendError,
    TransientError,
)
from lisbot.metrics import Metrics
from lisbot.outbox.budgets import Budgets, Turns, bucket_of
from lisbot.outbox.drawing import Drawing, Drawn
from lisbot.outbox.in_flight import SENDS_AT_ONCE, AllInFlight
from lisbot.outbox.outcomes import (
    LONGEST_WAIT,
    holds_up,
    later_or_failed,
    leave_to_mail,
    pause,
    refused,
    taken,
    without_sending,
)
from lisbot.outbox.records import (
    HELD,
    RELEASED,
    ClaimedDelivery,
    ClaimedPosting,
    EditEnding,
    Ended,
    Ending,
    Posted,
)
from lisbot.outbox.routing import Route, read_accounts

log = logging.getLogger(__name__)
T = TypeVar("T")

WAITING = DeliveryState.WAITING
MOST_IN_ONE = 30  # messages sent as one: platforms take no card of any length
LONGEST_SEARCH = 20.0  # seconds that rooms' rosters are asked one after another, before it is left to a later attempt
EDIT_WAIT = 15.0  # seconds before an edit is tried again, if the platform asks for nothing else


class Postponed(Exception):
    """The message's turn in a platform's limits does not come soon: back to the queue for so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Attempts:
    """Draws and sends, through the channels that are on."""

    def __init__(self, drawing: Drawing, senders: Mapping[str, Sender], budgets: Budgets, metrics: Metrics) -> None:
        self.drawing, self.senders, self.budgets, self.metrics = drawing, senders, budgets, metrics
        self.slots: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(SENDS_AT_ONCE))
        self.in_flight = AllInFlight()

    def scopes(self, to: Address | None, *, edits: bool = False) -> Sequence[Scope]:
        """Returns the limits that a message to this address is counted in."""
        scopes = getattr(self.senders.get(to.platform), "scopes", None) if to is not None else None
        return scopes(to, edits=edits) if scopes is not None else ()

    async def in_turn(
        self, id_: int, to: Address, turns: Turns, call: Callable[[], Awaitable[T]], *, edits: bool = False
    ) -> T:
        """Call a platform when the message's turn has come and a slot is free.

        Raises Postponed where that is long, and what the call raises: a platform that asks for a pause is given it by
        all of the conversation and the tenant.
        """
        scopes, in_flight = self.scopes(to, edits=edits), self.in_flight.on[to.platform]
        while True:
            if (wait := await turns.approach(id_, scopes)) is not None:
                raise Postponed(wait)
            if scopes and not edits:  # an edit that is made again changes nothing
                await in_flight.enter(bucket_of(scopes[-1].limit).interval)
            async with self.slots[to.platform]:
                if not await turns.is_due(id_):
                    in_flight.leave()
                    continue
                turns.end(id_)
                try:
                    with self.metrics.send_seconds.labels(to.platform).time():
                        if edits:
                            return await call()
                        with in_flight.call():
                            return await call()
                except SendError as error:
                    in_flight.leave()  # nothing was taken that a kill would have sent again
                    if isinstance(error, TransientError) and error.retry_after is not None:
                        self.metrics.paused.labels(to.platform).inc()
                        await self.budgets.pause(scopes, min(error.retry_after, LONGEST_WAIT.total_seconds()))
                    raise

    async def send(self, claimed: ClaimedDelivery, route: Route, turns: Turns) -> Ending:
        """Send one message. Returns how it ended, which is never by raising."""
        with tracing.request(origin_of(claimed)), tracing.span(f"deliver {claimed.kind}", id=claimed.id):
            return await self.send_in_request(claimed, route, turns)

    async def send_in_request(self, claimed: ClaimedDelivery, route: Route, turns: Turns) -> Ending:
        try:
            ending = await self.draw_and_send(claimed, route, turns)
        except Postponed as postponed:
            self.metrics.postponed.labels(route.platform).inc()
            return RELEASED._replace(wait=timedelta(seconds=postponed.seconds))
        except Exception:
            log.exception("delivery %d met a bug", claimed.id)
            ending = without_sending(later_or_failed(claimed, TransientError("bug"), None))
        if ending.reason:
            log.info("delivery %d is %s: %s", claimed.id, ending.state.value, ending.reason)
        return ending

    async def draw_and_send(self, claimed: ClaimedDelivery, route: Route, turns: Turns) -> Ending:
        if route.concerned_in is not None:
            return HELD._replace(wait=route.concerned_in)
        if not route.is_concerned:
            return without_sending(Ending(DeliveryState.FAILED, "not_concerned"))
        drawn = await self.drawing.draw(claimed, route)
        if drawn.reply.status != 200:
            # Between the commit and now they lost the right to see it, or it is no more.
            reason = f"not_shown_{drawn.reply.status}"
            error = TransientError(reason) if drawn.reply.status >= 500 else SendError(reason)
            return without_sending(later_or_failed(claimed, error, None))
        return await self.reach(claimed, route, self.drawing.compose(claimed, drawn, route), turns)

    async def send_together(
        self,
        rows: Sequence[ClaimedDelivery],
        routes: Mapping[int, Route],
        turns: Turns,
    ) -> AsyncIterator[list[Ended]]:
        """Send one person in one message what several councils tell them in one chat, and by itself what goes
        elsewhere or does not come through. What comes after one that is to be tried again waits with it. Yields how
        they ended, after each message: never by raising."""
        alone = {row.id: row for row in rows}
        gone: dict[int, Ending] = {}
        is_held_up = False
        drawn = await self.draw_together(rows, routes)
        viewer = next((card.reply.viewer for _, card in drawn if card.reply.viewer), None)
        for part in in_parts(drawn):
            if viewer is None:
                break  # all of it in words alone
            is_left = is_held_up or turns.is_too_late()
            ending = RELEASED if is_left else await self.send_digest(part, viewer, routes, turns)
            is_held_up |= holds_up(ending)
            if ending.state is not DeliveryState.FAILED:
                # A digest is no thing's card, and is not edited when one of the things changes.
                ended = ending._replace(posted=None)
                yield [(alone.pop(row.id), ended._replace(copies=routes[row.id].copies)) for row, _ in part]
            elif ending.gone:
                gone |= {row.id: ending for row, _ in part}
        for row in alone.values():
            if row.id in gone:
                ending = leave_to_mail(gone[row.id], routes[row.id])
            elif is_held_up or turns.is_too_late():
                ending = RELEASED
            else:
                ending = await self.send(row, routes[row.id], turns)
            is_held_up |= holds_up(ending)
            yield [(row, ending)]

    async def draw_together(
        self, rows: Sequence[ClaimedDelivery], routes: Mapping[int, Route]
    ) -> list[tuple[ClaimedDelivery, Drawn]]:
        """Returns those of the messages that go to one chat now, with their cards; none where they are one council's,
        and nothing that comes after one that cannot be drawn at this moment. What mail carries is whole, with its
        calendar and the address for an answer to it."""
        chats = {row.id: routes[row.id].chat for row in rows if row.channel != MAIL}
        chat = next((each for each in chats.values() if each), None)
        drawn: list[tuple[ClaimedDelivery, Drawn]] = []
        for row in rows:
            route = routes[row.id]
            if chat is None or chats.get(row.id) != chat or route.concerned_in is not None or not route.is_concerned:
                continue
            try:
                card = await self.drawing.draw(row, route)
            except Exception:
                log.exception("delivery %d met a bug", row.id)
                break
            if card.reply.status >= 500:
                break
            if card.reply.status == 200:
                drawn.append((row, card))
        return drawn if len({row.body_id for row, _ in drawn}) > 1 else []

    async def send_digest(
        self,
        drawn: Sequence[tuple[ClaimedDelivery, Drawn]],
        viewer: Viewer,
        routes: Mapping[int, Route],
        turns: Turns,
    ) -> Ending:
        """Send several messages as one, in chat, for the call that the first is of. Returns how it ended, which is
        never by raising."""
        lead = drawn[0][0]
        to = routes[lead.id].chat
        assert to is not None
        try:
            with tracing.request(origin_of(lead)), tracing.span("deliver together", id=lead.id, count=len(drawn)):
                return await self.send_chat(lead, to, self.drawing.compose_digest(drawn, viewer), turns)
        except Postponed as postponed:
            self.metrics.postponed.labels(to.platform).inc()
            return RELEASED._replace(wait=timedelta(seconds=postponed.seconds))
        except Exception:
            log.exception("%d deliveries met a bug", len(drawn))
            return without_sending(later_or_failed(lead, TransientError("bug"), None))

    async def reach(self, claimed: ClaimedDelivery, route: Route, message: Message, turns: Turns) -> Ending:
        """Send a message in chat, or else by mail."""
        given_up, why = claimed.channel == MAIL, claimed.reason
        if route.lost_reason and route.chat is None and not given_up:
            if claimed.attempts and route.email is not None:  # they were chat's
                return leave_to_mail(Ending(DeliveryState.FAILED, route.lost_reason), route)
            given_up, why = True, route.lost_reason
        if route.chat is None and not given_up:
            try:
                route = route._replace(chat=await self.find_in_rooms(claimed, route))
            except TransientError as error:
                ending = without_sending(later_or_failed(claimed, error, None))
                return ending if ending.state is WAITING else leave_to_mail(ending, route)
        if route.chat and not given_up:
            ending = await self.send_chat(claimed, route.chat, message, turns)
            if ending.state is not DeliveryState.FAILED:
                return ending._replace(copies=route.copies)
            return leave_to_mail(ending, route)
        if route.email is None and route.is_off:
            return without_sending(Ending(DeliveryState.FAILED, TURNED_OFF))
        if route.email is None:
            return without_sending(
                Ending(DeliveryState.UNREACHABLE, route.lost_reason or self.unreachable_reason(claimed))
            )
        if turns.is_too_late():  # while a roster was asked
            raise Postponed(0)
        ending = await self.send_mail(claimed, route.email, message)
        if given_up and ending.state is DeliveryState.SENT:
            return ending._replace(state=DeliveryState.FELL_BACK, reason=why)
        if given_up and ending.state is WAITING:
            # Kept on the row: the next attempt goes straight to mail, and knows why.
            return ending._replace(channel=MAIL, reason=why)
        return ending

    async def find_in_rooms(self, claimed: ClaimedDelivery, route: Route) -> Address | None:
        """Returns where somebody is reached who is in a room of the body and has not met lisbot yet.

        What a roster finds is used only where an account of theirs leads to it: their address may have been given to
        somebody else, whose account is known. Raises TransientError where nothing was found and a roster may answer
        later.
        """
        later: TransientError | None = None
        loop = asyncio.get_running_loop()
        give_up_at = loop.time() + LONGEST_SEARCH
        for room in route.rooms if route.known_email else ():
            if loop.time() >= give_up_at:
                later = TransientError("no_answer")
                break
            finder = self.senders[room.platform]
            if not isinstance(finder, Finder):
                continue
            try:
                found = await finder.find_person(room, str(route.known_email))
            except TransientError as error:
                later = error
            except SendError as error:
                log.info("a room's roster was not to be had: %s", error.reason)
            else:
                if found is not None and await self.is_theirs(claimed, found):
                    return found
        if later is not None:
            raise later
        return None

    async def is_theirs(self, claimed: ClaimedDelivery, found: Address) -> bool:
        runtime, people = self.drawing.runtime, [] if claimed.person_id is None else [claimed.person_id]
        async with runtime.db.read() as db:
            accounts = await read_accounts(db, people, runtime.now().astimezone(runtime.tz).date())
        own = accounts.get(claimed.person_id or 0, ())
        return any((a.platform, a.conversation_id) == (found.platform, found.conversation_id) for a in own)

    async def send_chat(self, claimed: ClaimedDelivery, to: Address, message: Message, turns: Turns) -> Ending:
        send = partial(self.senders[to.platform].send, to, message)
        try:
            message_id = await self.in_turn(claimed.id, to, turns, send)
        except SendError as error:
            ending = refused(claimed, error, to.platform)
            return ending._replace(gone=to) if isinstance(error, GoneError) else ending
        return taken(to.platform, message_id)._replace(posted=Posted(to, message_id))

    async def send_mail(self, claimed: ClaimedDelivery, email: str, message: Message) -> Ending:
        message = replace(message, recipient=claimed.recipient)
        try:
            message_id = await self.senders[MAIL].send(Address(MAIL, "", "", email), message)
        except SendError as error:
            return refused(claimed, error, MAIL)
        return taken(MAIL, message_id)

    def unreachable_reason(self, claimed: ClaimedDelivery) -> str:
        if claimed.room_id is not None:
            return "no_chat"
        return "no_chat_no_email" if MAIL in self.senders else "no_chat_mail_off"

    async def edit(self, posting: ClaimedPosting, route: Route, turns: Turns) -> EditEnding:
        """Edit one posted card to how things stand now. Returns how it ended, which is never by raising."""
        try:
            return await self.draw_and_edit(posting, route, turns)
        except Postponed as postponed:
            return EditEnding("later", wait=timedelta(seconds=postponed.seconds))
        except Exception:
            log.exception("posting %d met a bug", posting.id)
            return EditEnding("failed")

    async def draw_and_edit(self, posting: ClaimedPosting, route: Route, turns: Turns) -> EditEnding:
        if posting.platform not in self.senders:
            return EditEnding("off")
        drawn = await self.drawing.draw(posting, route)
        if drawn.reply.status != 200:
            # Whoever may see it no longer has the card as it was; it is edited no more.
            return EditEnding("failed" if drawn.reply.status >= 500 else "gone")
        to, message = address_of(posting, route), self.drawing.compose(posting, drawn, route)
        edit = partial(self.senders[posting.platform].edit, to, posting.message_id, message)
        try:
            await self.in_turn(posting.id, to, turns, edit, edits=True)
        except SendError as error:
            log.info("posting %d was not edited: %s", posting.id, error.reason)
            if isinstance(error, TransientError):
                return EditEnding("later", wait=pause(error, EDIT_WAIT))
            return EditEnding("gone" if isinstance(error, GoneError | MessageGoneError) else "failed")
        return EditEnding("edited")


def origin_of(claimed: ClaimedDelivery) -> tracing.Origin | None:
    """Returns the call that a message is sent for, where that is known."""
    return tracing.Origin(claimed.request_id) if claimed.request_id else None


def in_parts(drawn: Sequence[T]) -> list[Sequence[T]]:
    """Returns what is sent as one in parts that a card has room for; nobody is sent a message of one line."""
    count = ceil(len(drawn) / MOST_IN_ONE)
    return [drawn[n * len(drawn) // count : (n + 1) * len(drawn) // count] for n in range(count)]


def address_of(posting: ClaimedPosting, route: Route) -> Address:
    """Returns where a card is posted: in the tenant whose conversation it is, as far as that is known."""
    is_there = route.chat is not None and route.chat.conversation_id == posting.conversation_id
    tenant = route.chat.tenant if route.chat is not None and is_there else ""
    return Address(posting.platform, tenant, posting.service_url, posting.conversation_id)
