"""What anybody may read before they sign in: what lisbot keeps about people, and on what terms it is used."""

from aiohttp import web

from lisbot.channels.web import responses
from lisbot.channels.web.visitors import get_visitor
from lisbot.texts import section

DOCUMENTS = ("privacy", "terms")


async def show_document(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in DOCUMENTS:
        raise web.HTTPNotFound
    visitor = await get_visitor(request)
    return await responses.render_page(request, "about.html", document=section(visitor.lang, f"about.{name}"))
