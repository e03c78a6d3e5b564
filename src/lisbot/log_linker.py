"""Linking the log in the background, and giving its newest link out so that it can be kept somewhere else.

On PostgreSQL lines are committed unlinked (lisbot.council.log.link). Every process tries to link a few times a
second while something is committed; whichever has the database's lock does. On SQLite lines are linked as they are
written, but for those of a database that was just migrated.
"""

import asyncio
import logging
from contextlib import suppress

from lisbot.council.log.link import has_unlinked, link_committed, read_newest_link
from lisbot.runtime import Runtime

log = logging.getLogger(__name__)

PAUSE = 0.25  # seconds between two rounds while something is committed
POLL = 3.0  # seconds between rounds when nobody wakes us: another process may have died over its lines
LAST_ATTEMPTS, LAST_PAUSE = 10, 0.1  # when it stops: how often it tries, and the seconds between
REPORT_EVERY = 24 * 60 * 60.0  # seconds between two times that the newest link is logged


class LogLinker:
    """Links the lines of the log from work() until stop()."""

    def __init__(self, runtime: Runtime, *, report_every: float = REPORT_EVERY) -> None:
        self.runtime, self.report_every = runtime, report_every
        self.woken = asyncio.Event()
        self.is_stopping = False
        self.is_behind = False  # whether lines wait for an older transaction, of whichever database, to end
        self.report_at = 0.0  # on the loop's clock

    def wake(self) -> None:
        """Link soon: something was committed."""
        if not self.runtime.db.is_sqlite:
            self.woken.set()

    def stop(self) -> None:
        self.is_stopping = True
        self.woken.set()

    async def work(self) -> None:
        """Link until stop() is called, and what is left then."""
        await self.link()
        while not self.is_stopping:
            await self.report()
            with suppress(TimeoutError):
                async with asyncio.timeout(PAUSE if self.is_behind else POLL):
                    await self.woken.wait()
            self.woken.clear()
            if not self.is_stopping:
                await asyncio.sleep(PAUSE)
            await self.link()
        for _ in range(LAST_ATTEMPTS):
            if not self.is_behind:
                break
            await asyncio.sleep(LAST_PAUSE)
            await self.link()

    async def link(self) -> None:
        self.is_behind = False
        try:
            await link_committed(self.runtime.db, self.runtime.key, self.runtime.former_keys)
            self.is_behind = await has_unlinked(self.runtime.db)
        except Exception as error:  # the database is away: the lines are still there when it is back
            log.error("the log cannot be linked: %s", type(error).__name__)

    async def report(self) -> None:
        """Log the newest link once a day. Whoever keeps it elsewhere finds a log that was put back to an earlier
        state of its own, which log.verify alone cannot."""
        now = asyncio.get_running_loop().time()
        if now < self.report_at:
            return
        try:
            newest = await read_newest_link(self.runtime.db)
        except Exception as error:
            log.error("the log's newest link cannot be read: %s", type(error).__name__)
            return
        if newest is None:  # the first link is told as soon as there is one
            return
        self.report_at = now + self.report_every
        when = newest.linked_at.isoformat() if newest.linked_at else "before this version"
        log.info("the log is linked up to line %d (%s): %s", newest.number, when, newest.link)
