"""Reports that somebody takes over a seat: reported by a member, approved or sent back by the secretariat."""

import hashlib
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, locked, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import Day, Email, Line, Prefill, Prose, SeatChangeId, SeatId, Whole
from lisbot.council.core.periods import holds_on
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Body, Person, Seat, SeatChange, Term
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.seats import get_seat_for, is_own, seat_name, terms_of
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.states import SEAT_CHANGE
from lisbot.council.register.views import SeatChangeView
from lisbot.texts import text

DAY = timedelta(days=1)
MAX_RANK = 3  # deputies that can be reported; a pack may have nine
KEY_LENGTH = 80  # characters of a person's key


async def report_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_reportable_seat_for(act, seat_id)
    lang = act.by.lang
    ranks: list[tuple[object, str]] = [(0, text(lang, "card.register.representative"))]
    ranks += [(rank, text(lang, "card.register.deputy", rank=rank)) for rank in range(1, MAX_RANK + 1)]
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}", values={"rank": 0}, choices={"rank": ranks})


async def get_reportable_seat_for(act: Act, seat_id: int) -> Seat:
    """Returns a seat the member may report about: their own, their organisation's, or any of a body whose
    register they keep. Raises NotAllowed for another's."""
    seat = await get_seat_for(act, seat_id)
    if not may(act.by, P.KEEP_REGISTER, seat.body_id) and not is_own(act, seat):
        raise NotAllowed("not_your_seat")
    return seat


async def report(
    act: Act,
    *,
    seat_id: SeatId,
    rank: Whole = 0,
    name: Line,
    email: Email,
    from_on: Day,
    anchored_by: Line,
    anchored: bool = False,
) -> SeatChangeView:
    """Report who takes over a seat, from when, and who in the line of management has approved it.

    Returns SeatChangeView. Source: Helse Sør-Øst, mandate of Samordningsrådet: «Endringer ... skal være
    forankret i virksomhetens lederlinje og meldes til [RegUt HSØ]».
    """
    seat = await get_reportable_seat_for(act, seat_id)
    if not anchored:
        raise Invalid("not_anchored", field="anchored")
    if not 0 <= rank <= MAX_RANK:
        raise Invalid("no_such_rank", field="rank")
    await find_person_as(act, email, name)
    terms = await terms_of(act, seat.id, rank)
    if terms and from_on <= terms[-1].from_on:
        raise Invalid("from_too_early", field="from_on", day=terms[-1].from_on)
    same = select(SeatChange.id).where(
        SeatChange.seat_id == seat.id,
        SeatChange.rank == rank,
        SeatChange.email == email,
        SeatChange.from_on == from_on,
        SeatChange.state == SeatChangeState.REPORTED,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("reported_already", name=name)
    require_advisory_wording(seat.body, name=name, anchored_by=anchored_by)
    change = SeatChange(
        seat=seat,
        seat_id=seat.id,
        rank=rank,
        name=name,
        email=email,
        from_on=from_on,
        anchored_by=anchored_by,
        state=SeatChangeState.REPORTED,
        reported_by_id=act.by_id,
        reported_at=act.at,
    )
    change.reported_by = await act.db.get_one(Person, act.by_id)
    act.db.add(change)
    await act.db.flush()
    await notify(
        act,
        "change_reported",
        people=await staff_of(act, seat.body.secretariat_id),
        command="seat_change.show",
        args={"change_id": change.id},
        body_id=seat.body_id,
        seat=seat_name(seat),
        body=seat.body.name,
    )
    return seat_change_view(act, change)


async def show(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """See a reported change of who holds a seat. Returns SeatChangeView."""
    return seat_change_view(act, await get_seat_change_for(act, change_id))


async def get_seat_change_for(act: Act, change_id: int) -> SeatChange:
    """Returns a reported change with its seat. Raises NotFound for all but whoever reported it and the secretariat."""
    change = await act.db.scalar(
        locked(
            act,
            select(SeatChange)
            .where(SeatChange.id == change_id)
            .options(
                joinedload(SeatChange.reported_by),
                joinedload(SeatChange.seat).options(
                    joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation)
                ),
            ),
            SeatChange,
        )
    )
    if change is None:
        raise NotFound
    gate(act, change.seat.body_id)
    if change.reported_by_id != act.by.id and not may(act.by, P.KEEP_REGISTER, change.seat.body_id):
        raise NotFound
    return change


def seat_change_view(act: Act, change: SeatChange) -> SeatChangeView:
    act.concerns(f"seat:{change.seat_id}", f"body:{change.seat.body_id}")
    return SeatChangeView(
        id=change.id,
        body=body_ref(act, change.seat.body),
        seat_id=change.seat_id,
        seat=seat_name(change.seat),
        rank=change.rank,
        name=change.name,
        email=change.email,
        from_on=change.from_on,
        anchored_by=change.anchored_by,
        state=change.state,
        reason=change.reason,
        reported_by=change.reported_by.name,
        actions=SEAT_CHANGE.allowed(act, change),
    )


async def approve_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    change = await get_seat_change_for(act, change_id)
    return Prefill(about=f"{change.name} · {seat_name(change.seat)}")


async def approve(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Approve a reported change: the new term starts on its date and the old one ends the day before.

    Returns SeatChangeView. Raises Conflict where a later term has been recorded meanwhile.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.approve", change)
    person = await find_person_as(act, change.email, change.name)
    if person is None:
        person = Person(key=person_key(change.email), name=change.name, email=change.email)
        act.db.add(person)
        await act.db.flush()
    terms = await terms_of(act, change.seat_id, change.rank)
    last = terms[-1] if terms else None
    if last and change.from_on <= last.from_on:
        raise Conflict("from_too_early", day=last.from_on)
    if last and holds_on(last, change.from_on):
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
    change.state, change.settled_at = SeatChangeState.APPROVED, act.at
    await notify_settled(act, change, "change_approved", newcomers={person.id})
    return seat_change_view(act, change)


async def send_back_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    change = await get_seat_change_for(act, change_id)
    return Prefill(about=f"{change.name} · {seat_name(change.seat)}")


async def send_back(act: Act, *, change_id: SeatChangeId, reason: Prose) -> SeatChangeView:
    """Send a reported change back to whoever reported it, with the reason. Returns SeatChangeView."""
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.send_back", change)
    require_advisory_wording(change.seat.body, reason=reason)
    change.state, change.reason, change.settled_at = SeatChangeState.RETURNED, reason, act.at
    await notify_settled(act, change, "change_returned")
    return seat_change_view(act, change)


async def notify_settled(act: Act, change: SeatChange, kind: str, newcomers: set[int] | None = None) -> None:
    facts: dict[str, Any] = {
        "seat": seat_name(change.seat),
        "body": change.seat.body.name,
        "name": change.name,
        "from_on": change.from_on,
        "reason": change.reason or "",
    }
    args, body_id = {"body_id": change.seat.body_id}, change.seat.body_id
    await notify(act, kind, people={change.reported_by_id}, command="body.show", args=args, body_id=body_id, **facts)
    # In words alone: the council's card is theirs to see from the day they take over.
    await notify(act, kind, people=(newcomers or set()) - {change.reported_by_id}, **facts)


def person_key(email: str) -> str:
    """Returns what a person reported by address is called in a council pack: the address, or its hash where
    that is too long for a key."""
    return email if len(email) <= KEY_LENGTH else hashlib.sha256(email.encode()).hexdigest()


async def find_person_as(act: Act, email: str, name: str) -> Person | None:
    """Returns the person with this address, or None. Raises Invalid where the register knows it as somebody
    else's."""
    person = await act.db.scalar(select(Person).where(func.lower(Person.email) == email))
    if person is not None and person.name.casefold() != name.casefold():
        raise Invalid("email_taken", field="email", email=email)
    return person
