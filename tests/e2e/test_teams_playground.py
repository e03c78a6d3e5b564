"""The real Agents Playground as a Teams client: somebody proposes an item and votes by pressing buttons."""

import asyncio
import contextlib
import json
import os
import uuid
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import unused_port
from playwright.async_api import async_playwright, expect
from sqlalchemy import select

import builders
from browsers import TOOLS
from lisbot import commands
from lisbot.cards import label
from lisbot.channels.teams.door import Door
from lisbot.council.models import Proposal, RollEntry
from lisbot.settings import read
from lisbot.texts import text
from people import door

PLAYGROUND = TOOLS / "@microsoft/m365agentsplayground/cli.js"
PATIENCE = 30_000  # milliseconds
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def cast() -> dict[str, object]:
    """The small council at the Playground: Astrid sits at it."""
    emails = (builders.ASTRID, builders.BJORN, builders.ELI, builders.FRODE, builders.PAAL, builders.RAGNHILD)
    first, *others = (
        {
            "id": f"29:{number}",
            "name": email.split("@")[0],
            "userPrincipleName": email,
            "aadObjectId": str(uuid.uuid5(uuid.NAMESPACE_URL, email)),
            "givenName": email.split("@")[0],
            "surname": "Utprøver",
            "email": email,
        }
        for number, email in enumerate(emails)
    )
    return {
        "version": "0.1.1",
        "tenantId": str(uuid.uuid5(uuid.NAMESPACE_URL, "tenant")),
        "bot": {"id": "28:lisbot", "name": "lisbot"},
        "currentUser": first,
        "users": others,
        "personalChat": {"id": "personal-chat"},
        "groupChat": {"id": "group-chat", "name": "lisbot"},
        "team": {
            "id": "team",
            "name": "lisbot",
            "aadGroupId": str(uuid.uuid5(uuid.NAMESPACE_URL, "team")),
            "channels": [{"id": "channel", "name": "lisbot"}],
        },
    }


@pytest.fixture
async def lisbot(house) -> AsyncIterator[str]:
    """The endpoint's address, without tokens as in the demo.

    The council is there first: the Playground installs the app as soon as it starts.
    """
    await builders.council(house.db)
    async with ClientSession() as session:
        teams = Door(partial(commands.run, house), partial(commands.ask, house), read({}, demo=True), session)
        app = web.Application()
        teams.add_routes(app)
        runner = web.AppRunner(app)
        await runner.setup()
        port = unused_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}/api/messages"
        await teams.close()
        await runner.cleanup()


@pytest.fixture
async def playground(lisbot: str, tmp_path) -> AsyncIterator[str]:
    config = tmp_path / ".m365agentsplayground.yml"
    config.write_text(json.dumps(cast()), "utf-8")
    port = unused_port()
    options = ("-e", lisbot, "-c", "msteams", "-p", str(port), "--disable-telemetry")
    node = await asyncio.create_subprocess_exec(
        *("node", str(PLAYGROUND), "start", *options),
        cwd=tmp_path,
        env={
            **os.environ,
            "TEAMSAPPTESTER_BROWSER": "none",
            "M365_AGENTS_PLAYGROUND_CONFIG_PATH": str(config),
        },
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with ClientSession() as session:
            for _ in range(300):
                with contextlib.suppress(ClientError):
                    async with session.get(f"{url}/_internal/v1/config") as response:
                        if response.status == 200:
                            break
                await asyncio.sleep(0.1)
            else:
                pytest.fail("the Playground did not start")
        yield url
    finally:
        if node.returncode is None:
            node.terminate()
        await node.wait()


@pytest.fixture
async def page(playground: str):
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        opened = await browser.new_page(viewport={"width": 1280, "height": 1000})
        await opened.goto(playground)
        yield opened
        await browser.close()


async def say(page, words: str) -> None:
    box = page.get_by_role("textbox").last
    await box.click()
    await box.press_sequentially(words)
    await box.press("Enter")


async def press(page, title: str) -> None:
    """Press the newest button of this name, as soon as it is there."""
    button = page.get_by_role("button", name=title, exact=True).last
    await expect(button).to_be_visible(timeout=PATIENCE)
    await button.click()


async def soon(house, question) -> object:
    """What the database answers, once it has an answer."""
    for _ in range(PATIENCE // 100):
        async with house.db.read() as db:
            if answer := await db.scalar(question):
                return answer
        await asyncio.sleep(0.1)
    return None


async def test_an_item_is_proposed_and_a_vote_cast_by_pressing_real_buttons(house, clock, page):
    ragnhild = door(house, builders.RAGNHILD)
    assert (await ragnhild("year.plan", body_id=1, dates="2027-03-10")).status == 200
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=house.tz)
    assert (await ragnhild("call.open", meeting_id=1)).status == 200
    asked = {"body_id": 1, "question": "Tilrår rådet felles rotasjon?", "form": "motion"}
    assert (await ragnhild("vote.open", **asked)).status == 200

    title = "Rotasjon **mellom** sjukehusa"
    await expect(page.get_by_text(text("nn", "teams.welcome")).last).to_be_visible(timeout=PATIENCE)
    await say(page, "saker")
    await expect(page.get_by_text(asked["question"])).to_be_visible(timeout=PATIENCE)
    await press(page, text("nn", "command.proposal.make.button"))
    await page.get_by_role("radio", name="Samordningsrådet").last.check(force=True)
    await page.get_by_label(label("nn", "proposal.make", "title")).last.fill(title)
    await press(page, text("nn", "command.proposal.make.submit"))
    await expect(page.get_by_role("paragraph").get_by_text(title).last).to_be_visible(timeout=PATIENCE)
    assert await soon(house, select(Proposal.title)) == title

    await say(page, "saker")
    await press(page, text("nn", "command.vote.show.button"))
    await press(page, text("nn", "choice.for"))
    assert await soon(house, select(RollEntry.choice).where(RollEntry.choice.is_not(None))) == "for"
