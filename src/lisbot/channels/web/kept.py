"""A form that came too late: its visit is over, or was another's. Nothing is done, nothing typed is lost."""

import json
from typing import Any

from aiohttp import web

from lisbot import cards
from lisbot.channels.web import entrance, places, views
from lisbot.channels.web.site import FORM, SITE
from lisbot.commands import COMMANDS, ask
from lisbot.texts import text


async def keep(request: web.Request) -> web.Response:
    """The form again, as it was filled in; to somebody no longer signed in, what it said and the way in."""
    site = request.app[SITE]
    given = request[FORM].copy()
    who = await views.visitor(request)
    if request.path == "/signin/link":
        problem = text(who.lang, "web.kept.again")
        return await entrance.door(request, status=403, problem=problem, email=str(given.get("email", "")))
    name = request.match_info.get("command", "")
    if not request.path.startswith("/do/") or name not in COMMANDS:
        return await views.refusal(request, 403)
    back = places.back(given.pop("_next", None))
    if who.member is not None and COMMANDS[name].has_form:
        asked = await ask(site.house, name, given, views.caller(request))
        if asked.status == 200:
            problem = text(who.lang, "web.kept.again")
            return await views.card(request, asked.shown, status=403, back=back, problem=problem)
    if who.member is not None or not (said := typed(who.lang, name, given)):
        return await views.refusal(request, 403, back=back)
    return await views.page(
        request,
        "kept.html",
        status=403,
        action=request.path,
        said_before=said,
        data=json.dumps(given, ensure_ascii=False),
        entrance="/" if site.demo else "/signin",
        back=back,
    )


def typed(lang: str, command: str, given: dict[str, Any]) -> list[tuple[str, str]]:
    """What a person wrote in a form, under the words that asked for it."""
    found = ((cards.label(lang, command, name), given.get(name)) for name in COMMANDS[command].inputs)
    return [(label, value) for label, value in found if isinstance(value, str) and value.strip()]
