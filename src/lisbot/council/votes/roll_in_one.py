"""A question and its roll in one statement: what a ballot saves one journey to the database by.

The roll comes as JSON in a column of the question. roll.py reads the same plainly, and a test compares the
two. `make bench` shows what it buys.

On PostgreSQL the roll is of the moment the statement began: a seat that is recused while this waits for the
lock is seen as it was, which is why a ballot is written only where the seat is not recused (ballots.py).
"""

from functools import cache
from typing import Any

import orjson
from sqlalchemy import Select, Text, and_, bindparam, func, select, type_coerce

from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.votes.roll import (
    ATTENDANCE,
    BODY,
    CASE,
    DEPUTY_STANDS_IN,
    ITEM,
    QUESTION_COLUMNS,
    ROLL,
    ROLL_COLUMNS,
    VOTE,
    Question,
    RollRow,
    require_readable,
)
from lisbot.db import is_postgres

FIELDS = (*(ROLL.c[name] for name in ROLL_COLUMNS), ATTENDANCE.c.deputy_id)
BOOLEANS = (4, 5, 6)  # where SQLite's JSON has 0 and 1: recused, answered and whether it is the chair's


def one_statement(roll_as_json: Any) -> Select[Any]:
    return (
        select(*QUESTION_COLUMNS, roll_as_json)
        .select_from(VOTE)
        .join(BODY, BODY.c.id == VOTE.c.body_id)
        .outerjoin(ITEM, ITEM.c.id == VOTE.c.item_id)
        .outerjoin(CASE, CASE.c.id == ITEM.c.case_id)
        .where(VOTE.c.id == bindparam("vote"))
    )


def roll_of_vote(*columns: Any) -> Any:
    joined = and_(
        ATTENDANCE.c.meeting_id == ITEM.c.meeting_id, ATTENDANCE.c.seat_id == ROLL.c.seat_id, DEPUTY_STANDS_IN
    )
    return select(*columns).select_from(ROLL.outerjoin(ATTENDANCE, joined)).where(ROLL.c.vote_id == VOTE.c.id)


@cache
def on_postgres(*, shared: bool) -> Select[Any]:
    """Returns the statement for PostgreSQL. `shared`: with the question locked against its closing."""
    from sqlalchemy.dialects.postgresql import aggregate_order_by

    entries = aggregate_order_by(func.json_build_array(*FIELDS), ROLL.c.id)
    roll = roll_of_vote(type_coerce(func.json_agg(entries).cast(Text), Text))
    query = one_statement(roll.correlate(VOTE, ITEM).scalar_subquery())
    return query.with_for_update(of=VOTE, read=True) if shared else query


@cache
def on_sqlite() -> Select[Any]:
    """Returns the statement for SQLite, where whoever writes is alone."""
    ordered = roll_of_vote(func.json_array(*FIELDS).label("entry")).order_by(ROLL.c.id).correlate(VOTE, ITEM)
    roll = select(type_coerce(func.json_group_array(func.json(ordered.subquery().c.entry)), Text))
    return one_statement(roll.correlate(VOTE, ITEM).scalar_subquery())


async def get_question_for(act: Act, vote_id: int) -> tuple[Question, list[RollRow]]:
    """Returns a question and its roll, in the order of the seats. Raises NotFound for what is not the member's
    to see.

    Where something is changed the question is locked against its closing: many may cast at a time.
    """
    query = on_postgres(shared=act.changes) if is_postgres(act.db) else on_sqlite()
    found = (await act.db.execute(query, {"vote": vote_id})).first()
    if found is None:
        raise NotFound
    *fields, entries = found
    question = Question(*fields)
    require_readable(act, question)
    return question, [read_row(entry) for entry in orjson.loads(entries or "[]")]


def read_row(entry: list[Any]) -> RollRow:
    for at in BOOLEANS:
        entry[at] = bool(entry[at])
    return RollRow(*entry)
