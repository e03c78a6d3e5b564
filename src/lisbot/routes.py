"""Which page shows what a command shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any
from urllib.parse import quote, urlencode

SHOW = "/show/"


@dataclass(frozen=True)
class Page:
    """A page with an address of its own, for what a command shows. `style` is its class in the style sheet."""

    path: str
    command: str
    style: str


PAGES = (
    Page("/me", "worklist.show", "worklist"),
    Page("/overview", "dashboard.show", "dashboard"),
    Page("/body/{body_id}", "body.show", "body"),
    Page("/body/{body_id}/register", "register.show", "register"),
    Page("/body/{body_id}/register/on", "register.look_back", "register"),
    Page("/case/{case_id}", "case.show", "case"),
    Page("/meeting/{meeting_id}", "meeting.show", "meeting"),
    Page("/meeting/{meeting_id}/minutes", "minutes.show", "minutes"),
    Page("/outcomes", "outcome.search", "outcomes"),
    Page("/year", "year_plan.show", "year-plan"),
    Page("/log", "log.verify", "log"),
)
PATHS = {page.command: page.path for page in PAGES}


def address(command: str, arguments: Mapping[str, Any]) -> str:
    """Returns the address of the page that shows what a command shows, from the root of the pages.

    Without an argument that stands in its page's path, it is the command's address under /show/.
    """
    rest = dict(arguments)
    path = f"{SHOW}{quote(command, safe='.')}"
    if command in PATHS:
        own_path = PATHS[command]
        for name in list(rest):
            if f"{{{name}}}" in own_path and query_value(rest[name]):
                own_path = own_path.replace(f"{{{name}}}", quote(query_value(rest.pop(name)), safe=""))
        if "{" in own_path:
            rest = dict(arguments)
        else:
            path = own_path
    query = urlencode(query_values(rest))
    return f"{path}?{query}" if query else path


def query_values(arguments: Mapping[str, Any]) -> dict[str, str]:
    """Returns arguments as they stand in an address. What says nothing is left out."""
    return {name: words for name, value in arguments.items() if (words := query_value(value))}


def query_value(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Enum():
            return str(value.value)
        case list() | tuple():
            return ",".join(map(query_value, value))
    return str(value)
