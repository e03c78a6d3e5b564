"""Addresses from before they had one form: what becomes of them when a database is upgraded."""

import logging

import pytest
from sqlalchemy import text

from lisbot.db import Database, migrate

# SQLite cannot tell what an index on an expression is made of.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
INVISIBLE = "\u200b"
BEFORE = [
    "kari@x.example",
    f"kari@x.example{INVISIBLE}",
    "OLA@Ås.example",
    "ola@xn--s-1fa.example",
    f"eli@x.example{INVISIBLE}",
]


async def test_each_address_gets_its_one_form_and_whoever_loses_theirs_is_named(database_url, caplog):
    await migrate(database_url, "base")
    await migrate(database_url, "0003")
    caplog.set_level(logging.WARNING)
    database = Database(database_url)
    try:
        async with database.engine.begin() as connection:
            insert = text("INSERT INTO person (id, key, name, email) VALUES (:id, :key, 'Navn', :email)")
            people = [{"id": id_, "key": f"p{id_}", "email": email} for id_, email in enumerate(BEFORE, start=1)]
            await connection.execute(insert, people)
        await migrate(database_url)
        async with database.engine.connect() as connection:
            rows = await connection.execute(text("SELECT email FROM person ORDER BY id"))
            assert list(rows.scalars()) == ["kari@x.example", None, "ola@ås.example", None, "eli@x.example"]
    finally:
        await database.close()
    said = [record.getMessage() for record in caplog.records if "without an address" in record.getMessage()]
    assert [line.split()[1] for line in said] == ["2", "4"]
    assert not any("@" in line for line in said)
