"""Starting: a server until it is ready, and the command line until it has answered.

Beside the stock bot, or the smallest program; and beside an old version where there is one (old_version.py).
"""

import asyncio
import resource
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple, TypeVar

from bench import councils, old_version
from bench.figures import Figure
from bench.servers import LISBOT, STOCK, Program, environment, running
from lisbot.db import migrate

MIB = 2**20
SHOW = ("vote.show", "--vote-id", "1", "--as", councils.member(1).email)
STOCK_SHOW = Program("bench.stock_show", ("1", councils.member(1).email))
SEATS = 25

T = TypeVar("T")


class Start(NamedTuple):
    """Seconds until a server was ready, and its resident bytes then."""

    seconds: float
    memory: int


class Command(NamedTuple):
    """Seconds that a command took, on the clock and of processor time."""

    seconds: float
    cpu: float


async def compare(place: Path, env: Mapping[str, str], old: Program | None, times: int) -> list[Figure]:
    """Returns the figures of starting a server and of running one command, on SQLite."""
    own_url, stock_url, old_url = (
        f"sqlite+aiosqlite:///{place / name}.db" for name in ("lisbot", "stock", "old_version")
    )
    await migrate(own_url)
    await councils.fill(own_url, 2, SEATS)
    await councils.fill_stock(stock_url, 2, SEATS)
    own_env = {**env, "DATABASE_URL": own_url}
    servers = {"lisbot": (LISBOT, own_env), "stock": (STOCK, env)}
    shows = {
        "lisbot": (replace(LISBOT, arguments=SHOW), own_env),
        "smallest_program": (STOCK_SHOW, {"DATABASE_URL": stock_url}),
    }
    if old:
        await old_version.fill(old, old_url, 2, SEATS)
        old_env = {**env, "DATABASE_URL": old_url}
        servers["old"] = (old, old_env)
        shows["old"] = (replace(old, arguments=SHOW), old_env)
    starts = await take_turns(servers, start, times)
    commands = await take_turns(shows, run_command, times)
    return [*start_figures(starts), *command_figures(commands)]


def start_figures(starts: Mapping[str, list[Start]]) -> list[Figure]:
    own_seconds, own_memory = (median(each) for each in zip(*starts["lisbot"], strict=True))
    figures = []
    for name in [name for name in starts if name != "lisbot"]:
        seconds, memory = (median(each) for each in zip(*starts[name], strict=True))
        in_seconds = f"{own_seconds:.2f} s to {seconds:.2f} s"
        in_mib = f"{own_memory / MIB:.0f} MiB to {memory / MIB:.0f} MiB"
        figures += [
            Figure(f"start_to_ready_to_{name}", own_seconds / seconds, "lower", note=in_seconds),
            Figure(f"memory_at_start_to_{name}", own_memory / memory, "lower", note=in_mib),
        ]
    return figures


def command_figures(commands: Mapping[str, list[Command]]) -> list[Figure]:
    own_seconds, own_cpu = (median(each) for each in zip(*commands["lisbot"], strict=True))
    figures = []
    for name, goal in (("smallest_program", None), ("old", 0.35)):
        if name in commands:
            seconds, cpu = (median(each) for each in zip(*commands[name], strict=True))
            note = f"{own_cpu:.2f} s to {cpu:.2f} s; on the clock {own_seconds:.2f} s to {seconds:.2f} s"
            figures.append(Figure(f"command_processor_time_to_{name}", own_cpu / cpu, "lower", goal, note))
    return figures


async def take_turns(
    programs: Mapping[str, tuple[Program, Mapping[str, str]]],
    measure: Callable[[Program, Mapping[str, str]], Awaitable[T]],
    times: int,
) -> dict[str, list[T]]:
    """Returns what was measured of each program. The first of several, which reads its files from the disk, is left
    out."""
    found: dict[str, list[T]] = {name: [] for name in programs}
    for _ in range(times):
        for name, (program, env) in programs.items():
            found[name].append(await measure(program, env))
    return {name: measured[1:] or measured for name, measured in found.items()}


async def start(program: Program, env: Mapping[str, str]) -> Start:
    async with running(program, env) as server:
        return Start(server.ready_after, server.memory)


async def run_command(program: Program, env: Mapping[str, str]) -> Command:
    """Run one command until it has answered. Raises RuntimeError where it does not show the question."""
    return await asyncio.to_thread(wait_for_command, program, env)


def wait_for_command(program: Program, env: Mapping[str, str]) -> Command:
    started, spent = perf_counter(), children_cpu()
    ended = subprocess.run(
        program.command, env=environment(env, program.root), cwd=program.root, capture_output=True, text=True
    )
    found = Command(perf_counter() - started, children_cpu() - spent)
    if ended.returncode or councils.QUESTION not in ended.stdout:
        raise RuntimeError(f"{program} did not show the question: {ended.stdout[-500:]}{ended.stderr[-500:]}")
    return found


def children_cpu() -> float:
    """Processor seconds of this process's children that have ended: of one command, where nothing else ends."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime
