"""The demo's own pages: the front page, becoming somebody, moving the clock forward."""

from itertools import groupby

from aiohttp import web

from lisbot.channels.web import navigation, responses
from lisbot.channels.web.site import FORM, SESSION, SITE, Demo
from lisbot.channels.web.visitors import get_visitor
from lisbot.texts import text


def get_demo(request: web.Request) -> Demo:
    demo = request.app[SITE].demo
    if demo is None or not request.app[SITE].settings.demo:
        raise web.HTTPNotFound
    return demo


async def front_page(request: web.Request) -> web.Response:
    personas = await get_demo(request).personas()
    parts = [(part, list(people)) for part, people in groupby(personas, key=lambda persona: persona.part)]
    return await responses.render_page(request, "demo.html", parts=parts)


async def become(request: web.Request) -> web.Response:
    demo, given = get_demo(request), request[FORM].get("person_id", "")
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10):
        raise web.HTTPBadRequest
    if not await demo.may_become(int(given)):
        raise web.HTTPNotFound
    request[SESSION].sign_in(int(given))
    return responses.redirect("/me")


async def forward(request: web.Request) -> web.Response:
    await get_demo(request).forward()
    request[SESSION].done = text((await get_visitor(request)).lang, "demo.forwarded")
    return responses.redirect(navigation.way_back(request[FORM].get("_next")))
