"""Whom a visitor to the demo may be: for every part in a council's life, people who play it today."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.periods import in_force
from lisbot.council.enums import OrgKind, Standing
from lisbot.council.models import Organisation, Person, Seat, Secretariat, Staff, Term

PARTS = ("secretary", "representative", "deputy", "union", "reader")


@dataclass(frozen=True, slots=True)
class Persona:
    """A person and the part they play. `part` is a text key under demo.part."""

    person_id: int
    name: str
    part: str
    organisation: str


@dataclass(frozen=True, slots=True)
class TravelledCase:
    """The demo's case that has travelled, and who had a part in it, whose `part` is a text key under demo.travelled."""

    case_id: int
    title: str
    people: tuple[Persona, ...]


async def list_personas(db: AsyncSession, today: date) -> list[Persona]:
    """Returns everybody who plays a part today, the parts in order, each person once, under their first part."""
    found: list[Persona] = [
        Persona(row.id, row.name, "secretary", row.secretariat)
        for row in await db.execute(
            select(Person.id, Person.name, Secretariat.name.label("secretariat"))
            .join(Staff, Staff.person_id == Person.id)
            .join(Secretariat, Secretariat.id == Staff.secretariat_id)
            .where(in_force(Staff, today))
            .order_by(Staff.id)
        )
    ]
    seated = await db.execute(
        select(Person.id, Person.name, Organisation.name.label("organisation"), Organisation.kind)
        .add_columns(Seat.standing, Term.rank)
        .join(Term, Term.person_id == Person.id)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(in_force(Term, today))
        .order_by(Seat.body_id, Seat.position, Term.rank)
    )
    found += [
        Persona(row.id, row.name, part, row.organisation)
        for row in seated
        if (part := part_of(row.kind, row.standing, row.rank))
    ]
    once: dict[int, Persona] = {}
    for persona in sorted(found, key=lambda persona: PARTS.index(persona.part)):
        once.setdefault(persona.person_id, persona)
    return list(once.values())


def part_of(kind: OrgKind, standing: Standing, rank: int) -> str:
    """Returns the part somebody plays in a seat: nothing for those the demo has no use for."""
    if standing is Standing.COPY:
        return "reader"
    if rank > 0:
        return "deputy"
    if kind is OrgKind.UNION:
        return "union"
    return "representative" if standing in (Standing.VOTING, Standing.NONVOTING) and kind is OrgKind.HOSPITAL else ""
