"""The demo, served whole on a loopback port, and a browser to visit it with."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright

from lisbot import packs, settings
from lisbot.app import make_app
from lisbot.commands import House
from lisbot.db import Database, migrate
from lisbot.demo.clock import Clock
from lisbot.demo.scene import set_scene

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def played(tmp_path_factory):
    """A database with the demo's councils in it and their last months played, to copy."""
    path = tmp_path_factory.mktemp("played") / "demo.db"

    async def play():
        url = f"sqlite+aiosqlite:///{path}"
        await migrate(url)
        db = Database(url)
        house = House(db, Clock(db), settings.read({}, demo=True).tz)
        for place in packs.SHIPPED:
            await packs.load(house, place)
        await set_scene(house)
        await db.close()

    with ThreadPoolExecutor(1) as beside:  # whatever loop the tests run in
        beside.submit(asyncio.run, play()).result()
    return path


@pytest_asyncio.fixture
async def demo(played, tmp_path):
    """The address of a running demo of the test's own."""
    shutil.copy(played, tmp_path / "demo.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/demo.db"
    config = replace(settings.read({}, demo=True), database_url=url)
    server = TestServer(await make_app(config), host="127.0.0.1")
    server.skip_url_asserts = True
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


@pytest_asyncio.fixture
async def browser():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(QUIET))
        yield browser
        await browser.close()
