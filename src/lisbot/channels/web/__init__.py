"""The pages: server-rendered, without scripts, in the visitor's language."""

import asyncio
from collections.abc import AsyncIterator

from aiohttp import web

from lisbot.channels.web import about, entrance, forms, guards, pages, stage, views
from lisbot.channels.web.limits import Limiter
from lisbot.channels.web.oidc import Provider
from lisbot.channels.web.session import Sessions
from lisbot.channels.web.site import SITE, Demo, Persona, SendMail, Site
from lisbot.channels.web.statics import Statics
from lisbot.commands import House
from lisbot.places import PAGES
from lisbot.settings import Settings

__all__ = ["Demo", "Persona", "SendMail", "add_pages"]

WINDOW = 15 * 60.0  # seconds, within which so many sign-in links may be asked for
PER_CLIENT, PER_ADDRESS = 20, 5  # from one machine, and to one e-mail address


def add_pages(
    app: web.Application,
    *,
    house: House,
    settings: Settings,
    send_mail: SendMail | None,
    demo: Demo | None = None,
) -> None:
    """Put the pages into the application. Without `send_mail` there are no sign-in links."""
    oidc = settings.oidc
    app[SITE] = site = Site(
        house=house,
        settings=settings,
        send_mail=send_mail,
        demo=demo if settings.demo else None,
        env=views.environment(),
        statics=Statics(),
        sessions=Sessions(settings.secret_key, secure=settings.secure),
        provider=Provider(oidc, f"{settings.base_url}/signin/callback") if oidc else None,
        clients=Limiter(PER_CLIENT, WINDOW),
        addresses=Limiter(PER_ADDRESS, WINDOW),
    )
    app.middlewares.append(guards.guard)
    app.cleanup_ctx.append(tidy_up)
    app.router.add_get("/", stage.opening if site.demo else pages.home)
    app.router.add_get("/static/{name}", site.statics.serve)
    for page in PAGES:
        app.router.add_get(page.path, pages.drawer(page))
    app.router.add_get("/about/{name}", about.paper)
    app.router.add_get("/show/{command}", pages.show)
    app.router.add_get("/form/{command}", forms.form)
    app.router.add_post("/do/{command}", forms.do)
    app.router.add_get("/signin", entrance.enter)
    app.router.add_post("/signin/link", entrance.send_link)
    app.router.add_get("/signin/link", entrance.open_link)
    app.router.add_post("/signin/confirm", entrance.use_link)
    app.router.add_get("/signin/oidc", entrance.go_to_provider)
    app.router.add_get("/signin/callback", entrance.come_from_provider)
    app.router.add_post("/signout", entrance.leave)
    app.router.add_post("/language", entrance.speak)
    if site.demo:
        app.router.add_post("/demo/become", stage.become)
        app.router.add_post("/demo/forward", stage.forward)


async def tidy_up(app: web.Application) -> AsyncIterator[None]:
    yield
    site = app[SITE]
    await asyncio.gather(*site.errands, return_exceptions=True)
    if site.provider is not None:
        await site.provider.close()
