"""What is done once Slack has its answer: kept hold of, so that it outlives the request and the process waits
for it when it stops."""

import asyncio
import logging
from collections.abc import Coroutine
from time import monotonic
from typing import Any

log = logging.getLogger(__name__)

PATIENCE = 10.0  # seconds at most that stopping waits for it


class Afterwards:
    def __init__(self) -> None:
        self.under_way: set[asyncio.Task[None]] = set()

    def begin(self, work: Coroutine[Any, Any, object]) -> None:
        """Do this beside what goes on. A bug in it is logged, and stops nothing else."""
        task = asyncio.create_task(self.see_through(work))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)

    async def see_through(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except Exception:
            log.exception("what was to follow an answer did not")

    async def close(self) -> None:
        """Wait until all is done, with what it begins in its turn, and no longer than that is worth."""
        until = monotonic() + PATIENCE
        while self.under_way and (left := until - monotonic()) > 0:
            await asyncio.wait(self.under_way, timeout=left)
        cut = list(self.under_way)
        for task in cut:
            task.cancel()
        await asyncio.gather(*cut, return_exceptions=True)
