"""A channel that teams and tenants share: its members are its own, and each allowed tenant's people are known."""

from dataclasses import replace
from functools import partial

import pytest
from aiohttp import web

import builders
from channels.teams.helpers import accounts, settle
from fakes.teams import FOREIGN, KARI, SHARED, TEAM, TENANT, Person, read_payload
from lisbot import commands
from lisbot.messaging import Address
from lisbot.texts import text

FJORD = "bbbbbbbb-0000-4000-8000-000000000002"
ASTRID = Person("Astrid Fjord", builders.ASTRID, home=FJORD)  # who belongs to another tenant than the channel
BJORN = Person("Bjørn Ås", builders.BJORN)

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def shared(opened, runtime, connector):
    """A channel of TENANT's, which FJORD's people and nobody else's may be linked in."""
    await builders.council(runtime.db)
    connector.rosters[SHARED] = [KARI.roster_entry, ASTRID.roster_entry]
    connector.rosters[TEAM] = [BJORN.roster_entry]
    env = connector.env(TEAMS_TENANTS=f"{TENANT},{FJORD}", TEAMS_TARGETED=TENANT)
    return await opened(partial(commands.run, runtime), partial(commands.ask, runtime), env)


async def test_somebody_of_another_allowed_tenant_is_linked_by_the_channels_roster(shared, runtime, connector):
    for _ in range(2):
        await shared.say(ASTRID, "min side", SHARED, mention=True)
    (account,) = await accounts(runtime)
    assert (account.tenant, account.external_id) == (FJORD, ASTRID.object_id)
    assert account.conversation_id is None
    assert [(sent.conversation, sent.to) for sent in connector.sent] == [(SHARED, ASTRID.id)] * 2
    assert connector.calls["member"] == 1, "where she belongs is remembered"
    # In a chat of her own tenant she is the same person.
    at_home = replace(ASTRID, tenant=FJORD, home="")
    await shared.say(at_home, "min side")
    assert len(await accounts(runtime)) == 1


@pytest.mark.parametrize(
    "member",
    [
        {**ASTRID.roster_entry, "tenantId": FOREIGN},
        {**ASTRID.roster_entry, "userRole": "guest"},
        {**ASTRID.roster_entry, "userRole": "anonymous"},
        {**ASTRID.roster_entry, "userPrincipalName": "astrid_fjord.example#EXT#@regut.example"},
        {**ASTRID.roster_entry, "tenantId": ""},
    ],
    ids=["tenant not allowed", "guest", "anonymous", "external", "no tenant"],
)
async def test_others_get_the_polite_answer_and_no_data(shared, runtime, connector, member):
    connector.rosters[SHARED] = [member]
    await shared.say(ASTRID, "min side", SHARED, mention=True)
    assert [sent.text for sent in connector.sent] == [text("nb", "error.stranger")]
    assert await accounts(runtime) == []


async def test_in_a_chat_another_tenants_word_is_still_nobodys(shared, runtime):
    await shared.say(ASTRID, "min side")
    assert await accounts(runtime) == []


async def test_the_documented_channel_and_roster_link_whom_they_are_about(shared, runtime, connector):
    roster = read_payload("roster_shared_channel")["response"]
    connector.refusals["member"].append(web.json_response(roster["members"][0]))
    await shared.post_payload("message_shared_channel")
    (account,) = await accounts(runtime)
    assert (account.tenant, account.external_id) == (FJORD, KARI.object_id)


async def test_the_channels_own_members_are_read_and_never_the_teams(shared, runtime, connector):
    room = Address("teams", TENANT, connector.url, SHARED)
    sender = shared.channel.sender
    assert await sender.find_person(room, builders.BJORN) is None, "he is in the team and not in the channel"
    assert (await sender.find_person(room, builders.KARI)).conversation_id == KARI.chat
    assert await sender.find_person(room, builders.ASTRID) is None, "no bot writes first across tenants"
    assert {account.tenant for account in await accounts(runtime)} == {TENANT, FJORD}
    connector.rosters[SHARED].append(BJORN.roster_entry)
    assert await sender.find_person(room, builders.BJORN) is None
    for name in ("channel_shared", "channel_member_added"):
        assert (await shared.post_payload(name)).status == 200
        await settle(shared)
        assert (await sender.find_person(room, builders.BJORN)).conversation_id == BJORN.chat
    connector.rosters[SHARED].pop()
    assert (await shared.post_payload("channel_unshared")).status == 200
    assert await sender.find_person(room, builders.BJORN) is None


async def test_whoever_is_added_to_the_channel_is_linked_from_its_roster(shared, runtime, connector):
    added = shared.activity(ASTRID, "conversationUpdate", SHARED, membersAdded=[{"id": ASTRID.id}])
    assert (await shared.post(added)).status == 200
    await settle(shared)
    (account,) = await accounts(runtime)
    assert (account.tenant, account.conversation_id) == (FJORD, None)
    assert ASTRID.id not in connector.alone
