"""All that a database holds, to be compared or searched."""

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import select, text

from lisbot.council.models import Base
from lisbot.db import Database


async def dump(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order the database gives them."""
    async with db.read() as session:
        return {
            table.name: [dict(row) for row in (await session.execute(select(table))).mappings()]
            for table in Base.metadata.sorted_tables
        }


async def written(db: Database) -> dict[str, list[Any]]:
    """All that is written in a database, as it lies there, to see whether anything of it has changed: read in one go,
    since hundreds of tests ask twice."""
    names = [table.name for table in Base.metadata.sorted_tables]
    if db.file:
        with closing(sqlite3.connect(f"file:{db.file}?mode=ro", uri=True)) as connection:
            return {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in names}
    found: dict[str, list[Any]] = {name: [] for name in names}
    each = " UNION ALL ".join(f"SELECT '{name}', t::text FROM \"{name}\" t" for name in names)
    async with db.read() as session:
        for name, line in await session.execute(text(each)):
            found[name].append(line)
    return found


async def rows(db: Database, table: type[Base], **where: Any) -> list[Any]:
    """Rows of one table, oldest first."""
    async with db.read() as session:
        query = select(table).filter_by(**where).order_by(*table.__mapper__.primary_key)
        found = list(await session.scalars(query))
        session.expunge_all()
        return found


async def row(db: Database, table: type[Base], **where: Any) -> Any:
    found = await rows(db, table, **where)
    assert len(found) == 1, f"{len(found)} rows of {table.__tablename__}"
    return found[0]
