"""Corrections of terms by the secretariat: what was known stays known as it was then, and is overwritten by nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import EmailIfAny, Name, PastDay, Prefill, Prose, SeatId, TermId, Whole
from lisbot.council.core.periods import overlap
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Person, Seat, Term
from lisbot.council.register.history import terms_view
from lisbot.council.register.known_people import find_by_address, is_same_name
from lisbot.council.register.new_people import new_person
from lisbot.council.register.seat_changes import NEW_DEPUTIES, rank_name
from lisbot.council.register.seats import find_vacancy, get_seat_for, require_lasts, seat_name
from lisbot.council.register.terms import MAX_RANK, all_terms_of, names_of
from lisbot.council.register.views.seats import TermsView

# What is said of a period instead, where it has no end.
OPEN = {
    "term_was": "term_was_open",
    "term_becomes": "term_becomes_open",
    "term_never_was": "term_never_was_open",
    "term_recorded_afterwards": "term_recorded_afterwards_open",
    "terms_overlap": "terms_overlap_open",
}


@dataclass(frozen=True)
class Held:
    """Who holds which rank of a seat, from when to when. `person_id` 0: somebody who is new in the register."""

    person_id: int
    name: str
    rank: int
    from_on: date
    to_on: date | None


async def correct_prefill(act: Act, *, term_id: TermId) -> Prefill:
    term, seat = await get_term_for(act, term_id)
    values = {"name": term.person.name, "email": term.person.email or "", "rank": term.rank}
    values |= {"from_on": term.from_on, "to_on": term.to_on}
    about = f"{seat_name(seat)} · {seat.body.name}"
    return Prefill(about=about, values=values, choices={"rank": ranks(act, term.rank)}, is_saved=True)


async def correct(
    act: Act,
    *,
    term_id: TermId,
    name: Name,
    email: EmailIfAny = "",
    rank: Whole = 0,
    from_on: PastDay,
    to_on: PastDay | None = None,
    reason: Prose = "",
) -> TermsView:
    """Correct a term that was recorded wrongly: who, from when to when, as what. What was known before stays in the
    seat's history.

    Returns TermsView. Raises Invalid for a term that ends before it begins or overlaps another, and for somebody who
    holds the seat already; Conflict where nothing is changed.
    """
    term, seat = await get_term_for(act, term_id)
    was = Held(term.person_id, term.person.name, term.rank, term.from_on, term.to_on)
    person = term.person if is_meant(term.person, name, email) else await find_known_person(act, name, email)
    held = Held(person.id if person else 0, person.name if person else name, rank, from_on, to_on)
    if held == was:
        raise Conflict("term_unchanged")
    require_advisory_wording(seat.body, reason=reason)
    terms = await all_terms_of(act, seat.id)
    require_lasts(seat, to_on, field="to_on")
    others = [other for other in terms if other.id != term.id]
    await require_room(act, held, others)
    say_what_changes(act, was, held)
    vacant = find_vacancy(terms, act.today)
    if person is None:
        person = await add_person(act, name, email)
    if term.to_on != to_on:
        term.ended_at = act.at
    term.person, term.person_id, term.rank = person, person.id, rank
    term.from_on, term.to_on, term.changed_at = from_on, to_on, act.at
    await act.db.flush()
    say_vacancy(act, seat, vacant, find_vacancy([*others, term], act.today))
    await notify_corrected(act, seat, {was, Held(person.id, person.name, rank, from_on, to_on)})
    return await terms_of_person(act, seat, person.id)


async def retract_prefill(act: Act, *, term_id: TermId) -> Prefill:
    term, seat = await get_term_for(act, term_id)
    held = Held(term.person_id, term.person.name, term.rank, term.from_on, term.to_on)
    return Prefill(about=f"{held.name} · {rank_name(act, held.rank)}, {seat_name(seat)}")


async def retract(act: Act, *, term_id: TermId, reason: Prose) -> TermsView:
    """Take back a term that never was, and say why. That it was once recorded stays in the seat's history.

    Returns TermsView.
    """
    term, seat = await get_term_for(act, term_id)
    require_advisory_wording(seat.body, reason=reason)
    was = Held(term.person_id, term.person.name, term.rank, term.from_on, term.to_on)
    say_period(act, "term_never_was", was)
    terms = await all_terms_of(act, seat.id)
    vacant = find_vacancy(terms, act.today)
    term.changed_at = act.at  # until when it was known
    await act.db.flush()
    await act.db.delete(term)
    await act.db.flush()
    say_vacancy(act, seat, vacant, find_vacancy([other for other in terms if other.id != term_id], act.today))
    await notify_corrected(act, seat, {was})
    return await terms_of_person(act, seat, was.person_id)


async def add_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_seat_for(act, seat_id)
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}", values={"rank": 0}, choices={"rank": ranks(act)})


async def add(
    act: Act,
    *,
    seat_id: SeatId,
    name: Name,
    email: EmailIfAny = "",
    rank: Whole = 0,
    from_on: PastDay,
    to_on: PastDay | None = None,
    reason: Prose = "",
) -> TermsView:
    """Record afterwards that somebody held a seat. What begins later is reported as a change.

    Returns TermsView. Raises Invalid as a correction does.
    """
    seat = await get_seat_for(act, seat_id)
    if from_on > act.today:
        raise Invalid("term_is_to_come", field="from_on", day=from_on)
    require_lasts(seat, to_on, field="to_on")
    require_advisory_wording(seat.body, reason=reason)
    terms = await all_terms_of(act, seat.id)
    person = await find_known_person(act, name, email)
    held = Held(person.id if person else 0, person.name if person else name, rank, from_on, to_on)
    await require_room(act, held, terms)
    say_period(act, "term_recorded_afterwards", held)
    if person is None:
        person = await add_person(act, name, email)
    ended_at = act.at if to_on else None
    given: dict[str, Any] = {"seat_id": seat.id, "person_id": person.id, "rank": rank}
    act.db.add(Term(**given, from_on=from_on, to_on=to_on, recorded_at=act.at, ended_at=ended_at))
    await act.db.flush()
    await notify_corrected(act, seat, {Held(person.id, person.name, rank, from_on, to_on)})
    return await terms_of_person(act, seat, person.id)


async def terms_of_person(act: Act, seat: Seat, person_id: int) -> TermsView:
    """Returns the terms of a seat; the log has what was done under the seat and under whose term it was."""
    view = await terms_view(act, seat)
    act.concerns(f"seat:{seat.id}", f"person:{person_id}")
    return view


async def get_term_for(act: Act, term_id: int) -> tuple[Term, Seat]:
    """Returns a term with its person, and its seat, locked where the act changes something. Raises NotFound for another
    body's, or one that was taken back."""
    seat_id = await act.db.scalar(select(Term.seat_id).where(Term.id == term_id))
    if seat_id is None:
        raise NotFound
    seat = await get_seat_for(act, seat_id)
    query = select(Term).where(Term.id == term_id).options(joinedload(Term.person))
    term = await act.db.scalar(query.execution_options(populate_existing=True))
    if term is None:
        raise NotFound
    if not may(act.by, P.KEEP_REGISTER, seat.body_id):
        raise NotAllowed
    return term, seat


def ranks(act: Act, own: int = 0) -> list[tuple[object, str]]:
    return [(rank, rank_name(act, rank)) for rank in sorted({*range(NEW_DEPUTIES + 1), own})]


def is_meant(person: Person, name: str, email: str) -> bool:
    """Returns whether a form still names whom it started from."""
    return (person.email or "") == email and is_same_name(person.name, name)


async def find_known_person(act: Act, name: str, email: str) -> Person | None:
    """Returns who in the register has an address, or else the one of this name who has or had a seat in a body that the
    member keeps. None for somebody who is new.

    Raises Invalid where the address is somebody's of another name, or several have the name.
    """
    if not name:
        raise Invalid("name_needed", field="name")
    if email:
        found = await find_by_address(act, email)
        if found is not None and not is_same_name(found.name, name):
            raise Invalid("email_taken", field="email", email=email, name=found.name)
        return found
    kept = {hold.body_id for hold in act.by.holds if may(act.by, P.KEEP_REGISTER, hold.body_id)}
    query = select(Person).join(Term, Term.person_id == Person.id).join(Seat).where(Seat.body_id.in_(kept)).distinct()
    named = [person for person in await act.db.scalars(query) if is_same_name(person.name, name)]
    if len(named) > 1:
        raise Invalid("several_of_name", field="email", name=name)
    return named[0] if named else None


async def add_person(act: Act, name: str, email: str) -> Person:
    """Returns somebody new in the register, who may have no address."""
    act.ask_first("person_is_new", name=name, email=email or "–")
    return await new_person(act, name, email, None, None)


async def require_room(act: Act, held: Held, others: Iterable[Term]) -> None:
    """Raises Invalid where a term cannot be as it is said, beside the others of its seat."""
    if not 0 <= held.rank <= MAX_RANK:
        raise Invalid("no_such_rank", field="rank")
    if held.to_on is not None and held.to_on < held.from_on:
        raise Invalid("term_ends_early", field="to_on", from_on=held.from_on, to_on=held.to_on)
    at_once = [o for o in others if overlap(o.from_on, o.to_on, held.from_on, held.to_on)]
    names = await names_of(act, at_once)
    for other in at_once:
        if other.person_id == held.person_id:
            raise Invalid("already_on_seat", field="name", name=held.name)
    for other in at_once:
        if other.rank == held.rank:
            key = "terms_overlap" if other.to_on else OPEN["terms_overlap"]
            name = names[other.person_id]
            raise Invalid(key, field="from_on", name=name, from_on=other.from_on, to_on=other.to_on)


def say_what_changes(act: Act, was: Held, held: Held) -> None:
    """Say what was known and what will be, and that what was known is kept."""
    say_period(act, "term_was", was)
    say_period(act, "term_becomes", held)
    if held.from_on < act.today:
        act.ask_first("correction_is_past")


def say_period(act: Act, key: str, held: Held) -> None:
    values = {"name": held.name, "what": rank_name(act, held.rank), "from_on": held.from_on}
    act.ask_first(OPEN[key] if held.to_on is None else key, **values, to_on=held.to_on)


def say_vacancy(act: Act, seat: Seat, before: date | None, after: date | None) -> None:
    """Say from when nobody represents, where a correction makes that so: no gap is hidden."""
    if after is not None and after != before:
        act.ask_first("seat_is_vacant", seat=seat_name(seat), day=after)


async def notify_corrected(act: Act, seat: Seat, concerned: Iterable[Held]) -> None:
    """Tell those whose seat it is or is to be, or was until now, that it was corrected. What is over is history."""
    people = {held.person_id for held in concerned if held.to_on is None or held.to_on >= act.today}
    await notify(
        act,
        "term_corrected",
        people=people,
        body_id=seat.body_id,
        seat=seat_name(seat),
        body=seat.body.name,
    )
