"""Through what somebody is told things: shown with its reason, and chosen for each kind of thing or for all."""

import pytest
from sqlalchemy import delete, update

from builders import ASTRID, ELI, HILDE, RAGNHILD
from lisbot.council.delivery.choices import CAN_BE_OFF, GROUP_OF
from lisbot.council.delivery.groups import group_of
from lisbot.council.enums import NotificationGroup as G
from lisbot.council.models import Account, ChannelChoice, MailTrouble, Person
from lisbot.texts import catalogue


async def linked(scene, who: str, platform: str, *, seen: bool = True) -> None:
    at = {
        "platform": platform,
        "tenant": "t",
        "service_url": "https://x.example",
        "conversation_id": f"{platform}-{who}",
    }
    async with scene.runtime.db.write() as db:
        seen_at = scene.clock.at if seen else None
        about = {"external_id": who, "linked_at": scene.clock.at, "seen_at": seen_at}
        db.add(Account(person_id=await scene.person(who), **about, **at))
    scene.clock.at = scene.clock.at.replace(minute=scene.clock.at.minute + 1)


async def ways(scene, who: str) -> dict[str, tuple[str, str]]:
    view = await scene.ok(who, "quiet_time.show")
    return {line.what.value: (line.channel, line.why.value) for line in view.reached}


async def test_what_is_in_force_is_shown_with_its_reason(scene):
    assert set((await ways(scene, ELI)).values()) == {("mail", "no_chat")}
    await linked(scene, ELI, "slack", seen=False)
    assert set((await ways(scene, ELI)).values()) == {("slack", "linked")}
    await linked(scene, ELI, "teams")
    assert set((await ways(scene, ELI)).values()) == {("teams", "seen_last")}
    assert "In Teams: you wrote there last" in await scene.words(ELI, "quiet_time.show")
    async with scene.runtime.db.write() as db:
        await db.execute(update(Account).values(conversation_id=None, lost_at=scene.clock.at, lost_reason="blocked"))
    assert set((await ways(scene, ELI)).values()) == {("mail", "chat_is_lost")}
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ELI, reason="bounced_5.1.1", at=scene.clock.at))
    assert set((await ways(scene, ELI)).values()) == {("mail", "address_fails")}
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == ELI).values(email=None))
        await db.execute(delete(MailTrouble))


async def test_each_kind_is_told_where_it_was_chosen_and_all_at_one_choice(scene):
    await linked(scene, ASTRID, "slack")
    await linked(scene, ASTRID, "teams")
    view = await scene.ok(ASTRID, "channel_choice.set", what="vote", channel="mail")
    assert {line.what: (line.channel, line.why.value) for line in view.reached} == {
        G.CALL: ("teams", "seen_last"),
        G.NOTICE: ("teams", "seen_last"),
        G.VOTE: ("mail", "chosen"),
        G.MINUTES: ("teams", "seen_last"),
        G.FOLLOW_UP: ("teams", "seen_last"),
        G.REGISTER: ("teams", "seen_last"),
    }
    await scene.ok(ASTRID, "channel_choice.set", channel="slack")
    assert set((await ways(scene, ASTRID)).values()) == {("slack", "chosen")}
    async with scene.runtime.db.write() as db:
        gone = update(Account).where(Account.platform == "slack")
        await db.execute(gone.values(conversation_id=None, lost_at=scene.clock.at, lost_reason="not_installed"))
    assert set((await ways(scene, ASTRID)).values()) == {("teams", "chosen_is_away")}
    await scene.ok(ASTRID, "channel_choice.set", channel="seen_last")
    assert await scene.all(ChannelChoice) == []
    await scene.ok(ASTRID, "channel_choice.set", what="register", channel="off")
    assert (await ways(scene, ASTRID))["register"] == ("teams", "seen_last")  # of mail alone one may have none


async def test_only_what_leads_to_somebody_can_be_chosen(scene):
    for given in ({"channel": "teams"}, {"what": "notice", "channel": "off"}, {"channel": "off"}):
        assert (await scene.refused(ELI, "channel_choice.set", **given)).fields
    form = str(await scene.form(ELI, "channel_choice.set", what="register"))
    assert "Do not email me about this" in form and "Slack" not in form and "daily overview" not in form
    await scene.ok(ELI, "channel_choice.set", what="register", channel="off")
    assert (await ways(scene, ELI))["register"] == ("mail", "turned_off"), "of what asks for something there is mail"
    assert "By email: you have turned off" in await scene.words(ELI, "quiet_time.show")


def test_of_everything_that_can_be_turned_off_something_remains():
    remaining = {group_of(kind) for kind in catalogue("nb")["notification"] if kind not in GROUP_OF}
    assert remaining >= set(CAN_BE_OFF)


@pytest.mark.parametrize(("who", "told"), [(RAGNHILD, set(G)), (HILDE, {G.NOTICE, G.MINUTES})])
async def test_everybody_is_shown_what_they_are_told_about(scene, who, told):
    assert set(await ways(scene, who)) == {each.value for each in told}


async def test_what_comes_beside_chat_is_chosen_with_the_rest(scene):
    await scene.ok(ELI, "quiet_time.set", copies="calendar", alarm_minutes="30")
    assert "Only meeting invitations" in await scene.words(ELI, "quiet_time.show")
