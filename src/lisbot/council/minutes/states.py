"""The states of a meeting's minutes, and of what organisations are to follow up."""

from dataclasses import dataclass

from lisbot.council.core.access import may, seats_of
from lisbot.council.core.context import Act, Permission, Role
from lisbot.council.core.errors import Conflict, NotAllowed, NotFound
from lisbot.council.core.states import Move, StateMachine
from lisbot.council.enums import FollowUpState
from lisbot.council.enums import MinutesState as S
from lisbot.council.enums import SummaryState as Y
from lisbot.council.meetings.states import require_not_cancelled
from lisbot.council.models import FollowUp, Meeting, MeetingSummary
from lisbot.council.models.minutes import SETTLED

WRITABLE = (S.DRAFT, S.COMMENTS)
WRITTEN = (*WRITABLE, S.APPROVED)
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
        Move("minutes.record_seat", WRITABLE, (), NOT_WRITABLE, require_meeting_stands),
        Move("guest.add", WRITABLE, (), NOT_WRITABLE, require_meeting_stands),
        Move("guest.edit", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("guest.remove", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("minutes.write_items", WRITABLE, (), NOT_WRITABLE, require_meeting_stands),
        Move("minutes.write", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("minutes.add_follow_up", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("carry_through.choose", WRITTEN, (), "minutes_not_started", require_meeting_stands, offered=False),
        Move("follow_up.edit", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move("follow_up.remove", WRITABLE, (), NOT_WRITABLE, require_meeting_stands, offered=False),
        Move(
            "outcome.record",
            (S.NONE, *WRITABLE),
            (),
            "minutes_locked",
            require_meeting_stands,
            offered=False,
        ),
        Move("minutes.comment", (S.COMMENTS,), (), "not_out_for_comments"),
        Move("minutes.answer_comment", WRITTEN, (), "minutes_not_started", offered=False),
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


def follow_up_state(_act: Act, follow_up: FollowUp) -> FollowUpState:
    return follow_up.state


def require_own_organisation(act: Act, follow_up: FollowUp) -> None:
    """Raises NotAllowed for whoever neither belongs to the organisation nor works at the secretariat; NotFound where
    the minutes that ask for it have never been approved."""
    meeting = follow_up.item.meeting
    if not meeting.minutes_version and not may(act.by, Permission.RECORD, meeting.body_id):
        raise NotFound
    if not is_own(act, meeting.body_id, follow_up.organisation_id):
        raise NotAllowed("not_your_follow_up")


def require_own_task(act: Act, follow_up: FollowUp) -> None:
    """Raises Conflict for what came of a case: nothing is to be done there, and it is answered instead."""
    require_own_organisation(act, follow_up)
    if follow_up.is_carry_through:
        raise Conflict("answer_instead")


def is_own(act: Act, body_id: int, organisation_id: int) -> bool:
    """Returns whether somebody may say what an organisation did: its own people in the body, or the secretariat."""
    if may(act.by, Permission.RECORD, body_id):
        return True
    return organisation_id in {hold.organisation_id for hold in seats_of(act.by, body_id, *FOLLOWING_UP)}


FOLLOWING_UP = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.DEPUTY)  # who may say that their organisation has done it


def require_approved_once(_act: Act, follow_up: FollowUp) -> None:
    """Raises Conflict for what stands in minutes that were never approved: nobody knows of it yet."""
    if follow_up.item.meeting.minutes_version == 0:
        raise Conflict("not_approved", day=follow_up.item.meeting.held_on)


UNSETTLED = (FollowUpState.OPEN, FollowUpState.RAISED, FollowUpState.WILL_BE, FollowUpState.WAITS)
ASKED_AGAIN = (FollowUpState.OPEN, FollowUpState.WILL_BE, FollowUpState.WAITS)  # before the body's next meeting
ANSWERS = (
    FollowUpState.INTRODUCED,
    FollowUpState.RAISED,
    FollowUpState.WILL_BE,
    FollowUpState.WAITS,
    FollowUpState.NOT_RELEVANT,
    FollowUpState.DONE,
)
FOLLOW_UP: StateMachine[FollowUp] = StateMachine(
    name="follow_up",
    states=FollowUpState,
    moves=(
        Move("minutes.add_follow_up", (), (FollowUpState.OPEN,)),
        Move("follow_up.answer", tuple(FollowUpState), ANSWERS, guard=require_own_organisation),
        Move(
            "follow_up.complete",
            UNSETTLED,
            (FollowUpState.DONE,),
            "follow_up_is_done",
            require_own_task,
        ),
        Move("follow_up.remind", UNSETTLED, (), "follow_up_is_done", require_approved_once),
        Move(
            "follow_up.reopen",
            SETTLED,
            (FollowUpState.OPEN,),
            "follow_up_is_open",
            require_own_organisation,
        ),
    ),
    state_of=follow_up_state,
    body_of=lambda follow_up: follow_up.item.meeting.body_id,
    arguments_of=lambda follow_up: {"follow_up_id": follow_up.id},
    values_of=lambda follow_up: {"organisation": follow_up.organisation_name},
)


@dataclass(frozen=True, slots=True)
class SummaryOf:
    """A meeting with its short account; None where there is none yet."""

    meeting: Meeting
    summary: MeetingSummary | None


def summary_state(_act: Act, of: SummaryOf) -> Y:
    if of.summary is None:
        return Y.NONE
    if of.summary.sent_text is None:
        return Y.DRAFT
    return Y.SENT if of.summary.sent_text == of.summary.text else Y.CHANGED


def require_meeting_held(act: Act, of: SummaryOf) -> None:
    require_held(act, of.meeting)


SUMMARY: StateMachine[SummaryOf] = StateMachine(
    name="summary",
    states=Y,
    moves=(
        Move("summary.send", (Y.DRAFT, Y.CHANGED), (Y.SENT,), {Y.NONE: "summary_missing", Y.SENT: "summary_sent"}),
        Move("summary.write", (Y.NONE, Y.DRAFT), (Y.DRAFT,), guard=require_meeting_held),
        Move("summary.write", (Y.SENT, Y.CHANGED), (Y.CHANGED,), guard=require_meeting_held),
    ),
    state_of=summary_state,
    body_of=lambda of: of.meeting.body_id,
    arguments_of=lambda of: {"meeting_id": of.meeting.id},
    values_of=lambda of: {"day": of.meeting.days},
)
