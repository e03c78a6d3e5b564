"""Sending a reported change back, with the reason: by the secretariat, or because the seat is abolished."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import locked
from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Body, Seat, SeatChange
from lisbot.council.register.line_confirmations import close_confirmations
from lisbot.council.register.seat_changes import parts_of, seat_facts
from lisbot.texts import text


async def send_back_change(act: Act, change: SeatChange, reason: str) -> None:
    """Send a change back to whoever reported it, with its deputies that are not settled."""
    for each in (change, *await parts_of(act, change)):
        if each is change or each.state is SeatChangeState.REPORTED:
            each.state, each.reason, each.settled_at = SeatChangeState.RETURNED, reason, act.at
            await close_confirmations(act, each)
    await notify_settled(act, change, "change_returned" if change.name else "vacancy_returned")


async def send_back_of_abolished(act: Act, seats: Collection[int], from_on: date) -> None:
    """Send back the changes that are to take effect once these seats are abolished."""
    query = (
        select(SeatChange)
        .where(
            SeatChange.seat_id.in_(seats),
            SeatChange.state == SeatChangeState.REPORTED,
            SeatChange.from_on >= from_on,
            SeatChange.part_of_id.is_(None),
        )
        .options(
            joinedload(SeatChange.seat).options(
                joinedload(Seat.body).joinedload(Body.secretariat), joinedload(Seat.organisation)
            )
        )
        .order_by(SeatChange.id)
    )
    for change in (await act.db.scalars(locked(act, query, SeatChange))).all():
        reason = text(change.seat.body.lang, "card.seat_change.seat_is_abolished", day=from_on)
        await send_back_change(act, change, reason)
    await act.db.flush()


async def notify_settled(act: Act, change: SeatChange, kind: str, newcomers: set[int] | None = None) -> None:
    facts = seat_facts(change) | {"name": change.name, "reason": change.reason or ""}
    args, body_id = {"body_id": change.seat.body_id}, change.seat.body_id
    await notify(act, kind, people={change.reported_by_id}, command="body.show", args=args, body_id=body_id, **facts)
    # In words alone: the council's card is theirs to see from the day they take over.
    await notify(act, kind, people=(newcomers or set()) - {change.reported_by_id}, body_id=body_id, **facts)
