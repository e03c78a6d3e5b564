"""Several `lisbot serve` behind one port, killed and started again."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import perf_counter

from bench.servers import ROOT, environment, wait_until_ready


@dataclass
class Fleet:
    """Processes that listen on one port. `killed`: the numbers of those that were killed."""

    port: int
    env: Mapping[str, str]
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return len(self.killed)

    async def start(self, *, waits: bool = True) -> None:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "proofs.hurried", "serve"),
            env=environment(self.env) | {"PORT": str(self.port), "REUSE_PORT": "1"},
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=ROOT,
        )
        self.processes.append(process)
        while waits:  # as long as it takes on a busy machine, unless it ends
            try:
                await wait_until_ready(process, self.port, perf_counter())
                break
            except RuntimeError:
                if process.returncode is not None or len(self.processes) == 0:
                    raise

    async def kill(self) -> None:
        """Kill the process that has run longest, in the midst of whatever it does."""
        process = self.processes.pop(0)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        self.killed.append(process.pid)

    async def stop(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
        for process in self.processes:
            try:
                async with asyncio.timeout(10):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


@asynccontextmanager
async def serving(port: int, env: Mapping[str, str], count: int = 1) -> AsyncIterator[Fleet]:
    fleet = Fleet(port, {"SECRET_KEY": "k" * 32} | dict(env))
    try:
        await asyncio.gather(*(fleet.start() for _ in range(count)))
        yield fleet
    finally:
        await fleet.stop()
