"""Whom a secretariat keeps in the register: whoever has a part in its own councils, and whoever has none in any.

A part is a seat or a post, now or before. Who has neither, and was asked something by a secretariat (a leader about a
change, or anybody for consent), invited as a guest, is sent what goes out, or reads what goes to a party outside, is
that secretariat's.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, null, or_, select

from lisbot.council.core.access import P, bodies_where, gate, lock, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotAllowed, NotFound
from lisbot.council.models import (
    Body,
    ConsentRequest,
    ConsentText,
    DistributionLine,
    Guest,
    LineConfirmation,
    Meeting,
    Organisation,
    OutsideParty,
    Person,
    Seat,
    SeatChange,
    Secretariat,
    Staff,
    Term,
)


async def get_person_for(act: Act, person_id: int) -> Person:
    """Returns somebody who has or had a part in a body, locked where the act changes something. Who has none is any
    secretariat's to keep, but for whom another has asked something.

    Raises NotFound for whoever has none in a body that the member has a part in, NotAllowed where that is too small.
    """
    bodies = select(Seat.body_id).join(Term).where(Term.person_id == person_id)
    staffed = (
        select(Body.id).join(Staff, Staff.secretariat_id == Body.secretariat_id).where(Staff.person_id == person_id)
    )
    found = set(await act.db.scalars(bodies.union(staffed)))
    if not found:
        at = await works_at(act, person_id)
        if at - secretariats_of(act.by):
            raise NotFound
        found = set() if at else set(await act.db.scalars(bodies_asking(person_id)))
    if found or not secretariats_of(act.by):
        gate(act, *found)
    person = await act.db.get(Person, person_id, with_for_update=lock(act, Person), populate_existing=True)
    if person is None:
        raise NotFound
    return person


async def works_at(act: Act, person_id: int) -> set[int]:
    """Returns the ids of the secretariats where somebody works, worked or will."""
    return set(await act.db.scalars(select(Staff.secretariat_id).where(Staff.person_id == person_id)))


def bodies_asking(person_id: Any) -> Any:
    """Returns the statement for the bodies whose secretariat asked somebody about a change, or for consent, invited
    them, sends them what goes out, or writes to them as a party outside."""
    about_change = (
        select(Seat.body_id)
        .join(SeatChange, SeatChange.seat_id == Seat.id)
        .join(LineConfirmation, LineConfirmation.seat_change_id == SeatChange.id)
        .where(LineConfirmation.person_id == person_id)
    )
    for_consent = (
        select(Body.id)
        .join(ConsentText, ConsentText.secretariat_id == Body.secretariat_id)
        .join(ConsentRequest, ConsentRequest.text_id == ConsentText.id)
        .where(ConsentRequest.person_id == person_id)
    )
    as_guest = select(Meeting.body_id).join(Guest, Guest.meeting_id == Meeting.id).where(Guest.person_id == person_id)
    as_receiver = select(DistributionLine.body_id).where(DistributionLine.person_id == person_id)
    as_party = (
        select(Body.id)
        .join(OutsideParty, OutsideParty.secretariat_id == Body.secretariat_id)
        .where(OutsideParty.person_id == person_id)
    )
    return about_change.union(for_consent, as_guest, as_receiver, as_party)


async def require_no_other_staff(act: Act, person: Person) -> None:
    """Raises NotAllowed for somebody whose address and accounts open another secretariat's councils, or answer for
    them: whoever works at another, and whoever has no part in any and was asked something by another."""
    works_elsewhere = exists().where(Staff.person_id == Person.id, Staff.secretariat_id.not_in(secretariats_of(act.by)))
    asked_elsewhere = and_(~has_any_part(), is_asked_elsewhere(act))
    facts = select(works_elsewhere, asked_elsewhere).where(Person.id == person.id)
    works, is_asked = (await act.db.execute(facts)).one()
    if works:
        raise NotAllowed("works_elsewhere")
    if is_asked:
        raise NotAllowed("asked_elsewhere")


async def require_kept_alone(act: Act, *people: Person) -> None:
    """Raises Conflict for somebody whom another secretariat keeps too."""
    query = select(Person.name).where(Person.id.in_([each.id for each in people]), ~is_kept(act)).order_by(Person.id)
    name = await act.db.scalar(query.limit(1))
    if name is not None:
        raise Conflict("kept_elsewhere", field="other_id", name=name)


def is_kept(act: Act) -> ColumnElement[bool]:
    """Returns the condition that a person is the member's to keep, and no other secretariat's."""
    kept, own = bodies_where(act.by, P.KEEP_REGISTER), secretariats_of(act.by)
    sits_elsewhere = exists().where(Term.person_id == Person.id, Term.seat_id == Seat.id, Seat.body_id.not_in(kept))
    works_elsewhere = exists().where(Staff.person_id == Person.id, Staff.secretariat_id.not_in(own))
    return and_(~sits_elsewhere, ~works_elsewhere, or_(has_any_part(), ~is_asked_elsewhere(act)))


def has_any_part() -> ColumnElement[bool]:
    return or_(exists().where(Term.person_id == Person.id), exists().where(Staff.person_id == Person.id))


def is_asked_elsewhere(act: Act) -> ColumnElement[bool]:
    """Returns the condition that a secretariat where the member does not work asked a person something, or invites or
    writes to them."""
    about_change = exists().where(
        LineConfirmation.person_id == Person.id,
        LineConfirmation.seat_change_id == SeatChange.id,
        SeatChange.seat_id == Seat.id,
        Seat.body_id.not_in(bodies_where(act.by, P.KEEP_REGISTER)),
    )
    for_consent = exists().where(
        ConsentRequest.person_id == Person.id,
        ConsentRequest.text_id == ConsentText.id,
        ConsentText.secretariat_id.not_in(secretariats_of(act.by)),
    )
    kept = bodies_where(act.by, P.KEEP_REGISTER)
    as_guest = exists().where(
        Guest.person_id == Person.id, Guest.meeting_id == Meeting.id, Meeting.body_id.not_in(kept)
    )
    as_receiver = exists().where(DistributionLine.person_id == Person.id, DistributionLine.body_id.not_in(kept))
    as_party = exists().where(
        OutsideParty.person_id == Person.id, OutsideParty.secretariat_id.not_in(secretariats_of(act.by))
    )
    return or_(about_change, for_consent, as_guest, as_receiver, as_party)


def workplace_of_other(act: Act) -> ColumnElement[str | None]:
    """Returns where a person is whom another secretariat keeps too, as an expression: what is said of them to tell them
    apart, in place of their address. NULL for whom the member keeps alone, "" where nothing is known."""
    own = select(Organisation.name).where(Organisation.id == Person.organisation_id).scalar_subquery()
    seated = (
        select(func.min(Organisation.name))
        .where(Organisation.id == Seat.organisation_id, Seat.id == Term.seat_id, Term.person_id == Person.id)
        .scalar_subquery()
    )
    post = (
        select(func.min(Secretariat.name))
        .where(Secretariat.id == Staff.secretariat_id, Staff.person_id == Person.id)
        .scalar_subquery()
    )
    return case((is_kept(act), null()), else_=func.coalesce(own, seated, post, ""))
