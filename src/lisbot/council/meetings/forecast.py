"""Who will be at a meeting: each seat's answer, and what one member is asked."""

from lisbot.council.core.access import has_role
from lisbot.council.core.context import Act
from lisbot.council.core.quorum import has_quorum
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import DeputyResponse, ReadingKind, Response, Standing
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.states import ATTENDANCE, MEETING, RESPONDING, is_represented
from lisbot.council.meetings.views import AttendanceLine, ForecastView, OwnAttendance
from lisbot.council.models import Attendance, Meeting
from lisbot.council.register.seats import seats_on

DEPUTY_ANSWERS = (DeputyResponse.COMES, DeputyResponse.DIGITAL, DeputyResponse.DECLINED)


def forecast_of(act: Act, meeting: Meeting) -> ForecastView:
    """Returns the forecast of a meeting that is read with its attendance."""
    rows = sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))
    voting = [a for a in rows if a.seat.standing is Standing.VOTING and a.person_id is not None]
    coming = sum(is_represented(a) for a in voting)
    act.discloses(ReadingKind.REASONS, sum(bool(a.reason) and a.person_id != act.by.id for a in rows))
    quorum = meeting.body.quorum
    return ForecastView(
        meeting=meeting_ref(act, meeting),
        coming=coming,
        voting=len(voting),
        quorum=quorum,
        has_quorum=None if quorum is None else has_quorum(quorum, coming, len(voting)),
        seats=tuple(attendance_line(act, a) for a in rows),
        actions=reminding(act, meeting),
    )


def reminding(act: Act, meeting: Meeting) -> tuple[AllowedAction, ...]:
    """Returns the way to remind those who have not answered, where there are some."""
    command = "meeting.remind"
    is_open = act.allows(command, meeting.body_id) and MEETING.is_open(act, command, meeting)
    is_silent = any(
        (line.response is None and line.person_id is not None) or line.deputy_response is DeputyResponse.ASKED
        for line in meeting.attendances
    )
    return (AllowedAction(command, {"meeting_id": meeting.id}),) if is_open and is_silent else ()


def attendance_line(act: Act, attendance: Attendance) -> AttendanceLine:
    return AttendanceLine(
        seat_id=attendance.seat_id,
        name=attendance.name,
        role=attendance.role,
        organisation=attendance.organisation_name,
        standing=attendance.seat.standing,
        response=attendance.response,
        reason=attendance.reason,
        deputy=attendance.deputy_name,
        deputy_response=attendance.deputy_response,
        is_represented=is_represented(attendance),
        former_response=attendance.former_response,
        former_on=attendance.former_on,
        noted_by=attendance.noted_by,
        actions=noting(act, attendance),
    )


def noting(act: Act, attendance: Attendance) -> tuple[AllowedAction, ...]:
    """Returns the way to note an answer on somebody's behalf."""
    command, meeting = "attendance.note", attendance.meeting
    is_open = act.allows(command, meeting.body_id) and ATTENDANCE.is_open(act, command, attendance)
    if not is_open or attendance.person_id is None:
        return ()
    return (AllowedAction(command, {"meeting_id": meeting.id, "seat_id": attendance.seat_id}),)


async def own_attendance(act: Act, meeting: Meeting) -> OwnAttendance | None:
    """Returns what this member has answered to the notice, or is asked; None where they are asked nothing.

    The invitation of a seat is answered by whoever speaks for it on the meeting's day. For a role as such the view
    says what anybody who holds it is asked.
    """
    if meeting.published_at is None:
        return None
    if act.by.is_role:
        invited = has_role(act.by, meeting.body_id, *RESPONDING)
        return OwnAttendance(False, None, "", None, "", responses(act, meeting)) if invited else None
    if act.by.id is None:
        return None
    asked = next((a for a in meeting.attendances if a.deputy_id is not None and a.deputy_id == act.by.id), None)
    if asked is not None:
        return OwnAttendance(
            is_known=True,
            response=asked.response,
            deputy=asked.deputy_name,
            deputy_response=asked.deputy_response,
            stands_in_for=asked.name,
            actions=deputy_responses(act, asked),
        )
    own = await own_rows(act, meeting)
    if not own:
        return None
    return OwnAttendance(
        is_known=True,
        response=own[0].response,
        deputy=own[0].deputy_name,
        deputy_response=own[0].deputy_response,
        stands_in_for="",
        noted_by=own[0].noted_by,
        actions=responses(act, meeting) if ATTENDANCE.is_open(act, "attendance.respond", own[0]) else (),
        former_response=own[0].former_response,
        former_on=own[0].former_on,
    )


async def own_rows(act: Act, meeting: Meeting) -> list[Attendance]:
    """Returns the member's own lines in a meeting: those of the seats they speak for on the meeting's day."""
    if act.by.id is None or not any(h.body_id == meeting.body_id and h.seat_id for h in act.by.holds):
        return []
    speaker_of = {s.id: s.speaker.id for s in await seats_on(act, meeting.body_id, meeting.held_on) if s.speaker}
    # A seat that does not vote is answered by its representative too, not by their deputy.
    return [a for a in meeting.attendances if speaker_of.get(a.seat_id) == act.by.id]


def responses(act: Act, meeting: Meeting) -> tuple[AllowedAction, ...]:
    """Returns the answers that may be given to a notice."""
    if not act.allows("attendance.respond", meeting.body_id) or not MEETING.is_open(act, "meeting.move", meeting):
        return ()
    return tuple(
        AllowedAction("attendance.respond", {"meeting_id": meeting.id, "response": response.value})
        for response in Response
    )


def deputy_responses(act: Act, attendance: Attendance) -> tuple[AllowedAction, ...]:
    command = "attendance.respond_as_deputy"
    if not act.allows(command, attendance.meeting.body_id) or not ATTENDANCE.is_open(act, command, attendance):
        return ()
    return tuple(
        AllowedAction(command, {"meeting_id": attendance.meeting_id, "response": response.value})
        for response in DEPUTY_ANSWERS
    )
