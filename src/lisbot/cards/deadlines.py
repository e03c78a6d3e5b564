"""By when something that a card shows is to be done, in words that stand before everything else in a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from lisbot.cards.viewer import Viewer
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.enums import (
    CONSULTATION_OVER,
    REFERRAL_WAITS,
    CallState,
    FollowUpState,
    LocalInputState,
    MeetingState,
    MinutesState,
    VoteState,
)
from lisbot.council.local_inputs.views import LocalInputView
from lisbot.council.meetings.views import AgendaView, CallView, MeetingRef, MeetingView
from lisbot.council.minutes.views import FollowUpsView, MinutesView
from lisbot.council.referrals.views import ReferralView
from lisbot.council.votes.views import VoteView

LAST_MINUTE = time(23, 59)  # of a deadline that is a day
TAKEN_LATE = timedelta(days=14)  # for which a link does what is also taken, and marked, after its deadline


FOLLOW_UP_WAITS = (FollowUpState.OPEN, FollowUpState.RAISED, FollowUpState.WILL_BE, FollowUpState.WAITS)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`at`: until when something can be done, which is later than what the words say where it is taken late, too.
    `words`: with day and hour."""

    at: datetime
    words: str


def deadline(key: str, at: datetime, viewer: Viewer) -> Deadline:
    return Deadline(at, viewer.t(key, day=at.date(), hour=at.time()))


def taken_late(key: str, day: date, viewer: Viewer) -> Deadline:
    """Returns a deadline that is a day, for what is taken after it, too: its words say the deadline, and what can be
    done can be some time after it."""
    due_at = datetime.combine(day, LAST_MINUTE, viewer.tz)
    return Deadline(due_at + TAKEN_LATE, deadline(key, due_at, viewer).words)


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
    return taken_late("card.deadline.minutes", view.comments_until, viewer)


def of_referral(view: ReferralView, viewer: Viewer) -> Deadline | None:
    if view.state not in REFERRAL_WAITS or view.answer_by is None:
        return None
    return taken_late("card.deadline.referral", view.answer_by, viewer)


def of_consultation(view: ConsultationView, viewer: Viewer) -> Deadline | None:
    """Returns by when the viewer is to do what a consultation waits for from them; for its secretariat, by when what it
    waits for is due."""
    step = own_step(view)
    day = next((each.day for each in view.days if each.step == step), None)
    if day is None:
        return None
    if step == "send_by":
        day = view.answer_by
    return taken_late(f"card.deadline.consultation.{step}", day, viewer)


def own_step(view: ConsultationView) -> str:
    """Returns what a consultation waits for from the viewer; "" where it is nothing."""
    if view.is_recused or view.state in CONSULTATION_OVER:
        return ""
    if view.is_keeper:
        return view.next_step
    offered = {each.command for each in view.actions}
    if view.next_step == "comments_by" and "consultation.comment" in offered:
        return "comments_by"
    if any(each.is_own and each.stated_at is None and not each.is_recused for each in view.requests):
        return "statements_by"
    adopts = any(each.command == "consultation.adopt" for line in view.bodies for each in line.actions)
    return "adopt_by" if adopts else ""


def of_local_input(view: LocalInputView, viewer: Viewer) -> Deadline | None:
    if view.state is not LocalInputState.OPEN:
        return None
    return deadline("card.deadline.local_input", view.closes_at.astimezone(viewer.tz), viewer)


def of_follow_ups(view: FollowUpsView, viewer: Viewer) -> Deadline | None:
    """Returns the nearest day by which something that an organisation has not answered is to be followed up, or else
    the last that has passed."""
    days = [
        each.line.due_on for each in view.found if each.line.due_on is not None and each.line.state in FOLLOW_UP_WAITS
    ]
    if not days:
        return None
    coming = [each for each in days if each >= viewer.today]
    return taken_late("card.deadline.follow_up", min(coming) if coming else max(days), viewer)


# By what a command shows.
DEADLINES: dict[str, Callable[[Any, Viewer], Deadline | None]] = {
    "meeting": of_meeting,
    "agenda": of_agenda,
    "call": of_call,
    "vote": of_vote,
    "minutes": of_minutes,
    "referral": of_referral,
    "consultation": of_consultation,
    "local_input": of_local_input,
    "follow_ups": of_follow_ups,
}


def find_deadline(shows: str, view: Any, viewer: Viewer) -> Deadline | None:
    """Returns by when something is to be done about what is shown; None where there is no such time."""
    find = DEADLINES.get(shows)
    return find(view, viewer) if find else None
