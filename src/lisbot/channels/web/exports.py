"""What is taken along from the pages: a text to copy, a file for a calendar, a file for a spreadsheet.

Each is made of what a command shows to whoever is signed in, as its page is.
"""

from urllib.parse import quote

import orjson
from aiohttp import web

from lisbot import cards
from lisbot.cards import exports
from lisbot.channels.web import responses
from lisbot.channels.web.pages import known_arguments, refuse_unknown
from lisbot.channels.web.site import SITE
from lisbot.channels.web.visitors import get_caller, get_visitor, is_signed_in, remember_visitor
from lisbot.channels.web.ways_out import MADE_OF
from lisbot.commands import Reply, find_command, run
from lisbot.render.archive_file import render_archive
from lisbot.render.calendar_file import render_event
from lisbot.render.csv_file import render_csv
from lisbot.render.words import words
from lisbot.routes import address

TYPES = {"calendar": ("text/calendar", "ics"), "csv": ("text/csv", "csv"), "json": ("application/json", "json")}
TYPES["zip"] = ("application/zip", "zip")


async def show_export(request: web.Request) -> web.Response:
    """Returns what may be taken along of what a command shows, to whoever may see its page."""
    form, command = request.match_info["form"], find_command(request.match_info["command"])
    if command is None or command.changes or command.shows not in MADE_OF.get(form, ()):
        return await refuse_unknown(request)
    if not await is_signed_in(request):
        return responses.ask_to_sign_in(request)
    given = known_arguments(command, request.query)
    reply = await run(request.app[SITE].runtime, command.name, given, get_caller(request))
    remember_visitor(request, reply)
    if (await get_visitor(request)).member is None:
        return responses.ask_to_sign_in(request)
    if not reply.is_done or reply.viewer is None:
        return await responses.render_refusal(request, reply.status, reply.words)
    page = address(command.name, given)
    if form == "text":
        return await render_text(request, reply, page)
    base_url = request.app[SITE].settings.base_url.rstrip("/")
    return send_file(form, name_file(reply), draw_file(form, reply, f"{base_url}{page}"))


async def render_text(request: web.Request, reply: Reply, page: str) -> web.Response:
    """Returns a page with what a command shows as plain words, in a field to copy them from."""
    assert reply.viewer is not None, "text is drawn for somebody"
    sheet = cards.draw_sheet(reply.shows, reply.view, reply.viewer)
    drawn = words(cards.draw_card(reply.shows, reply.view, reply.viewer))
    return await responses.render_page(request, "text.html", sheet=sheet, words=drawn, page=page)


def draw_file(form: str, reply: Reply, page: str) -> bytes:
    assert reply.viewer is not None, "a file is drawn for somebody"
    if form == "calendar":
        return render_event(exports.EVENTS[reply.shows](reply.view, reply.viewer), reply.viewer.at, page)
    if form == "zip":
        return render_archive(exports.ARCHIVES[reply.shows](reply.view, reply.viewer), reply.viewer.at)
    if form == "json":
        return orjson.dumps(exports.DATA[reply.shows](reply.view, reply.viewer), option=orjson.OPT_INDENT_2)
    table = exports.TABLES[reply.shows](reply.view, reply.viewer)
    return render_csv(table.columns, [row.cells for row in table.rows])


def name_file(reply: Reply) -> str:
    """Returns what the file is called: the thing's own name, and today's date."""
    assert reply.viewer is not None, "a file is drawn for somebody"
    title = cards.draw_sheet(reply.shows, reply.view, reply.viewer).title
    plain = "".join(char if char.isalnum() else " " for char in title)
    return "-".join([*plain.split(), reply.viewer.today.isoformat()])[-100:]


def send_file(form: str, name: str, content: bytes) -> web.Response:
    kind, ending = TYPES[form]
    disposition = f"attachment; filename=\"lisbot.{ending}\"; filename*=UTF-8''{quote(f'{name}.{ending}')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    charset = None if form == "zip" else "utf-8"
    return web.Response(body=content, content_type=kind, charset=charset, headers=headers)
