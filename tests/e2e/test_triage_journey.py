"""How far it is from one's own page to five proposals that are all treated, counted as a browser counts it: pages
loaded (L) and forms sent (F)."""

import pytest
from counting import Counted, sign_in
from test_minutes_journey import serve

from journeys import require_told
from minutes_scene import propose, states_of

pytestmark = pytest.mark.browser

PROPOSALS = 5
MOST_LOADS = 6


async def test_five_proposals_are_treated_without_a_script(browser, scene_file, tmp_path):
    async with serve(scene_file, tmp_path, lambda url: propose(url, PROPOSALS)) as (address, database, _):
        context = await browser.new_context(java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, address)
        counted = Counted(page)
        await page.locator("main a[href*='proposal.triage']").first.click()
        await page.click("a:has-text('Behandle alle samlet')")
        rows = page.locator(".form-row:has-text('Forslag nummer')")
        assert await rows.count() == PROPOSALS
        assert await page.get_by_role("button", name="Lagre og gå til neste").count() == 0
        answers = ("accept", "accept", "merge", "postpone", "reject")
        for at, answer in enumerate(answers):
            await rows.nth(at).locator("select[name$='.answer']").select_option(answer)
        await rows.nth(2).locator("summary").click()
        await rows.nth(2).locator("select[name$='.into']").select_option(label="Forslag nummer 1")
        await rows.nth(3).locator("summary").click()
        await rows.nth(3).locator("select[name$='.meeting_id']").select_option(index=1)
        await rows.nth(4).locator("textarea[name$='.reason']").fill("Det er sykehusets egen sak.")
        await page.click("main button.primary")
        assert "Slås sammen: «Forslag nummer 3» med sak" in await page.inner_text("main")
        await page.click("main button.primary")
        assert sorted(await states_of(database)) == ["accepted", "accepted", "merged", "postponed", "rejected"]
        require_told(f"triage of {PROPOSALS} proposals", counted.loads, counted.forms)
        assert counted.loads + counted.forms <= MOST_LOADS
        await context.close()
