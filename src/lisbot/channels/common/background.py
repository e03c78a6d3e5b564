"""Background tasks: work that outlives the request that started it, and that the process waits for when it stops."""

import asyncio
import logging
from collections.abc import Coroutine
from time import monotonic
from typing import Any

log = logging.getLogger(__name__)

CLOSE_TIMEOUT = 10.0  # seconds


class BackgroundTasks:
    """The tasks of one channel. `name` says in the process's log which one.

    aiojobs does the same, but its spawn() must be awaited, and a handler spawns from plain functions.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run this beside what goes on. A failure is logged and stops nothing else."""
        task = asyncio.create_task(self.supervise(work))
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    async def supervise(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception:
            log.exception("a background task of %s failed", self.name)

    async def close(self, timeout: float = CLOSE_TIMEOUT) -> None:  # noqa: ASYNC109
        """Wait for the tasks, and for those they spawn, at most `timeout` seconds; then cancel what is left."""
        deadline = monotonic() + timeout
        while self.running and (left := deadline - monotonic()) > 0:
            await asyncio.wait(self.running, timeout=left)
        cancelled = list(self.running)
        for task in cancelled:
            task.cancel()
        await asyncio.gather(*cancelled, return_exceptions=True)
