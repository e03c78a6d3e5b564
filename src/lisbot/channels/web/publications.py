"""What a council has on the web: agendas and short accounts that anybody may read, without signing in and without a
cookie. It is asked for anew each time, as the public roster is."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from lisbot import cards
from lisbot.cards.views import Opens
from lisbot.channels.web.rosters import language_of, publish
from lisbot.channels.web.site import SITE
from lisbot.commands import Reply
from lisbot.texts import LANGUAGES, text


async def show_list(request: web.Request) -> web.Response:
    return await publish(request, "publication.list", {"body_id": request.match_info["body_id"][:9]}, draw_publication)


async def show_one(request: web.Request) -> web.Response:
    asked = {"meeting_id": request.match_info["meeting_id"][:9], "what": request.match_info["what"]}
    return await publish(request, "publication.show", asked, draw_publication)


def draw_publication(request: web.Request, reply: Reply) -> tuple[str, bytes]:
    site, lang = request.app[SITE], language_of(request)
    assert reply.viewer is not None, "a page is drawn for somebody"

    def query(**more: str) -> str:
        kept = {"lang": request.query["lang"]} if request.query.get("lang") in LANGUAGES else {}
        return f"?{found}" if (found := urlencode(kept | more)) else ""

    def address(opens: Opens | None) -> str:
        """Returns the public address of what somebody opens; "" of anything that is not on the web."""
        if opens is None or not opens.command.startswith("publication."):
            return ""
        given = opens.arguments
        own = f"/{given['what']}/{given['meeting_id']}" if "meeting_id" in given else f"/{given['body_id']}"
        return f"/published{own}{query()}"

    drawn = site.templates.get_template("publication.html").render(
        lang=lang,
        languages=LANGUAGES,
        t=lambda key, **holes: text(lang, key, **holes),
        static=site.static_files.url,
        sheet=cards.draw_sheet(reply.shows, reply.view, reply.viewer),
        address=address,
        query=query,
        path=request.path,
    )
    return "text/html", drawn.encode()


ROUTES: tuple[tuple[str, Callable[[web.Request], Awaitable[Any]]], ...] = (
    (r"/published/{body_id:\d+}", show_list),
    (r"/published/{what:agenda|summary}/{meeting_id:\d+}", show_one),
)
