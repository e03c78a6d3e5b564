"""How far it is to an agenda in another order, counted as a browser counts it: pages loaded (L) and forms sent (F)."""

import pytest
from counting import Counted, sign_in
from test_minutes_journey import serve

from journeys import require_told
from minutes_scene import order_of, plan_meeting

pytestmark = pytest.mark.browser

ITEMS = 13
MOST_LOADS = 2  # nine and more before


async def test_thirteen_items_are_ordered_without_a_script(browser, scene_file, tmp_path):
    async with serve(scene_file, tmp_path, lambda url: plan_meeting(url, ITEMS)) as (address, database, meeting_id):
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await page.goto(address)
        await page.click("button.person:has-text('Ragnhild Soltunet')")
        await page.click("button[name=lang][value=nb]")
        await page.goto(f"{address}/meeting/{meeting_id}")
        loads = forms = 0

        def count(request):
            nonlocal loads, forms
            loads += request.is_navigation_request() and request.method == "GET"
            forms += request.is_navigation_request() and request.method != "GET"

        page.on("request", count)
        before = await order_of(database, meeting_id)
        await page.click("a:has-text('Ordne saklisten')")
        places = page.locator("input[name$='.place']")
        assert await places.count() == len(before)
        for at in range(len(before)):
            await places.nth(at).fill(str(len(before) - at))
            await page.locator("input[name$='.duration_minutes']").nth(at).fill("15")
        await page.locator("input[name$='.break_minutes']").nth(6).fill("20")
        await page.click("button:has-text('Lagre saklisten')")
        assert await order_of(database, meeting_id) == before[::-1]
        assert "Pause, 20 minutter" in await page.inner_text("main")
        require_told(f"ordering {ITEMS} items", loads, forms)
        assert loads <= MOST_LOADS
        await context.close()


async def test_items_are_moved_by_buttons_that_keep_their_place_without_a_script(browser, scene_file, tmp_path):
    async with serve(scene_file, tmp_path, lambda url: plan_meeting(url, ITEMS)) as (address, database, meeting_id):
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, address)
        await page.goto(f"{address}/form/agenda.schedule?meeting_id={meeting_id}")
        before = await order_of(database, meeting_id)
        await page.locator("input[name$='.duration_minutes']").nth(5).fill("25")
        for _ in range(2):
            await page.click(f"button[value='items.{before[3]}:up']")
            focused = page.locator(f"button[value='items.{before[3]}:up']")
            assert await focused.get_attribute("autofocus") is not None
        places = page.locator("input[name$='.place']")
        names = [await places.nth(at).get_attribute("name") for at in range(4)]
        assert [int(name.split(".")[1]) for name in names] == [before[0], before[3], before[1], before[2]]
        assert await page.locator("input[name$='.duration_minutes']").nth(5).input_value() == "25"
        assert await order_of(database, meeting_id) == before  # nothing is saved yet
        await page.click("button:has-text('Lagre saklisten')")
        assert await order_of(database, meeting_id) == [before[0], before[3], before[1], before[2], *before[4:]]
        await context.close()


async def test_items_are_dragged_and_moved_from_the_keyboard_where_a_script_runs(browser, scene_file, tmp_path):
    async with serve(scene_file, tmp_path, lambda url: plan_meeting(url, ITEMS)) as (address, database, meeting_id):
        context = await browser.new_context(viewport={"width": 1280, "height": 1600})
        page = await context.new_page()
        wrong = []
        page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
        await sign_in(page, address)
        await page.goto(f"{address}/form/agenda.schedule?meeting_id={meeting_id}")
        before = await order_of(database, meeting_id)
        counted = Counted(page)
        row = page.locator(".form-row.ordered")
        await page.focus(f"button[value='items.{before[1]}:up']")
        await page.keyboard.press("Enter")
        focused = await page.evaluate("document.activeElement.value")
        assert focused == f"items.{before[1]}:down"  # first now, it can only be moved down
        assert await page.inner_text("#moved") == f"Nå nummer 1 av {len(before)}"
        box = await row.nth(4).bounding_box()
        await row.nth(2).locator(".handle").hover()
        await page.mouse.down()
        await page.mouse.move(box["x"] + 20, box["y"] + box["height"] - 4, steps=5)
        await page.mouse.up()
        assert (counted.loads, counted.forms, wrong) == (0, 0, [])
        await page.click("button:has-text('Lagre saklisten')")
        expected = [before[1], before[0], before[3], before[4], before[2], *before[5:]]
        assert await order_of(database, meeting_id) == expected
        await context.close()
