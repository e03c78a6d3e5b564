"""The app package that a Teams administrator installs: manifest, two icons and a file per language.

learn.microsoft.com, "Public developer manifest schema for Teams".
"""

import hashlib
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

MAJOR = 1  # the rest of the package's version follows from its contents, or Teams keeps the old package
MANIFEST = "1.30"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{MANIFEST}/MicrosoftTeams.schema.json"
SCOPES = ("personal", "team", "groupChat")
DEFAULT_LANG = "nb"
MAX_COMMANDS = 12  # in a list
# The commands that Teams suggests in each scope, the most used first. What has no phrase is left out.
SUGGESTED = (
    (
        ("personal",),
        (
            "menu.show",
            "worklist.show",
            "proposal.submit",
            "year_plan.show",
            "meeting.show",
            "call.show",
            "vote.show",
            "agenda.show",
            "outcome.search",
            "register.show",
            "dashboard.show",
            "person.choose_language",
        ),
    ),
    (
        ("team", "groupChat"),
        (
            "menu.show",
            "worklist.show",
            "proposal.submit",
            "meeting.show",
            "agenda.show",
            "minutes.show",
            "register.show",
            "year_plan.show",
            "outcome.search",
            "room.link",
            "room.unlink",
        ),
    ),
)
# In company a command is offered to whoever mentions lisbot, and to whoever types a slash: what they send then, and
# what comes back, they alone see.
TRIGGERS = {("team", "groupChat"): ["mention", "slash"]}
WRITTEN_AT = (2026, 1, 1, 0, 0, 0)  # a fixed date: the same settings give the same package, byte by byte


class BadPackage(BadSetting):
    """A setting makes the package break one of Teams' rules. Names the field."""


def write(path: Path | str, settings: Settings) -> None:
    """Write the package to a file. Raises BadSetting or BadPackage, and then writes nothing."""
    contents = make(settings)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in contents.items():
            package.writestr(zipfile.ZipInfo(name, WRITTEN_AT), content, zipfile.ZIP_DEFLATED)


def make(settings: Settings) -> dict[str, bytes]:
    """Returns the package's files by name. Raises BadSetting or BadPackage."""
    if settings.teams is None:
        raise BadSetting("MicrosoftAppId is missing: the package is for one registered bot")
    manifest = describe(settings, settings.teams.app_id)
    icons = {"color.png": draw_color(), "outline.png": draw_outline()}
    languages = {lang: translate(manifest, lang) for lang in LANGUAGES if lang != DEFAULT_LANG}
    manifest["version"] = derive_version(manifest, languages, icons)
    validate("manifest", manifest)
    for lang, words in languages.items():
        validate("localization", words, lang)
    return {
        "manifest.json": encode_json(manifest),
        **icons,
        **{f"{lang}.json": encode_json(words) for lang, words in languages.items()},
    }


def derive_version(manifest: Mapping[str, Any], languages: Mapping[str, Any], icons: Mapping[str, bytes]) -> str:
    """Returns a version that is another for other contents, and the same for the same."""
    made = hashlib.sha256(encode_json({"manifest": manifest, "languages": languages}))
    for name in sorted(icons):
        made.update(icons[name])
    minor, patch = (int.from_bytes(made.digest()[at : at + 2], "big") for at in (0, 2))
    return f"{MAJOR}.{minor}.{patch}"


def describe(settings: Settings, app_id: str) -> dict[str, Any]:
    """Returns the manifest in the default language."""
    host = urlsplit(settings.base_url).hostname or ""
    return {
        "$schema": SCHEMA,
        "manifestVersion": MANIFEST,
        "version": f"{MAJOR}.0.0",
        "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"lisbot:{app_id}")),
        "developer": {
            "name": "lisbot",
            "websiteUrl": settings.base_url,
            "privacyUrl": f"{settings.base_url}/about/privacy",
            "termsOfUseUrl": f"{settings.base_url}/about/terms",
        },
        "name": {"short": "lisbot", "full": text(DEFAULT_LANG, "teams.package.short")},
        "description": {
            "short": text(DEFAULT_LANG, "teams.package.short"),
            "full": text(DEFAULT_LANG, "teams.package.full"),
        },
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": list(SCOPES),
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsTargetedMessages": True,
                "commandLists": command_lists(DEFAULT_LANG),
            }
        ],
        "supportsChannelFeatures": "tier1",  # shared and private channels
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [host] if host and "." in host and not host[-1].isdigit() else [],
        "localizationInfo": {
            "defaultLanguageTag": DEFAULT_LANG,
            "additionalLanguages": [
                {"languageTag": lang, "file": f"{lang}.json"} for lang in LANGUAGES if lang != DEFAULT_LANG
            ],
        },
    }


def command_lists(lang: str) -> list[dict[str, Any]]:
    """Returns the manifest's command lists."""
    lists = [
        {
            "scopes": list(scopes),
            **({"triggers": TRIGGERS[scopes]} if scopes in TRIGGERS else {}),
            "commands": suggested(names, lang),
        }
        for scopes, names in SUGGESTED
    ]
    return [each for each in lists if each["commands"]]


def suggested(names: tuple[str, ...], lang: str) -> list[dict[str, str]]:
    """Returns the phrases to suggest: the first of each command, with what it does."""
    return [
        {
            "title": look_up(lang, f"command.{name}.phrases")[0],
            "description": text(lang, f"command.{name}.help"),
        }
        for name in names
        if name in COMMANDS and all(has(each, f"command.{name}.phrases") for each in LANGUAGES)
    ][:MAX_COMMANDS]


def translate(manifest: Mapping[str, Any], lang: str) -> dict[str, str]:
    """Returns a language's file: the manifest's words by their path ("Localize your app")."""
    words = {
        "$schema": SCHEMA.replace("MicrosoftTeams.schema", "MicrosoftTeams.Localization.schema"),
        "name.short": manifest["name"]["short"],
        "name.full": text(lang, "teams.package.short"),
        "description.short": text(lang, "teams.package.short"),
        "description.full": text(lang, "teams.package.full"),
    }
    for number, listed in enumerate(command_lists(lang)):
        for place, command in enumerate(listed["commands"]):
            path = f"bots[0].commandLists[{number}].commands[{place}]"
            words |= {f"{path}.title": command["title"], f"{path}.description": command["description"]}
    return words


def validate(kind: str, content: Mapping[str, Any], name: str = "manifest") -> None:
    """Check content against Teams' rules, as far as lisbot uses them. Raises BadPackage."""
    rules = json.loads((files(__package__) / f"{kind}.schema.json").read_text("utf-8"))
    for error in Draft202012Validator(rules, format_checker=Draft202012Validator.FORMAT_CHECKER).iter_errors(content):
        raise BadPackage(f"{name}: {'.'.join(map(str, error.absolute_path))}: {error.message[:200]}")


def encode_json(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, indent=2).encode()
