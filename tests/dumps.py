"""All that a database holds, to be compared or searched."""

from typing import Any

from sqlalchemy import select

from lisbot.council.models import Base
from lisbot.db import Database


async def dump(db: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, in the order the database gives them."""
    async with db.read() as session:
        return {
            table.name: [dict(row) for row in (await session.execute(select(table))).mappings()]
            for table in Base.metadata.sorted_tables
        }


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
