"""Signing in, signing out, and choosing a language."""

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from lisbot.channels.web import limits, places, views
from lisbot.channels.web.oidc import Unproven
from lisbot.channels.web.site import FORM, SESSION, SITE, Site
from lisbot.commands import run
from lisbot.council import signin
from lisbot.council.typed import Email
from lisbot.texts import LANGUAGES, text

log = logging.getLogger(__name__)

ADDRESS: TypeAdapter[str] = TypeAdapter(Email)


async def enter(request: web.Request) -> web.Response:
    if (await views.visitor(request)).member is not None:
        return views.redirect(places.back(request.query.get("_next")))
    return await door(request)


async def door(
    request: web.Request, *, status: int = 200, problem: str = "", email: str = ""
) -> web.Response:
    site, asked = request.app[SITE], request[FORM] if request.method == "POST" else request.query
    return await views.page(
        request,
        "signin.html",
        status=status,
        with_provider=site.provider is not None,
        with_mail=site.send_mail is not None,
        problem=problem,
        email=email,
        back=places.back(asked.get("_next")),
    )


async def send_link(request: web.Request) -> web.Response:
    """Answer at once and alike, whether or not the address is known; the link is made and sent afterwards."""
    site = request.app[SITE]
    if site.send_mail is None:
        raise web.HTTPNotFound
    given = str(request[FORM].get("email", ""))
    lang = (await views.visitor(request)).lang
    if not site.clients.lets(limits.client(request, site.settings.proxies)):
        raise web.HTTPTooManyRequests
    email = read_address(given)
    if email is None:
        problem = text(lang, "web.signin.no_address")
        return await door(request, status=422, problem=problem, email=given)
    if not site.addresses.lets(email):
        raise web.HTTPTooManyRequests
    site.later(mail_link(site, email, lang, places.back(request[FORM].get("_next"))))
    return await views.page(request, "sent.html", email=email)


def read_address(given: str) -> str | None:
    """An e-mail address as the register keeps them, or None for what is none."""
    try:
        return ADDRESS.validate_python(given)
    except ValidationError:
        return None


async def mail_link(site: Site, email: str, lang: str, back: str) -> None:
    async with site.house.db.write() as db:
        invited = await signin.invite(db, email, site.house.now())
    if invited is None or site.send_mail is None:
        return
    lang = invited.lang or lang
    link = f"{site.settings.base_url}/signin/link?{urlencode({'token': invited.token, '_next': back})}"
    minutes = int(signin.LIFE.total_seconds() // 60)
    await site.send_mail(
        invited.email,
        text(lang, "web.mail.subject"),
        text(lang, "web.mail.text", link=link, minutes=minutes),
    )


async def open_link(request: web.Request) -> web.Response:
    """A mail scanner opens every link: this one is used up only by pressing the button on its page."""
    back = places.back(request.query.get("_next"))
    return await views.page(request, "confirm.html", token=request.query.get("token", "")[:200], back=back)


async def use_link(request: web.Request) -> web.Response:
    site = request.app[SITE]
    async with site.house.db.write() as db:
        person_id = await signin.accept(db, str(request[FORM].get("token", "")), site.house.now())
    if person_id is None:
        lang = (await views.visitor(request)).lang
        return await door(request, status=403, problem=text(lang, "web.signin.link_over"))
    request[SESSION].enter(person_id)
    return views.redirect(places.back(request[FORM].get("_next")))


async def go_to_provider(request: web.Request) -> web.Response:
    site = request.app[SITE]
    if site.provider is None:
        raise web.HTTPNotFound
    try:
        to, flow = await site.provider.begin()
    except Unproven as error:
        return await unproven(request, site, error)
    response = views.redirect(to)
    site.sessions.write_flow(response, {**flow, "back": places.back(request.query.get("_next"))})
    return response


async def come_from_provider(request: web.Request) -> web.Response:
    site = request.app[SITE]
    if site.provider is None:
        raise web.HTTPNotFound
    flow = site.sessions.read_flow(request)
    try:
        if flow is None:
            raise Unproven("no sign-in was begun in this browser")
        email = read_address(await site.provider.finish(request.query, flow))
        if email is None:
            raise Unproven("the address is none")
        async with site.house.db.read() as db:
            person_id = await signin.sign_in_by_email(db, email)
    except Unproven as error:
        return await unproven(request, site, error)
    if person_id is None:
        lang = (await views.visitor(request)).lang
        response = await door(request, status=403, problem=text(lang, "error.stranger"))
    else:
        request[SESSION].enter(person_id)
        response = views.redirect(places.back(flow["back"] if flow else None))
    site.sessions.drop_flow(response)
    return response


async def unproven(request: web.Request, site: Site, error: Unproven) -> web.Response:
    log.warning("sign-in with the provider failed: %s", error)
    lang = (await views.visitor(request)).lang
    response = await door(request, status=403, problem=text(lang, "web.signin.unproven"))
    site.sessions.drop_flow(response)
    return response


async def leave(request: web.Request) -> web.Response:
    """Sign out, here and wherever else this person is signed in: a copy of the cookie opens nothing more."""
    if (member := (await views.visitor(request)).member) is not None and member.id is not None:
        async with request.app[SITE].house.db.write() as db:
            await signin.sign_out(db, member.id, datetime.now(UTC))
    request[SESSION].leave()
    return views.redirect("/")


async def speak(request: web.Request) -> web.Response:
    """Another language: kept with the person where there is one, with the browser where there is not."""
    form: dict[str, Any] = request[FORM]
    lang = form.get("lang")
    if lang not in LANGUAGES:
        raise web.HTTPBadRequest
    if (await views.visitor(request)).member is not None:
        given = {"language": lang}
        reply = await run(
            request.app[SITE].house, "me.language", given, views.caller(request), show=lambda *_: None
        )
        if reply.status != 200:
            return await views.refusal(request, reply.status, reply.words)
    request[SESSION].lang = lang
    return views.redirect(places.back(form.get("_next")))
