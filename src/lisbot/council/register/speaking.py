"""Who speaks for a seat on a day: whoever holds it, or while nobody does its first deputy."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists

from lisbot.council.core.periods import in_force
from lisbot.council.models import Term, table


def speaks_for_seat(term: Any, day: date | SQLColumnExpression[date]) -> ColumnElement[bool]:
    """Returns the condition that nobody comes before this term on its seat that day. `term`: a model, an alias or a
    table's columns, of a term in force."""
    before = table(Term).alias().c
    return ~exists().where(before.seat_id == term.seat_id, before.rank < term.rank, in_force(before, day))
