"""Reports that somebody takes over a seat, or leaves it empty: reported by a member, approved or sent back by the
secretariat."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, gate, locked, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import (
    Day,
    EmailIfAny,
    Id,
    Line,
    Lines,
    Name,
    PeopleLines,
    Prefill,
    SeatChangeId,
    SeatId,
    Whole,
)
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import ConsentStanding, ReadingKind, SeatChangeState
from lisbot.council.models import Body, Person, Seat, SeatChange, Staff, Term
from lisbot.council.register.bodies import body_ref
from lisbot.council.register.change_gaps import (
    asked_credentials,
    consent_of,
    credentials_of,
    find_gaps,
    waits_for_somebody,
)
from lisbot.council.register.deputies import WrittenDeputy, read_deputies
from lisbot.council.register.known_addresses import has_other_address
from lisbot.council.register.known_people import is_same_name
from lisbot.council.register.line_confirmations import ask_leader, confirmation_line, remind_leader
from lisbot.council.register.newcomers import ask_newcomer, find_person, is_in_doubt, is_namesake
from lisbot.council.register.seats import get_seat_for, is_own, require_lasts, seat_name
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.states import SEAT_CHANGE
from lisbot.council.register.terms import (
    DAY,
    TermPlan,
    all_terms_of,
    holder_on,
    names_of,
    plan_successor,
    plan_vacancy,
)
from lisbot.council.register.views.seat_changes import KnownPerson, ReportedDeputy, SeatChangeView
from lisbot.texts import sort_key, text

NEW_DEPUTIES = 3  # places that can be reported beside those that are taken


async def report_prefill(act: Act, *, seat_id: SeatId) -> Prefill:
    seat = await get_reportable_seat_for(act, seat_id)
    terms = await all_terms_of(act, seat.id)
    names = await names_of(act, terms)
    sitting = {term.rank: names[term.person_id] for term in terms if term.to_on is None or term.to_on >= act.today}
    ranks: list[tuple[object, str]] = [
        (rank, f"{rank_name(act, rank)}: {sitting.get(rank) or text(act.by.lang, 'card.body.vacant')}")
        for rank in sorted({*range(NEW_DEPUTIES + 1), *sitting})
    ]
    choices: dict[str, list[tuple[object, str]]] = {
        "rank": ranks,
        "known_id": list((await colleagues_of(act, seat)).items()),
        "credentials": [(each, each) for each in await asked_credentials(act, seat)],
    }
    if not may(act.by, P.KEEP_REGISTER, seat.body_id):
        choices["on_behalf_of"] = []  # not asked
    return Prefill(about=f"{seat_name(seat)} · {seat.body.name}", values={"rank": 0}, choices=choices)


async def colleagues_of(act: Act, seat: Seat) -> dict[object, str]:
    """Returns who in the register is known to be of a seat's organisation, by id, in the order of their names. Who
    works at a secretariat is no colleague for their organisation's sake alone."""
    held = select(Term.person_id).join(Seat, Seat.id == Term.seat_id).join(Body, Body.id == Seat.body_id)
    same = (Seat.organisation_id == seat.organisation_id, Body.secretariat_id == seat.body.secretariat_id)
    is_staff = exists().where(Staff.person_id == Person.id)
    rows = await act.db.execute(
        select(Person.id, Person.name).where(
            or_(Person.id.in_(held.where(*same)), and_(Person.organisation_id == seat.organisation_id, ~is_staff)),
            Person.merged_into_id.is_(None),
            Person.erased_at.is_(None),
        )
    )
    collate = sort_key(act.by.lang)
    return {row.id: row.name for row in sorted(rows, key=lambda row: collate(row.name))}


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
    require_lasts(seat, act.today)
    return seat


async def report(
    act: Act,
    *,
    seat_id: SeatId,
    rank: Whole = 0,
    known_id: Id | None = None,
    name: Name = "",
    email: EmailIfAny = "",
    from_on: Day,
    deputies: PeopleLines = [],  # noqa: B006
    credentials: Lines = [],  # noqa: B006
    anchored_by: Name,
    leader_email: EmailIfAny = "",
    on_behalf_of: Line = "",
    anchored: bool = False,
) -> SeatChangeView:
    """Report who takes over a seat, or that nobody follows yet, from when, with which deputies, what the seat asks for
    and is declared, and who in the line of management has approved it: they are asked to confirm it, and the newcomer
    to consent to being named.

    Returns SeatChangeView. Source: Helse Sør-Øst, mandate of Samordningsrådet: «Endringer ... skal være
    forankret i virksomhetens lederlinje og meldes til [RegUt HSØ]».
    """
    seat = await get_reportable_seat_for(act, seat_id)
    require_lasts(seat, from_on, field="from_on")
    if seat.derived_from is not None and rank == 0:
        raise Conflict("seat_is_derived")
    keeps = may(act.by, P.KEEP_REGISTER, seat.body_id)
    if not anchored:
        raise Invalid("not_anchored", field="anchored")
    if on_behalf_of and not keeps:
        raise Invalid("on_behalf_only_secretariat", field="on_behalf_of")
    if from_on < act.today and not keeps:
        raise Invalid("past_only_secretariat", field="from_on")
    if not keeps:
        act.trace.names_nobody = True  # who has which address is the secretariat's to know
    known = None
    if known_id is not None:
        if known_id not in await colleagues_of(act, seat):
            raise Invalid("not_a_colleague", field="known_id")
        if email:
            raise Invalid("known_has_address", field="email")
        known = await act.db.get_one(Person, known_id)
        name = name or known.name
    elif bool(name) != bool(email):
        raise Invalid("name_and_email", field="email" if name else "name")
    terms = await all_terms_of(act, seat.id)
    if not 0 <= rank <= NEW_DEPUTIES and not any(term.rank == rank for term in terms):
        raise Invalid("no_such_rank", field="rank")
    written = read_deputies(deputies)
    require_deputies_behind(rank, name, email, written)
    if leader_email and leader_email in (email, known.email if known else None):
        raise Invalid("leader_is_newcomer", field="leader_email")
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
        on_behalf_of=on_behalf_of,
        credentials=await declare(act, seat, credentials),
    )
    change.person = known or await find_person(act, change)
    change.person_id = change.person.id if change.person else None
    plan, _ = await plan_terms(act, change, terms)
    if plan.problem and not (plan.problem[0] == "already_on_seat" and is_namesake(change)):
        key, values = plan.problem
        raise Invalid(key, field="name" if key == "already_on_seat" else "from_on", **values)
    await require_new(act, change)
    require_advisory_wording(seat.body, name=name, anchored_by=anchored_by, on_behalf_of=on_behalf_of)
    change.reported_by = await act.db.get_one(Person, act.by_id)
    act.db.add(change)
    await act.db.flush()
    await add_deputies(act, change, written, terms)
    await ask_newcomer(act, change)
    if leader_email:
        await ask_leader(act, change, leader_email)
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


def require_deputies_behind(rank: int, name: str, email: str, deputies: Sequence[WrittenDeputy]) -> None:
    """Raises Invalid for deputies who are reported with anything but a new representative, for more than there are
    places for, and for one who is the representative."""
    if not deputies:
        return
    if rank or not name:
        raise Invalid("deputies_need_representative", field="deputies")
    if len(deputies) > NEW_DEPUTIES:
        raise Invalid("too_many_deputies", field="deputies", max=NEW_DEPUTIES)
    for each in deputies:
        if each.email == email or is_same_name(each.name, name):
            raise Invalid("deputy_is_representative", field="deputies", name=each.name)


async def declare(act: Act, seat: Seat, credentials: Sequence[str]) -> list[dict[str, str]]:
    """Returns what is declared of a newcomer, with the date. Raises Invalid for what the seat does not ask for."""
    asked = await asked_credentials(act, seat) if credentials else []
    if unknown := [each for each in credentials if each not in asked]:
        raise Invalid("credential_not_asked", field="credentials", credential=unknown[0])
    return [{"credential": each, "declared_on": act.today.isoformat()} for each in dict.fromkeys(credentials)]


async def require_new(act: Act, change: SeatChange) -> None:
    """Raises Conflict for what is reported already."""
    same = select(SeatChange.id).where(
        SeatChange.seat_id == change.seat_id,
        SeatChange.rank == change.rank,
        SeatChange.name == change.name if not change.email else SeatChange.email == change.email,
        SeatChange.from_on == change.from_on,
        SeatChange.state == SeatChangeState.REPORTED,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        key = "reported_already" if change.name else "reported_vacant_already"
        raise Conflict(key, name=change.name, seat=seat_name(change.seat))


async def add_deputies(act: Act, change: SeatChange, written: Sequence[WrittenDeputy], terms: Sequence[Term]) -> None:
    """Report the deputies of a change, one for each rank. Raises Invalid where one begins before the one before."""
    for rank, each in enumerate(written, start=1):
        part = SeatChange(
            seat=change.seat,
            seat_id=change.seat_id,
            rank=rank,
            name=each.name,
            email=each.email,
            from_on=change.from_on,
            anchored_by=change.anchored_by,
            state=SeatChangeState.REPORTED,
            reported_by_id=act.by_id,
            reported_by=change.reported_by,
            reported_at=act.at,
            part_of_id=change.id,
            on_behalf_of=change.on_behalf_of,
        )
        part.person = await find_person(act, part)
        part.person_id = part.person.id if part.person else None
        if part.person_id is not None and part.person_id == change.person_id:
            raise Invalid("deputy_is_representative", field="deputies", name=each.name)
        plan, _ = await plan_terms(act, part, list(terms))
        # Whoever has another place now may be put into this one by the same report.
        if plan.problem and plan.problem[0] != "already_on_seat":
            key, values = plan.problem
            raise Invalid(key, field="from_on", **values)
        await require_new(act, part)
        require_advisory_wording(change.seat.body, deputies=each.name)
        act.db.add(part)
        await act.db.flush()
        await ask_newcomer(act, part)


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
                joinedload(SeatChange.person).selectinload(Person.further_addresses),
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
    sees_all = any(may(act.by, each, change.seat.body_id) for each in (P.KEEP_REGISTER, P.REMIND))
    if change.reported_by_id != act.by.id and not sees_all:
        raise NotFound
    return change


async def parts_of(act: Act, change: SeatChange) -> list[SeatChange]:
    """Returns the deputies that were reported together with a change, in their order."""
    query = select(SeatChange).where(SeatChange.part_of_id == change.id).order_by(SeatChange.rank)
    loaded = joinedload(SeatChange.seat).options(
        joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation)
    )
    person = joinedload(SeatChange.person).selectinload(Person.further_addresses)
    found = query.options(person, joinedload(SeatChange.reported_by), loaded)
    return list(await act.db.scalars(locked(act, found, SeatChange)))


async def seat_change_view(act: Act, change: SeatChange) -> SeatChangeView:
    act.concerns(f"seat:{change.seat_id}", f"body:{change.seat.body_id}")
    is_open = change.state is SeatChangeState.REPORTED
    keeps = may(act.by, P.KEEP_REGISTER, change.seat.body_id)
    known = change.person if keeps and is_open else None
    terms = await all_terms_of(act, change.seat_id)
    # Of a change that is settled, whoever sat until then.
    held = holder_on(terms, change.rank, change.from_on if is_open else change.from_on - DAY)
    parts = await parts_of(act, change)
    confirmation = await confirmation_line(act, change)
    if confirmation is not None and not keeps:
        # Who has that address in the register is not told to whoever only wrote it.
        confirmation = replace(confirmation, name=change.anchored_by, email="")
    consent = await consent_of(act, change) if is_open else None
    credentials = await credentials_of(act, change)
    shown = {change.email, confirmation.email if confirmation else "", *(each.email for each in parts)} - {"", None}
    act.discloses(ReadingKind.ADDRESSES, len(shown))
    reported_on = change.reported_at.astimezone(act.tz).date()
    return SeatChangeView(
        id=change.id,
        body=body_ref(act, change.seat.body),
        seat_id=change.seat_id,
        seat=seat_name(change.seat),
        rank=change.rank,
        name=change.name,
        email=change.email or ((known.email or "") if known else ""),
        replaces=(await names_of(act, [held]))[held.person_id] if held else "",
        known=known_person(change, known) if known and is_in_doubt(change, known) else None,
        from_on=change.from_on,
        anchored_by=change.anchored_by,
        state=change.state,
        reason=change.reason,
        reported_by=change.reported_by.name,
        actions=tuple(
            each
            for each in SEAT_CHANGE.allowed(act, change)
            if each.command != "seat_change.remind" or waits_for_somebody(confirmation, consent)
        ),
        on_behalf_of=change.on_behalf_of,
        is_past=change.from_on < reported_on,
        part_of=change.part_of_id,
        deputies=tuple(ReportedDeputy(each.id, each.rank, each.name, each.email, each.state) for each in parts),
        credentials=credentials,
        confirmation=confirmation,
        consent=consent,
        gaps=tuple(find_gaps(confirmation, consent, credentials)) if is_open else (),
    )


async def remind(act: Act, *, change_id: SeatChangeId) -> SeatChangeView:
    """Remind those who have not answered about a reported change: the leader, and the newcomer asked for consent.

    Returns SeatChangeView. Raises Conflict where everybody has answered.
    """
    change = await get_seat_change_for(act, change_id)
    SEAT_CHANGE.require(act, "seat_change.remind", change)
    asked = await remind_leader(act, change)
    if await consent_of(act, change) is ConsentStanding.ASKED:
        asked |= await ask_newcomer(act, change, again=True)
    if not asked:
        raise Conflict("nobody_to_remind_of_change")
    return await seat_change_view(act, change)


def known_person(change: SeatChange, known: Person) -> KnownPerson:
    """Returns who in the register may be meant, by the address that they have in common if there is one."""
    email = known.email if not change.email or has_other_address(change, known) else change.email
    return KnownPerson(known.name, email or "")


def seat_facts(change: SeatChange) -> dict[str, Any]:
    return {"seat": seat_name(change.seat), "body": change.seat.body.name, "from_on": change.from_on}
