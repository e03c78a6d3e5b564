"""Messages that a platform may have taken and that are not written down yet: no more than its limits can use.

Whatever is in flight when a process is killed is sent again when its lease has run out. A platform that answers sooner
than its limit lets the next message through needs one in flight at a time, and so a kill repeats one at most. One that
takes longer to answer needs more for its limit to be used (Little's law: as many as it lets through while one is
answered). A call that hangs holds up the next for a moment only.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from time import perf_counter

SENDS_AT_ONCE = 8  # messages on their way at one time on each platform, whatever it could use
# Messages taken, the quickest of which says how long the platform takes: others were held up here. Of a few it says
# nothing; nor does a refusal, which is quicker.
REMEMBERED, FEW = 100, 10
# A call that hangs is overtaken when another has waited for it for so many pauses. In pauses, since a busy machine may
# be away for that long itself.
PAUSES, PAUSE = 10, 0.025  # seconds


class InFlight:
    """What one process has in flight on one platform, by the tasks that send it."""

    def __init__(self) -> None:
        self.counted: set[asyncio.Task[object]] = set()
        self.calling: dict[asyncio.Task[object], int] = {}  # pauses that another has waited for the answer
        self.overtaken: set[asyncio.Task[object]] = set()
        self.answers: deque[float] = deque(maxlen=REMEMBERED)  # seconds
        self.first = asyncio.Lock()
        self.has_left = asyncio.Event()

    def most(self, interval: float) -> int:
        """Returns how many may be in flight where the limit lets one through each `interval` seconds."""
        if len(self.answers) < FEW:
            return 1
        return max(1, min(ceil(min(self.answers) / interval), SENDS_AT_ONCE))

    async def enter(self, interval: float) -> None:
        """Wait until this task may have a message in flight: until it leaves, which is when that is written down."""
        task = asyncio.current_task()
        assert task
        if self.has_mine():
            return
        async with self.first:
            while len(self.counted) >= self.most(interval):
                self.has_left.clear()
                try:
                    async with asyncio.timeout(PAUSE):
                        await self.has_left.wait()
                except TimeoutError:
                    self.calling = {each: pauses + 1 for each, pauses in self.calling.items()}
                hanging = (each for each, pauses in self.calling.items() if pauses >= PAUSES and each in self.counted)
                if (overtaken := next(hanging, None)) is not None:
                    self.counted.remove(overtaken)
                    self.overtaken.add(overtaken)
            self.counted.add(task)

    @contextmanager
    def call(self) -> Iterator[None]:
        """Note how long the platform takes to answer what it takes."""
        task = asyncio.current_task()
        assert task
        started, self.calling[task] = perf_counter(), 0
        try:
            yield
        finally:
            del self.calling[task]
        self.answers.append(perf_counter() - started)

    def leave(self) -> None:
        """What this task had in flight is written down, or was not sent."""
        if (task := asyncio.current_task()) in self.counted:
            self.counted.remove(task)
            self.has_left.set()
        self.overtaken -= {task}

    def has_mine(self) -> bool:
        """Returns whether this task has something in flight."""
        task = asyncio.current_task()
        return task in self.counted or task in self.overtaken


class AllInFlight:
    """What one process has in flight, by platform."""

    def __init__(self) -> None:
        self.on: dict[str, InFlight] = defaultdict(InFlight)

    def has_mine(self) -> bool:
        return any(each.has_mine() for each in self.on.values())

    def leave(self) -> None:
        for each in self.on.values():
            each.leave()
