"""The whole comparison, at full size for `make bench` and at a tiny one for the test of its parts."""

import asyncio
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import asyncpg
from sqlalchemy import URL, make_url

import postgres
from bench import councils, deliveries, depth, old_version, pace, processes, slack, starts
from bench.figures import Figure
from bench.rounds import CONNECTIONS, Pressing, Run, TeamsPressing
from bench.servers import LISBOT, STOCK, STOCK_ORM, Program, running
from fakes.connector import FakeConnector
from fakes.teams import TENANT
from lisbot.db import migrate

MIB = 2**20
PATIENCE = 30.0  # seconds that the linker is given


@dataclass(frozen=True)
class Size:
    """How much is measured. As it stands, about five minutes on two cores."""

    bodies: int = councils.BODIES
    seats: int = councils.SEATS
    meetings: int = councils.MEETINGS
    lines: int = councils.LINES
    rounds: int = 9
    ballots: int = 900  # a round
    stock_ballots: int = 150  # a round
    total: int = 10_000  # ballots after which memory is read
    starts: int = 6
    people: int = 1_000  # who are sent a notice
    notices: int = 7
    queue: int = 1_000_000  # messages that wait
    tenant: int = 10_000  # who are told of something in one tenant
    turns: int = 5  # of two processes and one
    seconds: float = 75.0  # after which no round is begun once there are three


async def compare(place: Path, size: Size) -> tuple[list[Figure], list[str]]:
    """The figures, and what they were made of in words."""
    server = postgres.start(durable=True)
    old = old_version.find_old()
    say("making the councils")
    await make_databases(server, size)
    say("laying ten years behind them")
    rows = await councils.age(postgres.named(server, "bench_aged"), size.meetings, lines=size.lines)
    through_teams = await compare_teams(place, server, size, old)
    through_slack, cast = await slack.compare(place, server, size, say)
    await check_written(postgres.named(server, "bench_slack"), cast, 0)
    say("publishing notices, and sending them")
    of_deliveries = await deliveries.compare(size.people, size.notices)
    of_deliveries += await pace.compare(size.tenant)
    say("claiming from a long queue")
    of_deliveries += await depth.compare(size.queue)
    say("two processes beside one")
    url = postgres.named(server, "bench_processes")
    given = {"bodies": size.bodies, "seats": size.seats, "ballots": size.ballots, "rounds": size.turns}
    of_processes, ballots = await processes.compare(place, url, **given, quiet=wait_until_linked, say=say)
    await check_written(url, ballots, 0)
    say("starting servers and running commands, in turns")
    async with FakeConnector() as connector:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY=councils.SECRET_KEY)
        of_starts = await starts.compare(place, env, old, size.starts)
    notes = [
        f"{CONNECTIONS} connections, one server process at a time, one PostgreSQL that waits for its disk.",
        "history: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()) + ".",
    ]
    if old is None:
        notes.append("OLD_LISBOT is not set: nothing is printed beside an old version.")
    return [*through_teams, *through_slack, *of_deliveries, *of_processes, *of_starts], notes


async def make_databases(server: URL, size: Size) -> None:
    """Make the same councils for everybody who is compared: lisbot's own and the stock bots' databases."""
    await postgres.order(server, "CREATE DATABASE bench_empty", "CREATE DATABASE bench_stock")
    empty, stock = postgres.named(server, "bench_empty"), postgres.named(server, "bench_stock")
    await migrate(empty)
    await councils.fill(empty, size.bodies, size.seats)
    await councils.fill_stock(stock, size.bodies, size.seats)
    copies = {
        "bench_aged": "bench_empty",
        "bench_slack": "bench_empty",
        "bench_processes": "bench_empty",
        "bench_stock_slack": "bench_stock",
    }
    for name, template in copies.items():
        await postgres.order(server, f"CREATE DATABASE {name} TEMPLATE {template}")


async def compare_teams(place: Path, server: URL, size: Size, old: Program | None) -> list[Figure]:
    """Returns the figures of ballots through Teams."""
    empty, aged_url, stock_url = (postgres.named(server, f"bench_{name}") for name in ("empty", "aged", "stock"))
    async with FakeConnector() as connector, AsyncExitStack() as stack:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY=councils.SECRET_KEY)
        pressing = TeamsPressing(connector, place, size.bodies, size.seats)

        async def start(program: Program, requests: int, **more: str) -> Run:
            return Run(await stack.enter_async_context(running(program, env | more)), requests)

        new = await start(LISBOT, size.ballots, DATABASE_URL=empty)
        aged = await start(LISBOT, size.ballots, DATABASE_URL=aged_url)
        stock = await start(STOCK, size.stock_ballots)
        orm = await start(STOCK_ORM, size.stock_ballots, DATABASE_URL=stock_url)
        runs = (new, aged, stock, orm)
        for run in runs:
            # What is done once for each person is done before anything is measured.
            await pressing.warm(run, size.bodies * size.seats if run in (new, aged) else min(40, run.requests))
        await wait_until_linked(empty, aged_url)
        until = perf_counter() + size.seconds
        for number in range(1, size.rounds + 1):
            if number > 3 and perf_counter() > until:
                break
            # Who goes first changes, so that what one round leaves behind falls on each in turn.
            for run in runs if number % 2 else reversed(runs):
                await pressing.round(run)
                await wait_until_linked(empty, aged_url)
            rates = [run.rates[-1] for run in runs]
            say("round {}: {:.0f}, {:.0f} with history, stock {:.0f}, its ORM {:.0f} answers/s".format(number, *rates))
        await warm_up_to(size.total, pressing, new)
        await check_written(empty, new.answered, 0)
        await check_written(aged_url, aged.answered, size.lines)
        await check_stored(stock_url, min(orm.requests, size.bodies * size.seats))
        memory = {"stock": (stock.server.memory, stock.answered), "stock_orm": (orm.server.memory, orm.answered)}
        own_memory = new.server.memory
    if old:
        say("the old version: as many ballots")
        memory["old"] = await memory_of_old(place, server, size, old)
    return [
        Figure(
            "ballots_per_second_to_stock",
            new.rate_to(stock),
            "higher",
            8,
            f"{new.pace} to {stock.pace}, which stores nothing",
        ),
        Figure(
            "ballots_per_second_to_stock_orm",
            new.rate_to(orm),
            "higher",
            4,
            f"{new.pace} to {orm.pace}, stored and shown by both",
        ),
        Figure(
            "ballot_latency_with_ten_years_to_empty",
            aged.latency_to(new),
            "lower",
            1.2,
            f"median {aged.latency * 1000:.1f} ms to {new.latency * 1000:.1f} ms; {aged.pace}",
        ),
        *(
            Figure(
                f"memory_after_ballots_to_{name}",
                own_memory / resident,
                "lower",
                note=f"{own_memory / MIB:.0f} MiB after {new.answered} ballots, "
                f"{resident / MIB:.0f} MiB after {answered}",
            )
            for name, (resident, answered) in memory.items()
        ),
    ]


async def memory_of_old(place: Path, server: URL, size: Size, old: Program) -> tuple[int, int]:
    """Returns an old version's resident bytes after as many ballots, and how many those are."""
    await postgres.order(server, "CREATE DATABASE bench_old_version")
    url = postgres.named(server, "bench_old_version")
    await old_version.fill(old, url, size.bodies, size.seats)
    async with FakeConnector() as connector:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY=councils.SECRET_KEY, DATABASE_URL=url)
        async with running(old, env) as process:
            run = Run(process, size.ballots)
            await warm_up_to(size.total, TeamsPressing(connector, place, size.bodies, size.seats), run)
            return process.memory, run.answered


async def warm_up_to(total: int, pressing: Pressing, run: Run) -> None:
    """Have a server answer so many ballots in all."""
    if run.answered < total:
        await pressing.warm(run, total - run.answered)


async def wait_until_linked(*urls: str) -> None:
    """Wait until the log's lines are linked, so that no other round pays for them."""
    for url in urls:
        connection = await asyncpg.connect(address(url))
        try:
            until = perf_counter() + PATIENCE
            while await connection.fetchval("SELECT id FROM log_line WHERE number IS NULL LIMIT 1"):
                if perf_counter() > until:
                    raise RuntimeError("the log is not linked")
                await asyncio.sleep(0.02)
        finally:
            await connection.close()


async def check_written(url: str, ballots: int, before: int) -> None:
    """Raises RuntimeError unless every ballot is a line of the log that is linked, and every seat has answered: or
    the figures are worth nothing."""
    await wait_until_linked(url)
    connection = await asyncpg.connect(address(url))
    try:
        lines, linked, unanswered = await connection.fetchrow(
            """SELECT (SELECT count(*) FROM log_line), (SELECT last FROM log_head),
                      (SELECT count(*) FROM roll_entry e JOIN vote v ON v.id = e.vote_id
                       WHERE v.closed_at IS NULL AND NOT answered)"""
        )
    finally:
        await connection.close()
    if not lines == linked == before + ballots or unanswered:
        raise RuntimeError(
            f"{ballots} ballots answered, {lines - before} logged, {linked} lines linked, {unanswered} not on a roll"
        )


async def check_stored(url: str, members: int) -> None:
    """Raises RuntimeError unless a stock bot has stored the ballots of at least so many members."""
    connection = await asyncpg.connect(address(url))
    try:
        stored = await connection.fetchval("SELECT count(*) FROM ballot WHERE choice IS NOT NULL")
    finally:
        await connection.close()
    if stored < members:
        raise RuntimeError(f"{members} members' ballots answered by the stock bot, {stored} stored")


def address(url: str) -> str:
    """Returns a database's address as asyncpg reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def say(words: str) -> None:
    print(f"[{perf_counter():8.1f}] {words}", file=sys.stderr, flush=True)
