"""One item from proposal to approved minutes, in the browser, as different people, by what stands on the pages."""

import re

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

    def place(self, about=None):
        main = self.page.locator("main")
        return main.locator("li.row, section.part").filter(has_text=about).last if about else main

    def button(self, words, about=None):
        place = self.place(about)
        name = {"name": words} if isinstance(words, re.Pattern) else {"name": words, "exact": True}
        return place.get_by_role("button", **name).or_(place.get_by_role("link", **name)).first

    async def press(self, words, about=None):
        """Press a button or follow a link; of several alike, the one that stands with `about`. What may be changed
        about it is unfolded first."""
        button, folded = self.button(words, about), self.place(about).locator("details.change:not([open]) > summary")
        await button.or_(folded).first.wait_for()
        if not await button.count():
            await folded.first.click()
        await button.click()

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
    numbered = re.compile(rf"^\d+.\d\d {TITLE}$")

    await visitor.become(REPRESENTATIVE)
    await visitor.press("Foreslå sak")
    await visitor.fill(title=TITLE, kind="advice", background="Vi trenger den samme planen.")
    await visitor.submit()
    await visitor.sees(TITLE)

    await visitor.become(REGUT)
    await visitor.sees("3 forslag venter på svar")
    await visitor.press("Forslag")
    await visitor.press("Behandle", about=TITLE)
    await visitor.press("Ta inn")
    await visitor.press("Vis møtet")
    await visitor.button(numbered).wait_for()
    await visitor.press("Send innkalling")
    await visitor.submit()  # it says whom it tells first

    await visitor.become(READER)
    await visitor.press("Samordningsrådet")
    await visitor.sees(TITLE)
    assert await visitor.button(numbered).count() == 0  # a reader of agendas opens no case

    await visitor.become(REGUT)
    await visitor.press("Samordningsrådet")
    await visitor.press("Åpne avstemning", about=TITLE)
    await visitor.fill(question=QUESTION)
    await visitor.submit()
    await visitor.sees(QUESTION)
    for name, choice in ((REPRESENTATIVE, "For"), (UNION, "Mot")):
        await visitor.become(name)
        await visitor.press("Kommer", about="Kommer du")
        await visitor.press("Åpne og svar", about=QUESTION)
        await visitor.press(choice)
        await visitor.sees("Svaret ditt er tatt imot")

    await visitor.become(REGUT)
    await visitor.press("Samordningsrådet")
    while not await visitor.button("Begynn på referatet").is_visible():
        await page.get_by_role("button", name="Spol fram").click()
    await visitor.press("Vis spørsmålet", about=TITLE)
    await visitor.press("Avslutt avstemningen")
    await visitor.submit()
    await visitor.sees("For\n1")
    await visitor.press("Vis møtet")
    await visitor.press("Begynn på referatet")
    await visitor.press("Skriv", about=TITLE)
    await visitor.fill(discussed="Rådet drøftet en felles plan.")
    await visitor.submit()
    await visitor.press("Utfall", about=TITLE)
    await visitor.fill(outcome="advice", words="Rådet tilrår en felles vaktplan.", agreement="partly")
    await visitor.submit()
    await visitor.press("Send til kommentarer")
    await visitor.submit()
    assert await visitor.button("Godkjenn referatet").count() == 0  # while a case has no outcome
    await visitor.press("Utfall", about="Simulering i fellesdelen av utdanningen")
    await visitor.fill(outcome="noted")
    await visitor.submit()
    await visitor.press("Godkjenn referatet")
    await visitor.submit()
    await visitor.sees("referat godkjent")

    await visitor.become(UNION)
    await page.get_by_role("link", name="Utfall").click()
    await visitor.fill(text="vaktplan")
    await visitor.submit()
    await visitor.sees("1 treff")
    await visitor.press(numbered)
    await visitor.sees("Rådet tilrår en felles vaktplan.")
    await visitor.press("Referat")
    await visitor.sees("Rådet drøftet en felles plan.")
    assert "vedtak" not in (await page.inner_text("main")).lower()
