"""The page behind a link by which a representative asks their own colleagues about an item: anybody who has the link
reads it and answers, without an account.

Opening it changes nothing: what scans mail opens every one. It signs nobody in, and leads to nothing else.
"""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from lisbot import cards
from lisbot.cards.local_inputs import closed_words
from lisbot.channels.web import request_limit, responses
from lisbot.channels.web.site import FORM, SESSION, SITE
from lisbot.channels.web.visitors import VISITOR, Visitor, asked_language
from lisbot.commands import Reply, ask, run
from lisbot.council.enums import LocalInputState
from lisbot.council.local_inputs.views import SharedItemView
from lisbot.council.mail.tokens import is_signed, sign
from lisbot.council.register.identity import Caller
from lisbot.render.html import Target, render_card
from lisbot.texts import LANGUAGES, format_value, text

GIVE = "local_input.give"
PRESS, PURPOSE = "_press", "input-press"  # the field with which a form proves to come from the link's own page
INPUTS = ("stance", "words", "name")
MAX_TOKEN = 100
HEADERS = {"X-Robots-Tag": "noindex"}


async def show_shared_item(request: web.Request) -> web.Response:
    """Returns the item and its form; or that it was taken in, or why the link opens nothing."""
    shared = await read_item(request)
    if isinstance(shared, web.Response):
        return shared
    if "given" in request.query:
        return await render_item(request, shared, said=text(language_on_page(request), "web.local_input.given"))
    asked = await ask(request.app[SITE].runtime, GIVE, token_in(request), as_anybody(request))
    return await render_input_form(request, shared, asked)


async def submit_input(request: web.Request) -> web.Response:
    """Take in what somebody says. What cannot be taken in comes back as it was typed."""
    site = request.app[SITE]
    shared = await read_item(request)
    if isinstance(shared, web.Response):
        return shared
    form = request[FORM]
    if form.get("_lang") in LANGUAGES:
        request[SESSION].lang = str(form["_lang"])
        set_language(request, shared.lang)
    typed = {name: form[name] for name in INPUTS if isinstance(form.get(name), str)}
    given = {**typed, **token_in(request)}
    keys = (site.runtime.key, *site.runtime.former_keys)
    if "_lang" in form:
        asked = await ask(site.runtime, GIVE, given, as_anybody(request))
        return await render_input_form(request, shared, asked)
    refusal: tuple[int, str] | None = None
    if not is_signed(keys, PURPOSE, str(shared.id), str(form.get(PRESS, ""))):
        refusal = 403, "web.late_form.again"
    elif not site.limit_of_inputs.allows(f"{shared.id} {request_limit.client_address(request, site.settings.proxies)}"):
        refusal = 429, "web.local_input.often"
    if refusal:
        status, key = refusal
        asked = await ask(site.runtime, GIVE, given, as_anybody(request))
        return await render_input_form(
            request, shared, asked, status=status, problem=text(language_on_page(request), key)
        )
    reply = await run(site.runtime, GIVE, given, as_anybody(request))
    if reply.is_done:
        return responses.redirect(f"{request.path}?given=1")
    if reply.view is None:
        return await responses.render_refusal(request, reply.status, reply.words)
    return await render_input_form(request, shared, reply, status=reply.status)


async def read_item(request: web.Request) -> SharedItemView | web.Response:
    """Returns the item that a link opens; or the page that says why it opens none."""
    set_language(request, "")
    reply = await run(request.app[SITE].runtime, "local_input.read", token_in(request), as_anybody(request))
    if not reply.is_done:
        status = 404 if reply.status in (404, 422) else reply.status
        return await responses.render_refusal(request, status, reply.words if status >= 500 else "")
    shared: SharedItemView = reply.view
    set_language(request, shared.lang)
    if shared.state is not LocalInputState.OPEN:
        return await render_item(request, None, said=closed_words(shared, language_on_page(request)), status=410)
    return shared


def token_in(request: web.Request) -> Mapping[str, str]:
    return {"token": request.match_info["token"][:MAX_TOKEN]}


def set_language(request: web.Request, lang: str) -> None:
    """Have the page in the language that its reader chose here, or else that of whoever shares. It signs nobody in."""
    chosen = request[SESSION].lang
    fallback = lang or asked_language(request) or request.app[SITE].settings.lang
    request[VISITOR] = Visitor(chosen if chosen in LANGUAGES else fallback)


def language_on_page(request: web.Request) -> str:
    return request[VISITOR].lang


def as_anybody(request: web.Request) -> Caller:
    return Caller("public", "", lang=language_on_page(request))


async def render_input_form(
    request: web.Request, shared: SharedItemView, asked: Reply, *, status: int = 200, problem: str = ""
) -> web.Response:
    if asked.view is None or asked.viewer is None:
        return await responses.render_refusal(request, asked.status, asked.words)
    card = cards.draw_card("form", asked.view, asked.viewer)
    hidden = {PRESS: sign(request.app[SITE].runtime.key, PURPOSE, str(shared.id))}
    form = render_card(
        card, find_target=lambda action: target_of_input(action, request.path), hidden=hidden, level=2, form_id="asked"
    )
    return await render_item(
        request, shared, form=form, status=status, problem=problem, is_form=True, language_action=request.path
    )


def target_of_input(action: Mapping[str, Any], path: str) -> Target | None:
    """Returns where a button of the form leads: its own leads back here, and any other nowhere."""
    data = action.get("data") or {}
    verb = data.get("verb") if isinstance(data, dict) and "verb" in data else action.get("verb")
    return Target(path, "post", {}) if verb == GIVE else None


async def render_item(
    request: web.Request, shared: SharedItemView | None, *, status: int = 200, **values: Any
) -> web.Response:
    site, lang = request.app[SITE], language_on_page(request)
    until = shared.until.astimezone(site.runtime.tz) if shared and shared.until else None
    return await responses.render_page(
        request,
        "local_input.html",
        status=status,
        headers=HEADERS,
        shared=shared,
        day=format_value(lang, shared.held_on) if shared else "",
        until=format_value(lang, until) if until else "",
        again=request.path,
        **{"said": "", "problem": "", "form": "", **values},
    )
