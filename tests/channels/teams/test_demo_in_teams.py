"""The demo's secretariat at the Playground: an item from proposal to approved minutes, pressing only what is there."""

import re
from datetime import date, datetime
from functools import partial

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import select

from lisbot import commands, packs
from lisbot.cards import label
from lisbot.council.enums import MinutesState
from lisbot.council.models import Meeting
from lisbot.demo.scene import REGUT, set_scene
from lisbot.texts import text
from playground import CHANNEL, PATIENCE, browse, go_to, mention, playground, press, say, sees, serve

pytestmark = pytest.mark.browser


@pytest.fixture
async def desk(runtime, clock, tmp_path):
    """The demo, and the Playground at which its secretariat sits."""
    clock.at = datetime(2027, 2, 25, 9, 0, tzinfo=runtime.tz)
    for place in packs.SHIPPED:
        assert (await packs.load(runtime, place)).faults == []
    await set_scene(runtime)
    lisbot = serve(partial(commands.run, runtime), partial(commands.ask, runtime))
    async with lisbot as address, playground(address, tmp_path, REGUT) as url, browse(url) as page:
        yield page


def last_card(desk: Page):
    return desk.locator(".ac-adaptiveCard").last


async def check(desk: Page, choice: str) -> None:
    await last_card(desk).get_by_role("radio", name=choice).last.check(force=True, timeout=PATIENCE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_secretariat_carries_an_item_from_proposal_to_approved_minutes_in_teams_alone(runtime, clock, desk):
    title = "Rotasjon mellom sykehusene"
    await expect(desk.get_by_text(text("en", "teams.welcome")).last).to_be_visible(timeout=PATIENCE)
    await say(desk, "language")
    await check(desk, "Norwegian (Bokmål)")
    await press(desk, "Choose language")
    await say(desk, f"foreslå sak: {title}")
    await check(desk, "23. mars 2027")
    await check(desk, "tilråding")
    await press(desk, text("nb", "command.proposal.submit.submit"))
    await sees(desk, "sendt inn")

    await say(desk, "møte")
    await press(desk, "Forslag")
    await sees(desk, title)
    await press(desk, "Behandle")
    await sees(desk, title)
    await press(desk, "Ta inn")
    await sees(desk, "tatt inn på saklisten som sak 4/27")
    await press(desk, "Vis møtet")
    await sees(desk, "Utkast til sakliste")
    await press(desk, "Send innkalling")
    await press(desk, await only(desk, r"Send til \d+"))
    await sees(desk, "innkalling sendt")
    await press(desk, "Hva som ble sendt")
    await sees(desk, "29 mottakere")

    clock.at = datetime(2027, 3, 23, 11, 0, tzinfo=runtime.tz)
    await say(desk, "møte")
    await press(desk, "Begynn på referatet")
    await sees(desk, "referat under arbeid")
    await record(desk, 0, "Rådet tilrår at akuttmedisinske ferdigheter prioriteres.")
    await press(desk, "Referat")
    await sees(desk, "Til stede")
    await record(desk, 1, "Rådet tilrår felles rotasjon.")
    await say(desk, "møte")
    await press(desk, "Vis spørsmålet")
    await press(desk, "Avslutt avstemningen")
    await press(desk, "Avslutt avstemningen")
    await sees(desk, "Avsluttet")
    await say(desk, "referat")
    await press(desk, "Send til kommentarer")
    await press(desk, await only(desk, r"Send til \d+"))
    await sees(desk, "ute til kommentarer")
    await press(desk, "Godkjenn referatet")
    await sees(desk, "Medlemmene kan kommentere til og med")
    await press(desk, "Godkjenn referatet")
    await sees(desk, "referat godkjent")
    async with runtime.db.read() as db:
        meeting = await db.scalar(select(Meeting).where(Meeting.held_on == date(2027, 3, 23)))
    assert meeting.minutes_state is MinutesState.APPROVED

    await go_to(desk, CHANNEL, "teams.welcome_room")
    await mention(desk, "koble samordningsrådet")
    await sees(desk, "Samordningsrådet")


async def record(desk: Page, place: int, words: str) -> None:
    """Record what came of an item, by its place on the agenda, at its minutes."""
    await press(desk, "Utfall", place)
    await last_card(desk).get_by_role("combobox").first.click()
    await desk.get_by_role("option", name="tilråding", exact=True).last.click()
    await last_card(desk).get_by_label(label("nb", "outcome.record", "words")).fill(words)
    await press(desk, "Lagre utfallet")
    await sees(desk, words)


async def only(desk: Page, name: str) -> str:
    """Returns what the newest card's button of such a name is called in full."""
    return await last_card(desk).get_by_role("button", name=re.compile(f"^{name}$")).inner_text(timeout=PATIENCE)
