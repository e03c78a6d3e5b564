"""By when something that a card shows is to be done, in words that stand before everything else in a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.council.enums import REFERRAL_WAITS, CallState, MeetingState, MinutesState, VoteState
from lisbot.council.meetings.views import AgendaView, CallView, MeetingRef, MeetingView
from lisbot.council.minutes.views import MinutesView
from lisbot.council.referrals.views import ReferralView
from lisbot.council.votes.views import VoteView

LAST_MINUTE = time(23, 59)  # of a deadline that is a day


@dataclass(frozen=True, slots=True)
class Deadline:
    """`at`: until when something can be done. `words`: with day and hour."""

    at: datetime
    words: str


def deadline(key: str, at: datetime, viewer: Viewer) -> Deadline:
    return Deadline(at, viewer.t(key, day=at.date(), hour=at.time()))


def of_meeting(view: MeetingView, viewer: Viewer) -> Deadline | None:
    if view.line.state not in (MeetingState.PLANNED, MeetingState.IN_PROGRESS):
        return None
    return meeting_time(view.line.meeting, viewer)


def of_agenda(view: AgendaView, viewer: Viewer) -> Deadline | None:
    found = meeting_time(view.meeting, viewer)
    return found if found.at > viewer.at else None


def meeting_time(meeting: MeetingRef, viewer: Viewer) -> Deadline:
    """Returns when a meeting begins: until then an answer to its notice is of use."""
    at = datetime.combine(meeting.held_on, meeting.starts, viewer.tz)
    return deadline("card.deadline.meeting", at, viewer)


def of_call(view: CallView, viewer: Viewer) -> Deadline | None:
    if view.state is not CallState.OPEN or view.closes_on is None:
        return None
    at = datetime.combine(view.closes_on, LAST_MINUTE, viewer.tz)
    return deadline("card.deadline.call", at, viewer)


def of_vote(view: VoteView, viewer: Viewer) -> Deadline | None:
    if view.state is not VoteState.OPEN or view.closes_at is None:
        return None
    return deadline("card.deadline.vote", view.closes_at.astimezone(viewer.tz), viewer)


def of_minutes(view: MinutesView, viewer: Viewer) -> Deadline | None:
    if view.state is not MinutesState.COMMENTS or view.comments_until is None:
        return None
    at = datetime.combine(view.comments_until, LAST_MINUTE, viewer.tz)
    return deadline("card.deadline.minutes", at, viewer)


def of_referral(view: ReferralView, viewer: Viewer) -> Deadline | None:
    if view.state not in REFERRAL_WAITS or view.answer_by is None:
        return None
    return deadline("card.deadline.referral", datetime.combine(view.answer_by, LAST_MINUTE, viewer.tz), viewer)


# By what a command shows.
DEADLINES: dict[str, Callable[[Any, Viewer], Deadline | None]] = {
    "meeting": of_meeting,
    "agenda": of_agenda,
    "call": of_call,
    "vote": of_vote,
    "minutes": of_minutes,
    "referral": of_referral,
}


def find_deadline(shows: str, view: Any, viewer: Viewer) -> Deadline | None:
    """Returns by when something is to be done about what is shown; None where there is no such time."""
    find = DEADLINES.get(shows)
    return find(view, viewer) if find else None
