"""Every word people see, in nb, nn and en. One file per language, same keys and holes in each."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from babel.dates import format_date, format_datetime, format_time

LANGUAGES = ("nb", "nn", "en")


def text(lang: str, key: str, /, **values: object) -> str:
    """The text for a key such as "vote.turnout". A `count` picks between .one and .other."""
    found = look_up(lang, key)
    if isinstance(found, dict):
        found = found["one" if values["count"] == 1 else "other"]
    return str(found).format(**{name: say(lang, value) for name, value in values.items()})


def section(lang: str, key: str) -> Mapping[str, Any]:
    """A whole table of texts, such as every label on one card."""
    found = look_up(lang, key)
    assert isinstance(found, dict), key
    return found


def has(lang: str, key: str) -> bool:
    try:
        look_up(lang, key)
    except KeyError:
        return False
    return True


@cache
def look_up(lang: str, key: str) -> Any:
    found: Any = catalogue(lang)
    for step in key.split("."):
        found = found[step]
    return found


def say(lang: str, value: object) -> object:
    """A value as people write it: a date, a time, or an enum member's own word."""
    match value:
        case Enum():
            return text(lang, f"{kebab(type(value).__name__)}.{value.value}")
        case datetime():
            return format_datetime(
                value, "d. MMMM y HH:mm" if lang != "en" else "d MMMM y HH:mm", locale=locale(lang)
            )
        case date():
            return format_date(
                value, "EEEE d. MMMM y" if lang != "en" else "EEEE d MMMM y", locale=locale(lang)
            )
        case time():
            return format_time(value, "HH:mm", locale=locale(lang))
        case _:
            return value


def short_date(lang: str, value: date) -> str:
    """A date for a list: «3. mars»."""
    return format_date(value, "d. MMM" if lang != "en" else "d MMM", locale=locale(lang))


def locale(lang: str) -> str:
    return {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}[lang]


@cache
def kebab(name: str) -> str:
    """ItemKind as it stands in the catalogues: item_kind."""
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def closest(tag: str | None, default: str) -> str:
    """The language to answer in for a platform's locale such as "nn-NO" or "en-us"."""
    found = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en"}.get(
        (tag or "").lower().replace("_", "-").split("-")[0]
    )
    return found or default


@cache
def catalogue(lang: str) -> dict[str, Any]:
    """One language's words: `{lang}.toml` and the files beside it that share its name, `{lang}.*.toml`."""
    merged: dict[str, Any] = {}
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.split(".")[0] == lang and file.name.endswith(".toml"):
            merged |= tomllib.loads(file.read_text("utf-8"))
    return merged
