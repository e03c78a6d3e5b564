"""Who looks at the pages, and in which language."""

from dataclasses import dataclass
from datetime import UTC, datetime

from aiohttp import web

from lisbot.channels.web.site import SESSION, SITE
from lisbot.commands import Reply
from lisbot.council.core.context import Member
from lisbot.council.core.errors import Refusal
from lisbot.council.register import sign_in
from lisbot.council.register.identity import Caller, recognise
from lisbot.texts import LANGUAGES, closest_language


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at a page: a member, or somebody not signed in, and their language."""

    lang: str
    member: Member | None = None


VISITOR = web.RequestKey("visitor", Visitor)


def preferred_language(request: web.Request) -> str:
    """Returns the language of somebody who has not chosen one at lisbot itself: what this browser chose here, or else
    asks for (RFC 9110, 12.5.4)."""
    chosen = request[SESSION].lang
    if chosen in LANGUAGES:
        return chosen
    return asked_language(request) or request.app[SITE].settings.lang


def asked_language(request: web.Request) -> str:
    """Returns the language that a browser asks for; "" where we speak none of those."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        tag, _, quality = part.strip().partition(";q=")
        try:
            wanted.append((-float(quality or 1), closest_language(tag, "")))
        except ValueError:
            continue
    known = [lang for _, lang in sorted(wanted, key=lambda want: want[0]) if lang]
    return known[0] if known else ""


def get_caller(request: web.Request) -> Caller:
    """Returns whoever is signed in here, as commands know them."""
    return Caller("web", str(request[SESSION].person_id), lang=preferred_language(request))


async def is_signed_in(request: web.Request) -> bool:
    """Returns whether somebody is signed in here, whom the command that follows is to recognise."""
    if VISITOR in request:
        return request[VISITOR].member is not None
    session = request[SESSION]
    if session.person_id is None:
        return False
    async with request.app[SITE].runtime.db.read() as db:
        is_over = await sign_in.is_over(db, session.person_id, datetime.fromtimestamp(session.since, UTC))
    if is_over:
        session.sign_out()
    return not is_over


def remember_visitor(request: web.Request, reply: Reply) -> None:
    """Remember whom a command recognised, so that the page around its reply need not ask again."""
    if reply.viewer is not None:
        request[VISITOR] = Visitor(reply.viewer.lang, reply.viewer.by)


async def get_visitor(request: web.Request) -> Visitor:
    """Returns who this is. Somebody who is no longer in the register is not signed in."""
    if VISITOR not in request:
        visitor = Visitor(preferred_language(request))
        if await is_signed_in(request):
            runtime = request.app[SITE].runtime
            at = runtime.now()
            today = at.astimezone(runtime.tz).date()
            try:
                async with runtime.db.read() as db:
                    member = await recognise(db, get_caller(request), at, today, runtime.lang)
                visitor = Visitor(member.lang, member)
            except Refusal:
                request[SESSION].sign_out()
        request[VISITOR] = visitor
    return request[VISITOR]
