"""Every page, as everybody who may see it, in each language: axe finds nothing, wide and light, narrow and dark,
nothing sticks out, and no page is heavy."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from lisbot.commands import COMMANDS
from lisbot.routes import address
from lisbot.texts import LANGUAGES

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
REGUT, REPRESENTATIVE, READER = "Ragnhild Soltunet", "Astrid Myrholtet", "Berit Skøyenmyr"
SMALLEST, NARROW, WIDE = ({"width": w, "height": h} for w, h in ((320, 640), (360, 740), (1280, 900)))
HEAVIEST = 60_000  # bytes of a page and its style sheet, as they are sent
HEADER = 64  # pixels of a phone's header: one row
# One of each thing there is in the demo.
ABOUT = dict.fromkeys(("body_id", "case_id", "comment_id", "item_id", "meeting_id", "seat_id", "vote_id"), "1") | {
    "meeting_id": "2",
    "proposal_id": "4",
    "person_id": "1",
    "response": "absent",
    "choice": "for",
}
OTHERS = ("/nowhere", "/signin", "/signin/link?token=used", "/do/vote.cast", "/show/vote.cast", "/meeting/999", "/")


async def become(page, demo, name):
    await page.goto(demo)
    await page.click(f"button.person:has-text('{name}')")


async def choose(page, lang):
    await page.click(f"button[name=lang][value={lang}]")


async def run_axe(page, where, **only):
    found = await page.evaluate("only => axe.run(document, {runOnly: only, resultTypes: ['violations']})", only)
    return [
        f"{where}: {v['id']}: {v['help']}: {json.dumps([n['html'][:160] for n in v['nodes'][:2]])}"
        for v in found["violations"]
    ]


async def check(page, where):
    """What axe has against a page, and whether it is wider than a small screen, or its head more than a row of it."""
    await page.evaluate(AXE)
    wrong = await run_axe(page, where, type="tag", values=RULES)
    await page.set_viewport_size(NARROW)
    await page.emulate_media(color_scheme="dark")
    # What it is made of is the same: what it looks like is not.
    wrong += await run_axe(page, f"{where}, narrow and dark", type="rule", values=OF_LOOKS)
    head = await page.evaluate("document.querySelector('header.top').offsetHeight")
    await page.set_viewport_size(SMALLEST)
    width = await page.evaluate("document.documentElement.scrollWidth")
    await page.set_viewport_size(WIDE)
    await page.emulate_media(color_scheme="light")
    too_wide = [f"{where}: {width} px wide on a screen of 320"] if width > SMALLEST["width"] else []
    return [*wrong, *too_wide, *([f"{where}: a head of {head} px"] if head > HEADER else [])]


def kind(path):
    """Pages of one kind differ only in which thing they are about."""
    parts = urlsplit(path)
    names = [name for name, _ in parse_qsl(parts.query) if name != "_next"]
    return re.sub(r"\d+", "n", parts.path), tuple(names)


def every_command():
    """The address of what each command shows, or of its form."""
    for name, command in COMMANDS.items():
        if not command.is_internal:
            about = {each: ABOUT[each] for each in command.parameters if each in ABOUT and each in command.context}
            if command.changes:
                yield f"/form/{name}?{urlencode(about)}"
            else:
                yield address(name, {each: ABOUT[each] for each in command.parameters if each in ABOUT})


async def walk(page, demo, start, others=()):
    """Every page that can be reached by links from here, one of each kind, then the others; and what is wrong."""
    linked, seen, wrong, heaviest = [start], set(), [], 0
    asked = [*linked, *others]
    while linked or asked:
        is_linked = bool(linked)
        path = (linked or asked).pop(0)
        if kind(path) in seen:
            continue
        seen.add(kind(path))
        answer = await page.goto(demo + path, wait_until="domcontentloaded")
        if answer.status >= (300 if is_linked else 500):
            wrong.append(f"{path}: {answer.status}")
        heaviest = max(heaviest, len(await answer.body()))
        wrong += await check(page, path)
        links = await page.eval_on_selector_all("a[href]", "all => all.map(a => a.getAttribute('href'))")
        linked += [link for link in links if link.startswith("/")]
    return seen, wrong, heaviest


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("who", [REGUT, REPRESENTATIVE, READER])
async def test_nothing_is_found_on_any_page(demo, browser, who, lang):
    page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")
    sheets = []
    page.on("response", lambda answer: sheets.append(answer) if answer.url.endswith(".css") else None)
    await become(page, demo, who)
    await choose(page, lang)
    assert await page.get_attribute("html", "lang") == lang
    # What no link leads to in the demo is made as all the rest is: a third of it in each language.
    others = [*every_command(), *OTHERS][LANGUAGES.index(lang) :: len(LANGUAGES)] if who == REGUT else ["/nowhere"]
    seen, wrong, heaviest = await walk(page, demo, "/me", others)
    style = (await sheets[0].request.sizes())["responseBodySize"]
    painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    print(
        f"{who}, {lang}: {len(seen)} pages, the heaviest {heaviest + style} bytes, {painted:.0f} ms to the first paint"
    )
    assert wrong == []
    assert len(seen) >= (3 if who == READER else 10)
    assert heaviest + style <= HEAVIEST


async def test_a_refused_form_is_as_good(demo, browser):
    page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")
    await become(page, demo, REPRESENTATIVE)
    await page.locator("main a[href^='/form/proposal.submit']").first.click()
    await page.click("main button.primary")
    assert await page.is_visible(".box.attention")
    assert await check(page, "a refused form") == []
