"""aiohttp's server, as it stands on the open internet: nobody keeps a connection without sending a request, there are
no more connections than the process has files for, and what is no HTTP is no bug of ours.

aiohttp gives a connection the time of its keep-alive, an hour, to send the first request (web_protocol.py of 3.14).
"""

import asyncio
import logging
from time import monotonic
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

log = logging.getLogger(__name__)

NAME = "lisbot"  # what the Server header says: no versions
HEAD_TIMEOUT = 10.0  # seconds for a request's line and headers; Apache's mod_reqtimeout gives 20 to 40, and has proxies
KEEPALIVE_TIMEOUT = 75.0  # seconds without a request; nginx keeps its own for 60 (keepalive_timeout of its upstreams)
MAX_FILES = 65_536  # what the process asks for, where it may
RESERVED_FILES = 128  # for the database, other servers and what Python opens
LOG_EVERY = 60.0  # seconds between two lines in the log about the same

THEIR_DOING = (ConnectionError, web.RequestPayloadError, HttpProcessingError)


class Connection(web.RequestHandler):
    """One connection. It is closed when it sends no whole head in time: from its first byte, or since it was made."""

    head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        cast(Server, self._manager).make_room_for(self)
        self.await_head()

    def data_received(self, data: bytes) -> None:
        heads = self._request_count
        super().data_received(data)
        if self._request_count != heads:
            self.stop_timer()
        elif self.is_idle and self.head_timer is None:
            self.await_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        self.stop_timer()
        super().connection_lost(exc)

    @property
    def is_idle(self) -> bool:
        """Whether no request of this connection is under way."""
        return self._waiter is not None and not self._waiter.done()

    def await_head(self) -> None:
        self.head_timer = self._loop.call_later(HEAD_TIMEOUT, self.give_up)

    def stop_timer(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None

    def give_up(self) -> None:
        self.head_timer = None
        if self._manager is not None:
            cast(Server, self._manager).timed_out.log()
        self.force_close()

    def handle_error(self, *args: Any, **given: Any) -> web.StreamResponse:
        response = super().handle_error(*args, **given)
        response.headers["Server"] = NAME
        return response

    def log_exception(self, *args: Any, **given: Any) -> None:
        if isinstance(error := given.get("exc_info"), THEIR_DOING):
            log.info("a request was cut off or no HTTP: %s", type(error).__name__)
        else:
            super().log_exception(*args, **given)


class Server(web.Server):
    """Makes the connections, and has at most `most` of them: for a new one the oldest that is idle is closed."""

    def __init__(self, *args: Any, most: int, **given: Any) -> None:
        super().__init__(*args, **given)
        self.most = most
        self.timed_out = RareLine(f"connections were closed: they sent no whole request within {HEAD_TIMEOUT:g} s")
        self.turned_away = RareLine(
            f"connections were closed: there are as many as {most}, and no files for more (LimitNOFILE, ulimit -n)"
        )

    def __call__(self) -> Connection:
        return Connection(self, loop=self._loop, **self._kwargs)

    def make_room_for(self, new: Connection) -> None:
        if len(self._connections) <= self.most:
            return
        self.turned_away.log()
        others = (cast(Connection, each) for each in self._connections if each is not new)
        oldest = next((each for each in others if each.is_idle and each.transport is not None), new)
        oldest.force_close()


class RareLine:
    """A line in the log about something that may happen a thousand times a second: how often, once a minute."""

    def __init__(self, words: str) -> None:
        self.words, self.times, self.logged_at = words, 0, float("-inf")

    def log(self) -> None:
        self.times += 1
        if (now := monotonic()) - self.logged_at >= LOG_EVERY:
            log.warning("%d %s", self.times, self.words)
            self.times, self.logged_at = 0, now


class Runner(web.AppRunner):
    """Serves an application through these connections."""

    def __init__(self, app: web.Application, **given: Any) -> None:
        super().__init__(app, access_log=None, keepalive_timeout=KEEPALIVE_TIMEOUT, **given)

    async def _make_server(self) -> Server:
        made = await super()._make_server()
        return Server(
            made.request_handler,
            request_factory=made.request_factory,
            loop=made._loop,
            most=most_connections(),
            **made._kwargs,
        )


def hide_versions(app: web.Application) -> None:
    """Have every answer of the application say no more of its server than its name."""

    async def name_server(_request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Server"] = NAME

    app.on_response_prepare.append(name_server)


def most_connections() -> int:
    """Returns how many connections there may be, after asking for as many files as the process may have."""
    try:
        import resource
    except ImportError:  # Windows, where nothing is known of a limit
        return MAX_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MAX_FILES if hard == resource.RLIM_INFINITY else min(MAX_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    files = MAX_FILES if soft == resource.RLIM_INFINITY else soft
    return files - min(RESERVED_FILES, files // 2)
