"""What an attempt's answer comes to: taken, refused for good, left to mail, or tried again and when."""

import random
from datetime import timedelta

from lisbot.council.delivery.reach import MAIL
from lisbot.council.enums import AttemptOutcome, DeliveryState
from lisbot.messaging import GoneError, SendError, TransientError
from lisbot.outbox.records import ClaimedDelivery, Ending, Tried
from lisbot.outbox.routing import Route

WAITING = DeliveryState.WAITING
MAX_ATTEMPTS = 8
FIRST_WAIT, GROWTH = 5.0, 3.0  # seconds; eight attempts stretch over an hour and a half
LONGEST_WAIT = timedelta(hours=2)  # whatever a platform asks for


def taken(channel: str, message_id: str) -> Ending:
    """Returns the ending of a message that the platform took."""
    tried = Tried(channel, AttemptOutcome.SENT, message_id=message_id or None)
    return Ending(DeliveryState.SENT, channel=channel, tries=(tried,))


def refused(claimed: ClaimedDelivery, error: SendError, channel: str) -> Ending:
    """Returns the ending of a message that the platform did not take."""
    ending = later_or_failed(claimed, error, channel)
    outcome = AttemptOutcome.GONE if isinstance(error, GoneError) else outcome_of(ending)
    return ending._replace(tries=(Tried(channel, outcome, error.reason),))


def leave_to_mail(ending: Ending, route: Route) -> Ending:
    """Returns the ending of a message that chat does not take. Mail has it at its next claim, and not now: however long
    a mail server takes, it holds up no chat and outlasts no lease, and what chat answered is written down."""
    if route.email is not None:
        return ending._replace(state=WAITING, channel=MAIL, is_left_to_mail=True)
    return ending._replace(state=DeliveryState.UNREACHABLE) if ending.gone else ending


def holds_up(ending: Ending) -> bool:
    """Returns whether a message is the next of its recipient's still, so that none that came later goes before it."""
    return ending.state is WAITING and not ending.is_held


def without_sending(ending: Ending) -> Ending:
    """Returns the ending of a message that was not sent to anything, with that as its try."""
    return ending._replace(tries=(Tried("", outcome_of(ending), ending.reason),))


def outcome_of(ending: Ending) -> AttemptOutcome:
    return AttemptOutcome.LATER if ending.state is WAITING else AttemptOutcome.FAILED


def later_or_failed(claimed: ClaimedDelivery, error: SendError, channel: str | None) -> Ending:
    """Returns another attempt where that may help and some are left; otherwise the end of it."""
    if isinstance(error, TransientError) and claimed.attempts + 1 < MAX_ATTEMPTS:
        wait = pause(error, FIRST_WAIT * GROWTH**claimed.attempts)
        return Ending(WAITING, error.reason, wait=wait)
    return Ending(DeliveryState.FAILED, error.reason, channel)


def pause(error: TransientError, seconds: float) -> timedelta:
    """Returns as long as the platform asks for, or this long give or take a fifth: not all come back at once."""
    if error.retry_after is None:
        seconds *= random.uniform(0.8, 1.2)  # noqa: S311
    else:
        seconds = error.retry_after
    return min(timedelta(seconds=max(seconds, 0.0)), LONGEST_WAIT)
