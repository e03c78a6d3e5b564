"""Guests from before it was written whether they were there: what becomes of them when a database is upgraded."""

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Boolean, Connection, Date, DateTime, Integer, MetaData, Table, Time, text

from lisbot.db import Database, migrate

# SQLite cannot tell what an index on an expression is made of.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
DAY = datetime(2026, 3, 10, 9)
SOME_VALUE = {Boolean: False, Date: DAY.date(), DateTime: DAY, Integer: 1, Time: time(9)}
MEETINGS = {1: "approved", 2: "draft"}
INVITED: list[dict[str, Any]] = [
    {"name": "Gunn Stille", "response": None, "withdrawn_at": None},
    {"name": "Siri Kommer", "response": "comes", "withdrawn_at": None},
    {"name": "Frida Borte", "response": "absent", "withdrawn_at": None},
    {"name": "Trygve Trukket", "response": "comes", "withdrawn_at": DAY},
]


def row_of(table: Table, **given: Any) -> dict[str, Any]:
    """Returns a row with some value in each column that needs one."""
    needed = [each for each in table.columns if not each.nullable and each.server_default is None]
    some = {each.name: next((v for k, v in SOME_VALUE.items() if isinstance(each.type, k)), "") for each in needed}
    return some | given


def invite(connection: Connection) -> None:
    """Write a meeting with approved minutes and one with a draft, and the same guests at both."""
    tables = MetaData()
    tables.reflect(connection, only=["secretariat", "body", "meeting", "guest"])
    secretariat, body, meeting, guest = (tables.tables[n] for n in ("secretariat", "body", "meeting", "guest"))
    connection.execute(secretariat.insert(), row_of(secretariat, id=1, key="s"))
    authority = {"authority": "advisory", "lang": "nb", "standing_items": []}
    connection.execute(body.insert(), row_of(body, id=1, key="b", **authority))
    for meeting_id, state in MEETINGS.items():
        day = date(2026, 3, 9 + meeting_id)
        when = {"held_on": day, "ends_on": day, "starts": time(9), "ends": time(15)}
        connection.execute(meeting.insert(), row_of(meeting, id=meeting_id, minutes_state=state, **when))
        for at, each in enumerate(INVITED):
            row = row_of(guest, id=meeting_id * 10 + at, meeting_id=meeting_id, invited_at=DAY, **each)
            connection.execute(guest.insert(), row)


async def test_who_stood_in_approved_minutes_stands_there_still_and_nobody_is_added(database_url: str):
    await migrate(database_url, "base")
    await migrate(database_url, "0007")
    database = Database(database_url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(invite)
        await migrate(database_url)
        async with database.engine.connect() as connection:
            rows = await connection.execute(text("SELECT meeting_id, name FROM guest WHERE present ORDER BY id"))
            assert [(*row,) for row in rows] == [(1, "Gunn Stille"), (1, "Siri Kommer")]
    finally:
        await database.close()
