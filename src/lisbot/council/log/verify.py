"""Verifying the log: whether a line was altered, removed or put in, the end cut off, or a result changed.

What it cannot find is a database put back to an earlier state of its own, log and all. For that the newest
link, which log.verify shows and a running lisbot logs once a day, is kept somewhere else and compared.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import exists, func, literal, or_, select

from lisbot.council.core.context import Act
from lisbot.council.log.chain import (
    START,
    compute_hash_v1,
    compute_link,
    derive_keys,
    digest,
    is_sealed,
    roll_digest,
)
from lisbot.council.log.views import Fault, LogCheckView
from lisbot.council.models import Delivery, LogArguments, LogHead, LogLine, Meeting, RollEntry, Vote, table

LINE, ARGUMENTS, HEAD, ROLL, VOTE = (table(t) for t in (LogLine, LogArguments, LogHead, RollEntry, Vote))
BATCH = 5_000  # lines read at a time
MAX_NAMED = 500  # ids in one query; beyond that everything is read and sorted out here
CLOSING = "vote.close"
# Lines whose arguments vouch for a record that is kept: what a vote's roll is compared with, and reports of what was
# erased. They are erased with nobody and after no time.
VOUCHING = (CLOSING, "minutes.approve", "retention.erase")
# What of a roll the line of its closing vouches for.
ROLL_COLUMNS = (
    ROLL.c.seat_id,
    ROLL.c.seat_name,
    ROLL.c.holder,
    ROLL.c.recused,
    ROLL.c.answered,
    ROLL.c.choice,
    ROLL.c.reason,
    ROLL.c.by_name,
    ROLL.c.recused_reason,
)


@dataclass
class Reading:
    """How far the log has been read."""

    keys: tuple[bytes, ...]  # that may have made the next link, the newest first
    number: int = 0
    link: str = START
    hash_v1: str = START
    last_v1: int = 0
    until: datetime | None = None
    erased: int = 0
    closings: dict[int, tuple[int, Mapping[str, Any] | None]] = field(default_factory=dict)


async def verify(act: Act) -> LogCheckView:
    """Read the whole log and say whether it is whole, or what is the first thing wrong with it.

    Returns LogCheckView. Lines that are committed but not linked yet are counted and not judged.
    """
    # Head and counts of one moment, in one statement: others may be writing.
    one = select(literal(1)).subquery()
    read = (
        select(
            *HEAD.c,
            select(func.max(LINE.c.number)).scalar_subquery().label("newest"),
            select(func.count()).select_from(LINE).where(LINE.c.number.is_not(None)).scalar_subquery().label("linked"),
            select(func.count()).select_from(LINE).where(LINE.c.number.is_(None)).scalar_subquery().label("unlinked"),
        )
        .select_from(one)
        .outerjoin(HEAD, HEAD.c.id == 1)
    )
    head = dict((await act.db.execute(read)).mappings().one())
    linked, unlinked = head["linked"], head["unlinked"]
    reading = Reading(derive_keys(act.key, act.former_keys))
    fault = await read_lines(act, reading, head["newest"] or 0)
    broken_at = reading.number + 1 if fault else None
    if fault is None and is_head_wrong(reading, head):
        fault, broken_at = Fault.HEAD, reading.number + 1
    if fault is None and not linked and not unlinked and await has_traces(act):
        fault, broken_at = Fault.EMPTIED, 1
    if fault is None:
        broken_at = await find_changed_result(act, reading)
        fault = Fault.RESULT if broken_at else None
    return LogCheckView(reading.number, reading.link, unlinked, reading.erased, reading.until, fault, broken_at)


async def read_lines(act: Act, reading: Reading, newest: int) -> Fault | None:
    """Read the linked lines in their order. Returns what is wrong with the first that is not whole."""
    columns = [c for c in LINE.c if c.name not in ("txid",)]
    while True:
        rows = (
            await act.db.execute(
                select(*columns, ARGUMENTS.c.salt, ARGUMENTS.c.args)
                .outerjoin(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
                .where(LINE.c.number > reading.number, LINE.c.number <= newest)
                .order_by(LINE.c.number)
                .limit(BATCH)
            )
        ).mappings()
        count = 0
        for row in rows:
            count += 1
            if fault := check_line(dict(row), reading):
                return fault
        if not count:
            return None


def check_line(row: Mapping[str, Any], reading: Reading) -> Fault | None:
    """Read one line. Returns what is wrong with it, or None."""
    number = reading.number + 1
    if row["number"] != number or row["v"] not in (1, 2):
        return Fault.LINE
    made_by = next((at for at, key in enumerate(reading.keys) if is_made_by(key, reading, row)), None)
    if made_by is None:
        return Fault.LINE
    reading.keys = reading.keys[: made_by + 1]  # no former key makes another link after a newer one's
    link = row["link"]
    if row["args"] is None:
        reading.erased += 1
    elif digest(row["salt"], row["args"]) != row["args_digest"]:
        return Fault.ARGUMENTS
    if row["v"] == 1:
        if row["args"] is not None and compute_hash_v1(reading.hash_v1, row["id"], row) != row["hash_v1"]:
            return Fault.LINE
        reading.hash_v1, reading.last_v1 = row["hash_v1"], row["id"]
    if row["command"] == CLOSING:
        read_closing(row, reading, number)
    reading.number, reading.link, reading.until = number, link, row["at"]
    return None


def is_made_by(key: bytes, reading: Reading, row: Mapping[str, Any]) -> bool:
    link = compute_link(key, reading.link, row["number"], row)
    return hmac.compare_digest(link, row["link"] or "")


def read_closing(row: Mapping[str, Any], reading: Reading, number: int) -> None:
    """Note what the line of a vote's closing says of its result and roll, if it does."""
    said = {} if row["args"] is None else orjson.loads(row["args"])
    vote_id = int(str(row["subject"]).rpartition(":")[2])
    reading.closings[vote_id] = (number, said if "roll_digest" in said else None)


def is_head_wrong(reading: Reading, head: Mapping[str, Any]) -> bool:
    """Returns whether the head does not fit the lines: cut off, moved, forged, or lines outside the chain.

    `head` was read with the number of linked lines, before the lines.
    """
    if head["id"] is None:
        return bool(head["linked"])
    ended_v1 = (reading.last_v1, reading.hash_v1 if reading.last_v1 else "")
    return (
        head["last"] != reading.number
        or (head["link"] or START) != reading.link
        or not is_sealed(reading.keys, head["last"], head["link"], head["seal"])
        or head["linked"] != reading.number
        or (bool(reading.number) and (head["last_v1"], head["hash_v1"]) != ended_v1)
    )


async def has_traces(act: Act) -> bool:
    """Returns whether there is anything that only a command makes."""
    return bool(
        await act.db.scalar(
            select(
                or_(
                    exists().where(Meeting.id > 0),
                    exists().where(Vote.id > 0),
                    exists().where(Delivery.id > 0),
                )
            )
        )
    )


async def find_changed_result(act: Act, reading: Reading) -> int | None:
    """Returns the number of the line of the first closed vote whose result or roll is not what the line says.
    The number after the last line stands for a closed vote that no line tells of."""
    of_closed = VOTE.c.closed_at.is_not(None) & VOTE.c.withdrawn_reason.is_(None)
    votes = await act.db.execute(select(VOTE.c.id, VOTE.c.result).where(of_closed))
    results = {row.id: row.result for row in votes}
    rolls = await read_rolls(act, reading)
    for vote_id, (number, said) in sorted(reading.closings.items(), key=lambda item: item[1][0]):
        if said and (results.get(vote_id) != said["result"] or roll_digest(rolls[vote_id]) != said["roll_digest"]):
            return number
    # Lines that were linked or written since the reading began tell of the votes that were closed meanwhile.
    later = or_(LINE.c.number.is_(None), LINE.c.number > reading.number)
    subjects = await act.db.scalars(select(LINE.c.subject).where(later, LINE.c.command == CLOSING))
    told_of = {*reading.closings, *(int(subject.rpartition(":")[2]) for subject in subjects)}
    return None if told_of >= results.keys() else reading.number + 1


async def read_rolls(act: Act, reading: Reading) -> dict[int, list[list[object]]]:
    """Returns the rolls of the votes whose closings were read, by the vote's id."""
    rolls: dict[int, list[list[object]]] = {vote_id: [] for vote_id in reading.closings}
    query = select(ROLL.c.vote_id, *ROLL_COLUMNS).order_by(ROLL.c.id)
    if len(rolls) < MAX_NAMED:
        query = query.where(ROLL.c.vote_id.in_(list(rolls)))
    for row in await act.db.execute(query):
        if row.vote_id in rolls:
            rolls[row.vote_id].append(list(row)[1:])
    return rolls
