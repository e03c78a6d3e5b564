"""Every request that Teams documents, sent as it stands in tests/payloads/teams."""

import json

import pytest
from aiohttp import web

from fakes.teams import GROUP, KARI, PAYLOADS, SHARED, STRANGER, TEAM, read_payload
from lisbot.texts import text

NAMES = sorted(path.stem for path in PAYLOADS.glob("*.json"))
REQUESTS = [name for name in NAMES if "activity" in read_payload(name)]
UNKNOWN_INVOKES = {"invoke_task_fetch", "invoke_message_extension", "invoke_signin"}
HERE = {"platform": "teams", "tenant": KARI.tenant}
# A room that could be told nothing, for lisbot was taken out of it, can be told things again.
IN_TEAM_AGAIN = ("room.revive", HERE | {"conversation_id": TEAM, "team": TEAM})
IN_GROUP_AGAIN = ("room.revive", HERE | {"conversation_id": GROUP})
# What each makes lisbot run. What is not here makes it run nothing.
RUNS = {
    "message_personal": [("menu.show", {})],
    "message_channel": [("menu.show", {})],
    "message_group": [("menu.show", {})],
    "message_targeted": [("worklist.show", {})],
    "message_shared_channel": [("menu.show", {})],
    "channel_member_added": [("menu.show", {})],
    "message_submit": [("vote.cast", {"vote_id": 7, "choice": "for"})],
    "invoke_execute": [("vote.cast", {"vote_id": 7, "choice": "for"})],
    "invoke_refresh": [("vote.show", {"vote_id": 7})],
    "bot_added_to_chat": [("menu.show", {})],
    "bot_added_to_team": [IN_TEAM_AGAIN, ("menu.show", {})],  # as each member, to see who is in the register
    "bot_added_to_group": [IN_GROUP_AGAIN],
    "member_added_to_team": [("menu.show", {})],
    "installed_in_chat": [("menu.show", {})],
    "installed_in_team": [IN_TEAM_AGAIN, ("menu.show", {})],
}
# Where each makes lisbot say something.
ANSWERS = {
    "message_personal": [KARI.chat],
    "message_channel": [KARI.chat, f"{TEAM};messageid=1798883000000"],
    "message_group": [KARI.chat, GROUP],
    "message_targeted": [f"{TEAM};messageid=1798883000000"],
    "message_shared_channel": [KARI.chat, f"{SHARED};messageid=1798883000000"],
    "message_submit": [KARI.chat],
    "bot_added_to_chat": [KARI.chat, KARI.chat],
    "bot_added_to_team": [TEAM],
    "bot_added_to_group": [GROUP],
    "installed_in_chat": [KARI.chat, KARI.chat],
    "installed_in_team": [TEAM],
}


@pytest.fixture
def team(connector):
    connector.rosters[TEAM] = [KARI.roster_entry]
    connector.rosters[GROUP] = [KARI.roster_entry]
    connector.rosters[SHARED] = [KARI.roster_entry]


def test_every_payload_says_where_it_is_documented_and_is_of_the_same_people():
    assert len(REQUESTS) > 20
    for name in NAMES:
        found = read_payload(name)
        assert found["source"].startswith("learn.microsoft.com/"), name
        assert set(found) <= {"source", "note", "activity", "response"}
        if activity := found.get("activity"):
            assert activity["from"]["aadObjectId"] == KARI.object_id
            assert (activity["channelId"], activity["conversation"]["tenantId"]) == ("msteams", KARI.tenant)


@pytest.mark.parametrize("name", REQUESTS)
async def test_what_teams_sends_is_taken_and_does_what_it_should(team, teams, run, connector, caplog, name):
    response = await teams.post_payload(name)
    await teams.channel.background.close()
    assert response.status == (400 if name in UNKNOWN_INVOKES else 200)
    ran = [(command, given) for command, given, _ in run.asked if command != "account.update_address"]
    assert ran == RUNS.get(name, [])
    assert [sent.conversation for sent in connector.sent] == ANSWERS.get(name, [])
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.parametrize("name", REQUESTS)
async def test_of_a_stranger_nothing_is_answered_but_words(team, teams, run, connector, name):
    run.known.clear()
    run.register.clear()
    response = await teams.post_payload(name)
    await teams.channel.background.close()
    assert response.status in (200, 400)
    assert not any(sent.activity.get("attachments") for sent in connector.sent)
    assert run.given("account.update_address") == []


@pytest.mark.parametrize("name", ["invoke_execute", "invoke_refresh"])
async def test_a_button_is_answered_with_the_card_that_takes_its_place(teams, name):
    answer = await (await teams.post_payload(name)).json()
    assert (answer["statusCode"], answer["type"]) == (200, "application/vnd.microsoft.card.adaptive")
    (heading, *_) = answer["value"]["body"]
    assert heading["text"] == {"invoke_execute": "vote.cast", "invoke_refresh": "vote.show"}[name]


async def test_both_words_of_one_installation_are_answered_once(team, teams, connector):
    for name in ("bot_added_to_team", "installed_in_team", "upgraded_in_chat"):
        await teams.post_payload(name)
    assert [sent.text for sent in connector.sent] == [text("nb", "teams.welcome_room")]


async def test_whoever_removes_the_app_is_remembered_anew(teams, run):
    for name in ("message_personal", "uninstalled_in_chat", "message_personal"):
        await teams.post_payload(name)
    assert len(run.given("account.update_address")) == 2


# What its roster answers


def roster(name):
    return web.json_response(read_payload(name)["response"])


async def test_a_documented_roster_entry_links_the_person_it_is_about(teams, run, connector):
    run.known.clear()
    connector.refusals["member"].append(roster("roster_member"))
    await teams.post_payload("message_personal")
    assert KARI.object_id in run.known


@pytest.mark.parametrize("name", ["roster_anonymous", "roster_member"])
async def test_a_roster_entry_of_somebody_else_links_nobody(teams, run, connector, name):
    connector.refusals["member"].append(roster(name))
    await teams.say(STRANGER, "hjelp")
    assert STRANGER.object_id not in run.known


async def test_a_documented_page_of_the_roster_is_read_to_its_end(team, teams, run, connector):
    last = json.loads(json.dumps(read_payload("roster_page")["response"]))
    del last["continuationToken"]
    connector.refusals["paged"].extend([roster("roster_page"), web.json_response(last)])
    await teams.post_payload("installed_in_team")
    await teams.channel.background.close()
    assert connector.calls["paged"] == 2
    assert set(connector.alone) == {KARI.id}
    assert [caller.external_id for _, _, caller in run.asked if caller.email] == [KARI.object_id] * 3


@pytest.mark.parametrize("answer", [{}, {"members": None}, {"members": [7, None]}, {"continuationToken": 7}], ids=str)
async def test_a_roster_that_answers_junk_is_no_crash(team, teams, connector, caplog, answer):
    connector.refusals["paged"].append(web.json_response(answer))
    await teams.post_payload("installed_in_team")
    await teams.channel.background.close()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
