"""The app manifest an administrator creates the Slack app from."""

import json

import pytest

from lisbot.channels.slack import manifest
from lisbot.channels.teams.icons import ACCENT
from lisbot.commands import COMMANDS
from lisbot.intents import MENU, understand
from lisbot.texts import LANGUAGES, has

BASE = "https://lisbot.example.no"


def made(lang="nb", **how):
    return json.loads(manifest.write(BASE, lang, **how))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("how", [{}, {"socket_mode": True}, {"several": True}])
def test_the_manifest_is_whole_in_every_language_and_every_way_in(lang, how):
    found = made(lang, **how)
    assert found["_metadata"]["major_version"] == 2
    assert found["settings"]["org_deploy_enabled"] is found["settings"]["token_rotation_enabled"] is False
    assert found["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }
    assert found["oauth_config"]["scopes"] == {"bot": list(manifest.SCOPES)}


def test_everything_slack_sends_over_http_goes_to_one_address():
    found = made()
    sent_to = {
        found["settings"]["event_subscriptions"]["request_url"],
        found["settings"]["interactivity"]["request_url"],
        *(command["url"] for command in found["features"]["slash_commands"]),
    }
    assert sent_to == {f"{BASE}/slack/events"}
    assert "redirect_urls" not in found["oauth_config"]


def test_in_socket_mode_no_address_of_ours_is_told():
    found = made(socket_mode=True)
    assert found["settings"]["socket_mode_enabled"] is True
    assert "lisbot.example.no" not in json.dumps(found)


def test_several_workspaces_come_back_to_us_after_installing():
    assert made(several=True)["oauth_config"]["redirect_urls"] == [f"{BASE}/slack/oauth_redirect"]
    with pytest.raises(manifest.BadManifest, match="SLACK_CLIENT_ID"):
        made(several=True, socket_mode=True)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_the_command_offers_is_the_phrase_of_each_command_that_has_one(lang):
    (command,) = made(lang)["features"]["slash_commands"]
    offered = command["usage_hint"].split(" | ")
    assert {understand(said, lang).command for said in offered} == {
        name for name in COMMANDS if has(lang, f"command.{name}.phrases")
    }
    assert (command["command"], understand("", lang).command) == ("/lisbot", MENU)


def test_the_app_has_the_colour_of_its_mark():
    assert made()["display_information"]["background_color"] == ACCENT


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("display_information.name", "x" * 36),
        ("display_information.description", "x" * 141),
        ("display_information.long_description", "x" * 174),
        ("display_information.long_description", "x" * 4001),
        ("display_information.background_color", "blue"),
        ("features.bot_user.display_name", "x" * 81),
        ("features.shortcuts.0.name", "x" * 25),
        ("features.shortcuts.0.description", "x" * 151),
        ("features.shortcuts.0.callback_id", "x" * 256),
        ("features.shortcuts.0.type", "everywhere"),
        ("features.slash_commands.0.command", "lisbot"),
        ("features.slash_commands.0.command", "/" + "x" * 32),
        ("features.slash_commands.0.usage_hint", "x" * 1001),
        ("features.slash_commands.0.url", "http://lisbot.example.no/slack/events"),
        ("oauth_config.scopes.bot", ["x" * 51]),
        ("oauth_config.redirect_urls", ["lisbot.example.no"]),
        ("settings.event_subscriptions.bot_events", [f"e{n}" for n in range(101)]),
        ("settings.event_subscriptions.bot_events", ["message.im", "message.im"]),
        ("settings.interactivity", {"is_enabled": True}),
        ("settings.socket_mode_enabled", "no"),
        ("features.app_home", {}),
        ("_metadata.major_version", 1),
        ("invented", 1),
        ("settings.invented", 1),
    ],
)
def test_each_rule_of_the_manifest_is_checked(path, value):
    found = made()
    *steps, last = path.split(".")
    at = found
    for step in steps:
        at = at[int(step)] if step.isdecimal() else at[step]
    at[last] = value
    with pytest.raises(manifest.BadManifest):
        manifest.validate(found)
