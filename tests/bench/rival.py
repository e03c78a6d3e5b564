"""The same posts as jobs of procrastinate, a queue of the same kind: on the same PostgreSQL, to the same server.

It is no dependency of lisbot nor of its tests: psycopg and five more packages come with it. Where PROCRASTINATE names a
folder that it was installed to, `make bench` compares with it:

    pip install --target FOLDER procrastinate 'psycopg[binary]'
"""

import asyncio
import os
import sys
from time import perf_counter
from typing import Any

import orjson
from aiohttp import ClientSession, DummyCookieJar
from sqlalchemy import make_url

from bench.servers import environment

FOLDER = "PROCRASTINATE"


async def measure(database_url: str, url: str, body: bytes, people: int, at_once: int) -> float | None:
    """Returns in how many seconds so many jobs were done by a process of its own, each a post; None without it."""
    if FOLDER not in os.environ:
        return None
    env = environment({})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.rival", database_url, url, str(people), str(at_once)),
        env=env | {"PYTHONPATH": os.pathsep.join([env["PYTHONPATH"], os.environ[FOLDER]])},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(body)
    if process.returncode:
        raise RuntimeError("procrastinate was not measured")
    return float(orjson.loads(out))


async def work(database_url: str, url: str, people: int, at_once: int, body: bytes) -> float:
    from procrastinate import App, PsycopgConnector

    from bench.deliveries import post

    address = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    app = App(connector=PsycopgConnector(conninfo=address))
    options: dict[str, Any] = {"concurrency": at_once, "wait": False, "listen_notify": False}
    async with ClientSession(cookie_jar=DummyCookieJar()) as session, app.open_async():

        @app.task(name="post")
        async def send(number: int) -> None:
            await post(session, url, body)

        if not await app.check_connection_async():
            await app.schema_manager.apply_schema_async()
        await send.batch_defer_async(*({"number": n} for n in range(at_once)))
        await app.run_worker_async(**options)  # not counted
        await send.batch_defer_async(*({"number": n} for n in range(people)))
        started = perf_counter()
        await app.run_worker_async(**options)
        took = perf_counter() - started
        left = await app.job_manager.list_jobs_async(status="todo")
    if list(left):
        raise RuntimeError("some jobs were not done")
    return took


if __name__ == "__main__":
    from bench.deliveries import new_loop

    with asyncio.Runner(loop_factory=new_loop) as runner:
        measured = runner.run(
            work(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), sys.stdin.buffer.read())
        )
    sys.stdout.buffer.write(orjson.dumps(measured))
