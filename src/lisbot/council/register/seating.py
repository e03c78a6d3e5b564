"""Giving somebody a place on a seat: what is so of it by whatever way they come there."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.models import Seat
from lisbot.council.register.composition_enforcement import require_composition
from lisbot.council.register.consent_bases import ask_for_seat
from lisbot.council.register.terms import add_term


async def seat_person(
    act: Act,
    seat: Seat,
    person_id: int,
    name: str,
    rank: int,
    from_on: date,
    to_on: date | None = None,
    credentials: Iterable[Mapping[str, Any]] = (),
) -> None:
    """Give somebody a place on a seat, as far as the body's rules allow it, and ask them for consent to being named
    unless that is over already. Raises Conflict where a rule that the body enforces forbids it."""
    await require_composition(act, seat, person_id if rank == 0 else None, name, credentials, from_on, to_on)
    add_term(act, seat.id, person_id, rank, from_on, to_on)
    await act.db.flush()
    if to_on is None or to_on >= act.today:
        await ask_for_seat(act, person_id, seat)
