"""Payloads as Slack sends them: docs.slack.dev/reference/interaction-payloads, /events, /interactivity."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from fakes.slack_methods import as_sent as message_as_sent
from fakes.slack_views import as_sent as view_as_sent
from fakes.slack_world import APP, Channel, Message, SlackPerson, View, Workspace, code

if TYPE_CHECKING:
    from fakes.slack import FakeSlack

Payload = dict[str, Any]
TOKEN = "the deprecated verification token"


def event(fake: FakeSlack, home: Workspace, event: Payload, **more: Any) -> Payload:
    number = str(next(fake.numbers))
    where = fake.channels.get(str(event.get("channel")))
    return {
        "token": TOKEN,
        "team_id": home.id,
        "context_team_id": home.id,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": event,
        "type": "event_callback",
        "event_id": f"Ev{code('event', number, size=10)}",
        "event_time": int(fake.clock()),
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": home.id,
                "user_id": home.bot_user,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": is_shared(fake, where),
        "event_context": f"4-{code('context', number, size=20)}",
        **more,
    }


def verification(fake: FakeSlack) -> Payload:
    challenge = code("challenge", str(next(fake.numbers)), size=52).lower()
    return {"token": TOKEN, "challenge": challenge, "type": "url_verification"}


def is_shared(fake: FakeSlack, where: Channel | None) -> bool:
    """Whether somebody of another workspace is in the channel."""
    return where is not None and any(
        fake.people[member].team != where.team for member in where.members if member in fake.people
    )


def said(person: SlackPerson, home: Workspace, message: Message) -> Payload:
    """A direct message, or a mention in a channel. A stranger's own team stands beside it."""
    found: Payload = {
        "type": "message" if message.channel.is_im else "app_mention",
        "user": person.id,
        "text": message.text,
        "ts": message.ts,
        "event_ts": message.ts,
        "client_msg_id": code("client", message.ts, size=32).lower(),
        "channel": message.channel.id,
        "team": person.team,
        "blocks": [rich(message)],
    }
    if message.channel.is_im:
        found["channel_type"] = "im"
    if person.team != home.id:
        found |= {"user_team": person.team, "source_team": person.team}
    return found


def rich(message: Message) -> Payload:
    """The text as the writer's client made it."""
    words = {"type": "text", "text": html.unescape(message.text)}
    section = {"type": "rich_text_section", "elements": [words]}
    return {"type": "rich_text", "block_id": code(message.ts, size=5), "elements": [section]}


def echo(home: Workspace, message: Message) -> Payload:
    """The app's own direct message, which Slack tells the app of like any other; or that it was edited."""
    about = {"channel": message.channel.id, "channel_type": "im", "event_ts": message.ts}
    own = {**message_as_sent(message), "bot_id": home.bot_id, "app_id": APP}
    if not message.history:
        return {**own, **about}
    return {
        "type": "message",
        "subtype": "message_changed",
        "message": own,
        "previous_message": {**own, "text": message.history[-1].text},
        "hidden": True,
        "ts": message.ts,
        **about,
    }


def home_opened(person: SlackPerson, direct: Channel, tab: str, view: View | None, ts: str) -> Payload:
    found: Payload = {
        "type": "app_home_opened",
        "user": person.id,
        "channel": direct.id,
        "tab": tab,
        "event_ts": ts,
    }
    return {**found, "view": view_as_sent(view)} if view and tab == "home" else found


def joined(user_id: str, team: str, where: Channel, ts: str) -> Payload:
    return {
        "type": "member_joined_channel",
        "user": user_id,
        "channel": where.id,
        "channel_type": "G" if where.is_private else "C",
        "team": team,
        "event_ts": ts,
    }


def slash(
    fake: FakeSlack,
    person: SlackPerson,
    home: Workspace,
    where: Channel,
    command: str,
    words: str,
    response_url: str,
) -> Payload:
    return {
        "token": TOKEN,
        "team_id": home.id,
        "team_domain": home.domain,
        "channel_id": where.id,
        "channel_name": where.name,
        "user_id": person.id,
        "user_name": person.username,
        "command": command,
        "text": words,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": fake.trigger(home.id, person),
    }


def envelope(kind: str, person: SlackPerson, home: Workspace) -> Payload:
    """What every interaction says of who and where; the person's own team stands with the person."""
    return {
        "type": kind,
        "team": {"id": home.id, "domain": home.domain},
        "user": {
            "id": person.id,
            "username": person.username,
            "name": person.username,
            "team_id": person.team,
        },
        "api_app_id": APP,
        "token": TOKEN,
        "enterprise": None,
        "is_enterprise_install": False,
    }


def of_viewer(person: SlackPerson, home: Workspace) -> Payload:
    """The team of what happens in a view is the person's; the view says where the app is installed."""
    domain = home.domain if person.team == home.id else person.team.lower()
    return {"team": {"id": person.team, "domain": domain}}


def action(block: Payload, element: Payload, state: Payload, ts: str) -> Payload:
    found = {"action_id": element["action_id"], "block_id": block["block_id"], "action_ts": ts, **state}
    if element["type"] == "button":
        found["text"] = element["text"]
        found |= {name: element[name] for name in ("style",) if name in element}
    return found


def block_actions(
    fake: FakeSlack,
    person: SlackPerson,
    home: Workspace,
    on: Message | View,
    action: Payload,
    values: dict[str, dict[str, Any]],
) -> Payload:
    found = {
        **envelope("block_actions", person, home),
        "trigger_id": fake.trigger(home.id, person),
        "actions": [action],
    }
    if isinstance(on, View):
        container = {"type": "view", "view_id": on.id}
        return {**found, **of_viewer(person, home), "container": container, "view": view_as_sent(on)}
    where = on.channel
    found |= {
        "container": {
            "type": "message",
            "message_ts": on.ts,
            "channel_id": where.id,
            "is_ephemeral": bool(on.user),
        },
        "channel": {"id": where.id, "name": where.name},
        "state": {"values": values},
        "response_url": fake.response_url("actions", home, where, person, on),
    }
    # An ephemeral message is in nobody's history: Slack sends its place, not what it said.
    return found if on.user else {**found, "message": message_as_sent(on)}


def submission(fake: FakeSlack, person: SlackPerson, home: Workspace, view: View) -> Payload:
    return {
        **envelope("view_submission", person, home),
        **of_viewer(person, home),
        "trigger_id": fake.trigger(home.id, person),
        "view": view_as_sent(view),
        "response_urls": [],
    }


def closed(person: SlackPerson, home: Workspace, view: View, is_cleared: bool) -> Payload:
    return {
        **envelope("view_closed", person, home),
        **of_viewer(person, home),
        "view": view_as_sent(view),
        "is_cleared": is_cleared,
    }


def shortcut(fake: FakeSlack, person: SlackPerson, home: Workspace, message: Message, callback_id: str) -> Payload:
    where = message.channel
    return {
        **envelope("message_action", person, home),
        "callback_id": callback_id,
        "trigger_id": fake.trigger(home.id, person),
        "response_url": fake.response_url("actions", home, where, person, message),
        "message_ts": message.ts,
        "channel": {"id": where.id, "name": where.name},
        "message": message_as_sent(message),
        "action_ts": fake.new_ts(),
    }
