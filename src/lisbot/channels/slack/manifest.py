"""The app manifest that a Slack administrator creates the app from."""

import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator

from lisbot.commands import COMMANDS
from lisbot.settings import BadSetting
from lisbot.texts import has, look_up, text

NAME = "lisbot"
BACKGROUND = "#0B4F6C"  # the mark's deep sea blue; Slack wants a dark one
COMMAND = "/lisbot"
PROPOSE = "propose"  # the message shortcut's callback_id
EVENTS_PATH, INSTALLED_PATH = "/slack/events", "/slack/oauth_redirect"
SCOPES = (
    "app_mentions:read",  # to be mentioned
    "channels:read",  # to be told that it was added to a channel
    "chat:write",
    "commands",  # /lisbot and the message shortcut
    "groups:read",  # the same in a private channel
    "im:history",  # to be written to
    "im:write",  # to write first
    "users:read",  # who is a guest, a stranger or a bot, and their language
    "users:read.email",  # the address that the register knows
)
EVENTS = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "channel_archive",
    "channel_deleted",
    "channel_left",
    "channel_unarchive",
    "group_archive",
    "group_deleted",
    "group_left",
    "group_unarchive",
    "member_joined_channel",
    "member_left_channel",
    "message.im",
    "tokens_revoked",
)


class BadManifest(BadSetting):
    """A setting makes the manifest break one of Slack's rules. Names the field."""


def write(base_url: str, lang: str, *, socket_mode: bool = False, several: bool = False) -> str:
    """Returns the manifest as JSON. Raises BadManifest."""
    if socket_mode and several:
        raise BadManifest("SLACK_CLIENT_ID is for several workspaces over HTTP: not with Socket Mode")
    if not socket_mode and not base_url.startswith("https://"):
        raise BadManifest(
            "BASE_URL must be an https address that Slack reaches: set it, give --url, or use --socket-mode"
        )
    manifest = describe(base_url, lang, socket_mode=socket_mode, several=several)
    validate(manifest)
    return json.dumps(manifest, ensure_ascii=False, indent=2)


def describe(base_url: str, lang: str, *, socket_mode: bool, several: bool) -> dict[str, Any]:
    """Returns the manifest. In Socket Mode lisbot calls Slack, and no address of ours is in it."""
    to_us = {} if socket_mode else {"url": f"{base_url}{EVENTS_PATH}"}
    asks_us = {} if socket_mode else {"request_url": f"{base_url}{EVENTS_PATH}"}
    installed = {"redirect_urls": [f"{base_url}{INSTALLED_PATH}"]} if several else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": NAME,
            "description": text(lang, "slack.manifest.short"),
            "long_description": text(lang, "slack.manifest.full"),
            "background_color": BACKGROUND,
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": NAME, "always_online": True},
            "shortcuts": [
                {
                    "name": text(lang, "slack.manifest.propose"),
                    "type": "message",
                    "callback_id": PROPOSE,
                    "description": text(lang, "slack.manifest.propose_help"),
                }
            ],
            "slash_commands": [
                {
                    "command": COMMAND,
                    "description": text(lang, "slack.manifest.command"),
                    "usage_hint": usage_hint(lang),
                    "should_escape": False,
                    **to_us,
                }
            ],
        },
        "oauth_config": {**installed, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**asks_us, "bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True, **asks_us},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": False,
        },
    }


def usage_hint(lang: str) -> str:
    """Returns what may be typed after the command: the first phrase of each command that has one."""
    phrases = (f"command.{name}.phrases" for name in COMMANDS)
    return " | ".join(look_up(lang, key)[0] for key in phrases if has(lang, key))


def validate(manifest: Mapping[str, Any]) -> None:
    """Check against Slack's rules for manifest version 2, as far as lisbot uses them. Raises BadManifest."""
    rules = json.loads((files(__package__) / "manifest.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(rules).iter_errors(manifest):
        raise BadManifest(f"manifest: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")
