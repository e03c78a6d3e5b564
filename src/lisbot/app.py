"""Puts the parts together, once. The only module that knows them all."""

import asyncio
import gc
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.typedefs import Handler

from lisbot import logs
from lisbot.channels.mail import Mail
from lisbot.channels.teams.door import Door
from lisbot.channels.web import add_pages
from lisbot.commands import COMMANDS, House, Reply, ask, run
from lisbot.db import Database, is_migrated, migrate
from lisbot.demo.clock import Clock
from lisbot.demo.stage import Stage
from lisbot.inbox import Inbox
from lisbot.installs import Installs
from lisbot.metrics import Metrics
from lisbot.outbox import Outbox
from lisbot.outbox.rows import MAIL
from lisbot.ports import Sender
from lisbot.scheduler import Scheduler
from lisbot.settings import BadSetting, Settings
from lisbot.texts import closest, text

if TYPE_CHECKING:
    from lisbot.channels.slack.door import Door as SlackDoor

log = logging.getLogger(__name__)

GRACE = 20.0  # seconds that requests under way are given when lisbot stops
PATIENCE = 5.0  # seconds before a database that does not answer is one that is not there

Now = Callable[[], datetime]
Scene = Callable[[House], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """What runs."""

    settings: Settings
    house: House
    outbox: Outbox
    scheduler: Scheduler
    metrics: Metrics
    mail: Mail


PARTS = web.AppKey("parts", Parts)


async def make_app(
    settings: Settings, *, now: Now | None = None, scene: Scene | None = None
) -> web.Application:
    """The whole of lisbot as one application. What runs beside it starts and stops with it.

    `now` is what time it is; the demo's own clock is used in the demo, and the real one elsewhere. `scene` is
    what the demo sets up before it opens.
    """
    db = Database(settings.database_url)
    metrics, mail = Metrics(), Mail(settings)
    clock = Clock(db)
    if settings.demo:
        await clock.read()

    def after(name: str, reply: Reply, seconds: float) -> None:
        command = COMMANDS.get(name)
        known = name if command else "unknown"
        metrics.commands.labels(known, reply.status).inc()
        metrics.seconds.labels(known).observe(seconds)
        if command and command.changes and reply.status == 200:
            outbox.wake()

    house = House(
        db=db,
        now=now or (clock if settings.demo else lambda: datetime.now(UTC)),
        tz=settings.tz,
        lang=settings.lang,
        key=settings.secret_key.encode(),
        base_url=settings.base_url,
        after=after,
    )
    # Every name is asked for anew, and nothing a platform sets is carried from one request to the next.
    session = ClientSession(cookie_jar=DummyCookieJar())
    door = Door(partial(run, house), partial(ask, house), settings, session)
    senders: dict[str, Sender] = {}
    if settings.teams or settings.demo:
        senders[door.sender.platform] = door.sender
    slack = make_slack(settings, house, session)
    if slack:
        senders[slack.sender.platform] = slack.sender
    if mail.is_on:
        senders[MAIL] = mail
    outbox = Outbox(house, senders, metrics)
    scheduler = Scheduler(house)

    async def beside(app: web.Application) -> AsyncIterator[None]:
        if scene:
            await scene(house)
        sending = asyncio.create_task(outbox.work())
        scheduler.start()
        if slack:
            await slack.start()
        yield
        await scheduler.stop()
        if slack:
            await slack.close()
        outbox.stop()
        await sending
        await door.close()
        await session.close()
        await db.close()

    app = web.Application(middlewares=[watch])
    stage = Stage(house, partial(clock.forward, scheduler.next_moment, scheduler.look_at_all))
    app[PARTS] = Parts(settings, house, outbox, scheduler, metrics, mail)
    app.cleanup_ctx.append(beside)
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    door.add_routes(app)
    if slack:
        slack.add_routes(app)
    add_pages(
        app,
        house=house,
        settings=settings,
        send_mail=mail.write if mail.is_on else None,
        demo=stage if settings.demo else None,
    )
    return app


def make_slack(settings: Settings, house: House, session: ClientSession) -> "SlackDoor | None":
    """The door to Slack, where it is on."""
    if settings.slack is None:
        return None
    from lisbot.channels.slack.door import Door as SlackDoor  # half a second that nobody else need wait for

    inbox, installs = Inbox(house.db), Installs(house.db, house.key, "slack")
    return SlackDoor(partial(run, house), partial(ask, house), settings, session, inbox, installs)


@web.middleware
async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count every answer, and word what nobody foresaw: once in the log, once for whoever asked."""
    parts = request.app[PARTS]
    status = 500
    try:
        response = await handler(request)
        status = response.status
        return response
    except web.HTTPException as answer:
        status = answer.status
        raise
    except Exception:
        ref = secrets.token_hex(3)
        # The route and not the address: that may carry a sign-in link.
        route = request.match_info.route.resource
        log.exception("%s %s failed, ref %s", request.method, route.canonical if route else "", ref)
        lang = closest(request.headers.get("Accept-Language", "")[:2], parts.settings.lang)
        return web.json_response({"error": text(lang, "error.unexpected", ref=ref), "ref": ref}, status=500)
    finally:
        parts.metrics.requests.labels(request.method, status).inc()


async def alive(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def ready(request: web.Request) -> web.Response:
    """Whether the database is there, with the tables this version was written for."""
    try:
        async with asyncio.timeout(PATIENCE):
            migrated = await is_migrated(request.app[PARTS].house.db)
    except Exception as error:
        log.warning("not ready: the database is not reachable: %s", type(error).__name__)
        return web.json_response({"ready": False, "database": "unreachable"}, status=503)
    state = {"ready": migrated, "database": "reachable", "migrated": migrated}
    return web.json_response(state, status=200 if migrated else 503)


def make_metrics(parts: Parts) -> web.Application:
    """What Prometheus reads, on a port of its own."""

    async def page(_request: web.Request) -> web.Response:
        body = await parts.metrics.page(parts.outbox.rows.waiting)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.router.add_get("/metrics", page)
    return app


async def serve(settings: Settings, *, scene: Scene | None = None) -> None:
    """Serve until the process is asked to stop; then finish what is under way. Raises BadSetting."""
    logs.start(settings.log_format)
    if settings.demo:
        await migrate(settings.database_url)
    else:
        await require_migrated(settings)
    say_what_is_off(settings)
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows' event loop has none; there Ctrl-C raises instead
            loop.add_signal_handler(sign, stopping.set)
    app = await make_app(settings, scene=scene)
    parts = app[PARTS]
    runners = [await listen(app, settings.host, settings.port)]
    try:
        if settings.metrics_port:
            runners.append(await listen(make_metrics(parts), settings.host, settings.metrics_port))
        gc.collect()
        gc.freeze()  # what was made at the start stays; it is not looked through again and again
        sys.stdout.write(f"lisbot is ready on {address(runners[0], settings)}\n")
        sys.stdout.flush()
        await stopping.wait()
        log.info("stopping: finishing what is under way")
    finally:
        for runner in reversed(runners):
            await runner.cleanup()


async def require_migrated(settings: Settings) -> None:
    db = Database(settings.database_url)
    try:
        async with asyncio.timeout(PATIENCE):
            migrated = await is_migrated(db)
    except Exception as error:
        raise BadSetting(f"DATABASE_URL: the database is not reachable ({type(error).__name__})") from error
    finally:
        await db.close()
    if not migrated:
        raise BadSetting(
            "DATABASE_URL: the database's tables are not this version's: run lisbot migrate first"
        )


def say_what_is_off(settings: Settings) -> None:
    """A channel with none of its settings is off, and says so."""
    if settings.demo:
        log.info("the demo: anyone on this machine may be anyone, and Teams' endpoint asks for no token")
    elif settings.teams is None:
        log.info("Teams is off: MicrosoftAppId is not set")
    if settings.slack is None and not settings.demo:
        log.info("Slack is off: SLACK_BOT_TOKEN and SLACK_CLIENT_ID are not set")
    elif settings.slack and not settings.slack.teams:
        log.warning("nobody in Slack can be linked to the register: SLACK_TEAMS is not set")
    if settings.smtp_url is None:
        log.info("mail is off: SMTP_URL is not set")
    if settings.secure and not settings.proxies:
        log.info("all visitors share one limit on sign-in links: TRUSTED_PROXIES is not set")
    if settings.oidc is None and not settings.demo:
        log.info("sign-in by OpenID Connect is off: OIDC_ISSUER is not set")


async def listen(app: web.Application, host: str, port: int) -> web.AppRunner:
    runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        await runner.cleanup()
        raise BadSetting(f"PORT: cannot listen on {host}:{port} ({error.strerror})") from error
    return runner


def address(runner: web.AppRunner, settings: Settings) -> str:
    """Where it listens, as typed into a browser on this machine."""
    host, port = runner.addresses[0][:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def run_forever(settings: Settings, *, scene: Scene | None = None) -> None:
    """Serve, on the faster event loop where there is one. Raises BadSetting."""
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(serve(settings, scene=scene))


def make_loop() -> asyncio.AbstractEventLoop:
    try:
        from uvloop import new_event_loop
    except ImportError:  # Windows
        return asyncio.new_event_loop()
    return new_event_loop()
