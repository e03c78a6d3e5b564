"""What was known of the terms of a body, and when: one query for two times.

A term stands in Term as it is known now. What was known of it before stands in FormerTerm, where the database puts it
(lisbot.council.models.known_terms).
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Select, bindparam, cast, literal, select, union_all
from sqlalchemy.sql.selectable import Subquery

from lisbot.council.core.context import Act
from lisbot.council.core.periods import in_force, known_since
from lisbot.council.models import FormerTerm, Organisation, Person, Seat, Term, table

TERM, FORMER, SEAT, PERSON, ORGANISATION = (table(t) for t in (Term, FormerTerm, Seat, Person, Organisation))
HELD = ("seat_id", "person_id", "rank", "from_on", "to_on")


def known_on_day() -> Subquery:
    """Returns the terms of a body that hold on a day, as they are known now (`is_now`) and as they were known at a
    moment (`is_then`)."""
    seats = select(SEAT.c.id).where(SEAT.c.body_id == bindparam("body")).scalar_subquery()
    day: Any = bindparam("day")
    moment: Any = bindparam("known_at", type_=TERM.c.recorded_at.type)
    now = select(
        *(TERM.c[name] for name in HELD),
        literal(True, Boolean).label("is_now"),
        cast(known_since(TERM.c) <= moment, Boolean).label("is_then"),
    ).where(TERM.c.seat_id.in_(seats), in_force(TERM.c, day))
    former = select(*(FORMER.c[name] for name in HELD), literal(False, Boolean), literal(True, Boolean)).where(
        FORMER.c.seat_id.in_(seats), in_force(FORMER.c, day, moment)
    )
    return union_all(now, former).subquery("known")


KNOWN = known_on_day()
# Built once.
SEATS_IN_TWO_TIMES: Select[Any] = (
    select(
        SEAT.c.id,
        SEAT.c.role,
        SEAT.c.standing,
        SEAT.c.chairs,
        SEAT.c.abolished_on,
        ORGANISATION.c.name.label("organisation"),
        *(KNOWN.c[name] for name in (*HELD[1:], "is_now", "is_then")),
        PERSON.c.name.label("person"),
    )
    .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
    .outerjoin(KNOWN, KNOWN.c.seat_id == SEAT.c.id)
    .outerjoin(PERSON, PERSON.c.id == KNOWN.c.person_id)
    .where(SEAT.c.body_id == bindparam("body"))
    .order_by(SEAT.c.position, SEAT.c.id, KNOWN.c.rank, KNOWN.c.from_on)
)


async def seats_in_two_times(act: Act, body_id: int, day: date, known_at: datetime) -> list[Any]:
    """Returns a row for each seat of a body and each who holds it on a day, by what is known now and by what was known
    at a moment. One statement."""
    given = {"body": body_id, "day": day, "known_at": known_at}
    return list(await act.db.execute(SEATS_IN_TWO_TIMES, given))
