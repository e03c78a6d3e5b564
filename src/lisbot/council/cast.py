"""Whom a visitor to the demo may be: for every part in a council's life, people who play it today."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.kinds import OrgKind, Standing
from lisbot.council.models import Meeting, Organisation, Person, Seat, Secretariat, Staff, Term

PARTS = ("secretary", "representative", "deputy", "union", "reader")


@dataclass(frozen=True, slots=True)
class Role:
    """A person and the part they play. `part` is a text key under demo.part."""

    person_id: int
    name: str
    part: str
    organisation: str


async def cast(db: AsyncSession, today: date) -> list[Role]:
    """Everybody who plays a part today, the parts in order, each person once, under their first part."""
    found: list[Role] = [
        Role(row.id, row.name, "secretary", row.secretariat)
        for row in await db.execute(
            select(Person.id, Person.name, Secretariat.name.label("secretariat"))
            .join(Staff, Staff.person_id == Person.id)
            .join(Secretariat, Secretariat.id == Staff.secretariat_id)
            .where(Staff.from_on <= today, or_(Staff.to_on.is_(None), Staff.to_on >= today))
            .order_by(Staff.id)
        )
    ]
    seated = await db.execute(
        select(Person.id, Person.name, Organisation.name.label("organisation"), Organisation.kind)
        .add_columns(Seat.standing, Term.rank)
        .join(Term, Term.person_id == Person.id)
        .join(Seat, Seat.id == Term.seat_id)
        .join(Organisation, Organisation.id == Seat.organisation_id)
        .where(Term.from_on <= today, or_(Term.to_on.is_(None), Term.to_on >= today))
        .order_by(Seat.body_id, Seat.position, Term.rank)
    )
    found += [
        Role(row.id, row.name, part, row.organisation)
        for row in seated
        if (part := part_of(row.kind, row.standing, row.rank))
    ]
    once: dict[int, Role] = {}
    for role in sorted(found, key=lambda role: PARTS.index(role.part)):
        once.setdefault(role.person_id, role)
    return list(once.values())


def part_of(kind: OrgKind, standing: Standing, rank: int) -> str:
    """The part somebody plays in a seat: nothing for those the demo has no use for."""
    if standing is Standing.COPY:
        return "reader"
    if rank > 0:
        return "deputy"
    if kind is OrgKind.UNION:
        return "union"
    return "representative" if standing is Standing.VOTING and kind is OrgKind.HOSPITAL else ""


async def has_begun(db: AsyncSession) -> bool:
    """Whether the councils have met, or planned to: then the demo goes on from where it stood."""
    return await db.scalar(select(Meeting.id).limit(1)) is not None
