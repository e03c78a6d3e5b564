"""The real Agents Playground as a Teams client: buttons are pressed in it, and what it shows is read back."""

import asyncio
import contextlib
import json
import os
import re
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, TCPConnector, web
from aiohttp.test_utils import unused_port
from playwright.async_api import Page, async_playwright, expect
from sqlalchemy import select

import builders
from browsers import TOOLS
from fakes.recorded import Recorded
from lisbot import commands
from lisbot.app import KEEP_ALIVE
from lisbot.cards import label
from lisbot.channels.teams.channel import TeamsChannel
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.sender import TeamsSender
from lisbot.council.enums import MinutesState
from lisbot.council.models import Meeting, Proposal, RollEntry
from lisbot.messaging import Address, Message
from lisbot.settings import read
from lisbot.texts import text
from people import member
from typed import LINES, MARKS, MIXED, PROSE, drawn, lines_of

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


def cast(sits: str) -> dict[str, object]:
    """The small council at the Playground, and who of it sits there."""
    everybody = (builders.ASTRID, builders.BJORN, builders.ELI, builders.FRODE, builders.PAAL, builders.RAGNHILD)
    emails = (sits, *(email for email in everybody if email != sits))
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
        yield f"http://127.0.0.1:{port}/api/messages"
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


@pytest.fixture
async def page(runtime, tmp_path) -> AsyncIterator[Page]:
    """Astrid at her Teams, before the real commands and the small council."""
    await builders.council(runtime.db)
    lisbot = serve(partial(commands.run, runtime), partial(commands.ask, runtime))
    async with lisbot as address, playground(address, tmp_path) as url, browse(url) as page:
        yield page


@pytest.fixture
async def desk(runtime, tmp_path) -> AsyncIterator[Page]:
    """Ragnhild, who runs the secretariat, at her Teams."""
    await builders.council(runtime.db)
    lisbot = serve(partial(commands.run, runtime), partial(commands.ask, runtime))
    async with (
        lisbot as address,
        playground(address, tmp_path, builders.RAGNHILD) as url,
        browse(url) as page,
    ):
        yield page


async def say(page, words: str) -> None:
    box = page.get_by_role("textbox").last
    before = await newest(page)
    await box.click()
    await box.press_sequentially(words)
    await box.press("Enter")
    await is_answered(page, before)


async def newest(page) -> tuple[int, str]:
    """How many cards there are, and what the newest says."""
    cards = page.locator(".ac-adaptiveCard")
    return (count := await cards.count()), await cards.last.inner_text() if count else ""


async def press(page, title: str) -> None:
    """Press the newest button of this name, as soon as it is there, and wait for the card that answers."""
    button = page.get_by_role("button", name=title, exact=True).last
    await expect(button).to_be_visible(timeout=PATIENCE)
    before = await newest(page)
    await button.click()
    await is_answered(page, before)


async def is_answered(page, before: tuple[int, str]) -> None:
    """Wait until there is another card than before, or the newest says something else."""
    for _ in range(PATIENCE // 100):
        if await newest(page) != before:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"nothing answers, and the newest card says {before[1]!r}")


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
    asked = {"body_id": 1, "question": "> 70 år: krav <LIS2> & <LIS3>?", "form": "motion"}
    assert (await ragnhild("vote.open", **asked)).status == 200

    title = "Rotasjon **mellom** sjukehusa"
    await expect(page.get_by_text(text("nn", "teams.welcome")).last).to_be_visible(timeout=PATIENCE)
    await say(page, "saker")
    await expect(page.get_by_text("70 år: krav")).to_be_visible(timeout=PATIENCE)
    assert asked["question"] in map(drawn, await page.locator(".ac-textBlock").all_inner_texts())
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


async def sees(page, words: str) -> None:
    """Wait until the newest thing there says this."""
    await expect(page.locator(".ac-adaptiveCard").last).to_contain_text(words, timeout=PATIENCE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_secretariat_carries_an_item_from_proposal_to_approved_minutes_in_teams_alone(runtime, clock, desk):
    """Pressing only what is there: triage, notice, the meeting itself, outcome, minutes."""
    title = "Rotasjon mellom sykehusene"
    ragnhild, astrid = member(runtime, builders.RAGNHILD), member(runtime, builders.ASTRID)
    assert (await ragnhild("year_plan.set_dates", body_id=1, dates="2027-03-10, 2027-06-09")).status == 200
    clock.at = datetime(2027, 2, 1, 9, 0, tzinfo=runtime.tz)
    assert (await ragnhild("call.open", meeting_id=1)).status == 200
    assert (await astrid("proposal.submit", meeting_id=1, title=title, kind="advice")).status == 200

    await expect(desk.get_by_text(text("nb", "teams.welcome")).last).to_be_visible(timeout=PATIENCE)
    await say(desk, "møte")
    await sees(desk, "Samordningsrådet")
    await press(desk, "Forslag")
    await sees(desk, title)
    await press(desk, "Behandle")
    await sees(desk, "får beskjed om svaret")
    await press(desk, "Ta inn")
    await sees(desk, "1/27")
    await press(desk, "Vis møtet")
    await sees(desk, "Utkast til sakliste")
    await press(desk, "Send innkalling")
    await sees(desk, f"1/27 {title}")
    await press(desk, "Send til 5")
    await sees(desk, "5 personer får beskjed")
    await press(desk, "Hva som ble sendt")
    await sees(desk, "4 mottakere")

    clock.at = datetime(2027, 3, 10, 11, 0, tzinfo=runtime.tz)
    await say(desk, "møte")
    await press(desk, "Begynn på referatet")
    await sees(desk, "referat under arbeid")
    of_items = desk.locator(".ac-adaptiveCard").last.get_by_role("button", name="Utfall", exact=True)
    before = await newest(desk)
    await of_items.first.click()
    await is_answered(desk, before)
    await sees(desk, label("nb", "outcome.record", "outcome"))
    await desk.locator(".ac-adaptiveCard").last.get_by_role("combobox").first.click()
    await desk.get_by_role("option", name="tilråding", exact=True).last.click()
    await desk.get_by_label(label("nb", "outcome.record", "words")).last.fill("Rådet tilrår felles rotasjon.")
    await press(desk, "Lagre utfallet")
    await sees(desk, "Rådet tilrår felles rotasjon.")
    await press(desk, "Referat")
    await sees(desk, "Til stede")
    await press(desk, "Send til kommentarer")
    await sees(desk, "får beskjed")
    await press(desk, "Send til 4")
    await sees(desk, "får beskjed")
    await press(desk, "Godkjenn referatet")
    await sees(desk, "Godkjenn referat")
    await press(desk, "Godkjenn referatet")
    await sees(desk, "referat godkjent")
    approved = select(Meeting.id).where(Meeting.minutes_state == MinutesState.APPROVED)
    assert await soon(runtime, approved) == 1


# The client's own boxes and paragraphs are all that may be in a text.
FOREIGN = "[...block.querySelectorAll('*')].filter((e) => !['P', 'DIV'].includes(e.tagName)).map((e) => e.outerHTML)"
SEEN = f"""(blocks) => blocks.map((block) =>
    [[...block.querySelectorAll('p')].map((line) => line.innerText), {FOREIGN}])"""


def block(words: str) -> dict[str, object]:
    return {"type": "TextBlock", "text": words, "wrap": True}


@asynccontextmanager
async def client(tmp_path) -> AsyncIterator[tuple[Page, Callable]]:
    """A Playground, and what sends to it as the outbox does."""
    async with (
        serve(Recorded(), Recorded()) as address,
        playground(address, tmp_path) as url,
        browse(url) as page,
        ClientSession() as session,
    ):
        await expect(page.get_by_text("Jeg kjenner deg ikke.").last).to_be_visible(timeout=PATIENCE)
        sender = TeamsSender(Connector(session, None), lambda _: None)
        to = Address("teams", "tenant", f"{url}/_connector", "personal-chat")

        async def send(words: str = "", *body: dict[str, object], actions: Sequence[dict[str, object]] = ()) -> None:
            card = {"type": "AdaptiveCard", "lang": "nb", "body": list(body), "actions": list(actions)} if body else {}
            await sender.send(to, Message(words, card, "nb"))

        yield page, send


async def test_a_text_in_a_card_is_shown_as_it_was_typed(tmp_path):
    typed = (*LINES, *PROSE, *MARKS, *MIXED)
    async with client(tmp_path) as (page, send):
        for start in range(0, len(typed), 100):
            await send("", *map(block, typed[start : start + 100]))
        await send("", block("Sist"))
        await expect(page.get_by_text("Sist", exact=True)).to_be_visible(timeout=PATIENCE)
        seen = await page.locator(".ac-textBlock").evaluate_all(SEEN)
    wrong = [
        (words, lines, foreign)
        for words, (lines, foreign) in zip((*typed, "Sist"), seen[-len(typed) - 1 :], strict=True)
        if foreign or list(map(drawn, lines)) != lines_of(words)
    ]
    assert wrong == []


async def test_every_other_place_in_a_card_shows_what_was_typed(tmp_path):
    number = range(len(LINES))
    fields = [{"type": "Input.Text", "id": f"label{n}", "label": LINES[n], "placeholder": LINES[n]} for n in number]
    fields += [{"type": "Input.Text", "id": f"value{n}", "label": "l", "value": LINES[n]} for n in number]
    fields += [
        {"type": "Input.Text", "id": f"prose{n}", "label": "l", "isMultiline": True, "value": words}
        for n, words in enumerate(PROSE)
    ]
    fields += [{"type": "Input.Toggle", "id": f"toggle{n}", "label": "l", "title": LINES[n]} for n in number]
    laid_out = [{"title": LINES[n], "value": str(n)} for n in number]
    dropped = [
        {
            "type": "Input.ChoiceSet",
            "id": f"d{n}",
            "label": "l",
            "style": "compact",
            "choices": laid_out,
            "value": str(n),
        }
        for n in number
    ]
    choices = {"type": "Input.ChoiceSet", "id": "choices", "label": "l", "choices": laid_out}
    facts = [{"title": words, "value": words} for words in (*LINES, *PROSE)]
    buttons = [
        {"type": "ActionSet", "actions": [{"type": "Action.Execute", "title": words, "verb": "x"}]} for words in LINES
    ]
    cells = [{"type": "TableRow", "cells": [{"type": "TableCell", "items": [block(words)]}]} for words in LINES]
    async with client(tmp_path) as (page, send):
        for start in range(0, len(fields), 40):
            await send("", *fields[start : start + 40])
        for start in range(0, len(dropped), 3):
            await send("", *dropped[start : start + 3])
        await send("", {**choices, "style": "expanded"})
        await send("", {**choices, "style": "expanded", "isMultiSelect": True})
        await send("", *buttons)
        await expect(page.get_by_role("button", name=LINES[-1], exact=True)).to_be_visible(timeout=PATIENCE)
        # Everything in the order in which it stands.
        found = page.locator(".ac-adaptiveCard")
        labels = await found.locator("label").all_inner_texts()
        placeholders = await found.locator("input").evaluate_all("(all) => all.map((e) => e.placeholder)")
        values = await found.locator("input, textarea").evaluate_all("(all) => all.map((e) => e.value)")
        titles = await found.get_by_role("button").all_inner_texts()
        await send("", {"type": "FactSet", "facts": facts})
        await send("", {"type": "Table", "columns": [{"width": 1}], "rows": cells})
        await send("", block("Sist"))
        await expect(page.get_by_text("Sist", exact=True)).to_be_visible(timeout=PATIENCE)
        seen = await page.locator(".ac-textBlock").evaluate_all(SEEN)
    assert missing(LINES, titles, 1) == []
    assert missing(LINES, placeholders, 1) == []
    # As an input's value, and chosen in a drop-down.
    assert missing(LINES, values, 2) == []
    # The browser has one way to break a line.
    assert [words for words in PROSE if re.sub(r"\r\n?", "\n", words) not in values] == []
    # As a label, a toggle's title, and a choice with a radio button and with a box to tick.
    assert missing(LINES, labels, 4) == []
    assert [foreign for _, foreign in seen if foreign] == []
    shown = [list(map(drawn, lines)) for lines, _ in seen]
    # As a fact's title and value, and in a table.
    assert [words for words in LINES if shown.count(lines_of(words)) < 3] == []
    assert [words for words in PROSE if shown.count(lines_of(words)) < 2] == []


def missing(typed: Sequence[str], shown: Sequence[str], times: int) -> list[str]:
    """What does not stand there as often as it should."""
    counts = Counter(map(drawn, shown))
    return [words for words in typed if counts[words.rstrip()] < times]


async def test_words_are_shown_as_they_were_typed(tmp_path):
    """A message without a card."""
    async with client(tmp_path) as (page, send):
        for words in LINES:
            await send(f"Om {words}")
        await send("Sist")
        messages = page.locator(".fai-OutputCard")
        await expect(messages.get_by_text("Sist", exact=True)).to_be_visible(timeout=PATIENCE)
        shown = list(map(drawn, await messages.all_inner_texts()))
    assert [words for words in LINES if f"Om {words}" not in shown] == []
