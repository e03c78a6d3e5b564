"""What a closed secret vote leaves in the database's own files: nothing, whoever was reading when it closed."""

import asyncio
import logging
import time
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text

import builders
from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot.app import make_app
from lisbot.council.models import SealedBallot, Vote
from lisbot.db import Database
from lisbot.settings import read
from stages import Scene

EVERY_FILE = """
    SELECT pg_read_binary_file('base/' || d.oid || '/' || f.name)
    FROM pg_database d, LATERAL pg_ls_dir('base/' || d.oid) f(name) WHERE d.datname = current_database()
"""


@pytest.fixture
async def scene(runtime, clock):
    return Scene(runtime, clock, await builders.council(runtime.db))


async def files_of(db: Database) -> bytes:
    """Every byte of the database's files, as somebody with the disk finds them."""
    if db.is_sqlite:
        path = Path(str(db.url.database))
        return b"".join(file.read_bytes() for file in path.parent.iterdir() if file.name.startswith(path.name))
    async with db.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("CHECKPOINT"))
        return b"".join((await connection.scalars(text(EVERY_FILE))).all())


async def asked(scene: Scene, question: str = "Tilrår rådet dette?", *, item_id: int | None = None) -> list[bytes]:
    """Put a secret question and answer it, one answer changed. Returns all that may not be found afterwards."""
    if item_id is None:
        await scene.asked(secret=True)
    else:
        await scene.question(question, item_id=item_id, secret=True)
    vote = await scene.one(Vote, question=question)
    secrets = [vote.salt]
    for who, choice in ((ASTRID, "for"), (BJORN, "against"), (ELI, "for"), (ASTRID, "against")):
        await scene.ok(who, "vote.cast", vote_id=vote.id, choice=choice)
        secrets += [ballot.sealed for ballot in await scene.all(SealedBallot, vote_id=vote.id)]
    return [secret[start : start + 32] for secret in secrets for start in (0, 1500, 5000) if secret[start:]]


async def close(scene: Scene, question: str = "Tilrår rådet dette?") -> int:
    """Close a question. Returns its id."""
    vote_id: int = (await scene.one(Vote, question=question)).id
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    return vote_id


async def are_gone(db: Database, secrets: list[bytes], within: float = 0) -> bool:
    deadline = time.monotonic() + within
    while True:
        found = await files_of(db)
        if not any(secret in found for secret in secrets):
            return True
        if time.monotonic() >= deadline:
            return False
        await asyncio.sleep(0.1)


async def test_nothing_of_a_closed_secret_vote_is_in_the_files(scene):
    db = scene.runtime.db
    secrets = await asked(scene)
    assert not await are_gone(db, secrets)
    await close(scene)
    assert await are_gone(db, secrets, within=8)


async def test_another_vote_that_is_open_goes_on(scene):
    db = scene.runtime.db
    secrets = await asked(scene)
    await asked(scene, "En til?", item_id=(await scene.one(Vote)).item_id)
    await close(scene)
    assert await are_gone(db, secrets, within=8)
    vote_id = await close(scene, "En til?")
    assert (await scene.one(Vote, id=vote_id)).result["counts"]["against"] == 2


@pytest.mark.parametrize("about", ["SELECT count(*) FROM vote", "SELECT count(*) FROM person"])
async def test_whoever_reads_meanwhile_holds_nobody_up_and_it_is_wiped_when_they_are_done(scene, about):
    """A reader of these tables, and one that only keeps what was there before from going, as a backup does."""
    db = scene.runtime.db
    secrets = await asked(scene)
    async with db.engine.connect() as reader:
        if not db.is_sqlite:
            await reader.execution_options(isolation_level="REPEATABLE READ")
        await reader.execute(text(about))
        began = time.monotonic()
        await close(scene)
        for language in ("nn", "nb", "en"):
            await scene.ok(ASTRID, "person.choose_language", language=language)
            await asyncio.sleep(0.2)
        assert time.monotonic() - began < 3
        assert not await are_gone(db, secrets)
        await reader.rollback()
    assert await are_gone(db, secrets, within=8)


async def test_what_a_process_left_is_wiped_when_the_next_one_starts(scene, caplog):
    db = scene.runtime.db
    secrets = await asked(scene)
    other = Database(db.url.render_as_string(hide_password=False))
    reader = await other.engine.connect()
    if not db.is_sqlite:
        await reader.execution_options(isolation_level="REPEATABLE READ")
    await reader.execute(text("SELECT count(*) FROM vote"))
    await close(scene)
    await db.close()
    assert [r for r in caplog.records if r.levelno == logging.WARNING and "next start" in r.getMessage()]
    assert not await are_gone(db, secrets)
    await reader.rollback()
    settings = read({"SECRET_KEY": "k" * 32, "DATABASE_URL": db.url.render_as_string(hide_password=False)})
    try:
        async with TestClient(TestServer(await make_app(settings))):
            assert await are_gone(db, secrets, within=8)
    finally:
        await reader.close()
        await other.close()


async def test_what_another_process_closed_is_wiped_by_the_server(scene, monkeypatch):
    """A command line that could not wipe has ended; the server with the same database goes on."""
    monkeypatch.setattr("lisbot.wiping.POLL", 0.1)
    db = scene.runtime.db
    secrets = await asked(scene)
    settings = read({"SECRET_KEY": "k" * 32, "DATABASE_URL": db.url.render_as_string(hide_password=False)})
    async with TestClient(TestServer(await make_app(settings))):
        await asyncio.sleep(0.5)

        async def does_nothing() -> None: ...

        monkeypatch.setattr(db.wiper, "wipe", does_nothing)
        await close(scene)
        assert await are_gone(db, secrets, within=8)


async def test_a_database_in_memory_has_nothing_to_wipe():
    db = Database("sqlite+aiosqlite:///:memory:")
    await db.wiper.wipe()
    assert db.wiper.done == db.wiper.asked == 1
    await db.close()
