"""A Bot Connector that keeps its documented limits and fails one call in twenty."""

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from fakes.connector import refusal

# learn.microsoft.com, "Optimize your bot with rate limiting in Teams": seconds and calls, by conversation and tenant.
CONVERSATION, TENANT = ((1, 7), (2, 8), (30, 60), (3600, 1800)), ((1, 50),)
FAULTS = ("412", "429", "500", "502", "503", "timeout", "reset")


@dataclass
class BusyConnector:
    """`tenant_of` says whose a conversation is. `times`: when each call was sent, by what limits count it in."""

    tenant_of: dict[str, str]
    failing: float = 0.05
    seed: int = 1
    taken: Counter = field(default_factory=Counter)  # messages by conversation
    unheard: Counter = field(default_factory=Counter)  # messages taken whose sender heard no answer, by process
    refused: Counter = field(default_factory=Counter)
    answered_500: set[str] = field(default_factory=set)  # conversations in which a call was, which is not tried again
    times: dict = field(default_factory=lambda: defaultdict(list))

    async def __aenter__(self) -> "BusyConnector":
        self.pick, self.count = random.Random(self.seed), 0
        app = web.Application(client_max_size=10**7)
        app.router.add_post("/login/oauth2/v2.0/token", self.token)
        app.router.add_post("/v3/conversations/{c}/activities", self.send)
        app.router.add_put("/v3/conversations/{c}/activities/{a}", self.send)
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    @property
    def env(self) -> dict[str, str]:
        return {
            "MicrosoftAppId": "11111111-aaaa-4bbb-8ccc-222222222222",
            "MicrosoftAppPassword": "secret",
            "ToChannelFromBotLoginUrl": f"{self.url}login",
        }

    async def token(self, _request: web.Request) -> web.Response:
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": "token"})

    async def send(self, request: web.Request) -> web.StreamResponse:
        conversation = request.match_info["c"]
        body = await request.read()
        sent_at = float(request.query["sent"])
        self.times["conversation", conversation].append(sent_at)
        self.times["tenant", self.tenant_of[conversation]].append(sent_at)
        if self.pick.random() < self.failing:
            return await self.fail(request, self.pick.choice(FAULTS))
        assert body
        self.count += 1
        self.taken[conversation] += request.method == "POST"
        if request.transport is None or request.transport.is_closing():
            self.unheard[int(request.query["by"])] += request.method == "POST"
        return web.json_response({"id": f"m{self.count}"}, status=201)

    async def fail(self, request: web.Request, fault: str) -> web.StreamResponse:
        self.refused[fault] += 1
        if fault == "timeout":
            await asyncio.sleep(3.5)
        if fault in ("timeout", "reset"):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if fault == "500":
            self.answered_500.add(request.match_info["c"])
        codes = {"412": "PreconditionFailed", "429": "Throttled"}
        headers = {"Retry-After": "1"} if fault == "429" else {}
        return refusal(int(fault), codes.get(fault, "ServiceError"), **headers)

    def over_limits(self) -> list[tuple[str, str, int, int]]:
        """Every limit that was passed: what it counts in, the seconds, and the calls within them."""
        found = []
        for (kind, name), times in self.times.items():
            times.sort()
            for seconds, most in TENANT if kind == "tenant" else CONVERSATION:
                fullest = max(
                    sum(at <= each < at + seconds for each in times[n : n + most + 20]) for n, at in enumerate(times)
                )
                if fullest > most:
                    found.append((kind, name, seconds, fullest))
        return found
