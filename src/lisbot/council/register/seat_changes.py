"""Reports that somebody takes over a seat, or leaves it empty: reported by a member, approved or sent back by the
secretariat."""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, locked, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import Day, Email, Name, Prefill, Prose, SeatChangeId, SeatId, Whole
from lisbot.council.core.periods import holds_on
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Body, Person, Seat, SeatChange, Term
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.composition import require_composition
from lisbot.council.register.known_people import find_by_address, find_namesake, is_same_name
from lisbot.council.register.seats import get_seat_for, is_own, seat_name
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.states import SEAT_CHANGE
from lisbot.council.register.terms import (
    DAY,
    TermPlan,
    add_term,
    all_terms_of,
    carry_out,
    holder_on,
    names_of,
    plan_successor,
    plan_vacancy,
)
from lisbot.council.register.views import KnownPerson, SeatChangeView
from lisbot.texts import text

MAX_RANK = 3  # deputies that can be reported; a pack may have nine
KEY_LENGTH = 80  # characters of a person's key


async def report_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_reportable_seat_for(act, seat_id)
    terms = await all_terms_of(act, seat.id)
    names = await names_of(act, terms)
    sitting = {term.rank: names[term.person_id] for term in terms if term.to_on is None or term.to_on >= act.today}
    ranks: list[tuple[object, str]] = [
        (rank, f"{rank_name(act, rank)}: {sitting.get(rank) or text(act.by.lang, 'card.body.vacant')}")
        for rank in sorted({*range(MAX_RANK + 1), *sitting})
    ]
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}", values={"rank": 0}, choices={"rank": ranks})


def rank_name(act: Act, rank: int) -> str:
    if rank == 0:
        return text(act.by.lang, "card.register.representative")
    return text(act.by.lang, "card.register.deputy", rank=rank)


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
    name: Name = "",
    email: Email = "",
    from_on: Day,
    anchored_by: Name,
    anchored: bool = False,
) -> SeatChangeView:
    """Report who takes over a seat, or that nobody follows yet, from when, and who in the line of management has
    approved it.

    Returns SeatChangeView. Source: Helse Sør-Øst, mandate of Samordningsrådet: «Endringer ... skal være
    forankret i virksomhetens lederlinje og meldes til [RegUt HSØ]».
    """
    seat = await get_reportable_seat_for(act, seat_id)
    if seat.derived_from is not None and rank == 0:
        raise Conflict("seat_is_derived")
    if not anchored:
        raise Invalid("not_anchored", field="anchored")
    if bool(name) != bool(email):
        raise Invalid("name_and_email", field="email" if name else "name")
    terms = await all_terms_of(act, seat.id)
    if not 0 <= rank <= MAX_RANK and not (not name and any(term.rank == rank for term in terms)):
        raise Invalid("no_such_rank", field="rank")
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
    change.person = await find_person(act, change)
    change.person_id = change.person.id if change.person else None
    plan, _ = await plan_terms(act, change, terms)
    if plan.problem and not (plan.problem[0] == "already_on_seat" and is_namesake(change)):
        key, values = plan.problem
        raise Invalid(key, field="name" if key == "already_on_seat" else "from_on", **values)
    same = select(SeatChange.id).where(
        SeatChange.seat_id == seat.id,
        SeatChange.rank == rank,
        SeatChange.email == email,
        SeatChange.from_on == from_on,
        SeatChange.state == SeatChangeState.REPORTED,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("reported_already" if name else "reported_vacant_already", name=name, seat=seat_name(seat))
    require_advisory_wording(seat.body, name=name, anchored_by=anchored_by)
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
    return await seat_change_view(act, change)


async def find_person(act: Act, change: SeatChange) -> Person | None:
    """Returns who in the register is meant by a change: whoever has the address, or else the one namesake."""
    if not change.name:
        return None
    return await find_by_address(act, change.email) or await find_namesake(act, change.seat, change.name)


def is_namesake(change: SeatChange) -> bool:
    """Returns whether whoever is meant is known by the name alone: it may be somebody else."""
    return change.person is not None and change.person.email != change.email


async def plan_terms(act: Act, change: SeatChange, terms: list[Term]) -> tuple[TermPlan, dict[int, str]]:
    """Returns what a change does to its seat's terms, and the names of those who have them."""
    names = await names_of(act, terms)
    if not change.name:
        return plan_vacancy(terms, names, change.rank, change.from_on), names
    return plan_successor(terms, names, change.rank, change.from_on, change.person_id), names


async def show(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """See a reported change of who holds a seat. Returns SeatChangeView."""
    return await seat_change_view(act, await get_seat_change_for(act, change_id))


async def get_seat_change_for(act: Act, change_id: int) -> SeatChange:
    """Returns a reported change with its seat. Raises NotFound for all but whoever reported it and the secretariat."""
    change = await act.db.scalar(
        locked(
            act,
            select(SeatChange)
            .where(SeatChange.id == change_id)
            .options(
                joinedload(SeatChange.reported_by),
                joinedload(SeatChange.person),
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


async def seat_change_view(act: Act, change: SeatChange) -> SeatChangeView:
    act.concerns(f"seat:{change.seat_id}", f"body:{change.seat.body_id}")
    is_open = change.state is SeatChangeState.REPORTED
    keeps = may(act.by, P.KEEP_REGISTER, change.seat.body_id)
    known = change.person if keeps and is_open else None
    terms = await all_terms_of(act, change.seat_id)
    # Of a change that is settled, whoever sat until then.
    held = holder_on(terms, change.rank, change.from_on if is_open else change.from_on - DAY)
    return SeatChangeView(
        id=change.id,
        body=body_ref(act, change.seat.body),
        seat_id=change.seat_id,
        seat=seat_name(change.seat),
        rank=change.rank,
        name=change.name,
        email=change.email,
        replaces=(await names_of(act, [held]))[held.person_id] if held else "",
        known=KnownPerson(known.name, known.email or "") if known and is_in_doubt(change, known) else None,
        from_on=change.from_on,
        anchored_by=change.anchored_by,
        state=change.state,
        reason=change.reason,
        reported_by=change.reported_by.name,
        actions=SEAT_CHANGE.allowed(act, change),
    )


def is_in_doubt(change: SeatChange, known: Person) -> bool:
    """Returns whether somebody in the register is there under another name or address."""
    return known.email != change.email or not is_same_name(known.name, change.name)


async def approve_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    return await settling_prefill(act, change_id)


async def settling_prefill(act: Act, change_id: int) -> Prefill:
    change = await get_seat_change_for(act, change_id)
    who = change.name or text(act.by.lang, "card.seat_change.nobody")
    return Prefill(about=f"{who} · {rank_name(act, change.rank)}, {seat_name(change.seat)}")


async def approve(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Approve a reported change: the new term starts on its date and the old one ends the day before.

    Who is in the register under another name or address is renamed. Returns SeatChangeView. Raises Conflict where a
    later term has been recorded meanwhile.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.approve", change)
    if change.name and (found := await find_by_address(act, change.email)):
        change.person = found  # they may have come into the register since
    await carry_out_change(act, change)
    return await seat_change_view(act, change)


async def approve_namesake_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    return await settling_prefill(act, change_id)


async def approve_namesake(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Approve a reported change of somebody who only has the same name as one in the register.

    Returns SeatChangeView.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.approve_namesake", change)
    change.person = await find_by_address(act, change.email)
    await carry_out_change(act, change)
    return await seat_change_view(act, change)


async def carry_out_change(act: Act, change: SeatChange) -> None:
    """End and begin the terms of a change, and tell whom it concerns. Asks first about what is not to be expected."""
    if change.name:
        change.person_id = await settle_person(act, change)
    terms = await all_terms_of(act, change.seat_id)
    plan, names = await plan_terms(act, change, terms)
    if plan.problem:
        key, values = plan.problem
        raise Conflict(key, **values)
    await require_composition(
        act, change.seat, change.person_id if change.rank == 0 else None, change.name, change.credentials or ()
    )
    say_what_ends(act, change, plan, names)
    stood_in = stand_in(change, plan, terms)
    await carry_out(act, plan, change.seat_id)
    if change.person_id is not None:
        add_term(act, change.seat_id, change.person_id, change.rank, change.from_on)
    change.state, change.settled_at = SeatChangeState.APPROVED, act.at
    newcomers, body_id = {change.person_id} if change.person_id is not None else set(), change.seat.body_id
    await notify_settled(act, change, "change_approved" if change.name else "seat_vacated", newcomers)
    for term in plan.ends:
        if term.person_id not in newcomers:
            facts = seat_facts(change) | {"until_on": plan.from_on - DAY}
            await notify(act, "term_ended", people={term.person_id} - {change.reported_by_id}, body_id=body_id, **facts)
    for term, rank in plan.moves_up:
        facts = seat_facts(change) | {"rank": rank}
        await notify(
            act, "deputy_moved_up", people={term.person_id} - {change.reported_by_id}, body_id=body_id, **facts
        )
    facts = seat_facts(change) | {"name": change.name}
    await notify(act, "seat_filled", people=stood_in - {change.reported_by_id}, body_id=body_id, **facts)


def stand_in(change: SeatChange, plan: TermPlan, terms: Iterable[Term]) -> set[int]:
    """Returns the id of the deputy who speaks for a seat until somebody takes it over again: no term of theirs ends,
    and nothing else would tell them."""
    if change.rank or not change.name or holder_on(terms, 0, change.from_on) is not None:
        return set()
    deputies = sorted((term for term in terms if holds_on(term, change.from_on)), key=lambda term: term.rank)
    told = {term.person_id for term in (*plan.ends, *(term for term, _ in plan.moves_up))}
    return {term.person_id for term in deputies[:1]} - told


async def settle_person(act: Act, change: SeatChange) -> int:
    """Returns the id of who takes over: found again and renamed, or new."""
    person = change.person
    if person is None:
        person = Person(key=person_key(change.email), name=change.name, email=change.email)
        act.db.add(person)
    elif person.email != change.email:
        act.ask_first("is_readdressed", name=person.name, former=person.email or "–", email=change.email)
        keep_for_packs(person)
        person.email = change.email
    if not is_same_name(person.name, change.name):
        act.ask_first("is_renamed", name=change.name, former=person.name, email=change.email)
        keep_for_packs(person)
        person.name = change.name
    await act.db.flush()
    return person.id


def keep_for_packs(person: Person) -> None:
    """Remember what a pack says of somebody whom lisbot renames: the same pack again changes nothing back."""
    if person.pack_name is None:
        person.pack_name, person.pack_email = person.name, person.email or ""


def say_what_ends(act: Act, change: SeatChange, plan: TermPlan, names: Mapping[int, str]) -> None:
    """Say before it is approved which terms end and who moves up: nothing ends unseen."""
    if change.from_on < act.today:
        act.ask_first("change_is_past", day=change.from_on)
    for term in plan.ends:
        act.ask_first("term_ends", name=names[term.person_id], what=rank_name(act, term.rank), day=plan.from_on - DAY)
    for term, rank in plan.moves_up:
        act.ask_first("deputy_moves_up", name=names[term.person_id], what=rank_name(act, rank), day=plan.from_on)
    if not change.name and change.rank == 0:
        act.ask_first("seat_is_vacant", seat=seat_name(change.seat), day=change.from_on)


async def send_back_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    return await settling_prefill(act, change_id)


async def send_back(act: Act, *, change_id: SeatChangeId, reason: Prose) -> SeatChangeView:
    """Send a reported change back to whoever reported it, with the reason. Returns SeatChangeView."""
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.send_back", change)
    require_advisory_wording(change.seat.body, reason=reason)
    change.state, change.reason, change.settled_at = SeatChangeState.RETURNED, reason, act.at
    await notify_settled(act, change, "change_returned" if change.name else "vacancy_returned")
    return await seat_change_view(act, change)


def seat_facts(change: SeatChange) -> dict[str, Any]:
    return {"seat": seat_name(change.seat), "body": change.seat.body.name, "from_on": change.from_on}


async def notify_settled(act: Act, change: SeatChange, kind: str, newcomers: set[int] | None = None) -> None:
    facts = seat_facts(change) | {"name": change.name, "reason": change.reason or ""}
    args, body_id = {"body_id": change.seat.body_id}, change.seat.body_id
    await notify(act, kind, people={change.reported_by_id}, command="body.show", args=args, body_id=body_id, **facts)
    # In words alone: the council's card is theirs to see from the day they take over.
    await notify(act, kind, people=(newcomers or set()) - {change.reported_by_id}, body_id=body_id, **facts)


def person_key(email: str) -> str:
    """Returns what a person reported by address is called in a council pack: the address, or its hash where
    that is too long for a key."""
    return email if len(email) <= KEY_LENGTH else hashlib.sha256(email.encode()).hexdigest()
