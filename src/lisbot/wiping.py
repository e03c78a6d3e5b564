"""Wiping: what was deleted when a secret vote closed (its salt and its sealed ballots) is removed from the
database's own files too.

Both databases keep what was deleted for a while. SQLite has it in its write-ahead log until a checkpoint
(sqlite.org/wal.html), PostgreSQL in dead rows until a vacuum, and after an ordinary vacuum still in the free space of
the pages (postgresql.org/docs/current/routine-vacuuming.html); VACUUM FULL writes the tables anew. Neither can be
done while somebody still reads what was there before. So nobody is waited for longer than a moment: what was not
possible is tried again until it is.
"""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger(__name__)

SQLITE_BUSY_TIMEOUT = 10_000  # milliseconds that whatever else is asked of SQLite waits for its lock
BUSY_TIMEOUT = 50  # milliseconds that SQLite's writers are kept waiting for a reader at most, each time it is tried
LOCK_TIMEOUT = 200  # milliseconds that PostgreSQL's readers may queue behind the lock that is waited for
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds between two attempts: doubled after each
POLL = 30.0  # seconds between two looks at whether another process has closed a secret vote
LAST_ATTEMPTS = 2.0  # seconds that a process which is about to end goes on trying
WARN_AFTER = 20  # attempts in vain, about a minute and a half, before the process's log says so; and then each time

TABLES = ("sealed_ballot", "vote")  # where the answers lie, and the salts
COUNT_CLOSED = text("SELECT count(*) FROM vote WHERE secret AND closed_at IS NOT NULL")
MARK = text("SELECT CAST(CAST(pg_current_xact_id() AS xid) AS text)")
# VACUUM FULL freezes whatever everybody can see, and removes what nobody can see any more: relfrozenxid says from when
# on that is. It stays as it was where a row had to be kept, or where the role may not vacuum the table.
IS_REWRITTEN = text(
    "SELECT age(relfrozenxid) <= age(CAST(CAST(:mark AS text) AS xid)) FROM pg_class "
    "WHERE oid = CAST(CAST(:name AS text) AS regclass)"
)


class Wiper:
    """Wipes one database's files, and tries again until it is done."""

    def __init__(self, engine: AsyncEngine, *, is_sqlite: bool) -> None:
        self.engine, self.is_sqlite = engine, is_sqlite
        self.asked = self.done = 0  # how often wiping was asked for, and up to which of those it is done
        self.mark: tuple[int, str | None] = (0, None)  # for which asking: a PostgreSQL transaction that came after it
        self.trying: asyncio.Task[None] | None = None
        self.stopping = asyncio.Event()
        self.closed_seen = -1  # how many secret votes were closed when it was last looked

    async def wipe(self) -> None:
        """Wipe now, or as soon as it can be done. Waits for one attempt."""
        self.asked += 1
        if await self.attempt():
            return
        if self.trying is None or self.trying.done():
            self.trying = asyncio.create_task(self.try_until_done())

    async def attempt(self) -> bool:
        """Try once. Returns whether nothing is left to wipe."""
        asked = self.asked
        try:
            if not (await self.wipe_sqlite() if self.is_sqlite else await self.wipe_postgres(asked)):
                return False
        except Exception as error:  # the database is away, or a lock was not to be had: tried again
            log.info("wiping the answers of closed secret votes failed: %s", reason(error))
            return False
        self.done = max(self.done, asked)
        return True

    async def try_until_done(self) -> None:
        pause, attempts = FIRST_PAUSE, 1
        while self.done < self.asked:
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            attempts += 1
            if not await self.attempt() and attempts % WARN_AFTER == 0:
                log.warning(
                    "the answers of a closed secret vote are not wiped from the database's files yet: somebody has "
                    "been reading since before it closed, or may not be kept waiting"
                )

    async def wipe_sqlite(self) -> bool:
        """Move what the write-ahead log holds into the file, which overwrites what was deleted, and empty the log."""
        async with self.engine.connect() as connection:
            driver = (await connection.get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT}")
            try:
                async with driver.execute("PRAGMA wal_checkpoint(TRUNCATE)") as cursor:
                    busy, frames, _ = await cursor.fetchone()
            finally:
                await driver.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT}")
        # frames is -1 where there is no write-ahead log, as in a database in memory.
        return not busy and frames <= 0

    async def wipe_postgres(self, asked: int) -> bool:
        """Write the tables anew, without what was deleted before they were asked to be."""
        async with self.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.mark[0] != asked:
                self.mark = (asked, await connection.scalar(MARK))
            mark = self.mark[1]
            await connection.execute(text(f"SET lock_timeout = {LOCK_TIMEOUT}"))
            try:
                return all([await rewrite(connection, name, mark) for name in TABLES])
            finally:
                await connection.execute(text("RESET lock_timeout"))

    async def work(self) -> None:
        """Wipe at the start, and whenever another process has closed a secret vote, until stop() is called."""
        while not self.stopping.is_set():
            await self.look()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL):
                    await self.stopping.wait()

    def stop(self) -> None:
        self.stopping.set()

    async def look(self) -> None:
        """Wipe if secret votes were closed since it was last looked, by whatever process."""
        try:
            async with self.engine.connect() as connection:
                closed = await connection.scalar(COUNT_CLOSED)
        except Exception as error:  # the database is away: looked at again
            log.info("cannot tell whether something is to be wiped: %s", reason(error))
            return
        if closed != self.closed_seen:
            self.closed_seen = closed
            await self.wipe()

    async def close(self) -> None:
        """Try for a moment more, and leave the rest to the next process that starts."""
        if self.trying is None or self.trying.done():
            return
        await asyncio.wait([self.trying], timeout=LAST_ATTEMPTS)
        if not self.trying.done():
            self.trying.cancel()
            await asyncio.gather(self.trying, return_exceptions=True)
            log.warning("the answers of a closed secret vote are wiped from the database's files at the next start")


async def rewrite(connection: AsyncConnection, name: str, mark: str | None) -> bool:
    """Write a table anew. Returns whether all that was deleted before the mark is gone from it."""
    await connection.execute(text(f"VACUUM (FULL) {name}"))
    return bool(await connection.scalar(IS_REWRITTEN, {"mark": mark, "name": name}))


def reason(error: Exception) -> str:
    """Returns what an error is called: by its driver where it is one of the database's."""
    return type(getattr(error, "orig", None) or error).__name__
