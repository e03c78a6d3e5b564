"""What every request to the pages goes through: where it comes from, what it carries, how it is answered."""

import json
import logging
import re
import secrets
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from lisbot.channels.web import kept, views
from lisbot.channels.web.session import Session
from lisbot.channels.web.site import FORM, SESSION, SITE, Site
from lisbot.settings import is_loopback
from lisbot.texts import text

log = logging.getLogger(__name__)

OTHERS = ("/api/", "/slack/", "/healthz", "/readyz", "/metrics")  # answered by others, in their own way
MOST = 3 * 1024 * 1024  # bytes: a hundred thousand characters of any script, percent-encoded
FIELDS = 500
HALVES = re.compile("[\ud800-\udfff]")
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class Late(Exception):
    """A form from our own page, but not from this visit: it was signed out, in or over in between."""


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    site = request.app[SITE]
    at_home = not site.settings.demo or is_at_home(request)
    if request.path.startswith(OTHERS) and at_home:
        return await handler(request)
    request[SESSION] = session = site.sessions.read(request)
    before = dict(vars(session))
    response = await answer(request, handler, site) if at_home else await outside(request)
    response.headers.update(HEADERS)
    if site.settings.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    is_new = site.sessions.name not in request.cookies
    if not request.path.startswith("/static/") and (is_new or vars(session) != before):
        site.sessions.write(response, session)
    return response


async def answer(request: web.Request, handler: Handler, site: Site) -> web.StreamResponse:
    try:
        if request.method == "POST":
            try:
                await admit(request, site)
            except Late:
                return await kept.keep(request)
        return await handler(request)
    except web.HTTPException as error:
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return await views.refusal(request, error.status, headers=allowed)
    except Exception:
        ref = secrets.token_hex(3)
        log.exception("%s failed, ref %s", request.method, ref)
        # The page itself may be what fails, or the database it is drawn from: these words need neither.
        lang = views.preferred(request)
        return web.Response(
            status=500, text=text(lang, "error.unexpected", ref=ref), headers={"Cache-Control": "no-store"}
        )


def is_at_home(request: web.Request) -> bool:
    """Whether a request comes from this machine and asks for it by its own name (DNS rebinding)."""
    host = re.sub(r":\d+$", "", request.host).strip("[]")
    return is_loopback(request.remote or "") and is_loopback(host)


async def outside(request: web.Request) -> web.Response:
    return web.Response(status=403, text=text(views.preferred(request), "demo.outside"))


async def admit(request: web.Request, site: Site) -> None:
    """Let in a form that our own page sent, and read it. Raises Late."""
    if not is_same_origin(request, site):
        raise web.HTTPForbidden
    if request.content_type != "application/x-www-form-urlencoded":
        raise web.HTTPUnsupportedMediaType
    request[FORM] = form = parse(await body(request))
    session: Session = request[SESSION]
    if not site.sessions.is_own(session, str(form.pop("_csrf", ""))):
        # Only what the browser itself says is ours is shown again.
        raise Late if {"Origin", "Sec-Fetch-Site"} & request.headers.keys() else web.HTTPForbidden


def is_same_origin(request: web.Request, site: Site) -> bool:
    """Whether the browser says the form stood on our own page. One that is silent has the token to show."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("Origin")
    if origin is None:
        return True
    if site.settings.demo:
        # The demo answers to each of this machine's own names.
        return origin == f"http://{request.host}"
    ours = urlsplit(site.settings.base_url)
    return origin == f"{ours.scheme}://{ours.netloc}"


async def body(request: web.Request) -> bytes:
    if (request.content_length or 0) > MOST:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST, actual_size=request.content_length or 0)
    found = bytearray()
    async for chunk in request.content.iter_chunked(65536):
        found += chunk
        if len(found) > MOST:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST, actual_size=len(found))
    return bytes(found)


def parse(sent: bytes) -> dict[str, Any]:
    """A form: what was typed, over what its button carried. A name sent several times is a list."""
    try:
        pairs = parse_qsl(
            sent.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(sent),
            max_num_fields=FIELDS,
            errors="surrogatepass",
        )
        pairs = [(whole(name), whole(value)) for name, value in pairs]
        carried = whole(json.loads(next((value for name, value in pairs if name == "_data"), "{}")))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest from None
    if not isinstance(carried, dict):
        raise web.HTTPBadRequest
    typed: dict[str, Any] = {}
    for name, value in pairs:
        if name in ("_data", "_off"):
            continue
        if name not in typed:
            typed[name] = value
        elif isinstance(typed[name], list):
            typed[name].append(value)
        else:
            typed[name] = [typed[name], value]
    for name, value in pairs:
        if name == "_off":
            unticked, _, meaning = value.partition("=")
            typed.setdefault(unticked, meaning)
    return carried | typed


def whole(value: Any) -> Any:
    """What was sent, with U+001A (Unicode's own substitute) for half characters: they can be neither kept nor
    shown, and the substitute is refused by name in the form it stands in."""
    match value:
        case str():
            return HALVES.sub("\x1a", value)
        case list():
            return [whole(each) for each in value]
        case dict():
            return {whole(name): whole(each) for name, each in value.items()}
    return value
