"""Ballots through Slack, beside a stock bolt app that stores the same ballot and shows it too."""

import asyncio
import hmac
import json
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import URL

import postgres
from bench.councils import SECRET_KEY, SLACK_TEAM, slack_user
from bench.figures import Figure
from bench.rounds import Pressing, Run, post
from bench.servers import LISBOT, STOCK_BOLT_ORM, Program, running

SECRET = "the signing secret of the bench"
TENTH = 0.3  # seconds: a tenth of what Slack waits for an answer
PATIENCE = 30.0


class Sink:
    """Slack's side, as fast as can be: it takes what it is sent and counts the answers that were shown."""

    def __init__(self) -> None:
        self.shown = 0

    async def __aenter__(self) -> "Sink":
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self.call)
        app.router.add_post("/response", self.show)
        self.server = TestServer(app)
        await self.server.start_server(access_log=None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    async def call(self, request: web.Request) -> web.Response:
        if request.match_info["method"] == "users.info":
            return web.json_response({"ok": True, "user": {"locale": "nb-NO"}})
        return web.json_response({"ok": True, "team_id": SLACK_TEAM, "user_id": "U0", "bot_id": "B0"})

    async def show(self, request: web.Request) -> web.Response:
        await request.read()
        self.shown += 1
        return web.Response(text="ok")

    def env(self, **more: str) -> dict[str, str]:
        return {
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_BOT_TOKEN": "xoxb-bench",
            "SLACK_API_URL": str(self.server.make_url("/api/")),
            **more,
        }


class SlackPressing(Pressing):
    """Presses in everybody's own conversation with the bot, each signed. A round is over when each was shown."""

    def __init__(self, sink: Sink, place: Path, bodies: int, seats: int) -> None:
        super().__init__(place, bodies, seats)
        self.triggers = count(1)
        self.sink, self.expected = sink, 0
        self.response_url = str(sink.server.make_url("/response"))

    def request(self, number: int, data: Mapping[str, Any]) -> str:
        body = f"payload={quote(json.dumps(self.payload(number, data)))}"
        at = str(int(time.time()))
        signed = hmac.digest(SECRET.encode(), f"v0:{at}:{body}".encode(), "sha256").hex()
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": f"v0={signed}",
        }
        return post("/slack/events", headers, body)

    def payload(self, number: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """A pressed button in somebody's direct messages, as Slack tells of it."""
        user, channel, ts = slack_user(number), f"D{number:08}", "1795338000.000100"
        button = {"type": "button", "action_id": "1:vote.cast", "block_id": "b1", "value": json.dumps(data)}
        return {
            "type": "block_actions",
            "user": {"id": user, "username": "member", "name": "member", "team_id": SLACK_TEAM},
            "api_app_id": "A0",
            "token": "verification",
            "container": {"type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": False},
            "trigger_id": f"{number}.{next(self.triggers)}.abcdef",  # every press has one of its own
            "team": {"id": SLACK_TEAM, "domain": "huset"},
            "channel": {"id": channel, "name": "directmessage"},
            "message": {"type": "message", "user": "U0", "ts": ts, "text": "Hva tilrår du?"},
            "state": {"values": {}},
            "response_url": self.response_url,
            "actions": [{**button, "text": {"type": "plain_text", "text": "For"}, "action_ts": ts}],
        }

    async def shown(self, count: int) -> None:
        self.expected += count
        until = perf_counter() + PATIENCE
        while self.sink.shown < self.expected:
            if perf_counter() > until:
                raise RuntimeError("what came of a press was not shown")
            await asyncio.sleep(0.001)


async def compare(place: Path, server: URL, size: Any, say: Any) -> tuple[list[Figure], int]:
    """Returns the figures, and how many ballots lisbot was given."""
    async with Sink() as sink, AsyncExitStack() as stack:
        env = sink.env(SECRET_KEY=SECRET_KEY)
        pressing = SlackPressing(sink, place, size.bodies, size.seats)

        async def start(program: Program, requests: int, database: str) -> Run:
            url = postgres.named(server, database)
            run = Run(await stack.enter_async_context(running(program, env | {"DATABASE_URL": url})), requests)
            await pressing.warm(run, size.bodies * size.seats if program is LISBOT else min(40, run.requests))
            return run

        own = await start(LISBOT, size.ballots, "bench_slack")
        stock = await start(STOCK_BOLT_ORM, size.stock_ballots, "bench_stock_slack")
        until = perf_counter() + size.seconds
        for number in range(1, size.rounds + 1):
            if number > 3 and perf_counter() > until:
                break
            for run in (own, stock) if number % 2 else (stock, own):
                await pressing.round(run)
            say(f"Slack, round {number}: {own.rates[-1]:.0f}, stock bolt {stock.rates[-1]:.0f} answers/s")
    figures = [
        Figure(
            "slack_ballots_per_second_to_stock_bolt_orm",
            own.rate_to(stock),
            "higher",
            2,
            f"{own.pace} to {stock.pace}, stored and shown by both",
        ),
        Figure(
            "slack_ack_p99_to_a_tenth_of_three_seconds",
            own.slow / TENTH,
            "lower",
            1,
            f"{own.slow * 1000:.0f} ms, committed",
        ),
        Figure(
            "slack_ack_p99_to_stock_bolt_orm",
            own.slow / stock.slow,
            "lower",
            note=f"{own.slow * 1000:.0f} ms to {stock.slow * 1000:.0f} ms, which acknowledges before it commits",
        ),
    ]
    return figures, own.answered
