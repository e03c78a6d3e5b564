"""Linking committed lines into the chain.

A head that every commit locks makes all commits wait for one another's disk write, so that on PostgreSQL lines
are committed unlinked, and one linker chains them in batches a moment later. A line is linked only when no
older transaction can still commit before it.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.log.chain import COVERED, START, compute_link, compute_seal, derive_keys, is_sealed
from lisbot.council.models import LogHead, LogLine, table
from lisbot.db import Database, is_postgres

LINE, HEAD = table(LogLine), table(LogHead)
BATCH = 2_000  # lines in one transaction
LINKER_LOCK = 0x6C6F6763  # one linker at a time on a PostgreSQL: the number of its advisory lock
UNLINKED = select(LINE.c.id, *(LINE.c[name] for name in COVERED[2])).where(LINE.c.number.is_(None)).order_by(LINE.c.id)
# Numbers are not taken in the order of commits: whatever began before the oldest running transaction is over.
ALL_BEFORE_ENDED = text("(txid IS NULL OR txid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)")
SET_LINKS = text(
    """UPDATE log_line SET number = linked.number, link = linked.link
       FROM unnest(CAST(:ids AS bigint[]), CAST(:numbers AS bigint[]), CAST(:links AS text[]))
            AS linked (id, number, link)
       WHERE log_line.id = linked.id"""
)

SET_LINK = (
    update(LINE)
    .where(LINE.c.id == bindparam("line_id"))
    .values(number=bindparam("new_number"), link=bindparam("new_link"))
)


async def link_lines(db: AsyncSession, keys: Sequence[bytes], at: datetime, limit: int | None = None) -> int:
    """Link the lines that are committed and unlinked, oldest first, and move the head.

    Returns how many were linked. `keys` are the log's own (chain.derive_keys). The caller has the chain to itself.
    """
    key = keys[0]
    query = UNLINKED.limit(limit)
    if is_postgres(db):
        query = query.where(ALL_BEFORE_ENDED)
    rows = (await db.execute(query)).mappings().all()
    head = (await db.execute(select(HEAD).where(HEAD.c.id == 1))).one_or_none()
    last, link = (head.last, head.link or START) if head else (0, START)
    if head is None:
        await db.execute(insert(HEAD).values(id=1, last=0, link=START, seal=compute_seal(key, 0, START)))
    # A head that somebody else moved is never sealed again: what they did stays to be found.
    whole = head is None or is_sealed(keys, head.last, head.link, head.seal)
    linked: list[tuple[int, int, str]] = []
    for row in rows:
        last += 1
        link = compute_link(key, link, last, dict(row))
        linked.append((row["id"], last, link))
    if not linked:
        return 0
    if is_postgres(db):
        ids, numbers, links = (list(column) for column in zip(*linked, strict=True))
        await db.execute(SET_LINKS, {"ids": ids, "numbers": numbers, "links": links})
    else:
        names = ("line_id", "new_number", "new_link")
        await db.execute(SET_LINK, [dict(zip(names, each, strict=True)) for each in linked])
    seal = compute_seal(key, last, link) if head is None or whole else head.seal
    await db.execute(update(HEAD).where(HEAD.c.id == 1).values(last=last, link=link, seal=seal, linked_at=at))
    return len(linked)


async def link_committed(database: Database, secret_key: bytes, former_keys: Iterable[bytes] = ()) -> int:
    """Link everything that is committed and can be linked now. Returns how many lines were linked.

    Several processes may call this at once: one of them links, and the others leave it to that one.
    """
    keys, total = derive_keys(secret_key, former_keys), 0
    if not await has_unlinked(database):
        return 0
    while True:
        async with database.write() as db:
            if not database.is_sqlite:
                locked = select(text(f"pg_try_advisory_xact_lock({LINKER_LOCK})"))
                if not await db.scalar(locked):
                    return total
            count = await link_lines(db, keys, datetime.now(UTC), BATCH)
        total += count
        if count < BATCH:
            return total


async def has_unlinked(database: Database) -> bool:
    """Returns whether a line waits to be linked: a look that locks nothing."""
    async with database.read() as db:
        return await db.scalar(select(LINE.c.id).where(LINE.c.number.is_(None)).limit(1)) is not None


class NewestLink(NamedTuple):
    """The end of the chain: the number of its newest line, the line's link, and when it was linked."""

    number: int
    link: str
    linked_at: datetime | None


async def read_newest_link(database: Database) -> NewestLink | None:
    """Returns the end of the chain, to be kept somewhere else; None while nothing is linked."""
    async with database.read() as db:
        head = (await db.execute(select(HEAD.c.last, HEAD.c.link, HEAD.c.linked_at).where(HEAD.c.last > 0))).first()
    return NewestLink(*head) if head else None
