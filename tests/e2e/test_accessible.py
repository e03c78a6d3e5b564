"""Every page there is a link to, as everybody who may see it: axe finds nothing, and nothing sticks out."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
REGUT, REPRESENTATIVE, READER = "Ragnhild Soltunet", "Astrid Myrholtet", "Berit Skøyenmyr"
NARROW, WIDE = {"width": 320, "height": 640}, {"width": 1280, "height": 900}


async def become(page, demo, name):
    await page.goto(demo)
    await page.click(f"button.person:has-text('{name}')")


async def choose(page, lang):
    await page.click(f"button[name=lang][value={lang}]")


async def check(page, where):
    """What axe has against a page, and whether it is wider than a small screen."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(
        "rules => axe.run(document, {runOnly: {type: 'tag', values: rules}, resultTypes: ['violations']})",
        RULES,
    )
    wrong = [
        f"{where}: {v['id']}: {v['help']}: {json.dumps([n['html'][:160] for n in v['nodes'][:2]])}"
        for v in found["violations"]
    ]
    await page.set_viewport_size(NARROW)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    await page.set_viewport_size(WIDE)
    return wrong + ([f"{where}: {wide} px wide on a screen of 320"] if wide > 320 else [])


def kind(path):
    """Pages of one kind differ only in which thing they are about."""
    parts = urlsplit(path)
    names = [name for name, _ in parse_qsl(parts.query) if name != "_next"]
    return re.sub(r"\d+", "n", parts.path), tuple(names)


async def walk(page, demo, start):
    """Every page that can be reached by links from here, one of each kind, and what is wrong with it."""
    waiting, seen, wrong = [start], set(), []
    while waiting:
        path = waiting.pop(0)
        if kind(path) in seen:
            continue
        seen.add(kind(path))
        answer = await page.goto(demo + path)
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
        wrong += await check(page, path)
        links = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        waiting += [link for link in links if link.startswith("/")]
    return seen, wrong


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
@pytest.mark.parametrize("who", [REGUT, REPRESENTATIVE, READER])
async def test_nothing_is_found_on_any_page(demo, browser, who, lang):
    page = await browser.new_page(viewport=WIDE)
    await become(page, demo, who)
    await choose(page, lang)
    assert await page.get_attribute("html", "lang") == lang
    seen, wrong = await walk(page, demo, "/me")
    assert wrong == []
    assert len(seen) >= (3 if who == READER else 10)


async def test_a_refused_form_and_a_page_that_says_no_are_as_good(demo, browser):
    page = await browser.new_page(viewport=WIDE)
    await become(page, demo, REPRESENTATIVE)
    await page.locator("main a[href^='/form/proposal.submit']").first.click()
    await page.click("main button.primary")
    assert await page.is_visible(".box.attention")
    wrong = await check(page, "a refused form")
    for path in ("/nowhere", "/overview", "/do/vote.cast", "/show/vote.cast"):
        await page.goto(demo + path)
        wrong += await check(page, path)
    assert wrong == []


async def test_the_dark_colours_are_as_easy_to_read(demo, browser):
    page = await browser.new_page(viewport=WIDE, color_scheme="dark")
    await page.goto(demo)
    wrong = await check(page, "/")
    await become(page, demo, REGUT)
    for path in (
        "/me",
        "/overview",
        "/meeting/2",
        "/meeting/1/minutes",
        "/case/1",
        "/outcomes",
        "/form/year_plan.set_dates?body_id=1",
    ):
        await page.goto(demo + path)
        wrong += await check(page, path)
    assert wrong == []
