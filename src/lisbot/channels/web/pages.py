"""The pages that show things: one generic, drawn from a thing's facts, and one that is any command's card."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from lisbot import cards
from lisbot.channels.web import places, views
from lisbot.channels.web.sheets import Sheet
from lisbot.channels.web.site import SESSION, SITE
from lisbot.commands import COMMANDS, ask, run
from lisbot.places import PLACES, Page, address
from lisbot.render import html

OWN_TEMPLATE = {"outcomes": "outcomes.html"}


def turn_away(request: web.Request) -> web.Response:
    """To the entrance, and from there back to where they were going."""
    if request.app[SITE].demo is not None:
        return views.redirect("/")
    return views.redirect(f"/signin?{urlencode({'_next': places.here(request)})}")


def drawer(page: Page) -> Any:
    """The handler of one page."""

    async def handle(request: web.Request) -> web.Response:
        if (await views.visitor(request)).member is None:
            return turn_away(request)
        return await draw(request, page.command, {**request.query, **request.match_info}, page.look)

    return handle


async def draw(request: web.Request, command: str, given: Mapping[str, str], look: str) -> web.Response:
    """What a command shows to this member, whole: a card of it would have been clipped."""
    known = arguments(command, given)
    reply = await run(request.app[SITE].house, command, known, views.caller(request), show=cards.facts)
    form = await search_form(request, known) if look == "outcomes" else None
    if reply.status != 200 and form is None:
        return await views.refusal(request, reply.status, reply.words)
    shown = reply.shown if reply.status == 200 else {"title": reply.words}
    return await views.page(
        request,
        OWN_TEMPLATE.get(look, "sheet.html"),
        status=reply.status,
        sheet=Sheet.model_validate(shown),
        look=look,
        form=form,
    )


def arguments(command: str, given: Mapping[str, str]) -> dict[str, str]:
    """Only what the command knows: an address may carry more, such as what a mail program adds to it."""
    known = COMMANDS[command].form.model_fields if command in COMMANDS else {}
    return {name: value for name, value in given.items() if name in known}


async def search_form(request: web.Request, given: Mapping[str, str]) -> Any:
    """The form of a search, filled in with what is searched for."""
    asked = await ask(request.app[SITE].house, "outcome.search", given, views.caller(request))
    if asked.status != 200:
        return None
    return html.html(asked.shown, lead=places.lead(places.here(request)), level=2, prefix="s")


async def show(request: web.Request) -> web.Response:
    """What any command shows. A command that changes something is never run by looking."""
    name = request.match_info["command"]
    if name in COMMANDS and COMMANDS[name].changes:
        raise web.HTTPMethodNotAllowed("GET", ["POST"])
    if (await views.visitor(request)).member is None:
        return turn_away(request)
    if name in PLACES:
        return views.redirect(address(name, dict(request.query)))
    return await draw(request, name, dict(request.query), "plain")


async def home(request: web.Request) -> web.Response:
    """One's own page, or the way to it."""
    member = (await views.visitor(request)).member
    return views.redirect("/me" if member and request[SESSION].person_id else "/signin")
