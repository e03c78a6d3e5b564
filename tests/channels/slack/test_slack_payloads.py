"""What Slack sends, as its documentation shows it: tests/payloads/slack, each with its source."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels.slack.helpers import ASTRID as SOMEBODY
from channels.slack.helpers import form_reply, reply, settle
from fakes import slack_payloads as sent_by_fake
from fakes.slack_views import Trigger
from fakes.slack_world import TEAM, Channel, View
from lisbot.channels.slack import payload as payloads
from lisbot.channels.slack.form_metadata import FormTarget
from lisbot.channels.slack.origin import (
    Origin,
    OriginKind,
    from_command,
    from_form,
    from_message,
    from_press,
    from_shortcut,
)
from lisbot.channels.slack.payload import SlackUser, read_press, to_plain_text
from lisbot.render.slack.blocks import read_inputs

FOLDER = Path(__file__).parents[2] / "payloads/slack"
SAMPLES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))
}
ASTRID = replace(SOMEBODY, id="U0ASTRID")
US = SlackUser("U0ASTRID", TEAM, TEAM)
DIRECT, ROOM = "D0ASTRID", "C0RADET"


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(SAMPLES[name]["payload"]))
    return found


def test_every_sample_names_its_page():
    assert all(each["source"].startswith("https://docs.slack.dev/") for each in SAMPLES.values())


# What is read of them


PRESSED = {
    "block_actions_message": Origin(
        OriginKind.MESSAGE, US, DIRECT, "1806130700.000200", "https://hooks.slack.com/actions/T0HUSET"
    ),
    "block_actions_ephemeral": Origin(
        OriginKind.EPHEMERAL, US, ROOM, "1806130700.000300", "https://hooks.slack.com/actions/T0HUSET"
    ),
    "block_actions_home": Origin(OriginKind.HOME, US, view_id="V0HOME", hash="1806130700.b1c2d3e4"),
}


@pytest.mark.parametrize("name", PRESSED)
def test_where_a_button_was_pressed_and_which(name: str):
    body, expected = sample(name), PRESSED[name]
    origin = from_press(body)
    assert origin.response_url.startswith(expected.response_url) and bool(origin.response_url) is bool(expected.channel)
    assert origin == replace(expected, response_url=origin.response_url, trigger_id=body["trigger_id"])
    press = read_press(body)
    assert press and (press.verb, press.data) == ("vote.cast", {"vote_id": 7, "choice": "for"})


def test_what_was_chosen_in_a_select_is_what_it_carries():
    press = read_press(sample("block_actions_select"))
    assert press and (press.verb, press.data) == ("body.show", {"body_id": 2})


def test_what_was_filled_in_and_by_whom():
    body = sample("view_submission")
    origin = from_form(body, {})
    assert (origin.user, origin.view_id, origin.hash) == (US, "V0FORM", "1806130900.c4d5e6f7")
    assert read_inputs(body["view"]["state"]["values"]) == {
        "title": "Felles rotasjon",
        "confidential": "false",
        "kind": "advice",
    }


def test_whoever_sends_a_form_in_a_shared_channel_is_of_their_own_team_in_our_workspace():
    assert from_form(sample("view_submission_shared_channel"), {}).user == SlackUser("U0ASTRID", "T0ANDRE", TEAM)


def test_which_message_a_shortcut_was_chosen_for():
    body = sample("message_action")
    origin = from_shortcut(body)
    assert (origin.kind, origin.user, origin.channel) == (OriginKind.SHORTCUT, US, ROOM)
    words = to_plain_text(body["message"]["text"])
    assert words == "Vi må snakke om ordningen (https://fjord.example/notat-7) & veiledning"


def test_what_was_typed_as_a_command():
    body = sample("slash_command")
    origin = from_command(body)
    assert (origin.kind, origin.user, origin.channel, origin.direct_channel) == (OriginKind.COMMAND, US, ROOM, "")
    assert to_plain_text(body["text"]) == "min side"


@pytest.mark.parametrize(("name", "channel", "direct"), [("app_mention", ROOM, ""), ("message_im", DIRECT, DIRECT)])
def test_what_was_written_to_lisbot(name: str, channel: str, direct: str):
    body = sample(name)
    origin = from_message(body)
    assert (origin.kind, origin.user) == (OriginKind.TYPED, US)
    assert (origin.channel, origin.direct_channel) == (channel, direct)
    assert to_plain_text(body["event"]["text"]).strip() == "min side"
    assert payloads.authorization(body)["user_id"] == "U0LISBOT"


# What lisbot does at them


RUNS = {
    "app_home_opened": ["worklist.show"],
    "app_mention": ["worklist.show"],
    "app_uninstalled": ["room.mark_gone"],  # all of the workspace's
    "block_actions_ephemeral": ["vote.cast"],
    "block_actions_home": ["vote.cast", "worklist.show"],  # whose page is drawn anew
    "block_actions_message": ["vote.cast"],
    "block_actions_select": ["body.show"],
    "member_joined_channel": ["menu.show"],  # so that they are linked
    "message_action": [],  # a form is asked for
    "message_im": ["worklist.show"],
    "message_im_edited": [],
    "message_im_from_bot": [],
    "slash_command": ["worklist.show"],
    "ssl_check": [],
    "tokens_revoked": ["room.mark_gone"],  # all of the workspace's
    "url_verification": [],
    "view_closed": [],
    "view_submission": ["proposal.submit", "worklist.show"],
    "view_submission_shared_channel": ["proposal.submit", "worklist.show"],
}


@pytest.fixture
def world(fake):
    """The people and channels that the samples speak of."""
    home = fake.workspace(TEAM)
    fake.workspace("T0ANDRE", "Andre")
    fake.has(ASTRID)
    for found in (
        Channel(DIRECT, "directmessage", TEAM, [ASTRID.id, home.bot_user], True, alone=ASTRID.id),
        Channel(ROOM, "radet", TEAM, [ASTRID.id, home.bot_user]),
    ):
        fake.channels[found.id] = found
    return home


@pytest.mark.parametrize("name", SAMPLES)
async def test_every_sample_is_answered_and_does_what_it_says(recorded, run, ask, fake, world, caplog, name):
    run.known, ask.known = {ASTRID.id}, {ASTRID.id}
    run.replies = {each: reply("Gjort") for each in ("vote.cast", "proposal.submit", "worklist.show", "menu.show")}
    ask.replies = {"proposal.submit": form_reply("proposal.submit", "title")}
    heard = await recorded.transport.send(SAMPLES[name]["sent_as"], made_live(recorded, sample(name), name))
    await settle(recorded)
    assert heard.status == 200
    assert run.names == RUNS[name]
    assert ask.names == (["proposal.submit"] if name == "message_action" else [])
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == []
    if "challenge" in sample(name):
        assert heard.body == {"challenge": sample(name)["challenge"]}


def made_live(slack, body, name):
    """The sample with what can only be made while it is sent: addresses to answer at, and what is signed."""
    fake = slack.fake
    home, where = fake.workspaces[TEAM], fake.channels[ROOM]
    if "response_url" in body:
        on = fake.put(home, fake.channels[DIRECT], "Tilrår rådet dette?", [])
        body["response_url"] = fake.response_url("actions", home, where, ASTRID, on)
    if "trigger_id" in body:
        fake.triggers[body["trigger_id"]] = Trigger(TEAM, ASTRID, fake.clock())
    if body.get("type") == "view_submission":
        team = body["user"]["team_id"]
        target = FormTarget("proposal.submit", {"meeting_id": 3})
        metadata = slack.channel.endpoint.handler.responder.metadata
        body["view"]["private_metadata"] = metadata.write(SlackUser(ASTRID.id, team, TEAM), target)
    return body


# What the fake Slack sends in their place


def test_the_fake_slack_sends_what_is_in_the_samples(fake):
    """Whatever a sample has, and so whatever lisbot may come to read, is there too when a test presses and types."""
    home, person = fake.workspace(TEAM), fake.has(SOMEBODY)
    room = fake.channel("radet", person)
    button = sample("block_actions_message")["message"]["blocks"]
    message = fake.put(home, room, "Tilrår rådet dette?", button)
    view = View("V1", TEAM, person.id, TEAM, sample("view_submission")["view"], "1.a", values={})
    block, element = message.blocks[1], message.blocks[1]["elements"][0]
    action = sent_by_fake.action(block, element, {"type": "button", "value": element["value"]}, "1.1")
    wrapped = {
        "block_actions_message": sent_by_fake.block_actions(fake, person, home, message, action, {}),
        "block_actions_home": sent_by_fake.block_actions(fake, person, home, view, action, {}),
        "view_submission": sent_by_fake.submission(fake, person, home, view),
        "view_closed": sent_by_fake.closed(person, home, view, False),
        "message_action": sent_by_fake.shortcut(fake, person, home, message, "propose"),
        "slash_command": sent_by_fake.slash(fake, person, home, room, "/lisbot", "hjelp", "https://x.example/"),
        "app_mention": sent_by_fake.event(fake, home, sent_by_fake.said(person, home, message)),
        "member_joined_channel": sent_by_fake.event(fake, home, sent_by_fake.joined(person.id, TEAM, room, "1.1")),
    }
    for name, body in wrapped.items():
        assert missing(sample(name), body) == MISSING.get(name, set()), name


# What the fake leaves out of a sample, and lisbot never reads.
MISSING = {
    "block_actions_message": {"message.app_id", "message.bot_id"},
    "member_joined_channel": {"event.inviter"},
    "message_action": {"message.client_msg_id"},
}
INSIDE = ("user", "team", "channel", "container", "view", "message", "event")


def missing(documented: dict[str, Any], body: dict[str, Any]) -> set[str]:
    """The names that a documented payload has and another has not, one level down where that says who and where."""
    found = documented.keys() - body.keys()
    for name in INSIDE:
        if isinstance(documented.get(name), dict) and isinstance(body.get(name), dict):
            found |= {f"{name}.{each}" for each in documented[name].keys() - body[name].keys()}
    return found
