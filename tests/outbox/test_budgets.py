"""The platforms' limits: turns that no window is ever too full of, shared by all processes."""

import asyncio
from bisect import bisect_left
from datetime import timedelta
from time import time

import pytest

from lisbot.channels.slack import limits as slack
from lisbot.channels.teams import limits as teams
from lisbot.council.models import Attempt, SendBudget
from lisbot.messaging import Address, Limit, TransientError
from lisbot.outbox import Outbox, budgets
from lisbot.outbox.budgets import GRACE, HORIZON, KEPT, Budgets, OwnStore, bucket_of
from outbox.chat import Chat
from outbox.test_worker import becomes

LIMITS = {
    "conversation": teams.CONVERSATION,
    "conversation in an hour": teams.CONVERSATION_HOUR,
    "tenant": teams.TENANT,
    "channel": slack.CHANNEL,
    "workspace": slack.WORKSPACE,
    "updates": slack.UPDATES,
}


def chat_of(n: int, tenant: str = "t") -> Address:
    return Address("teams", tenant, "https://teams.example/", f"c{n}")


def fullest(times: list[float], seconds: float) -> int:
    """The most calls in any window of so many seconds."""
    return max(bisect_left(times, at + seconds) - n for n, at in enumerate(times))


@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
async def test_no_window_holds_more_than_is_documented_even_where_each_call_is_late(limit: Limit):
    now = [0.0]
    store, times = OwnStore(lambda: now[0]), []
    scope = (teams.Scope("one", limit),)
    for n in range(200):
        turns = await store.reserve(dict.fromkeys(range(20), scope))
        times += [now[0] + turn.wait + GRACE * (n % 2) for turn in turns.values() if turn.is_granted]
        now[0] += (0.0, 0.5, 9.0, 40.0)[n % 4]
    times.sort()
    assert {seconds: fullest(times, seconds) <= calls for seconds, calls in limit.windows} == {
        seconds: True for seconds, _ in limit.windows
    }


def test_a_tenant_takes_nearly_all_that_it_may():
    """10,000 recipients in one tenant: at most 1.05 times what fifty a second allow."""
    assert 10_000 * bucket_of(teams.TENANT).interval <= 1.05 * 10_000 / 50


async def test_a_batch_has_its_turns_in_every_budget(database):
    shared = Budgets(database)
    wanted = {n: teams.scopes_of(chat_of(n)) for n in range(100)}
    turns = await shared.reserve(wanted)
    waits = [turn.wait for turn in turns.values()]
    assert waits == sorted(waits)
    assert waits[99] == pytest.approx(99 * bucket_of(teams.TENANT).interval, abs=0.2)
    other = await shared.reserve({1: teams.scopes_of(chat_of(500, "u"))})
    assert other[1].wait == 0, "another tenant's budget is its own"
    later = [await shared.reserve(wanted) for _ in range(6)]
    assert not all(turn.is_granted for turns in later for turn in turns.values())
    assert max(turn.wait for turns in later for turn in turns.values() if turn.is_granted) <= HORIZON


async def test_a_conversation_that_is_full_does_not_use_up_its_tenants_turns(database):
    shared = Budgets(database)
    same = {n: teams.scopes_of(chat_of(1)) for n in range(12)}
    turns = await shared.reserve(same)
    assert sum(turn.is_granted for turn in turns.values()) <= 7
    assert (await shared.reserve({99: teams.scopes_of(chat_of(2))}))[99].wait < 0.5


async def test_a_chat_gets_nearly_all_that_it_may_in_half_a_minute():
    now = [0.0]
    store, times, waiting = OwnStore(lambda: now[0]), [], 60
    while waiting and now[0] < 60:
        turns = await store.reserve(dict.fromkeys(range(waiting), teams.scopes_of(chat_of(1))))
        granted = [now[0] + turn.wait for turn in turns.values() if turn.is_granted]
        times, waiting = times + granted, waiting - len(granted)
        now[0] += 0.1
    assert (sum(at < 0.2 for at in times), len(times)) == (5, 60), "five at once, but for the tenant's turns"
    assert times[-1] <= 31, "60 in half a minute are documented"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_all_processes_keep_one_budget(runtime):
    wanted = {n: (teams.Scope("teams:tenant:t", teams.TENANT),) for n in range(20)}
    found = await asyncio.gather(*(Budgets(runtime.db).reserve(wanted) for _ in range(5)))
    times = sorted(turn.wait for turns in found for turn in turns.values())
    assert len(times) == 100
    assert fullest(times, 1.0) <= 50
    assert times[-1] == pytest.approx(99 * bucket_of(teams.TENANT).interval, abs=0.3)


@pytest.mark.parametrize("pause", [120.0])
async def test_a_pause_the_platform_asks_for_holds_back_the_whole_tenant(runtime, cast, tell, chat, rows, pause):
    class Limited(Chat):
        def scopes(self, to, *, edits=False):
            return teams.scopes_of(to)

    chat = Limited()
    outbox = Outbox(runtime, {"teams": chat})
    chat.refused["astrid"] = TransientError("Throttled", retry_after=pause)
    await tell("En", cast.astrid)
    await outbox.drain()
    await tell("To", cast.bjarne)
    await outbox.drain()
    other = Outbox(runtime, {"teams": chat})
    await other.drain()
    assert chat.sent == []
    waiting = [row for row in await rows() if row.state == "waiting"]
    held = [(row.attempts, row.next_at > runtime.now(), row.lease_until is not None) for row in waiting]
    assert held == [(1, True, False), (0, False, True)], "what only waits for its turn is due still"
    await tell("Tre", cast.bjarne)
    await Outbox(runtime, {"teams": Chat()}).drain()
    assert [row.state for row in await rows()] == ["waiting"] * 3, "and nothing that came later overtakes it"
    if not runtime.db.is_sqlite:
        assert {row.scope for row in await rows_of(runtime)} >= {"teams:tenant:t", "teams:conversation:astrid"}


class Strict(Chat):
    """A platform with limits."""

    def scopes(self, to, *, edits=False):
        return teams.scopes_of(to)


async def out_of_reach(*_given):
    raise ConnectionError("hemmelig")


async def test_a_turn_that_cannot_be_reserved_is_no_attempt(runtime, cast, tell, rows, monkeypatch, caplog):
    """Nothing is the matter with the message: it goes out when the database answers again, in its order."""
    monkeypatch.setattr(budgets, "RESERVED_AGAIN", 0.05)
    chat = Strict()
    outbox = Outbox(runtime, {"teams": chat})
    with monkeypatch.context() as away:
        away.setattr(outbox.budgets.store, "reserve", out_of_reach)
        await tell("En", cast.astrid)
        await tell("To", cast.astrid)
        await outbox.drain()
    assert [(row.state, row.attempts, row.reason) for row in await rows()] == [("waiting", 0, None)] * 2
    assert await rows(Attempt) == []

    async def are_told() -> bool:
        await outbox.drain()
        return chat.signs() == ["En", "To"]

    await becomes(are_told)
    assert "no turns could be reserved: ConnectionError" in caplog.text
    assert "bug" not in caplog.text and "hemmelig" not in caplog.text


async def test_a_card_is_edited_later_where_its_turn_cannot_be_reserved(runtime, cast, tell, monkeypatch):
    monkeypatch.setattr(budgets, "RESERVED_AGAIN", 0.05)
    chat = Strict()
    outbox = Outbox(runtime, {"teams": chat})
    await tell("En")
    await outbox.drain()
    await tell("To", cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    with monkeypatch.context() as away:
        away.setattr(outbox.budgets.store, "reserve", out_of_reach)
        await outbox.drain()
    assert chat.edited == []
    runtime.now.at += timedelta(seconds=5)
    await outbox.drain()
    assert [message.card["body"][0]["text"] for _, message in chat.edited] == ["To"]


async def test_a_refusal_counts_as_it_is_where_its_pause_cannot_be_kept(runtime, cast, tell, rows, monkeypatch, caplog):
    chat = Strict()
    outbox = Outbox(runtime, {"teams": chat})
    chat.refused["astrid"] = TransientError("Throttled", retry_after=40.0)
    monkeypatch.setattr(outbox.budgets.store, "pause", out_of_reach)
    await tell("En", cast.astrid)
    await outbox.drain()
    [row] = await rows()
    assert (row.reason, row.next_at - runtime.now()) == ("Throttled", timedelta(seconds=40))
    assert outbox.budgets.rest_of(teams.scopes_of(chat_of(1))) > 30, "and this process rests in the tenant"
    assert "hemmelig" not in caplog.text


async def rows_of(runtime):
    from sqlalchemy import select

    async with runtime.db.read() as db:
        return list(await db.scalars(select(SendBudget)))


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_a_budget_that_nobody_uses_is_forgotten(runtime, chat):
    async with runtime.db.write() as db:
        db.add_all([SendBudget(scope="old", free_at=time() - 2 * KEPT), SendBudget(scope="new", free_at=time())])

    class OneLook(Outbox):
        async def rest(self) -> None:
            self.stop()

    await OneLook(runtime, {"teams": chat}).work()
    assert {row.scope for row in await rows_of(runtime)} == {"new"}


async def test_ten_thousand_people_of_one_tenant_take_hardly_longer_than_the_limit_asks():
    """On a simulated clock: one process claims a hundred each twentieth of a second, and each is late now and then."""
    now, claims = [0.0], 0
    store = OwnStore(lambda: now[0])
    due = [(0.0, n) for n in range(10_000)]
    times: list[float] = []
    while due:
        batch, due = due[:100], due[100:]
        ready = [n for at, n in batch if at <= now[0]]
        turns = await store.reserve({n: teams.scopes_of(chat_of(n)) for n in ready})
        claims += len(ready)
        times += [now[0] + turn.wait for turn in turns.values() if turn.is_granted]
        later = [(now[0] + turn.wait, n) for n, turn in turns.items() if not turn.is_granted]
        due = sorted([*due, *later, *(each for each in batch if each[0] > now[0])])
        now[0] += 0.05
    assert len(times) == 10_000
    assert max(times) <= 1.05 * 10_000 / 50
    assert fullest(sorted(times), 1.0) <= 50
    assert claims <= 5 * 10_000, "a backlog is not claimed again and again"
