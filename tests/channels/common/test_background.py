"""Work that outlives the request that started it."""

import asyncio

from lisbot.channels.common.background import BackgroundTasks


async def test_closing_waits_for_what_runs_and_for_what_that_spawns():
    tasks, done = BackgroundTasks("a test"), []

    async def first():
        await asyncio.sleep(0.01)
        done.append("first")
        tasks.spawn(second())

    async def second():
        await asyncio.sleep(0.01)
        done.append("second")

    tasks.spawn(first())
    await tasks.close()
    assert done == ["first", "second"]
    assert not tasks.running


async def test_closing_cancels_what_takes_too_long():
    tasks = BackgroundTasks("a test")
    was_cancelled = asyncio.Event()

    async def forever():
        try:
            await asyncio.Event().wait()
        finally:
            was_cancelled.set()

    tasks.spawn(forever())
    await asyncio.sleep(0)
    await tasks.close(timeout=0.01)
    assert was_cancelled.is_set()


async def test_a_failure_is_logged_and_stops_nothing_else(caplog):
    tasks, done = BackgroundTasks("a test"), asyncio.Event()

    async def fail():
        raise RuntimeError("broken")

    async def succeed():
        done.set()

    tasks.spawn(fail())
    tasks.spawn(succeed())
    await tasks.close()
    assert done.is_set()
    (record,) = caplog.records
    assert record.getMessage() == "a background task of a test failed"
    assert record.exc_info
    assert str(record.exc_info[1]) == "broken"
