"""What people type, made safe to keep: lines, prose, days, hours, addresses.

Emoji, Markdown and markup are ordinary text here and are escaped where they are shown. Refused are
characters that nobody can see and that change how others are read: controls and bidi overrides.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

LINE, LINKS, PROSE, TABLE = 200, 4_000, 10_000, 100_000
BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
BLANK = {0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0}  # letters that are drawn as nothing
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
MAIL = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@[^@\s<>\"(),;:\\\[\]]+\.[^@\s<>\"(),;:\\\[\]]+")


def seen(value: str) -> str:
    """Text in its composed form without invisible characters. Raises on controls and bidi overrides."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    for char in value:
        if ord(char) in BIDI or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"):
            raise PydanticCustomError(
                "invisible", "invisible character {char}", {"char": f"U+{ord(char):04X}"}
            )
    value = value.strip()
    if value and not any(is_seen(char) for char in value):
        raise PydanticCustomError("nothing_seen", "nothing that can be seen")
    return value


def is_seen(char: str) -> bool:
    """Whether a character alone leaves a mark: joiners and zero-width spaces belong between others."""
    return unicodedata.category(char) not in ("Cf", "Mn", "Zs", "Zl", "Zp") and ord(char) not in BLANK


def one_line(value: str) -> str:
    return " ".join(seen(value).split())


def address(value: str) -> str:
    value = one_line(value)
    if not MAIL.fullmatch(value):
        raise PydanticCustomError("email", "not an address")
    return value.lower()


def web_address(value: str) -> str:
    value = one_line(value)
    if value and not re.fullmatch(r"https?://[^\s<>\"]+", value):
        raise PydanticCustomError("link", "not an address")
    return value


def web_addresses(value: str) -> str:
    return "\n".join(web_address(part) for part in seen(value).split())


def day(value: Any) -> Any:
    """A date as people write it: 2027-02-10, 10.02.2027 or 10.2.27. A number is no date."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return within(value)
    if not isinstance(value, str):
        raise PydanticCustomError("no_such_date", "no such date", {"given": str(value)[:40]})
    given = value = value.strip()
    if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.(\d{4}|\d{2})", given):
        d, m, y = (int(part) for part in match.groups())
        value = f"{y if y > 99 else 2000 + y:04d}-{m:02d}-{d:02d}"
    try:
        found = date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("no_such_date", "no such date", {"given": given[:40]}) from None
    return within(found)


def within(value: date) -> date:
    """A date in a council's time. Beyond it neither calendars nor lead times can be worked out."""
    if not FIRST_DAY <= value <= LAST_DAY:
        limit = f"{FIRST_DAY.year}–{LAST_DAY.year}"
        raise PydanticCustomError("out_of_calendar", "out of calendar", {"limit": limit})
    return value


def hour(value: Any) -> Any:
    """An hour as people write it: 09:00, 9.00, kl. 9. A number is no hour."""
    if isinstance(value, time):
        return value
    given = value if isinstance(value, str) else ""
    match = re.fullmatch(r"(?:kl\.?\s*)?(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?", given.strip().lower())
    try:
        if match:
            return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        pass
    raise PydanticCustomError("no_such_time", "no such time", {"given": str(value)[:40]})


def number(value: Any) -> Any:
    """A whole number. Yes is not one, though Python says it is."""
    if isinstance(value, bool):
        raise PydanticCustomError("not_number", "not a number")
    return value


def parts(value: Any) -> Any:
    """Several values in one field, parted by commas, semicolons or new lines."""
    return parted(value, r"[,;\n]")


def lines(value: Any) -> Any:
    """Several texts in one field: one on each line, and in a single line parted by commas or semicolons."""
    return parted(value, r"\n" if isinstance(value, str) and "\n" in value.strip() else r"[,;]")


def parted(value: Any, by: str) -> Any:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in re.split(by, value) if part.strip()]


Line = Annotated[str, Field(max_length=LINE), AfterValidator(one_line)]
Prose = Annotated[str, Field(max_length=PROSE), AfterValidator(seen)]
Email = Annotated[str, Field(max_length=254), AfterValidator(address)]
Link = Annotated[str, Field(max_length=2000), AfterValidator(web_address)]
Links = Annotated[str, Field(max_length=LINKS), AfterValidator(web_addresses)]
Day = Annotated[date, BeforeValidator(day)]
Hour = Annotated[time, BeforeValidator(hour)]
Days = Annotated[list[Day], BeforeValidator(parts), Field(min_length=1, max_length=60)]
Lines = Annotated[list[Line], BeforeValidator(lines), Field(max_length=20)]
Table = Annotated[str, Field(max_length=TABLE), AfterValidator(seen)]
Whole = Annotated[int, BeforeValidator(number)]
Id = Annotated[Whole, Field(ge=1, le=2**31 - 1)]
CalendarYear = Annotated[Whole, Field(ge=FIRST_DAY.year, le=LAST_DAY.year)]
Ids = Annotated[list[Id], BeforeValidator(parts), Field(max_length=200)]
Minutes = Annotated[Whole, Field(ge=1, le=480)]


@dataclass(frozen=True)
class Form:
    """What a form starts from: what it is about, the values now, and what may be chosen among."""

    about: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[object, str]]] = field(default_factory=dict)
    leaves_out: Mapping[str, Collection[object]] = field(default_factory=dict)  # of a kind's members


WRONG = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_too_short": "missing",
    "too_short": "missing",
    "nothing_seen": "missing",
    "extra_forbidden": "unknown",
    "enum": "not_offered",
    "literal_error": "not_offered",
    "bool_parsing": "not_offered",
    "invisible": "invisible",
    "email": "not_email",
    "link": "not_link",
    "no_such_date": "no_such_date",
    "no_such_time": "no_such_time",
    "too_long": "too_many",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "int_parsing": "not_number",
    "int_from_float": "not_number",
    "int_parsing_size": "not_number",
    "int_type": "not_number",
    "not_number": "not_number",
    "out_of_calendar": "out_of_range",
}


def wrong(error: Any) -> tuple[str, dict[str, object]]:
    """What pydantic says, as a text key and the values for its holes."""
    kind = WRONG.get(error["type"], "malformed")
    context = error.get("ctx", {})
    match kind:
        case "too_long":
            return kind, {"max": context["max_length"], "length": len(error["input"])}
        case "too_many":
            return kind, {"max": context["max_length"]}
        case "out_of_range":
            return kind, {"limit": context.get("ge", context.get("le", context.get("limit")))}
        case "invisible":
            return kind, {"char": context["char"]}
        case "no_such_date" | "no_such_time":
            return kind, {"given": context["given"]}
    return kind, {}
