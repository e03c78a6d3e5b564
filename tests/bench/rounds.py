"""What is measured: ballots, in rounds that take turns between the servers."""

import asyncio
import json
import random
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.councils import OPTIONS, member
from bench.servers import ROOT, Server, Servers, environment
from fakes.connector import FakeConnector
from fakes.teams import BOT, Person

CONNECTIONS = 16
LONGEST = 15.0  # seconds that one round may take


@dataclass
class Run:
    """One server, or some behind a balancer, and how their rounds went."""

    server: Server | Servers
    requests: int  # in one round
    rates: list[float] = field(default_factory=list)  # requests a second, by round
    latencies: list[float] = field(default_factory=list)  # median seconds, by round
    slowest: list[float] = field(default_factory=list)  # the 99th percentile in seconds, by round
    cpu: list[float] = field(default_factory=list)  # processor seconds a request, by round
    answered: int = 0

    @property
    def rate(self) -> float:
        return median(self.rates)

    def rate_to(self, other: "Run") -> float:
        """Returns the ratio of the rates, the middle one of the rounds' own: they took turns."""
        return median(own / others for own, others in zip(self.rates, other.rates, strict=True))

    def latency_to(self, other: "Run") -> float:
        """Returns the ratio of the median latencies, likewise the middle one of the rounds' own."""
        return median(own / others for own, others in zip(self.latencies, other.latencies, strict=True))

    @property
    def slow(self) -> float:
        return median(self.slowest)

    @property
    def latency(self) -> float:
        return median(self.latencies)

    @property
    def pace(self) -> str:
        """Requests a second, and the server's own processor time for one: that depends less on what else runs."""
        return f"{self.rate:.0f}/s ({1000 * median(self.cpu):.2f} ms of processor time)"


class Pressing(ABC):
    """Everybody on the rolls, voting again and again in an order of no pattern."""

    wanted = ""  # what every answer says

    def __init__(self, place: Path, bodies: int, seats: int) -> None:
        self.place, self.seats = place, seats
        self.random = random.Random(1)
        self.everybody = range(1, bodies * seats + 1)

    @abstractmethod
    def request(self, number: int, data: Mapping[str, Any]) -> str:
        """The whole HTTP request by which the holder of seat no. `number` presses a choice."""

    async def shown(self, count: int) -> None:
        """Until so many more have been shown what came of it, where an answer does not show that itself."""
        return

    async def round(self, run: Run, count: int | None = None, connections: int = CONNECTIONS) -> None:
        """One round, noted under the run."""
        spent = run.server.cpu
        found = await self.press(run.server.ports, self.requests(count or run.requests), connections)
        times = sorted(found["times"])
        run.answered += len(times)
        run.rates.append(len(times) / found["took"])
        run.latencies.append(median(times))
        run.slowest.append(times[int(len(times) * 0.99)])
        run.cpu.append((run.server.cpu - spent) / len(times))

    async def warm(self, run: Run, count: int) -> None:
        """Answer so many before anything is measured: what is done once for each person and process is done then."""
        requests = self.requests(count)
        while requests:  # a press ends when its time is up, wherever it is
            found = await self.press(run.server.ports, requests, CONNECTIONS)
            run.answered += len(found["times"])
            requests = requests[len(found["times"]) :]

    def requests(self, count: int) -> list[str]:
        numbers: list[int] = []
        while len(numbers) < count:
            numbers += self.random.sample(self.everybody, len(self.everybody))
        return [self.request(number, self.ballot(number)) for number in numbers[:count]]

    def ballot(self, number: int) -> dict[str, Any]:
        return {"vote_id": (number - 1) // self.seats + 1, "choice": self.random.choice(OPTIONS)}

    async def press(self, ports: Sequence[int], requests: list[str], connections: int) -> dict[str, Any]:
        plan = {
            "ports": ports,
            "connections": connections,
            "seconds": LONGEST,
            "requests": requests,
            "wanted": self.wanted,
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
            raise RuntimeError("a ballot was not answered as it should be")
        ended = perf_counter()
        found: dict[str, Any] = json.loads(out)
        await self.shown(len(found["times"]))
        found["took"] += perf_counter() - ended
        return found


class TeamsPressing(Pressing):
    wanted = "application/vnd.microsoft.card.adaptive"

    def __init__(self, connector: FakeConnector, place: Path, bodies: int, seats: int) -> None:
        super().__init__(place, bodies, seats)
        self.connector, self.token = connector, connector.sign()

    def request(self, number: int, data: Mapping[str, Any]) -> str:
        body = json.dumps(invoke(self.connector.url, member(number), "vote.cast", data))
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"}
        return post("/api/messages", headers, body)


def post(path: str, headers: Mapping[str, str], body: str) -> str:
    head = {"Host": "127.0.0.1", **headers, "Content-Length": str(len(body.encode()))}
    return f"POST {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in head.items()) + f"\r\n{body}"


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
