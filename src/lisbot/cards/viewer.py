"""For whom a card is drawn: their language, and what words are said in it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lisbot.council.core.context import Member
from lisbot.texts import format_value, text


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks. `allows(command, body_id)`: whether they may run a command in a body. `asks(command,
    arguments)`: whether a button for it asks for a form first."""

    by: Member
    at: datetime
    tz: ZoneInfo
    allows: Callable[[str, int], bool]
    asks: Callable[[str, Mapping[str, Any]], bool]

    @property
    def lang(self) -> str:
        return self.by.lang

    @property
    def today(self) -> date:
        return self.at.astimezone(self.tz).date()

    def t(self, key: str, /, **values: object) -> str:
        """Returns the text for a key, with its holes filled."""
        return text(self.lang, key, **{name: self.local(value) for name, value in values.items()})

    def say(self, value: object) -> str:
        """Returns a date, a moment or an enumeration's member in the viewer's words; nothing for nothing."""
        return "" if value is None else str(format_value(self.lang, self.local(value)))

    def local(self, value: object) -> object:
        """Returns a moment as clocks show it here; anything else as it is."""
        return value.astimezone(self.tz) if isinstance(value, datetime) else value
