"""Pages with much to show side by side, in a browser: what is too wide scrolls in its own box, and never the page."""

from importlib.resources import files

import pytest

from channels.web.test_sheet_page import draw
from lisbot.cards.views import Grid, GridCell, GridRow, Section, Sheet, Step, Table, TableRow
from lisbot.texts import LANGUAGES, text

pytestmark = pytest.mark.browser

STAGES = ("sort", "contact", "council", "leaders", "lines", "directorate", "committee")
WIDTHS = (1920, 1280, 1024, 900, 680, 390, 320)
A4 = {"width": 643, "height": 971}  # pixels between the margins
STYLE = (files("lisbot.channels.web") / "static/lisbot.css").read_text("utf-8")
# What sticks out of the page, or of the box of its own that it scrolls in.
OUTSIDE = """() => [document.documentElement.scrollWidth - innerWidth, ...[...document.querySelectorAll("th, td, li")]
  .filter(each => !each.closest(".grid, .wide") && each.getClientRects().length)
  .filter(each => getComputedStyle(each.closest("thead") ?? each).position !== "absolute")
  .map(each => each.getBoundingClientRect().right - innerWidth)].filter(over => over > 1)"""


def matrix(lang: str, organisations: int) -> Sheet:
    """A council's cases and what many organisations did with each."""
    names = tuple(f"Universitetssykehuset Nord-Sørlandet HF {number}" for number in range(organisations))
    state = text(lang, "follow_up_state.raised")
    cell = GridCell("↑", state, "coming")
    rows = [f"{number}/26 Felles kursrekke i akuttmedisin for alle sykehusene" for number in range(1, 4)]
    return Sheet(
        "Gjennomføring",
        sections=(
            Section(
                "Sakene og virksomhetene",
                grid=Grid("Bilde", names, tuple(GridRow(each[:4], (cell,) * organisations) for each in rows), (cell,)),
                table=Table(
                    ("Sak", *names),
                    tuple(TableRow((each, *(f"{state} 30. november 2026",) * organisations)) for each in rows),
                ),
            ),
        ),
    )


async def widths(browser, sheet: Sheet, style: str, lang: str) -> list[tuple[int, list[float]]]:
    page = await browser.new_page()
    head = f"<meta name=viewport content='width=device-width, initial-scale=1'><style>{STYLE}</style>"
    await page.set_content(f"<html lang={lang}>{head}<body class='{style}'><main {draw(sheet)}</main></body></html>")
    found = []
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": 900})
        found.append((width, await page.evaluate(OUTSIDE)))
    await page.emulate_media(media="print")
    await page.set_viewport_size(A4)
    found.append((0, await page.evaluate(OUTSIDE)))
    return [each for each in found if each[1]]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("organisations", [2, 4, 8, 14, 30])
async def test_a_page_with_many_organisations_never_scrolls_sideways(browser, lang, organisations):
    sheet = matrix(lang, organisations)
    for style in ("page-carry-through", "page-consultation"):
        assert await widths(browser, sheet, style, lang) == [], style


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_page_with_many_steps_never_scrolls_sideways(browser, lang):
    names = [text(lang, f"shipped.tka.{each}") for each in STAGES]
    wrong = {}
    for now in range(len(names)):
        steps = tuple(Step(name, "30. nov. 2026", place < now, place == now) for place, name in enumerate(names))
        if found := await widths(browser, Sheet("Læringsaktivitet", steps=steps), "page-case-process", lang):
            wrong[names[now]] = found
    assert wrong == {}
