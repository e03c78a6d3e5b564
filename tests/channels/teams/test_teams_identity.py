"""Who somebody in Teams is, and where they are reached."""

from dataclasses import replace

import pytest

from channels.teams.helpers import accounts
from fakes.teams import FOREIGN, KARI, STRANGER, TEAM, TENANT
from lisbot.messaging import Address, GoneError, Message
from lisbot.texts import text

CARD = "application/vnd.microsoft.card.adaptive"
WORDS = "application/vnd.microsoft.activity.message"


async def test_a_stranger_gets_an_answer_and_no_data(teams, run, connector):
    answer = await teams.press(STRANGER, "dashboard.show")
    assert answer == {"statusCode": 200, "type": WORDS, "value": "Jeg kjenner deg ikke."}
    assert run.names == ["dashboard.show"] * 2
    assert run.given("account.update_address") == []


async def test_the_first_time_a_person_is_linked_by_the_rosters_address(real, runtime, connector):
    kari = replace(KARI, email=KARI.email.upper())
    assert (await real.press(kari, "person.choose_language", {"language": "nn"}))["type"] == CARD
    assert (await real.press(kari, "person.choose_language", {"language": "nb"}))["type"] == CARD
    (account,) = await accounts(runtime)
    assert (account.tenant, account.external_id) == (TENANT, KARI.object_id)
    assert (account.service_url, account.conversation_id) == (connector.url, KARI.chat)
    assert connector.calls["member"] == 1


async def test_an_address_from_a_foreign_tenant_links_nobody(real, runtime, connector):
    answer = await real.press(replace(KARI, tenant=FOREIGN), "person.choose_language", {"language": "nn"})
    assert answer["value"] == text("nb", "error.stranger")
    assert await accounts(runtime) == []
    assert connector.calls["member"] == 0


@pytest.mark.parametrize(
    "guest",
    [
        replace(KARI, role="guest"),
        replace(KARI, role="anonymous"),
        replace(KARI, home=FOREIGN),
        replace(KARI, email=""),
    ],
    ids=["guest", "anonymous", "another home", "no address"],
)
async def test_a_guest_of_the_tenant_is_linked_by_nobodys_word(real, runtime, guest):
    assert (await real.press(guest, "person.choose_language", {"language": "nn"}))["type"] == WORDS
    assert await accounts(runtime) == []


async def test_somebody_without_an_object_id_is_a_stranger(real, runtime, connector):
    nobody = {"id": KARI.id, "name": "Kari"}
    connector.rosters[KARI.chat] = [{**KARI.roster_entry, "aadObjectId": None, "objectId": None}]
    value = {"action": {"type": "Action.Execute", "verb": "person.choose_language", "data": {"language": "nn"}}}
    activity = {**real.activity(KARI, "invoke", name="adaptiveCard/action", value=value), "from": nobody}
    assert (await (await real.post(activity)).json())["value"] == text("nb", "error.stranger")
    assert await accounts(runtime) == []


async def test_a_roster_that_is_not_to_be_had_leaves_a_stranger(teams, run, connector):
    connector.refuse(500, "ServiceError", of="member")
    run.known.clear()
    assert (await teams.press(KARI, "worklist.show"))["value"] == "Jeg kjenner deg ikke."


@pytest.mark.parametrize(
    ("locale", "lang"), [("nn-NO", "nn"), ("en-GB", "en"), ("nb-NO", "nb"), ("de", "nb"), ("", "nb")]
)
async def test_a_stranger_is_answered_in_the_platforms_language(real, locale, lang):
    answer = await real.press(replace(STRANGER, locale=locale), "person.choose_language")
    assert answer["value"] == text(lang, "error.stranger")


async def test_the_newest_address_is_kept_and_the_same_one_written_once(real, teams, run, connector):
    for _ in range(3):
        await teams.press(KARI, "worklist.show")
    assert run.given("account.update_address") == [{"service_url": connector.url, "conversation_id": KARI.chat}]
    run.asked.clear()
    moved = teams.activity(KARI, "message", text="hjelp")
    moved["conversation"]["id"] = "a:moved"
    connector.rosters["a:moved"] = [KARI.roster_entry]
    await teams.post(moved)
    assert run.given("account.update_address") == [{"service_url": connector.url, "conversation_id": "a:moved"}]


async def test_whoever_unblocks_lisbot_and_writes_is_reached_again(teams, run, connector):
    await teams.say(KARI, "hjelp")
    to = Address("teams", TENANT, connector.url, KARI.chat)
    connector.refuse(403, "ConversationBlockedByUser")
    with pytest.raises(GoneError):
        await teams.channel.sender.send(to, Message("Du er innkalt.", {}, "nb"))
    await teams.say(KARI, "hjelp")
    assert len(run.given("account.update_address")) == 2


async def test_a_shared_conversation_is_not_where_one_person_is_reached(team, teams, run):
    await teams.press(KARI, "worklist.show", {}, TEAM)
    assert run.given("account.update_address") == []
