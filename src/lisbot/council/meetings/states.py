"""The states of meetings, calls, proposals, notices and attendance, and the moves between them."""

from dataclasses import dataclass

from lisbot.council.core.access import may, seats_of
from lisbot.council.core.context import Act, Permission, Role
from lisbot.council.core.errors import Conflict, NotAllowed, NotFound
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import (
    AttendanceState,
    CallState,
    DeputyResponse,
    GuestState,
    MeetingState,
    NoticeState,
    ProposalState,
    Response,
)
from lisbot.council.meetings.published import changes_since_sent, is_sent_with
from lisbot.council.models import Attendance, Guest, Meeting, Proposal

ASKED = (Role.REPRESENTATIVE, Role.PARTICIPANT)  # whose seats are asked for agenda items
RESPONDING = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.OBSERVER)  # whose seats are invited
PRESENT = (Response.COMES, Response.DIGITAL)
DEPUTY_PRESENT = (DeputyResponse.COMES, DeputyResponse.DIGITAL)
M, C, P, N, A = MeetingState, CallState, ProposalState, NoticeState, AttendanceState


def meeting_state(act: Act, meeting: Meeting) -> MeetingState:
    if meeting.cancelled_at is not None:
        return M.CANCELLED
    if meeting.ends_at <= act.at:
        return M.HELD
    return M.IN_PROGRESS if meeting.starts_at <= act.at else M.PLANNED


def require_not_cancelled(meeting: Meeting) -> None:
    """Raises Conflict for a cancelled meeting."""
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled", day=meeting.days)


def require_unlocked(meeting: Meeting) -> None:
    """Raises Conflict for a meeting whose minutes are approved."""
    if meeting.is_locked:
        raise Conflict("minutes_locked", day=meeting.days)


def require_coming(act: Act, meeting: Meeting) -> None:
    """Raises Conflict unless the meeting is still to be held, or is being held."""
    require_not_cancelled(meeting)
    require_unlocked(meeting)
    if meeting.ends_at <= act.at:
        raise Conflict("meeting_over", day=meeting.days)


def require_noticed(act: Act, meeting: Meeting) -> None:
    """Raises Conflict unless the notice of a meeting that is still to be held is sent."""
    require_coming(act, meeting)
    if meeting.published_at is None:
        raise Conflict("not_published", day=meeting.days)


MEETING: StateMachine[Meeting] = StateMachine(
    name="meeting",
    states=MeetingState,
    moves=(
        Move("year_plan.set_dates", (), (M.PLANNED,)),
        Move("meeting.enter_held", (), (M.HELD,)),
        Move("meeting.move", (M.PLANNED, M.IN_PROGRESS), (), "meeting_over", require_coming),
        Move("meeting.cancel", (M.PLANNED, M.IN_PROGRESS), (M.CANCELLED,), "meeting_over", require_coming),
        Move("meeting.carry_cases", (M.CANCELLED,), (), "meeting_not_cancelled", offered=False),
        Move("meeting.remind", (M.PLANNED,), (), "meeting_over", require_noticed, offered=False),
    ),
    state_of=meeting_state,
    body_of=lambda meeting: meeting.body_id,
    arguments_of=lambda meeting: {"meeting_id": meeting.id},
    values_of=lambda meeting: {"day": meeting.days},
    refusals={M.CANCELLED: "meeting_cancelled"},
    events=(
        Event("it begins", (M.PLANNED,), (M.IN_PROGRESS,)),
        Event("it ends", (M.IN_PROGRESS,), (M.HELD,)),
    ),
)


def call_state(_act: Act, meeting: Meeting) -> CallState:
    if meeting.cancelled_at is not None:
        return C.CANCELLED
    if meeting.is_call_open:
        return C.OPEN
    return C.PLANNED if meeting.call_closed_at is None else C.CLOSED


def require_asked_seat(act: Act, meeting: Meeting) -> None:
    """Raises NotAllowed for whoever holds no seat that the call asks."""
    require_coming(act, meeting)
    if not act.by.is_role and not seats_of(act.by, meeting.body_id, *ASKED):
        raise NotAllowed("no_seat_of_yours")


CALL: StateMachine[Meeting] = StateMachine(
    name="call",
    states=CallState,
    moves=(
        Move("call.decline", (C.OPEN,), (), "call_is_closed", require_asked_seat),
        Move("call.open", (C.PLANNED, C.CLOSED), (C.OPEN,), "call_is_open", require_coming),
        Move("call.close", (C.OPEN,), (C.CLOSED,), "call_is_closed"),
        Move("call.remind", (C.OPEN,), (), "call_is_closed", require_coming),
        Move("call.extend", (C.OPEN, C.CLOSED), (C.OPEN,), "call_not_opened", require_coming),
        Move("meeting.cancel", (C.PLANNED, C.OPEN, C.CLOSED), (C.CANCELLED,), offered=False),
    ),
    state_of=call_state,
    body_of=lambda meeting: meeting.body_id,
    arguments_of=lambda meeting: {"meeting_id": meeting.id},
    values_of=lambda meeting: {"day": meeting.days},
    refusals={C.CANCELLED: "meeting_cancelled"},
)


def is_in_time(act: Act, meeting: Meeting) -> bool:
    """Returns whether a proposal now is in time: the call is open, or has not opened yet."""
    if meeting.call_closed_at is not None:
        return False
    return meeting.call_closes_on is None or act.today <= meeting.call_closes_on


def require_own_in_time(act: Act, proposal: Proposal) -> None:
    """Raises Conflict once one's own proposal can be changed no more; NotFound for another's. One that was returned
    can be sent again whenever, also once its meeting is over: then it waits for another."""
    if proposal.by_id != act.by.id:
        raise NotFound
    if proposal.state is P.RETURNED:
        return
    if not proposal.late and not is_in_time(act, proposal.meeting):
        raise Conflict("deadline_passed", title=proposal.title)
    if proposal.meeting.ends_at <= act.at:
        raise Conflict("meeting_over", day=proposal.meeting.days)
    require_not_cancelled(proposal.meeting)


def require_coming_meeting(act: Act, proposal: Proposal) -> None:
    """Raises Conflict where the proposal's meeting takes no more items: it is held, cancelled, or its minutes are
    approved. Then the proposal is to go to another."""
    require_coming(act, proposal.meeting)


def is_stranded(act: Act, proposal: Proposal) -> bool:
    """Returns whether a proposal waits for a meeting that takes no more items."""
    try:
        require_coming_meeting(act, proposal)
    except Conflict:
        return proposal.state in WAITING
    return False


def require_kept_in_house(act: Act, proposal: Proposal) -> None:
    """Raises Conflict where what was answered cannot be taken back: the agenda was sent with it."""
    if proposal.state in ON_AGENDA:
        require_coming_meeting(act, proposal)
        if is_sent_with(proposal):
            raise Conflict("sent_already", title=proposal.title)
    if proposal.state in (P.MERGED, P.POSTPONED) and proposal.before is None:
        raise Conflict("nothing_to_undo", title=proposal.title)  # as they were written before this could be undone


def require_own_for_coming(act: Act, proposal: Proposal) -> None:
    """Raises NotFound for another's proposal, Conflict for one whose meeting takes no more items."""
    if proposal.by_id != act.by.id:
        raise NotFound
    require_coming_meeting(act, proposal)


WAITING = (P.SENT, P.POSTPONED)  # for the secretariat's answer
OPEN_TO_SENDER = (*WAITING, P.RETURNED)
ON_AGENDA = (P.ACCEPTED, P.MERGED)
ANSWERED = (*ON_AGENDA, P.POSTPONED, P.REJECTED, P.RETURNED)  # by the secretariat
SETTLED = "proposal_settled"
PROPOSAL: StateMachine[Proposal] = StateMachine(
    name="proposal",
    states=ProposalState,
    moves=(
        Move("proposal.submit", (), (P.SENT,)),
        Move("proposal.edit", WAITING, (), SETTLED, require_own_in_time),
        Move("proposal.edit", (P.RETURNED,), (P.SENT,), SETTLED, require_own_in_time),
        Move("proposal.withdraw", OPEN_TO_SENDER, (P.WITHDRAWN,), SETTLED, require_own_in_time),
        Move(
            "proposal.restore",
            (P.WITHDRAWN,),
            (P.SENT, P.POSTPONED, P.RETURNED),
            "not_withdrawn",
            require_own_for_coming,
        ),
        Move("proposal.accept", WAITING, (P.ACCEPTED,), SETTLED, require_coming_meeting),
        Move("proposal.send_back", WAITING, (P.RETURNED,), SETTLED),
        Move("proposal.merge", WAITING, (P.MERGED,), SETTLED, require_coming_meeting),
        Move("proposal.postpone", WAITING, (P.POSTPONED,), SETTLED),
        Move("proposal.reject", WAITING, (P.REJECTED,), SETTLED),
        Move("proposal.undo", ANSWERED, (P.SENT,), "nothing_to_undo", require_kept_in_house),
        Move("meeting.carry_cases", WAITING, (P.POSTPONED,), offered=False),
        Move("agenda_item.remove", ON_AGENDA, (P.SENT,), offered=False),
    ),
    state_of=lambda _act, proposal: proposal.state,
    body_of=lambda proposal: proposal.meeting.body_id,
    arguments_of=lambda proposal: {"proposal_id": proposal.id},
    values_of=lambda proposal: {"title": proposal.title},
)


def notice_state(_act: Act, meeting: Meeting) -> NoticeState:
    if meeting.cancelled_at is not None:
        return N.CANCELLED
    if meeting.is_locked:
        return N.LOCKED
    if meeting.published is None:
        return N.DRAFT
    return N.CHANGED if changes_since_sent(meeting) else N.SENT


EDITABLE = (N.DRAFT, N.SENT, N.CHANGED)
NOTICE: StateMachine[Meeting] = StateMachine(
    name="notice",
    states=NoticeState,
    moves=(
        Move("agenda_item.add", EDITABLE),
        Move("agenda_item.add_case", EDITABLE, offered=False),
        Move("agenda_item.edit", EDITABLE, offered=False),
        Move("agenda_item.move_up", EDITABLE, offered=False),
        Move("agenda_item.remove", EDITABLE, offered=False),
        Move("agenda.reorder", EDITABLE, offered=False),
        Move("agenda.schedule", EDITABLE),
        Move("agenda.copy", EDITABLE, offered=False),
        Move("agenda.add_standing", EDITABLE, offered=False),
        Move("notice.send", (N.DRAFT, N.CHANGED), (N.SENT,), "nothing_changed", require_coming),
    ),
    state_of=notice_state,
    body_of=lambda meeting: meeting.body_id,
    arguments_of=lambda meeting: {"meeting_id": meeting.id},
    values_of=lambda meeting: {"day": meeting.days},
    refusals={N.CANCELLED: "meeting_cancelled", N.LOCKED: "minutes_locked"},
    events=(
        Event("an item is changed", (N.SENT,), (N.CHANGED,)),
        Event("the change is taken back", (N.CHANGED,), (N.SENT,)),
        Event("the meeting is cancelled", EDITABLE, (N.CANCELLED,)),
        Event("the minutes are approved", EDITABLE, (N.LOCKED,)),
    ),
)


def attendance_state(_act: Act, attendance: Attendance) -> AttendanceState:
    if attendance.response is None:
        return A.UNANSWERED
    if attendance.response in PRESENT:
        return A.COMES
    if attendance.deputy_response is DeputyResponse.ASKED:
        return A.DEPUTY_ASKED
    return A.DEPUTY_COMES if attendance.deputy_response in DEPUTY_PRESENT else A.ABSENT


def is_represented(attendance: Attendance) -> bool:
    """Returns whether somebody has said they will be there for the seat."""
    return attendance.response in PRESENT or attendance.deputy_response in DEPUTY_PRESENT


def require_invited(act: Act, attendance: Attendance) -> None:
    """Raises Conflict unless the notice is sent and the meeting still to be held."""
    require_noticed(act, attendance.meeting)


def require_asked_deputy(act: Act, attendance: Attendance) -> None:
    """Raises Conflict for whoever was not asked to stand in for the seat."""
    require_invited(act, attendance)
    if attendance.deputy_id is None or attendance.deputy_id != act.by.id:
        raise Conflict("not_asked", day=attendance.meeting.days)


ATTENDANCE: StateMachine[Attendance] = StateMachine(
    name="attendance",
    states=AttendanceState,
    moves=(
        Move("notice.send", (), (A.UNANSWERED,)),
        Move("meeting.move", tuple(A), (A.UNANSWERED,), offered=False),
        Move("attendance.hand_over", tuple(A), (A.UNANSWERED,), offered=False),
        Move("attendance.respond", tuple(A), (A.COMES, A.ABSENT, A.DEPUTY_ASKED), guard=require_invited),
        Move("attendance.note", tuple(A), (A.COMES, A.ABSENT, A.DEPUTY_ASKED), guard=require_invited, offered=False),
        Move(
            "attendance.respond_as_deputy",
            (A.DEPUTY_ASKED, A.DEPUTY_COMES, A.ABSENT),
            (A.DEPUTY_COMES, A.ABSENT),
            "not_asked",
            require_asked_deputy,
        ),
    ),
    state_of=attendance_state,
    body_of=lambda attendance: attendance.meeting.body_id,
    arguments_of=lambda attendance: {"meeting_id": attendance.meeting_id},
    values_of=lambda attendance: {"day": attendance.meeting.days},
)


def may_propose(act: Act, meeting: Meeting) -> bool:
    """Returns whether the member may propose an item for the meeting now."""
    allowed = may(act.by, Permission.PROPOSE, meeting.body_id)
    return allowed and MEETING.is_open(act, "meeting.move", meeting)


@dataclass(frozen=True, slots=True)
class GuestOf:
    """Somebody invited without a seat, and the meeting."""

    guest: Guest
    meeting: Meeting


def guest_state(act: Act, of: GuestOf) -> GuestState:
    if of.guest.withdrawn_at is not None or of.meeting.cancelled_at is not None:
        return GuestState.WITHDRAWN
    if of.meeting.ends_at <= act.at:
        return GuestState.OVER
    if of.guest.response is None:
        return GuestState.INVITED
    return GuestState.ABSENT if of.guest.response is Response.ABSENT else GuestState.COMES


EXPECTED_GUEST = (GuestState.INVITED, GuestState.COMES, GuestState.ABSENT)
NOT_EXPECTED = {GuestState.WITHDRAWN: "guest_withdrawn", GuestState.OVER: "guest_over"}
GUEST: StateMachine[GuestOf] = StateMachine(
    name="guest_invitation",
    states=GuestState,
    moves=(
        Move("guest_invitation.send", (), (GuestState.INVITED,)),
        Move(
            "guest_invitation.respond",
            EXPECTED_GUEST,
            (GuestState.COMES, GuestState.ABSENT),
            NOT_EXPECTED,
            offered=False,
        ),
        Move("guest_invitation.withdraw", EXPECTED_GUEST, (GuestState.WITHDRAWN,), NOT_EXPECTED),
        Move("meeting.cancel", EXPECTED_GUEST, (GuestState.WITHDRAWN,), offered=False),
    ),
    state_of=guest_state,
    body_of=lambda of: of.meeting.body_id,
    arguments_of=lambda of: {"guest_id": of.guest.id},
    values_of=lambda of: {"body": of.meeting.body.name, "day": of.meeting.days},
    events=(Event("the meeting is over", EXPECTED_GUEST, (GuestState.OVER,)),),
)


def require_guest_may_see(act: Act, of: GuestOf) -> None:
    """Raises Conflict where a guest's invitation is taken back, or what they were invited to is over."""
    GUEST.require(act, "guest_invitation.respond", of)
