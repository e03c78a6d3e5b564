"""What anybody may read before they sign in: what lisbot keeps about people, and on what terms it is used."""

from aiohttp import web

from lisbot.channels.web import views
from lisbot.texts import section

PAPERS = ("privacy", "terms")


async def paper(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in PAPERS:
        raise web.HTTPNotFound
    who = await views.visitor(request)
    return await views.page(request, "about.html", paper=section(who.lang, f"about.{name}"))
