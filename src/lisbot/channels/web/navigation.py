"""Where a button on a page leads, and where one goes back to."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from aiohttp import web

from lisbot import cards
from lisbot.channels.common.drawing import draw_reply
from lisbot.commands import Command, Reply, changes_something
from lisbot.render.html import FindTarget, Target, takes_inputs
from lisbot.render.html_inputs import ROW
from lisbot.routes import address, query_values

# Commands that begin something with a page of its own, where one then goes; after others one stays.
BEGINNINGS = frozenset(
    {"body.create", "consultation.register", "minutes.start", "person.create", "register_import.upload", "vote.open"}
)


def button_target(action: cards.Action, here: str) -> Target:
    """Returns where a button of a sheet leads: to a form, to another page, or to a command and back here."""
    if action.asks:
        return form_target(action.command, action.arguments, here)
    return command_target(action.command, action.arguments)


def form_target(command: str, arguments: Mapping[str, Any], here: str) -> Target:
    return Target(f"/form/{quote(command, safe='.')}?{urlencode(query_values(arguments) | {'_next': here})}")


def command_target(command: str, arguments: Mapping[str, Any]) -> Target:
    if changes_something(command):
        return Target(f"/do/{quote(command, safe='.')}", "post", arguments)
    return Target(address(command, arguments))


def card_targets(here: str) -> FindTarget:
    """Returns where the buttons of a card's JSON lead from the page `here`, such as a form's."""

    def find_target(action: Mapping[str, Any]) -> Target | None:
        data = action.get("data") or {}
        match action.get("type"):
            case "Action.Execute":
                verb, given = action.get("verb"), data
            case "Action.Submit":
                verb, given = data.get("verb"), data.get("args") or {}
            case _:
                return None
        if not isinstance(verb, str):
            return None
        if verb == "ask":
            return form_target(str(given["command"]), given.get("args") or {}, here)
        if takes_inputs(action) and not changes_something(verb):
            return Target(address(verb, {}), "get", query_values(given))
        return command_target(verb, given)

    return find_target


def opens(at: cards.Opens | None) -> str:
    """Returns the address of the page that a row, or a sheet, says it opens; nothing where it opens nothing."""
    return address(at.command, at.arguments) if at else ""


def after(reply: Reply, back: str) -> str:
    """Returns where one goes when a command is done: back, or to the page of what it began."""
    if reply.command in BEGINNINGS and reply.viewer is not None:
        drawing = draw_reply(reply)
        return opens(drawing.opens if drawing else None) or back
    return back


def form_again(command: Command, given: Mapping[str, Any], back: str, row: str) -> str:
    """Returns the address of a form that is filled in one thing after another, at the thing that comes next."""
    about = {name: given[name] for name in sorted(command.context) if given.get(name)}
    at = quote(row, safe=".") if ROW.fullmatch(row) else ""
    return f"{form_target(command.name, about, back).url}#{at}"


def is_local(path: str) -> bool:
    """Returns whether a path stays on these pages, however a browser reads it."""
    return (
        path.startswith("/")
        and not path.startswith("//")
        and "\\" not in path
        and all(32 < ord(char) < 127 for char in path)
        and len(path) <= 2000
    )


def way_back(given: object) -> str:
    """Returns the page to go back to: the one given if it is ours, or else one's own."""
    return given if isinstance(given, str) and is_local(given) else "/me"


def current_page(request: web.Request) -> str:
    """Returns the page being looked at, as somewhere to come back to. What cannot be got is no such place."""
    if request.method not in ("GET", "HEAD") or request.path.startswith(("/form/", "/signin", "/signout")):
        return way_back(request.query.get("_next"))
    return way_back(request.raw_path)
