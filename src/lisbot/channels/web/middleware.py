"""What every request to the pages goes through: where it comes from, what it carries, how it is answered."""

import logging
import re
import secrets
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from lisbot.channels.web import form_data, late_forms, responses
from lisbot.channels.web.site import FORM, SESSION, SITE, Site
from lisbot.channels.web.visitors import preferred_language
from lisbot.settings import is_loopback
from lisbot.texts import text

log = logging.getLogger(__name__)

# Forms that prove by themselves where they come from, whoever's browser sends them; and one press in a mail program
# (RFC 8058), whose server sends it.
PROVES_ITSELF, ONE_CLICK = ("/link/", "/input/"), "/mail/off/"
# Answered in their own way.
NOT_PAGES = ("/api/", "/slack/", "/calendar/", "/roster", "/published/", "/healthz", "/readyz", "/metrics")
# What proxies and tunnels add: RFC 7239, RFC 9110 (7.6.3), and their own; nginx, ngrok, Cloudflare, Azure, Akamai, Fly.
FORWARDED = (
    *("forwarded", "x-forwarded", "via", "x-real-ip", "x-original-", "x-client-ip", "x-cluster-client-ip"),
    *(
        "true-client-ip",
        "cf-",
        "cdn-loop",
        "ngrok-",
        "x-azure-",
        "x-arr-",
        "fly-",
        "x-envoy-",
        "x-tunnel-",
        "tailscale-",
    ),
)
HEADERS = {
    "Content-Security-Policy": responses.CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class LateForm(Exception):
    """A form from our own page, but not from this session: somebody signed out or in since it was opened."""


@web.middleware
async def check_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    site = request.app[SITE]
    is_for_us = not site.settings.demo or is_from_this_machine(request)
    if request.path.startswith(NOT_PAGES) and is_for_us:
        return await handler(request)
    request[SESSION] = session = site.cookies.read(request)
    before = dict(vars(session))
    response = await answer(request, handler, site) if is_for_us else refuse_outsider(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if site.settings.secure:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    is_new = site.cookies.name not in request.cookies
    if not request.path.startswith("/static/") and (is_new or vars(session) != before):
        site.cookies.write(response, session)
    return response


async def answer(request: web.Request, handler: Handler, site: Site) -> web.StreamResponse:
    try:
        if request.method == "POST" and not request.path.startswith(ONE_CLICK):
            try:
                await admit_form(request, site)
            except LateForm:
                return await late_forms.show_again(request)
        return await handler(request)
    except web.HTTPException as error:
        allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
        return await responses.render_refusal(request, error.status, headers=allowed)
    except Exception:
        ref = secrets.token_hex(3)
        log.exception("%s failed, ref %s", request.method, ref)
        # The page itself may be what fails, or the database it is drawn from: this one needs neither.
        return responses.render_fault(request, 500, text(preferred_language(request), "error.unexpected", ref=ref))


def is_from_this_machine(request: web.Request) -> bool:
    """Returns whether a request comes from this machine and asks for it by its own name (DNS rebinding), and was not
    forwarded: at the end of a tunnel everybody seems to be here."""
    if any(name.lower().startswith(FORWARDED) for name in request.headers):
        return False
    host = re.sub(r":\d+$", "", request.host).strip("[]")
    return is_loopback(request.remote or "") and is_loopback(host)


def refuse_outsider(request: web.Request) -> web.Response:
    return responses.render_fault(request, 403, text(preferred_language(request), "demo.outside"))


async def admit_form(request: web.Request, site: Site) -> None:
    """Admit a form that our own page sent, and read it. Raises LateForm, or an HTTPException."""
    if not is_same_origin(request, site):
        raise web.HTTPForbidden
    if request.content_type not in form_data.CONTENT_TYPES:
        raise web.HTTPUnsupportedMediaType
    request[FORM] = form = await form_data.read(request, is_member=site.cookies.names_somebody(request))
    if request.path.startswith(PROVES_ITSELF):
        return
    if not site.cookies.is_own_form(request[SESSION], str(form.pop("_csrf", ""))):
        # Only what the browser itself says is ours is shown again.
        raise LateForm if {"Origin", "Sec-Fetch-Site"} & request.headers.keys() else web.HTTPForbidden


def is_same_origin(request: web.Request, site: Site) -> bool:
    """Returns whether the browser says the form stood on our own page. One that is silent has the token to show."""
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
