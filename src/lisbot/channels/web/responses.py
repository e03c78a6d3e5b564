"""Pages drawn from templates, in the visitor's language, with what every page has around it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from lisbot import cards
from lisbot.cards.letterhead import letterhead_facts
from lisbot.channels.web import navigation
from lisbot.channels.web.kept_forms import KEPT
from lisbot.channels.web.site import SESSION, SITE
from lisbot.channels.web.visitors import get_visitor, preferred_language
from lisbot.channels.web.ways_out import ways_out
from lisbot.commands import Reply, find_command
from lisbot.council.core import access
from lisbot.council.core.context import Member
from lisbot.council.core.context import Permission as P
from lisbot.render import html
from lisbot.render.html import Target
from lisbot.texts import LANGUAGES, format_value, has, text

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Of the pages that are pleasanter with a script of our own, and whole without it.
WITH_SCRIPT = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; script-src 'self'"}
WITH_REQUESTS = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; script-src 'self'; connect-src 'self'"}
FORM_STATE = "_form"  # what a form carries of itself for a change of language


def make_templates() -> Environment:
    templates = Environment(
        loader=PackageLoader("lisbot.channels.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    templates.filters |= {"prose": html.prose, "data_json": html.data_json, "button_class": html.button_class}
    templates.globals |= {"opens": navigation.opens, "ways_out": ways_out, "letterhead_facts": letterhead_facts}
    return templates


async def render_page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    back: str = "",
    is_form: bool = False,
    **values: Any,
) -> web.Response:
    """Returns a whole page. Personal as it may be, nobody keeps a copy of it.

    `back` is where its forms lead back to: the page itself unless another is given. `is_form`: whether it is one form,
    which goes along when the language is changed.
    """
    site, session = request.app[SITE], request[SESSION]
    visitor = await get_visitor(request)
    lang, here = visitor.lang, navigation.current_page(request)

    def t(key: str, /, **holes: object) -> str:
        return text(lang, key, **holes)

    def target(action: cards.Action) -> Target:
        return navigation.button_target(action, here)

    done, told, session.done, session.told = session.done, session.told, "", ""
    drawn = site.templates.get_template(template).render(
        **values,
        t=t,
        lang=lang,
        is_form=is_form,
        languages=LANGUAGES,
        member=visitor.member,
        links=main_links(visitor.member) if visitor.member else [],
        here=here,
        hidden={"_csrf": site.cookies.form_token(session), "_next": back or here},
        target=target,
        static=site.static_files.url,
        done="\n".join(part for part in (done, told) if part),
        demo=site.demo is not None,
        clock=format_value(lang, site.runtime.now().astimezone(site.runtime.tz)),
    )
    more = {"Cache-Control": "no-store", **(headers or {})}
    return web.Response(text=drawn, status=status, content_type="text/html", headers=more)


def main_links(member: Member) -> list[tuple[str, str]]:
    """Returns the pages everybody goes to, and the secretariat's own: address and text key."""
    links = [("/me", "web.nav.me")]
    bodies = access.bodies_where(member, P.VIEW)
    if access.may(member, P.OVERSEE):
        links.append(("/overview", "web.nav.overview"))
    if len(bodies) == 1:
        (body_id,) = bodies
        links += [(f"/body/{body_id}", "web.nav.body"), (f"/year?body_id={body_id}", "web.nav.meetings")]
    elif bodies:
        links.append(("/show/menu.show", "web.nav.bodies"))
    if access.may(member, P.VIEW):
        links.append(("/outcomes", "web.nav.outcomes"))
    return links


async def render_form(
    request: web.Request,
    reply: Reply,
    *,
    status: int = 200,
    back: str,
    problem: str = "",
    kept: str = "",
    moved: str = "",
) -> web.Response:
    """Returns a page that is one form, under `problem`, what is to be said of it. `kept`: where it is kept already.
    `moved`: the button that moved one of its things."""
    assert reply.viewer is not None, "a form is drawn for somebody"
    site, session = request.app[SITE], request[SESSION]
    hidden = {"_csrf": site.cookies.form_token(session), "_next": back}
    state = {"command": reply.view.command, "context": dict(reply.view.context), KEPT: kept}
    hidden[FORM_STATE] = html.data_json(state)
    card = cards.draw_card(reply.shows, reply.view, reply.viewer)
    ordered = ordered_in(reply)
    drawn = html.render_card(
        card,
        find_target=navigation.card_targets(back),
        hidden=hidden,
        form_id="asked",
        file_for=chosen_for(reply),
        takes_spreadsheets=takes_spreadsheets(reply),
        ordered=ordered,
        whole=sent_whole(reply),
        moved=moved,
    )
    title = text(reply.viewer.lang, f"command.{reply.view.command}.name")
    return await render_page(
        request,
        "form.html",
        status=status,
        form=drawn,
        title=title,
        problem=problem,
        back=back,
        is_form=True,
        ordered=bool(ordered),
        headers=WITH_SCRIPT if ordered else None,
    )


def ordered_in(reply: Reply) -> tuple[str, ...]:
    """Returns the arguments of a form whose things may be put in another order."""
    command = find_command(reply.view.command)
    return tuple(name for name, each in command.repeats.items() if each.order) if command else ()


def sent_whole(reply: Reply) -> tuple[str, ...]:
    """Returns the arguments of a form whose things are sent together only."""
    command = find_command(reply.view.command)
    return tuple(name for name, each in command.repeats.items() if each.is_whole) if command else ()


def chosen_for(reply: Reply) -> str:
    """Returns the field of a form that a file may be chosen for; nothing where there is none."""
    command = find_command(reply.view.command)
    return (command.whole_file if command else None) or ""


def takes_spreadsheets(reply: Reply) -> bool:
    """Returns whether that file may be a spreadsheet, and not only a text."""
    command = find_command(reply.view.command)
    return command is not None and command.takes_bytes


async def render_refusal(
    request: web.Request,
    status: int,
    words: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    back: str = "",
) -> web.Response:
    """Returns a page that says no, and why, and what to do, and leads back to where the button stood."""
    lang = (await get_visitor(request)).lang
    if not words:
        words = text(lang, f"web.error.{status}" if has(lang, f"web.error.{status}") else "web.error.400")
    return await render_page(
        request,
        "error.html",
        status=status,
        headers=headers,
        heading=refusal_heading(lang, status),
        words=words,
        advice=refusal_advice(lang, status),
        way_back=back,
    )


def refusal_heading(lang: str, status: int) -> str:
    return text(lang, f"web.heading.{status}" if has(lang, f"web.heading.{status}") else "web.refused")


def refusal_advice(lang: str, status: int) -> str:
    """Returns what to do about a refusal, where its own words may not say."""
    return text(lang, f"web.advice.{status}") if has(lang, f"web.advice.{status}") else ""


def render_fault(request: web.Request, status: int, words: str) -> web.Response:
    """Returns a whole page that is drawn without the database and whatever else may be what failed."""
    lang = preferred_language(request)
    again = request.raw_path if request.method in ("GET", "HEAD") else "/"
    try:
        drawn = (
            request.app[SITE]
            .templates.get_template("fault.html")
            .render(
                lang=lang,
                title=refusal_heading(lang, status),
                words=words,
                advice=refusal_advice(lang, status),
                again=again if status >= 500 and navigation.is_local(again) else "",
                static=request.app[SITE].static_files.url,
                t=lambda key: text(lang, key),
            )
        )
    except Exception:
        return web.Response(status=status, text=words, headers={"Cache-Control": "no-store"})
    return web.Response(status=status, text=drawn, content_type="text/html", headers={"Cache-Control": "no-store"})


def redirect(to: str, status: int = 303) -> web.Response:
    return web.Response(status=status, headers={"Location": to, "Cache-Control": "no-store"})


def ask_to_sign_in(request: web.Request) -> web.Response:
    """Returns the way to where one signs in, and from there back to where one was going."""
    if request.app[SITE].demo is not None:
        return redirect("/")
    return redirect(f"/signin?{urlencode({'_next': navigation.current_page(request)})}")
