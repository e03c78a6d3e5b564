"""The whole comparison, at full size for `make bench` and at a tiny one for the test of its parts."""

import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

import asyncpg
from sqlalchemy import make_url

import postgres
from bench import councils, slack
from bench.figures import Figure
from bench.rounds import CONNECTIONS, Run, TeamsPressing, starts
from bench.servers import LISBOT, STOCK, running
from fakes.connector import FakeConnector
from fakes.teams import TENANT
from lisbot.db import migrate

MIB = 2**20


@dataclass(frozen=True)
class Size:
    """How much is measured. As it stands, about three minutes on two cores."""

    bodies: int = councils.BODIES
    seats: int = councils.SEATS
    meetings: int = councils.MEETINGS
    lines: int = councils.LINES
    rounds: int = 9
    ballots: int = 900  # a round
    stock_ballots: int = 150  # a round
    total: int = 10_000  # ballots after which memory is read
    starts: int = 5
    seconds: float = 90.0  # after which no round is begun once there are three


async def compare(place: Path, size: Size) -> tuple[list[Figure], list[str]]:
    """The figures, and what they were made of in words."""
    server = postgres.start(durable=True)
    empty, old, in_slack = (postgres.named(server, f"bench_{name}") for name in ("empty", "old", "slack"))
    say("making the councils")
    await postgres.order(server, "CREATE DATABASE bench_empty")
    await migrate(empty)
    await councils.fill(empty, size.bodies, size.seats)
    for name in ("bench_old", "bench_slack"):
        await postgres.order(server, f"CREATE DATABASE {name} TEMPLATE bench_empty")
    say("laying ten years behind them")
    rows = await councils.age(old, size.meetings, lines=size.lines)
    async with FakeConnector() as connector, AsyncExitStack() as stack:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY="k" * 32)

        async def start(command: tuple[str, ...], requests: int, **more: str) -> Run:
            return Run(await stack.enter_async_context(running(command, env | more)), requests)

        new = await start(LISBOT, size.ballots, DATABASE_URL=empty)
        aged = await start(LISBOT, size.ballots, DATABASE_URL=old)
        stock = await start(STOCK, size.stock_ballots)
        pressing = TeamsPressing(connector, place, size.bodies, size.seats)
        for run in (new, aged, stock):
            await pressing.warm(run, size.bodies * size.seats if run is not stock else 20)
        until = perf_counter() + size.seconds
        for number in range(1, size.rounds + 1):
            if number > 3 and perf_counter() > until:
                break
            # Who goes first changes, so that what one round leaves behind falls on each in turn.
            order = (new, aged, stock) if number % 2 else (stock, aged, new)
            for run in order:
                await pressing.round(run)
            say(
                f"round {number}: {new.rates[-1]:.0f}, {aged.rates[-1]:.0f} with history, "
                f"stock {stock.rates[-1]:.0f} answers/s"
            )
        if new.answered < size.total:
            await pressing.warm(new, size.total - new.answered)
        await check_written(empty, new.answered, 0)
        await check_written(old, aged.answered, size.lines)
        memory = (new.server.memory, stock.server.memory)
    through_slack, slack_notes, cast = await slack.compare(place, in_slack, size, say)
    await check_written(in_slack, cast, 0)
    say("starting both, in turns")
    sqlite = f"sqlite+aiosqlite:///{place / 'lisbot.db'}"
    await migrate(sqlite)
    async with FakeConnector() as connector:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY="k" * 32)
        own, other, own_memory, other_memory = await starts(env, sqlite, size.starts)
    figures = [
        Figure(
            "ballots_per_second_to_stock",
            new.rate / stock.rate,
            "higher",
            5,
            f"{new.rate:.0f}/s to {stock.rate:.0f}/s",
        ),
        Figure(
            "ballot_latency_with_ten_years_to_empty",
            aged.latency / new.latency,
            "lower",
            1.2,
            f"median {aged.latency * 1000:.1f} ms to {new.latency * 1000:.1f} ms",
        ),
        Figure(
            "start_to_ready_to_stock",
            median(own) / median(other),
            "lower",
            note=f"{median(own):.2f} s to {median(other):.2f} s",
        ),
        Figure(
            "memory_after_ballots_to_stock",
            memory[0] / memory[1],
            "lower",
            note=f"{memory[0] / MIB:.0f} MiB after {new.answered} ballots, "
            f"{memory[1] / MIB:.0f} MiB after {stock.answered} answers",
        ),
        Figure(
            "memory_at_start_to_stock",
            median(own_memory) / median(other_memory),
            "lower",
            note=f"{median(own_memory) / MIB:.0f} MiB to {median(other_memory) / MIB:.0f} MiB",
        ),
        *through_slack,
    ]
    notes = [
        f"{CONNECTIONS} connections, one server process at a time, one PostgreSQL that waits for its disk;",
        f"processor time a ballot {median(new.cpu) * 1000:.2f} ms, with history "
        f"{median(aged.cpu) * 1000:.2f} ms, a stock answer {median(stock.cpu) * 1000:.2f} ms.",
        *slack_notes,
        "history: " + ", ".join(f"{count:,} {name}" for name, count in rows.items()) + ".",
    ]
    return figures, notes


async def check_written(url: str, ballots: int, before: int) -> None:
    """Every ballot is a line in the log and every seat has answered, or the figures are worth nothing."""
    connection = await asyncpg.connect(make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))
    try:
        lines, last, unanswered = await connection.fetchrow(
            """SELECT (SELECT count(*) FROM log_line), (SELECT last FROM log_head),
                      (SELECT count(*) FROM roll_entry e JOIN vote v ON v.id = e.vote_id
                       WHERE v.closed_at IS NULL AND NOT answered)"""
        )
    finally:
        await connection.close()
    if not lines == last == before + ballots or unanswered:
        raise RuntimeError(f"{ballots} ballots answered, {lines - before} logged, {unanswered} not on a roll")


def say(words: str) -> None:
    print(f"[{perf_counter():8.1f}] {words}", file=sys.stderr, flush=True)
