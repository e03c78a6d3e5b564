"""The migrations make the tables that the models describe, on both databases, and can be taken back."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from lisbot.council.models import Base
from lisbot.council.models.search import FULL_TEXT_TABLES, POSTGRES_COLUMNS, POSTGRES_INDEXES
from lisbot.db import Database, is_migrated, migrate

# SQLite cannot tell what an index on an expression is made of; `indexes` asks it for the text instead.
pytestmark = [
    pytest.mark.filterwarnings("ignore:autogenerate skipping.*expression"),
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression"),
]


def is_modelled(name: str | None, kind: str, parents) -> bool:
    """Returns whether the models describe it: what each database has alone is compared by the test below."""
    if kind == "table":
        return not str(name).startswith(FULL_TEXT_TABLES)
    return parents.get("table_name") != "item_text" or name not in (*POSTGRES_COLUMNS, *POSTGRES_INDEXES)


def described(connection: Connection) -> dict:
    """All that the database itself knows of its tables, in an order of our own."""
    eye = inspect(connection)

    def ordered(found) -> list:
        return sorted(repr(sorted(one.items(), key=lambda i: i[0])) for one in found)

    tables = {
        table: {
            "columns": ordered({**column, "type": repr(column["type"])} for column in eye.get_columns(table)),
            "primary key": eye.get_pk_constraint(table),
            "foreign keys": ordered(eye.get_foreign_keys(table)),
            "unique": ordered(eye.get_unique_constraints(table)),
            "checks": ordered(eye.get_check_constraints(table)),
            "indexes": indexes(connection, table),
        }
        for table in eye.get_table_names()
        if table != "alembic_version"
    }
    return tables | {"beside the tables": made(connection)}


def made(connection: Connection) -> list[str]:
    """Triggers, functions and virtual tables, as they were made."""
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger' OR sql LIKE 'CREATE VIRTUAL TABLE%'",
        "postgresql": """
            SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    }[connection.dialect.name]
    return sorted(" ".join(row[0].split()) for row in connection.exec_driver_sql(asked))


def indexes(connection: Connection, table: str) -> list[str]:
    asked = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql > '' AND tbl_name = '{}'",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename = '{}'",
    }[connection.dialect.name]
    return sorted(" ".join(row[0].split()) for row in connection.exec_driver_sql(asked.format(table)))


async def test_the_migrations_say_what_the_models_say(database: Database):
    def differences(connection: Connection) -> list:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_modelled})
        return compare_metadata(context, Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_every_constraint_and_index_of_the_models_is_migrated(database: Database, database_url: str):
    async with database.engine.connect() as connection:
        migrated = await connection.run_sync(described)
    await migrate(database_url, "base")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        assert await connection.run_sync(described) == migrated


async def test_the_tables_can_be_taken_down_and_put_up_again(database: Database, database_url: str):
    assert await is_migrated(database)
    await migrate(database_url, "base")
    assert not await is_migrated(database)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(described) == {"beside the tables": []}
    await migrate(database_url)
    assert await is_migrated(database)


async def test_migrating_what_is_migrated_changes_nothing(database: Database, database_url: str):
    async with database.engine.connect() as connection:
        before = await connection.run_sync(described)
    await migrate(database_url)
    async with database.engine.connect() as connection:
        assert await connection.run_sync(described) == before
