"""Forms: asking for one, and doing what it says."""

import json
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from lisbot.channels.common.drawing import draw_reply
from lisbot.channels.web import navigation, responses
from lisbot.channels.web.kept_forms import KEPT, FilledForm, kept_address
from lisbot.channels.web.kept_replies import keep_lines
from lisbot.channels.web.pages import refuse_unknown
from lisbot.channels.web.site import FORM, SESSION, SITE
from lisbot.channels.web.uploaded_files import BYTES, NAME, PROBLEM
from lisbot.channels.web.visitors import get_caller, get_visitor, is_signed_in, remember_visitor
from lisbot.commands import Command, Reply, ask, find_command, run
from lisbot.commands.refusals import refused
from lisbot.commands.rows import move_row
from lisbot.commands.table import current_arguments
from lisbot.council.core.errors import WrongInput
from lisbot.texts import text

MOVED = "_moved"  # in an address: which button moved something, and has the focus again
MAX_TOLD = 500  # characters of a cookie
MAX_TITLE = 160  # of which a thing's title takes at most so many


async def show_form(request: web.Request) -> web.Response:
    """Returns a command's form. Changes nothing."""
    name = request.match_info["command"]
    command = find_command(name)
    if command is None or command.is_internal:
        return await refuse_unknown(request)
    if name != command.name:
        return responses.redirect(todays_form(request, name, command.name), 301)
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    given: dict[str, Any] = {
        name: values[0] if len(values := request.query.getall(name)) == 1 else values
        for name in request.query
        if not name.startswith("_")
    }
    back = navigation.way_back(request.query.get("_next"))
    site = request.app[SITE]
    token = request.query.get(KEPT, "")
    kept = await site.kept_forms.find(token, request[SESSION].person_id, command.name)
    refusal = kept.refusal if kept else None
    why = refused(refusal, command.name, (await get_visitor(request)).lang) if refusal else None
    reply = await ask(
        site.runtime, command.name, kept.given if kept else given, get_caller(request), refusal=refusal, reply=why
    )
    remember_visitor(request, reply)
    if not reply.is_done:
        return await responses.render_refusal(request, reply.status, reply.words, back=back)
    status = why.status if why else 200
    return await responses.render_form(
        request, reply, status=status, back=back, kept=token if kept else "", moved=request.query.get(MOVED, "")
    )


def todays_form(request: web.Request, former_name: str, name: str) -> str:
    """Returns the address of the form that an address with a former name meant."""
    query = [
        pair for key, value in request.query.items() for pair in current_arguments(former_name, {key: value}).items()
    ]
    return f"/form/{name}?{urlencode(query)}" if query else f"/form/{name}"


async def submit_form(request: web.Request) -> web.Response:
    """Run a command and go back to where its button stood; or say why not, at the address of the form as it was
    filled in.

    A former name is run as today's: a page may have been open since before the name was changed.
    """
    name = request.match_info["command"]
    command = find_command(name)
    if command is None or command.is_internal:
        return await refuse_unknown(request)
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    given = request[FORM]
    back = navigation.way_back(given.pop("_next", None))
    given.pop(responses.FORM_STATE, None)
    stays_at, move = given.pop("_stay", None), given.pop("_move", None)
    site = request.app[SITE]
    if isinstance(move, str):
        return await show_moved(request, command, current_arguments(name, given), back, move)
    problem = file_problem(command, given)
    reply = problem or await run_pressed(request, command, name, given)
    remember_visitor(request, reply)
    if reply.is_done and command.each:
        return responses.redirect(await keep_lines(request, command, reply))
    if reply.is_done:
        request[SESSION].done = shorten(reply.done, MAX_TOLD)
        request[SESSION].told = shorten("\n".join(told_of(reply)), MAX_TOLD)
        if isinstance(stays_at, str) and command.repeats:
            return responses.redirect(navigation.form_again(command, given, back, stays_at))
        return responses.redirect(navigation.after(reply, back))
    if reply.view is None and problem is None:
        return await responses.render_refusal(request, reply.status, reply.words, back=back)
    given = current_arguments(name, given)
    form = FilledForm(request[SESSION].person_id, command.name, given, reply.refusal)
    return responses.redirect(kept_address(command, given, back, await site.kept_forms.keep(form)))


async def run_pressed(request: web.Request, command: Command, name: str, given: dict[str, Any]) -> Reply:
    """Run what a form is for. What is done to several things at once is told of again where it is pressed twice."""
    runtime, caller = request.app[SITE].runtime, get_caller(request)
    if not command.each:
        return await run(runtime, name, given, caller)
    press = ("", str(request[SESSION].person_id), command.name, json.dumps(given, sort_keys=True, default=str))
    return await request.app[SITE].presses.run_once(press, lambda: run(runtime, name, given, caller))


async def show_moved(
    request: web.Request, command: Command, given: dict[str, Any], back: str, move: str
) -> web.Response:
    """Lead to the form as it was filled in, with one of its things moved a place and nothing saved."""
    form = FilledForm(request[SESSION].person_id, command.name, move_row(command, given, move), None)
    kept = await request.app[SITE].kept_forms.keep(form)
    return responses.redirect(f"{kept_address(command, given, back, kept)}&{urlencode({MOVED: move})}")


def file_problem(command: Command, given: dict[str, Any]) -> Reply | None:
    """Returns what is said of a file that was chosen and is no text; None where nothing is to be said."""
    name, _, key = str(given.pop(PROBLEM, "")).partition("=")
    content, called = given.pop(f"{BYTES}{name}", None), given.pop(NAME, "")
    if called and "file_name" in command.parameters:
        given["file_name"] = called
    if name != command.whole_file or not key:
        return None
    if command.takes_bytes and content is not None:
        given[name] = content
        return None
    refusal = WrongInput({name: (key, {})})
    return Reply(refusal.status, command=command.name, refusal=refusal)


def shorten(words: str, most: int) -> str:
    """Returns words in at most so many characters; what is cut ends between two words, and says so."""
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def told_of(reply: Reply) -> list[str]:
    """Returns what was done to, in words, and whom it tells."""
    drawing = draw_reply(reply)
    heading = (
        next((each.get("text") for each in drawing.card.get("body", ()) if each.get("text")), "") if drawing else ""
    )
    about = [text(reply.lang, "web.concerns", title=shorten(str(heading), MAX_TITLE))] if heading else []
    return [*about, *reply.told]
