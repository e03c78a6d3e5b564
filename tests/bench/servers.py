"""Servers under measurement, each a process of its own on a free port."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import psutil
from aiohttp import ClientError, ClientSession

ROOT = Path(__file__).parents[2]
PATIENCE = 30.0


@dataclass(frozen=True)
class Program:
    """What is started: a module and its arguments, with a checkout's Python and source.

    `takes_port`: whether the port is its last argument. PORT says it too.
    """

    module: str
    arguments: tuple[str, ...] = ()
    python: str = sys.executable
    root: Path = ROOT
    takes_port: bool = False

    @property
    def command(self) -> tuple[str, ...]:
        return self.python, "-m", self.module, *self.arguments


LISBOT = Program("lisbot", ("serve",))
STOCK = Program("bench.stock", takes_port=True)
STOCK_ORM = Program("bench.stock_orm", takes_port=True)
STOCK_BOLT_ORM = Program("bench.stock_bolt_orm", takes_port=True)


@dataclass
class Server:
    port: int
    process: psutil.Process
    ready_after: float  # seconds from the start of the process until it answered

    @property
    def ports(self) -> tuple[int, ...]:
        return (self.port,)

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return self.process.memory_info().rss

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        spent = self.process.cpu_times()
        return spent.user + spent.system


@dataclass(frozen=True)
class Servers:
    """Several on one database, as a balancer shares connections out over them."""

    each: tuple[Server, ...]

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(server.port for server in self.each)

    @property
    def memory(self) -> int:
        """Resident bytes of them all."""
        return sum(server.memory for server in self.each)

    @property
    def cpu(self) -> float:
        """Seconds of processor time of them all so far."""
        return sum(server.cpu for server in self.each)


def environment(env: Mapping[str, str], root: Path = ROOT) -> dict[str, str]:
    """What a child process is started with: nothing of lisbot's own settings but those given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": f"{root / 'src'}{os.pathsep}{root / 'tests'}"} | dict(env)


@asynccontextmanager
async def running(program: Program, env: Mapping[str, str]) -> AsyncIterator[Server]:
    """Start it, wait until it is ready, and stop it afterwards. Raises RuntimeError if it does not start."""
    port = free_port()
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(
        *program.command,
        *([str(port)] if program.takes_port else []),
        env=environment(env, program.root) | {"PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=program.root,
    )
    try:
        await wait_until_ready(process, port, started)
        yield Server(port, psutil.Process(process.pid), perf_counter() - started)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def wait_until_ready(process: asyncio.subprocess.Process, port: int, started: float) -> None:
    async with ClientSession() as session:
        while perf_counter() - started < PATIENCE and process.returncode is None:
            try:
                async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                    if response.status == 200:
                        return
            except ClientError:
                pass
            await asyncio.sleep(0.005)
    raise RuntimeError("the server did not become ready")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
