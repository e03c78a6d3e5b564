"""The app package an administrator installs."""

import json
import zipfile
from io import BytesIO

import pytest
from PIL import Image

from lisbot.channels.teams import package
from lisbot.settings import DEMO_KEY, BadSetting, read

APP_ID = "11111111-aaaa-4bbb-8ccc-222222222222"


def settings(**env):
    teams = {"MicrosoftAppId": APP_ID, "MicrosoftAppPassword": "x"}
    return read({"SECRET_KEY": DEMO_KEY, "BASE_URL": "https://lisbot.example.no", **teams, **env})


@pytest.fixture
def packed(tmp_path):
    path = tmp_path / "lisbot.zip"
    package.write(path, settings())
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_the_package_holds_manifest_icons_and_languages_at_its_root(packed):
    assert set(packed) == {"manifest.json", "color.png", "outline.png", "nn.json", "en.json"}
    manifest = json.loads(packed["manifest.json"])
    assert manifest["bots"][0]["botId"] == APP_ID
    assert manifest["validDomains"] == ["lisbot.example.no"]
    assert manifest["developer"]["privacyUrl"] == "https://lisbot.example.no/about/privacy"
    assert manifest["developer"]["termsOfUseUrl"] == "https://lisbot.example.no/about/terms"
    named = [each["file"] for each in manifest["localizationInfo"]["additionalLanguages"]]
    assert set(named) <= set(packed)


def test_it_takes_targeted_messages_slash_commands_and_shared_channels(packed):
    """Teams refuses a team's app of manifest 1.25 or later that says nothing of shared channels."""
    manifest = json.loads(packed["manifest.json"])
    assert manifest["supportsChannelFeatures"] == "tier1"
    (bot,) = manifest["bots"]
    assert bot["supportsTargetedMessages"] is True
    alone, in_company = bot["commandLists"]
    assert (alone["scopes"], alone.get("triggers")) == (["personal"], None)
    assert (in_company["scopes"], in_company["triggers"]) == (["team", "groupChat"], ["mention", "slash"])
    titles = {each["title"] for each in in_company["commands"]}
    assert {"hjelp", "møte", "sakliste", "referat", "register", "årsplan", "koble"} <= titles


def test_every_translated_path_is_in_the_manifest(packed):
    manifest = json.loads(packed["manifest.json"])
    for lang in ("nn", "en"):
        for path in json.loads(packed[f"{lang}.json"]):
            if path != "$schema":
                found = manifest
                for step in path.replace("[", ".").replace("]", "").split("."):
                    found = found[int(step)] if step.isdecimal() else found[step]
                assert isinstance(found, str)


def test_the_icons_are_what_teams_asks_for(packed):
    colour, outline = (Image.open(BytesIO(packed[f"{name}.png"])) for name in ("color", "outline"))
    assert (colour.size, outline.size) == ((192, 192), (32, 32))
    assert min(colour.getchannel("A").getextrema()) == 255
    red, green, blue, alpha = outline.split()
    for channel in (red, green, blue):
        assert {c for c, a in zip(channel.tobytes(), alpha.tobytes(), strict=True) if a} == {255}
    assert alpha.getextrema() == (0, 255)


def test_the_same_settings_give_the_same_package(tmp_path):
    for name in ("a.zip", "b.zip"):
        package.write(tmp_path / name, settings())
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_package_without_an_app_id_is_refused_and_not_written(tmp_path):
    with pytest.raises(BadSetting, match="MicrosoftAppId"):
        package.write(tmp_path / "x.zip", read({"SECRET_KEY": DEMO_KEY}))
    with pytest.raises(package.BadPackage, match="no guid"):
        package.write(tmp_path / "x.zip", settings(MicrosoftAppId="no guid"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("name.short", "x" * 31),
        ("description.short", "x" * 81),
        ("accentColor", "blue"),
        ("developer.privacyUrl", ""),
        ("version", "1"),
        ("bots.0.scopes", ["everywhere"]),
        (
            "bots.0.commandLists",
            [{"scopes": ["team"], "commands": [{"title": "t", "description": "d"}] * 13}],
        ),
        ("supportsChannelFeatures", "tier2"),
        ("bots.0.commandLists.1.triggers", ["shout"]),
        ("invented", 1),
    ],
)
def test_each_rule_of_the_manifest_is_checked(path, value):
    manifest = package.describe(settings(), APP_ID)
    package.validate("manifest", manifest)
    *steps, last = path.split(".")
    at = manifest
    for step in steps:
        at = at[int(step)] if step.isdecimal() else at[step]
    at[last] = value
    with pytest.raises(package.BadPackage):
        package.validate("manifest", manifest)


def test_the_version_follows_from_the_contents(monkeypatch):
    """Teams keeps the package it has for as long as the version is the same."""

    def version(**more):
        return json.loads(package.make(settings(**more))["manifest.json"])["version"]

    first = version()
    assert version() == first
    others = {
        version(BASE_URL="https://elsewhere.example"),
        version(MicrosoftAppId="22222222-2222-4222-8222-222222222222"),
    }
    monkeypatch.setattr(package, "draw_outline", lambda: b"another icon")
    others.add(version())
    assert len(others) == 3 and first not in others
    assert all(int(part) < 2**16 for each in (first, *others) for part in each.split("."))
