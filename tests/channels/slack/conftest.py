"""lisbot's door to Slack on a loopback port, a strict Slack behind it, and a real database."""

import re
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

import builders
from channels.slack.cast import Told
from dumps import row
from fakes.slack import FakeSlack
from fakes.slack_client import Slack
from lisbot import commands
from lisbot.channels.slack.door import Door
from lisbot.commands import House
from lisbot.council.models import Body
from lisbot.inbox import Inbox
from lisbot.installs import Installs
from lisbot.settings import DEMO_KEY, read
from stages import Scene


@pytest.fixture
async def fake() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as fake:
        fake.allowed.append(re.compile(r"<https?://[^|<>]*>"))  # an address that says where it leads
        yield fake
        assert fake.breaches == []


@pytest.fixture
def run() -> Told:
    return Told()


@pytest.fixture
def ask() -> Told:
    return Told()


@pytest.fixture
async def opened(fake: FakeSlack, house: House) -> AsyncIterator[Callable[..., Any]]:
    """Opens a door: `await opened(run, ask)`. Its settings are as production's unless told."""
    closing: list[Any] = []

    async def open_door(run: Any, ask: Any, env: dict[str, str] | None = None) -> Slack:
        settings = read({"SECRET_KEY": DEMO_KEY, **(env or fake.env())})
        session = ClientSession()
        installs = Installs(house.db, house.key, "slack")
        door = Door(run, ask, settings, session, Inbox(house.db), installs)
        app = web.Application(client_max_size=10**8)  # more than the door itself takes
        door.add_routes(app)
        client = TestClient(TestServer(app))
        await client.start_server()
        await door.start()
        closing.extend([client.close, door.close, session.close])
        slack = Slack(client, fake)
        slack.door = door  # type: ignore[attr-defined]
        return slack

    yield open_door
    for close in closing:
        await close()


@pytest.fixture
async def told(opened: Any, run: Told, ask: Told) -> Slack:
    """Slack before commands that answer as they are told."""
    return await opened(run, ask)


@pytest.fixture
async def real(opened: Any, house: House) -> Slack:
    """Slack before the real commands, and the small council of builders."""
    await builders.council(house.db)
    return await opened(partial(commands.run, house), partial(commands.ask, house))


@pytest.fixture
async def scene(real: Slack, house: House, clock: Any) -> Scene:
    """The small council, to be brought to where a test begins."""
    return Scene(house, clock, (await row(house.db, Body, key="samrad")).id)
