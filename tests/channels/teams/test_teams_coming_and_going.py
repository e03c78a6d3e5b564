"""What lisbot does when it, or somebody, comes to a chat or team or leaves it."""

from dataclasses import replace

import pytest

from channels.teams.helpers import settle
from fakes.teams import FOREIGN, GROUP, KARI, STRANGER, TEAM, Person
from lisbot.texts import text


async def test_installing_in_ones_own_chat_is_greeted_once(teams, run, connector):
    await teams.install(KARI)
    greeting, menu = connector.sent
    assert greeting.text == text("nb", "teams.welcome")
    assert menu.card["body"][0]["text"] == "menu.show"


async def test_a_stranger_who_installs_is_told_what_to_do(teams, connector):
    await teams.install(STRANGER)
    assert [s.text for s in connector.sent] == [text("nb", "teams.welcome"), "Jeg kjenner deg ikke."]


async def test_installing_anew_keeps_the_address_anew(teams, run):
    await teams.say(KARI, "hjelp")
    await teams.post(teams.activity(KARI, "installationUpdate", action="remove"))
    await teams.say(KARI, "hjelp")
    assert len(run.given("account.update_address")) == 2


async def test_a_new_version_of_the_app_is_no_reason_to_be_greeted_again(teams, run, connector):
    for action in ("add-upgrade", "remove-upgrade"):
        assert (await teams.post(teams.activity(KARI, "installationUpdate", action=action))).status == 200
    assert connector.sent == []


@pytest.mark.parametrize("where", [GROUP, TEAM])
async def test_in_company_lisbot_says_once_how_it_is_used(team, teams, connector, where):
    await teams.install(KARI, where)
    assert [s.text for s in connector.sent] == [text("nb", "teams.welcome_room")]


async def test_a_teams_members_are_reached_through_it_and_strangers_left_alone(team, teams, run, connector):
    others = [Person(f"Medlem {n}", f"medlem{n}@example.no") for n in range(5)]
    guest = Person("Gjest", "gjest@example.no", role="guest")
    connector.rosters[TEAM] += [p.roster_entry for p in (*others, guest)]
    run.register |= {p.email for p in (*others, guest)}
    run.known.clear()
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert connector.calls["paged"] == 4
    assert set(connector.alone) == {KARI.id, *(p.id for p in others)}
    reached = {caller.external_id: given for name, given, caller in run.asked if name == "account.update_address"}
    assert reached[KARI.object_id] == {"service_url": connector.url, "conversation_id": KARI.chat, "from_roster": True}
    assert set(reached) == {KARI.object_id, *(p.object_id for p in others)}


async def test_a_team_of_a_foreign_tenant_is_not_read(team, teams, run, connector):
    await teams.install(replace(KARI, tenant=FOREIGN), TEAM)
    await settle(teams)
    assert connector.calls["paged"] == 0
    assert run.asked == []


async def test_a_new_member_of_the_team_is_reached(team, teams, run, connector):
    added = [{"id": KARI.id}, {"id": STRANGER.id}]
    await teams.post(teams.activity(STRANGER, "conversationUpdate", TEAM, membersAdded=added))
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_a_throttled_walk_through_the_team_goes_on(team, teams, connector):
    connector.refuse(429, "Throttled", of="create", times=2, **{"Retry-After": "0.01"})
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_one_who_cannot_be_reached_does_not_stop_the_walk(team, teams, run, connector):
    run.register.add(STRANGER.email)
    connector.rosters[TEAM].reverse()
    connector.blocked.add(STRANGER.id)
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert set(connector.alone) == {KARI.id}


async def test_a_roster_that_breaks_off_is_logged_and_not_a_crash(team, teams, connector, caplog):
    connector.refuse(403, "BotNotInConversationRoster", of="paged")
    await teams.install(KARI, TEAM)
    await settle(teams)
    assert "BotNotInConversationRoster" in caplog.text


@pytest.mark.parametrize(
    ("event", "of_channel"),
    [("channelDeleted", True), ("teamArchived", False), ("teamDeleted", False), ("teamHardDeleted", False)],
)
async def test_a_channel_or_team_that_is_gone_is_noted(teams, run, event, of_channel):
    update = teams.activity(KARI, "conversationUpdate", TEAM)
    update["channelData"] |= {"eventType": event, "team": {"id": TEAM}}
    update["channelData"] |= {"channel": {"id": "19:other@thread.tacv2"}} if of_channel else {}
    assert (await teams.post(update)).status == 200
    (given,) = run.given("room.mark_gone")
    assert given["reason"] == event
    assert given["conversation_id"] == ("19:other@thread.tacv2" if of_channel else TEAM)
    assert given.get("team") == (None if of_channel else TEAM)


@pytest.mark.parametrize("where", [TEAM, GROUP])
async def test_lisbot_removed_is_noted_and_lisbot_back_too(teams, run, where):
    removed = teams.activity(
        KARI, "conversationUpdate", where, membersRemoved=[teams.activity(KARI, "message")["recipient"]]
    )
    assert (await teams.post(removed)).status == 200
    assert (await teams.post(teams.activity(KARI, "installationUpdate", where, action="remove"))).status == 200
    assert [given["conversation_id"] for given in run.given("room.mark_gone")] == [where, where]
    await teams.install(KARI, where)
    assert {given["conversation_id"] for given in run.given("room.revive")} == {where}


async def test_somebody_removed_from_a_team_or_from_their_own_chat_is_no_room(teams, run):
    left = teams.activity(KARI, "conversationUpdate", TEAM, membersRemoved=[{"id": KARI.id}])
    assert (await teams.post(left)).status == 200
    assert (await teams.post(teams.activity(KARI, "installationUpdate", action="remove"))).status == 200
    assert run.given("room.mark_gone") == []
