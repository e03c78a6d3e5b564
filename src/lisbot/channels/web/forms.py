"""Forms: asking for one, and doing what it says."""

from typing import Any

from aiohttp import web

from lisbot import cards
from lisbot.cards import Viewer
from lisbot.channels.web import places, views
from lisbot.channels.web.pages import turn_away
from lisbot.channels.web.site import FORM, SESSION, SITE
from lisbot.commands import ask, run


async def form(request: web.Request) -> web.Response:
    """A command's form. Changes nothing."""
    if (await views.visitor(request)).member is None:
        return turn_away(request)
    given: dict[str, Any] = {
        name: values[0] if len(values := request.query.getall(name)) == 1 else values
        for name in request.query
        if not name.startswith("_")
    }
    back = places.back(request.query.get("_next"))
    reply = await ask(request.app[SITE].house, request.match_info["command"], given, views.caller(request))
    if reply.status != 200:
        return await views.refusal(request, reply.status, reply.words, back=back)
    return await views.card(request, reply.shown, back=back)


async def do(request: web.Request) -> web.Response:
    """Run a command and go back to where its button stood; or say why not, with the form as filled in."""
    if (await views.visitor(request)).member is None:
        return turn_away(request)
    given = request[FORM]
    back = places.back(given.pop("_next", None))
    name = request.match_info["command"]
    show = form_or_page if name in places.BEGINNINGS else only_forms
    reply = await run(request.app[SITE].house, name, given, views.caller(request), show=show)
    if reply.status == 200:
        request[SESSION].said = name
        return views.redirect(places.back(reply.shown or back))
    if reply.shown is None:
        return await views.refusal(request, reply.status, reply.words, back=back)
    return await views.card(request, reply.shown, status=reply.status, back=back)


def only_forms(shows: str, thing: Any, viewer: Viewer) -> Any:
    """What was done is seen on the page one comes back to; only a refused form is drawn here."""
    return cards.draw(shows, thing, viewer) if shows == "form" else None


def form_or_page(shows: str, thing: Any, viewer: Viewer) -> Any:
    """A refused form, or else the address of the page of what was begun."""
    drawn = only_forms(shows, thing, viewer)
    return drawn if drawn is not None else cards.facts(shows, thing, viewer).get("href")
