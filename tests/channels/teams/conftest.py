"""lisbot's door to Teams on a loopback port, a strict Connector behind it, and a real database."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer

from fakes.connector import FakeConnector
from fakes.recorded import Recorded, card
from fakes.teams import KARI, TENANT, Teams
from lisbot import commands
from lisbot.channels.teams.door import Door
from lisbot.commands import House
from lisbot.council.kinds import Authority, Post
from lisbot.council.models import Base, Body, Secretariat, Staff
from lisbot.council.models import Person as PersonRow
from lisbot.db import Database
from lisbot.settings import DEMO_KEY, read

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


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
    """Opens a door: `await opened(run, ask)`. Its settings are as production's unless told."""
    closing: list[Any] = []

    async def open_door(
        run: Any, ask: Any, env: dict[str, str] | None = None, *, demo: bool = False
    ) -> Teams:
        if env is None:
            env = connector.env(TEAMS_TENANTS=TENANT)
        session = ClientSession()
        door = Door(run, ask, read({"SECRET_KEY": DEMO_KEY, **env}, demo=demo), session)
        app = web.Application()
        door.add_routes(app)
        client = TestClient(TestServer(app))
        await client.start_server()
        closing.extend([door.close, client.close, session.close])
        teams = Teams(client, connector)
        teams.door = door  # type: ignore[attr-defined]
        return teams

    yield open_door
    for close in closing:
        await close()


@pytest.fixture
async def teams(opened: Any, run: Recorded, ask: Recorded) -> Teams:
    return await opened(run, ask)


@pytest.fixture
async def house(tmp_path: Any) -> AsyncIterator[House]:
    """A register in which Kari works at RegUt."""
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/lisbot.db")
    async with db.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    async with db.write() as session:
        secretariat = Secretariat(key="regut", name="RegUt", region="Sør-Øst")
        kari = PersonRow(key="kari", name=KARI.name, email=KARI.email)
        session.add_all([secretariat, kari])
        await session.flush()
        session.add_all(
            [
                Body(
                    key="rad",
                    secretariat_id=secretariat.id,
                    name="Rådet",
                    kind="råd",
                    region="Sør-Øst",
                    authority=Authority.ADVISORY,
                ),
                Staff(
                    secretariat_id=secretariat.id,
                    person_id=kari.id,
                    post=next(iter(Post)),
                    from_on=date(2026, 1, 1),
                    recorded_at=NOW,
                ),
            ]
        )
    yield House(db, lambda: NOW, ZoneInfo("Europe/Oslo"))
    await db.close()


@pytest.fixture
async def real(opened: Any, house: House) -> Teams:
    """Teams before the real commands, each answering with a card that names it."""

    def show(shows: str, thing: Any, viewer: Any) -> dict[str, Any]:
        return card(shows) | {"lang": viewer.lang}

    return await opened(
        partial(commands.run, house, show=show),
        partial(commands.ask, house, show=show),
    )
