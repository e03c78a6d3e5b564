"""The database goes away, or has no room left: people are told to try again, and nothing acknowledged is lost."""

from dataclasses import replace

import pytest
from sqlalchemy import text

import builders
import postgres
from builders import RAGNHILD
from lisbot.commands import run
from lisbot.council.register.identity import Caller
from lisbot.db import Database

SECRETARY = Caller("cli", RAGNHILD)


async def plan(runtime, number: int):
    """Plan one meeting. Returns the reply."""
    day = f"2027-{1 + number // 28:02}-{1 + number % 28:02}"
    return await run(runtime, "year_plan.set_dates", {"body_id": 1, "dates": day, "confirm": True}, SECRETARY)


async def days(db: Database) -> list[str]:
    async with db.read() as session:
        return [str(day) for day in await session.scalars(text("SELECT held_on FROM meeting ORDER BY held_on"))]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_while_the_database_is_away_people_are_told_to_try_again(
    runtime, database, database_url, postgres_server
):
    await builders.council(database)
    assert (await plan(runtime, 1)).is_done
    name = database.url.database
    lock, cut = (
        f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    await postgres.order(postgres_server, lock, cut)
    for number in (2, 3):
        reply = await plan(runtime, number)
        assert (reply.status, reply.key) == (503, "database_away"), reply.words
        assert "Prøv igjen om litt" in reply.words
    shown = await run(runtime, "body.show", {"body_id": 1}, SECRETARY)
    assert (shown.status, shown.key) == (503, "database_away")
    await postgres.order(postgres_server, f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")
    assert (await plan(runtime, 4)).is_done, "and it recovers by itself"
    assert await days(database) == ["2027-01-02", "2027-01-05"], "what was acknowledged, and nothing else"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_on_a_full_disk_nothing_is_changed_and_nothing_is_broken(runtime, database):
    await builders.council(database)
    assert (await plan(runtime, 1)).is_done

    async def room_for(pages: int) -> None:
        """As a disk would have it: SQLite gives the same error where its file may not grow."""
        from sqlalchemy import event

        @event.listens_for(database.engine.sync_engine, "begin")
        def limit(connection) -> None:
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    async with database.read() as db:
        used = (await db.execute(text("PRAGMA page_count"))).scalar_one()
    await room_for(used)
    done, refused = [1], None
    for number in range(2, 60):
        reply = await plan(runtime, number)
        if not reply.is_done:
            refused = reply
            break
        done.append(number)
    assert refused is not None, "the disk is full at last"
    assert (refused.status, refused.key) == (503, "disk_full"), refused.words
    assert "Ingenting er endret" in refused.words
    assert len(await days(database)) == len(done)
    async with database.read() as db:
        assert (await db.execute(text("PRAGMA integrity_check"))).scalar_one() == "ok"
    await room_for(used * 4)
    assert (await plan(runtime, 100)).is_done
    assert len(await days(database)) == len(done) + 1
    assert (await run(replace(runtime), "log.verify", {}, SECRETARY)).view.is_whole
