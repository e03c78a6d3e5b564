"""What platforms sent that was taken in: each thing is done once, however often and to whomever it is sent.

A platform that had no answer in time sends the same again, perhaps to another process of ours. Where a command
is run, the receipt is written in the command's own transaction (take_receipt): what was not done leaves none.
Receipts is for what is done in no transaction of ours.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.models import Receipt, table
from lisbot.db import Database, is_postgres

LEASE = timedelta(seconds=30)  # how long something may be under way before it counts as lost
KEPT_FOR = timedelta(days=1)  # Slack's last retry comes after six minutes (docs.slack.dev, "Events API")
MAX_KEY = 200  # characters
RECEIPT = table(Receipt)
# Built once: one of these is run for everything pressed in Slack that changes something. `make bench`: built for
# each, it is a tenth of a ballot's processor time there.
TAKE_ON_POSTGRES, TAKE_ON_SQLITE = (
    insert_(RECEIPT).on_conflict_do_nothing(index_elements=["platform", "key"]).returning(RECEIPT.c.id)
    for insert_ in (postgresql.insert, sqlite.insert)
)


class ReceiptKey(NamedTuple):
    """What a platform sent, by the platform's own name for it."""

    platform: str
    key: str


async def take_receipt(db: AsyncSession, receipt: ReceiptKey) -> bool:
    """Write a receipt in a transaction that does what was sent. Returns False where it was done before.

    Where the same is being done at this moment, this waits until that is over.
    """
    now = datetime.now(UTC)
    values = {"platform": receipt.platform, "key": short_key(receipt.key), "taken_at": now, "done_at": now}
    taken = await db.execute(TAKE_ON_POSTGRES if is_postgres(db) else TAKE_ON_SQLITE, values)
    return taken.first() is not None


class Taken(Enum):
    """Whether something is ours to do: new, being done by somebody, or done."""

    NEW = "new"
    UNDER_WAY = "under_way"
    DONE = "done"


class Receipts:
    """The receipts of one database. They run on the real clock: they are between us and a platform."""

    def __init__(self, db: Database) -> None:
        self.db = db

    async def take(self, platform: str, key: str) -> Taken:
        """Take something in, if nobody has. Returns whether it is ours to do."""
        key, now = short_key(key), datetime.now(UTC)
        try:
            async with self.db.write() as db:
                await db.execute(insert(Receipt).values(platform=platform, key=key, taken_at=now))
        except IntegrityError:
            return await self.take_over(platform, key, now)
        return Taken.NEW

    async def take_over(self, platform: str, key: str, now: datetime) -> Taken:
        """Take over what was taken in and never finished, because a process died over it."""
        own = (Receipt.platform == platform, Receipt.key == key)
        async with self.db.write() as db:
            lost = await db.execute(
                update(Receipt)
                .where(*own, Receipt.done_at.is_(None), Receipt.taken_at < now - LEASE)
                .values(taken_at=now)
                .returning(Receipt.id)
            )
            if lost.first() is not None:
                return Taken.NEW
            done_at = await db.scalar(select(Receipt.done_at).where(*own))
        return Taken.DONE if done_at else Taken.UNDER_WAY

    async def done(self, platform: str, key: str) -> None:
        async with self.db.write() as db:
            await db.execute(
                update(Receipt)
                .where(Receipt.platform == platform, Receipt.key == short_key(key))
                .values(done_at=datetime.now(UTC))
            )

    async def release(self, platform: str, key: str) -> None:
        """Forget what was taken in: it was not done after all, and may be sent again."""
        async with self.db.write() as db:
            own = (Receipt.platform == platform, Receipt.key == short_key(key))
            await db.execute(delete(Receipt).where(*own, Receipt.done_at.is_(None)))

    @asynccontextmanager
    async def once(self, platform: str, key: str) -> AsyncIterator[Taken]:
        """What is done inside is done once; what raises may be sent again."""
        taken = await self.take(platform, key)
        try:
            yield taken
        except BaseException:
            if taken is Taken.NEW:
                await self.release(platform, key)
            raise
        if taken is Taken.NEW:
            await self.done(platform, key)


async def delete_old_receipts(database: Database) -> int:
    """Delete the receipts of what no platform sends again. Returns how many."""
    async with database.write() as db:
        old = delete(Receipt).where(Receipt.taken_at < datetime.now(UTC) - KEPT_FOR).returning(Receipt.id)
        return len((await db.execute(old)).all())


def short_key(key: str) -> str:
    """Returns a key as it is stored: a platform's own, or a long one's hash."""
    return key if len(key) <= MAX_KEY else hashlib.sha256(key.encode()).hexdigest()
