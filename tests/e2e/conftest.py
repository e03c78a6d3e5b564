"""The demo, served whole on a loopback port, and a browser to visit it with."""

import asyncio
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer
from playwright.async_api import async_playwright

from lisbot import packs, settings
from lisbot.app import make_app
from lisbot.db import Database, migrate
from lisbot.demo.clock import Clock
from lisbot.demo.scene import set_scene
from lisbot.runtime import Runtime

CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def scene_file(tmp_path_factory):
    """A database with the demo's councils and their last months in it, to copy."""
    path = tmp_path_factory.mktemp("scene") / "demo.db"

    async def set_up():
        url = f"sqlite+aiosqlite:///{path}"
        await migrate(url)
        db = Database(url)
        config = settings.read({}, demo=True)
        runtime = Runtime(db, Clock(db), config.tz, config.lang, config.secret_key.encode())
        for place in packs.SHIPPED:
            await packs.load(runtime, place)
        await set_scene(runtime)
        await db.close()

    with ThreadPoolExecutor(1) as beside:  # whatever loop the tests run in
        beside.submit(asyncio.run, set_up()).result()
    return path


@pytest.fixture
async def demo(scene_file, tmp_path):
    """The address of a running demo of the test's own."""
    shutil.copy(scene_file, tmp_path / "demo.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/demo.db"
    config = replace(settings.read({}, demo=True), database_url=url)
    server = TestServer(await make_app(config), host="127.0.0.1")
    server.skip_url_asserts = True
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}"
    await server.close()


@pytest.fixture
async def browser():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        yield browser
        await browser.close()
