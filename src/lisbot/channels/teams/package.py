"""The app package that a Teams administrator installs: manifest, two icons and a file per language."""

import json
import uuid
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from lisbot.channels.teams.icons import ACCENT, draw_color, draw_outline
from lisbot.commands import COMMANDS
from lisbot.settings import BadSetting, Settings
from lisbot.texts import LANGUAGES, has, look_up, text

VERSION = "1.0.0"  # the package's own: raised when its contents change, or Teams keeps the old one
MANIFEST = "1.29"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST}/MicrosoftTeams.schema.json"
SCOPES = ("personal", "team", "groupChat")
DEFAULT = "nb"
MOST = 12  # commands in a list
# What is worth a place among twelve, the most used first; what has no phrase is left out.
WORTH = (
    (
        ("personal",),
        (
            "menu.show",
            "me.page",
            "proposal.make",
            "year.show",
            "meeting.show",
            "call.show",
            "vote.show",
            "agenda.show",
            "outcome.search",
            "register.show",
            "overview.show",
            "me.language",
        ),
    ),
    (("team", "groupChat"), ("menu.show", "room.link", "room.unlink")),
)
WRITTEN_AT = (2026, 1, 1, 0, 0, 0)  # the same package for the same settings, byte by byte


class BadPackage(BadSetting):
    """A setting makes the package break one of Teams' rules. Names the field."""


def write(path: Path | str, settings: Settings) -> None:
    """Write the package to a file. Raises BadSetting or BadPackage, and then writes nothing."""
    contents = make(settings)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, WRITTEN_AT), content, zipfile.ZIP_DEFLATED)


def make(settings: Settings) -> dict[str, bytes]:
    """The package's files by name."""
    if settings.teams is None:
        raise BadSetting("MicrosoftAppId is missing: the package is for one registered bot")
    manifest = describe(settings, settings.teams.app_id)
    languages = {lang: translate(manifest, lang) for lang in LANGUAGES if lang != DEFAULT}
    validate("manifest", manifest)
    for lang, words in languages.items():
        validate("localization", words, lang)
    return {
        "manifest.json": encode(manifest),
        "color.png": draw_color(),
        "outline.png": draw_outline(),
        **{f"{lang}.json": encode(words) for lang, words in languages.items()},
    }


def describe(settings: Settings, app_id: str) -> dict[str, Any]:
    """The manifest in the default language."""
    host = urlsplit(settings.base_url).hostname or ""
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST,
        "version": VERSION,
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"lisbot:{app_id}")),
        "developer": {
            "name": "lisbot",
            "websiteUrl": settings.base_url,
            "privacyUrl": f"{settings.base_url}/about/privacy",
            "termsOfUseUrl": f"{settings.base_url}/about/terms",
        },
        "name": {"short": "lisbot", "full": text(DEFAULT, "teams.package.short")},
        "description": {
            "short": text(DEFAULT, "teams.package.short"),
            "full": text(DEFAULT, "teams.package.full"),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "commandLists": list_all(DEFAULT),
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [host] if host and "." in host and not host[-1].isdigit() else [],
        "localizationInfo": {
            "defaultLanguageTag": DEFAULT,
            "additionalLanguages": [
                {"languageTag": lang, "file": f"{lang}.json"} for lang in LANGUAGES if lang != DEFAULT
            ],
        },
    }


def list_all(lang: str) -> list[dict[str, Any]]:
    lists = [{"scopes": list(scopes), "commands": list_commands(names, lang)} for scopes, names in WORTH]
    return [each for each in lists if each["commands"]]


def list_commands(names: tuple[str, ...], lang: str) -> list[dict[str, str]]:
    """The typed phrases to offer: the first of each command, with what it does."""
    return [
        {
            "title": look_up(lang, f"command.{name}.phrases")[0],
            "description": text(lang, f"command.{name}.help"),
        }
        for name in names
        if name in COMMANDS and all(has(each, f"command.{name}.phrases") for each in LANGUAGES)
    ][:MOST]


def translate(manifest: Mapping[str, Any], lang: str) -> dict[str, str]:
    """A language's file: the manifest's words by their path, as Teams' localization files have them."""
    words = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": manifest["name"]["short"],
        "name.full": text(lang, "teams.package.short"),
        "description.short": text(lang, "teams.package.short"),
        "description.full": text(lang, "teams.package.full"),
    }
    for number, listed in enumerate(list_all(lang)):
        for place, command in enumerate(listed["commands"]):
            path = f"bots[0].commandLists[{number}].commands[{place}]"
            words |= {f"{path}.title": command["title"], f"{path}.description": command["description"]}
    return words


def validate(kind: str, content: Mapping[str, Any], name: str = "manifest") -> None:
    """Check against Teams' rules, as far as lisbot uses them. Raises BadPackage."""
    rules = json.loads((files(__package__) / f"{kind}.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(rules, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(
        content
    ):
        raise BadPackage(f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def encode(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
