"""Who is to take over a seat: found again in the register, or brought into it, and asked for consent."""

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.models import Person, Seat, SeatChange
from lisbot.council.register.consent_bases import ask_for_seat, current_text
from lisbot.council.register.keys import next_key
from lisbot.council.register.known_addresses import has_other_address
from lisbot.council.register.known_people import find_by_address, find_namesake, is_same_name, person_key
from lisbot.council.register.seats import SEATED


async def find_person(act: Act, change: SeatChange) -> Person | None:
    """Returns who in the register is meant by a change: whoever has the address, or else the one namesake."""
    if not change.name:
        return None
    return await find_addressee(act, change.email) or await find_by_seat(act, change.seat, change.name)


async def find_addressee(act: Act, email: str) -> Person | None:
    """Returns whoever has an address, with their further ones."""
    return await with_addresses(act, await find_by_address(act, email))


async def find_by_seat(act: Act, seat: Seat, name: str) -> Person | None:
    """Returns the one namesake that a seat makes known, with their further addresses."""
    return await with_addresses(act, await find_namesake(act, seat, name))


async def with_addresses(act: Act, person: Person | None) -> Person | None:
    if person is not None:
        await act.db.refresh(person, ["further_addresses"])
    return person


def is_namesake(change: SeatChange) -> bool:
    """Returns whether whoever is meant is known by the name alone: it may be somebody else."""
    return change.person is not None and has_other_address(change, change.person)


def is_in_doubt(change: SeatChange, known: Person) -> bool:
    """Returns whether somebody in the register is there under another name or address."""
    return has_other_address(change, known) or not is_same_name(known.name, change.name)


async def add_newcomer(act: Act, name: str, email: str) -> Person:
    """Returns somebody new in the register, by their address. Whoever had that before may be called by it still."""
    taken = set(await act.db.scalars(select(Person.key)))
    person = Person(key=next_key(person_key(email), taken), name=name, email=email, recorded_at=act.at)
    act.db.add(person)
    await act.db.flush()
    return person


async def ask_newcomer(act: Act, change: SeatChange, *, again: bool = False) -> bool:
    """Ask whoever is to take over for consent to being named, where it is certain who that is. A newcomer comes into
    the register to be asked, and has no part in anything yet. Returns whether they are asked."""
    if not change.name or (change.person is not None and is_in_doubt(change, change.person)):
        return False
    if change.person is None:
        if await current_text(act, change.seat.body.secretariat_id) is None or change.seat.standing not in SEATED:
            return False
        change.person = await add_newcomer(act, change.name, change.email)
        change.person_id = change.person.id
    return await ask_for_seat(act, change.person.id, change.seat, again=again)
