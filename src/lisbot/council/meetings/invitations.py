"""Each seat's line in a meeting: invited when the notice goes out, with names as they are that day."""

from collections.abc import Collection

from sqlalchemy import insert, select

from lisbot.council.core.context import Act
from lisbot.council.enums import Standing
from lisbot.council.models import Attendance, Meeting, table
from lisbot.council.register.views.seats import SeatOnDay

ADD_LINES = insert(table(Attendance))


async def invite(act: Act, seats: Collection[SeatOnDay], meeting: Meeting, *, is_first: bool = False) -> set[int]:
    """Give every seat that takes part its line in the meeting. Two statements, however many seats there are.

    Returns the ids of those who speak for seats that had none. `is_first`: it is known that none has.
    """
    query = select(Attendance.seat_id).where(Attendance.meeting_id == meeting.id)
    have = set() if is_first else set(await act.db.scalars(query))
    missing = [
        attendance_row(seat, meeting) for seat in seats if seat.standing is not Standing.COPY and seat.id not in have
    ]
    if missing:
        await act.db.execute(ADD_LINES, missing)
    return {
        seat.speaker.id for seat in seats if seat.speaker and seat.standing is not Standing.COPY and seat.id not in have
    }


def attendance_row(seat: SeatOnDay, meeting: Meeting) -> dict[str, object]:
    return {
        "meeting_id": meeting.id,
        "seat_id": seat.id,
        "person_id": seat.speaker.id if seat.speaker else None,
        "name": seat.speaker.name if seat.speaker else "",
        "role": seat.role,
        "organisation_name": seat.organisation,
        "reason": "",
        "deputy_name": "",
    }
