"""What "holds on a day" means, once: for terms, posts, deputies, and whatever else has a from- and a to-date.

A row holds from `from_on` to `to_on`, both days included; without `to_on` it has no end.

It is known since `recorded_at`, or since `changed_at` where it was changed after that. What was known of it before
stands in a table of former knowledge, whose rows say from which moment until which: `known_from`, `known_to`.
"""

from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, literal_column, or_

from lisbot.council.core.errors import Conflict, Invalid

# As it stands in an index (ix_term_seat_id_last): terms that ended long ago are not read.
WITHOUT_END: ColumnElement[date] = literal_column("'9999-12-31'")


class Period(Protocol):
    """Anything with a from-date and perhaps a to-date."""

    @property
    def from_on(self) -> date: ...
    @property
    def to_on(self) -> date | None: ...


class Closes(Protocol):
    """Anything that may be closed on a day: from that day it is no more."""

    @property
    def closed_on(self) -> date | None: ...


def is_closed(what: Closes, on: date) -> bool:
    """Returns whether something is closed on a day."""
    return what.closed_on is not None and what.closed_on <= on


def not_closed(table: Any, on: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` is not closed on a day; the reverse of is_closed."""
    return or_(table.closed_on.is_(None), table.closed_on > on)


def not_abolished(table: Any, on: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Returns the condition that a seat of `table` is not abolished on a day."""
    return or_(table.abolished_on.is_(None), table.abolished_on > on)


def in_force(
    table: Any,
    on: date | SQLColumnExpression[date],
    known_at: datetime | SQLColumnExpression[datetime] | None = None,
) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` (a model, an alias or a table's columns) holds on a day.

    `known_at`: as it was known at that moment. Of what can be changed, the table of former knowledge holds the rest:
    both are to be asked.
    """
    holds = and_(table.from_on <= on, not_over(table, on))
    return holds if known_at is None else and_(holds, was_known(table, known_at))


def not_over(table: Any, on: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` holds on a day or later: it has not ended before."""
    return func.coalesce(table.to_on, WITHOUT_END) >= on


def has_no_end(table: Any) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` holds until further notice."""
    return func.coalesce(table.to_on, WITHOUT_END) == WITHOUT_END


def was_known(table: Any, at: datetime | SQLColumnExpression[datetime]) -> ColumnElement[bool]:
    """Returns the condition that a row of `table` is what was known at a moment."""
    if hasattr(table, "known_to"):
        return and_(table.known_from <= at, table.known_to > at)
    return known_since(table) <= at


def known_since(table: Any) -> ColumnElement[datetime]:
    """Returns since when a row is known as it stands."""
    if hasattr(table, "changed_at"):
        return func.coalesce(table.changed_at, table.recorded_at)
    return table.recorded_at  # type: ignore[no-any-return]


def holds_on(period: Period, day: date) -> bool:
    """Returns whether a row that is already read holds on a day."""
    return period.from_on <= day and (period.to_on is None or day <= period.to_on)


def last_day(period: Period, to_on: date, today: date) -> date | None:
    """Returns the last day of something that is ended; None where it is taken away before it was of any day.

    Raises Conflict for what is over already, Invalid for a last day before its first or later than the one it has.
    """
    if period.to_on is not None and period.to_on < today:
        raise Conflict("ended_already", day=period.to_on)
    if period.to_on is not None and to_on > period.to_on:
        raise Invalid("ends_later", field="to_on", day=period.to_on)
    if to_on >= period.from_on:
        return to_on
    if period.from_on < today:
        raise Invalid("ends_before_it_begins", field="to_on", day=period.from_on)
    return None


def overlap(from_on: date, to_on: date | None, other_from: date, other_to: date | None) -> bool:
    """Returns whether two periods share a day."""
    return (to_on is None or other_from <= to_on) and (other_to is None or from_on <= other_to)
