"""Settling a reported change: approved by the secretariat, which ends and begins terms, or sent back with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import Prefill, Prose, SeatChangeId
from lisbot.council.core.periods import holds_on, in_force
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import ChangeGap, SeatChangeState
from lisbot.council.models import SeatChange, Term, table
from lisbot.council.register.change_gaps import consent_of, credentials_of, find_gaps
from lisbot.council.register.kept_people import require_no_other_staff
from lisbot.council.register.known_addresses import has_other_address
from lisbot.council.register.known_people import is_same_name
from lisbot.council.register.line_confirmations import close_confirmations, confirmation_line
from lisbot.council.register.newcomers import add_newcomer, find_addressee
from lisbot.council.register.renaming import rename
from lisbot.council.register.seat_changes import (
    get_seat_change_for,
    parts_of,
    plan_terms,
    rank_name,
    seat_change_view,
    seat_facts,
)
from lisbot.council.register.seating import seat_person
from lisbot.council.register.seats import last_day_of, require_lasts, seat_name
from lisbot.council.register.sending_back import notify_settled, send_back_change
from lisbot.council.register.states import SEAT_CHANGE
from lisbot.council.register.terms import DAY, TermPlan, all_terms_of, carry_out, holder_on
from lisbot.council.register.views.seat_changes import SeatChangeView
from lisbot.texts import text

# What is asked about each thing that is missing.
GAPS = {
    ChangeGap.UNCONFIRMED: "gap_unconfirmed",
    ChangeGap.DENIED: "gap_denied",
    ChangeGap.NO_CONSENT: "gap_no_consent",
    ChangeGap.UNDECLARED: "gap_undeclared",
}
SITS = table(Term).alias("sits").c


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
    await carry_out_whole(act, change)
    return await settled_view(act, change)


async def settled_view(act: Act, change: SeatChange) -> SeatChangeView:
    """Returns a change that is settled; the log has it under the seat, and under whoever takes over."""
    view = await seat_change_view(act, change)
    if change.person_id is not None:
        act.concerns(f"seat:{change.seat_id}", f"person:{change.person_id}")
    return view


async def carry_out_whole(act: Act, change: SeatChange) -> None:
    """Carry out a change with the deputies that are reported with it, having said what is missing of any of them.

    The deputies first, in their order: whoever was one and represents from now on has left their place to another. Who
    has a place that they leave by the same report comes after.
    """
    parts = [part for part in await parts_of(act, change) if part.state is SeatChangeState.REPORTED]
    for each in (change, *parts):
        if each.name and each.email and (found := await find_addressee(act, each.email)):
            each.person, each.person_id = found, found.id  # they may have come into the register since
    for each in (change, *parts):
        await say_what_is_missing(act, each)
    terms = await all_terms_of(act, change.seat_id)
    later = [part for part in parts if (await plan_terms(act, part, terms))[0].problem]
    whole = Whole(
        frozenset(part.rank for part in parts), frozenset(each.person_id for each in (change, *parts) if each.person_id)
    )
    for each in (*(part for part in parts if part not in later), change, *later):
        await carry_out_change(act, each, whole)


async def say_what_is_missing(act: Act, change: SeatChange) -> None:
    """Say before it is approved what is missing: it is for the secretariat to judge."""
    confirmation = await confirmation_line(act, change)
    credentials = await credentials_of(act, change)
    undeclared = ", ".join(each.name for each in credentials if each.declared_on is None)
    for gap in find_gaps(confirmation, await consent_of(act, change), credentials):
        leader = confirmation.name if confirmation else change.anchored_by
        reason = confirmation.reason if confirmation else ""
        act.ask_first(GAPS[gap], name=change.name, leader=leader, reason=reason, credentials=undeclared)


async def approve_namesake_prefill(act: Act, *, change_id: SeatChangeId) -> Prefill:
    return await settling_prefill(act, change_id)


async def approve_namesake(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Approve a reported change of somebody who only has the same name as one in the register.

    Returns SeatChangeView.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.approve_namesake", change)
    change.person = change.person_id = None
    await carry_out_whole(act, change)
    return await settled_view(act, change)


@dataclass(frozen=True, slots=True)
class Whole:
    """What one report says together: which deputies' places it fills, and who takes part in it."""

    ranks: frozenset[int]
    people: frozenset[int]


async def carry_out_change(act: Act, change: SeatChange, whole: Whole) -> None:
    """End and begin the terms of a change, and tell whom it concerns. Asks first about what is not to be expected."""
    require_lasts(change.seat, change.from_on)
    if change.name:
        change.person_id = await settle_person(act, change)
    terms = await all_terms_of(act, change.seat_id)
    plan, names = await plan_terms(act, change, terms)
    held = holder_on(terms, change.rank, change.from_on)
    if change.part_of_id and held is not None and held.person_id == change.person_id:
        await settle(act, change)  # they have that very place already
        return
    if plan.problem:
        key, values = plan.problem
        raise Conflict(key, **values)
    # Nobody moves up into a place that the same report gives to somebody.
    stays = next((at for at, (_, rank) in enumerate(plan.moves_up) if rank in whole.ranks), len(plan.moves_up))
    plan.moves_up = plan.moves_up[:stays]
    say_what_ends(act, change, plan, names)
    stood_in = stand_in(change, plan, terms)
    await carry_out(act, plan, change.seat_id)
    if change.person_id is not None:
        until = last_day_of(change.seat)
        await seat_person(
            act, change.seat, change.person_id, change.name, change.rank, change.from_on, until, change.credentials
        )
    await settle(act, change)
    newcomers, body_id = {change.person_id} if change.person_id is not None else set(), change.seat.body_id
    await notify_settled(act, change, "change_approved" if change.name else "seat_vacated", newcomers)
    for term in plan.ends:
        if term.person_id not in newcomers | whole.people:
            facts = seat_facts(change) | {"until_on": plan.from_on - DAY}
            await notify(act, "term_ended", people={term.person_id} - {change.reported_by_id}, body_id=body_id, **facts)
    for term, rank in plan.moves_up:
        facts = seat_facts(change) | {"rank": rank}
        await notify(
            act, "deputy_moved_up", people={term.person_id} - {change.reported_by_id}, body_id=body_id, **facts
        )
    facts = seat_facts(change) | {"name": change.name}
    await notify(act, "seat_filled", people=stood_in - {change.reported_by_id}, body_id=body_id, **facts)


async def settle(act: Act, change: SeatChange) -> None:
    change.state, change.settled_at = SeatChangeState.APPROVED, act.at
    await act.db.flush()
    await close_confirmations(act, change)


def stand_in(change: SeatChange, plan: TermPlan, terms: Iterable[Term]) -> set[int]:
    """Returns the id of the deputy who speaks for a seat until somebody takes it over again: no term of theirs ends,
    and nothing else would tell them."""
    if change.rank or not change.name or holder_on(terms, 0, change.from_on) is not None:
        return set()
    deputies = sorted((term for term in terms if holds_on(term, change.from_on)), key=lambda term: term.rank)
    told = {term.person_id for term in (*plan.ends, *(term for term, _ in plan.moves_up))}
    return {term.person_id for term in deputies[:1]} - told


async def settle_person(act: Act, change: SeatChange) -> int:
    """Returns the id of who takes over: found again and renamed, or new. Raises NotAllowed where somebody would be
    renamed who works at another secretariat."""
    person = change.person
    if person is None:
        return (await add_newcomer(act, change.name, change.email)).id
    name, email = person.name, person.email
    if has_other_address(change, person):
        act.ask_first("is_readdressed", name=name, former=email or "–", email=change.email)
        email = change.email
    if not is_same_name(name, change.name):
        act.ask_first("is_renamed", name=change.name, former=name, email=change.email)
        name = change.name
    if (name, email) != (person.name, person.email):
        await require_no_other_staff(act, person)
        await rename(act, person, name, email)
    return person.id


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
    await send_back_change(act, change, reason)
    return await seat_change_view(act, change)


THANKED_AT = time(8)  # on the first day of whoever follows
LATE = timedelta(days=7)  # what was to take effect longer ago has, before this was kept


async def due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> Sequence[Mapping[str, Any]]:
    """Returns the approved changes whose date has come, as arguments to seat_change.take_effect."""
    today = at.astimezone(tz).date()
    query = select(SeatChange.id).where(*is_to_take_effect(), SeatChange.from_on.between(today - LATE, today))
    return [{"change_id": id_} for id_ in await db.scalars(query.order_by(SeatChange.id))]


async def next_due(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next approved change takes effect."""
    today = at.astimezone(tz).date()
    query = select(func.min(SeatChange.from_on)).where(*is_to_take_effect(), SeatChange.from_on > today)
    first: date | None = await db.scalar(query)
    return moment(first, time(), tz) if first is not None else None


def is_to_take_effect() -> tuple[ColumnElement[bool], ...]:
    return SeatChange.state == SeatChangeState.APPROVED, SeatChange.in_effect_at.is_(None)


async def take_effect(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Thank whoever leaves a seat on the day another follows, or nobody: from then on they see only what is public.

    Returns SeatChangeView. Raises Conflict where it has taken effect already.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.take_effect", change)
    change.in_effect_at = act.at
    await act.db.flush()
    sits_today = in_force(SITS, act.today)
    left = (
        select(Term.person_id)
        .where(Term.seat_id == change.seat_id, Term.rank == change.rank, Term.to_on == change.from_on - DAY)
        .where(~exists().where(SITS.person_id == Term.person_id, SITS.seat_id == Term.seat_id, sits_today))
    )
    thanked_at = moment(act.today, THANKED_AT, act.tz)
    await notify(
        act,
        "seat_left",
        people=await act.db.scalars(left),
        body_id=change.seat.body_id,
        at=thanked_at if thanked_at > act.at else None,
        **seat_facts(change),
    )
    return await seat_change_view(act, change)
