"""What is done without a mouse, what is done without a script, and what comes out of the printer."""

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
    assert reach == "4 personer får beskjed på e-post."  # the secretariat, in the demo's own mailbox
    assert await page.is_visible("text=Felles vaktplan")


async def test_a_question_is_answered_and_an_item_changed_with_the_keyboard_only(demo, browser):
    page = await browser.new_page(locale="nb-NO", viewport={"width": 360, "height": 740})
    await page.goto(demo)
    await tab_to(page, "Astrid Myrholtet")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me")
    await page.goto(f"{demo}/show/vote.show?vote_id=2")
    await tab_to(page, "For")
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".answers .chosen:has-text('For')")
    await tab_to(page, "Meny")
    await page.keyboard.press("Enter")
    await tab_to(page, "Min side", most=1)
    await page.keyboard.press("Escape")
    assert not await page.is_visible("nav")
    assert await page.evaluate(FOCUSED) == "Meny"
    await page.goto(demo)
    await tab_to(page, "Ragnhild Soltunet")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/me")
    await page.goto(f"{demo}/meeting/2")
    await tab_to(page, "Endre")
    await page.keyboard.press("Enter")
    await tab_to(page, "Endre", most=1)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/form/agenda_item.edit**")


async def test_everything_on_a_phone_is_reached_without_a_script(demo, browser):
    context = await browser.new_context(
        java_script_enabled=False, locale="nb-NO", viewport={"width": 360, "height": 740}
    )
    page = await context.new_page()
    await page.goto(demo)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    assert not await page.is_visible("nav")
    await page.click("text=Meny >> nth=0")
    await page.click("button[value=nn]")
    await page.click("text=Meny >> nth=0")
    await page.get_by_role("link", name="Rådet", exact=True).click()
    await page.click("summary:has-text('Vis alle')")
    assert await page.is_visible("text=Astrid Myrholtet")
    await page.goto(f"{demo}/meeting/1/minutes")
    first_item = await page.locator(".main-part h2").first.bounding_box()
    assert first_item and first_item["y"] < 740, "who was there stands before what was said"
    await page.goto(f"{demo}/meeting/2")
    await page.click("details.change summary >> nth=0")
    await page.click("details.change[open] a >> nth=0")
    await page.fill("main [name=title]", "Simulering i fellesdelen")
    await page.click("main button.primary")
    assert "Simulering i fellesdelen" in await page.inner_text("main ul.rows")
    await context.close()


@pytest.mark.parametrize(
    ("page_of", "says"), [("/meeting/1/minutes", "Referat"), ("/meeting/2", "Utkast til sakliste")]
)
async def test_paper_has_a_letterhead(demo, browser, page_of, says):
    page = await browser.new_page(locale="nb-NO")
    await page.goto(demo)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.goto(demo + page_of)
    assert not await page.is_visible(".letterhead")
    await page.emulate_media(media="print")
    head = await page.inner_text(".letterhead")
    for words in ("Helse Sør-Øst", "Samordningsrådet", says, "Dato", "Rådets medlemmer", "Kopi"):
        assert words in head, words
    assert not await page.is_visible("summary")


async def test_only_the_minutes_themselves_are_printed(demo, browser):
    page = await browser.new_page(locale="nb-NO")
    await page.goto(demo)
    await page.click("button.person:has-text('Ragnhild Soltunet')")
    await page.get_by_role("link", name="Utfall").click()
    await page.get_by_role("link", name="Felles opplæring av veiledere").click()
    await page.get_by_role("link", name="Referat").click()
    assert not await page.is_visible(".running")
    await page.emulate_media(media="print")
    assert (await page.inner_text(".running")).startswith("Samordningsrådet")  # at the head of each page
    for around in (".demo-bar", ".back", ".top", ".foot", ".buttons"):
        assert not await page.is_visible(around), around
    assert await page.is_visible("h1")
    paper = await page.pdf(prefer_css_page_size=True)
    assert paper.startswith(b"%PDF")
