"""Whom a name and an address mean: somebody in the register already, perhaps under a new name or address."""

import hashlib

from sqlalchemy import exists, select

from lisbot.council.addresses import fold_address, fold_name
from lisbot.council.core.context import Act
from lisbot.council.models import Body, Person, Seat, Staff, Term
from lisbot.council.register.known_addresses import has_address

KEY_LENGTH = 80  # characters of a person's key


async def find_by_address(act: Act, email: str) -> Person | None:
    """Returns whoever has an address: the one they are written to, or a further one."""
    return await act.db.scalar(select(Person).where(has_address(fold_address(email))))


async def find_by_name(act: Act, name: str) -> list[Person]:
    """Returns everybody of a name, whoever keeps them in the register."""
    rows = await act.db.execute(
        select(Person.id, Person.name).where(Person.merged_into_id.is_(None), Person.erased_at.is_(None))
    )
    ids = [row.id for row in rows if is_same_name(row.name, name)]
    return list(await act.db.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


async def find_namesake(act: Act, seat: Seat, name: str) -> Person | None:
    """Returns the one person of this name who has or had a seat in a body of the same secretariat: on this seat, of
    this organisation, or anywhere. None where there are several, and so nobody to be taken for.

    Who works at a secretariat is nobody's namesake: whoever got their address by mistake would run the councils.
    """
    rows = await act.db.execute(
        select(Person.id, Person.name, Seat.id.label("seat_id"), Seat.organisation_id)
        .join(Term, Term.person_id == Person.id)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .where(Body.secretariat_id == seat.body.secretariat_id, ~exists().where(Staff.person_id == Person.id))
    )
    found = [row for row in rows if is_same_name(row.name, name)]
    for group in (
        {row.id for row in found if row.seat_id == seat.id},
        {row.id for row in found if row.organisation_id == seat.organisation_id},
        {row.id for row in found},
    ):
        if group:
            return await act.db.get_one(Person, group.pop()) if len(group) == 1 else None
    return None


def is_same_name(one: str, other: str) -> bool:
    """Returns whether two names are the same but for letter case and the order «surname, given»."""
    return read_name(one) == read_name(other)


def read_name(name: str) -> tuple[str, ...]:
    surname, comma, given = fold_name(name).partition(",")
    return tuple(f"{given} {surname}".split() if comma else surname.split())


def person_key(email: str) -> str:
    """Returns what a person reported by address is called in a council pack: the address, or its hash where
    that is too long for a key."""
    return email if len(email) <= KEY_LENGTH else hashlib.sha256(email.encode()).hexdigest()
