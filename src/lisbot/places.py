"""Which command is on which page, and which page shows what a command shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from lisbot.commands import COMMANDS

SHOW = "/show/"


@dataclass(frozen=True)
class Page:
    """A page of its own for what a command shows. `look` is its style, and its template if it has one."""

    path: str
    command: str
    look: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", self.path))


PAGES = (
    Page("/me", "me.page", "mine"),
    Page("/overview", "overview.show", "overview"),
    Page("/body/{body_id}", "body.show", "body"),
    Page("/body/{body_id}/register", "register.show", "register"),
    Page("/meeting/{meeting_id}", "meeting.show", "meeting"),
    Page("/meeting/{meeting_id}/minutes", "minutes.show", "minutes"),
    Page("/outcomes", "outcome.search", "outcomes"),
    Page("/year", "year.show", "year"),
    Page("/log", "log.verify", "log"),
)
PLACES = {page.command: page.path for page in PAGES}


def address(command: str, given: Mapping[str, Any]) -> str:
    """The page that shows what this command shows."""
    path, rest = PLACES.get(command, f"{SHOW}{quote(command, safe='.')}"), dict(given)
    for name in list(rest):
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", quote(str(rest.pop(name)), safe=""))
    query = urlencode(flat(rest))
    return f"{path}?{query}" if query else path


def shown_at(href: str) -> tuple[str, dict[str, str]] | None:
    """The command that shows what this page shows, and its arguments; None where no page is."""
    parts = urlsplit(href)
    given = dict(parse_qsl(parts.query))
    for page in PAGES:
        if match := page.pattern.fullmatch(parts.path):
            return page.command, given | {name: unquote(value) for name, value in match.groupdict().items()}
    command = unquote(parts.path.removeprefix(SHOW))
    if parts.path.startswith(SHOW) and command in COMMANDS and not COMMANDS[command].changes:
        return command, given
    return None


def flat(given: Mapping[str, Any]) -> dict[str, str]:
    """Arguments as they stand in an address."""
    return {name: words for name, value in given.items() if (words := flat_value(value))}


def flat_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list() | tuple():
            return ",".join(map(flat_value, value))
    return str(value)
