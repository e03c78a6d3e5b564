"""The real Agents Playground as a Teams client: buttons are pressed in it, and what it shows is read back."""

import asyncio
import contextlib
import json
import os
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, web
from aiohttp.test_utils import unused_port
from playwright.async_api import Page, async_playwright, expect
from sqlalchemy import select

import builders
from browsers import TOOLS
from fakes.recorded import Recorded, shown
from lisbot import commands
from lisbot.cards import Row, label
from lisbot.cards.views import section
from lisbot.channels.teams.channel import TeamsChannel
from lisbot.council.models import Proposal, RollEntry
from lisbot.settings import read
from lisbot.texts import text
from people import member

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

pytestmark = pytest.mark.browser


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


@asynccontextmanager
async def serve(run, ask) -> AsyncIterator[str]:
    """The endpoint's address, without tokens as in the demo."""
    async with ClientSession() as session:
        channel = TeamsChannel(run, ask, read({}, demo=True), session)
        app = web.Application()
        channel.add_routes(app)
        runner = web.AppRunner(app)
        await runner.setup()
        port = unused_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield f"http://127.0.0.1:{port}/api/messages"
        await channel.close()
        await runner.cleanup()


@asynccontextmanager
async def playground(lisbot: str, folder: Path) -> AsyncIterator[str]:
    """The address of a Playground that talks to lisbot. It installs the app as soon as it starts."""
    config = folder / ".m365agentsplayground.yml"
    config.write_text(json.dumps(cast()), "utf-8")
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


@pytest.fixture
async def page(runtime, tmp_path) -> AsyncIterator[Page]:
    """Astrid at her Teams, before the real commands and the small council."""
    await builders.council(runtime.db)
    lisbot = serve(partial(commands.run, runtime), partial(commands.ask, runtime))
    async with lisbot as address, playground(address, tmp_path) as url, browse(url) as page:
        yield page


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


async def soon(runtime, question) -> object:
    """What the database answers, once it has an answer."""
    for _ in range(PATIENCE // 100):
        async with runtime.db.read() as db:
            if answer := await db.scalar(question):
                return answer
        await asyncio.sleep(0.1)
    return None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_item_is_proposed_and_a_vote_cast_by_pressing_real_buttons(runtime, clock, page):
    ragnhild = member(runtime, builders.RAGNHILD)
    assert (await ragnhild("year_plan.set_dates", body_id=1, dates="2027-03-10")).status == 200
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=runtime.tz)
    assert (await ragnhild("call.open", meeting_id=1)).status == 200
    asked = {"body_id": 1, "question": "Tilrår rådet felles rotasjon?", "form": "motion"}
    assert (await ragnhild("vote.open", **asked)).status == 200

    title = "Rotasjon **mellom** sjukehusa"
    await expect(page.get_by_text(text("nn", "teams.welcome")).last).to_be_visible(timeout=PATIENCE)
    await say(page, "saker")
    await expect(page.get_by_text(asked["question"])).to_be_visible(timeout=PATIENCE)
    await press(page, text("nn", "command.proposal.submit.button"))
    await page.get_by_role("radio", name="Samordningsrådet").last.check(force=True)
    await page.get_by_label(label("nn", "proposal.submit", "title")).last.fill(title)
    await press(page, text("nn", "command.proposal.submit.submit"))
    await expect(page.get_by_role("paragraph").get_by_text(title).last).to_be_visible(timeout=PATIENCE)
    assert await soon(runtime, select(Proposal.title)) == title

    await say(page, "saker")
    await press(page, text("nn", "command.vote.show.button"))
    await press(page, text("nn", "choice.for"))
    assert await soon(runtime, select(RollEntry.choice).where(RollEntry.choice.is_not(None))) == "for"


# What people type that a client might take for Markdown, HTML, a mention or a template.
TYPED = (
    *("Krav <LIS2> og <LIS3>", "> 70 år", ">= 70 år", "a &lt; b", "a & b &amp; c &#60; &nbsp;x", "&copy; &rarr;"),
    *("<http://evil.example>", "<at>everyone</at>", "<script>alert(1)</script>", "<!-- kommentar -->", "<b>fet</b>"),
    *("**fet** og _kursiv_", "***", "___", "`kode` ~gammelt~ C:\\sti", "\\*ikke fet\\*", "~~~\nkode\n~~~"),
    *("[klikk](https://evil.example)", "![bilde](https://x.example/a.png)", "[ref]: https://x.example", "Avtale[^1]"),
    *("- punkt", "* punkt", "+", "-", "1.", "10. februar 2027", "1986. Et år", "  - innrykk", "- [ ] gjøremål"),
    *("# tittel", "#", "Tittel\n===", "Tittel\n---", "---", "===", "= = =", "- - -", "|a|b|\n|-|-|\n|1|2|"),
    *("Først\n1) så\n\n\nsist", "a\\\nb", "Linje\r\nto", "    innrykk", "Linje\n    innrykk", "A: b\n: def"),
    *("{{DATE(2026-03-02T09:00:00Z)}}", "${title}", "{.klasse}", "tekst {#id .klasse}", ":smile: (c) (tm) -- ..."),
    *("https://example.no/a_b_c?x=1&y=2", "kari_nordmann@example.no", "12/26 – 3 < 4 {ok}", "$x^2$ H~2~O ==merk=="),
)


def plain(words: str) -> str:
    """Words as they are read: how lines are broken and blanks doubled is no difference."""
    return " ".join(words.replace("\u200b", "").split())


async def test_what_the_client_shows_is_what_was_typed(tmp_path):
    astrid = str(cast()["currentUser"]["aadObjectId"])
    run = Recorded(known={astrid})
    rows = [Row(f"Rad {number}", words) for number, words in enumerate(TYPED)]
    facts = [(f"Fakta {number}", words) for number, words in enumerate(TYPED)]
    pages = [section(rows=rows[start : start + 15]) for start in range(0, len(rows), 15)]
    run.replies["menu.show"] = shown("Alt", sections=[*pages, section(facts=facts)])
    async with serve(run, Recorded()) as address, playground(address, tmp_path) as url, browse(url) as page:
        await expect(page.get_by_text(f"Fakta {len(TYPED) - 1}").last).to_be_visible(timeout=PATIENCE)
        blocks = page.locator(".ac-textBlock")
        seen = Counter(map(plain, await blocks.all_inner_texts()))
        links = await page.locator(".ac-textBlock a").all_inner_texts()
    missing = [words for words in TYPED if seen[plain(words)] < 2]  # once in a row, once in a fact
    assert missing == []
    assert set(links) <= {"https://example.no/a_b_c?x=1&y=2", "kari_nordmann@example.no"}
