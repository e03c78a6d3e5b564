"""The register: who represents whom, and how that changes."""

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from lisbot.council.access import P, change_for, may, seat_for, seats_of, with_seats
from lisbot.council.act import Act, Role
from lisbot.council.bodies import BodyView, refuse_the_word, seat_name
from lisbot.council.errors import Conflict, Invalid, NotAllowed
from lisbot.council.kinds import ChangeState
from lisbot.council.models import Person, Seat, SeatChange, Staff, Term
from lisbot.council.notices import tell
from lisbot.council.typed import Day, Email, Form, Id, Line, Prose, Whole
from lisbot.texts import text

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Register(BodyView):
    """A body's seats with everybody who has held them, and the changes that wait for an answer."""

    changes: list[SeatChange] = field(default_factory=list)


async def show(act: Act, *, body_id: Id) -> Register:
    """See who represents whom in a council today, and who did before."""
    body = await with_seats(act, body_id)
    query = (
        select(SeatChange)
        .join(Seat)
        .where(Seat.body_id == body.id, SeatChange.state == ChangeState.REPORTED)
        .order_by(SeatChange.id)
    )
    if not may(act.by, P.KEEP_REGISTER, body.id):
        query = query.where(SeatChange.reported_by_id == act.by.id)
    return Register(body, [], act.today, changes=list(await act.db.scalars(query)))


async def report_form(act: Act, *, seat_id: Id) -> Form:
    seat = await own_seat(act, seat_id)
    lang = act.by.lang
    ranks: list[tuple[object, str]] = [(0, text(lang, "sheet.register.main"))]
    ranks += [(rank, text(lang, "sheet.register.deputy", rank=rank)) for rank in (1, 2, 3)]
    return Form(about=f"{seat_name(seat)} · {seat.body.name}", values={"rank": 0}, choices={"rank": ranks})


async def own_seat(act: Act, seat_id: int) -> Seat:
    """A seat one may report about: one's own, one's organisation's, or any when one keeps the register."""
    seat = await seat_for(act, seat_id)
    mine = seats_of(act.by, seat.body_id, Role.REPRESENTATIVE, Role.PARTICIPANT)
    if not may(act.by, P.KEEP_REGISTER, seat.body_id) and not any(
        hold.seat_id == seat.id or hold.organisation_id == seat.organisation_id for hold in mine
    ):
        raise NotAllowed("not_your_seat")
    return seat


async def report(
    act: Act,
    *,
    seat_id: Id,
    name: Line,
    email: Email,
    from_on: Day,
    anchored_by: Line,
    anchored: bool = False,
    rank: Whole = 0,
) -> SeatChange:
    """Report who takes over a seat, from when, and who in the line has approved it."""
    seat = await own_seat(act, seat_id)
    if not anchored:
        raise Invalid("not_anchored", field="anchored")
    if not 0 <= rank <= 3:
        raise Invalid("no_such_rank", field="rank")
    await known_as(act, email, name)
    last = last_term(seat, rank)
    if last and from_on <= last.from_on:
        raise Invalid("from_too_early", field="from_on", day=last.from_on)
    same = select(SeatChange.id).where(
        SeatChange.seat_id == seat.id,
        SeatChange.rank == rank,
        SeatChange.email == email,
        SeatChange.from_on == from_on,
        SeatChange.state == ChangeState.REPORTED,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("reported_already", name=name)
    refuse_the_word(seat.body, name=name, anchored_by=anchored_by)
    change = SeatChange(
        seat=seat,
        seat_id=seat.id,
        rank=rank,
        name=name,
        email=email,
        from_on=from_on,
        anchored_by=anchored_by,
        state=ChangeState.REPORTED,
        reported_by_id=act.by_id,
        reported_at=act.at,
    )
    change.reported_by = await act.db.get_one(Person, act.by_id)
    act.db.add(change)
    await act.db.flush()
    await tell(
        act,
        "change_reported",
        people=await secretaries(act, seat.body.secretariat_id),
        shows="seat.show",
        args={"change_id": change.id},
        seat=seat_name(seat),
        body=seat.body.name,
    )
    return change


async def see(act: Act, *, change_id: Id) -> SeatChange:
    """See a reported change of who holds a seat."""
    return await change_for(act, change_id)


async def approve(act: Act, *, change_id: Id) -> SeatChange:
    """Approve a reported change: the new term starts on its date and the old one ends the day before."""
    change = await waiting(act, change_id)
    person = await known_as(act, change.email, change.name)
    if person is None:
        person = Person(key=key_of(change.email), name=change.name, email=change.email)
        act.db.add(person)
        await act.db.flush()
    last = last_term(change.seat, change.rank)
    if last and change.from_on <= last.from_on:
        raise Conflict("from_too_early", day=last.from_on)
    if last and last.covers(change.from_on):
        last.to_on = change.from_on - DAY
        last.ended_at = act.at
        await act.db.flush()
    act.db.add(
        Term(
            seat_id=change.seat_id,
            person_id=person.id,
            rank=change.rank,
            from_on=change.from_on,
            recorded_at=act.at,
        )
    )
    change.state, change.settled_at = ChangeState.APPROVED, act.at
    await settled(act, change, "change_approved", newcomers={person.id})
    return change


async def return_change(act: Act, *, change_id: Id, reason: Prose) -> SeatChange:
    """Send a reported change back to whoever reported it, with the reason."""
    change = await waiting(act, change_id)
    refuse_the_word(change.seat.body, reason=reason)
    change.state, change.reason, change.settled_at = ChangeState.RETURNED, reason, act.at
    await settled(act, change, "change_returned")
    return change


async def return_form(act: Act, *, change_id: Id) -> Form:
    change = await change_for(act, change_id)
    return Form(about=f"{change.name} · {seat_name(change.seat)}")


async def waiting(act: Act, change_id: int) -> SeatChange:
    change = await change_for(act, change_id)
    if change.state is not ChangeState.REPORTED:
        raise Conflict("change_settled", name=change.name)
    return change


async def settled(act: Act, change: SeatChange, kind: str, newcomers: set[int] | None = None) -> None:
    facts: dict[str, Any] = {
        "seat": seat_name(change.seat),
        "body": change.seat.body.name,
        "name": change.name,
        "from_on": change.from_on,
        "reason": change.reason or "",
    }
    args = {"body_id": change.seat.body_id}
    await tell(act, kind, people={change.reported_by_id}, shows="body.show", args=args, **facts)
    # In words alone: the council's card is theirs to see from the day they take over.
    await tell(act, kind, people=(newcomers or set()) - {change.reported_by_id}, **facts)


def last_term(seat: Seat, rank: int) -> Term | None:
    """The newest term of a seat, begun or still to begin."""
    terms = (term for term in seat.terms if term.rank == rank)
    return max(terms, key=lambda term: term.from_on, default=None)


def key_of(email: str) -> str:
    """What a person reported by address is called in a council pack. A long address has no room there."""
    return email if len(email) <= 80 else hashlib.sha256(email.encode()).hexdigest()


async def known_as(act: Act, email: str, name: str) -> Person | None:
    """The person with this address. Raises Invalid when the register knows it as somebody else's."""
    person = await act.db.scalar(select(Person).where(func.lower(Person.email) == email))
    if person is not None and person.name.casefold() != name.casefold():
        raise Invalid("email_taken", field="email", email=email)
    return person


async def secretaries(act: Act, secretariat_id: int) -> set[int]:
    """Those who work at a secretariat today."""
    rows = await act.db.scalars(
        select(Staff.person_id).where(
            Staff.secretariat_id == secretariat_id,
            Staff.from_on <= act.today,
            (Staff.to_on.is_(None)) | (Staff.to_on >= act.today),
        )
    )
    return set(rows)
