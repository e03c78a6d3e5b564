"""Lines that were committed are linked a moment later, and where the chain ends is told."""

import asyncio
import logging

import pytest
from sqlalchemy import func, select, text, update

import builders
from builders import RAGNHILD
from lisbot import log_linker
from lisbot.council.log.link import read_newest_link
from lisbot.council.models import LogHead, LogLine
from lisbot.log_linker import LogLinker
from people import member


@pytest.fixture
async def act(runtime):
    """Have something done that is logged."""
    await builders.council(runtime.db)

    async def done(language: str) -> None:
        assert (await member(runtime, RAGNHILD)("person.choose_language", language=language)).status == 200

    return done


async def unlinked(runtime) -> int:
    async with runtime.db.read() as db:
        return await db.scalar(select(func.count()).where(LogLine.number.is_(None)))


async def unlink_all(runtime) -> None:
    """As a migration leaves an old database's lines."""
    async with runtime.db.write() as db:
        await db.execute(update(LogLine).values(number=None, link=None))
        await db.execute(LogHead.__table__.delete())


async def becomes_linked(runtime) -> None:
    for _ in range(500):
        if not await unlinked(runtime):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it was never linked")


async def is_whole(runtime) -> bool:
    return (await member(runtime, RAGNHILD)("log.verify")).view.is_whole


async def test_what_is_committed_is_linked_once_woken(runtime, act, monkeypatch):
    monkeypatch.setattr(log_linker, "POLL", 3600)
    linker = LogLinker(runtime)
    working = asyncio.create_task(linker.work())
    await asyncio.sleep(0.05)
    for language in ("nn", "en"):
        await act(language)
        linker.wake()
        await becomes_linked(runtime)
    linker.stop()
    await working
    assert await is_whole(runtime)
    assert (await read_newest_link(runtime.db)).number == 2


async def test_what_nobody_woke_it_for_is_linked_too(runtime, act, monkeypatch):
    monkeypatch.setattr(log_linker, "POLL", 0.05)
    linker = LogLinker(runtime)
    working = asyncio.create_task(linker.work())
    await act("nn")
    await becomes_linked(runtime)
    linker.stop()
    await working


async def test_what_a_migration_left_is_linked_at_the_start(runtime, act):
    await act("nn")
    await unlink_all(runtime)
    assert await unlinked(runtime) == 1
    linker = LogLinker(runtime)
    working = asyncio.create_task(linker.work())
    await becomes_linked(runtime)
    linker.stop()
    await working
    assert await is_whole(runtime)


async def test_what_was_committed_last_is_linked_when_it_stops(runtime, act, monkeypatch):
    monkeypatch.setattr(log_linker, "PAUSE", 3600)
    linker = LogLinker(runtime)
    working = asyncio.create_task(linker.work())
    await asyncio.sleep(0.05)
    await act("nn")
    linker.stop()
    async with asyncio.timeout(10):
        await working
    assert await unlinked(runtime) == 0


async def test_several_processes_link_each_line_once(runtime, act):
    linkers = [LogLinker(runtime) for _ in range(3)]
    working = [asyncio.create_task(linker.work()) for linker in linkers]
    for _ in range(4):
        for language in ("nn", "en", "nb"):
            await act(language)
        for linker in linkers:
            linker.wake()
    for linker in linkers:
        linker.stop()
    await asyncio.gather(*working)
    assert await unlinked(runtime) == 0
    assert await is_whole(runtime)


async def test_the_newest_link_is_logged_when_it_starts_and_once_a_day(runtime, act, caplog, monkeypatch):
    monkeypatch.setattr(log_linker, "POLL", 0.01)
    monkeypatch.setattr(log_linker, "PAUSE", 0.01)
    caplog.set_level(logging.INFO)
    await act("nn")

    def said() -> list[str]:
        return [r.getMessage() for r in caplog.records if "linked up to line 1" in r.getMessage()]

    for report_every, least in ((3600, 1), (0.05, 2)):
        caplog.clear()
        linker = LogLinker(runtime, report_every=report_every)
        working = asyncio.create_task(linker.work())
        for _ in range(500):
            if len(said()) >= least:
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
        linker.stop()
        await working
        assert len(said()) >= least and (report_every == 0.05 or len(said()) == 1)
        assert (await read_newest_link(runtime.db)).link in said()[0]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_line_that_an_older_transaction_holds_back_is_linked_and_told_soon_after_it_ends(
    runtime, act, caplog, monkeypatch
):
    monkeypatch.setattr(log_linker, "POLL", 3600)
    caplog.set_level(logging.INFO)
    linker = LogLinker(runtime)
    async with runtime.db.engine.begin() as older:
        await older.execute(text("SELECT pg_current_xact_id()"))
        working = asyncio.create_task(linker.work())
        await act("nn")
        linker.wake()
        await asyncio.sleep(0.5)
        assert await unlinked(runtime) == 1
    await becomes_linked(runtime)
    async with asyncio.timeout(10):
        while "linked up to line 1" not in caplog.text:
            linker.wake()
            await asyncio.sleep(0.02)
    linker.stop()
    await working


async def test_an_empty_log_has_no_newest_link(runtime, caplog):
    assert await read_newest_link(runtime.db) is None
    linker = LogLinker(runtime)
    linker.stop()
    await linker.work()
    await linker.report()
    assert not caplog.records


async def test_a_database_that_is_away_is_no_end_of_it(runtime, act, caplog, monkeypatch):
    async def away(*_given):
        raise ConnectionError("hemmelig")

    monkeypatch.setattr(log_linker, "POLL", 0.02)
    monkeypatch.setattr(log_linker, "PAUSE", 0.01)
    await act("nn")
    await unlink_all(runtime)
    with monkeypatch.context() as patched:
        patched.setattr(log_linker, "link_committed", away)
        patched.setattr(log_linker, "read_newest_link", away)
        linker = LogLinker(runtime)
        working = asyncio.create_task(linker.work())
        await asyncio.sleep(0.1)
    await becomes_linked(runtime)
    linker.stop()
    await working
    assert "ConnectionError" in caplog.text
    assert "hemmelig" not in caplog.text
