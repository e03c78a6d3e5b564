"""The demo's clock, which can be moved forward to the next thing that is due."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from lisbot.council.models import ClockShift
from lisbot.db import Database

MARGIN = timedelta(seconds=1)  # past the moment moved to, so that what is due then is due


class Clock:
    """What time it is in the demo. How far it was moved is stored in the database, and it never goes back."""

    def __init__(self, db: Database) -> None:
        self.db, self.shift = db, timedelta()

    def __call__(self) -> datetime:
        """Returns the demo's present moment, in UTC."""
        return datetime.now(UTC) + self.shift

    async def read(self) -> None:
        """Take up where the clock stood when the demo last stopped."""
        async with self.db.read() as db:
            stored = await db.get(ClockShift, 1)
            self.shift = timedelta(seconds=stored.seconds if stored else 0)

    async def move(self, to: datetime) -> None:
        """Set the clock a second past this moment. It never goes back."""
        ahead = max(self.shift, to - datetime.now(UTC) + MARGIN)
        seconds = -(-ahead // timedelta(seconds=1))  # rounded up: whole seconds are stored
        async with self.db.write() as db:
            await db.merge(ClockShift(id=1, seconds=seconds))
        self.shift = timedelta(seconds=seconds)

    async def forward(
        self,
        next_moment: Callable[[], Awaitable[datetime | None]],
        run_due: Callable[[], Awaitable[int]],
    ) -> datetime:
        """Move to just after the next thing that is due, and have it done. With nothing ahead the clock stays.

        Returns what time it is then.
        """
        moment = await next_moment()
        if moment is not None:
            await self.move(moment)
            await run_due()
        return self()
