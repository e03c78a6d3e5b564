"""Who was there: who sat in each seat, from when to when."""

from collections.abc import Iterable
from datetime import time

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid
from lisbot.council.core.fields import Hour, Line, MeetingId, PersonId, Prefill, SeatId, Sitters
from lisbot.council.meetings.rows import title_of
from lisbot.council.minutes.minutes import get_minutes_for, view_again
from lisbot.council.minutes.record import expected_sitter, sitter_of
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import Attendance, Meeting
from lisbot.council.register.seats import seats_on
from lisbot.council.register.views.refs import PersonRef
from lisbot.texts import text


def in_order(meeting: Meeting) -> list[Attendance]:
    return sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))


async def candidates(act: Act, meeting: Meeting) -> dict[int, dict[int, PersonRef]]:
    """Returns who may sit in each seat that was invited, by the seat and by the person: who held it that day, its
    deputies, whoever was asked to come instead, and who is written already: their term may have ended since."""
    on_day = {seat.id: seat for seat in await seats_on(act, meeting.body_id, meeting.held_on)}
    found: dict[int, dict[int, PersonRef]] = {}
    for row in in_order(meeting):
        seat = on_day.get(row.seat_id)
        people = [PersonRef(row.person_id, row.name)] if row.person_id is not None else []
        people += [PersonRef(row.deputy_id, row.deputy_name)] if row.deputy_id is not None else []
        people += seat.deputies if seat else ()
        people += [PersonRef(row.sat_id, row.sat_name)] if row.present and row.sat_id is not None else []
        found[row.seat_id] = {person.id: person for person in reversed(people)}
        found[row.seat_id] = {person.id: found[row.seat_id][person.id] for person in people}
    return found


def seat_words(row: Attendance) -> str:
    return f"{row.organisation_name}, {row.role}"


def sitter_label(act: Act, row: Attendance, sat_id: int | None, name: str) -> str:
    """Returns who would sit in a seat, and as what: «Nils Vik (vara for Kari Berg), Nord sykehus, Overlege»."""
    as_what = ""
    if sat_id is None and row.name:
        as_what = text(act.by.lang, "card.minutes.instead_of", name=row.name)
    elif sat_id != row.person_id:
        as_what = text(act.by.lang, "card.minutes.deputy_for", name=row.name or "–")
    return f"{name}{f' ({as_what})' if as_what else ''}, {seat_words(row)}"


async def record_presence_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_presence")
    people = await candidates(act, meeting)
    choices: list[tuple[object, str]] = []
    present = []
    for row in in_order(meeting):
        choices += [
            (f"{row.seat_id}:{p.id}", sitter_label(act, row, p.id, p.name)) for p in people[row.seat_id].values()
        ]
        sat_id, name = sitter_of(row)
        if row.present and sat_id is None and name:
            choices.append((str(row.seat_id), sitter_label(act, row, None, name)))
        if row.present:
            present.append(str(row.seat_id) if sat_id is None else f"{row.seat_id}:{sat_id}")
    return Prefill(
        about=title_of(act, meeting), values={"present": present}, choices={"present": choices}, is_saved=True
    )


async def record_presence(act: Act, *, meeting_id: MeetingId, present: Sitters = []) -> MinutesView:  # noqa: B006
    """Set who was present: who sat in each of these seats, "seat:person", and nobody in the others. A seat alone
    stands for whoever sits there already, or else was expected.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_presence")
    people = await candidates(act, meeting)
    chosen = read_sitters(present)
    if unknown := {seat_id for seat_id, _ in chosen} - set(people):
        raise Invalid("not_invited", field="present", count=len(unknown))
    by_seat = dict(chosen)
    for row in in_order(meeting):
        if sum(seat_id == row.seat_id for seat_id, _ in chosen) > 1:
            raise Invalid("two_in_one_seat", field="present", seat=seat_words(row))
        row.present = row.seat_id in by_seat
        person_id = by_seat.get(row.seat_id)
        if not row.present:
            row.sat_id, row.sat_name, row.arrived, row.left = None, "", None, None
        elif person_id is None:
            row.sat_id, row.sat_name = sitter_of(row) if row.sat_name else expected_sitter(row)
        elif person_id in people[row.seat_id]:
            row.sat_id, row.sat_name = person_id, people[row.seat_id][person_id].name
        else:
            raise Invalid("not_of_the_seat", field="present", seat=seat_words(row))
    return await view_again(act, meeting.id)


def read_sitters(given: Iterable[str]) -> list[tuple[int, int | None]]:
    """Returns seats, and who sits in each where that is said."""
    parts = (each.partition(":") for each in given)
    return [(int(seat), int(person) if person else None) for seat, _, person in parts]


async def record_seat_prefill(act: Act, *, meeting_id: MeetingId, seat_id: SeatId | None = None) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_seat")
    people = await candidates(act, meeting)
    rows = [row for row in in_order(meeting) if seat_id in (None, row.seat_id)]
    choices: dict[str, list[tuple[object, str]]] = {
        "person_id": [
            (p.id, sitter_label(act, row, p.id, p.name)) for row in rows for p in people[row.seat_id].values()
        ]
    }
    if seat_id is None:
        choices["seat_id"] = [(row.seat_id, seat_label(row)) for row in rows]
        return Prefill(about=title_of(act, meeting), choices=choices)
    values: dict[str, object] = {}
    for row in rows:
        sat_id, name = sitter_of(row)
        values = {"person_id": sat_id, "name": "" if sat_id else name, "arrived": row.arrived, "left": row.left}
    about = "\n".join([title_of(act, meeting), *map(seat_label, rows)])
    return Prefill(about=about, values=values, choices=choices, is_saved=True)


def seat_label(row: Attendance) -> str:
    return ", ".join(part for part in (row.name, seat_words(row)) if part)


async def record_seat(
    act: Act,
    *,
    meeting_id: MeetingId,
    seat_id: SeatId,
    person_id: PersonId | None = None,
    name: Line = "",
    arrived: Hour | None = None,
    left: Hour | None = None,
) -> MinutesView:
    """Set who sat in one seat: whoever holds it, a deputy, or somebody else by name; and when they came and went,
    where that was not the whole meeting.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_seat")
    people = await candidates(act, meeting)
    row = next((each for each in meeting.attendances if each.seat_id == seat_id), None)
    if row is None:
        raise Invalid("not_invited", field="seat_id", count=1)
    if person_id is not None and person_id not in people[seat_id]:
        raise Invalid("not_of_the_seat", field="person_id", seat=seat_words(row))
    require_hours(arrived, left)
    if person_id is not None and row.sat_id is None and name == row.sat_name:
        name = ""  # as it was written before somebody was chosen
    if name and name not in [person.name for person in people[seat_id].values()]:
        row.sat_id, row.sat_name = None, name
    elif name or person_id is not None:
        sitter = next(p for p in people[seat_id].values() if p.name == name or (not name and p.id == person_id))
        row.sat_id, row.sat_name = sitter.id, sitter.name
    else:
        row.sat_id, row.sat_name = expected_sitter(row)
    row.present, row.arrived, row.left = True, arrived, left
    act.did(name=row.sat_name or "–", seat=seat_words(row))
    return await view_again(act, meeting.id)


def require_hours(arrived: time | None, left: time | None) -> None:
    """Raises Invalid for somebody who left before they came."""
    if arrived is not None and left is not None and left <= arrived:
        raise Invalid("left_before_arriving", field="left")
