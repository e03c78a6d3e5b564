"""The real Agents Playground as a Teams client: buttons are pressed in it, and what it shows is read back."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect
from sqlalchemy import select

import builders
from fakes.recorded import Recorded
from lisbot import commands
from lisbot.cards import label
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.sender import TeamsSender
from lisbot.council.models import Proposal, RollEntry
from lisbot.messaging import Address, Message
from lisbot.render.teams_actions import MAX_PRIMARY
from lisbot.texts import text
from people import member
from playground import CHANNEL, CHAT, PATIENCE, browse, go_to, mention, playground, press, say, sees, serve
from typed import LINES, MARKS, MIXED, PROSE, drawn, lines_of

pytestmark = pytest.mark.browser


@pytest.fixture
async def page(runtime, tmp_path) -> AsyncIterator[Page]:
    """Astrid at her Teams, before the real commands and the small council."""
    await builders.council(runtime.db)
    lisbot = serve(partial(commands.run, runtime), partial(commands.ask, runtime))
    async with lisbot as address, playground(address, tmp_path) as url, browse(url) as page:
        yield page


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
    await page.get_by_label(label("nn", "proposal.submit", "title")).last.fill(title)
    await press(page, text("nn", "command.proposal.submit.submit"))
    await expect(page.get_by_role("paragraph").get_by_text(title).last).to_be_visible(timeout=PATIENCE)
    assert await soon(runtime, select(Proposal.title)) == title

    await say(page, "saker")
    await press(page, text("nn", "command.vote.show.button"))
    await press(page, text("nn", "choice.for"))
    assert await soon(runtime, select(RollEntry.choice).where(RollEntry.choice.is_not(None))) == "for"

    # In a channel she is answered alone, and the channel is told no more than that.
    await go_to(page, CHANNEL, "teams.welcome_room")
    await mention(page, "saker")
    await expect(page.get_by_text(text("nn", "teams.answered_alone")).last).to_be_visible(timeout=PATIENCE)
    assert await page.locator(".ac-adaptiveCard").count() == 0
    await go_to(page, CHAT, "teams.welcome")
    await sees(page, "Astrid Fjord")


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
        for start in range(0, len(buttons), MAX_PRIMARY):  # so many stand out in one card
            await send("", *buttons[start : start + MAX_PRIMARY])
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
