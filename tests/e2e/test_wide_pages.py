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


NARROW = {"width": 390, "height": 900}
# The words of a table's labels that are longer than the column they stand in.
BROKEN = """() => [...document.querySelectorAll("td[data-label]")].flatMap(cell => {
  const brush = document.createElement("canvas").getContext("2d");
  const style = getComputedStyle(cell);
  brush.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const wide = parseFloat(style.gridTemplateColumns);
  return cell.dataset.label.split(" ").filter(word => brush.measureText(word).width > wide);
})"""
HIDDEN = """() => [...document.querySelectorAll(".grid, .wide[tabindex]")]
  .filter(box => box.scrollWidth > box.clientWidth && getComputedStyle(box).backgroundImage === "none")
  .map(box => box.className)"""
COLUMNS = """() => { const box = document.querySelector(".grid").getBoundingClientRect();
  const row = [...document.querySelectorAll(".grid svg .cell rect")].slice(0, 12);
  return row.filter(each => each.getBoundingClientRect().right <= box.right).length; }"""


async def page_of(browser, sheet: Sheet, style: str, size: dict[str, int]):
    page = await browser.new_page()
    await page.set_viewport_size(size)
    head = f"<meta name=viewport content='width=device-width, initial-scale=1'><style>{STYLE}</style>"
    await page.set_content(f"<html lang=nb>{head}<body class='{style}'><main {draw(sheet)}</main></body></html>")
    return page


async def test_an_organisations_name_is_not_broken_within_a_word_on_a_phone(browser):
    page = await page_of(browser, matrix("nb", 4), "page-carry-through", NARROW)
    assert await page.evaluate(BROKEN) == []


async def test_what_scrolls_in_a_box_of_its_own_says_so_at_its_edge(browser):
    for size in (NARROW, {"width": 1280, "height": 900}):
        page = await page_of(browser, matrix("nb", 14), "page-carry-through", size)
        assert await page.evaluate(HIDDEN) == []


async def test_a_picture_with_long_names_shows_several_of_its_columns_on_a_phone(browser):
    cell = GridCell("✓", "svart", "good")
    names = [f"Regionalt samarbeidsorgan for helseforetakene {number}" for number in range(3)]
    rows = tuple(GridRow(each, (cell,) * 12) for each in names)
    grid = Grid("Bilde", tuple(f"{day}. nov." for day in range(1, 13)), rows, (cell,))
    page = await page_of(browser, Sheet("Reise", sections=(Section("Hvem", grid=grid),)), "page-journey", NARROW)
    assert await page.evaluate(COLUMNS) >= 4


async def test_the_demos_bar_never_lies_under_its_button(browser):
    button = f"<button class='button slim'>{text('nb', 'demo.forward')}</button>"
    bar = f"<section class='demo-bar'><p>{text('nb', 'demo.nobody')}</p><form>{button}</form></section>"
    page = await browser.new_page()
    for width in (390, 320):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.set_content(f"<html lang=nb><style>{STYLE}</style><body>{bar}</body>")
        over = await page.evaluate(
            "() => { const said = document.createRange(), button = document.querySelector('.button');"
            " said.selectNodeContents(document.querySelector('.demo-bar p'));"
            " return said.getBoundingClientRect().right - button.getBoundingClientRect().left; }"
        )
        assert over <= 0, width
