"""The steps of a consultation or a process in a browser and on paper: no word of theirs is broken."""

from importlib.resources import files

import pytest

from channels.web.test_sheet_page import draw
from lisbot.cards.views import Sheet, Step
from lisbot.texts import LANGUAGES, text

pytestmark = pytest.mark.browser

STEPS = ("ask_by", "statements_by", "draft_by", "comments_by", "adopt_by", "send_by")
A4 = {"width": 643, "height": 971}  # pixels between the margins
SCREENS = [({"width": 1280, "height": 900}, "screen"), ({"width": 720, "height": 900}, "screen"), (A4, "print")]
BROKEN = """() => [...document.querySelectorAll(".course .name")].flatMap(name => {
  const words = name.textContent.split(" "), node = name.firstChild, broken = [];
  for (let at = 0; words.length; at += words.shift().length + 1) {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + words[0].length);
    if (range.getClientRects().length > 1) broken.push(words[0]);
  }
  return broken;
})"""


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_no_word_of_a_step_is_broken(browser, lang):
    titles = [text(lang, f"card.consultation.step.{each}") for each in STEPS]
    steps = tuple(Step(title, "30. apr.", place < 3, place == 3) for place, title in enumerate(titles))
    style = (files("lisbot.channels.web") / "static/lisbot.css").read_text("utf-8")
    page = await browser.new_page()
    await page.set_content(f"<style>{style}</style><main {draw(Sheet('Høring', steps=steps))}</main>")
    for size, media in SCREENS:
        await page.set_viewport_size(size)
        await page.emulate_media(media=media)
        assert await page.evaluate(BROKEN) == [], (size, media)


async def test_a_step_that_is_done_looks_like_a_step_and_not_like_a_message(browser):
    style = (files("lisbot.channels.web") / "static/lisbot.css").read_text("utf-8")
    page = await browser.new_page()
    steps = (Step("Utkast", "", True, False), Step("Svar", "", False, True))
    await page.set_content(f"<style>{style}</style><main {draw(Sheet('Høring', steps=steps))}</main>")
    borders = "[...document.querySelectorAll('.course li')].map(each => getComputedStyle(each).borderLeftWidth)"
    assert await page.evaluate(borders) == ["0px", "0px"]
