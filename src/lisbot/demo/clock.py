"""The demo's clock, which can be moved ahead to the next thing that is due."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from lisbot.council.models import ClockShift
from lisbot.db import Database

AFTER = timedelta(seconds=1)


class Clock:
    """What time it is in the demo. How far it was moved is kept in the database, and never backwards."""

    def __init__(self, db: Database) -> None:
        self.db, self.shift = db, timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.shift

    async def read(self) -> None:
        """Take up where the clock stood when the demo last stopped."""
        async with self.db.read() as db:
            kept = await db.get(ClockShift, 1)
            self.shift = timedelta(seconds=kept.seconds if kept else 0)

    async def move(self, to: datetime) -> None:
        """Set the clock a second past this moment. It never goes back."""
        ahead = max(self.shift, to - datetime.now(UTC) + AFTER)
        seconds = -(-ahead // timedelta(seconds=1))  # rounded up: whole seconds are kept
        async with self.db.write() as db:
            await db.merge(ClockShift(id=1, seconds=seconds))
        self.shift = timedelta(seconds=seconds)

    async def forward(
        self,
        next_moment: Callable[[], Awaitable[datetime | None]],
        look: Callable[[], Awaitable[int]],
    ) -> datetime:
        """Move to just after the next thing that is due, have it done, and say what time it is then.

        With nothing ahead the clock stays.
        """
        moment = await next_moment()
        if moment is not None:
            await self.move(moment)
            await look()
        return self()
