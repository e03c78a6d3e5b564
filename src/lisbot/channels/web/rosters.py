"""The public roster: pages, JSON and a spreadsheet that anybody may read, without signing in and without a cookie.

What is kept by a browser or a proxy is asked for again each time, and answered with 304 as long as it is the same: a
name that may no longer be published is gone with the next look.
"""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import orjson
from aiohttp import web

from lisbot.cards.register.roster_exports import popolo, roster_table
from lisbot.channels.web import responses
from lisbot.channels.web.middleware import HEADERS
from lisbot.channels.web.site import SITE
from lisbot.channels.web.visitors import asked_language
from lisbot.commands import Reply, run
from lisbot.council.register.identity import Caller
from lisbot.council.register.views.consents import BodyRoster
from lisbot.render.csv_file import render_csv
from lisbot.texts import LANGUAGES, format_day, text

FRESH = "public, max-age=0, must-revalidate"
Draw = Callable[[web.Request, Reply], tuple[str, bytes]]  # the content type, and the content


async def show_page(request: web.Request) -> web.Response:
    return await show_roster(request, draw_page)


async def show_json(request: web.Request) -> web.Response:
    return await show_roster(request, draw_json)


async def show_csv(request: web.Request) -> web.Response:
    return await show_roster(request, draw_csv)


async def show_roster(request: web.Request, draw: Draw) -> web.Response:
    asked = request.match_info.get("body_id")
    return await publish(request, "roster.show", {} if asked is None else {"body_id": asked[:9]}, draw)


async def publish(request: web.Request, command: str, given: Mapping[str, str], draw: Draw) -> web.Response:
    """Returns what is published, as a command shows it to anybody, or 304 where the asker has it already; 404 for what
    is not published."""
    site, lang = request.app[SITE], language_of(request)
    reply = await run(site.runtime, command, given, Caller("public", "", lang=lang))
    headers = headers_of(request)
    if not reply.is_done:
        status = 503 if reply.status >= 500 else 404
        content = site.templates.get_template("fault.html").render(
            lang=lang,
            title=responses.refusal_heading(lang, status),
            words=text(lang, "web.error.404") if status == 404 else reply.words,
            advice="",
            again="",
            static=site.static_files.url,
            t=lambda key: text(lang, key),
        )
        headers |= {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
        return web.Response(status=status, text=content, content_type="text/html", headers=headers)
    kind, content_bytes = draw(request, reply)
    headers |= {
        "Cache-Control": FRESH,
        "ETag": f'"{hashlib.sha256(content_bytes).hexdigest()[:32]}"',
        "Vary": "Accept-Language",
        "Content-Language": lang,
        "X-Robots-Tag": "all" if is_indexable(reply) and not is_embedded(request) else "noindex",
    }
    if headers["ETag"] in request.headers.get("If-None-Match", ""):
        return web.Response(status=304, headers=headers)
    return web.Response(body=content_bytes, content_type=kind, charset="utf-8", headers=headers)


def headers_of(request: web.Request) -> dict[str, str]:
    """Returns what every page has, but that what is published may be read from anywhere, and shown in the pages that
    may embed it."""
    site = request.app[SITE]
    headers = {**HEADERS, "Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
    if site.settings.secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if is_embedded(request) and site.settings.embedded_in:
        sources = " ".join(site.settings.embedded_in)
        policy = responses.CONTENT_SECURITY_POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {sources}")
        headers["Content-Security-Policy"] = policy
        del headers["X-Frame-Options"]
    return headers


def language_of(request: web.Request) -> str:
    chosen = request.query.get("lang")
    return chosen if chosen in LANGUAGES else asked_language(request) or request.app[SITE].settings.lang


def is_embedded(request: web.Request) -> bool:
    return request.query.get("embed") == "1"


def is_indexable(reply: Reply) -> bool:
    """Returns whether search engines may list a page: a roster of several bodies, where each of them may be."""
    if reply.shows != "roster":
        return False
    return bool(reply.view.bodies) and all(body.is_indexable for body in reply.view.bodies)


def draw_page(request: web.Request, reply: Reply) -> tuple[str, bytes]:
    site, lang, view = request.app[SITE], language_of(request), reply.view
    path = request.path

    def page(**more: str) -> str:
        kept = {"lang": request.query["lang"]} if request.query.get("lang") in LANGUAGES else {}
        kept |= {"embed": "1"} if is_embedded(request) else {}
        query = urlencode(kept | more)
        return f"?{query}" if query else ""

    drawn = site.templates.get_template("roster.html").render(
        lang=lang,
        languages=LANGUAGES,
        t=lambda key, **holes: text(lang, key, **holes),
        static=site.static_files.url,
        view=view,
        title=text(lang, "card.roster.title", body=view.bodies[0].body.name)
        if not view.is_whole
        else text(lang, "web.roster.title"),
        on=format_day(lang, view.on),
        mandate=lambda body: mandate_of(body, lang),
        is_indexable=is_indexable(reply) and not is_embedded(request),
        is_embedded=is_embedded(request),
        page=page,
        path=path,
    )
    return "text/html", drawn.encode()


def mandate_of(body: BodyRoster, lang: str) -> str:
    if not body.mandate_by:
        return ""
    if body.mandate_on is None:
        return text(lang, "web.roster.mandate_by", by=body.mandate_by)
    return text(lang, "web.roster.mandate", by=body.mandate_by, day=format_day(lang, body.mandate_on))


def draw_json(_request: web.Request, reply: Reply) -> tuple[str, bytes]:
    return "application/json", orjson.dumps(popolo(reply.view), option=orjson.OPT_INDENT_2)


def draw_csv(_request: web.Request, reply: Reply) -> tuple[str, bytes]:
    assert reply.viewer is not None, "a table is drawn for somebody"
    table = roster_table(reply.view, reply.viewer)
    return "text/csv", render_csv(table.columns, [row.cells for row in table.rows])


ROUTES: tuple[tuple[str, Callable[[web.Request], Awaitable[Any]]], ...] = (
    ("/roster", show_page),
    ("/roster.json", show_json),
    ("/roster.csv", show_csv),
    (r"/roster/{body_id:\d+}", show_page),
    (r"/roster/{body_id:\d+}.json", show_json),
    (r"/roster/{body_id:\d+}.csv", show_csv),
)
