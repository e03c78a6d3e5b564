"""Where a button on a page leads, and where one goes back to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from lisbot.commands import COMMANDS
from lisbot.places import address, flat
from lisbot.render.html import Lead, Place, takes_inputs

# Deeds that begin something with a page of its own, where one then goes; after others one stays.
BEGINNINGS = frozenset({"minutes.start", "vote.open"})


def lead(here: str) -> Lead:
    """Where a button on the page `here` leads: to a form, to another page, or to a deed and back here."""

    def find(action: Mapping[str, Any]) -> Place | None:
        data = action.get("data") or {}
        if action.get("type") == "Action.Execute":
            verb, given = action.get("verb"), data
        elif action.get("type") == "Action.Submit":
            verb, given = data.get("verb"), data.get("args") or {}
        else:
            return None
        if not isinstance(verb, str):
            return None
        if verb == "ask":
            asked = flat(given.get("args") or {}) | {"_next": here}
            return Place(f"/form/{quote(str(given['command']), safe='.')}?{urlencode(asked)}")
        if verb in COMMANDS and not COMMANDS[verb].changes:
            if takes_inputs(action):
                return Place(address(verb, {}), "get", flat(given))
            return Place(address(verb, given))
        return Place(f"/do/{quote(verb, safe='.')}", "post", given)

    return find


def is_local(path: str) -> bool:
    """Whether a path stays on these pages, however a browser reads it."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and all(32 < ord(char) < 127 for char in path)
        and len(path) <= 2000
    )


def back(given: object) -> str:
    """The page to go back to: the one given if it is ours, or else one's own."""
    return given if isinstance(given, str) and is_local(given) else "/me"


def here(request: web.Request) -> str:
    """The page being looked at, as somewhere to come back to. What cannot be got is no such place."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(("/form/", "/signin", "/signout")):
        return back(request.query.get("_next"))
    return back(request.raw_path)
