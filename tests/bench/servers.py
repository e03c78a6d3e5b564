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
LISBOT = ("-m", "lisbot", "serve")
STOCK = ("-m", "bench.stock")
STOCK_BOLT = ("-m", "bench.stock_bolt")
PATIENCE = 30.0


@dataclass
class Server:
    port: int
    process: psutil.Process
    ready_after: float  # seconds from the start of the process until it answered

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return self.process.memory_info().rss

    @property
    def cpu(self) -> float:
        """Seconds of processor time so far."""
        spent = self.process.cpu_times()
        return spent.user + spent.system


def environment(env: Mapping[str, str]) -> dict[str, str]:
    """What a child process is started with: nothing of lisbot's own settings but those given."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT / 'tests'}"} | dict(env)


@asynccontextmanager
async def running(command: tuple[str, ...], env: Mapping[str, str]) -> AsyncIterator[Server]:
    """Start it, wait until it is ready, and stop it afterwards. Raises RuntimeError if it does not start."""
    port = free_port()
    arguments = (*command, str(port)) if command in (STOCK, STOCK_BOLT) else command
    started = perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        env=environment(env) | {"PORT": str(port)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=ROOT,
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
