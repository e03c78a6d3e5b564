"""By which addresses people are found: the one they are written to, and any further one."""

from sqlalchemy import BindParameter, ColumnElement, func, select, union_all

from lisbot.council.models import Person, PersonAddress, table

PERSON, ADDRESS = table(Person).c, table(PersonAddress).c


def has_address(email: str | BindParameter[str]) -> ColumnElement[bool]:
    """Returns the condition that somebody has an address, which is folded already."""
    return PERSON.id.in_(
        union_all(
            select(PERSON.id).where(func.lower(PERSON.email) == email),
            select(ADDRESS.person_id).where(ADDRESS.email == email, ADDRESS.removed_at.is_(None)),
        )
    )
