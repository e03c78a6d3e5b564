"""People who have had no seat, post or open matter for a time: who is kept no longer, and what of them is erased.

Who held a seat or a post stays by name, for that is the councils' record; how they are reached does not. Of whoever
never did, a guest, a leader who confirmed a change or a receiver of what is sent out, nothing stays but what minutes
and log say.
Source: GDPR article 5(1)(e) (storage limitation) and 17(3)(d).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, Text, and_, cast, exists, func, literal, or_, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from lisbot.council.core.context import Act
from lisbot.council.models import (
    Account,
    Body,
    ConsentRequest,
    ConsentText,
    DistributionLine,
    FormerTerm,
    Guest,
    LineConfirmation,
    LogLine,
    Meeting,
    OutsideParty,
    Person,
    PersonAddress,
    Seat,
    SeatChange,
    Staff,
    Term,
    table,
)
from lisbot.council.register.erasing import erase_contact, erase_person
from lisbot.council.register.people import has_part, is_awaited

PERSON, LINE = table(Person), table(LogLine)


NEVER, NOBODYS = date(1, 1, 1), 2**31 - 1  # what stands for no day and for no secretariat


class latest(FunctionElement[Any]):
    """The greatest of several expressions, of which none is NULL."""

    inherit_cache = True


class earliest(FunctionElement[Any]):
    """The least of several expressions, of which none is NULL."""

    inherit_cache = True


@compiles(latest)
def compile_latest(element: Any, compiler: Any, **more: Any) -> str:
    name = "max" if compiler.dialect.name == "sqlite" else "greatest"
    return f"{name}({compiler.process(element.clauses, **more)})"


@compiles(earliest)
def compile_earliest(element: Any, compiler: Any, **more: Any) -> str:
    name = "min" if compiler.dialect.name == "sqlite" else "least"
    return f"{name}({compiler.process(element.clauses, **more)})"


def day_of(moment: Any) -> Any:
    """Returns the day of a moment, in UTC."""
    return type_coerce(func.date(moment), Date)


# What a person had a part in or was asked: whose secretariat it was, the last day of it where that is known, and the
# query for it, which begins with the person in an index.
MATTERS: tuple[tuple[Any, Any, Select[Any]], ...] = (
    (
        Body.secretariat_id,
        Term.to_on,
        select()
        .join_from(Term, Seat, Seat.id == Term.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .where(Term.person_id == PERSON.c.id),
    ),
    (Staff.secretariat_id, Staff.to_on, select().where(Staff.person_id == PERSON.c.id)),
    (
        Body.secretariat_id,
        Meeting.ends_on,
        select()
        .join_from(Guest, Meeting, Meeting.id == Guest.meeting_id)
        .join(Body, Body.id == Meeting.body_id)
        .where(Guest.person_id == PERSON.c.id),
    ),
    (
        Body.secretariat_id,
        DistributionLine.to_on,
        select()
        .join_from(DistributionLine, Body, Body.id == DistributionLine.body_id)
        .where(DistributionLine.person_id == PERSON.c.id),
    ),
    (
        Body.secretariat_id,
        day_of(LineConfirmation.asked_at),
        select()
        .join_from(LineConfirmation, SeatChange, SeatChange.id == LineConfirmation.seat_change_id)
        .join(Seat, Seat.id == SeatChange.seat_id)
        .join(Body, Body.id == Seat.body_id)
        .where(LineConfirmation.person_id == PERSON.c.id),
    ),
    (
        ConsentText.secretariat_id,
        day_of(ConsentRequest.asked_at),
        select()
        .join_from(ConsentRequest, ConsentText, ConsentText.id == ConsentRequest.text_id)
        .where(ConsentRequest.person_id == PERSON.c.id),
    ),
    (OutsideParty.secretariat_id, OutsideParty.closed_on, select().where(OutsideParty.person_id == PERSON.c.id)),
)


def of_matters(column: Any, query: Select[Any], otherwise: Any) -> Any:
    """Returns a column of what a person had a part in, as an expression that is never NULL."""
    found = query.add_columns(column).correlate(PERSON).scalar_subquery()
    return func.coalesce(found, literal(otherwise, column.type))


def former_people(secretariat_id: int | None, today: date) -> Select[Any]:
    """Returns those without a seat, a post or an open matter, and since when: of one secretariat, whom no other has had
    to do with; of None, whom several have, or none. Who never had a part is kept since the log told of them last, or
    since they came into the register. Each is looked up by indexes, and nobody who has a part is."""
    last_day = latest(*(of_matters(func.max(day), query, NEVER) for _, day, query in MATTERS))
    first = earliest(*(of_matters(func.min(whose), query, NOBODYS) for whose, _, query in MATTERS))
    last = latest(*(of_matters(func.max(whose), query, 0) for whose, _, query in MATTERS))
    is_about = LINE.c.subject == literal("person:").concat(cast(PERSON.c.id, Text))
    told_of = select(func.max(day_of(LINE.c.at))).where(is_about).correlate(PERSON).scalar_subquery()
    since = func.coalesce(func.nullif(last_day, literal(NEVER, Date)), told_of, day_of(PERSON.c.recorded_at))
    is_own = first != last  # of none, too
    if secretariat_id is not None:
        is_own = and_(first == secretariat_id, last == secretariat_id)
    is_reached = or_(
        PERSON.c.email.is_not(None),
        exists().where(PersonAddress.person_id == PERSON.c.id),
        exists().where(Account.person_id == PERSON.c.id),
    )
    return select(PERSON.c.id, type_coerce(since, Date).label("since")).where(
        PERSON.c.erased_at.is_(None),
        PERSON.c.merged_into_id.is_(None),
        ~has_part(today, PERSON.c.id),
        ~is_awaited(today, PERSON.c.id),
        or_(is_reached, ~was_part(PERSON.c.id)),
        is_own,
    )


def was_part(person_id: Any) -> Any:
    """Returns the condition that somebody held a seat or a post, as it is known now or was known once."""
    return or_(*(exists().where(each.person_id == person_id) for each in (Term, FormerTerm, Staff)))


async def erase_people(act: Act, ids: Sequence[int]) -> None:
    """Erase who people are, or of those who had a part how they are reached. Those who turned out to be them go with
    them."""
    for person in list(await act.db.scalars(select(Person).where(Person.id.in_(ids)).with_for_update())):
        if await act.db.scalar(select(was_part(person.id))):
            await erase_contact(act, person)
        else:
            await erase_person(act, person)
