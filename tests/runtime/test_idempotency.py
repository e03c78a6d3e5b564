"""What a platform sends again is done once, by one of our processes, unless it was not done at all."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update

import builders
from builders import RAGNHILD
from dumps import row, rows
from lisbot.commands import ALREADY_DONE, run
from lisbot.council.models import LogLine, Person, Receipt
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.idempotency import KEPT_FOR, LEASE, ReceiptKey, Receipts, Taken
from lisbot.scheduler import Scheduler


@pytest.fixture
def receipts(database) -> Receipts:
    return Receipts(database)


async def age(database: Database, key: str, by: timedelta) -> None:
    """Let a receipt be older than it is."""
    taken = (await row(database, Receipt, key=key)).taken_at
    async with database.write() as db:
        await db.execute(update(Receipt).where(Receipt.key == key).values(taken_at=taken - by))


async def test_what_is_sent_to_two_processes_at_once_is_done_once(database, database_url):
    done = []

    async def receive(at: Receipts) -> Taken:
        async with at.once("slack", "Ev1") as taken:
            if taken is Taken.NEW:
                await asyncio.sleep(0.05)
                done.append("Ev1")
        return taken

    other = Database(database_url)
    found = await asyncio.gather(*(receive(Receipts(db)) for db in (database, other) for _ in range(4)))
    await other.close()
    assert done == ["Ev1"]
    assert found.count(Taken.NEW) == 1


async def test_what_was_done_is_known_to_be_done(receipts):
    for expected in (Taken.NEW, Taken.DONE, Taken.DONE):
        async with receipts.once("slack", "Ev1") as taken:
            assert taken is expected
    assert await receipts.take("slack", "Ev2") is Taken.NEW
    assert await receipts.take("teams", "Ev1") is Taken.NEW


@pytest.mark.parametrize("broke", [RuntimeError, asyncio.CancelledError])
async def test_what_raised_may_be_sent_again(receipts, broke):
    with pytest.raises(broke):
        async with receipts.once("slack", "Ev1"):
            raise broke
    async with receipts.once("slack", "Ev1") as taken:
        assert taken is Taken.NEW


async def test_a_retry_that_fails_does_not_release_what_another_is_doing(receipts):
    assert await receipts.take("slack", "Ev1") is Taken.NEW
    with pytest.raises(RuntimeError):
        async with receipts.once("slack", "Ev1") as taken:
            assert taken is Taken.UNDER_WAY
            raise RuntimeError
    assert await receipts.take("slack", "Ev1") is Taken.UNDER_WAY


async def test_what_a_dead_process_left_is_taken_over_once_its_time_is_out(receipts, database):
    assert await receipts.take("slack", "Ev1") is Taken.NEW
    assert await receipts.take("slack", "Ev1") is Taken.UNDER_WAY
    await age(database, "Ev1", LEASE)
    found = await asyncio.gather(*(Receipts(database).take("slack", "Ev1") for _ in range(4)))
    assert sorted(each.name for each in found) == ["NEW", "UNDER_WAY", "UNDER_WAY", "UNDER_WAY"]


async def test_what_was_done_is_never_taken_over(receipts, database):
    async with receipts.once("slack", "Ev1"):
        pass
    await age(database, "Ev1", LEASE * 2)
    assert await receipts.take("slack", "Ev1") is Taken.DONE


async def test_old_receipts_are_deleted_and_young_ones_are_not(receipts, runtime, database):
    for number in range(4):
        await receipts.take("slack", f"Ev{number}")
    await age(database, "Ev1", KEPT_FOR + LEASE)
    await age(database, "Ev2", KEPT_FOR - LEASE)
    await Scheduler(runtime).clean_up()
    assert {receipt.key for receipt in await rows(database, Receipt)} == {"Ev0", "Ev2", "Ev3"}


# In the command's own transaction.

RECEIPT = ReceiptKey("slack", "V1")


@pytest.fixture
async def choose(runtime):
    """Have somebody choose a language, as a platform sends it again and again."""
    await builders.council(runtime.db)

    async def chosen(language: str, receipt: ReceiptKey = RECEIPT):
        caller = Caller("cli", RAGNHILD)
        return await run(runtime, "person.choose_language", {"language": language}, caller, receipt=receipt)

    return chosen


async def test_a_command_that_is_sent_again_is_run_once(choose, database):
    assert (await choose("nn")).is_done
    again = await choose("en")
    assert (again.status, again.key) == (409, ALREADY_DONE)
    assert len(await rows(database, LogLine)) == 1
    assert (await row(database, Person, email=RAGNHILD)).lang == "nn"
    assert (await choose("en", ReceiptKey("slack", "V2"))).is_done


async def test_a_command_that_is_sent_several_times_at_once_is_run_once(choose, database):
    replies = await asyncio.gather(*(choose("nn") for _ in range(4)))
    assert sorted(reply.status for reply in replies) == [200, 409, 409, 409]
    assert len(await rows(database, LogLine)) == 1


async def test_a_command_that_was_refused_leaves_no_receipt_and_may_be_sent_again(choose, database):
    assert (await choose("sv")).status == 422
    assert await rows(database, Receipt) == []
    assert (await choose("nn")).is_done
