"""What somebody presses twice: the second press is told what the first has done."""

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic
from weakref import WeakValueDictionary

from cachetools import TTLCache

from lisbot.commands import ALREADY_DONE, Reply
from lisbot.commands.batch import add_done_before
from lisbot.commands.run import SHOWN_AGAIN

PRESSED_TWICE = 5.0  # seconds within which the same press again is taken for the same
MAX_DONE = 1000  # presses
Press = tuple[str, str, str, str]  # whose it is, which command it runs, and what it carries


class Presses:
    """What was pressed a moment ago in one process."""

    def __init__(self) -> None:
        self.under_way: WeakValueDictionary[Press, asyncio.Lock] = WeakValueDictionary()
        self.done: TTLCache[Press, Reply] = TTLCache(MAX_DONE, PRESSED_TWICE, monotonic)

    async def run_once(self, press: Press, run: Callable[[], Awaitable[Reply]]) -> Reply:
        """Run what somebody pressed. Where they pressed the very same a moment ago, and it was done then and is refused
        now, the reply is what was done: the refusal is of no use to them, and must not take its place on the screen.
        """
        lock = self.under_way.setdefault(press, asyncio.Lock())
        async with lock:
            reply = await run()
            if reply.is_done:
                reply = self.done[press] = add_done_before(reply, self.done.get(press))
            elif reply.status in SHOWN_AGAIN and reply.key != ALREADY_DONE:
                reply = self.done.get(press, reply)
        return reply
