"""How it goes with what is sent, on a page that shows it by itself, that can be paused, and that is whole without a
script."""

import pytest
from counting import sign_in
from sqlalchemy import text
from test_minutes_journey import serve

from lisbot.db import Database

pytestmark = pytest.mark.browser


async def hold_one_back(url: str) -> int:
    """All of a notice is sent, but for one recipient's, which somebody's lease keeps. Returns its number."""
    db = Database(url)
    async with db.write() as session:
        council = "(SELECT id FROM body WHERE key = 'samordningsrad')"
        newest = f"SELECT max(id) FROM delivery WHERE kind = 'notice' AND person_id IS NOT NULL AND body_id = {council}"
        delivery_id = (await session.execute(text(newest))).scalar_one()
        same = "kind = 'notice' AND subject = (SELECT subject FROM delivery WHERE id = :id)"
        await session.execute(text(f"UPDATE delivery SET state = 'sent' WHERE {same}"), {"id": delivery_id})
        tried = (
            "INSERT INTO attempt (delivery_id, number, at, channel, outcome) SELECT id, 99, made_at, 'teams', 'later'"
        )
        await session.execute(text(f"{tried} FROM delivery WHERE id = :id"), {"id": delivery_id})
        held = "state = 'waiting', next_at = made_at, lease_until = '2099-01-01 00:00:00.000000'"
        await session.execute(text(f"UPDATE delivery SET {held} WHERE id = :id"), {"id": delivery_id})
    await db.close()
    return delivery_id


async def send(url: str, delivery_id: int) -> None:
    db = Database(url)
    async with db.write() as session:
        await session.execute(text("UPDATE delivery SET state = 'sent' WHERE id = :id"), {"id": delivery_id})
    await db.close()


async def test_the_page_shows_by_itself_when_all_is_sent(browser, scene_file, tmp_path):
    async with serve(scene_file, tmp_path, hold_one_back) as (address, url, delivery_id):
        at = f"{address}/show/delivery.show?delivery_id={delivery_id}"
        bare = await browser.new_context(java_script_enabled=False)
        page = await bare.new_page()
        await sign_in(page, address)
        answer = await page.goto(at)
        assert "connect-src 'self'" in answer.headers["content-security-policy"]
        assert "Noe er i gang med å sendes." in await page.inner_text("#live")
        assert "28 av 29" in await page.inner_text(".bars")
        await page.click("#live a:has-text('Se hvordan det står nå')")
        await bare.close()

        context = await browser.new_context()
        page = await context.new_page()
        loads = []
        page.on("request", lambda request: request.is_navigation_request() and loads.append(request.url))
        await sign_in(page, address)
        await page.goto(at)
        before = len(loads)
        assert not await page.is_visible("#live a"), "what the script does needs no link"
        await page.click("#live button:has-text('Stans')")
        assert await page.inner_text("#live [role=status]") == "Siden står stille."
        await page.click("#live button:has-text('Fortsett')")
        await page.locator("summary").first.click()
        await send(url, delivery_id)
        await page.wait_for_selector("#live:has-text('Alt er avsluttet.')", timeout=20_000)
        assert await page.locator(".bars").count() == 0
        assert await page.locator("details").first.get_attribute("open") is not None, "what was open stays open"
        assert await page.evaluate("document.activeElement.matches('summary')"), "and focus stays where it was"
        assert await page.locator("#live button, #live a").count() == 0
        assert len(loads) == before, "nothing was loaded anew"
        answer = await page.goto(at)
        assert "script-src" not in answer.headers["content-security-policy"]
        await context.close()
