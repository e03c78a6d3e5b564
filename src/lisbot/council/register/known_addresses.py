"""By which addresses people are found: the one they are written to, and any further one."""

from sqlalchemy import BindParameter, ColumnElement, func, select, union_all

from lisbot.council.models import Person, PersonAddress, SeatChange, table

PERSON, ADDRESS = table(Person).c, table(PersonAddress).c


def has_address(email: str | BindParameter[str]) -> ColumnElement[bool]:
    """Returns the condition that somebody has an address, which is folded already."""
    return PERSON.id.in_(
        union_all(
            select(PERSON.id).where(func.lower(PERSON.email) == email),
            select(ADDRESS.person_id).where(ADDRESS.email == email, ADDRESS.removed_at.is_(None)),
        )
    )


def has_other_address(change: SeatChange, person: Person) -> bool:
    """Returns whether a change names somebody by another address than any that the register knows them by; chosen in
    the form, they are named by none."""
    if not change.email or change.email == person.email:
        return False
    return all(change.email != each.email for each in person.further_addresses)
