"""What was done since a card was drawn, read off the log.

A card that is drawn, then sent, then written down as posted may miss what was done in between: the command that
did it marks the cards that are posted, and this one was not yet. So where the log stood is noted before anything
is drawn, and asked again when the posting is written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from lisbot.db import is_postgres


class LogPosition(NamedTuple):
    """Where the log stood at one moment.

    On SQLite, where one writes at a time: the id of the newest line. On PostgreSQL, where ids are not taken in the
    order of commits: the number of the newest link, and the snapshot, which knows whose commits were seen.
    """

    last: int
    snapshot: str | None = None


class LogChange(NamedTuple):
    """What one line of the log is about."""

    subject: str | None
    context: str | None
    body_id: int | None


@dataclass(frozen=True, slots=True)
class Changes:
    """What was done since the log stood at a position."""

    subjects: frozenset[str]
    bodies: frozenset[int]
    is_any: bool

    @classmethod
    def of(cls, lines: Iterable[LogChange]) -> "Changes":
        lines = list(lines)
        subjects = {name for line in lines for name in (line.subject, line.context) if name}
        bodies = {line.body_id for line in lines if line.body_id is not None}
        return cls(frozenset(subjects), frozenset(bodies), bool(lines))

    def concern(self, subject: str | None, body_id: int | None) -> bool:
        """Returns whether a card about this may show something else now.

        Whatever was done in the card's body counts: a command may change more than its line names. Of a card whose
        body is not known, whatever was done anywhere.
        """
        if body_id is None:
            return self.is_any
        return body_id in self.bodies or subject in self.subjects


POSITION_ON_SQLITE = text("SELECT coalesce(max(id), 0) FROM log_line")
CHANGES_ON_SQLITE = text("SELECT DISTINCT subject, context, body_id FROM log_line WHERE id > :last")
POSITION_ON_POSTGRES = text("SELECT coalesce((SELECT last FROM log_head WHERE id = 1), 0), pg_current_snapshot()::text")
# Lines are linked in the order of commits (lisbot.council.log.link): one that was not committed when the log stood at
# this position is unlinked, or has a higher number. The two are indexed; the snapshot leaves out those it had seen.
CHANGES_ON_POSTGRES = text(
    """SELECT DISTINCT subject, context, body_id FROM log_line
       WHERE (number IS NULL OR number > :last)
         AND NOT pg_visible_in_snapshot(txid::text::xid8, CAST(CAST(:snapshot AS text) AS pg_snapshot))"""
)


async def read_position(db: AsyncSession) -> LogPosition:
    """Returns where the log stands as this transaction sees it."""
    found = await db.execute(POSITION_ON_POSTGRES if is_postgres(db) else POSITION_ON_SQLITE)
    return LogPosition(*found.one())


async def read_changes(db: AsyncSession | AsyncConnection, since: LogPosition) -> Changes:
    """Returns what was committed since the log stood at a position."""
    statement = CHANGES_ON_POSTGRES if is_postgres(db) else CHANGES_ON_SQLITE
    values = since._asdict() if is_postgres(db) else {"last": since.last}
    return Changes.of(LogChange(*row) for row in await db.execute(statement, values))
