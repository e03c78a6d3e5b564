"""A form that came too late: its session is over, or was another's. Nothing is done, nothing typed is lost."""

from enum import Enum
from typing import Any

from aiohttp import web

from lisbot import cards
from lisbot.channels.web import navigation, responses, sign_in
from lisbot.channels.web.site import FORM, SITE
from lisbot.channels.web.visitors import get_caller, get_visitor
from lisbot.commands import Command, ask, find_command
from lisbot.commands.command import bare_type
from lisbot.commands.table import current_arguments
from lisbot.render.html import data_json
from lisbot.texts import text


async def show_again(request: web.Request) -> web.Response:
    """Returns the form again, as it was filled in; to somebody no longer signed in, what it said and where to sign
    in."""
    site = request.app[SITE]
    given = request[FORM].copy()
    given.pop(responses.FORM_STATE, None)
    visitor = await get_visitor(request)
    if request.path == "/signin/link":
        problem = text(visitor.lang, "web.late_form.again")
        return await sign_in.sign_in_page(request, status=403, problem=problem, email=str(given.get("email", "")))
    name = request.match_info.get("command", "")
    command = find_command(name)
    if not request.path.startswith("/do/") or command is None:
        return await responses.render_refusal(request, 403)
    back = navigation.way_back(given.pop("_next", None))
    given = current_arguments(name, given)
    if visitor.member is not None and command.has_form:
        reply = await ask(site.runtime, command.name, given, get_caller(request))
        if reply.is_done:
            problem = text(visitor.lang, "web.late_form.again")
            return await responses.render_form(request, reply, status=403, back=back, problem=problem)
    written = written_fields(visitor.lang, command, given)
    if visitor.member is not None or not written:
        return await responses.render_refusal(request, 403, back=back)
    return await responses.render_page(
        request,
        "late_form.html",
        status=403,
        action=f"/do/{command.name}",
        written=written,
        data=data_json(given),
        sign_in="/" if site.demo else "/signin",
        back=back,
    )


def written_fields(lang: str, command: Command, given: dict[str, Any]) -> list[tuple[str, str]]:
    """Returns what a person wrote in a form, under the words that asked for it. What was ticked or chosen is quickly
    done again."""
    return [
        (cards.label(lang, command.name, name), value)
        for name in command.inputs
        if isinstance(value := given.get(name), str) and value.strip() and not is_chosen(command, name)
    ]


def is_chosen(command: Command, name: str) -> bool:
    """Returns whether an argument is ticked or chosen among a few, and not written."""
    kind = bare_type(command.parameters[name].annotation)
    return isinstance(kind, type) and issubclass(kind, (bool, Enum))
