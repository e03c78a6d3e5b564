"""Free-text search in what came of the cases."""

from sqlalchemy import ColumnElement, and_, func, or_

from lisbot.council.core.context import Act
from lisbot.council.models import AgendaItem
from lisbot.db import is_postgres

MAX_WORDS = 8  # of one search
SEARCHED = (AgendaItem.title, AgendaItem.outcome_text, AgendaItem.discussed, AgendaItem.background)


def matches(act: Act, text: str) -> ColumnElement[bool]:
    """Returns the condition that an item has every word of a text somewhere, letter case apart."""
    # SQLite's own lower() knows no letters beyond z.
    lower = func.lower if is_postgres(act.db) else func.lower_all
    words = text.lower().split()[:MAX_WORDS]
    return and_(*(or_(*(lower(column).contains(word, autoescape=True) for column in SEARCHED)) for word in words))
