"""What a platform sends again is done once, by one process of ours, unless it was not done at all."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

from dumps import row, rows
from lisbot import inbox as ours
from lisbot.council.models import Receipt
from lisbot.db import Database
from lisbot.inbox import KEPT, LEASE, Inbox, Taken


@pytest.fixture
def inbox(database) -> Inbox:
    return Inbox(database)


async def age(database: Database, key: str, by: timedelta) -> None:
    """Let a receipt be older than it is."""
    taken = (await row(database, Receipt, key=key)).taken_at
    async with database.write() as db:
        await db.execute(update(Receipt).where(Receipt.key == key).values(taken_at=taken - by))


async def test_what_is_sent_to_two_processes_at_once_is_done_once(database, database_url):
    done = []

    async def receive(at: Inbox) -> Taken:
        async with at.once("slack", "Ev1") as taken:
            if taken is Taken.NEW:
                await asyncio.sleep(0.05)
                done.append("Ev1")
        return taken

    other = Database(database_url)
    found = await asyncio.gather(*(receive(Inbox(db)) for db in (database, other) for _ in range(4)))
    await other.close()
    assert done == ["Ev1"]
    assert found.count(Taken.NEW) == 1


async def test_what_was_done_is_known_to_be_done(inbox):
    for expected in (Taken.NEW, Taken.DONE, Taken.DONE):
        async with inbox.once("slack", "Ev1") as taken:
            assert taken is expected
    assert await inbox.take("slack", "Ev2") is Taken.NEW
    assert await inbox.take("teams", "Ev1") is Taken.NEW


@pytest.mark.parametrize("broke", [RuntimeError, asyncio.CancelledError])
async def test_what_raised_may_be_sent_again(inbox, broke):
    with pytest.raises(broke):
        async with inbox.once("slack", "Ev1"):
            raise broke
    async with inbox.once("slack", "Ev1") as taken:
        assert taken is Taken.NEW


async def test_a_retry_that_fails_does_not_give_back_what_another_is_doing(inbox):
    assert await inbox.take("slack", "Ev1") is Taken.NEW
    with pytest.raises(RuntimeError):
        async with inbox.once("slack", "Ev1") as taken:
            assert taken is Taken.UNDER_WAY
            raise RuntimeError
    assert await inbox.take("slack", "Ev1") is Taken.UNDER_WAY


async def test_what_a_dead_process_left_is_taken_over_once_its_time_is_out(inbox, database):
    assert await inbox.take("slack", "Ev1") is Taken.NEW
    assert await inbox.take("slack", "Ev1") is Taken.UNDER_WAY
    await age(database, "Ev1", LEASE)
    found = await asyncio.gather(*(Inbox(database).take("slack", "Ev1") for _ in range(4)))
    assert sorted(each.name for each in found) == ["NEW", "UNDER_WAY", "UNDER_WAY", "UNDER_WAY"]


async def test_what_was_done_is_never_taken_over(inbox, database):
    async with inbox.once("slack", "Ev1"):
        pass
    await age(database, "Ev1", LEASE * 2)
    assert await inbox.take("slack", "Ev1") is Taken.DONE


async def test_old_receipts_are_swept_away_and_young_ones_are_not(inbox, database, monkeypatch):
    monkeypatch.setattr(ours, "SWEEP", 5)
    for number in range(4):
        await inbox.take("slack", f"Ev{number}")
    await age(database, "Ev1", KEPT + LEASE)
    await age(database, "Ev2", KEPT - LEASE)
    for number in range(4, 6):
        await inbox.take("slack", f"Ev{number}")
    assert {receipt.key for receipt in await rows(database, Receipt)} == {"Ev0", "Ev2", "Ev3", "Ev4", "Ev5"}
