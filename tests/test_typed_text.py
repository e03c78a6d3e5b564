"""What is shown is what was typed: on pages, in mail and in Slack. In Teams: channels/teams/test_teams_client.py."""

import html
import re
import shutil
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from e2e.conftest import CHROMIUM
from fakes.slack_words import MARKED, plain
from lisbot.cards.views import Fact, Row, Section, Sheet, Table, TableRow
from lisbot.channels.mail.body import as_page, as_text
from lisbot.channels.mail.letter import compose_letter
from lisbot.channels.mail.personal import Enclosed
from lisbot.channels.web.responses import make_templates
from lisbot.messaging import Message
from lisbot.render.html import Target, render_card
from lisbot.render.slack import mrkdwn
from lisbot.render.words import words
from lisbot.texts import text
from typed import LINES, MARKS, MIXED, PROSE, drawn, lines_of

TYPED = (*LINES, *PROSE, *MARKS, *MIXED)
CSS = Path(__file__).parents[1] / "src/lisbot/channels/web/static/lisbot.css"
PAGES = "https://lisbot.example.no/saker"


def stored(typed: str) -> str:
    """A text as lisbot keeps it (council/core/fields.py)."""
    return re.sub(r"\r\n?", "\n", typed).strip()


def read(shown: str) -> list[str]:
    return lines_of(drawn(shown))


def sheet_page(lines, facts, rows, cells) -> str:
    sections = (Section("Alt", lines=lines, facts=facts, rows=rows, table=cells),)
    holes = {"style": "meeting", "form": None, "lang": "nb", "languages": (), "member": None, "links": [], "hidden": {}}
    return (
        make_templates()
        .get_template("sheet.html")
        .render(
            sheet=Sheet("Møtet", sections=sections),
            t=lambda key, **holes: text("nb", key, **holes),
            here="/",
            target=lambda _: None,
            static=lambda name: name,
            done="",
            demo=False,
            clock="",
            **holes,
        )
    )


@pytest.fixture
async def page():
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        yield await browser.new_page()
        await browser.close()


@pytest.mark.browser
async def test_on_a_page(page):
    typed = list(map(stored, TYPED))
    lines = list(map(stored, LINES))
    cells = Table(("A", "B"), tuple(TableRow((words, words)) for words in lines))
    drawn_page = sheet_page(
        tuple(typed),
        tuple(Fact(words, words) for words in typed),
        tuple(Row("x", words, words) for words in typed),
        cells,
    )
    await page.set_content(drawn_page.replace("<head>", f"<head><style>{CSS.read_text('utf-8')}</style>"))
    for place in ("p.line", "dt", "dd", ".note p"):
        shown = await page.locator(f"main {place}").all_inner_texts()
        expected = typed * 2 if place == "p.line" else typed
        assert list(map(read, shown)) == list(map(lines_of, expected)), place
    for place in ("td", "tbody th"):
        assert await page.locator(f"main {place}").all_inner_texts() == lines, place


@pytest.mark.browser
async def test_in_a_card_on_a_page(page):
    typed = list(map(stored, TYPED))
    lines = list(map(stored, LINES))
    choices = [{"title": words, "value": str(number)} for number, words in enumerate(lines)]
    card = {
        "type": "AdaptiveCard",
        "body": [
            *({"type": "TextBlock", "text": words} for words in typed),
            {"type": "FactSet", "facts": [{"title": words, "value": words} for words in typed]},
            *({"type": "Input.Text", "id": "t", "isMultiline": True, "label": "l", "value": words} for words in typed),
            *({"type": "Input.Text", "id": "v", "label": words, "isRequired": True, "value": words} for words in lines),
            {"type": "Input.ChoiceSet", "id": "a", "label": "l", "isMultiSelect": True, "choices": choices},
            {"type": "Input.ChoiceSet", "id": "b", "label": "l", "isRequired": True, "choices": choices},
        ],
        "actions": [{"type": "Action.Execute", "title": words, "verb": "x", "data": {}} for words in lines],
    }
    shown_card = render_card(card, find_target=lambda _: Target("/x", "post"))
    await page.set_content(f"<style>{CSS.read_text('utf-8')}</style><main>{shown_card}</main>")
    for place in (".card p", "dt", "dd"):
        assert list(map(read, await page.locator(place).all_inner_texts())) == list(map(lines_of, typed)), place
    values = "(all) => all.map((each) => each.value)"
    assert await page.locator("textarea").evaluate_all(values) == typed
    assert await page.locator("input[name=v]").evaluate_all(values) == lines
    assert await page.locator("label:has(+ input[name=v])").all_inner_texts() == lines
    assert await page.locator(".choice span").all_inner_texts() == lines
    assert (await page.locator("option").evaluate_all("(all) => all.map((each) => each.text)"))[1:] == lines
    assert await page.locator("button").all_inner_texts() == lines


@pytest.mark.browser
async def test_in_mail(page):
    """Why it is sent, and what stands in its card."""
    for typed in map(stored, TYPED):
        card = {"type": "AdaptiveCard", "body": [{"type": "TextBlock", "text": typed}]}
        message = Message(typed, card, "nb")
        text, drawn = (each(message, Enclosed(), PAGES) for each in (as_text, partial(as_page, subject="x")))
        letter = compose_letter("lisbot@example.no", "kari@example.no", "x", text, "nb", drawn)
        plain_part, html_part = letter.iter_parts()
        assert plain_part.get_content() == text
        assert lines_of(text) == lines_of(f"{typed}\n\n{typed}\n\n{PAGES}\n"), typed
        await page.set_content(html_part.get_content())
        assert list(map(read, await page.locator("p").all_inner_texts())) == [*[lines_of(typed)] * 2, [PAGES]]


def test_as_words():
    for typed in map(stored, TYPED):
        assert lines_of(words({"body": [{"type": "TextBlock", "text": typed}]})) == lines_of(typed)


def test_in_slack():
    """Its marks are parted, three characters are entities, and the rest is as it was."""
    for typed in map(stored, TYPED):
        sent = mrkdwn.escape(typed)
        assert not MARKED.search(sent)
        assert lines_of(html.unescape(sent.replace("\u200b", ""))) == lines_of(typed)
        assert lines_of(plain(sent)) == lines_of(typed)


@pytest.mark.parametrize("typed", LINES)
def test_in_slack_where_it_reads_no_marks(typed):
    """It may read its own three entities even there."""
    sent = mrkdwn.plain_text(typed, 200)["text"]
    assert re.sub("&(amp|lt|gt);", "?", sent).replace("\u200b", "") == typed
