"""One item from proposal to approved minutes, in the browser, as different people."""

import pytest

pytestmark = pytest.mark.browser

TITLE, QUESTION = "Felles vaktplan for LIS", "Tilrår rådet en felles vaktplan?"
REGUT, REPRESENTATIVE, UNION, READER = (
    "Ragnhild Soltunet",
    "Astrid Myrholtet",
    "Ida Kalvøysletta",
    "Berit Skøyenmyr",
)


class Person:
    """The visitor, who reads the page and presses what it says."""

    def __init__(self, page, demo):
        self.page, self.demo = page, demo

    async def become(self, name):
        await self.page.goto(self.demo)
        await self.page.click(f"button.person:has-text('{name}')")

    async def press(self, words, about=None):
        """Press a button or follow a link; of several alike, the one that stands with `about`."""
        place = self.page.locator("main")
        if about:
            place = place.locator("li.row, section.part").filter(has_text=about).last
        await (
            place.get_by_role("button", name=words, exact=True)
            .or_(place.get_by_role("link", name=words, exact=True))
            .first.click()
        )

    async def fill(self, **fields):
        for name, value in fields.items():
            field = self.page.locator(f"main [name={name}]")
            if await field.first.get_attribute("type") == "radio":
                await self.page.check(f"main [name={name}][value='{value}']")
            elif await field.evaluate("field => field.tagName") == "SELECT":
                await field.select_option(value)
            else:
                await field.fill(value)

    async def submit(self):
        await self.page.click("main form button.primary")

    async def sees(self, words):
        text = await self.page.inner_text("main")
        assert words in text, f"{words!r} is not in\n{text}"


async def test_an_item_goes_from_proposal_to_approved_minutes(demo, browser):
    page = await browser.new_page(locale="nb-NO")
    visitor = Person(page, demo)

    await visitor.become(REPRESENTATIVE)
    await visitor.press("Foreslå sak", about="Meld inn saker")
    await visitor.fill(title=TITLE, kind="advice", background="Vi trenger den samme planen.")
    await visitor.submit()
    await visitor.sees(TITLE)

    await visitor.become(REGUT)
    await page.goto(demo + "/meeting/2")
    await visitor.press("Forslag")
    await visitor.press("Ta inn", about=TITLE)
    await page.goto(demo + "/meeting/2")
    await visitor.sees(f"4/26 {TITLE}")
    await visitor.press("Send innkalling")

    await visitor.become(READER)
    await visitor.press("Samordningsrådet")
    await visitor.sees(f"4/26 {TITLE}")

    await visitor.become(REGUT)
    await page.goto(demo + "/meeting/2")
    await visitor.press("Åpne avstemning", about=TITLE)
    await visitor.fill(question=QUESTION)
    await visitor.submit()
    for name, choice in ((REPRESENTATIVE, "For"), (UNION, "Mot")):
        await visitor.become(name)
        await visitor.press("Kommer", about="Kommer du")
        await visitor.press("Åpne og svar", about=QUESTION)
        await visitor.press(choice)
        await visitor.sees("Svaret ditt er tatt imot")

    await visitor.become(REGUT)
    await page.goto(demo + "/meeting/2")
    while not await page.is_visible("text=Begynn på referatet"):
        await page.click("text=Spol fram")
    await visitor.press("Åpne og svar", about=TITLE)
    await visitor.press("Avslutt avstemningen")
    await visitor.sees("For\n1")
    await page.goto(demo + "/meeting/2")
    await visitor.press("Begynn på referatet")
    await visitor.press("Skriv", about=TITLE)
    await visitor.fill(discussed="Rådet drøftet en felles plan.")
    await visitor.submit()
    await visitor.press("Utfall", about=TITLE)
    await visitor.fill(outcome="advice", words="Rådet tilrår en felles vaktplan.", agreement="partly")
    await visitor.submit()
    await visitor.press("Send til kommentarer")
    await visitor.submit()
    await visitor.press("Godkjenn referatet")
    await visitor.sees("mangler utfall: Simulering i fellesdelen av utdanningen")
    await visitor.press("Tilbake")
    await visitor.press("Utfall", about="Simulering i fellesdelen av utdanningen")
    await visitor.fill(outcome="noted")
    await visitor.submit()
    await visitor.press("Godkjenn referatet")
    await visitor.sees("referat godkjent")

    await visitor.become(UNION)
    await page.goto(demo + "/outcomes")
    await visitor.fill(text="vaktplan")
    await visitor.submit()
    await visitor.sees("1 treff")
    await visitor.press(f"4/26 {TITLE}")
    await visitor.sees("Rådet tilrår en felles vaktplan.")
    assert "vedtak" not in (await page.inner_text("main")).lower()
