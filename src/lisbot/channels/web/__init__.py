"""The pages: rendered here, without scripts, in the visitor's language."""

from collections.abc import AsyncIterator

from aiohttp import web

from lisbot.channels.common.background import BackgroundTasks
from lisbot.channels.web import (
    about,
    action_links,
    demo,
    exports,
    feeds,
    forms,
    kept_replies,
    local_inputs,
    mail_choices,
    middleware,
    pages,
    publications,
    responses,
    rosters,
    sign_in,
)
from lisbot.channels.web.kept_forms import KeptForms
from lisbot.channels.web.oidc import OidcClient
from lisbot.channels.web.request_limit import RequestLimit
from lisbot.channels.web.session import SessionCookies
from lisbot.channels.web.site import SITE, Demo, Persona, SendMail, Site
from lisbot.channels.web.static_files import StaticFiles
from lisbot.routes import PAGES
from lisbot.runtime import Runtime
from lisbot.settings import Settings

__all__ = ["Demo", "Persona", "SendMail", "add_pages"]

WINDOW = 15 * 60.0  # seconds, within which so many sign-in links may be asked for
PER_CLIENT = 20  # from one machine
# From one machine for one e-mail address, and how many of those are mailed. Counted for each machine: whoever asks for
# somebody else's links uses up none that they ask for themselves.
PER_ADDRESS, MAILS = 5, 3
INPUTS = 60  # from one machine to one representative: a hospital's computers may all be behind one address


def add_pages(
    app: web.Application,
    *,
    runtime: Runtime,
    settings: Settings,
    send_mail: SendMail | None,
    controls: Demo | None = None,
) -> None:
    """Add the pages to the application. Without `send_mail` there are no sign-in links; `controls` is the demo's."""
    app[SITE] = site = Site(
        runtime=runtime,
        settings=settings,
        send_mail=send_mail,
        demo=controls if settings.demo else None,
        templates=responses.make_templates(),
        static_files=StaticFiles(),
        cookies=SessionCookies(settings.secret_key, secure=settings.secure),
        kept_forms=KeptForms(runtime.db, runtime.key),
        oidc=make_providers(settings),
        limit_per_client=RequestLimit(PER_CLIENT, WINDOW),
        limit_per_address=RequestLimit(PER_ADDRESS, WINDOW),
        limit_of_mails=RequestLimit(MAILS, WINDOW, clock=lambda: runtime.now().timestamp()),
        limit_of_inputs=RequestLimit(INPUTS, WINDOW),
        tasks=BackgroundTasks("the pages"),
    )
    app.middlewares.append(middleware.check_request)
    app.cleanup_ctx.append(close)
    app.router.add_get("/", demo.front_page if site.demo else pages.go_home)
    app.router.add_get("/static/{name}", site.static_files.serve)
    for page in PAGES:
        app.router.add_get(page.path, pages.handler(page))
    for path, show in (*rosters.ROUTES, *publications.ROUTES):
        app.router.add_get(path, show)
    app.router.add_get("/about/{name}", about.show_document)
    app.router.add_get("/.well-known/security.txt", about.show_security_contact)
    app.router.add_get("/show/{command}", pages.show_command)
    app.router.add_get("/out/{form}/{command}", exports.show_export)
    app.router.add_get("/done/{command}/{token}", kept_replies.show_lines)
    app.router.add_get("/form/{command}", forms.show_form)
    app.router.add_post("/do/{command}", forms.submit_form)
    app.router.add_get("/signin", sign_in.show_sign_in)
    app.router.add_post("/signin/link", sign_in.send_link)
    app.router.add_get("/signin/link", sign_in.open_link)
    app.router.add_post("/signin/confirm", sign_in.use_link)
    app.router.add_get("/signin/oidc", sign_in.start_oidc)
    app.router.add_get("/signin/callback", sign_in.finish_oidc)
    app.router.add_get("/signin/callback/{provider:[1-9]}", sign_in.finish_oidc)
    app.router.add_post("/signout", sign_in.sign_out)
    app.router.add_post("/language", sign_in.choose_language)
    app.router.add_get("/calendar/{token}.ics", feeds.show_feed)
    app.router.add_get("/link/{token}", action_links.show_link)
    app.router.add_post("/link/{token}", action_links.press_link)
    app.router.add_post("/link/{token}/new", action_links.send_new_link)
    app.router.add_get("/input/{token}", local_inputs.show_shared_item)
    app.router.add_post("/input/{token}", local_inputs.submit_input)
    app.router.add_get("/mail/off/{token}", mail_choices.show_choice)
    app.router.add_post("/mail/off/{token}", mail_choices.turn_off)
    if site.demo:
        app.router.add_post("/demo/become", demo.become)
        app.router.add_get("/demo/mail", demo.show_mail)
        app.router.add_get("/demo/mail/{number:[0-9]{1,6}}", demo.show_letter)
        app.router.add_post("/demo/forward", demo.forward)


async def close(app: web.Application) -> AsyncIterator[None]:
    yield
    await app[SITE].close()


def make_providers(settings: Settings) -> tuple[OidcClient, ...]:
    """Returns who may sign people in. Each is answered at an address of its own, so that none answers for another.

    Source: RFC 9700, 4.4 (mix-up attacks).
    """
    providers = [each for each in (settings.oidc, *settings.further_oidc) if each is not None]
    back = f"{settings.base_url}/signin/callback"
    return tuple(OidcClient(each, f"{back}/{n}" if n else back) for n, each in enumerate(providers))
