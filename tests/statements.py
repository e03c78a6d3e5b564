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


@contextmanager
def transactions_of(db: Database) -> Iterator[list[str]]:
    """What is committed meanwhile: of each transaction all that it was sent, in one text."""
    open_: dict[int, list[str]] = {}
    done: list[str] = []

    def on_execute(connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        open_.setdefault(id(connection), []).append(statement)

    def on_commit(connection: Any) -> None:
        done.append("\n".join(open_.pop(id(connection), [])))

    def on_rollback(connection: Any) -> None:
        open_.pop(id(connection), None)

    engine = db.engine.sync_engine
    listeners = {"before_cursor_execute": on_execute, "commit": on_commit, "rollback": on_rollback}
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield done
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)
