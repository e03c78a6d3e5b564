"""For whom a card is drawn, and the buttons they may press."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lisbot.cards.fill import fill, template
from lisbot.council.act import Member
from lisbot.texts import say, text


@dataclass(frozen=True, slots=True)
class Viewer:
    by: Member
    at: datetime
    tz: ZoneInfo
    can: Callable[[str, int], bool]  # whether they may run a command in a body
    base_url: str = ""

    @property
    def lang(self) -> str:
        return self.by.lang

    @property
    def is_room(self) -> bool:
        """Whether this is drawn for a channel, whose members the register does not know."""
        return self.by.id is None

    @property
    def today(self) -> date:
        return self.at.astimezone(self.tz).date()

    def t(self, key: str, /, **values: object) -> str:
        return text(self.lang, key, **values)

    def say(self, value: object) -> str:
        """A date, a moment or a kind in the viewer's words; nothing for nothing."""
        if value is None:
            return ""
        if isinstance(value, datetime):
            value = value.astimezone(self.tz)
        return str(say(self.lang, value))


Facts = Callable[[Any, Viewer], dict[str, Any]]


def button(
    viewer: Viewer,
    command: str,
    /,
    *,
    title: str = "",
    ask: bool = False,
    style: str = "default",
    **data: object,
) -> dict[str, Any]:
    """A button that runs a command, or asks for its form. What it carries is checked again when pressed."""
    return fill(  # type: ignore[no-any-return]
        template("ask" if ask else "button"),
        {
            "verb": command,
            "title": title or viewer.t(f"command.{command}.button"),
            "data": data,
            "style": style,
        },
    )


def link(viewer: Viewer, path: str, title: str) -> dict[str, Any]:
    """A button that opens a page."""
    return {"type": "Action.OpenUrl", "title": title, "url": f"{viewer.base_url}{path}"}
