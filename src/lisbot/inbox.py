"""What platforms sent that was taken in: each thing is done once, however often and to whomever it is sent.

A platform that had no answer in time sends the same again, perhaps to another process of ours. What was taken
in and never finished, because a process died over it, may be taken in again.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum

from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from lisbot.council.models import Receipt
from lisbot.db import Database

LEASE = timedelta(seconds=30)  # how long something may be under way before it counts as lost
KEPT = timedelta(days=1)  # Slack's last retry comes after six minutes
LONGEST = 200  # characters
SWEEP = 1000  # things taken in between two looks for old receipts


class Taken(Enum):
    """Whether something is ours to do: new, being done by somebody, or done."""

    NEW = "new"
    UNDER_WAY = "under_way"
    DONE = "done"


class Inbox:
    """The receipts of one database. They run on the real clock: they are between us and a platform."""

    def __init__(self, db: Database) -> None:
        self.db, self.count = db, 0

    async def take(self, platform: str, key: str) -> Taken:
        """Take something in, if nobody has."""
        key, now = kept(key), datetime.now(UTC)
        self.count += 1
        if self.count % SWEEP == 1:
            await self.sweep(now)
        try:
            async with self.db.write() as db:
                await db.execute(insert(Receipt).values(platform=platform, key=key, taken_at=now))
        except IntegrityError:
            return await self.take_over(platform, key, now)
        return Taken.NEW

    async def take_over(self, platform: str, key: str, now: datetime) -> Taken:
        mine = (Receipt.platform == platform, Receipt.key == key)
        async with self.db.write() as db:
            lost = await db.execute(
                update(Receipt)
                .where(*mine, Receipt.done_at.is_(None), Receipt.taken_at < now - LEASE)
                .values(taken_at=now)
                .returning(Receipt.id)
            )
            if lost.first() is not None:
                return Taken.NEW
            done_at = await db.scalar(select(Receipt.done_at).where(*mine))
        return Taken.DONE if done_at else Taken.UNDER_WAY

    async def done(self, platform: str, key: str) -> None:
        async with self.db.write() as db:
            await db.execute(
                update(Receipt)
                .where(Receipt.platform == platform, Receipt.key == kept(key))
                .values(done_at=datetime.now(UTC))
            )

    async def give_back(self, platform: str, key: str) -> None:
        """It was not done after all, and may be sent again."""
        async with self.db.write() as db:
            mine = (Receipt.platform == platform, Receipt.key == kept(key))
            await db.execute(delete(Receipt).where(*mine, Receipt.done_at.is_(None)))

    @asynccontextmanager
    async def once(self, platform: str, key: str) -> AsyncIterator[Taken]:
        """What is done inside is done once; what raises may be sent again."""
        taken = await self.take(platform, key)
        try:
            yield taken
        except BaseException:
            if taken is Taken.NEW:
                await self.give_back(platform, key)
            raise
        if taken is Taken.NEW:
            await self.done(platform, key)

    async def sweep(self, now: datetime) -> None:
        async with self.db.write() as db:
            await db.execute(delete(Receipt).where(Receipt.taken_at < now - KEPT))


def kept(key: str) -> str:
    """A key as it is kept: a platform's own, or a long one's hash."""
    return key if len(key) <= LONGEST else hashlib.sha256(key.encode()).hexdigest()
