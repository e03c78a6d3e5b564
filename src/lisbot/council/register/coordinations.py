"""Which secretariat runs a body from when, where that rotates between regions: change one date, and the secretariat,
the derived seats and all that goes to the secretariat follow.

Source: Helse Nord RHF, styresak 37-2021/4: «denne funksjonen vil rullere mellom regionene».
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import BodyId, PastDay, Prefill, SecretariatId
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Body, Coordination, Organisation, Person, Seat, Secretariat, table
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.body_receivers import hand_over_receivers
from lisbot.council.register.consent_bases import ask_of_body
from lisbot.council.register.derived_roles import DAY, bring_about, read_derived
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.views.composition import CoordinationPeriod, CoordinationView, DerivedSeat
from lisbot.texts import sort_key

SEAT, ORGANISATION, PERSON = table(Seat), table(Organisation), table(Person)


async def show_coordination(act: Act, *, body_id: BodyId) -> CoordinationView:
    """See which secretariat runs a council from when, and who holds seats because of that or of something else.

    Returns CoordinationView.
    """
    return await coordination_view(act, await get_body_for(act, body_id))


async def coordination_view(act: Act, body: Body) -> CoordinationView:
    act.concerns(f"body:{body.id}")
    periods = await periods_of(act, body)
    names = {row.id: row.name for row in await act.db.execute(select(Secretariat.id, Secretariat.name))}
    register = await read_derived(act.db, act.today)
    derived = [seat for seat in register.derived if seat.body_id == body.id] if register else []
    seats = await act.db.execute(
        select(SEAT.c.id, SEAT.c.role, ORGANISATION.c.name)
        .join(ORGANISATION, ORGANISATION.c.id == SEAT.c.organisation_id)
        .where(SEAT.c.body_id == body.id)
        .order_by(SEAT.c.position, SEAT.c.id)
    )
    held = {seat.id: register.held(seat) for seat in derived} if register else {}
    ids = {spell.id for spells in held.values() for spell in spells}
    people = {
        row.id: row.name for row in await act.db.execute(select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_(ids)))
    }
    kinds = {seat.id: seat.derived_from for seat in derived}
    is_open = {
        "coordination.plan": len(names) > 1,
        "coordination.cancel": bool(periods) and periods[-1].in_effect_at is None,
        "derived_role.mirror": bool(bodies_where(act.by, P.KEEP_REGISTER) - {body.id}),
    }
    allowed = [name for name, is_now in is_open.items() if is_now and act.allows(name, body.id)]
    return CoordinationView(
        body=body_ref(act, body),
        on=act.today,
        secretariat=body.secretariat.name,
        periods=tuple(
            CoordinationPeriod(names[each.secretariat_id], each.from_on, each.to_on, each.in_effect_at is not None)
            for each in periods
        ),
        seats=tuple(
            DerivedSeat(
                row.id,
                f"{row.role}, {row.name}",
                kind,
                tuple((people[spell.id], spell.from_on, spell.to_on) for spell in held[row.id]),
            )
            for row in seats
            if (kind := kinds.get(row.id)) is not None
        ),
        actions=tuple(AllowedAction(name, {"body_id": body.id}) for name in allowed),
    )


async def periods_of(act: Act, body: Body) -> list[Coordination]:
    query = select(Coordination).where(Coordination.body_id == body.id).order_by(Coordination.from_on)
    return list(await act.db.scalars(query))


async def plan_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    collate = sort_key(act.by.lang)
    periods = await periods_of(act, body)
    last = periods[-1].secretariat_id if periods else body.secretariat_id
    rows = await act.db.execute(select(Secretariat.id, Secretariat.name).where(Secretariat.id != last))
    named: list[Any] = sorted(((row.id, row.name) for row in rows), key=lambda each: collate(each[1]))
    return Prefill(about=f"{body.name} · {body.secretariat.name}", choices={"secretariat_id": named})


async def plan(act: Act, *, body_id: BodyId, secretariat_id: SecretariatId, from_on: PastDay) -> CoordinationView:
    """Plan from which day on a secretariat runs a council. On that day it takes over, and with it whoever holds a seat
    because of it.

    Returns CoordinationView. Raises Conflict where it runs it then already, or another is planned from that day or
    later.
    """
    body = await get_body_for(act, body_id)
    to = await act.db.get(Secretariat, secretariat_id)
    if to is None:
        raise NotFound
    periods = await periods_of(act, body)
    last = periods[-1] if periods else None
    if last is not None and last.from_on >= from_on:
        raise Conflict("coordination_is_planned", day=last.from_on)
    if (last.secretariat_id if last else body.secretariat_id) == to.id:
        raise Conflict("coordinates_already", secretariat=to.name)
    if last is None and from_on > act.today:
        last = Coordination(
            body_id=body.id,
            secretariat_id=body.secretariat_id,
            from_on=act.today,
            recorded_at=act.at,
            in_effect_at=act.at,
        )
        act.db.add(last)
    if last is not None:
        last.to_on = from_on - DAY
    planned = Coordination(body_id=body.id, secretariat_id=to.id, from_on=from_on, recorded_at=act.at)
    act.db.add(planned)
    await act.db.flush()
    act.ask_first("coordination_moves", body=body.name, secretariat=to.name, day=from_on)
    if from_on < act.today:
        act.ask_first("change_is_past", day=from_on)
    former = body.secretariat_id
    if from_on <= act.today:
        await hand_over(act, body, planned)
    await bring_about(act, await derived_in(act, body))
    if from_on <= act.today:
        await ask_of_body(act, body)
    people = await staff_of(act, former) | await staff_of(act, to.id)
    facts: dict[str, Any] = {"body": body.name, "secretariat": to.name, "from_on": from_on}
    await notify(act, "coordination_planned", people=people, body_id=body.id, **facts)
    return await coordination_view(act, body)


async def cancel_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    return Prefill(about=body.name)


async def cancel(act: Act, *, body_id: BodyId) -> CoordinationView:
    """Cancel the last change of a council's secretariat that is planned and has not happened. Returns CoordinationView.

    Raises Conflict where none is.
    """
    body = await get_body_for(act, body_id)
    periods = await periods_of(act, body)
    if not periods or periods[-1].in_effect_at is not None:
        raise Conflict("nothing_planned")
    last = periods[-1]
    to = await act.db.get_one(Secretariat, last.secretariat_id)
    act.ask_first("coordination_stays", body=body.name, secretariat=to.name, day=last.from_on)
    people = await staff_of(act, body.secretariat_id) | await staff_of(act, to.id)
    facts: dict[str, Any] = {"body": body.name, "secretariat": to.name, "from_on": last.from_on}
    await act.db.delete(last)
    if len(periods) > 1:
        periods[-2].to_on = None
    await bring_about(act, await derived_in(act, body))
    await notify(act, "coordination_cancelled", people=people, body_id=body.id, **facts)
    return await coordination_view(act, body)


async def hand_over(act: Act, body: Body, planned: Coordination) -> None:
    """Let another secretariat run a body from now on, and keep what is the body's own: who receives what it sends on
    and sends out."""
    body.secretariat_id, planned.in_effect_at = planned.secretariat_id, act.at
    await hand_over_receivers(act, body.id, planned.secretariat_id)
    await act.db.flush()
    await act.db.refresh(body, ["secretariat"])


async def derived_in(act: Act, body: Body) -> set[int]:
    query = select(Seat.id).where(Seat.body_id == body.id, Seat.derived_from.is_not(None))
    return set(await act.db.scalars(query))


async def take_effect(act: Act, *, body_id: BodyId) -> CoordinationView:
    """Let the secretariat that is to run a council from today on take over. Returns CoordinationView. Raises Conflict
    where nothing is planned until today."""
    body = await get_body_for(act, body_id)
    waiting = [each for each in await periods_of(act, body) if is_due(each, act.today)]
    if not waiting:
        raise Conflict("coordination_not_due")
    former = body.secretariat_id
    for planned in waiting:
        await hand_over(act, body, planned)
    await bring_about(act, await derived_in(act, body))
    await ask_of_body(act, body)
    people = await staff_of(act, former) | await staff_of(act, body.secretariat_id)
    facts: dict[str, Any] = {"body": body.name, "secretariat": body.secretariat.name}
    await notify(act, "coordination_moved", people=people, command="body.show", args={"body_id": body.id}, **facts)
    return await coordination_view(act, body)


def is_due(planned: Coordination, today: date) -> bool:
    return planned.in_effect_at is None and planned.from_on <= today


async def due_to_take_effect(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the bodies whose secretariat is to change, as arguments to coordination.take_effect."""
    today = at.astimezone(tz).date()
    query = select(Coordination.body_id).where(Coordination.in_effect_at.is_(None), Coordination.from_on <= today)
    return [{"body_id": body_id} for body_id in sorted(set(await db.scalars(query)))]


async def next_taking_effect(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns when the next secretariat is to take over; None where none is planned."""
    query = select(Coordination.from_on).where(Coordination.in_effect_at.is_(None)).order_by(Coordination.from_on)
    day = await db.scalar(query.limit(1))
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz)
