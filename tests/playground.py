"""The real Agents Playground as a Teams client before lisbot, and hands that press its buttons."""

import asyncio
import contextlib
import json
import os
import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector, web
from aiohttp.test_utils import unused_port
from playwright.async_api import Page, async_playwright, expect

import builders
from browsers import TOOLS
from lisbot.app import KEEP_ALIVE
from lisbot.channels.teams.channel import TeamsChannel
from lisbot.settings import read
from lisbot.texts import LANGUAGES, text

PLAYGROUND = TOOLS / "@microsoft/m365agentsplayground/cli.js"
PATIENCE = 30_000  # milliseconds
CHANNEL, CHAT = "lisbot - lisbot", "Personal Chat"
PEOPLE = 6  # at most: with one more the Playground says nothing and does not listen
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def cast(sits: str) -> dict[str, object]:
    """The small council at the Playground, and who of it sits there."""
    everybody = (builders.ASTRID, builders.BJORN, builders.ELI, builders.FRODE, builders.PAAL, builders.RAGNHILD)
    emails = (sits, *(email for email in everybody if email != sits))[:PEOPLE]
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


@asynccontextmanager
async def serve(run, ask) -> AsyncIterator[str]:
    """The endpoint's address, without tokens as in the demo."""
    async with ClientSession(connector=TCPConnector(keepalive_timeout=KEEP_ALIVE)) as session:
        channel = TeamsChannel(run, ask, read({}, demo=True), session)
        app = web.Application()
        channel.add_routes(app)
        runner = web.AppRunner(app)
        await runner.setup()
        port = unused_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield f"http://127.0.0.1:{port}/api/messages"
        finally:
            await channel.close()
            await runner.cleanup()


@asynccontextmanager
async def playground(lisbot: str, folder: Path, sits: str = builders.ASTRID) -> AsyncIterator[str]:
    """The address of a Playground that talks to lisbot. It installs the app as soon as it starts."""
    config = folder / ".m365agentsplayground.yml"
    config.write_text(json.dumps(cast(sits)), "utf-8")
    port = unused_port()
    options = ("-e", lisbot, "-c", "msteams", "-p", str(port), "--disable-telemetry")
    node = await asyncio.create_subprocess_exec(
        *("node", str(PLAYGROUND), "start", *options),
        cwd=folder,
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


@asynccontextmanager
async def browse(url: str) -> AsyncIterator[Page]:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=list(CHROMIUM))
        page = await browser.new_page(viewport={"width": 1280, "height": 1000})
        await page.goto(url)
        yield page
        await browser.close()


async def say(page, words: str) -> None:
    box = page.get_by_role("textbox").last
    before = await newest(page)
    await box.click()
    await box.press_sequentially(words)
    await box.press("Enter")
    await is_answered(page, before)


async def go_to(page, conversation: str, greeting: str) -> None:
    """Open a conversation, and wait for how lisbot greets whoever installed it there: by a text's key, in whatever
    language. Of the two events that tell of an installation one names none, and either may come first."""
    await page.get_by_role("treeitem", name=conversation, exact=True).click()
    greeted = re.compile("|".join(re.escape(text(lang, greeting)) for lang in LANGUAGES))
    await expect(page.get_by_text(greeted).last).to_be_visible(timeout=PATIENCE)


async def mention(page, words: str) -> None:
    """Say something to lisbot in company."""
    box = page.get_by_role("textbox").last
    await box.click()
    await box.press_sequentially("@lis")
    await page.get_by_role("menuitem", name="lisbot").last.click()
    await box.press_sequentially(f" {words}")
    await box.press("Enter")


async def newest(page) -> tuple[int, str]:
    """How many cards there are, and what the newest says."""
    cards = page.locator(".ac-adaptiveCard")
    return (count := await cards.count()), await cards.last.inner_text() if count else ""


async def press(page, title: str, place: int = -1) -> None:
    """Press the newest button of this name, as soon as it is there, and wait for the card that answers. Where it stands
    folded, what folds it is opened first. `place`: which of those of the same name on the newest card."""
    before = await newest(page)
    for _ in range(PATIENCE // 200):
        if await pressed(page, title, place):
            return await is_answered(page, before)
        await asyncio.sleep(0.2)
    raise AssertionError(f"no button {title!r}, and the newest card says {before[1]!r}")


async def pressed(page, title: str, place: int) -> bool:
    """Press a button where it is seen, or where one of the newest card's "…" has it. Returns whether it was there."""
    card = page.locator(".ac-adaptiveCard").last
    named = (card if place >= 0 else page).get_by_role("button", name=title, exact=True)
    if await named.count() > max(place, 0):
        await (named.nth(place) if place >= 0 else named.last).click()
        return True
    found = 0
    for folded in await card.get_by_role("button", name="More options").all():
        await folded.click()
        item = page.get_by_role("menuitem", name=title, exact=True)
        found += await item.count()
        if found > max(place, 0):
            await item.click()
            return True
        await page.keyboard.press("Escape")
    return False


async def is_answered(page, before: tuple[int, str]) -> None:
    """Wait until there is another card than before, or the newest says something else."""
    for _ in range(PATIENCE // 100):
        if await newest(page) != before:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"nothing answers, and the newest card says {before[1]!r}")


async def sees(page, words: str) -> None:
    """Wait until the newest thing there says this."""
    await expect(page.locator(".ac-adaptiveCard").last).to_contain_text(words, timeout=PATIENCE)
