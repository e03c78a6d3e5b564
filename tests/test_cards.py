"""Every card in every face and language, as it was last looked over; and what Teams and Slack ask of each.

`UPDATE_SNAPSHOTS=1 pytest tests/test_cards.py` writes the snapshots anew. Look them over before committing.
"""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import fields, is_dataclass
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import blocklint
from builders import OSLO
from cardlint import LARGEST, lint
from lisbot.cards import SHEETS
from lisbot.cards.draw import FORM, draw_sheet
from lisbot.cards.form import FormView
from lisbot.cards.views import Sheet, Table
from lisbot.channels.common.drawing import find_again
from lisbot.channels.web.navigation import button_target, card_targets
from lisbot.channels.web.responses import make_templates
from lisbot.commands import COMMANDS, Reply
from lisbot.db import Database
from lisbot.render import html, teams
from lisbot.render.slack import blocks
from lisbot.render.teams_pages import split_pages
from lisbot.render.words import words
from lisbot.runtime import Runtime
from lisbot.texts import LANGUAGES, text
from sample_cards import bare, texts
from scene import Scene, card_of, overflow, play

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("UPDATE_SNAPSHOTS") == "1"
TAG = re.compile(r"(?=<(?:h\d|p|dl|dt|div|form|fieldset|label|button|a)[ >])")
BLANK = re.compile(r"\n\s*\n")
PAGE = "https://lisbot.example/page"
TEMPLATES = make_templates()
# What stands around every page.
AROUND: dict[str, Any] = {
    "languages": (),
    "member": None,
    "links": [],
    "here": "/me",
    "style": "",
    "done": "",
    "demo": False,
    "clock": "",
    "static": str,
}


@pytest.fixture
async def runtime(
    sqlite_template: Path, tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Runtime]:
    """A card is the same whatever it is kept in: one database will do. Nor is chance in it."""
    monkeypatch.setattr("lisbot.council.log.write.new_salt", lambda: "0" * 32)
    path = tmp_path / "cards.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    yield Runtime(db, clock, OSLO, key=b"k" * 32, base_url="https://lisbot.example")
    await db.close()


def faces(reply: Reply, card: dict[str, Any]) -> dict[str, str]:
    """What each of its readers has: by the face and the ending of its snapshot. In every language its words, in one
    the rest: nobody reads the same buttons three times."""
    said = {"words/txt": words(card, buttons=True) + "\n"}
    if card["lang"] != LANGUAGES[0]:
        return said
    drawn = as_page(reply, card)
    return said | {
        "teams/json": json.dumps(teams.render(card, PAGE), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "html/html": BLANK.sub("\n", TAG.sub("\n", drawn)).strip() + "\n",
        "slack/json": json.dumps(in_slack(card), ensure_ascii=False, indent=1) + "\n",
    }


def as_page(reply: Reply, card: dict[str, Any]) -> str:
    """What the page shows between its head and its foot: of a form the card, of anything else the whole sheet."""
    hidden, lang = {"_csrf": "token", "_next": "/me"}, str(card["lang"])
    if reply.shows == FORM:
        return str(html.render_card(card, find_target=card_targets("/me"), hidden=hidden))
    page = TEMPLATES.get_template("sheet.html").render(
        sheet=draw_sheet(reply.shows, reply.view, reply.viewer),
        t=partial(text, lang),
        lang=lang,
        hidden=hidden,
        target=lambda action: button_target(action, "/me"),
        **AROUND,
    )
    return page.partition('<main id="content" tabindex="-1">')[2].partition("</main>")[0]


def in_slack(card: dict[str, Any]) -> dict[str, Any]:
    """A form as its modal; anything else as its messages, with the text that screen readers read."""
    if blocks.submit_action(card):
        return blocks.modal(card, callback_id="form", metadata="{}", close="×")
    return {"text": blocks.fallback(card), "pages": blocks.pages(card)}


def addresses(drawn: Any) -> list[str]:
    """Where the buttons lead that lead out of lisbot."""
    if isinstance(drawn, list):
        return [found for inner in drawn for found in addresses(inner)]
    if not isinstance(drawn, dict):
        return []
    return [*([drawn["url"]] if "url" in drawn else []), *addresses(list(drawn.values()))]


def wrong_in_slack(drawn: dict[str, Any]) -> list[str]:
    if "pages" not in drawn:
        return blocklint.lint(drawn, "modal")
    return [breach for page in drawn["pages"] for breach in blocklint.lint(page, "message")]


# What of a sheet is no words, or stands on paper alone.
WORDLESS = {"grid", "status", "style", "mode", "url", "opens", "up", "command", "arguments", "letterhead"}


def said_by(drawn: object) -> list[str]:
    """Every text of a sheet, which its shape has to have room for."""
    if isinstance(drawn, str):
        return [drawn] if drawn else []
    if isinstance(drawn, tuple | list):
        return [words for each in drawn for words in said_by(each)]
    if isinstance(drawn, Table):  # a heading stands at each of its cells that says something
        return said_by(drawn.rows)
    if is_dataclass(drawn):
        return [
            words for each in fields(drawn) if each.name not in WORDLESS for words in said_by(getattr(drawn, each.name))
        ]
    return []


def asked_ids(form: FormView) -> list[str]:
    """What a form would have somebody type the id of, with nothing to choose among."""
    return [
        each.name for each in form.inputs if each.name in COMMANDS[form.command].references and each.choices is None
    ]


def standing_out(drawn: Sheet) -> list[str]:
    """The buttons that a sheet says come next: a page has one at its top, and the rest as links beneath."""
    everywhere = (*drawn.actions, *(each for part in drawn.sections for each in part.actions))
    return [each.title for each in everywhere if each.style == "positive"]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_card_looks_as_it_did(runtime: Runtime, clock: Any, lang: str) -> None:
    shown, asked, wrong, seen = set(), set(), [], set()

    def keep(name: str, reply: Reply) -> None:
        card = card_of(reply)
        shown.add(reply.shows)
        if reply.shows == "form":
            asked.add(name.removeprefix("form."))
            wrong.extend(f"{name}: nobody knows the id that it asks for: {each}" for each in asked_ids(reply.view))
        assert card["lang"] == lang, name
        breaches = [*lint(teams.render(card, PAGE)), *wrong_in_slack(in_slack(card))]
        wrong.extend(f"{name}: {breach}" for breach in breaches)
        if reply.shows != FORM:
            on_card = json.dumps(card, ensure_ascii=False)
            drawn = draw_sheet(reply.shows, reply.view, reply.viewer)
            if len(first := standing_out(drawn)) > 1:
                wrong.append(f"{name}: more than one button stands out: {', '.join(first)}")
            said = said_by(drawn)
            wrong.extend(
                f"{name}: not on the card: {words}"
                for words in said
                if json.dumps(words, ensure_ascii=False)[1:-1] not in on_card
            )
        for face, now in faces(reply, card).items():
            folder, ending = face.split("/")
            path = SNAPSHOTS / folder / f"{name}.{lang}.{ending}"
            assert path not in seen, f"{name} is shown twice"
            seen.add(path)
            if UPDATE:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(now, "utf-8")
            elif not path.exists():
                wrong.append(f"{path.relative_to(SNAPSHOTS)} is new")
            elif path.read_text("utf-8") != now:
                wrong.append(f"{path.relative_to(SNAPSHOTS)} has changed:\n{difference(path, now)}")

    await play(Scene(runtime, clock, lang, keep))
    # What the clock alone is shown is in its language alone.
    assert shown | {"reminder"} == {*SHEETS, FORM} - {"account"}
    assert {
        c.name for c in COMMANDS.values() if c.has_form and c.inputs and c.changes and not c.is_internal
    } - asked == set()
    for path in set(SNAPSHOTS.glob(f"*/*.{lang}.*")) - seen:
        if UPDATE:
            path.unlink()
        else:
            wrong.append(f"{path.relative_to(SNAPSHOTS)} is shown no more")
    assert wrong == [], "\n".join(wrong)


def difference(path: Path, now: str) -> str:
    before = path.read_text("utf-8").splitlines()
    return "\n".join(list(unified_diff(before, now.splitlines(), lineterm="", n=1))[2:20])


def pages_of(reply: Reply) -> list[dict[str, Any]]:
    """A card as whoever asked for it turns its pages in Teams; none of a form."""
    assert reply.viewer
    if reply.shows == FORM:
        return []
    again = find_again(reply, draw_sheet(reply.shows, reply.view, reply.viewer).opens)
    card = card_of(reply)
    count = len(split_pages(card)) if again else 1
    return [teams.render(card, PAGE, again=again, page=number) for number in range(count)]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_longest_cards_fit_in_teams(runtime: Runtime, clock: Any, lang: str) -> None:
    """Thirty items with all that may be typed in each, drawn for whoever sees most of it."""
    sizes: dict[str, int] = {}

    def keep(name: str, reply: Reply) -> None:
        for page in (teams.render(card_of(reply), PAGE), *pages_of(reply)):
            assert lint(page) == [], name
            sizes[name] = max(sizes.get(name, 0), len(json.dumps(page, ensure_ascii=False).encode("utf-16-le")))

    scene = Scene(runtime, clock, lang, keep)
    await overflow(scene)
    assert max(sizes.values()) <= LARGEST


@pytest.mark.parametrize("lang", ["nn"])
async def test_the_longest_cards_go_on_in_slack_over_pages(runtime: Runtime, clock: Any, lang: str) -> None:
    """The same cards, whole: nothing is cut, and every page and modal is one that Slack takes."""
    pages: dict[str, int] = {}
    more = text(lang, "card.and_more", count=2).split("2")[1]

    def keep(name: str, reply: Reply) -> None:
        card = card_of(reply)
        drawn = in_slack(card)
        assert wrong_in_slack(drawn) == [], name
        pages[name] = len(drawn.get("pages", ["modal"]))
        told = bare("".join([*texts(drawn), *addresses(drawn)])).replace(":", "")
        if reply.shows != "form":
            assert bare(more) not in told
            parts = [part for line in words(card).split("\n") for part in line.split(": http")]
            assert [part for part in parts if bare(part).replace(":", "") not in told] == []

    await overflow(Scene(runtime, clock, lang, keep))
    assert max(pages.values()) > 10
