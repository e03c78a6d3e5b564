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
from sqlalchemy import Text, bindparam, func, insert, select, text, update
from sqlalchemy.dialects import postgresql

from lisbot.council.access import GRANTS
from lisbot.council.act import Act
from lisbot.council.models import LogHead, LogLine
from lisbot.council.models.base import table
from lisbot.db import at_last, is_postgres

START = "0" * 64
BATCH = 5_000
# Made once: every deed runs these.
HEAD, LINE = table(LogHead), table(LogLine)
TOLD = [each.name for each in LINE.c if each.name not in ("id", "hash")]
GIVEN = {name: bindparam(f"line_{name}", type_=LINE.c[name].type) for name in TOLD}
NEWEST = func.max(LINE.c.id)
HEAD_NOW = select(HEAD.c.last, HEAD.c.hash).where(HEAD.c.id == 1)
MOVE_HEAD = update(HEAD).where(HEAD.c.id == 1).values(last=bindparam("number"), hash=bindparam("newest"))
ADD_LINE = insert(LINE).values(GIVEN | {"id": bindparam("number"), "hash": bindparam("newest")})
# PostgreSQL works the hash out itself, as link() does, so that the head is locked by this one statement.
LINKED = text(
    "encode(sha256(convert_to("
    """concat('["', log_head.hash, '",', log_head.last + 1, ',', :told)"""
    ", 'UTF8')), 'hex')"
).bindparams(bindparam("told", type_=Text))
MOVED = (
    postgresql.insert(HEAD)
    .values(id=1, last=1, hash=bindparam("first"))
    .on_conflict_do_update(index_elements=["id"], set_={"last": HEAD.c.last + 1, "hash": LINKED})
    .returning(HEAD.c.last, HEAD.c.hash)
    .cte("moved")
)
MOVE_AND_ADD = insert(LINE).from_select(
    ["id", "hash", *TOLD], select(MOVED.c.last, MOVED.c.hash, *GIVEN.values())
)


@dataclass(frozen=True)
class Verified:
    """What log.verify found: how many lines are whole, and the number of the first that is not."""

    lines: int
    hash: str
    broken_at: int | None = None


async def write(act: Act, command: str, args: Mapping[str, Any]) -> None:
    """Add the line of this deed: on PostgreSQL with what is written last, on SQLite, where one writes at a
    time, here and now."""
    line = {
        "at": act.at,
        "by_id": act.by.id,
        "by_name": act.by.name,
        "as_role": as_role(act),
        "via": act.via,
        "command": command,
        "args": orjson.dumps(args, default=str).decode(),
    }
    given = {f"line_{name}": value for name, value in line.items()}
    if is_postgres(act.db):
        at_last(act.db, MOVE_AND_ADD, given | {"told": told(line), "first": link(START, 1, line)})
        return
    head = (await act.db.execute(HEAD_NOW)).one_or_none()
    if head is None:
        await act.db.execute(insert(HEAD).values(id=1, last=0, hash=START))
    number = head.last + 1 if head else 1
    moved = {"number": number, "newest": link(head.hash if head else START, number, line)}
    await act.db.execute(ADD_LINE, given | moved)
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


def link(previous: str, number: int, line: Mapping[str, Any]) -> str:
    """The hash of a line: over the one before, its number and everything it tells."""
    return hashlib.sha256(f'["{previous}",{number},{told(line)}'.encode()).hexdigest()


def told(line: Mapping[str, Any]) -> str:
    """What a line tells, as the end of the JSON list that its hash is made of."""
    at: datetime = line["at"]
    moment = at.isoformat(timespec="microseconds")
    fields = [moment, *(line[name] for name in TOLD[1:])]
    return orjson.dumps(fields).decode()[1:]


async def verify(act: Act) -> Verified:
    """Read the whole log and find the first line that was altered, removed or put in."""
    # The head and the newest line of one moment: others may be writing.
    moment = select(*(select(each).scalar_subquery() for each in (HEAD.c.last, HEAD.c.hash, NEWEST)))
    last, expected, top = (await act.db.execute(moment)).one()
    last, expected = last or 0, expected or START
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
            if row["id"] != number + 1 or link(previous, number + 1, dict(row)) != row["hash"]:
                return Verified(number, previous, broken_at=number + 1)
            previous, number = row["hash"], number + 1
    if number != last or previous != expected:
        return Verified(number, previous, broken_at=number + 1)
    return Verified(number, previous)
