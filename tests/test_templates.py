"""Every shape in cards/ means to Microsoft's templating engine what it means to ours, and draws without a fault.

`cards/samples/<shape>.json` is data to open a shape with in the Adaptive Cards Designer.
`UPDATE_SNAPSHOTS=1 pytest tests/test_templates.py` writes them anew.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import async_playwright

from builders import OSLO
from e2e.conftest import CHROMIUM
from lisbot.cards.draw import FORM, draw_sheet, shape_of, sheet_data
from lisbot.cards.fill import fill, read, template
from lisbot.cards.form import form_data
from lisbot.commands import Reply
from lisbot.db import Database
from lisbot.render import teams
from lisbot.runtime import Runtime
from scene import Scene, overflow, play

ROOT = Path(__file__).parents[1]
ALL_SHAPES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted((ROOT / "cards").glob("*.json"))}
SAMPLES = ROOT / "cards" / "samples"
BUTTONS = {
    "button": {"title": "Kommer", "verb": "attendance.respond", "style": "positive", "data": {"meeting_id": 1}},
    "ask": {"title": "Foreslå sak", "verb": "proposal.submit", "style": "default", "data": {"meeting_id": 1}},
}
# The drawing of each shape that shows most of it.
SAMPLED = {
    "call": "call.own",
    "case": "case.sides",
    "form": "form.proposal.submit.wrong",
    "meeting": "meeting.draft",
    "minutes": "minutes.read",
    "notice": "agenda.draft",
    "sheet": "minutes.sent",
    "triage": "triage.waiting",
    "vote": "vote.answered",
    "worklist": "worklist.vote-waits",
}
WIDTHS = (320, 640)  # pixels; WCAG 2.2, 1.4.10 asks for 320
PAGE = (Path(__file__).parent / "templating" / "renderer.html").as_uri()


def data_of(reply: Reply) -> dict[str, Any]:
    assert reply.viewer
    if reply.shows == FORM:
        return form_data(reply.view, reply.viewer)
    return sheet_data(draw_sheet(reply.shows, reply.view, reply.viewer), reply.viewer)


DRAWN: dict[str, tuple[str, Any]] = {}  # once for all tests


@pytest.fixture
async def drawings(sqlite_template: Path, tmp_path: Path, clock: Any) -> dict[str, tuple[str, Any]]:
    """The shape and data of every drawing of a whole meeting, and of one with as much as may be typed."""
    if DRAWN:
        return DRAWN
    found: dict[str, tuple[str, Any]] = {name: (name, data) for name, data in BUTTONS.items()}

    for acts in (play, overflow):
        path = tmp_path / f"{acts.__name__}.db"
        shutil.copy(sqlite_template, path)
        db = Database(f"sqlite+aiosqlite:///{path}")

        def keep(name: str, reply: Reply, story: str = acts.__name__) -> None:
            # As JSON, which is all that the other engine is given.
            found[f"{story} {name}"] = (shape_of(reply.shows), json.loads(json.dumps(data_of(reply))))

        await acts(Scene(Runtime(db, clock, OSLO, key=b"k" * 32, base_url="https://lisbot.example"), clock, "nb", keep))
        await db.close()
        clock.at = type(clock).at
    DRAWN.update(found)
    return DRAWN


def expand(pairs: list[tuple[Any, Any]]) -> list[dict[str, Any]]:
    """What Microsoft's engine makes of shapes and data."""
    done = subprocess.run(
        ["node", "tests/templating/expand.cjs"],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


@pytest.mark.browser
async def test_both_engines_make_the_same_card_of_every_drawing(drawings):
    assert {shape for shape, _ in drawings.values()} == set(ALL_SHAPES)
    theirs = expand([(ALL_SHAPES[shape], data) for shape, data in drawings.values()])
    for (name, (shape, data)), expanded in zip(drawings.items(), theirs, strict=True):
        assert expanded["card"] == fill(template(shape), data), name


@pytest.mark.browser
@pytest.mark.parametrize(
    ("shape", "data"),
    [
        ([{"$when": "${flag}", "a": 1}], {"flag": True}),
        ([{"$when": "${flag}", "a": 1}], {"flag": False}),
        ([{"$when": "${flag}", "a": 1}], {"flag": "true"}),
        ([{"$when": "${not(empty(name))}", "a": "${name}"}], {"name": ""}),
        ([{"$when": "${not(empty(name))}", "a": "${name}"}], {"name": "${title} {0} `x` \\n"}),
        ([{"$when": "${not(empty(rows))}", "a": 1}], {"rows": []}),
        ([{"$data": "${rows}", "a": "${$data}"}], {"rows": ["x", "", "z"]}),
        ([{"$data": "${rows}", "a": "${name}-${name}", "b": "${n}"}], {"name": "no", "rows": [{"name": "x", "n": 1}]}),
        (
            [{"$data": "${rows}", "$when": "${on}", "a": "${n}"}],
            {"rows": [{"n": 1, "on": True}, {"n": 2, "on": False}]},
        ),
        ([{"$data": "${rows}", "inner": [{"$data": "${rows}", "a": "${$data}"}]}], {"rows": [{"rows": ["x", "y"]}]}),
    ],
)
def test_both_engines_read_the_language_alike(shape, data):
    (expanded,) = expand([({"items": shape}, data)])
    assert expanded["card"] == fill(read({"items": shape}), data)


def test_what_ours_does_not_understand_it_refuses():
    for shape in ("${a.b}", "${a == 1}", "${if(a, b, c)}", "a ${b + c}", "${empty(a)}"):
        with pytest.raises(ValueError, match="not a hole"):
            read(shape)


def test_a_hole_that_holds_nothing_is_a_bug_and_not_a_gap():
    """Microsoft's engine would show the hole itself."""
    with pytest.raises(ValueError, match="holds nothing"):
        fill(read({"a": "${name}"}), {"name": None})
    with pytest.raises(KeyError):
        fill(read({"a": "${name}"}), {})


async def test_the_samples_are_of_today(drawings):
    samples = {shape: drawings[f"play {name}"][1] for shape, name in SAMPLED.items()} | BUTTONS
    assert set(samples) == set(ALL_SHAPES)
    for shape, data in samples.items():
        path = SAMPLES / f"{shape}.json"
        now = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
        if os.environ.get("UPDATE_SNAPSHOTS") == "1":
            path.parent.mkdir(exist_ok=True)
            path.write_text(now, "utf-8")
        assert path.read_text("utf-8") == now, f"{path.name} has changed"


@pytest.mark.browser
async def test_the_official_renderer_draws_every_card_without_a_fault(drawings):
    """Also at the width of a phone, without anything that stands out: but for words of two hundred letters."""
    cards = {
        name: teams.render(fill(template(shape), data), "https://lisbot.example/page")
        for name, (shape, data) in drawings.items()
        if shape not in BUTTONS
    }
    wrong = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(CHROMIUM))
        page = await browser.new_page()
        await page.goto(PAGE)
        for name, card in cards.items():
            for width in WIDTHS:
                found = await page.evaluate("([card, width]) => draw(card, width)", [card, width])
                faults = found["faults"] + (found["standing_out"] if name.startswith("play ") else [])
                wrong += [f"{name} at {width}: {fault}" for fault in faults]
                assert title_of(card) in " ".join(found["text"].split()), name
        await browser.close()
    assert wrong == []


def title_of(card: dict[str, Any]) -> str:
    """The start of a card's title, without what Markdown or the browser makes of it."""
    title = next(e["text"] for e in card["body"] if e.get("style") == "heading")
    return re.split(r"[^\w ,]", title)[0].strip()
