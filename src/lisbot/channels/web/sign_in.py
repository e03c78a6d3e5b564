"""Signing in, signing out, and choosing a language."""

import json
import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from lisbot.channels.web import navigation, request_limit, responses
from lisbot.channels.web.kept_forms import KEPT, FilledForm, kept_address
from lisbot.channels.web.oidc import SignInFailed
from lisbot.channels.web.site import FORM, SESSION, SITE, Site
from lisbot.channels.web.visitors import get_caller, get_visitor
from lisbot.commands import find_command, run
from lisbot.council.core.fields import MAX_EMAIL, clean_email
from lisbot.council.register import sign_in
from lisbot.texts import LANGUAGES, text

log = logging.getLogger(__name__)


async def show_sign_in(request: web.Request) -> web.Response:
    if (await get_visitor(request)).member is not None:
        return responses.redirect(navigation.way_back(request.query.get("_next")))
    return await sign_in_page(request)


async def sign_in_page(request: web.Request, *, status: int = 200, problem: str = "", email: str = "") -> web.Response:
    site, given = request.app[SITE], request[FORM] if request.method == "POST" else request.query
    return await responses.render_page(
        request,
        "sign_in.html",
        status=status,
        providers=[each.settings.name for each in site.oidc],
        with_mail=site.send_mail is not None,
        problem=problem,
        email=email,
        back=navigation.way_back(given.get("_next")),
    )


async def send_link(request: web.Request) -> web.Response:
    """Answer at once and alike, whether or not the address is known; the link is made and sent in the background."""
    site = request.app[SITE]
    if site.send_mail is None:
        raise web.HTTPNotFound
    given = str(request[FORM].get("email", ""))
    lang = (await get_visitor(request)).lang
    client = request_limit.client_address(request, site.settings.proxies)
    if not site.limit_per_client.allows(client):
        raise web.HTTPTooManyRequests
    email = parse_email(given)
    if email is None:
        problem = text(lang, "web.sign_in.no_address")
        return await sign_in_page(request, status=422, problem=problem, email=given)
    theirs = f"{client} {email}"
    if not site.limit_per_address.allows(theirs):
        raise web.HTTPTooManyRequests
    if site.limit_of_mails.allows(theirs):
        site.tasks.spawn(mail_link(site, email, lang, navigation.way_back(request[FORM].get("_next"))))
    return await responses.render_page(request, "link_sent.html", email=email)


def parse_email(given: str) -> str | None:
    """Returns an e-mail address as the register has them, or None for what is none."""
    try:
        return clean_email(given) if len(given) <= MAX_EMAIL else None
    except ValueError:
        return None


async def mail_link(site: Site, email: str, lang: str, back: str) -> None:
    async with site.runtime.db.write() as db:
        link = await sign_in.create_link(db, email, site.runtime.now())
    if link is None or site.send_mail is None:
        return
    lang = link.lang or lang
    url = f"{site.settings.base_url}/signin/link?{urlencode({'token': link.token, '_next': back})}"
    minutes = int(sign_in.LINK_LIFE.total_seconds() // 60)
    words = text(lang, "web.mail.text", link=url, minutes=minutes)
    await site.send_mail(link.email, text(lang, "web.mail.subject"), words)


async def open_link(request: web.Request) -> web.Response:
    """Returns a page that says whom the link signs in, with a button that uses it. A mail scanner opens every link, and
    uses up none of them."""
    site, token = request.app[SITE], request.query.get("token", "")[:200]
    async with site.runtime.db.read() as db:
        whom = await sign_in.find_by_link(db, token, site.runtime.now())
    back = navigation.way_back(request.query.get("_next"))
    return await responses.render_page(request, "link_opened.html", token=token, whom=whom, back=back)


async def use_link(request: web.Request) -> web.Response:
    site = request.app[SITE]
    async with site.runtime.db.write() as db:
        person_id = await sign_in.use_link(db, str(request[FORM].get("token", "")), site.runtime.now())
        if person_id is not None:
            await sign_in.begin_session(db, person_id, datetime.now(UTC))
    if person_id is None:
        lang = (await get_visitor(request)).lang
        return await sign_in_page(request, status=403, problem=text(lang, "web.sign_in.link_used"))
    request[SESSION].sign_in(person_id)
    return responses.redirect(navigation.way_back(request[FORM].get("_next")))


async def start_oidc(request: web.Request) -> web.Response:
    site = request.app[SITE]
    given = request.query.get("provider", "0")
    number = int(given) if given.isdecimal() and len(given) == 1 else len(site.oidc)
    if number >= len(site.oidc):
        raise web.HTTPNotFound
    try:
        url, flow = await site.oidc[number].start()
    except SignInFailed as error:
        return await oidc_failed(request, site, error)
    response = responses.redirect(url)
    site.cookies.write_flow(
        response, {**flow, "provider": str(number), "back": navigation.way_back(request.query.get("_next"))}
    )
    return response


async def finish_oidc(request: web.Request) -> web.Response:
    site = request.app[SITE]
    number = request.match_info.get("provider", "0")
    if int(number) >= len(site.oidc):
        raise web.HTTPNotFound
    flow = site.cookies.read_flow(request)
    try:
        if flow is None:
            raise SignInFailed("no sign-in was begun in this browser")
        if flow.get("provider", "0") != number:
            raise SignInFailed("answer of another provider than was asked")
        email = parse_email(await site.oidc[int(number)].finish(request.query, flow))
        if email is None:
            raise SignInFailed("the address is none")
        async with site.runtime.db.write() as db:
            person_id = await sign_in.find_by_email(db, email)
            if person_id is not None:
                await sign_in.begin_session(db, person_id, datetime.now(UTC))
    except SignInFailed as error:
        return await oidc_failed(request, site, error)
    if person_id is None:
        lang = (await get_visitor(request)).lang
        response = await sign_in_page(request, status=403, problem=text(lang, "error.stranger"))
    else:
        request[SESSION].sign_in(person_id)
        response = responses.redirect(navigation.way_back(flow["back"] if flow else None))
    site.cookies.drop_flow(response)
    return response


async def oidc_failed(request: web.Request, site: Site, error: SignInFailed) -> web.Response:
    log.warning("sign-in with the provider failed: %s", error)
    lang = (await get_visitor(request)).lang
    response = await sign_in_page(request, status=403, problem=text(lang, "web.sign_in.failed"))
    site.cookies.drop_flow(response)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """Sign out, here and wherever else this person is signed in: a copy of the cookie opens nothing more."""
    member = (await get_visitor(request)).member
    if member is not None and member.id is not None:
        async with request.app[SITE].runtime.db.write() as db:
            await sign_in.sign_out(db, member.id, datetime.now(UTC))
    request[SESSION].sign_out()
    return responses.redirect("/")


async def choose_language(request: web.Request) -> web.Response:
    """Change the language: stored with the person where there is one, with the browser where there is not."""
    form: dict[str, Any] = request[FORM]
    lang = form.pop("_lang", None) or form.get("lang")
    if lang not in LANGUAGES:
        raise web.HTTPBadRequest
    if (await get_visitor(request)).member is not None:
        runtime = request.app[SITE].runtime
        reply = await run(runtime, "person.choose_language", {"language": lang}, get_caller(request))
        if not reply.is_done:
            return await responses.render_refusal(request, reply.status, reply.words)
    request[SESSION].lang = lang
    back = navigation.way_back(form.pop("_next", None))
    return responses.redirect(await keep_form(request, form, back) or back)


async def keep_form(request: web.Request, form: dict[str, Any], back: str) -> str:
    """Keep a form whose language was changed, as it was filled in. Returns its address; nothing where there is none."""
    try:
        state = json.loads(str(form.pop(responses.FORM_STATE, "")))
        command, context, token = find_command(str(state["command"])), dict(state["context"]), str(state[KEPT])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    kept_forms, person_id = request.app[SITE].kept_forms, request[SESSION].person_id
    if command is None or command.is_internal or person_id is None:
        return ""
    before = await kept_forms.find(token, person_id, command.name)
    given = {**context, **form}
    kept = FilledForm(person_id, command.name, given, before.refusal if before else None)
    return kept_address(command, given, back, await kept_forms.keep(kept))
