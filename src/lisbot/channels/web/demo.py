"""The demo's own pages: the front page, becoming somebody, moving the clock forward, everybody's mail."""

from itertools import groupby

from aiohttp import web

from lisbot.channels.web import navigation, responses
from lisbot.channels.web.site import FORM, SESSION, SITE, Demo
from lisbot.channels.web.visitors import get_visitor
from lisbot.routes import address
from lisbot.texts import format_value, text

# A letter brings its own looks, and leads to lisbot's pages; it runs nothing and fetches nothing.
AS_MAIL = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'"}


def get_demo(request: web.Request) -> Demo:
    demo = request.app[SITE].demo
    if demo is None or not request.app[SITE].settings.demo:
        raise web.HTTPNotFound
    return demo


async def front_page(request: web.Request) -> web.Response:
    demo = get_demo(request)
    parts = [(part, list(people)) for part, people in groupby(await demo.personas(), key=lambda each: each.part)]
    travelled = await demo.travelled()
    journey = address("journey.show", {"case_id": travelled.case_id}) if travelled else ""
    return await responses.render_page(request, "demo.html", parts=parts, travelled=travelled, journey=journey)


async def become(request: web.Request) -> web.Response:
    demo, given = get_demo(request), request[FORM].get("person_id", "")
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10):
        raise web.HTTPBadRequest
    if not await demo.may_become(int(given)):
        raise web.HTTPNotFound
    request[SESSION].sign_in(int(given))
    return responses.redirect(navigation.way_back(request[FORM].get("_next")))


async def forward(request: web.Request) -> web.Response:
    await get_demo(request).forward()
    request[SESSION].done = text((await get_visitor(request)).lang, "demo.forwarded")
    return responses.redirect(navigation.way_back(request[FORM].get("_next")))


async def show_mail(request: web.Request) -> web.Response:
    """The mail to whoever the visitor is, or with `all` to everybody: the same to several under one heading."""
    visitor, tz = await get_visitor(request), request.app[SITE].runtime.tz
    own = visitor.member.email if visitor.member and "all" not in request.query else None
    letters = get_demo(request).mailbox.newest(own)
    parts = [
        (subject, [(each, format_value(visitor.lang, each.sent_at.astimezone(tz))) for each in alike])
        for subject, alike in groupby(letters, key=lambda letter: letter.subject)
    ]
    return await responses.render_page(request, "demo_mail.html", parts=parts, own=own)


async def show_letter(request: web.Request) -> web.Response:
    """One letter as its recipient's mail program shows it; with `text`, as one without HTML does."""
    letter = get_demo(request).mailbox.find(int(request.match_info["number"]))
    if letter is None:
        raise web.HTTPNotFound
    if "text" in request.query or not letter.page:
        return web.Response(text=letter.text, content_type="text/plain")
    return web.Response(text=letter.page, content_type="text/html", headers=AS_MAIL)
