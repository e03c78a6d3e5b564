"""What people type in Slack, and the council, the deputy or the phrase they mean by it."""

import pytest

import builders
from channels.slack.helpers import ASTRID, RAGNHILD, settle
from dumps import row
from fakes.slack_ui import shown
from lisbot.council.models import Attendance, Body
from lisbot.texts import text

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
HEART, SKIN = "Fagråd i hjertesykdommer", "Fagråd i hudsykdommer"


@pytest.fixture
async def councils(real, runtime):
    first = await row(runtime.db, Body, key="samrad")
    async with runtime.db.write() as db:
        for name in (HEART, SKIN):
            db.add(Body(key=name.lower(), secretariat_id=first.secretariat_id, name=name, kind="fagråd",
                        region=first.region, authority=first.authority, lang="nb"))  # fmt: skip


async def said(slack, person, words, where=None):
    """What somebody is shown of what they typed: alone, or in a channel to them only."""
    before = len(slack.fake.messages_to(person))
    await slack.say(person, words, where)
    await settle(slack)
    return (await slack.until(lambda: slack.fake.messages_to(person)[before:], seconds=10))[-1]


async def test_a_council_is_named_and_of_several_each_is_offered(real, scene, councils, fake):
    await scene.planned()
    assert "Samordningsrådet" in shown(await said(real, RAGNHILD, "møte samordning"))
    assert HEART in shown(await said(real, RAGNHILD, "register hjertesykdommer"))
    message = await said(real, RAGNHILD, "register fagråd")
    assert text("nb", "card.menu.which_body") in shown(message)
    await real.press(RAGNHILD, message, SKIN)
    await settle(real)
    assert SKIN in shown(fake.messages_to(RAGNHILD)[-1])
    # The same after the slash command, and its answer is the typist's alone.
    await real.slash(RAGNHILD, "registr hjertesykdommer")
    await settle(real)
    message = fake.messages_to(RAGNHILD)[-1]
    await real.press(RAGNHILD, message, text("nb", "card.menu.did_you_mean", phrase="register"))
    await settle(real)
    assert HEART in shown(fake.messages_to(RAGNHILD)[-1])


async def test_a_close_miss_is_a_button(real, scene, fake):
    await scene.planned()
    message = await said(real, ASTRID, "saklitse")
    await real.press(ASTRID, message, text("nn", "card.menu.did_you_mean", phrase="sakliste"))
    await settle(real)
    assert "Samordningsrådet" in shown(fake.messages_to(ASTRID)[-1])


async def test_in_a_channel_what_was_asked_is_the_askers_alone(real, scene, councils, fake):
    await scene.planned()
    room = fake.channel("radet", RAGNHILD, ASTRID)
    await real.say(RAGNHILD, "register fagråd", room)
    await settle(real)
    assert [each.by for each in fake.messages_in(room)] == [RAGNHILD.id]
    assert HEART in shown(fake.messages_to(RAGNHILD)[-1])
    assert fake.messages_to(RAGNHILD)[-1].user == RAGNHILD.id


async def test_an_absence_names_who_comes(real, scene, runtime, fake):
    await scene.published()
    deputy = await scene.person(builders.FRODE)
    message = await said(real, ASTRID, "forfall: kurs, Kari Lie kommer")
    assert text("nn", "chat.no_such_deputy", name="Kari Lie") in shown(message)
    assert (await row(runtime.db, Attendance, name="Astrid Fjord")).response is None
    await said(real, ASTRID, "forfall: kurs i Bergen, Frode Vara kjem i staden")
    found = await row(runtime.db, Attendance, name="Astrid Fjord")
    assert (found.response, found.reason, found.deputy_id) == ("absent", "kurs i Bergen", deputy)
