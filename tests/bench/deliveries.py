"""How fast a notice to a thousand people leaves the outbox, beside bare posts that record nothing.

    PYTHONPATH=src:tests python -m bench.deliveries

A notice is published (one command), and then all of it is claimed, drawn, sent and ended by one process, on a
PostgreSQL that waits for its disk. The bare posts go through the same pooled session, as many at one time, with the
same bytes. Both are answered at once by a server that is a process of its own.
"""

import asyncio
import gc
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from time import perf_counter, process_time
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from aiohttp import ClientSession, DummyCookieJar, web
from sqlalchemy import event, func, select

import crowd
import postgres
from bench import rival
from bench.figures import Figure, show
from bench.servers import environment, free_port
from lisbot.channels.teams.sender import activity_of
from lisbot.council.models import Delivery, Posting
from lisbot.db import Database, migrate
from lisbot.messaging import Address, Message
from lisbot.outbox import Outbox
from lisbot.outbox.in_flight import SENDS_AT_ONCE
from lisbot.runtime import Runtime

OSLO = ZoneInfo("Europe/Oslo")
MOST_STATEMENTS = 25  # in the transaction that publishes a notice, however many are told


@dataclass
class Round:
    """Statements of the publishing transaction; seconds on the clock, and of this process's processor time. `rival`:
    seconds that procrastinate took."""

    statements: int
    publishing: float
    sending: float
    sending_cpu: float
    bare: float
    bare_cpu: float
    rival: float | None = None


@dataclass
class Poster:
    """A channel that posts what Teams would be sent, and remembers one of them."""

    session: ClientSession
    url: str
    platform: str = "teams"
    count: int = 0
    body: bytes = b""

    async def send(self, to: Address, message: Message) -> str:
        self.count += 1
        self.body = orjson.dumps(activity_of(message))
        await post(self.session, self.url, self.body)
        return f"m{self.count}"

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        await post(self.session, self.url, orjson.dumps(activity_of(message)))


async def post(session: ClientSession, url: str, body: bytes) -> None:
    async with session.post(url, data=body, headers={"Content-Type": "application/json"}) as response:
        response.raise_for_status()
        await response.read()


async def post_bare(session: ClientSession, url: str, body: bytes, count: int, at_once: int) -> None:
    """Post the same so many times, so many at one time."""
    left = iter(range(count))

    async def work() -> None:
        for _ in left:
            await post(session, url, body)

    await asyncio.gather(*(work() for _ in range(at_once)))


@contextmanager
def counted_statements(db: Database) -> Iterator[list[str]]:
    """A list that fills with the statements that are run."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        found.append(statement)

    event.listen(db.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine.sync_engine, "before_cursor_execute", note)


@asynccontextmanager
async def answering_server() -> AsyncIterator[str]:
    """A server, as a process of its own, that answers every post at once."""
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.deliveries", "serve", str(port), env=environment({})
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        async with ClientSession() as session:
            for _ in range(500):
                try:
                    await post(session, url, b"{}")
                    break
                except OSError:
                    await asyncio.sleep(0.02)
        yield url
    finally:
        process.terminate()
        await process.wait()


def serve(port: int) -> None:
    async def answer(request: web.Request) -> web.Response:
        await request.read()
        return web.json_response({"id": "1"})

    app = web.Application()
    app.router.add_post("/", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, loop=new_loop())


def new_loop() -> asyncio.AbstractEventLoop:
    from uvloop import new_event_loop

    return new_event_loop()


async def measure(people: int = 1_000, rounds: int = 7) -> list[Round]:
    """Returns how each round went. One before them is not counted."""
    server = postgres.start(durable=True)
    for name in ("bench_deliveries", "bench_rival"):
        await postgres.order(server, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
    database_url, rival_url = (postgres.named(server, name) for name in ("bench_deliveries", "bench_rival"))
    await migrate(database_url)
    db = Database(database_url)
    secretary = await crowd.fill(db, people)
    runtime = Runtime(db, lambda: crowd.NOW, OSLO, key=b"k" * 32, base_url="http://127.0.0.1:3978")
    found: list[Round] = []
    async with answering_server() as url, ClientSession(cookie_jar=DummyCookieJar()) as session:
        poster = Poster(session, url)
        outbox = Outbox(runtime, {"teams": poster})
        meetings = await crowd.plan_meetings(runtime, secretary, rounds + 1)
        gc.collect()
        gc.freeze()  # as lisbot does once it has started
        for meeting_id in meetings:
            times = [perf_counter()]
            with counted_statements(db) as statements:
                await crowd.done(runtime, secretary, "notice.send", meeting_id=meeting_id, confirm=True)
            times.append(perf_counter())
            cpu = [process_time()]
            await outbox.drain()
            times.append(perf_counter())
            cpu.append(process_time())
            await post_bare(session, url, poster.body, people, SENDS_AT_ONCE)
            times.append(perf_counter())
            cpu.append(process_time())
            taken = [later - earlier for earlier, later in pairwise(times)]
            other = await rival.measure(rival_url, url, poster.body, people, SENDS_AT_ONCE)
            found.append(Round(len(statements), taken[0], taken[1], cpu[1] - cpu[0], taken[2], cpu[2] - cpu[1], other))
    await check(db, people * (rounds + 1))
    await db.close()
    return found[1:]


async def check(db: Database, count: int) -> None:
    """Raises RuntimeError unless everything was sent and is posted: or the figures are worth nothing."""
    async with db.read() as session:
        states = dict((await session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))).all())
        posted = await session.scalar(select(func.count()).select_from(Posting))
    if states != {"sent": count} or posted != count:
        raise RuntimeError(f"{states}, {posted} posted, and not {count}")


async def compare(people: int, rounds: int) -> list[Figure]:
    """Returns the figures, measured in a process of its own on the event loop that lisbot serves with."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.deliveries", "json", str(people), str(rounds)),
        env=environment({name: os.environ[name] for name in (rival.FOLDER,) if name in os.environ}),
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError("the deliveries were not measured")
    return figures([Round(**each) for each in orjson.loads(out)])


def figures(rounds: list[Round]) -> list[Figure]:
    def middle(name: str) -> float:
        return median(getattr(each, name) for each in rounds)

    statements = max(each.statements for each in rounds)
    published = f"{statements} statements in {middle('publishing'):.2f} s"
    note = f"{middle('sending'):.2f} s ({middle('sending_cpu'):.2f} s of processor time) to {middle('bare'):.2f} s "
    note += f"({middle('bare_cpu'):.2f} s)"
    ratio = median(each.bare / each.sending for each in rounds)
    rivals = [each.rival / each.sending for each in rounds if each.rival is not None]
    against = [Figure("deliveries_per_second_to_procrastinate", median(rivals), "higher", 4, note)] if rivals else []
    return [
        Figure("notice_statements_to_25", statements / MOST_STATEMENTS, "lower", 1, published),
        Figure("deliveries_per_second_to_bare_posts", ratio, "higher", 0.5, note),
        *against,
    ]


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        serve(int(sys.argv[2]))
    else:
        wanted = (int(number) for number in sys.argv[2:])
        with asyncio.Runner(loop_factory=new_loop) as runner:
            measured = runner.run(measure(*wanted))
        if sys.argv[1:2] == ["json"]:
            sys.stdout.buffer.write(orjson.dumps(measured))
        else:
            show(figures(measured), [])
