"""What anybody may read before they sign in: what lisbot keeps about people, and on what terms it is used."""

from datetime import UTC, datetime, timedelta

from aiohttp import web

from lisbot.channels.web import responses
from lisbot.channels.web.site import SITE
from lisbot.channels.web.visitors import get_visitor
from lisbot.texts import section

DOCUMENTS = ("privacy", "terms")


async def show_document(request: web.Request) -> web.Response:
    name = request.match_info["name"]
    if name not in DOCUMENTS:
        raise web.HTTPNotFound
    visitor = await get_visitor(request)
    return await responses.render_page(request, "about.html", document=section(visitor.lang, f"about.{name}"))


async def show_security_contact(request: web.Request) -> web.Response:
    """Returns whom a weakness is reported to, as a file that finders look for (RFC 9116)."""
    contact = request.app[SITE].settings.security_contact
    if contact is None:
        raise web.HTTPNotFound
    # The standard recommends less than a year; the file is made anew for each who asks.
    expires = (datetime.now(UTC) + timedelta(days=180)).strftime("%Y-%m-%dT00:00:00Z")
    return web.Response(text=f"Contact: {contact}\nExpires: {expires}\nPreferred-Languages: nb, nn, en\n")
