"""One attempt: sending one message, or editing one posted card, and how it ended.

Chat falls back to mail where the platform refuses for good. What may go better later is attempted again, after as
long as the platform asks for, or after longer and longer.
"""

import logging
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from lisbot.council.enums import AttemptOutcome, DeliveryState
from lisbot.messaging import Address, Finder, GoneError, Message, MessageGoneError, Sender, SendError, TransientError
from lisbot.outbox.drawing import Drawing
from lisbot.outbox.records import RELEASED, ClaimedDelivery, ClaimedPosting, EditEnding, Ending, Posted, Tried
from lisbot.outbox.routing import MAIL, Route, read_accounts

log = logging.getLogger(__name__)

WAITING = DeliveryState.WAITING
MAX_ATTEMPTS = 8
FIRST_WAIT, GROWTH = 5.0, 3.0  # seconds; eight attempts stretch over an hour and a half
LONGEST_WAIT = timedelta(hours=2)  # whatever a platform asks for
EDIT_WAIT = 15.0  # seconds before an edit is tried again, if the platform asks for nothing else


class Attempts:
    """Draws and sends, through the channels that are on."""

    def __init__(self, drawing: Drawing, senders: Mapping[str, Sender]) -> None:
        self.drawing, self.senders = drawing, senders

    async def send(self, claimed: ClaimedDelivery, route: Route) -> Ending:
        """Send one message. Returns how it ended, which is never by raising."""
        try:
            ending = await self.draw_and_send(claimed, route)
        except Exception:
            log.exception("delivery %d met a bug", claimed.id)
            ending = without_sending(later_or_failed(claimed, TransientError("bug"), None))
        if ending.reason:
            log.info("delivery %d is %s: %s", claimed.id, ending.state.value, ending.reason)
        return ending

    async def draw_and_send(self, claimed: ClaimedDelivery, route: Route) -> Ending:
        if route.concerned_in is not None:
            return RELEASED._replace(wait=route.concerned_in)
        if not route.is_concerned:
            return without_sending(Ending(DeliveryState.FAILED, "not_concerned"))
        drawn = await self.drawing.draw(claimed, route)
        if drawn.reply.status != 200:
            # Between the commit and now they lost the right to see it, or it is no more.
            reason = f"not_shown_{drawn.reply.status}"
            error = TransientError(reason) if drawn.reply.status >= 500 else SendError(reason)
            return without_sending(later_or_failed(claimed, error, None))
        message = self.drawing.compose(claimed, drawn)
        given_up, why, before = claimed.channel == MAIL, claimed.reason, Ending(WAITING)
        if route.lost_reason and route.chat is None and not given_up:
            given_up, why = True, route.lost_reason
        if route.chat is None and not given_up:
            try:
                route = route._replace(chat=await self.find_in_rooms(claimed, route))
            except TransientError as error:
                before = without_sending(later_or_failed(claimed, error, None))
                if before.state is WAITING or route.email is None:
                    return before
                given_up, why = True, error.reason
        if route.chat and not given_up:
            before = await self.send_chat(claimed, route.chat, message)
            if before.state is not DeliveryState.FAILED:
                return before
            if route.email is None:
                return before._replace(state=DeliveryState.UNREACHABLE) if before.gone else before
            given_up, why = True, before.reason
        if route.email is None:
            return without_sending(
                Ending(DeliveryState.UNREACHABLE, route.lost_reason or self.unreachable_reason(claimed))
            )
        ending = await self.send_mail(claimed, route.email, message)
        ending = ending._replace(gone=before.gone, tries=before.tries + ending.tries)
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
        for room in route.rooms if route.known_email else ():
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
        async with self.drawing.runtime.db.read() as db:
            accounts = await read_accounts(db, [claimed.person_id] if claimed.person_id is not None else [])
        own = accounts.get(claimed.person_id or 0, ())
        return any((a.platform, a.conversation_id) == (found.platform, found.conversation_id) for a in own)

    async def send_chat(self, claimed: ClaimedDelivery, to: Address, message: Message) -> Ending:
        try:
            message_id = await self.senders[to.platform].send(to, message)
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

    async def edit(self, posting: ClaimedPosting, route: Route) -> EditEnding:
        """Edit one posted card to how things stand now. Returns how it ended, which is never by raising."""
        try:
            return await self.draw_and_edit(posting, route)
        except Exception:
            log.exception("posting %d met a bug", posting.id)
            return EditEnding("failed")

    async def draw_and_edit(self, posting: ClaimedPosting, route: Route) -> EditEnding:
        if posting.platform not in self.senders:
            return EditEnding("off")
        drawn = await self.drawing.draw(posting, route)
        if drawn.reply.status != 200:
            # Whoever may see it no longer has the card as it was; it is edited no more.
            return EditEnding("failed" if drawn.reply.status >= 500 else "gone")
        to = Address(posting.platform, "", posting.service_url, posting.conversation_id)
        try:
            await self.senders[posting.platform].edit(to, posting.message_id, self.drawing.compose(posting, drawn))
        except SendError as error:
            log.info("posting %d was not edited: %s", posting.id, error.reason)
            if isinstance(error, TransientError):
                return EditEnding("later", wait=pause(error, EDIT_WAIT))
            return EditEnding("gone" if isinstance(error, GoneError | MessageGoneError) else "failed")
        return EditEnding("edited")


def taken(channel: str, message_id: str) -> Ending:
    """Returns the ending of a message that the platform took."""
    tried = Tried(channel, AttemptOutcome.SENT, message_id=message_id or None)
    return Ending(DeliveryState.SENT, channel=channel, tries=(tried,))


def refused(claimed: ClaimedDelivery, error: SendError, channel: str) -> Ending:
    """Returns the ending of a message that the platform did not take."""
    ending = later_or_failed(claimed, error, channel)
    outcome = AttemptOutcome.GONE if isinstance(error, GoneError) else outcome_of(ending)
    return ending._replace(tries=(Tried(channel, outcome, error.reason),))


def without_sending(ending: Ending) -> Ending:
    """Returns the ending of a message that was not sent to anything, with that as its try."""
    return ending._replace(tries=(Tried("", outcome_of(ending), ending.reason),))


def outcome_of(ending: Ending) -> AttemptOutcome:
    return AttemptOutcome.LATER if ending.state is WAITING else AttemptOutcome.FAILED


def later_or_failed(claimed: ClaimedDelivery, error: SendError, channel: str | None) -> Ending:
    """Returns another attempt where that may help and some are left; otherwise the end of it."""
    if isinstance(error, TransientError) and claimed.attempts < MAX_ATTEMPTS:
        wait = pause(error, FIRST_WAIT * GROWTH ** (claimed.attempts - 1))
        return Ending(WAITING, error.reason, wait=wait)
    return Ending(DeliveryState.FAILED, error.reason, channel)


def pause(error: TransientError, seconds: float) -> timedelta:
    """Returns as long as the platform asks for, or this long give or take a fifth: not all come back at once."""
    if error.retry_after is None:
        seconds *= random.uniform(0.8, 1.2)  # noqa: S311
    else:
        seconds = error.retry_after
    return min(timedelta(seconds=max(seconds, 0.0)), LONGEST_WAIT)
