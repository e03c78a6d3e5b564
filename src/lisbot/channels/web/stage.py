"""The demo's own pages: the opening page, becoming somebody, winding the clock forward."""

from itertools import groupby

from aiohttp import web

from lisbot.channels.web import places, views
from lisbot.channels.web.site import FORM, SESSION, SITE, Demo


def the_demo(request: web.Request) -> Demo:
    demo = request.app[SITE].demo
    if demo is None or not request.app[SITE].settings.demo:
        raise web.HTTPNotFound
    return demo


async def opening(request: web.Request) -> web.Response:
    everybody = await the_demo(request).personas()
    parts = [(part, list(people)) for part, people in groupby(everybody, key=lambda persona: persona.part)]
    return await views.page(request, "opening.html", parts=parts)


async def become(request: web.Request) -> web.Response:
    demo, given = the_demo(request), request[FORM].get("person_id", "")
    if not (isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10):
        raise web.HTTPBadRequest
    if not await demo.may_become(int(given)):
        raise web.HTTPNotFound
    request[SESSION].enter(int(given))
    return views.redirect("/me")


async def forward(request: web.Request) -> web.Response:
    await the_demo(request).forward()
    request[SESSION].said = views.FORWARD
    return views.redirect(places.back(request[FORM].get("_next")))
