"""Which statements a database is sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from lisbot.db import Database


@contextmanager
def sent_to(db: Database) -> Iterator[list[str]]:
    """The statements that a database is sent meanwhile, in order. Beginning and ending a transaction is none."""
    seen: list[str] = []

    def on_execute(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):  # which SQLite is sent as statements
            seen.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", on_execute)
    try:
        yield seen
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", on_execute)
