"""The work itself: side by side but never two to one recipient, written down once, given up for nobody's sake."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

import crowd
from lisbot.council.delivery.notifications import MARK_STALE
from lisbot.council.models import Delivery, Person, Posting
from lisbot.messaging import TransientError
from lisbot.outbox import Outbox, attempts, outcomes, worker
from lisbot.outbox.worker import SENDS_AT_ONCE
from outbox.chat import Chat
from outbox.test_changes import write

SOON = timedelta(seconds=30)  # shorter than the longest send


@dataclass
class Watching(Chat):
    """A platform that takes its time and counts who is being sent to at once."""

    now: Counter = field(default_factory=Counter)
    most: int = 0
    most_to_one: int = 0

    async def send(self, to, message):
        self.now.update([to.conversation_id])
        self.most = max(self.most, self.now.total())
        self.most_to_one = max(self.most_to_one, self.now[to.conversation_id])
        await asyncio.sleep(0.01)
        self.now.subtract([to.conversation_id])
        return await super().send(to, message)


async def becomes(is_true) -> None:
    """Wait until something has happened beside us."""
    for _ in range(500):
        if await is_true():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never did")


async def words_to(runtime, *people: int, count: int = 1) -> None:
    """So many messages in words alone to each."""
    row = {
        "kind": "sign",
        "facts": {"sign": "Hei", "seen_at": None},
        "command": "",
        "args": {},
        "drawn_for_role": False,
        "state": "waiting",
        "attempts": 0,
        "made_at": runtime.now(),
        "next_at": runtime.now(),
    }
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), [row | {"person_id": n} for _ in range(count) for n in people])


async def test_several_are_sent_at_once_and_never_two_to_one_recipient(runtime, board, monkeypatch):
    await crowd.fill(runtime.db, 30)
    await words_to(runtime, *range(1, 31), count=3)
    monkeypatch.setattr(worker, "BATCH", 25)  # so that several batches are under way
    chat = Watching()
    await asyncio.gather(*(Outbox(runtime, {"teams": chat}).drain() for _ in range(2)))
    assert Counter(to for to, _ in chat.sent) == {f"c{n}": 3 for n in range(1, 31)}
    assert SENDS_AT_ONCE <= chat.most <= 2 * SENDS_AT_ONCE, "of two processes"
    assert chat.most_to_one == 1


async def test_a_platform_that_does_not_answer_holds_up_no_other(runtime, cast, tell, letters):
    class Dead(Chat):
        async def send(self, to, message):
            await asyncio.sleep(3600)

    outbox = Outbox(runtime, {"teams": Dead(), "mail": letters})
    await tell("Hei", cast.astrid, cast.bjarne, cast.cecilie)
    working = asyncio.create_task(outbox.work())

    async def told(count: int) -> bool:
        outbox.wake()
        return len(letters.sent) == count

    await becomes(lambda: told(1))
    await tell("Igjen", cast.cecilie)
    await becomes(lambda: told(2))
    working.cancel()
    for task in outbox.under_way:
        task.cancel()
    await asyncio.gather(working, *outbox.under_way, return_exceptions=True)


async def test_what_is_left_to_mail_waits_with_the_mails(runtime, board):
    """As many as are sent at one time, and the mail server does not answer: chat goes on."""

    class Dead(Chat):
        async def send(self, to, message):
            await asyncio.sleep(3600)

    people = range(1, SENDS_AT_ONCE + 2)
    await crowd.fill(runtime.db, len(people))
    await words_to(runtime, *people)
    async with runtime.db.write() as db:
        left = {"channel": "mail", "reason": "MessageSizeTooBig"}
        await db.execute(update(Delivery).where(Delivery.person_id <= SENDS_AT_ONCE).values(**left))
        await db.execute(update(Person).values(email=Person.key + "@example.no"))
    chat = Chat()
    outbox = Outbox(runtime, {"teams": chat, "mail": Dead(platform="mail")})
    await outbox.take_up()

    async def is_told() -> bool:
        return [to for to, _ in chat.sent] == [f"c{len(people)}"]

    await becomes(is_told)
    for task in outbox.under_way:
        task.cancel()
    await asyncio.gather(*outbox.under_way, return_exceptions=True)


async def test_what_was_sent_is_not_sent_again_where_it_could_not_be_written_down_at_once(
    runtime, cast, tell, outbox, chat, rows, monkeypatch, caplog
):
    end, failures = outbox.claims.end, iter([ConnectionError("hemmelig"), ConnectionError("hemmelig")])

    async def fails_twice(*given):
        for error in failures:
            raise error
        return await end(*given)

    monkeypatch.setattr(outbox.claims, "end", fails_twice)
    await tell("Hei", cast.astrid)
    await outbox.drain()
    assert chat.signs() == ["Hei"]
    assert [(row.state, row.attempts) for row in await rows()] == [("sent", 1)]
    assert caplog.text.count("cannot write down how it went: ConnectionError") == 2
    assert "hemmelig" not in caplog.text


async def test_a_batch_that_cannot_be_begun_is_left_to_its_lease(runtime, cast, tell, outbox, chat, rows, monkeypatch):
    async def away(*_given):
        raise ConnectionError

    await tell("Hei", cast.astrid)
    with monkeypatch.context() as patched:
        patched.setattr(worker, "find_routes", away)
        await outbox.drain()
    assert (outbox.sending, outbox.editing) == (0, 0), "there is room for others"
    [row] = await rows()
    assert row.state == "waiting" and row.lease_until
    await outbox.drain()
    assert chat.sent == []


async def test_what_was_not_begun_when_it_stops_is_left_for_the_next(runtime, cast, tell, outbox, chat, rows):
    await tell("Hei", cast.astrid, cast.bjarne)
    until = datetime.now(UTC) + timedelta(seconds=120)
    batch = await outbox.claims.claim(9, until)
    outbox.stop()
    await outbox.deliver(batch, until)
    assert chat.sent == []
    assert [(row.state, row.attempts, row.lease_until) for row in await rows()] == [("waiting", 0, None)] * 2
    await Outbox(runtime, {"teams": chat}).drain()
    assert chat.signs() == ["Hei", "Hei"]


async def test_nothing_is_begun_that_might_outlast_its_lease(runtime, cast, tell, outbox, chat, rows):
    await tell("Hei", cast.astrid)
    until = datetime.now(UTC) + SOON
    await outbox.deliver(await outbox.claims.claim(9, until), until)
    assert chat.sent == []
    assert [(row.state, row.attempts) for row in await rows()] == [("waiting", 0)]


async def test_no_mail_is_begun_that_might_outlast_its_lease(runtime, cast, tell, letters, rows):
    """A roster may have taken its time before."""

    class Rosters(Chat):
        async def find_person(self, room, email):
            outbox.stop()

    outbox = Outbox(runtime, {"teams": Rosters(), "mail": letters})
    await tell("Hei", cast.cecilie)
    until = datetime.now(UTC) + timedelta(seconds=120)
    await outbox.deliver(await outbox.claims.claim(9, until), until)
    assert letters.sent == []
    assert [(row.state, row.attempts, row.lease_until) for row in await rows()] == [("waiting", 0, None)]


async def test_rosters_that_are_slow_are_asked_again_later_and_hold_up_no_mail_for_ever(
    runtime, cast, tell, letters, rows, monkeypatch
):
    """An attempt each time: in the end the mail goes out, also through a server that refuses whomever it does not know
    once (RFC 6647, greylisting)."""

    class Rosters(Chat):
        async def find_person(self, room, email):
            return None

    monkeypatch.setattr(attempts, "LONGEST_SEARCH", 0.0)
    outbox = Outbox(runtime, {"teams": Rosters(), "mail": letters})
    letters.refusals.append(TransientError("450"))
    await tell("Hei", cast.cecilie)
    await outbox.drain()
    assert [(row.state, row.attempts, row.reason) for row in await rows()] == [("waiting", 1, "no_answer")]
    for _ in range(outcomes.MAX_ATTEMPTS):
        runtime.now.at += timedelta(hours=2)
        await outbox.drain()
    assert len(letters.sent) == 1
    assert [(row.state, row.reason) for row in await rows()] == [("fell_back", "no_answer")]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # on SQLite one writes at a time
@pytest.mark.postgres
async def test_a_commit_under_way_when_a_card_is_posted_is_shown_too(runtime, cast, tell, outbox, chat, rows):
    """It marks the postings that it sees before we have written ours, and is over only after we have looked."""
    await tell("Gammelt")
    async with runtime.db.sessions() as slow:
        await slow.execute(MARK_STALE, {"about": f"body:{cast.body_id}", "at": runtime.now()})
        await write(slow, f"body:{cast.body_id}", cast.body_id)
        working = asyncio.create_task(outbox.work())
        await becomes(lambda: rows(Posting))
        assert [row.stale_at for row in await rows(Posting)] == [None]
        await slow.commit()

    async def is_stale() -> bool:
        outbox.wake()
        return [row.stale_at for row in await rows(Posting)] != [None]

    await becomes(is_stale)
    outbox.stop()
    await working


async def test_people_are_told_beside_each_other_and_cards_are_edited_meanwhile(runtime, cast, tell, outbox, chat):
    """A backlog of messages does not keep cards out of date."""
    await tell("En")
    await outbox.drain()
    await tell("To", cast.astrid)
    runtime.now.at += timedelta(seconds=2)
    await words_to(runtime, cast.bjarne, count=5)
    assert await outbox.take_up() == 3, "two messages and a card"
    await outbox.drain()
    assert [message.card["body"][0]["text"] for _, message in chat.edited] == ["To"]


async def test_what_was_planned_for_a_day_to_come_was_not_late(runtime, cast, outbox, chat):
    await words_to(runtime, cast.astrid)
    async with runtime.db.write() as db:
        await db.execute(update(Delivery).values(next_at=runtime.now() + timedelta(days=30)))
    runtime.now.at += timedelta(days=30, seconds=2)
    await outbox.drain()
    assert "lisbot_delivery_delay_seconds_sum 2.0" in outbox.metrics.page().decode()


async def test_the_figures_count_what_left_and_how(runtime, cast, tell, outbox, chat, letters):
    await tell("Hei", cast.astrid, cast.cecilie, cast.david, by="bjarne")
    await outbox.drain()
    page = outbox.metrics.page().decode()
    assert 'lisbot_deliveries_total{state="sent"} 2.0' in page
    assert 'lisbot_deliveries_total{state="unreachable"} 1.0' in page
