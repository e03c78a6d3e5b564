"""Every page, as everybody who may see it: axe finds nothing, wide and light, narrow and dark, nothing sticks out, and
no page is heavy.

Each kind of page is looked at in one language, the languages taking turns; `make proofs` looks at each in all of them.
"""

import json
import os
import re
import shutil
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from zlib import crc32

import pytest
from sqlalchemy import select

from lisbot import settings
from lisbot.commands import COMMANDS
from lisbot.council.models import Person
from lisbot.council.register.sign_in import create_link
from lisbot.db import Database
from lisbot.demo.clock import Clock
from lisbot.routes import address
from lisbot.runtime import Runtime
from lisbot.texts import LANGUAGES
from pages import serve_pages

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_LOOKS = ["color-contrast", "link-in-text-block", "scrollable-region-focusable", "target-size"]
REGUT, REPRESENTATIVE, READER = "Ragnhild Soltunet", "Astrid Myrholtet", "Berit Skøyenmyr"
SMALLEST, NARROW, WIDE = ({"width": w, "height": h} for w, h in ((320, 640), (360, 740), (1280, 900)))
LETTERS = "/demo/mail/"  # as a mail program shows them, and none of them a page of lisbot's
IN_EACH = bool(os.environ.get("LISBOT_PROOFS"))  # make proofs
HEAVIEST = 60_000  # bytes of a page and its style sheet, as they are sent
LINK = re.compile(r'<a\b[^>]*?\shref="([^"]*)"')
SIZES = "[document.documentElement.scrollWidth, document.querySelector('header.top').offsetHeight]"
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


async def run_axe(page, where, **options):
    found = await page.evaluate("options => axe.run(document, {...options, resultTypes: ['violations']})", options)
    return [
        f"{where}: {v['id']}: {v['help']}: {json.dumps([n['html'][:160] for n in v['nodes'][:2]])}"
        for v in found["violations"]
    ]


async def check(page, where, *, in_the_dark=True):
    """What axe has against how a page is made and how it looks, and whether it is wider than a small screen, or its
    head more than a row of it."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE)
    wrong = await run_axe(page, where, runOnly={"type": "tag", "values": RULES})
    if in_the_dark:
        await page.set_viewport_size(NARROW)
        await page.emulate_media(color_scheme="dark")
        wrong += await run_axe(page, f"{where}, narrow and dark", runOnly={"type": "rule", "values": OF_LOOKS})
        await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(SMALLEST)
    width, head = await page.evaluate(SIZES)
    await page.set_viewport_size(WIDE)
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


def has_its_turn(page_kind, lang):
    """Whether pages of this kind are looked at in this language."""
    return LANGUAGES[crc32(repr(page_kind).encode()) % len(LANGUAGES)] == lang


async def walk(page, demo, lang, others=()):
    """Every page that can be reached by links from one's own, one of each kind, then the others and what they alone
    lead to, which may be in this language only; and what is wrong. What has its turn in another language is only
    asked for, to find where it leads."""
    linked, asked, seen, wrong, heaviest = ["/me"], list(others), set(), [], 0
    is_in_each = True
    while linked or asked:
        is_linked = bool(linked)
        is_in_each = is_in_each and is_linked
        path = (linked or asked).pop(0)
        this = kind(path)
        if this in seen:
            continue
        seen.add(this)
        is_looked_at = IN_EACH or not is_in_each or has_its_turn(this, lang)
        if is_looked_at:
            answer = await page.goto(demo + path, wait_until="domcontentloaded")
        else:
            answer = await page.request.get(demo + path, max_redirects=0)
        if answer.status >= (300 if is_linked else 500):
            wrong.append(f"{path}: {answer.status}")
        heaviest = max(heaviest, len(await answer.body()))
        if is_looked_at:
            wrong += await check(page, path, in_the_dark=IN_EACH or is_in_each)  # the others are forms, all alike
        found = map(unescape, LINK.findall(await answer.text()))
        linked += [link for link in found if link.startswith("/") and not link.startswith(LETTERS)]
    return seen, wrong, heaviest


async def see_that_nothing_is_found(page, demo, who, lang, others, *, at_least):
    sheets = []
    page.on("response", lambda answer: sheets.append(answer) if answer.url.endswith(".css") else None)
    await become(page, demo, who)
    await choose(page, lang)
    assert await page.get_attribute("html", "lang") == lang
    seen, wrong, heaviest = await walk(page, demo, lang, others)
    style = (await sheets[0].request.sizes())["responseBodySize"]
    painted = await page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN")
    print(
        f"{who}, {lang}: {len(seen)} pages, the heaviest {heaviest + style} bytes, {painted:.0f} ms to the first paint"
    )
    assert wrong == []
    assert len(seen) >= at_least
    assert heaviest + style <= HEAVIEST


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_nothing_is_found_on_the_secretariats_pages(demo, browser, lang):
    page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")
    await page.add_init_script(AXE)  # sooner than sending it to each page
    # What no link leads to in the demo is made as all the rest is: a third of it in each language.
    others = [*every_command(), *OTHERS][0 if IN_EACH else LANGUAGES.index(lang) :: 1 if IN_EACH else len(LANGUAGES)]
    await see_that_nothing_is_found(page, demo, REGUT, lang, others, at_least=60)


@pytest.mark.parametrize(("who", "at_least"), [(REPRESENTATIVE, 10), (READER, 3)])
async def test_nothing_is_found_on_the_others_pages(demo, browser, who, at_least):
    for lang in LANGUAGES:
        page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")
        await see_that_nothing_is_found(page, demo, who, lang, ["/nowhere"], at_least=at_least)
        await page.close()


async def test_a_refused_form_is_as_good(demo, browser):
    page = await browser.new_page(viewport=WIDE, reduced_motion="reduce")
    await become(page, demo, REPRESENTATIVE)
    await page.locator("main a[href^='/form/proposal.submit']").first.click()
    await page.click("main button.primary")
    assert await page.is_visible(".box.attention")
    assert await check(page, "a refused form") == []


@pytest.fixture
async def without_demo(scene_file, tmp_path):
    """The pages over the demo's councils, with sign-in by mail in the place of its cast, and what opens a link."""
    shutil.copy(scene_file, tmp_path / "real.db")
    db = Database(f"sqlite+aiosqlite:///{tmp_path}/real.db")
    config = settings.read({}, demo=True)
    runtime = Runtime(db, Clock(db), config.tz, config.lang, config.secret_key.encode())

    async def link():
        async with db.write() as session:
            email = await session.scalar(select(Person.email).where(Person.name == REPRESENTATIVE))
            return f"/signin/link?token={(await create_link(session, email, runtime.now())).token}"

    async with serve_pages(runtime, send_mail=ignore) as server:
        yield str(server.make_url("")).rstrip("/"), link
    await db.close()


async def ignore(to, subject, words):
    pass


@pytest.mark.parametrize("lang", LANGUAGES if IN_EACH else LANGUAGES[:1])
async def test_nothing_is_found_where_one_signs_in_or_came_too_late(without_demo, browser, lang):
    base, new_link = without_demo
    context = await browser.new_context(viewport=WIDE, reduced_motion="reduce", locale=f"{lang}-NO")
    page = await context.new_page()
    await page.add_init_script(AXE)
    wrong, seen = [], set()

    async def see(status, *, path="", press=""):
        async with page.expect_navigation() as answer:
            await (page.click(press) if press else page.goto(base + path))
        answer = await answer.value
        assert answer.status == status, (path, press)
        assert await page.get_attribute("html", "lang") == lang
        seen.add(await page.inner_text("h1"))
        wrong.extend(await check(page, f"{page.url} {status}"))

    await see(200, path="/signin?_next=/overview")
    await page.fill("#email", "none")
    await see(422, press="main button")
    await page.fill("#email", "somebody@else.example")
    await see(200, press="main button")
    link = await new_link()
    await see(200, path=link)
    await see(200, press="main button.primary")
    await see(200, path="/form/proposal.submit?meeting_id=2")
    await page.fill("[name=title]", "Felles rotasjon")
    await context.clear_cookies()
    await see(403, press="main button.primary")
    assert "Felles rotasjon" in await page.content(), "too late, and nothing is lost"
    await page.goto(base + link)
    await see(403, press="main button.primary")
    await page.goto(base + await new_link())
    await page.click("main button.primary")
    await page.goto(base + "/form/proposal.submit?meeting_id=2")
    await page.fill("[name=title]", "Felles rotasjon")
    beside = await context.new_page()
    await context.clear_cookies()
    await beside.goto(base + await new_link())
    await beside.click("main button.primary")
    await see(403, press="main button.primary")
    assert await page.input_value("[name=title]") == "Felles rotasjon"
    for path in ("/link/none", "/mail/off/none", "/nowhere"):
        await see(404, path=path)
    assert wrong == []
    assert len(seen) > 5, seen
