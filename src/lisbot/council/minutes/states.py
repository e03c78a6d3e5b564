"""The states of a meeting's minutes."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Move, StateMachine
from lisbot.council.enums import MinutesState as S
from lisbot.council.meetings.states import require_not_cancelled
from lisbot.council.models import Meeting

WRITABLE = (S.DRAFT, S.COMMENTS)
NOT_WRITABLE = {S.NONE: "minutes_not_started", S.APPROVED: "minutes_locked"}


def require_held(act: Act, meeting: Meeting) -> None:
    """Raises Conflict for a meeting that is cancelled, or whose day has not come."""
    require_not_cancelled(meeting)
    if meeting.held_on > act.today:
        raise Conflict("not_held_yet", day=meeting.held_on)


def require_meeting_stands(_act: Act, meeting: Meeting) -> None:
    require_not_cancelled(meeting)


MINUTES: StateMachine[Meeting] = StateMachine(
    name="minutes",
    states=S,
    moves=(
        Move("minutes.start", (S.NONE,), (S.DRAFT,), "minutes_started", require_held, offered=False),
        Move("minutes.record_presence", WRITABLE, (), NOT_WRITABLE, require_meeting_stands),
        Move("minutes.write", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("minutes.add_follow_up", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move(
            "outcome.record",
            (S.NONE, *WRITABLE),
            (),
            "minutes_locked",
            require_meeting_stands,
            offered=False,
        ),
        Move("minutes.comment", (S.COMMENTS,), (), "not_out_for_comments"),
        Move(
            "minutes.send",
            (S.DRAFT,),
            (S.COMMENTS,),
            NOT_WRITABLE | {S.COMMENTS: "minutes_sent"},
            require_meeting_stands,
        ),
        Move("minutes.approve", WRITABLE, (S.APPROVED,), NOT_WRITABLE, require_meeting_stands),
        Move("minutes.reopen", (S.APPROVED,), (S.DRAFT,), "not_approved"),
    ),
    state_of=lambda _act, meeting: meeting.minutes_state,
    body_of=lambda meeting: meeting.body_id,
    arguments_of=lambda meeting: {"meeting_id": meeting.id},
    values_of=lambda meeting: {"day": meeting.held_on},
)
SENT_OUT = (S.COMMENTS, S.APPROVED)  # what members may read
