"""What the secretariat notes of somebody who says that they have no agenda items."""

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.meetings.call_answers import read_asked
from lisbot.council.meetings.states import require_coming
from lisbot.council.models import CallDecline, Meeting


def noting_decline(act: Act, meeting: Meeting) -> tuple[AllowedAction, ...]:
    """Returns the way to note for a silent seat that it has no items, where it is open to the member."""
    is_open = meeting.is_call_open and meeting.ends_at > act.at and may(act.by, P.TRIAGE, meeting.body_id)
    return (AllowedAction("call.decline", {"meeting_id": meeting.id}),) if is_open else ()


async def note_decline(act: Act, meeting: Meeting, seat_id: int) -> None:
    """Note that whoever holds a seat has no items, and tell them. They may still propose some.

    Raises NotAllowed for a member, Conflict once the call is closed or the seat has proposed something.
    """
    if not may(act.by, P.TRIAGE, meeting.body_id):
        raise NotAllowed("no_seat_of_yours")
    require_coming(act, meeting)
    if not meeting.is_call_open:
        raise Conflict("call_is_closed", day=meeting.held_on)
    seat = next((row for row in await read_asked(act, meeting) if row.seat_id == seat_id), None)
    if seat is None:
        raise Invalid("nobody_in_the_seat", field="seat_id")
    if seat.has_proposed:
        raise Conflict("seat_has_proposed", name=seat.holder)
    if seat.has_declined:
        return  # pressed twice
    act.db.add(CallDecline(meeting_id=meeting.id, seat_id=seat_id, by_id=act.by_id, at=act.at))
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    await notify(
        act,
        "decline_noted",
        people={seat.person_id},
        command="call.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        name=act.by.name,
        body=meeting.body.name,
        day_on=meeting.held_on,
    )
