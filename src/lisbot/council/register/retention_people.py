"""People who have had no seat, post or open matter for a time: who is kept no longer, and what of them is erased.

Who held a seat or a post stays by name, for that is the councils' record; how they are reached does not. Of whoever
never did, a guest, a leader who confirmed a change or a receiver of what is sent out, nothing stays but what minutes
and log say.
Source: GDPR article 5(1)(e) (storage limitation) and 17(3)(d).
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Date, Select, Text, cast, exists, func, literal, or_, select, type_coerce, union_all

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


def day_of(moment: Any) -> Any:
    """Returns the day of a moment, in UTC."""
    return type_coerce(func.date(moment), Date)


def matters() -> Any:
    """Returns the statement for what each person had a part in or was asked, with whose secretariat it was and the last
    day of it, where that is known."""
    of_seat = (Seat.__table__.join(Body.__table__, Body.id == Seat.body_id),)
    sat = select(Term.person_id, Body.secretariat_id, Term.to_on.label("day")).select_from(*of_seat)
    worked = select(Staff.person_id, Staff.secretariat_id, Staff.to_on)
    visited = (
        select(Guest.person_id, Body.secretariat_id, Meeting.ends_on)
        .join(Meeting, Meeting.id == Guest.meeting_id)
        .join(Body, Body.id == Meeting.body_id)
    )
    received = select(DistributionLine.person_id, Body.secretariat_id, DistributionLine.to_on).join(
        Body, Body.id == DistributionLine.body_id
    )
    confirmed = select(LineConfirmation.person_id, Body.secretariat_id, day_of(LineConfirmation.asked_at)).select_from(
        *of_seat
    )
    consented = select(ConsentRequest.person_id, ConsentText.secretariat_id, day_of(ConsentRequest.asked_at)).join(
        ConsentText, ConsentText.id == ConsentRequest.text_id
    )
    read = select(OutsideParty.person_id, OutsideParty.secretariat_id, OutsideParty.closed_on)
    change = SeatChange.id == LineConfirmation.seat_change_id
    return union_all(
        sat.join(Term, Term.seat_id == Seat.id),
        worked,
        visited.where(Guest.person_id.is_not(None)),
        received.where(DistributionLine.person_id.is_not(None)),
        confirmed.join(SeatChange, SeatChange.seat_id == Seat.id).join(LineConfirmation, change),
        consented,
        read.where(OutsideParty.person_id.is_not(None)),
    ).subquery()


def former_people(secretariat_id: int | None, today: date) -> Select[Any]:
    """Returns those without a seat, a post or an open matter, and since when: of one secretariat, whom no other has had
    to do with; of None, whom several have, or none."""
    had = matters()
    by_person = (
        select(
            had.c.person_id,
            func.max(had.c.day).label("day"),
            func.min(had.c.secretariat_id).label("first"),
            func.max(had.c.secretariat_id).label("last"),
        )
        .group_by(had.c.person_id)
        .subquery()
    )
    is_about = LINE.c.subject == literal("person:").concat(cast(PERSON.c.id, Text))
    told_of = select(func.max(day_of(LINE.c.at))).where(is_about).scalar_subquery()
    is_own = or_(by_person.c.first.is_(None), by_person.c.first != by_person.c.last)
    if secretariat_id is not None:
        is_own = (by_person.c.first == secretariat_id) & (by_person.c.last == secretariat_id)
    is_reached = or_(
        PERSON.c.email.is_not(None),
        exists().where(PersonAddress.person_id == PERSON.c.id),
        exists().where(Account.person_id == PERSON.c.id),
    )
    return (
        select(PERSON.c.id, type_coerce(func.coalesce(by_person.c.day, told_of), Date).label("since"))
        .select_from(PERSON.outerjoin(by_person, by_person.c.person_id == PERSON.c.id))
        .where(
            PERSON.c.erased_at.is_(None),
            PERSON.c.merged_into_id.is_(None),
            is_own,
            or_(is_reached, ~was_part(PERSON.c.id)),
            ~has_part(today, PERSON.c.id),
            ~is_awaited(today, PERSON.c.id),
        )
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
