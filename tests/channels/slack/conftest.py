"""lisbot's channel to Slack on a loopback port, a strict Slack behind it, and a real database."""

import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

import builders
from channels.slack.helpers import RecordedCommands
from dumps import row
from fakes.slack import FakeSlack
from fakes.slack_client import Slack
from lisbot import commands
from lisbot.channels.slack.channel import SlackChannel
from lisbot.council.models import Body
from lisbot.idempotency import Receipts
from lisbot.installations import Installations
from lisbot.runtime import Runtime
from lisbot.settings import DEMO_KEY, read
from stages import Scene


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.allowed.append(re.compile(r"<https?://[^|<>]*>"))  # an address that says where it leads
        yield fake
        assert fake.breaches == []


@pytest.fixture
def run() -> RecordedCommands:
    return RecordedCommands()


@pytest.fixture
def ask() -> RecordedCommands:
    return RecordedCommands()


@pytest.fixture
async def open_channel(fake: FakeSlack, runtime: Runtime) -> AsyncIterator[Callable[..., Any]]:
    """Opens a channel: `await open_channel(run, ask)`. Its settings are as production's unless told."""
    closing: list[Any] = []

    async def open_it(run: Any, ask: Any, env: dict[str, str] | None = None) -> Slack:
        settings = read({"SECRET_KEY": DEMO_KEY, **(env or fake.env())})
        session = ClientSession()
        installations = Installations(runtime.db, runtime.key, "slack")
        channel = SlackChannel(run, ask, settings, session, Receipts(runtime.db), installations)
        app = web.Application(client_max_size=10**8)  # more than the channel itself takes
        channel.add_routes(app)
        client = TestClient(TestServer(app))
        await client.start_server()
        await channel.start()
        closing.extend([client.close, channel.close, session.close])
        slack = Slack(client, fake)
        slack.channel = channel  # type: ignore[attr-defined]
        return slack

    yield open_it
    for close in closing:
        await close()


@pytest.fixture
async def recorded(open_channel: Any, run: RecordedCommands, ask: RecordedCommands) -> Slack:
    """Slack before commands that answer as they are told."""
    return await open_channel(run, ask)


@pytest.fixture
async def real(open_channel: Any, runtime: Runtime) -> Slack:
    """Slack before the real commands, and the small council of builders."""
    await builders.council(runtime.db)
    return await open_channel(partial(commands.run, runtime), partial(commands.ask, runtime))


@pytest.fixture
async def scene(real: Slack, runtime: Runtime, clock: Any) -> Scene:
    """The small council, to be brought to where a test begins."""
    return Scene(runtime, clock, (await row(runtime.db, Body, key="samrad")).id)
