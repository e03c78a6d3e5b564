"""Ballots that two `lisbot serve` answer on one PostgreSQL, beside one: in rounds that take turns."""

import os
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from bench import councils
from bench.figures import Figure
from bench.rounds import Run, TeamsPressing
from bench.servers import LISBOT, Servers, running
from fakes.connector import FakeConnector
from fakes.teams import TENANT

GOAL = 1.5
ENOUGH = 4  # cores: for both of them, the database and the load


async def compare(
    place: Path,
    url: str,
    *,
    bodies: int,
    seats: int,
    ballots: int,
    rounds: int,
    quiet: Callable[[str], Awaitable[None]],
    say: Callable[[str], None],
) -> tuple[list[Figure], int]:
    """Returns the figure, and how many ballots were answered. `quiet`: waits until a database has nothing to do."""
    async with FakeConnector() as connector, AsyncExitStack() as stack:
        env = connector.env(TEAMS_TENANTS=TENANT, SECRET_KEY=councils.SECRET_KEY) | {"DATABASE_URL": url}
        pressing = TeamsPressing(connector, place, bodies, seats)
        alone, *both = [await stack.enter_async_context(running(LISBOT, env)) for _ in range(3)]
        one, two = Run(alone, ballots), Run(Servers(tuple(both)), ballots)
        for run in (one, two):
            await pressing.warm(run, 2 * bodies * seats)
        for number in range(rounds):
            for run in (one, two) if number % 2 else (two, one):
                await quiet(url)
                await pressing.round(run)
            say(f"two processes: {two.rates[-1]:.0f}, one: {one.rates[-1]:.0f} answers/s")
    cores = os.cpu_count() or 1
    note = f"{two.pace} to {one.pace}, on {cores} cores"
    goal = GOAL if cores >= ENOUGH else None
    figure = Figure("ballots_per_second_of_two_processes_to_one", two.rate_to(one), "higher", goal, note)
    return [figure], one.answered + two.answered
