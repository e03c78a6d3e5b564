"""What Slack sends, and the facts of it that lisbot trusts."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lisbot.council.act import RoomRef

Body = Mapping[str, Any]
LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]*)(?:\|([^>]*))?>")
NAMED = re.compile(r"<(?:[@#!][^|>]*)\|([^>]*)>")
MARK = re.compile(r"<[@#!][^>]*>")


@dataclass(frozen=True)
class Who:
    """Who did something, in which workspace of ours, and where they belong themselves.

    `team` is their own: in a channel that two organisations share it is not the `workspace` lisbot is in.
    """

    user: str
    team: str
    workspace: str

    @property
    def key(self) -> tuple[str, str]:
        """Who they are, wherever they do something."""
        return self.team, self.user


@dataclass(frozen=True)
class Press:
    """A pressed button: which it is, and what it carries. Both are the sender's word."""

    verb: str
    data: Mapping[str, Any]


def presser(body: Body) -> Who:
    """Who pressed a button, sent a form or used a shortcut."""
    user, team = part(body, "user"), line(part(body, "team"), "id")
    own = line(user, "team_id") or team
    # A form from a channel that two organisations share names its sender's team, and ours only in the view.
    return Who(line(user, "id"), own, line(part(body, "view"), "app_installed_team_id") or team or own)


def commander(body: Body) -> Who:
    """Who typed a slash command."""
    return Who(line(body, "user_id"), line(body, "team_id"), line(body, "team_id"))


def speaker(body: Body) -> Who:
    """Whom an event is about."""
    event = part(body, "event")
    workspace = line(installation(body), "team_id") or line(body, "team_id")
    own = line(event, "user_team") or line(event, "source_team") or line(event, "team")
    return Who(line(event, "user"), own or line(body, "team_id") or workspace, workspace)


def installation(body: Body) -> Body:
    """As whom lisbot was told of an event."""
    found = body.get("authorizations")
    return found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}


def pressed(body: Body) -> Press | None:
    """The pressed button; None for one that lisbot never drew."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions and isinstance(actions[0], dict) else {}
    number, found, verb = line(action, "action_id").partition(":")
    if not found or not number.isdecimal():
        return None
    data = read(line(action, "value")) if line(action, "value") else {}
    return None if data is None else Press(verb, data)


def read(words: str) -> Mapping[str, Any] | None:
    """A JSON object; None for anything else."""
    try:
        found = json.loads(words)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def room(workspace: str, channel: str) -> RoomRef | None:
    """The channel as a council's room; None for a conversation with lisbot alone."""
    if not channel or channel.startswith("D"):
        return None
    return RoomRef("slack", workspace, channel, workspace)


def said(text: object) -> str:
    """What was typed, as plain text: links with their address, mentions as names, and those without one left
    out, such as lisbot's own."""
    words = text if isinstance(text, str) else ""
    words = LINK.sub(lambda found: linked(found[1], found[2] or ""), words)
    words = MARK.sub(" ", NAMED.sub(r"\1", words))
    return html.unescape(words)


def linked(url: str, label: str) -> str:
    """A link as it was typed: Slack makes one of whatever looks like an address."""
    if not label:
        return url
    return label if label in url else f"{label} ({url})"


def line(raw: Body, name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def part(raw: Body, name: str) -> Mapping[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}
