"""What the two databases are asked in words of their own, compared with the plain form."""

import pytest
from sqlalchemy import select, text

import crowd
from lisbot.council.models import Seat, table
from lisbot.db import is_one_of

SEAT = table(Seat)


@pytest.mark.parametrize("ids", [[], [3], [2, 2, 4], [*range(1, 100)]])
async def test_one_of_several_ids_is_what_in_is(database, ids):
    await crowd.fill(database, 5)
    plain = select(SEAT.c.id).where(SEAT.c.id.in_(ids)).order_by(SEAT.c.id)
    given = select(SEAT.c.id).where(is_one_of(SEAT.c.id, ids)).order_by(SEAT.c.id)
    named = select(SEAT.c.id).where(is_one_of(SEAT.c.id, "ids"), SEAT.c.chairs.is_(False)).order_by(SEAT.c.id)
    async with database.read() as db:
        expected = list(await db.scalars(plain))
        assert list(await db.scalars(given)) == expected
        assert list(await db.scalars(named, {"ids": ids})) == [seat_id for seat_id in expected if seat_id != 1]
        without = select(SEAT.c.id).where(~is_one_of(SEAT.c.id, ids)).order_by(SEAT.c.id)
        assert list(await db.scalars(without)) == [n for n in range(1, 6) if n not in ids]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_acknowledged_is_on_the_disk(database):
    """synchronous: 2 is FULL (sqlite.org/pragma.html)."""
    async with database.write() as writing, database.read() as reading:
        for session in (writing, reading):
            assert await session.scalar(text("PRAGMA synchronous")) == 2
            assert await session.scalar(text("PRAGMA journal_mode")) == "wal"
