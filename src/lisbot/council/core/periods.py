"""What "holds on a day" means, once: for terms, posts, deputies, and whatever else has a from- and a to-date.

A row holds from `from_on` to `to_on`, both days included; without `to_on` it has no end. `recorded_at` is when
it became known, and `ended_at` when its end did: as it was known at a moment, a term whose end was recorded
later had none.
"""

from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, or_


class Period(Protocol):
    """Anything with a from-date and perhaps a to-date."""

    @property
    def from_on(self) -> date: ...
    @property
    def to_on(self) -> date | None: ...


def in_force(table: Any, on: date | SQLColumnExpression[date], known_at: datetime | None = None) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` (a model, an alias or a table's columns) holds on a day.

    `known_at`: as it was known at that moment, for tables that say when they were recorded.
    """
    until = table.to_on
    if known_at is None:
        return and_(table.from_on <= on, or_(until.is_(None), until >= on))
    ended_later = table.ended_at > known_at
    return and_(table.recorded_at <= known_at, table.from_on <= on, or_(until.is_(None), until >= on, ended_later))


def holds_on(period: Period, day: date) -> bool:
    """Returns whether a row that is already read holds on a day."""
    return period.from_on <= day and (period.to_on is None or day <= period.to_on)


def overlap(from_on: date, to_on: date | None, other_from: date, other_to: date | None) -> bool:
    """Returns whether two periods share a day."""
    return (to_on is None or other_from <= to_on) and (other_to is None or from_on <= other_to)
