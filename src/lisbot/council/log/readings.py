"""Who read what of many people at once: the lines of the log that say so."""

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.access import P, bodies_where, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.log.views import ReadingLine, ReadingsView
from lisbot.council.models import Body, LogArguments, LogLine, Person, Staff, table

LINE, ARGUMENTS, BODY, PERSON = table(LogLine), table(LogArguments), table(Body), table(Person)
READING = "reading"  # the context of these lines
MAX_READINGS = 200  # shown, the newest


async def list_reading(act: Act) -> ReadingsView:
    """See who read addresses, credentials or reasons for absence of many people, or all about one, of the councils you
    oversee.

    Returns ReadingsView, the newest first.
    """
    colleagues = select(Staff.person_id).where(Staff.secretariat_id.in_(secretariats_of(act.by)))
    of_own = LINE.c.body_id.in_(bodies_where(act.by, P.OVERSEE))
    rows = (
        await act.db.execute(
            select(LINE, ARGUMENTS.c.args, BODY.c.name.label("body"))
            .outerjoin(ARGUMENTS, ARGUMENTS.c.line_id == LINE.c.id)
            .outerjoin(BODY, BODY.c.id == LINE.c.body_id)
            .where(LINE.c.context == READING)
            .where(or_(of_own, LINE.c.body_id.is_(None) & LINE.c.by_id.in_(colleagues)))
            .order_by(LINE.c.id.desc())
            .limit(MAX_READINGS)
        )
    ).all()
    people = {person_of(row.subject) for row in rows}
    found = await act.db.execute(select(PERSON.c.id, PERSON.c.name).where(PERSON.c.id.in_(people)))
    names = {row.id: row.name for row in found}
    return ReadingsView(tuple(reading_line(row, names.get(person_of(row.subject)) or row.body or "") for row in rows))


def person_of(subject: str | None) -> int:
    """Returns the id of the person that a line is about; 0 where it is about something else."""
    noun, _, number = (subject or "").partition(":")
    return int(number) if noun == "person" else 0


def reading_line(row: Any, about: str) -> ReadingLine:
    said = {} if row.args is None else orjson.loads(row.args)
    at: datetime = row.at
    return ReadingLine(
        at,
        row.by_name,
        row.via,
        row.command,
        about,
        {name.removeprefix("read_"): count for name, count in said.items() if name.startswith("read_")},
    )


async def is_noted(db: AsyncSession, act: Act, command: str, subject: str | None, since: datetime) -> bool:
    """Returns whether the same reading of somebody's was noted since a moment."""
    own = (LINE.c.by_id == act.by.id, LINE.c.command == command, LINE.c.subject == subject)
    query = select(LINE.c.id).where(LINE.c.context == READING, LINE.c.via == act.via, LINE.c.at >= since, *own)
    return await db.scalar(query.limit(1)) is not None
