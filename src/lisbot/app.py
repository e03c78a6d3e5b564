"""Puts the parts together, once. The only module that knows them all."""

import asyncio
import gc
import logging
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Protocol

from aiohttp import ClientSession, DummyCookieJar, TCPConnector, web
from aiohttp.typedefs import Handler

from lisbot import logs, tracing
from lisbot.channels.mail.lmtp import LmtpListener
from lisbot.channels.mail.sender import MailSender
from lisbot.channels.teams.channel import TeamsChannel
from lisbot.channels.web import add_pages
from lisbot.commands import ask, changes_something, load_functions, run
from lisbot.council.delivery.states import LATE
from lisbot.council.log.link import read_newest_link
from lisbot.db import Database, is_migrated, is_writable, migrate
from lisbot.demo.clock import Clock
from lisbot.demo.controls import Controls
from lisbot.demo.mailbox import Mailbox, folder_beside
from lisbot.http_server import Runner, hide_versions
from lisbot.idempotency import Receipts
from lisbot.installations import Installations
from lisbot.log_linker import LogLinker
from lisbot.messaging import Sender
from lisbot.metrics import Metrics
from lisbot.outbox import Outbox
from lisbot.runtime import Runtime
from lisbot.scheduler import Scheduler
from lisbot.settings import BadSetting, Settings
from lisbot.texts import closest_language, text

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

    from lisbot.channels.slack.channel import SlackChannel

log = logging.getLogger(__name__)

SHUTDOWN_TIMEOUT = 20.0  # seconds that requests under way are given when lisbot stops
DATABASE_TIMEOUT = 5.0  # seconds before a database that does not answer is one that is not there
# Seconds that an idle connection to a platform is kept. Servers close theirs after five and more, and what is sent just
# then is lost.
KEEP_ALIVE = 4.0
PROBES = ("/healthz", "/readyz")  # of which no trace is made

Now = Callable[[], datetime]
SetScene = Callable[[Runtime], Awaitable[None]]


@dataclass(frozen=True)
class Parts:
    """What runs in one process."""

    settings: Settings
    runtime: Runtime
    outbox: Outbox
    scheduler: Scheduler
    linker: LogLinker
    metrics: Metrics
    mail: MailSender


PARTS = web.AppKey("parts", Parts)


class BackgroundService(Protocol):
    """What works beside the requests until it is stopped, and then finishes what is under way."""

    async def work(self) -> None: ...
    def stop(self) -> None: ...


async def make_app(settings: Settings, *, now: Now | None = None, scene: SetScene | None = None) -> web.Application:
    """Returns the whole of lisbot as one application. What runs beside it starts and stops with it.

    `now` returns what time it is; the demo's own clock is used in the demo, and the real one elsewhere. `scene` is
    what the demo sets up before it opens.
    """
    db = Database(settings.database_url)
    metrics = Metrics()
    clock = Clock(db)
    if settings.demo:
        await clock.read()

    def on_command(name: str, status: int, seconds: float, channel: str) -> None:
        metrics.commands.labels(name, status).inc()
        metrics.seconds.labels(name, channel).observe(seconds)
        if changes_something(name):
            log.info("%s through %s: %d after %.0f ms", name, channel, status, seconds * 1000)
            if status == 200:
                outbox.wake()
                linker.wake()

    runtime = Runtime(
        db=db,
        now=now or (clock if settings.demo else lambda: datetime.now(UTC)),
        tz=settings.tz,
        lang=settings.lang,
        key=settings.secret_key.encode(),
        former_keys=settings.former_secret_keys,
        base_url=settings.base_url,
        on_command=on_command,
        platforms=settings.platforms,
    )
    mailbox = Mailbox(folder_beside(settings.database_file), runtime.now) if settings.demo else None
    mail = MailSender(settings, runtime, mailbox.keep if mailbox else None)
    # Every name is looked up anew, and nothing a platform sets is carried from one request to the next.
    session = ClientSession(connector=TCPConnector(keepalive_timeout=KEEP_ALIVE), cookie_jar=DummyCookieJar())
    teams, slack = TeamsChannel(partial(run, runtime), partial(ask, runtime), settings, session), None
    senders: dict[str, Sender] = {}
    if settings.teams or settings.demo:
        senders[teams.sender.platform] = teams.sender
    if settings.slack:
        slack = make_slack(settings, runtime, session)
        senders[slack.sender.platform] = slack.sender
    if mail.is_on:
        senders[mail.platform] = mail
    outbox, scheduler, linker = Outbox(runtime, senders, metrics), Scheduler(runtime), LogLinker(runtime)

    async def run_beside(_app: web.Application) -> AsyncIterator[None]:
        # Closed in the opposite order: first what brings new work, last what the rest needs.
        async with AsyncExitStack() as stack:
            stack.push_async_callback(db.close)
            stack.push_async_callback(session.close)
            if scene:
                await scene(runtime)
            start_service(stack, db.wiper)
            start_service(stack, linker)
            stack.push_async_callback(teams.close)
            start_service(stack, outbox)
            if slack:
                stack.push_async_callback(slack.close)
                await slack.start()
            if settings.lmtp_port:
                start_service(stack, LmtpListener(runtime, settings.inbound_domain, settings.lmtp_port))
            if settings.imap_url:
                from lisbot.channels.mail.imap import ImapPoller  # not where a mail server hands it over

                start_service(stack, ImapPoller(runtime, settings.inbound_domain, settings.imap_url))
            scheduler.start()
            stack.push_async_callback(scheduler.stop)
            yield

    app = web.Application(middlewares=[name_request, answer_errors])
    hide_versions(app)
    app[PARTS] = Parts(settings, runtime, outbox, scheduler, linker, metrics, mail)
    app.cleanup_ctx.append(run_beside)
    app.router.add_get("/healthz", show_health)
    app.router.add_get("/readyz", show_readiness)
    teams.add_routes(app)
    if slack:
        slack.add_routes(app)
    forward = partial(clock.forward, scheduler.next_moment, scheduler.run_all_due)
    add_pages(
        app,
        runtime=runtime,
        settings=settings,
        send_mail=mail.send_text if settings.smtp_url else None,
        controls=Controls(runtime, forward, mailbox) if mailbox else None,
    )
    return app


def make_slack(settings: Settings, runtime: Runtime, session: ClientSession) -> "SlackChannel":
    from lisbot.channels.slack.channel import SlackChannel  # half a second that nobody else need wait for

    receipts, installations = Receipts(runtime.db), Installations(runtime.db, runtime.key, "slack")
    return SlackChannel(partial(run, runtime), partial(ask, runtime), settings, session, receipts, installations)


def start_service(stack: AsyncExitStack, service: BackgroundService) -> None:
    """Start a service, and have it stopped with the stack."""
    task = asyncio.create_task(service.work())

    async def stop() -> None:
        service.stop()
        await task

    stack.push_async_callback(stop)


@web.middleware
async def name_request(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give a request its id, which its answer says and all that it causes has."""
    origin = tracing.read_origin(request.headers)
    with tracing.request(origin) as id_:
        if request.path in PROBES:
            return await handler(request)
        route = request.match_info.route.resource
        name = f"{request.method} {route.canonical if route else 'unknown'}"
        with tracing.span(name, origin=origin):
            try:
                response = await handler(request)
            except web.HTTPException as answer:
                answer.headers[tracing.HEADER] = id_
                raise
            if not response.prepared:
                response.headers[tracing.HEADER] = id_
            return response


@web.middleware
async def answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
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
    except (ConnectionError, web.RequestPayloadError):
        # Whoever asked hung up: there is nobody to answer, and nothing of ours went wrong.
        status = 400
        raise web.HTTPBadRequest from None
    except Exception:
        ref = secrets.token_hex(3)
        # The route and not the address: that may carry a sign-in link.
        route = request.match_info.route.resource
        log.exception("%s %s failed, ref %s", request.method, route.canonical if route else "", ref)
        lang = closest_language(request.headers.get("Accept-Language", "")[:2], parts.settings.lang)
        return web.json_response({"error": text(lang, "error.unexpected", ref=ref), "ref": ref}, status=500)
    finally:
        parts.metrics.requests.labels(request.method, status).inc()


async def show_health(_request: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def show_readiness(request: web.Request) -> web.Response:
    """Whether the database is there, with the tables this version was written for, and can be written to; and whether
    the outbox keeps up, which another process might not do better. Not while lisbot stops: then others answer."""
    parts = request.app[PARTS]
    db = parts.runtime.db
    if parts.outbox.is_stopping:
        return web.json_response({"ready": False, "stopping": True}, status=503)
    try:
        async with asyncio.timeout(DATABASE_TIMEOUT):
            migrated = await is_migrated(db)
            writable = await is_writable(db)
            is_late = migrated and await parts.outbox.claims.read_lateness() > LATE
    except Exception as error:
        log.warning("not ready: the database is not reachable: %s", type(error).__name__)
        return web.json_response({"ready": False, "database": "unreachable"}, status=503)
    ready = migrated and writable
    state = {"ready": ready, "database": "reachable", "migrated": migrated, "writable": writable}
    if migrated:
        state |= {"outbox": "late" if is_late else "on time"}
    return web.json_response(state, status=200 if ready else 503)


def make_metrics_app(parts: Parts) -> web.Application:
    """Returns what Prometheus reads, on a port of its own."""

    async def show(_request: web.Request) -> web.Response:
        await read_gauges(parts)
        headers = {"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        return web.Response(body=parts.metrics.page(), headers=headers)

    app = web.Application()
    hide_versions(app)
    app.router.add_get("/metrics", show)
    return app


async def read_gauges(parts: Parts) -> None:
    """Set what is read off the database. While it is away, they stay as they were."""
    metrics = parts.metrics
    try:
        queue = await parts.outbox.claims.read_queue()
        metrics.waiting.set(queue.waiting)
        metrics.oldest.set(queue.oldest.total_seconds())
        metrics.lost.set(queue.lost)
        newest = await read_newest_link(parts.runtime.db)
    except Exception as error:
        log.warning("the gauges were not read: %s", type(error).__name__)
        return
    if newest:
        metrics.log_line.set(newest.number)
        metrics.log_linked.set(newest.linked_at.timestamp() if newest.linked_at else 0)


async def serve(settings: Settings, *, scene: SetScene | None = None) -> None:
    """Serve until the process is asked to stop; then finish what is under way. Raises BadSetting."""
    logs.start(settings.log_format)
    if settings.demo:
        await migrate(settings.database_url)
    else:
        await require_migrated(settings)
    log_channels_off(settings)
    traces = start_traces() if settings.traces else None
    load_functions()
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        with suppress(NotImplementedError):  # Windows' event loop has none; there Ctrl-C raises instead
            loop.add_signal_handler(sign, stopping.set)
    app = await make_app(settings, scene=scene)
    parts = app[PARTS]
    runners = [await listen(app, settings.host, settings.port, is_shared=settings.reuse_port)]
    try:
        if settings.metrics_port:
            runners.append(await listen(make_metrics_app(parts), settings.host, settings.metrics_port))
        gc.collect()
        gc.freeze()  # what was made at the start stays, and is not looked through again and again
        sys.stdout.write(f"lisbot is ready on {listening_address(runners[0], settings)}\n")
        sys.stdout.flush()
        await stopping.wait()
        log.info("stopping: finishing what is under way")
        parts.outbox.stop()  # and /readyz says so, to whoever asks over a connection that is open
    finally:
        for runner in reversed(runners):
            await runner.cleanup()
        if traces is not None:
            await asyncio.to_thread(tracing.turn_off, traces)  # which sends what is left


def start_traces() -> "TracerProvider":
    """Send traces where OpenTelemetry's settings say. Raises BadSetting where its SDK is not installed."""
    try:
        return tracing.turn_on()
    except ImportError as error:
        raise BadSetting("OTEL_EXPORTER_OTLP_ENDPOINT: traces need the extra otel (requirements-otel.lock)") from error


async def require_migrated(settings: Settings) -> None:
    db = Database(settings.database_url)
    try:
        async with asyncio.timeout(DATABASE_TIMEOUT):
            migrated = await is_migrated(db)
    except Exception as error:
        raise BadSetting(f"DATABASE_URL: the database is not reachable ({type(error).__name__})") from error
    finally:
        await db.close()
    if not migrated:
        raise BadSetting("DATABASE_URL: the database's tables are not this version's: run lisbot migrate first")


def log_channels_off(settings: Settings) -> None:
    """Log which channels are off: those with none of their settings."""
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
    elif settings.oidc is not None and not settings.oidc.domains:
        log.warning("the OpenID provider may sign anybody in by their address: OIDC_DOMAINS is not set")


async def listen(app: web.Application, host: str, port: int, *, is_shared: bool = False) -> web.AppRunner:
    """Listen on a port. `is_shared`: other processes of lisbot listen on it, too, and the kernel deals out what comes
    in (SO_REUSEPORT)."""
    runner = Runner(app, handle_signals=False, shutdown_timeout=SHUTDOWN_TIMEOUT)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port, reuse_port=is_shared or None).start()
    except OSError as error:
        await runner.cleanup()
        raise BadSetting(f"PORT: cannot listen on {host}:{port} ({error.strerror})") from error
    return runner


def listening_address(runner: web.AppRunner, settings: Settings) -> str:
    """Returns where it listens, as typed into a browser on this machine."""
    host, port = runner.addresses[0][:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def run_forever(settings: Settings, *, scene: SetScene | None = None) -> None:
    """Serve, on the faster event loop where there is one. Raises BadSetting."""
    with asyncio.Runner(loop_factory=make_loop) as runner:
        runner.run(serve(settings, scene=scene))


def make_loop() -> asyncio.AbstractEventLoop:
    try:
        from uvloop import new_event_loop
    except ImportError:  # Windows
        return asyncio.new_event_loop()
    return new_event_loop()
