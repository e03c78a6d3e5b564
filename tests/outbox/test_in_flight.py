"""What may be sent again after a crash: one message, where the platform's limit asks for no more at one time."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

import crowd
from lisbot.channels.teams import limits as teams
from lisbot.council.models import Delivery
from lisbot.messaging import GoneError, PermanentError, TransientError
from lisbot.outbox import Outbox, in_flight, worker
from lisbot.outbox.budgets import bucket_of
from lisbot.outbox.in_flight import FEW, SENDS_AT_ONCE, InFlight
from outbox.chat import Chat
from outbox.test_worker import becomes, words_to

INTERVAL = bucket_of(teams.TENANT).interval


@dataclass
class Limited(Chat):
    """A platform with limits that takes what it is sent, and counts what of that was not written down then."""

    db: object = None
    unwritten: list[int] = field(default_factory=list)

    def scopes(self, to, *, edits=False):
        return teams.scopes_of(to)

    async def send(self, to, message):
        taken = await super().send(to, message)
        async with self.db.read() as db:
            done = await db.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == "sent"))
        self.unwritten.append(len(self.sent) - done)
        return taken


async def test_a_message_is_written_down_before_the_next_is_sent(runtime, board, monkeypatch):
    """Whichever moment a process is killed at, one message at most is sent again."""
    monkeypatch.setattr(worker, "BATCH", 10)  # so that several batches are under way
    await crowd.fill(runtime.db, 25, tenants=3)
    await words_to(runtime, *range(1, 26))
    chat = Limited(db=runtime.db)
    chat.refused["c7"] = TransientError("ServiceError")
    outbox = Outbox(runtime, {"teams": chat})

    async def are_told() -> bool:
        await outbox.drain()  # but for those whose turn does not come soon
        return len(chat.sent) == 24

    await becomes(are_told)
    assert set(chat.unwritten) == {1}


async def test_a_process_that_is_slower_than_its_limits_loses_no_turns(runtime, board):
    """A turn that is reserved and missed is lost to all others of the tenant, and so to itself."""

    class Slow(Limited):
        async def send(self, to, message):
            await asyncio.sleep(0.045)
            return await Chat.send(self, to, message)

    await crowd.fill(runtime.db, 30)
    await words_to(runtime, *range(1, 31))
    chat = Slow()
    await Outbox(runtime, {"teams": chat}).drain()
    assert len(chat.sent) == 30, "none of them is put off"


async def test_what_waited_past_its_lease_for_its_turn_is_left_to_its_next_claim(
    runtime, cast, tell, rows, monkeypatch
):
    """Somebody else may have claimed it meanwhile, and be sending it."""
    chat = Limited(db=runtime.db)
    outbox, reserved = Outbox(runtime, {"teams": chat}), []
    reserve = outbox.budgets.reserve

    async def reserve_seen(wanted):
        reserved.extend(wanted)
        return await reserve(wanted)

    monkeypatch.setattr(outbox.budgets, "reserve", reserve_seen)
    await tell("Hei", cast.astrid)
    until = datetime.now(UTC) + timedelta(seconds=120)
    others = outbox.attempts.in_flight.on["teams"]
    await others.enter(INTERVAL)  # and it waits behind this one
    with others.call():
        pass
    sending = asyncio.create_task(outbox.deliver(await outbox.claims.claim(9, until), until))

    async def waits() -> bool:
        return others.first.locked()

    await becomes(waits)
    monkeypatch.setattr(worker, "LONGEST_SEND", timedelta(seconds=120))  # the lease does not last for it any more
    others.leave()
    await sending
    assert chat.sent == []
    assert [(row.state, row.attempts) for row in await rows()] == [("waiting", 0)]
    assert reserved == [], "nor is a turn used up for it"


@pytest.mark.parametrize(
    ("answer", "most"), [(0.001, 1), (0.02, 1), (0.1, 5), (0.3, SENDS_AT_ONCE), (60.0, SENDS_AT_ONCE)]
)
def test_as_many_are_in_flight_as_the_limit_lets_through_while_one_is_answered(answer, most):
    one = InFlight()
    one.answers.extend([answer] * (FEW - 1))
    assert one.most(INTERVAL) == 1, "of a few answers nothing is known"
    one.answers.extend([answer, answer * 9])
    assert one.most(INTERVAL) == most


async def test_a_call_that_hangs_holds_up_the_next_for_a_moment(monkeypatch):
    monkeypatch.setattr(in_flight, "PAUSE", 0.001)
    one, done = InFlight(), []

    async def send(n: int, takes: asyncio.Event) -> None:
        await one.enter(INTERVAL)
        with one.call():
            await takes.wait()
        done.append((n, one.has_mine()))
        one.leave()

    hangs, answers = asyncio.Event(), asyncio.Event()
    answers.set()
    slow = asyncio.create_task(send(1, hangs))
    await asyncio.sleep(0)
    await asyncio.gather(*(send(n, answers) for n in (2, 3)))
    hangs.set()
    await slow
    assert done == [(2, True), (3, True), (1, True)], "and is written down at once all the same"
    assert (one.counted, one.calling, one.overtaken) == (set(), {}, set())


async def test_a_refusal_does_not_say_how_long_a_platform_takes():
    """It is made at once: the limit could not be used where it counted."""
    one = InFlight()
    one.answers.extend([0.1] * FEW)
    with pytest.raises(TransientError), one.call():
        raise TransientError("Throttled")
    assert one.most(INTERVAL) == 5


async def test_an_edit_does_not_say_how_long_a_platform_takes(runtime, cast, tell):
    """One that would change nothing is not made."""
    chat = Limited(db=runtime.db)
    outbox = Outbox(runtime, {"teams": chat})
    await tell("En")
    await outbox.drain()
    await tell("To", cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    assert len(chat.edited) == 1
    assert len(outbox.attempts.in_flight.on["teams"].answers) == 1


async def test_what_waits_for_its_turn_does_not_hang(monkeypatch):
    """It has not been sent: another in its place would make two that a kill repeats."""
    monkeypatch.setattr(in_flight, "PAUSE", 0.001)
    one = InFlight()
    await one.enter(INTERVAL)
    waits = asyncio.create_task(one.enter(INTERVAL))
    done, _ = await asyncio.wait([waits], timeout=0.05)
    assert not done
    one.leave()
    await waits


@pytest.mark.parametrize("error", [GoneError("ConversationBlockedByUser"), PermanentError("MessageSizeTooBig")])
async def test_a_mail_server_that_does_not_answer_holds_up_no_chat(runtime, cast, tell, error):
    """Whoever chat takes nothing for any more is told by mail, however long that takes."""

    class Dead(Chat):
        async def send(self, to, message):
            await asyncio.sleep(3600)

    chat = Limited(db=runtime.db)
    chat.refused["astrid"] = error
    outbox = Outbox(runtime, {"teams": chat, "mail": Dead(platform="mail")})
    await tell("Hei", cast.astrid, cast.bjarne)
    working = asyncio.create_task(outbox.work())

    async def is_told() -> bool:
        outbox.wake()
        return chat.signs() == ["Hei"]

    try:
        await becomes(is_told)
    finally:
        working.cancel()
        for task in outbox.under_way:
            task.cancel()
        await asyncio.gather(working, *outbox.under_way, return_exceptions=True)


async def test_what_was_answered_is_not_overtaken_before_it_is_written_down(monkeypatch):
    monkeypatch.setattr(in_flight, "PAUSE", 0.001)
    one = InFlight()
    await one.enter(INTERVAL)
    with one.call():
        pass
    waits = asyncio.create_task(one.enter(INTERVAL))
    done, _ = await asyncio.wait([waits], timeout=0.05)
    assert not done
    one.leave()
    await waits
