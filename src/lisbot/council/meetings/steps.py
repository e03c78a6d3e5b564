"""What a meeting goes through: call, agenda, notice, the meeting itself, minutes."""

from collections.abc import Iterable
from datetime import date, datetime

from lisbot.council.core.context import Act
from lisbot.council.enums import MeetingState, MinutesState, StepKind, StepState
from lisbot.council.meetings.states import meeting_state
from lisbot.council.meetings.views import Step
from lisbot.council.models import Meeting

Dated = tuple[StepKind, bool, date | None]  # a step, whether it is done, and its day


def steps_of(act: Act, meeting: Meeting) -> tuple[Step, ...]:
    """Returns how far a meeting has come, a step after the other. They tell nothing of what stands on a draft, so that
    everybody who sees the meeting sees the same."""
    if meeting.cancelled_at is not None:
        return ()
    found: list[Step] = []
    is_now = True
    for kind, is_done, on in dated_steps(act, meeting):
        state = StepState.DONE if is_done else StepState.NOW if is_now else StepState.TO_COME
        is_now = is_now and is_done
        found.append(Step(kind, state, on))
    return tuple(found)


def dated_steps(act: Act, meeting: Meeting) -> Iterable[Dated]:
    """Yields a meeting's steps. Once it is over, only those that it did go through."""
    state = meeting_state(act, meeting)
    is_over, is_sent = state is MeetingState.HELD, meeting.published_at is not None
    if meeting.call_opened_at or (meeting.call_opens_on and state is MeetingState.PLANNED):
        yield StepKind.CALL, meeting.call_closed_at is not None or is_over, call_day(act, meeting)
    if is_sent or not is_over:
        is_due = meeting.notice_on is not None and meeting.notice_on <= act.today
        yield StepKind.AGENDA, is_sent or is_due, None
        yield StepKind.NOTICE, is_sent, day_of(act, meeting.published_at) or meeting.notice_on
    yield StepKind.MEETING, is_over, meeting.held_on
    yield StepKind.MINUTES, meeting.minutes_state is MinutesState.APPROVED, minutes_day(act, meeting)


def call_day(act: Act, meeting: Meeting) -> date | None:
    """Returns when a call was closed, until when it is open, or when it opens."""
    if meeting.call_opened_at is None:
        return meeting.call_opens_on
    return day_of(act, meeting.call_closed_at) or meeting.call_closes_on


def minutes_day(act: Act, meeting: Meeting) -> date | None:
    """Returns when the minutes were approved, until when comments are asked for, or when they are due."""
    match meeting.minutes_state:
        case MinutesState.APPROVED:
            return day_of(act, meeting.minutes_at)
        case MinutesState.COMMENTS:
            return meeting.comments_until
    return meeting.minutes_on


def day_of(act: Act, at: datetime | None) -> date | None:
    return at.astimezone(act.tz).date() if at else None
