"""What people type, made safe to keep: lines, prose, days, hours, addresses.

Emoji, Markdown and markup are ordinary text here and are escaped where they are shown. Refused are
characters that nobody can see and that change how others are read: controls and bidi overrides.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

LINE, PROSE = 200, 10_000
BIDI = {*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C}
MAIL = re.compile(r"[^@\s<>\"(),;:\\\[\]]+@[^@\s<>\"(),;:\\\[\]]+\.[^@\s<>\"(),;:\\\[\]]+")


def seen(value: str) -> str:
    """Text in its composed form without invisible characters. Raises on controls and bidi overrides."""
    value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    for char in value:
        if ord(char) in BIDI or (unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t"):
            raise PydanticCustomError(
                "invisible", "invisible character {char}", {"char": f"U+{ord(char):04X}"}
            )
    return value.strip()


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
    """A date as people write it: 2027-02-10, 10.02.2027 or 10.2.27."""
    if not isinstance(value, str):
        return value
    given = value = value.strip()
    if match := re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.(\d{4}|\d{2})", given):
        d, m, y = (int(part) for part in match.groups())
        value = f"{y if y > 99 else 2000 + y:04d}-{m:02d}-{d:02d}"
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise PydanticCustomError("no_such_date", "no such date", {"given": given[:40]}) from None


def hour(value: Any) -> Any:
    """An hour as people write it: 09:00, 9.00, kl. 9."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"(?:kl\.?\s*)?(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})?", value.strip().lower())
    try:
        if match:
            return time(int(match[1]), int(match[2] or 0))
    except ValueError:
        pass
    raise PydanticCustomError("no_such_time", "no such time", {"given": value[:40]})


def parts(value: Any) -> Any:
    """Several values in one field, parted by commas, semicolons or new lines."""
    return (
        [part.strip() for part in re.split(r"[,;\n]", value) if part.strip()]
        if isinstance(value, str)
        else value
    )


Line = Annotated[str, Field(max_length=LINE), AfterValidator(one_line)]
Prose = Annotated[str, Field(max_length=PROSE), AfterValidator(seen)]
Email = Annotated[str, Field(max_length=254), AfterValidator(address)]
Link = Annotated[str, Field(max_length=2000), AfterValidator(web_address)]
Links = Annotated[str, Field(max_length=4000), AfterValidator(web_addresses)]
Day = Annotated[date, BeforeValidator(day)]
Hour = Annotated[time, BeforeValidator(hour)]
Days = Annotated[list[Day], BeforeValidator(parts), Field(min_length=1, max_length=60)]
Lines = Annotated[list[Line], BeforeValidator(parts), Field(max_length=20)]
Id = Annotated[int, Field(ge=1, le=2**31 - 1)]
Ids = Annotated[list[Id], BeforeValidator(parts), Field(max_length=200)]
Minutes = Annotated[int, Field(ge=1, le=480)]


@dataclass(frozen=True)
class Form:
    """What a form starts from: what it is about, the values now, and what may be chosen among."""

    about: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, Sequence[tuple[object, str]]] = field(default_factory=dict)
    leaves_out: Mapping[str, Collection[object]] = field(default_factory=dict)  # of a kind's members
