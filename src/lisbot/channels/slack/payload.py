"""What Slack sends, and the facts of it that lisbot trusts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lisbot.channels.common.untrusted import object_in, objects_in, string_in
from lisbot.council.core.context import RoomRef

PLATFORM = "slack"
Body = Mapping[str, Any]

LINKS = ("http:", "https:", "mailto:", "tel:")
MENTIONS = ("@", "#", "!")  # of a person, a channel, a group or everybody
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # all that Slack escapes; the last one last


@dataclass(frozen=True)
class SlackUser:
    """Whoever did something, in which workspace of ours, and where they belong themselves.

    `team` is their own: in a channel that two organisations share it is not the `workspace` lisbot is in.
    """

    id: str
    team: str
    workspace: str

    @property
    def key(self) -> tuple[str, str]:
        """Who they are, wherever they do something."""
        return self.team, self.id


@dataclass(frozen=True)
class Press:
    """A pressed button: which it is, and what it carries. Both are the sender's word."""

    verb: str
    data: Mapping[str, Any]


def interacting_user(body: Body) -> SlackUser:
    """Returns who pressed a button, sent a form or used a shortcut."""
    user, team = object_in(body, "user"), string_in(object_in(body, "team"), "id")
    own = string_in(user, "team_id") or team
    # A form from a channel that two organisations share names its sender's team, and ours only in the view.
    installed = string_in(object_in(body, "view"), "app_installed_team_id")
    return SlackUser(string_in(user, "id"), own, installed or team or own)


def commanding_user(body: Body) -> SlackUser:
    """Returns who typed a slash command."""
    team = string_in(body, "team_id")
    return SlackUser(string_in(body, "user_id"), team, team)


def event_user(body: Body) -> SlackUser:
    """Returns whom an event is about."""
    event = object_in(body, "event")
    workspace = string_in(authorization(body), "team_id") or string_in(body, "team_id")
    own = string_in(event, "user_team") or string_in(event, "source_team") or string_in(event, "team")
    return SlackUser(string_in(event, "user"), own or string_in(body, "team_id") or workspace, workspace)


def authorization(body: Body) -> Body:
    """Returns as whom lisbot was sent an event."""
    return next(iter(objects_in(body, "authorizations")), {})


def read_press(body: Body) -> Press | None:
    """Returns the pressed button, or what was chosen in a select; None for one that lisbot never drew."""
    action = next(iter(objects_in(body, "actions")), {})
    number, found, verb = string_in(action, "action_id").partition(":")
    if not found or not number.isdecimal():
        return None
    value = string_in(action, "value") or string_in(object_in(action, "selected_option"), "value")
    data = read_json_object(value) if value else {}
    return None if data is None else Press(verb, data)


def read_json_object(words: str) -> Mapping[str, Any] | None:
    """Returns a JSON object; None for anything else."""
    try:
        found = json.loads(words)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def room_of(workspace: str, channel: str) -> RoomRef | None:
    """Returns the channel as a council's room; None for a conversation with lisbot alone."""
    if not channel or channel.startswith("D"):
        return None
    return RoomRef(PLATFORM, workspace, channel, workspace)


def file_names(event: Body) -> list[str]:
    """Returns what the files that came with a message are called."""
    return [string_in(file, "title") or string_in(file, "name") or "?" for file in objects_in(event, "files")]


def to_plain_text(text: object) -> str:
    """Returns what was typed, without Slack's markup (docs.slack.dev, "Formatting message text").

    Links become their words with the address, mentions their names; mentions without a name, such as lisbot's own,
    are left out. Each character is read once.
    """
    words = text if isinstance(text, str) else ""
    start, *parts = words.split("<")
    found = start + "".join(map(read_markup, parts))
    for entity, character in ENTITIES:
        found = found.replace(entity, character)
    return found


def read_markup(part: str) -> str:
    """Returns what follows one "<", in plain text."""
    inner, closed, rest = part.partition(">")
    target, _, label = inner.partition("|")
    if not closed:
        return f"<{part}"
    if target.startswith(LINKS):
        return describe_link(target, label) + rest
    if target.startswith(MENTIONS):
        return (label or " ") + rest
    return f"<{part}"


def describe_link(url: str, label: str) -> str:
    """Returns a link as it was typed: Slack makes one of whatever looks like an address."""
    if not label:
        return url
    return label if label in url else f"{label} ({url})"
