"""Every word people see, in nb, nn and en: one folder a language, one file a subject, the same keys and holes in
each. Dates, numbers and sorting by the language too."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import Enum
from functools import cache
from importlib.resources import files
from typing import Any

from lisbot.texts.collation import collation_key

LANGUAGES = ("nb", "nn", "en")
SEMICOLON = "; "
SENTENCE_ENDS = re.compile(r"(?<=[\w»’?!]{3})\. (?=[A-ZÆØÅ])")  # and no «nr. 2», «kl. 10» or initial
LOCALES = {"nb": "nb_NO", "nn": "nn_NO", "en": "en_GB"}


def text(lang: str, key: str, /, **values: object) -> str:
    """Returns the text for a key such as "card.vote.turnout". A `count` picks between .one and .other."""
    found = look_up(lang, key)
    if isinstance(found, dict):
        found = found["one" if values["count"] == 1 else "other"]
    return str(found).format_map(Values(lang, values))


class Values(dict[str, object]):
    """The values for a text's holes, written as people do when a hole asks for them."""

    def __init__(self, lang: str, values: Mapping[str, object]) -> None:
        super().__init__(values)
        self.lang = lang

    def __getitem__(self, name: str) -> object:
        return format_value(self.lang, super().__getitem__(name))


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text inside another, worded in the language of the whole."""

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def counted(counts: Mapping[str, int]) -> Phrase | None:
    """Returns how many there are of each kind, in words: «3 plasser og 1 verv». What there is none of is left out; None
    where there is nothing."""
    said = [Phrase(f"counted.{kind}", {"count": count}) for kind, count in counts.items() if count]
    if not said:
        return None
    whole, *others = reversed(said)
    for number, each in enumerate(others):
        whole = Phrase("list.comma" if number else "list.and", {"first": each, "last": whole})
    return whole


@dataclass(frozen=True, slots=True)
class Days:
    """When something is that may last several days, or share its day with another: then with its hour."""

    first: date
    last: date
    hour: time | None = None


def section(lang: str, key: str) -> Mapping[str, Any]:
    """Returns a whole table of texts, such as every label on one page."""
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


def format_value(lang: str, value: object) -> object:
    """Returns a value as people write it: a date, a time, or an enumeration's member by its own word."""
    match value:
        case Enum():
            return text(lang, f"{enum_key(type(value))}.{value.value}")
        case datetime():
            return format_moment(lang, value)
        case date():
            return format_date(lang, value)
        case time():
            return format_time(lang, value)
        case Phrase():
            return text(lang, value.key, **value.values)
        case Days():
            return format_days(lang, value)
        case tuple():
            return " ".join(str(format_value(lang, part)) for part in value)
        case _:
            return value


def format_moment(lang: str, value: datetime) -> str:
    from babel.dates import format_datetime

    pattern = "d MMMM y, HH:mm" if lang == "en" else "d. MMMM y 'kl.' HH.mm"
    return str(format_datetime(value, pattern, locale=LOCALES[lang]))


def format_date(lang: str, value: date) -> str:
    """Returns a date with its weekday: «onsdag 10. februar 2027»."""
    from babel.dates import format_date as format_by_pattern

    pattern = "EEEE d MMMM y" if lang == "en" else "EEEE d. MMMM y"
    return str(format_by_pattern(value, pattern, locale=LOCALES[lang]))


def format_day(lang: str, value: date) -> str:
    """Returns a date without its weekday: «10. februar 2027»."""
    from babel.dates import format_date as format_by_pattern

    return str(format_by_pattern(value, "d MMMM y" if lang == "en" else "d. MMMM y", locale=LOCALES[lang]))


def format_days(lang: str, value: Days) -> str:
    """Returns a span of days: «onsdag 10. februar 2027», «onsdag 10. – torsdag 11. februar 2027»."""
    if value.last > value.first:
        from babel.dates import format_date as format_by_pattern

        same_month = (value.first.year, value.first.month) == (value.last.year, value.last.month)
        pattern = "EEEE d" if same_month else "EEEE d MMMM"
        pattern = pattern if lang == "en" else pattern.replace("d", "d.")
        pattern = pattern if value.first.year == value.last.year else f"{pattern} y"
        first = str(format_by_pattern(value.first, pattern, locale=LOCALES[lang]))
        return f"{first} – {format_date(lang, value.last)}"
    day = format_date(lang, value.first)
    return day if value.hour is None else text(lang, "day.with_hour", day=day, hour=value.hour)


def short_date(lang: str, value: date, today: date | None = None) -> str:
    """Returns a date for a list: «3. mars»; with its year where that is not the year of `today`."""
    from babel.dates import format_date as format_by_pattern

    year = "" if today is None or value.year == today.year else " y"
    return str(format_by_pattern(value, ("d MMM" if lang == "en" else "d. MMM") + year, locale=LOCALES[lang]))


def numeric_day(lang: str, value: date, today: date) -> str:
    """Returns a day as short as it can be said, for a picture: «1.8.» or “1/8”, with its year where that is not this
    one."""
    year = f"{value.year % 100:02}" if value.year != today.year else ""
    if lang == "en":
        return f"{value.day}/{value.month}" + (f"/{year}" if year else "")
    return f"{value.day}.{value.month}.{year}"


def format_time(lang: str, value: time) -> str:
    """Returns an hour on the 24-hour clock: «09.00», in English "09:00"."""
    return f"{value:%H:%M}" if lang == "en" else f"{value:%H.%M}"


def date_and_name(lang: str, name: str, day: date | Days) -> str:
    """Returns a council and a date in one line: «Samordningsrådet, onsdag 10. februar 2027»."""
    return f"{name}, {format_value(lang, day)}"


def format_list(lang: str, items: Iterable[str], most: int = 0, way: str = "and") -> str:
    """Returns several things in one line: «Astrid, Bjørn og Eli»; of more than `most`, the first of them and how many
    more there are. `way` "or": «Astrid, Bjørn eller Eli». Where one has a comma of its own, semicolons part them and no
    word stands before the last: «Fjord HF; Legeforeningen, Ås HF»."""
    *first, last = items = list(items) or [""]
    if most and len(items) > most:
        return text(lang, "list.and_more", first=join_items(items[:most]), count=len(items) - most)
    if len(items) == 1:
        return last
    parting = separator(items)
    if parting == SEMICOLON and way == "and":
        return join_items(items)
    return text(lang, f"list.{way}", first=parting.join(first) + parting.strip(", "), last=last)


def join_items(items: Iterable[str]) -> str:
    """Returns several things in one line: parted by commas, or by semicolons where one has a comma of its own."""
    items = list(items)
    return separator(items).join(items)


def separator(items: Iterable[str]) -> str:
    return SEMICOLON if any("," in each for each in items) else ", "


def first_sentence(words: str) -> str:
    """Returns the first sentence of what somebody is told, without its full stop: what it is about, and not why they
    get it. A quoted title is never cut in two."""
    for end in SENTENCE_ENDS.finditer(words):
        first = words[: end.start()]
        if all(first.count(opening) == first.count(closing) for opening, closing in ("«»", "‘’")):
            return first
    return words.removesuffix(".")


def sort_key(lang: str) -> Callable[[str], Any]:
    """Returns the key by which words are sorted in the language: … z æ ø å in Norwegian, letter case apart."""
    return collation_key(lang)


@cache
def enum_key(kind: type[Enum]) -> str:
    """Returns what an enumeration is called in the texts: ItemKind is item_kind."""
    name = kind.__name__
    return "".join(f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name))


def closest_language(tag: str | None, default: str) -> str:
    """Returns the language to answer in for a platform's locale such as "nn-NO" or "en-us"."""
    found = {"nb": "nb", "no": "nb", "nn": "nn", "en": "en"}.get((tag or "").lower().replace("_", "-").split("-")[0])
    return found or default


@cache
def catalogue(lang: str) -> dict[str, Any]:
    """Returns one language's words: the files of its folder, merged deeply. Raises ValueError for a key that is
    said twice."""
    merged: dict[str, Any] = {}
    for file in sorted((files(__name__) / lang).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".toml"):
            merge(merged, tomllib.loads(file.read_text("utf-8")), file.name)
    return merged


def merge(into: dict[str, Any], more: Mapping[str, Any], where: str, path: str = "") -> None:
    for name, value in more.items():
        key = f"{path}.{name}".lstrip(".")
        if name not in into:
            into[name] = dict(value) if isinstance(value, dict) else value
            if isinstance(value, dict):
                into[name] = {}
                merge(into[name], value, where, key)
        elif isinstance(into[name], dict) and isinstance(value, dict):
            merge(into[name], value, where, key)
        else:
            raise ValueError(f"{where}: {key} is said twice")
