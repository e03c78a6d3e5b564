"""lisbot's channel to Teams on a loopback port, a strict Connector behind it, and a real database."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

import builders
from fakes.connector import FakeConnector
from fakes.recorded import Recorded
from fakes.teams import GROUP, KARI, STRANGER, TEAM, TENANT, Teams
from lisbot import commands
from lisbot.channels.teams.channel import TeamsChannel
from lisbot.runtime import Runtime
from lisbot.settings import DEMO_KEY, read


@pytest.fixture
async def connector() -> AsyncIterator[FakeConnector]:
    async with FakeConnector() as fake:
        yield fake


@pytest.fixture
def run() -> Recorded:
    return Recorded()


@pytest.fixture
def ask() -> Recorded:
    return Recorded()


@pytest.fixture
async def opened(connector: FakeConnector) -> AsyncIterator[Callable[..., Any]]:
    """Opens a channel: `await opened(run, ask)`. Its settings are as production's unless told."""
    closing: list[Any] = []

    async def open_channel(run: Any, ask: Any, env: dict[str, str] | None = None, *, demo: bool = False) -> Teams:
        if env is None:
            env = connector.env(TEAMS_TENANTS=TENANT)
        session = ClientSession()
        channel = TeamsChannel(run, ask, read({"SECRET_KEY": DEMO_KEY, **env}, demo=demo), session)
        app = web.Application()
        channel.add_routes(app)
        client = TestClient(TestServer(app))
        await client.start_server()
        closing.extend([channel.close, client.close, session.close])
        teams = Teams(client, connector)
        teams.channel = channel  # type: ignore[attr-defined]
        return teams

    yield open_channel
    for close in closing:
        await close()


@pytest.fixture
async def teams(opened: Any, run: Recorded, ask: Recorded) -> Teams:
    return await opened(run, ask)


@pytest.fixture
async def real(opened: Any, runtime: Runtime) -> Teams:
    """Teams before the real commands, and the small council of builders."""
    await builders.council(runtime.db)
    return await opened(partial(commands.run, runtime), partial(commands.ask, runtime))


@pytest.fixture
def team(connector):
    """A team and a group chat in which lisbot is installed, with Kari and a stranger in them."""
    connector.rosters[TEAM] = [KARI.roster_entry, STRANGER.roster_entry]
    connector.rosters[GROUP] = [KARI.roster_entry, STRANGER.roster_entry]
