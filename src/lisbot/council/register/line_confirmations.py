"""What somebody in the line of management says about a reported change: asked by name and address, answered at one
press, from a mail or in chat. They need hold no seat, and learn no more than what they are asked about."""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import locked
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.core.fields import ConfirmationId, Prefill, Prose
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import ConfirmationState, SeatChangeState
from lisbot.council.models import Body, LineConfirmation, Person, Seat, SeatChange
from lisbot.council.register.known_people import find_by_address
from lisbot.council.register.newcomers import add_newcomer
from lisbot.council.register.seats import seat_name
from lisbot.council.register.secretariats import staff_of
from lisbot.council.register.states import LINE_CONFIRMATION, ConfirmationAsked, confirmation_state
from lisbot.council.register.views.seat_changes import ConfirmationLine, LineConfirmationView


async def show(act: Act, *, confirmation_id: ConfirmationId) -> LineConfirmationView:
    """See a reported change that you are asked about as a leader. Returns LineConfirmationView."""
    return await confirmation_view(act, await get_confirmation_for(act, confirmation_id))


async def get_confirmation_for(act: Act, confirmation_id: int) -> ConfirmationAsked:
    """Returns what the member was asked about a change. Raises NotFound for what somebody else was."""
    query: Any = (
        select(LineConfirmation, SeatChange)
        .join(SeatChange, SeatChange.id == LineConfirmation.seat_change_id)
        .where(LineConfirmation.id == confirmation_id, LineConfirmation.person_id == act.by_id)
        .options(
            joinedload(SeatChange.reported_by),
            joinedload(SeatChange.seat).options(
                joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation)
            ),
        )
    )
    row = (await act.db.execute(locked(act, query, LineConfirmation))).one_or_none()
    if row is None:
        raise NotFound
    return ConfirmationAsked(*row)


async def confirmation_view(act: Act, asked: ConfirmationAsked) -> LineConfirmationView:
    change, confirmation = asked.change, asked.confirmation
    act.concerns(f"seat:{change.seat_id}", f"body:{change.seat.body_id}")
    act.trace.bodies.add(change.seat.body_id)
    parts = select(SeatChange.name).where(SeatChange.part_of_id == change.id).order_by(SeatChange.rank)
    return LineConfirmationView(
        id=confirmation.id,
        body=change.seat.body.name,
        seat=seat_name(change.seat),
        rank=change.rank,
        name=change.name,
        from_on=change.from_on,
        deputies=tuple(await act.db.scalars(parts)),
        credentials=tuple(str(each["credential"]) for each in change.credentials),
        anchored_by=change.anchored_by,
        reported_by=change.reported_by.name,
        state=confirmation_state(act, asked),
        reason=confirmation.reason,
        actions=LINE_CONFIRMATION.allowed(act, asked),
    )


async def confirm(act: Act, *, confirmation_id: ConfirmationId) -> LineConfirmationView:
    """Confirm that you have approved a reported change on behalf of your organisation. Returns
    LineConfirmationView."""
    asked = await get_confirmation_for(act, confirmation_id)
    LINE_CONFIRMATION.require(act, "line_confirmation.confirm", asked)
    return await record_answer(act, asked, "confirmation_given", is_confirmed=True)


async def deny_prefill(act: Act, *, confirmation_id: ConfirmationId) -> Prefill:
    change = (await get_confirmation_for(act, confirmation_id)).change
    return Prefill(about=f"{change.name or seat_name(change.seat)} · {change.seat.body.name}")


async def deny(act: Act, *, confirmation_id: ConfirmationId, reason: Prose) -> LineConfirmationView:
    """Say that you have not approved a reported change, and why. Returns LineConfirmationView."""
    asked = await get_confirmation_for(act, confirmation_id)
    LINE_CONFIRMATION.require(act, "line_confirmation.deny", asked)
    return await record_answer(act, asked, "confirmation_denied", is_confirmed=False, reason=reason)


async def record_answer(
    act: Act, asked: ConfirmationAsked, kind: str, *, is_confirmed: bool, reason: str = ""
) -> LineConfirmationView:
    confirmation, change = asked.confirmation, asked.change
    confirmation.is_confirmed, confirmation.reason = is_confirmed, reason
    confirmation.answered_at, confirmation.via = act.at, act.via
    await act.db.flush()
    mark_stale(act, f"change:{change.id}")
    facts: dict[str, Any] = {
        "leader": change.anchored_by,
        "seat": seat_name(change.seat),
        "body": change.seat.body.name,
    }
    await notify(
        act,
        kind,
        people=await staff_of(act, change.seat.body.secretariat_id) | ({change.reported_by_id} - {act.by.id}),
        command="seat_change.show",
        args={"change_id": change.id},
        body_id=change.seat.body_id,
        reason=reason,
        **facts,
    )
    return await confirmation_view(act, asked)


async def ask_leader(act: Act, change: SeatChange, email: str) -> None:
    """Ask whoever in the line approved a change, by mail or where they are reached, to say so. Who is not in the
    register comes into it, without a seat.

    Raises Invalid for whoever takes over, and for whoever reports it.
    """
    leader = await find_by_address(act, email)
    if leader is None:
        leader = await add_newcomer(act, change.anchored_by, email)
    elif leader.id == change.person_id:
        raise Invalid("leader_is_newcomer", field="leader_email")
    elif leader.id == act.by_id:
        raise Invalid("leader_is_reporter", field="leader_email")
    confirmation = LineConfirmation(seat_change_id=change.id, person_id=leader.id, asked_at=act.at)
    act.db.add(confirmation)
    await act.db.flush()
    await notify_leader(act, change, confirmation)


async def notify_leader(act: Act, change: SeatChange, confirmation: LineConfirmation) -> None:
    await notify(
        act,
        "confirmation_asked",
        people={confirmation.person_id},
        command="line_confirmation.show",
        args={"confirmation_id": confirmation.id},
        body_id=change.seat.body_id,
        tells_doer=True,
        name=change.reported_by.name,
        seat=seat_name(change.seat),
        body=change.seat.body.name,
    )


async def read_confirmation(act: Act, change: SeatChange) -> tuple[LineConfirmation, Person] | None:
    """Returns what was last asked about a change, and of whom. One statement."""
    query = (
        select(LineConfirmation, Person)
        .join(Person, Person.id == LineConfirmation.person_id)
        .where(LineConfirmation.seat_change_id == change.id)
        .order_by(LineConfirmation.id.desc())
        .limit(1)
    )
    row = (await act.db.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])


async def confirmation_line(act: Act, change: SeatChange) -> ConfirmationLine | None:
    found = await read_confirmation(act, change)
    if found is None:
        return None
    confirmation, leader = found
    state = confirmation_state(act, ConfirmationAsked(confirmation, change))
    return ConfirmationLine(
        leader.name,
        leader.email or "",
        ConfirmationState(state),
        confirmation.asked_at,
        confirmation.answered_at,
        confirmation.via,
        confirmation.reason,
    )


async def close_confirmations(act: Act, change: SeatChange) -> None:
    """Ask nobody about a change any more that is settled."""
    still = (LineConfirmation.seat_change_id == change.id, LineConfirmation.withdrawn_at.is_(None))
    await act.db.execute(update(LineConfirmation).where(*still).values(withdrawn_at=act.at))


async def remind_leader(act: Act, change: SeatChange) -> bool:
    """Ask whoever in the line has not answered once more. Returns whether there was anybody."""
    found = await read_confirmation(act, change)
    if found is None or found[0].answered_at is not None or change.state is not SeatChangeState.REPORTED:
        return False
    found[0].asked_at = act.at
    await notify_leader(act, change, found[0])
    return True
