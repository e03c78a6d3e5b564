"""SQLite asked in the thread that a test runs in. aiosqlite hands each call to a thread of the connection's own, five
times a statement: going there and back is a seventh of the time the tests take. What may wait for another's lock is
handed over in tests too, or whoever holds the lock could not go on."""

from typing import Any

import aiosqlite
from aiosqlite.core import Connection

WAITING = ("BEGIN IMMEDIATE", "PRAGMA wal_checkpoint", "VACUUM", "DROP", "CREATE", "ALTER")


def ask_in_the_same_thread() -> None:
    hand_over, connect = Connection._execute, aiosqlite.connect

    def connect_for_any_thread(*given: Any, **named: Any) -> Connection:
        return connect(*given, **named | {"check_same_thread": False})

    async def execute(connection: Connection, function: Any, *given: Any, **named: Any) -> Any:
        if given and isinstance(given[0], str) and given[0].lstrip().startswith(WAITING):
            return await hand_over(connection, function, *given, **named)
        if not connection._running or not connection._connection:
            raise ValueError("Connection closed")
        return function(*given, **named)

    Connection._execute = execute
    aiosqlite.connect = connect_for_any_thread
