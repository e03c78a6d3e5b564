"""An item proposed without touching the mouse, and what comes out of the printer."""

import pytest

pytestmark = pytest.mark.browser

FOCUSED = "() => (document.activeElement.innerText || document.activeElement.name || '').trim()"


async def tab_to(page, words, most=80):
    """Press Tab until this is what has the focus, and see that one can see that it has."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        if words in await page.evaluate(FOCUSED):
            outline = await page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline == "solid", f"one cannot see that {words} has the focus"
            return
    raise AssertionError(f"{words} cannot be reached with Tab")


async def test_an_item_is_proposed_with_the_keyboard_only(demo, browser):
    page = await browser.new_page(locale="nb-NO")
    await page.goto(demo)
    await tab_to(page, "Hopp til innholdet", most=1)
    await page.keyboard.press("Enter")
    await tab_to(page, "Astrid Myrholtet")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me")
    await tab_to(page, "Foreslå sak")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/form/proposal.submit**")
    await tab_to(page, "title")
    await page.keyboard.type("Felles vaktplan")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me")
    said, about, reach = (await page.inner_text("[role=status]")).splitlines()
    assert (said, about) == ("Forslaget er sendt inn.", "Gjelder: Felles vaktplan")
    assert reach.startswith("4 personer kan ikke nås: ")  # the secretariat: the demo sends nothing to anybody
    assert await page.is_visible("text=Felles vaktplan")


async def test_only_the_minutes_themselves_are_printed(demo, browser):
    page = await browser.new_page(locale="nb-NO")
    await page.goto(demo)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.get_by_role("link", name="Utfall").click()
    await page.get_by_role("link", name="Felles opplæring av veiledere").click()
    await page.get_by_role("link", name="Referat").click()
    assert not await page.is_visible(".running")
    await page.emulate_media(media="print")
    assert (await page.inner_text(".running")).startswith("lisbot")  # at the head of each page
    for around in (".demo-bar", ".back", ".top", ".foot", ".buttons"):
        assert not await page.is_visible(around), around
    assert await page.is_visible("h1")
    paper = await page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
