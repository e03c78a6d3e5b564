"""Telling those whose terms end."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import notify
from lisbot.council.models import Seat, Term
from lisbot.council.register.seats import seat_name


async def notify_ended(act: Act, terms: Iterable[Term]) -> None:
    """Tell those whose terms end otherwise than was known until when they have their seats."""
    people: dict[tuple[int, date | None], set[int]] = defaultdict(set)
    for term in terms:
        people[term.seat_id, term.to_on].add(term.person_id)
    if not people:
        return
    query = select(Seat).where(Seat.id.in_({seat_id for seat_id, _ in people}))
    rows = await act.db.scalars(query.options(joinedload(Seat.body), joinedload(Seat.organisation)))
    seats = {seat.id: seat for seat in rows}
    for (seat_id, until_on), told in people.items():
        seat = seats[seat_id]
        facts: dict[str, Any] = {"seat": seat_name(seat), "body": seat.body.name, "until_on": until_on}
        await notify(act, "term_ended", people=told, body_id=seat.body_id, **facts)
