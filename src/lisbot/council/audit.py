"""The log: one line per deed, in its transaction, each covering the one before by its hash.

What it cannot find is a rewriting of the whole chain by somebody who may write to every row; for that
the newest hash, which log.verify prints, is kept somewhere else.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lisbot.council.access import GRANTS
from lisbot.council.act import Act
from lisbot.council.models import LogHead, LogLine
from lisbot.council.models.base import table
from lisbot.db import is_postgres

START = "0" * 64
BATCH = 5_000
# Made once: every deed runs these.
HEAD, LINE = table(LogHead), table(LogLine)
LOCK_HEAD = select(HEAD.c.last, HEAD.c.hash).where(HEAD.c.id == 1).with_for_update()
ADD_LINE = insert(LINE).values({each.name: bindparam(f"line_{each.name}") for each in LINE.c})
MOVE_HEAD = update(HEAD).where(HEAD.c.id == 1).values(last=bindparam("number"), hash=bindparam("newest"))
# Both at once, where the database takes one statement inside another.
ADD_AND_MOVE = MOVE_HEAD.add_cte(ADD_LINE.cte("line"))


@dataclass(frozen=True)
class Verified:
    """What log.verify found: how many lines are whole, and the number of the first that is not."""

    lines: int
    hash: str
    broken_at: int | None = None


async def write(act: Act, command: str, args: Mapping[str, Any]) -> None:
    """Add the line of this deed. The chain's head is locked from here to the commit."""
    found = (await act.db.execute(LOCK_HEAD)).one_or_none()
    if found is None:
        # The first line of all. Two who write it at once take turns here.
        first = (postgresql.insert if is_postgres(act.db) else sqlite.insert)(HEAD)
        await act.db.execute(first.values(id=1, last=0, hash=START).on_conflict_do_nothing())
        found = (await act.db.execute(LOCK_HEAD)).one()
    last, previous = found
    line = {
        "id": last + 1,
        "at": act.at,
        "by_id": act.by.id,
        "by_name": act.by.name,
        "as_role": as_role(act),
        "via": act.via,
        "command": command,
        "args": orjson.dumps(args, default=str).decode(),
    }
    line["hash"] = newest = link(previous, line)
    added = {f"line_{name}": value for name, value in line.items()}
    moved = {"number": last + 1, "newest": newest}
    if is_postgres(act.db):
        await act.db.execute(ADD_AND_MOVE, added | moved)
    else:
        await act.db.execute(ADD_LINE, added)
        await act.db.execute(MOVE_HEAD, moved)


def as_role(act: Act) -> str:
    """The roles they hold that let them do this, in the bodies it was done in where it was in any."""
    return ",".join(
        sorted(
            {
                hold.role
                for hold in act.by.holds
                if act.needs in GRANTS[hold.role]
                and (not act.within or hold.body_id in act.within or not hold.body_id)
            }
        )
    )


def link(previous: str, line: Mapping[str, Any]) -> str:
    """The hash of a line: over the one before and every field of this."""
    at: datetime = line["at"]
    fields = [
        previous,
        line["id"],
        at.isoformat(timespec="microseconds"),
        line["by_id"],
        *(line[name] for name in ("by_name", "as_role", "via", "command", "args")),
    ]
    return hashlib.sha256(orjson.dumps(fields)).hexdigest()


async def verify(act: Act) -> Verified:
    """Read the whole log and find the first line that was altered, removed or put in."""
    # The head and the newest line of one moment: others may be writing.
    newest = select(func.max(LogLine.id)).scalar_subquery()
    head = await act.db.execute(select(LogHead.last, LogHead.hash, newest).where(LogHead.id == 1))
    last, expected, top = head.one_or_none() or (0, START, await act.db.scalar(select(newest)))
    previous, number = START, 0
    columns = list(LogLine.__table__.columns)
    while (
        rows := (
            await act.db.execute(
                select(*columns)
                .where(LogLine.id > number, LogLine.id <= (top or 0))
                .order_by(LogLine.id)
                .limit(BATCH)
            )
        )
        .mappings()
        .all()
    ):
        for row in rows:
            if row["id"] != number + 1 or link(previous, dict(row)) != row["hash"]:
                return Verified(number, previous, broken_at=number + 1)
            previous, number = row["hash"], number + 1
    if number != last or previous != expected:
        return Verified(number, previous, broken_at=number + 1)
    return Verified(number, previous)
