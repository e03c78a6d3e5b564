"""Giving a seat that nobody holds to somebody, by the secretariat itself."""

from typing import Annotated, Any

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Day, EmailIfAny, Name, PersonId, Prefill, SeatId, Whole
from lisbot.council.core.periods import overlap
from lisbot.council.core.schemas import Limits
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import Lang
from lisbot.council.models import Person, Seat
from lisbot.council.register.body_settings import body_settings
from lisbot.council.register.kept_people import get_person_for
from lisbot.council.register.known_people import find_by_address, find_namesake, is_same_name
from lisbot.council.register.new_people import new_person
from lisbot.council.register.seat_changes import colleagues_of, rank_name
from lisbot.council.register.seat_settings import require_kept
from lisbot.council.register.seating import seat_person
from lisbot.council.register.seats import get_seat_for, seat_name
from lisbot.council.register.terms import MAX_RANK, all_terms_of, names_of
from lisbot.council.register.views.bodies import BodySettingsView

Rank = Annotated[Whole, Limits(ge=0, le=MAX_RANK)]
SHOWN_RANKS = 3


async def begin_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_seat_for(act, seat_id)
    terms = await all_terms_of(act, seat.id)
    open_ended = {term.rank for term in terms if term.to_on is None}
    free = [rank for rank in range(MAX_RANK + 1) if rank not in open_ended]
    return Prefill(
        about=f"{seat_name(seat)} · {seat.body.name}",
        values={"rank": free[0] if free else None, "from_on": act.today},
        choices={
            "person_id": list((await colleagues_of(act, seat)).items()),
            "rank": [(rank, rank_name(act, rank)) for rank in free[:SHOWN_RANKS]],
        },
    )


async def begin(
    act: Act,
    *,
    seat_id: SeatId,
    person_id: PersonId | None = None,
    name: Name = "",
    email: EmailIfAny = "",
    from_on: Day,
    to_on: Day | None = None,
    rank: Rank = 0,
    language: Lang | None = None,
) -> BodySettingsView:
    """Give a seat that stands empty to somebody, from one day and perhaps until another: who is known by the address,
    or somebody new.

    Returns BodySettingsView. Raises Conflict where somebody holds it then, or they hold it themselves.
    """
    seat = await get_seat_for(act, seat_id)
    require_kept(seat)
    if seat.derived_from is not None and rank == 0:
        raise Conflict("seat_is_derived")
    if to_on is not None and to_on < from_on:
        raise Invalid("ends_before_it_begins", field="to_on", day=from_on)
    person = await find_holder(act, seat, name, email, person_id)
    terms = await all_terms_of(act, seat.id)
    names = await names_of(act, terms)
    for term in terms:
        if overlap(from_on, to_on, term.from_on, term.to_on):
            if person is not None and term.person_id == person.id:
                raise Conflict("already_on_seat", field="name", name=person.name)
            if term.rank == rank:
                raise Conflict("seat_is_held", field="from_on", name=names[term.person_id], day=term.from_on)
    if rank > 1 and not any(term.rank == rank - 1 and (term.to_on or from_on) >= from_on for term in terms):
        raise Invalid("no_deputy_before", field="rank", rank=rank - 1)
    if person is None:
        person = await new_person(act, name, email, language, seat.organisation_id)
    if from_on < act.today:
        act.ask_first("change_is_past", day=from_on)
    await seat_person(act, seat, person.id, person.name, rank, from_on, to_on)
    if to_on is None or to_on >= act.today:
        # In words alone: the council's card is theirs to see from the day they take over.
        facts: dict[str, Any] = {"name": person.name, "seat": seat_name(seat), "body": seat.body.name}
        await notify(act, "change_approved", people={person.id}, body_id=seat.body_id, from_on=from_on, **facts)
    act.did(name=person.name, seat=seat_name(seat))
    view = await body_settings(act, seat.body)
    act.concerns(f"seat:{seat.id}", f"person:{person.id}", person_id=person.id)
    return view


async def find_holder(act: Act, seat: Seat, name: str, email: str, person_id: int | None) -> Person | None:
    """Returns who in the register is meant: pointed at, or known by the address or by the name. Asks first where that
    may be somebody else; None for somebody new."""
    if person_id is not None:
        person = await get_person_for(act, person_id)
        if person.merged_into_id is not None or person.erased_at is not None:
            raise Invalid("not_offered_any_more", field="person_id")
        if email:
            raise Invalid("known_has_address", field="email")
        return person
    if not name and not email:
        raise Invalid("name_needed", field="name")
    if email and (found := await find_by_address(act, email)) is not None:
        if name and not is_same_name(found.name, name):
            act.ask_first("is_known_as", email=email, name=found.name, given=name)
        return found
    if not name:
        raise Invalid("name_needed", field="name")
    found = await find_namesake(act, seat, name)
    if found is not None and not email:
        act.ask_first("is_namesake", name=found.name, email=found.email or "–")
        return found
    return None
