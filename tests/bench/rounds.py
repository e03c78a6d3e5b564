"""What is measured: ballots in rounds that take turns between the servers, and starts that take turns too."""

import asyncio
import json
import random
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from bench.councils import OPTIONS, member
from bench.servers import LISBOT, ROOT, STOCK, Server, environment, running
from fakes.connector import FakeConnector
from fakes.teams import BOT, Person

CONNECTIONS = 16
LONGEST = 15.0  # seconds that one round may take


@dataclass
class Run:
    """One server, and how its rounds went."""

    server: Server
    requests: int  # in one round
    rates: list[float] = field(default_factory=list)  # requests a second, by round
    latencies: list[float] = field(default_factory=list)  # median seconds, by round
    cpu: list[float] = field(default_factory=list)  # processor seconds a request, by round
    answered: int = 0

    @property
    def rate(self) -> float:
        return median(self.rates)

    @property
    def latency(self) -> float:
        return median(self.latencies)


class Pressing:
    """Everybody on the rolls, voting again and again in an order of no pattern."""

    def __init__(self, connector: FakeConnector, place: Path, bodies: int, seats: int) -> None:
        self.connector, self.place, self.seats = connector, place, seats
        self.random = random.Random(1)
        self.everybody = range(1, bodies * seats + 1)

    async def round(self, run: Run, count: int | None = None, connections: int = CONNECTIONS) -> None:
        """One round, noted under the run."""
        spent = run.server.cpu
        found = await self.press(run.server.port, self.bodies(count or run.requests), connections)
        times = found["times"]
        run.answered += len(times)
        run.rates.append(len(times) / found["took"])
        run.latencies.append(median(times))
        run.cpu.append((run.server.cpu - spent) / len(times))

    async def warm(self, run: Run, count: int) -> None:
        """What is done once for each person and each process is done before anything is measured."""
        found = await self.press(run.server.port, self.bodies(count), CONNECTIONS)
        run.answered += len(found["times"])

    def bodies(self, count: int) -> list[str]:
        numbers: list[int] = []
        while len(numbers) < count:
            numbers += self.random.sample(self.everybody, len(self.everybody))
        return [json.dumps(self.ballot(number)) for number in numbers[:count]]

    def ballot(self, number: int) -> dict[str, Any]:
        data = {"vote_id": (number - 1) // self.seats + 1, "choice": self.random.choice(OPTIONS)}
        return invoke(self.connector.url, member(number), "vote.cast", data)

    async def press(self, port: int, bodies: list[str], connections: int) -> dict[str, Any]:
        plan = {
            "port": port,
            "connections": connections,
            "count": len(bodies),
            "seconds": LONGEST,
            "token": self.connector.sign(),
            "bodies": bodies,
        }
        path = self.place / "plan.json"
        path.write_text(json.dumps(plan))
        load = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.load",
            str(path),
            env=environment({}),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await load.communicate()
        if load.returncode:
            raise RuntimeError("a ballot was not answered with a card")
        found: dict[str, Any] = json.loads(out)
        return found


def invoke(service_url: str, person: Person, verb: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """A pressed button in a personal chat, as Teams tells of it."""
    return {
        "type": "invoke",
        "name": "adaptiveCard/action",
        "id": "f:11111111-2222-4333-8444-555555555555",
        "timestamp": "2026-11-22T09:00:00.000Z",
        "channelId": "msteams",
        "serviceUrl": service_url,
        "from": {"id": person.id, "name": person.name, "aadObjectId": person.object_id},
        "recipient": BOT,
        "conversation": {"id": person.chat, "tenantId": person.tenant, "conversationType": "personal"},
        "channelData": {"tenant": {"id": person.tenant}, "source": {"name": "message"}},
        "locale": person.locale,
        "value": {
            "action": {"type": "Action.Execute", "title": "For", "verb": verb, "data": dict(data)},
            "trigger": "manual",
        },
    }


async def starts(
    env: Mapping[str, str], database_url: str, times: int
) -> tuple[list[float], list[float], list[int], list[int]]:
    """Start both, in turns: seconds until ready, and resident bytes then; lisbot's and the stock bot's."""
    own: list[float] = []
    stock: list[float] = []
    memory: list[int] = []
    stock_memory: list[int] = []
    for _ in range(times):
        async with running(LISBOT, {**env, "DATABASE_URL": database_url}) as server:
            own.append(server.ready_after)
            memory.append(server.memory)
        async with running(STOCK, env) as server:
            stock.append(server.ready_after)
            stock_memory.append(server.memory)
    return own, stock, memory, stock_memory
