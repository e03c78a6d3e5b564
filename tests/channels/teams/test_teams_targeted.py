"""What somebody asks in a channel is answered there for them alone, where the tenant has that; else in the 1:1 chat."""

import pytest

from fakes.recorded import shown
from fakes.teams import GROUP, KARI, STRANGER, TEAM, TENANT, read_payload
from lisbot.cards import Row
from lisbot.cards.views import Action, section
from lisbot.messaging import Address, Message
from lisbot.texts import text

THREAD = f"{TEAM};messageid=1798883000000"
OTHER = "19:other@thread.tacv2"


@pytest.fixture
async def targeting(opened, run, ask, connector, team):
    """Teams in a tenant that has targeted messages."""
    connector.rosters[OTHER] = [KARI.roster_entry]
    return await opened(run, ask, connector.env(TEAMS_TENANTS=TENANT, TEAMS_TARGETED=TENANT))


def places(connector):
    return [(sent.conversation, sent.to) for sent in connector.sent]


@pytest.mark.parametrize("where", [TEAM, GROUP])
async def test_a_question_in_company_is_answered_there_for_the_asker_alone(targeting, connector, where):
    await targeting.say(KARI, "saker", where, mention=True)
    assert places(connector) == [(where, KARI.id)]
    assert connector.sent[0].card["body"][0]["text"] == "worklist.show"
    assert connector.calls["create"] == 0


async def test_a_tenant_without_them_is_answered_in_the_chat_and_not_asked_again(targeting, connector):
    connector.has_targeted = False
    for _ in range(2):
        await targeting.say(KARI, "saker", TEAM, mention=True)
    assert places(connector) == [(KARI.chat, ""), (TEAM, "")] * 2
    assert connector.sent[1].text == text("nb", "teams.answered_alone")
    assert connector.calls["send"] == 5, "tried once, and then not for a while"
    connector.has_targeted = True
    await targeting.say(KARI, "saker", OTHER, mention=True)
    assert places(connector)[-1] == (OTHER, KARI.id), "elsewhere it may be another matter"
    targeting.channel.adapter.on_turn.__self__.private_answers.without.clear()
    await targeting.say(KARI, "saker", TEAM, mention=True)
    assert places(connector)[-1] == (TEAM, KARI.id)


async def test_a_moments_failure_is_not_remembered(targeting, connector):
    connector.refuse(503, "ServiceUnavailable")
    await targeting.say(KARI, "saker", TEAM, mention=True)
    await targeting.say(KARI, "saker", TEAM, mention=True)
    assert places(connector) == [(KARI.chat, ""), (TEAM, ""), (TEAM, KARI.id)]


async def test_where_nobody_says_so_the_answer_is_in_the_chat(team, teams, connector):
    await teams.say(KARI, "saker", TEAM, mention=True)
    assert places(connector) == [(KARI.chat, ""), (TEAM, "")]


async def test_a_slash_command_is_answered_unseen_whatever_the_setting_says(team, teams, connector):
    """Whoever can send one has them. Nobody else learns that anything was asked, also where it fails."""
    await teams.post_payload("message_targeted")
    assert places(connector) == [(THREAD, KARI.id)]
    documented = read_payload("targeted_reply")["response"]
    assert {name: connector.sent[0].activity[name] for name in documented} == documented
    connector.has_targeted = False
    for _ in range(2):
        await teams.post_payload("message_targeted")
    assert places(connector)[1:] == [(KARI.chat, "")] * 2


async def test_what_is_said_of_the_channel_itself_is_everybodys(team, teams, run, connector):
    activity = {**teams.activity(KARI, "message", TEAM, text="koble samrad")}
    activity["recipient"] = {**activity["recipient"], "isTargeted": True}
    await teams.post(activity)
    assert places(connector) == [(TEAM, "")]


def with_deed(words, command, **arguments):
    deed = Action("Svar", command, arguments, asks=command.startswith("attendance."))
    return shown(words, sections=[section("Det som ventar", rows=[Row("Møtet", actions=[deed])])])


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("vote.cast", {"vote_id": 7, "choice": "for"}),
        ("attendance.respond", {"meeting_id": 7, "response": "absent"}),
        ("notice.send", {"meeting_id": 7}),
    ],
)
async def test_a_worklist_with_an_open_question_is_no_targeted_message(targeting, run, connector, command, arguments):
    """What goes after 24 hours is no place for what is answered, whatever was asked for: the card decides."""
    run.replies["worklist.show"] = with_deed("Det som venter", command, **arguments)
    await targeting.say(KARI, "saker", TEAM, mention=True)
    assert places(connector) == [(KARI.chat, ""), (TEAM, "")]
    run.replies["worklist.show"] = with_deed("Det som venter", "call.decline", meeting_id=7)
    await targeting.say(KARI, "saker", TEAM, mention=True)
    assert places(connector)[2:] == [(TEAM, KARI.id)]


async def test_votes_and_notices_are_never_targeted(targeting, run, connector):
    await targeting.submit(KARI, {"verb": "vote.cast", "args": {"vote_id": 7, "choice": "for"}}, TEAM)
    assert places(connector) == [(KARI.chat, ""), (TEAM, "")]
    to = Address("teams", TENANT, connector.url, TEAM)
    card = {"type": "AdaptiveCard", "body": [], "version": "1.5"}
    await targeting.channel.sender.send(to, Message("Innkalling", card, "nb"))
    assert places(connector)[-1] == (TEAM, "")


async def test_a_stranger_is_told_so_alone(targeting, run, connector):
    await targeting.say(STRANGER, "saker", TEAM, mention=True)
    assert places(connector) == [(TEAM, STRANGER.id)]
    assert connector.sent[0].text == "Jeg kjenner deg ikke."


async def test_a_button_on_such_a_card_is_answered_in_its_place(targeting, run, connector):
    run.replies["meeting.show"] = shown("Møtet")
    answer = await targeting.press(KARI, "meeting.show", {"meeting_id": 3}, TEAM)
    assert answer["value"]["body"][0]["text"] == "Møtet"
    assert connector.sent == []
