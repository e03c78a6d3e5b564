"""Every card in every face and language, as it was last looked over; and what Teams and Slack ask of each.

`UPDATE_SNAPSHOTS=1 pytest tests/test_cards.py` writes the snapshots anew. Look them over before committing.
"""

import json
import os
import re
import shutil
from collections.abc import AsyncIterator
from difflib import unified_diff
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import blocklint
from builders import OSLO
from cardlint import LARGEST, lint
from lisbot.cards import FACTS, draw
from lisbot.channels.web.places import lead
from lisbot.commands import COMMANDS, House
from lisbot.db import Database
from lisbot.render import blocks, teams
from lisbot.render.html import html
from lisbot.render.words import words
from lisbot.texts import LANGUAGES, text
from sample_cards import bare, texts
from scene import Scene, overflow, play

SNAPSHOTS = Path(__file__).parent / "snapshots"
UPDATE = os.environ.get("UPDATE_SNAPSHOTS") == "1"
TAG = re.compile(r"(?=<(?:h\d|p|dl|dt|div|form|fieldset|label|button|a)[ >])")
NO_CARD = {"nothing"}  # what is answered to nobody


@pytest.fixture
async def house(sqlite_template: Path, tmp_path: Path, clock: Any) -> AsyncIterator[House]:
    """A card is the same whatever it is kept in: one database will do."""
    path = tmp_path / "cards.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite+aiosqlite:///{path}")
    yield House(db, clock, OSLO, key=b"k" * 32, base_url="https://lisbot.example")
    await db.close()


def faces(card: dict[str, Any]) -> dict[str, str]:
    """The card as each of its readers has it: by the face and the ending of its snapshot."""
    drawn = html(card, lead=lead("/me"), hidden={"_csrf": "token", "_next": "/me"})
    return {
        "teams/json": json.dumps(teams.render(card), ensure_ascii=False, indent=1, sort_keys=True) + "\n",
        "html/html": TAG.sub("\n", drawn).strip() + "\n",
        "words/txt": words(card, buttons=True) + "\n",
        "slack/json": json.dumps(in_slack(card), ensure_ascii=False, indent=1) + "\n",
    }


def in_slack(card: dict[str, Any]) -> dict[str, Any]:
    """A form as its modal; anything else as its messages, with the text that screen readers read."""
    if blocks.submission(card):
        return blocks.modal(card, callback_id="form", metadata="{}", close="×")
    return {"text": blocks.fallback(card), "pages": blocks.pages(card)}


def wrong_in_slack(drawn: dict[str, Any]) -> list[str]:
    if "pages" not in drawn:
        return blocklint.lint(drawn, "modal")
    return [breach for page in drawn["pages"] for breach in blocklint.lint(page, "message")]


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_every_card_looks_as_it_did(house: House, clock: Any, lang: str) -> None:
    shown, asked, wrong, seen = set(), set(), [], set()

    def keep(name: str, shows: str, card: dict[str, Any]) -> None:
        shown.add(shows)
        if shows == "form":
            asked.add(name.removeprefix("form."))
        assert card["lang"] == lang, name
        breaches = [*lint(teams.render(card)), *wrong_in_slack(in_slack(card))]
        wrong.extend(f"{name}: {breach}" for breach in breaches)
        for face, now in faces(card).items():
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

    await play(Scene(house, clock, lang, keep))
    assert shown == set(FACTS) - NO_CARD
    assert {c.name for c in COMMANDS.values() if c.asks} - asked == set()
    for path in set(SNAPSHOTS.glob(f"*/*.{lang}.*")) - seen:
        if UPDATE:
            path.unlink()
        else:
            wrong.append(f"{path.relative_to(SNAPSHOTS)} is shown no more")
    assert wrong == [], "\n".join(wrong)


def difference(path: Path, now: str) -> str:
    before = path.read_text("utf-8").splitlines()
    return "\n".join(list(unified_diff(before, now.splitlines(), lineterm="", n=1))[2:20])


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_longest_cards_fit_in_teams(house: House, clock: Any, lang: str) -> None:
    """Thirty items with all that may be typed in each, drawn for whoever sees most of it."""
    sizes: dict[str, int] = {}

    def keep(name: str, shows: str, card: dict[str, Any]) -> None:
        face = teams.render(card)
        assert lint(face) == [], name
        sizes[name] = len(json.dumps(face, ensure_ascii=False).encode("utf-16-le"))

    scene = Scene(house, clock, lang, keep)
    await overflow(scene)
    assert max(sizes.values()) <= LARGEST
    assert len(sizes) == 18


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_the_longest_cards_go_on_in_slack_over_pages(house: House, clock: Any, lang: str) -> None:
    """The same cards, whole: nothing is cut, and every page and modal is one that Slack takes."""
    pages: dict[str, int] = {}
    more = text(lang, "sheet.and_more", count=2).split("2")[1]

    def keep(name: str, shows: str, card: dict[str, Any]) -> None:
        drawn = in_slack(card)
        assert wrong_in_slack(drawn) == [], name
        pages[name] = len(drawn.get("pages", ["modal"]))
        told = bare("".join(texts(drawn))).replace(":", "")
        if shows != "form":
            assert bare(more) not in told
            assert [line for line in words(card).split("\n") if bare(line).replace(":", "") not in told] == []

    await overflow(Scene(house, clock, lang, keep, partial(draw, whole=True)))
    assert len(pages) == 18
    assert max(pages.values()) > 10
