"""How far it is from one's own page to approved minutes, counted as a browser counts it: pages loaded (L) and forms
sent (F)."""

import shutil
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp.test_utils import TestServer

from journeys import require_told
from lisbot import settings
from lisbot.app import make_app
from minutes_scene import hold_meeting, items_of

pytestmark = pytest.mark.browser

MOST_LOADS, MOST_FORMS = 10, 10  # for eight items: 36 and 18 before


@asynccontextmanager
async def serve(scene_file, tmp_path, prepare):
    """A demo whose database `prepare` has put a meeting in: its address, its database and the meeting."""
    shutil.copy(scene_file, tmp_path / "demo.db")
    url = f"sqlite+aiosqlite:///{tmp_path}/demo.db"
    meeting_id = await prepare(url)
    server = TestServer(await make_app(replace(settings.read({}, demo=True), database_url=url)), host="127.0.0.1")
    server.skip_url_asserts = True
    await server.start_server()
    yield f"http://127.0.0.1:{server.port}", url, meeting_id
    await server.close()


@pytest.fixture
async def held(scene_file, tmp_path):
    async with serve(scene_file, tmp_path, hold_meeting) as served:
        yield served


async def test_minutes_of_eight_items_without_a_script(browser, held):
    address, database, meeting_id = held
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(address)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.click("button[name=lang][value=nb]")
    await page.goto(f"{address}/me")
    counted = {"loads": 0, "forms": 0}

    def count(request):
        if request.is_navigation_request():
            counted["loads" if request.method == "GET" else "forms"] += 1

    page.on("request", count)
    await page.click(f"a[href='/meeting/{meeting_id}']")
    await page.click("text=Begynn på referatet")
    await page.click("a:has-text('Registrer oppmøte')")
    await page.locator("input[type=checkbox]").nth(5).check()
    await page.click("button:has-text('Lagre oppmøtet')")
    await page.click("a:has-text('Skriv referatet')")
    rows = page.locator(".form-row")
    for number in range(await rows.count()):
        await rows.nth(number).locator("textarea[name$='.discussed']").fill(f"Rådet drøftet punkt {number}.")
        outcome = rows.nth(number).locator("select[name$='.outcome']")
        if "drøfting" in await rows.nth(number).inner_text():
            await outcome.select_option("input")
    last = rows.nth(await rows.count() - 2)
    await last.locator("summary").click()
    for number in range(3):
        await last.locator("input[type=checkbox]").nth(number).check()
    await last.locator("textarea[name$='.what']").fill("Lage plan for rotasjonen.")
    await page.check("text=som innstilt")
    await page.click("button:has-text('Lagre referatet')")
    await page.click("a:has-text('Godkjenn')")
    await page.click("main button.primary")
    assert "referat godkjent" in await page.inner_text("main")
    assert await page.locator("text=Lage plan for rotasjonen.").count() == 3
    saved = await items_of(database, meeting_id)
    assert [outcome for outcome, _ in saved] == ["noted"] * 3 + ["input"] * 2 + ["advice"] * 3
    assert all(words for outcome, words in saved if outcome == "advice")
    require_told("minutes of 8 items", counted["loads"], counted["forms"])
    assert counted["loads"] <= MOST_LOADS and counted["forms"] <= MOST_FORMS
    await context.close()


async def test_an_item_is_saved_and_the_next_follows_at_its_own_place(browser, held):
    address, _, meeting_id = held
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(address)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.click("button[name=lang][value=nb]")
    await page.goto(f"{address}/meeting/{meeting_id}")
    await page.click("text=Begynn på referatet")
    await page.click("a:has-text('Skriv referatet')")
    first, following = page.locator(".form-row").nth(0), page.locator(".form-row").nth(1)
    at = await following.get_attribute("id")
    await first.locator("textarea[name$='.discussed']").fill("Først.")
    await following.locator("textarea[name$='.discussed']").fill("Så dette.")
    await first.get_by_role("button", name="Lagre og gå til neste").click()
    assert page.url.endswith(f"#{at}")
    written = page.locator("textarea[name$='.discussed']")
    assert [await written.nth(number).input_value() for number in range(2)] == ["Først.", "Så dette."]
    await page.click("text=Tilbake")
    assert page.url == f"{address}/meeting/{meeting_id}/minutes"
    await context.close()
