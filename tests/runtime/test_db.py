"""What the two databases are asked in words of their own, compared with the plain form."""

import asyncio
import os
import sys
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

import builders
import crowd
from builders import RAGNHILD
from lisbot.council.models import LogLine, Seat, table
from lisbot.db import Database, is_one_of, migrate
from stages import Scene

SEAT = table(Seat)


@pytest.fixture
async def scene(runtime, clock):
    return Scene(runtime, clock, await builders.council(runtime.db))


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


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_the_database_hung_up_on_is_done_all_the_same(scene, database):
    """As after a restart: every connection of the pool is dead, and nobody has noticed."""
    for _ in range(3):
        connections = [await database.engine.connect() for _ in range(5)]
        for connection in connections:
            await connection.close()
        await hang_up(database)
        async with database.read() as db:  # which nobody does again
            assert await db.scalar(text("SELECT 1")) == 1
        await hang_up(database)
        await scene.ok(RAGNHILD, "person.choose_language", language="nn")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_what_is_cut_off_before_the_commit_is_done_again_and_once(scene, database, monkeypatch):
    cut, write_log = [], sys.modules["lisbot.commands.run"].write_log

    async def cut_once(act, *args):
        if not cut:
            cut.append(await act.db.scalar(text("SELECT pg_backend_pid()")))
            await hang_up(database)
        return await write_log(act, *args)

    monkeypatch.setattr(sys.modules["lisbot.commands.run"], "write_log", cut_once)
    await scene.ok(RAGNHILD, "person.choose_language", language="nn")
    assert cut
    assert [line.command for line in await scene.all(LogLine)] == ["person.choose_language"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_commit_that_is_in_doubt_is_not_done_again(scene, database, monkeypatch):
    tried = []

    async def cut_off(self):
        tried.append(self)
        raise DBAPIError("COMMIT", None, Exception("gone"), connection_invalidated=True)

    monkeypatch.setattr(AsyncSession, "commit", cut_off)
    answer = await scene(RAGNHILD, "person.choose_language", language="nn")
    assert (answer.status, answer.reply.key) == (503, "commit_in_doubt")
    assert len(tried) == 1


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_statement_that_never_ends_is_given_up(database_url):
    db = Database(database_url, timeout=0.3)
    with pytest.raises(TimeoutError):
        async with db.read() as session:
            await session.execute(text("SELECT pg_sleep(20)"))
    async with db.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await db.close()


async def hang_up(database):
    """End every connection to the database, as its server does when it is stopped."""
    server = database.url.set(database="postgres", drivername="postgresql").render_as_string(hide_password=False)
    query = "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1"
    connection = await asyncpg.connect(server)
    await connection.fetch(query, database.url.database)
    await connection.close()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
async def test_nobody_else_reads_the_database_whatever_the_umask(tmp_path, umask):
    before = os.umask(umask)
    try:
        url = f"sqlite+aiosqlite:///{tmp_path}/var/lisbot.db"
        await migrate(url)
        db = Database(url)
        async with db.write() as session:
            await session.execute(text("UPDATE person SET name = name"))
            files = list((tmp_path / "var").iterdir())
            assert {file.name for file in files} == {"lisbot.db", "lisbot.db-wal", "lisbot.db-shm"}
            assert [oct(file.stat().st_mode & 0o077) for file in (*files, tmp_path / "var")] == ["0o0"] * 4
        await db.close()
    finally:
        os.umask(before)


async def test_from_a_file_that_others_could_read_that_is_taken_and_a_group_that_was_let_in_stays(tmp_path):
    path = tmp_path / "lisbot.db"
    path.touch()
    path.chmod(0o664)
    await Database(f"sqlite+aiosqlite:///{path}").close()
    assert oct(path.stat().st_mode & 0o777) == "0o660"


async def test_what_is_still_in_use_when_the_database_is_closed_is_closed_with_its_last_use(database_url):
    """As a request's that was cancelled when lisbot stopped: nobody comes back for it, and neither a file nor a place
    in PostgreSQL stays taken."""
    db = Database(database_url)
    in_use, closed = asyncio.Event(), asyncio.Event()
    used: list[Any] = []

    async def use() -> None:
        async with db.read() as session:
            connection = await session.connection()
            used.append((await connection.get_raw_connection()).driver_connection)
            in_use.set()
            await closed.wait()
            await session.execute(text("SELECT 1"))

    using = asyncio.create_task(use())
    await in_use.wait()
    await db.close()
    closed.set()
    await using
    with pytest.raises((ValueError, asyncpg.InterfaceError), match=r"closed|no active connection"):
        await used[0].execute("SELECT 1")
