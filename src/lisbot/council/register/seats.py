"""Seats and who holds them on a day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, locked, may, seats_of
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import BodyId
from lisbot.council.core.periods import Period, holds_on, in_force, not_abolished
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ReadingKind, SeatChangeState, Standing
from lisbot.council.models import Body, Organisation, Person, Seat, SeatChange, Term, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.views.refs import PersonRef
from lisbot.council.register.views.seats import RegisterView, SeatChangeRef, SeatHistory, SeatOnDay, TermLine
from lisbot.texts import sort_key

DAY = timedelta(days=1)
SEATED = (
    Standing.VOTING,
    Standing.NONVOTING,
    Standing.OBSERVER,
)  # all but those who are only sent the agenda
SEAT, TERM, PERSON, ORGANISATION = (table(t) for t in (Seat, Term, Person, Organisation))
# Built once: nearly every command about a meeting asks it.
SEATS_ON_DAY: Select[Any] = (
    select(
        SEAT.c.id,
        SEAT.c.role,
        SEAT.c.standing,
        SEAT.c.chairs,
        SEAT.c.organisation_id,
        ORGANISATION.c.name,
        ORGANISATION.c.kind,
        TERM.c.rank,
        PERSON.c.id.label("person_id"),
        PERSON.c.name.label("person"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
    .outerjoin(TERM, (TERM.c.seat_id == SEAT.c.id) & in_force(TERM.c, bindparam("day")))
    .outerjoin(PERSON, PERSON.c.id == TERM.c.person_id)
    .where(SEAT.c.body_id == bindparam("body"), not_abolished(SEAT.c, bindparam("day")))
    .order_by(SEAT.c.position, SEAT.c.id, TERM.c.rank)
)


async def seats_on(act: Act, body_id: int, day: date) -> list[SeatOnDay]:
    """Returns a body's seats in their order, with whoever holds each on a day. One statement."""
    seats: dict[int, SeatOnDay] = {}
    for row in await act.db.execute(SEATS_ON_DAY, {"body": body_id, "day": day}):
        person = None if row.person_id is None else PersonRef(row.person_id, row.person)
        of_seat: Any = (*row[:7], None)
        seat = seats.get(row.id) or SeatOnDay(*of_seat)
        if person is not None and row.rank == 0:
            seat = replace(seat, holder=person)
        elif person is not None and person != seat.holder:
            seat = replace(seat, deputies=(*seat.deputies, person))
        seats[row.id] = seat
    return list(seats.values())


def speakers(seats: Iterable[SeatOnDay], *standings: Standing) -> set[int]:
    """Returns the ids of those who speak for a seat of these standings; of any that takes part where none is
    named."""
    wanted = standings or SEATED
    return {seat.speaker.id for seat in seats if seat.standing in wanted and seat.speaker is not None}


def people_in(seats: Iterable[SeatOnDay]) -> set[int]:
    """Returns the ids of all who have a part in a body through its seats, deputies too; not of those who are only sent
    the agenda."""
    taking_part = [seat for seat in seats if seat.standing in SEATED]
    return {each.id for seat in taking_part for each in (seat.holder, *seat.deputies) if each is not None}


async def still_in(act: Act, body: Body, people: Iterable[int]) -> set[int]:
    """Returns who of these people still has a part in a body, or works for its secretariat: whoever has left it is
    told no more."""
    if not (asked := set(people)):
        return set()
    return asked & (people_in(await seats_on(act, body.id, act.today)) | await staff_of(act, body.secretariat_id))


def seat_name(seat: Seat) -> str:
    """Returns a seat's role and organisation, both already read."""
    return f"{seat.role}, {seat.organisation.name}"


def last_day_of(seat: Seat) -> date | None:
    """Returns the last day of a seat that is abolished, or will be; None for one that is kept."""
    return seat.abolished_on - DAY if seat.abolished_on is not None else None


def require_lasts(seat: Seat, until: date | None, *, field: str | None = None) -> None:
    """Raises Conflict for a day on which there is no such seat any more. None: for good."""
    last = last_day_of(seat)
    if last is not None and (until is None or until > last):
        raise Conflict("seat_abolished", field=field, name=seat_name(seat), day=seat.abolished_on)


async def get_seat_for(act: Act, seat_id: int) -> Seat:
    """Returns a seat with its body and organisation. Raises NotFound for another body's."""
    seat = await act.db.scalar(
        locked(
            act,
            select(Seat)
            .where(Seat.id == seat_id)
            .options(joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation)),
            Seat,
        )
    )
    if seat is None:
        raise NotFound
    gate(act, seat.body_id)
    return seat


async def show_register(act: Act, *, body_id: BodyId) -> RegisterView:
    """See who represents whom in a council today, and who did before.

    Returns RegisterView. E-mail addresses are the secretariat's to see, and one's own.
    """
    body = await get_body_for(act, body_id)
    keeps = may(act.by, P.KEEP_REGISTER, body.id)
    waiting = (
        select(SeatChange)
        .join(Seat)
        .where(Seat.body_id == body.id, SeatChange.state == SeatChangeState.REPORTED)
        .order_by(SeatChange.id)
    )
    if not keeps:
        waiting = waiting.where(SeatChange.reported_by_id == act.by.id)
    changes = list(await act.db.scalars(waiting))
    rows = await act.db.execute(
        select(Seat, Organisation.name, Term, Person)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .outerjoin(Term, Term.seat_id == Seat.id)
        .outerjoin(Person, Person.id == Term.person_id)
        .where(Seat.body_id == body.id)
        .order_by(Seat.position, Seat.id, Term.rank, Term.from_on)
    )
    terms: dict[int, tuple[Seat, str, list[tuple[Term, Person]]]] = {}
    for seat, organisation, term, person in rows:
        found = terms.setdefault(seat.id, (seat, organisation, []))
        if term is not None:
            found[2].append((term, person))
    seats = {seat.id: history(act, seat, name, held, keeps) for seat, name, held in terms.values()}
    refs = tuple(change_ref(change, seats[change.seat_id]) for change in changes)
    people = people_of(act, seats.values()) if keeps else ()
    shown = {term.person_id for seat in seats.values() for term in seat.terms if term.email}
    act.discloses(ReadingKind.ADDRESSES, len(shown - {act.by.id}))
    return RegisterView(body_ref(act, body), act.today, tuple(seats.values()), refs, people)


def change_ref(change: SeatChange, seat: SeatHistory) -> SeatChangeRef:
    holder = next((t.name for t in seat.terms if t.rank == change.rank and holds_on(t, change.from_on)), "")
    return SeatChangeRef(change.id, seat.name, change.rank, change.name, holder, change.from_on)


def people_of(act: Act, seats: Iterable[SeatHistory]) -> tuple[PersonRef, ...]:
    """Returns those who hold a seat or will, by name."""
    terms = (term for seat in seats for term in seat.terms if term.to_on is None or term.to_on >= act.today)
    names = {term.person_id: term.name for term in terms}
    collate = sort_key(act.by.lang)
    return tuple(PersonRef(*each) for each in sorted(names.items(), key=lambda named: collate(named[1])))


class RankedPeriod(Period, Protocol):
    """A term, wherever it was read from."""

    @property
    def rank(self) -> int: ...


def find_vacancy(terms: Iterable[RankedPeriod], today: date) -> date | None:
    """Returns the first day from today on when nobody represents; None where somebody does without an end."""
    day = today
    for term in sorted((t for t in terms if t.rank == 0), key=lambda term: term.from_on):
        if term.from_on <= day and (term.to_on is None or term.to_on >= day):
            if term.to_on is None:
                return None
            day = term.to_on + DAY
    return day


def history(act: Act, seat: Seat, organisation: str, held: list[tuple[Term, Person]], keeps: bool) -> SeatHistory:
    lines = tuple(
        TermLine(
            person.id,
            person.name,
            term.rank,
            term.from_on,
            term.to_on,
            (person.email or "") if keeps or person.id == act.by.id else None,
        )
        for term, person in held
    )
    is_gone = seat.abolished_on is not None and seat.abolished_on <= act.today
    may_report = act.allows("seat_change.report", seat.body_id) and (keeps or is_own(act, seat)) and not is_gone
    commands = ["seat_change.report"] if may_report else []
    if act.allows("log.show", seat.body_id):
        commands.append("log.show")
    return SeatHistory(
        seat.id,
        seat.role,
        organisation,
        seat.standing,
        find_vacancy((term for term, _ in held), act.today),
        lines,
        tuple(AllowedAction(name, {"seat_id": seat.id}) for name in commands),
    )


def is_own(act: Act, seat: Seat) -> bool:
    """Returns whether the member holds this seat, or another of its organisation's in the body."""
    return any(
        hold.seat_id == seat.id or hold.organisation_id == seat.organisation_id
        for hold in seats_of(act.by, seat.body_id, Role.REPRESENTATIVE, Role.PARTICIPANT)
    )
