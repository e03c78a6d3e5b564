"""Pages drawn from templates, in the visitor's language, with what every page has around it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lisbot.channels.web import places
from lisbot.channels.web.site import SESSION, SITE
from lisbot.commands import COMMANDS
from lisbot.council import access, people, signin
from lisbot.council.act import Member
from lisbot.council.act import Permission as P
from lisbot.council.errors import NotAllowed, Refusal
from lisbot.council.people import Caller
from lisbot.render import html
from lisbot.texts import LANGUAGES, closest, has, say, text

FORWARD = "demo.forward"  # what is said to have been done when the demo's clock was moved


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page: a member, or somebody not signed in, and their language."""

    lang: str
    member: Member | None = None


VISITOR = web.RequestKey("visitor", Visitor)


def environment() -> Environment:
    env = Environment(
        loader=PackageLoader("lisbot.channels.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters["prose"] = html.prose
    return env


def preferred(request: web.Request) -> str:
    """The language to speak to somebody who has not chosen one at lisbot itself."""
    chosen = request[SESSION].lang
    if chosen in LANGUAGES:
        return chosen
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), closest(tag, "")))
        except ValueError:
            continue
    spoken = [lang for _, lang in sorted(wanted, key=lambda want: want[0]) if lang]
    return spoken[0] if spoken else request.app[SITE].settings.lang


def caller(request: web.Request) -> Caller:
    """Whoever is signed in here, as commands know them."""
    return Caller("web", str(request[SESSION].person_id), lang=preferred(request))


async def visitor(request: web.Request) -> Visitor:
    """Who this is. Somebody who is no longer in the register is not signed in."""
    if VISITOR not in request:
        house, session = request.app[SITE].house, request[SESSION]
        found = Visitor(preferred(request))
        if session.person_id is not None:
            at = house.now()
            try:
                async with house.db.read() as db:
                    begun = datetime.fromtimestamp(session.since, UTC)
                    if await signin.is_over(db, session.person_id, begun):
                        raise NotAllowed
                    member = await people.recognise(
                        db, caller(request), at, at.astimezone(house.tz).date(), house.lang
                    )
                found = Visitor(member.lang, member)
            except Refusal:
                session.leave()
        request[VISITOR] = found
    return request[VISITOR]


async def page(
    request: web.Request,
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> web.Response:
    """A whole page. Personal as it may be, nobody keeps a copy of it."""
    site, session = request.app[SITE], request[SESSION]
    who = await visitor(request)
    lang = who.lang

    def t(key: str, /, **holes: object) -> str:
        return text(lang, key, **holes)

    said, session.said = session.said, ""
    here = places.here(request)
    hidden = {"_csrf": site.sessions.token(session), "_next": values.pop("back", here)}

    def buttons(actions: list[dict[str, Any]], about: str = "") -> Markup:
        return html.buttons(actions, lang=lang, lead=places.lead(here), hidden=hidden, about=about)

    drawn = site.env.get_template(template).render(
        **values,
        t=t,
        lang=lang,
        languages=LANGUAGES,
        member=who.member,
        links=links(who.member) if who.member else [],
        here=here,
        hidden=hidden,
        buttons=buttons,
        static=site.statics.url,
        said=done(lang, said),
        demo=site.demo is not None,
        clock=say(lang, site.house.now().astimezone(site.house.tz)),
    )
    more = {"Cache-Control": "no-store", **(headers or {})}
    return web.Response(text=drawn, status=status, content_type="text/html", headers=more)


def done(lang: str, command: str) -> str:
    """What was just done, in words; nothing for nothing."""
    key = f"command.{command}"
    if command == FORWARD:
        return text(lang, "demo.forwarded")
    if has(lang, f"{key}.done"):
        return text(lang, f"{key}.done")
    return text(lang, "web.done", name=text(lang, f"{key}.name")) if command in COMMANDS else ""


def links(member: Member) -> list[tuple[str, str]]:
    """The pages everybody goes to, and the secretariat's own: address and text key."""
    found = [("/me", "web.nav.me")]
    if access.may(member, P.OVERSEE):
        found.append(("/overview", "web.nav.overview"))
    if access.may(member, P.VIEW):
        found.append(("/outcomes", "web.nav.outcomes"))
    return found


async def card(
    request: web.Request, shown: Mapping[str, Any], *, status: int = 200, back: str, problem: str = ""
) -> web.Response:
    """A page that is one card, under what is to be said of it."""
    site, session = request.app[SITE], request[SESSION]
    hidden = {"_csrf": site.sessions.token(session), "_next": back}
    drawn = html.html(shown, lead=places.lead(back), hidden=hidden, level=1)
    return await page(
        request, "card.html", status=status, card=drawn, title=heading(shown), problem=problem, back=back
    )


def heading(shown: Mapping[str, Any]) -> str:
    return next((str(b["text"]) for b in shown.get("body", ()) if b.get("style") == "heading"), "lisbot")


async def refusal(
    request: web.Request,
    status: int,
    words: str = "",
    headers: Mapping[str, str] | None = None,
    *,
    back: str = "",
) -> web.Response:
    """A page that says no, and why, and leads back to where the button stood."""
    lang = (await visitor(request)).lang
    if not words:
        words = text(lang, f"web.error.{status}" if has(lang, f"web.error.{status}") else "web.error.400")
    return await page(request, "error.html", status=status, headers=headers, words=words, way=back)


def redirect(to: str) -> web.Response:
    return web.Response(status=303, headers={"Location": to, "Cache-Control": "no-store"})
