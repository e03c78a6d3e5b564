"""Ballots while the server is killed and started again: what was acknowledged is there, once, and the log is whole."""

import asyncio
import json
import os
from collections import Counter
from random import Random
from time import perf_counter

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector
from sqlalchemy import func, insert, select

from bench.comparison import wait_until_linked
from bench.councils import OPTIONS, SECRET_KEY, fill, member
from bench.rounds import invoke
from fakes.connector import FakeConnector
from fakes.teams import TENANT
from lisbot.commands import run
from lisbot.council.enums import Post
from lisbot.council.models import LogLine, RollEntry, Staff
from lisbot.council.register.identity import Caller
from proofs.servers import serving

KILLS = 10 if os.environ.get("LISBOT_PROOFS") else 3
CLIENTS, BALLOTS = 100, 200
PATIENCE = 60.0  # seconds until a ballot is acknowledged
AGAIN = 0.3  # seconds until somebody presses again
WANTED = "application/vnd.microsoft.card.adaptive"


class Clients:
    """People who press until they are told that it is done. `answered`: who has been told so, and of which choice."""

    def __init__(self, connector: FakeConnector, port: int) -> None:
        self.connector, self.url = connector, f"http://127.0.0.1:{port}/api/messages"
        self.headers = {"Content-Type": "application/json", "Authorization": f"Bearer {connector.sign()}"}
        self.sessions = [ClientSession(connector=TCPConnector(limit=1)) for _ in range(CLIENTS)]
        self.answered: dict[int, str] = {}
        self.presses: Counter[int] = Counter()
        self.kill_at = 0
        self.half_answered = asyncio.Event()

    async def vote(self, number: int, choice: str) -> None:
        data = {"vote_id": (number - 1) // 25 + 1, "choice": choice}
        body = json.dumps(invoke(self.connector.url, member(number), "vote.cast", data))
        started = perf_counter()
        while perf_counter() - started < PATIENCE:
            self.presses[number] += 1
            try:
                session = self.sessions[number % CLIENTS]
                async with session.post(self.url, data=body, headers=self.headers) as response:
                    words = await response.text()
                    assert response.status in (200, 503), words
                    if response.status == 200 and WANTED in words:
                        self.answered[number] = choice
                        if len(self.answered) == self.kill_at:
                            self.half_answered.set()
                        return
            except (ClientError, ConnectionError):
                pass
            await asyncio.sleep(AGAIN)

    async def close(self) -> None:
        for session in self.sessions:
            await session.close()


def groups(numbers: list[int], count: int) -> list[list[int]]:
    return [numbers[n::count] for n in range(count)]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_an_acknowledged_ballot_is_there_once_whatever_is_killed(
    runtime, database, database_url, unused_tcp_port
):
    await fill(database_url, 8, 25)
    choose = Random(2)
    choices = {number: choose.choice(OPTIONS) for number in range(1, BALLOTS + 1)}
    async with FakeConnector() as connector:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY=SECRET_KEY, DATABASE_URL=database_url)
        async with serving(unused_tcp_port, env) as fleet:
            clients = Clients(connector, unused_tcp_port)
            for group in groups(list(choices), KILLS):
                clients.kill_at = len(clients.answered) + len(group) // 2  # in the midst of the rest
                voting = [asyncio.create_task(clients.vote(number, choices[number])) for number in group]
                async with asyncio.timeout(PATIENCE):
                    await clients.half_answered.wait()
                clients.half_answered.clear()
                await fleet.kill()
                await fleet.start()
                await asyncio.gather(*voting)
            await clients.close()
            await wait_until_linked(database_url)
    async with database.read() as db:
        rows = (await db.execute(select(RollEntry.seat_id, RollEntry.choice).where(RollEntry.answered))).all()
        cast = (await db.execute(select(func.count()).where(LogLine.command == "vote.cast"))).scalar_one()
        by_whom = Counter(await db.scalars(select(LogLine.by_id).where(LogLine.command == "vote.cast")))
    pressed = clients.presses.total()
    told = f"{fleet.kills} kills, {len(clients.answered)} acknowledged, {pressed} pressed, {cast} in the log"
    print(told)
    assert (fleet.kills, len(clients.answered)) == (KILLS, BALLOTS), told
    assert {row.seat_id: row.choice for row in rows} == clients.answered, told
    assert len(rows) == BALLOTS <= cast, told
    assert set(by_whom) == set(choices), told
    assert all(count <= clients.presses[person] for person, count in by_whom.items()), told
    async with database.write() as db:
        about = {"secretariat_id": 1, "person_id": 1, "post": Post.LEADER}
        await db.execute(insert(Staff), [about | {"from_on": runtime.now().date(), "recorded_at": runtime.now()}])
    found = (await run(runtime, "log.verify", {}, Caller("web", "1"))).view
    assert (found.is_whole, found.lines, found.unlinked) == (True, cast, 0), told
