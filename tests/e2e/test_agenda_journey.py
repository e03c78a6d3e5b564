"""How far it is to an agenda in another order, counted as a browser counts it: pages loaded (L) and forms sent (F)."""

import pytest
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
