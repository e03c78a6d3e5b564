"""What one sub-command is run with: the settings' database, and the clock of this machine."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from lisbot import settings
from lisbot.db import Database, is_migrated
from lisbot.runtime import Runtime
from lisbot.settings import BadSetting
from lisbot.texts import text


class NotReady(Exception):
    """The database's tables are not those of this version. What to do stands on stderr."""


def now() -> datetime:
    """Returns the present moment. The tests' clock stands in for it."""
    return datetime.now(UTC)


@asynccontextmanager
async def open_runtime(lang: str) -> AsyncIterator[Runtime]:
    """Open the database of the settings, and close it afterwards.

    Raises BadSetting for a wrong setting and for a database that cannot be reached, NotReady for one that is
    not migrated.
    """
    config = settings.read()
    database = Database(config.database_url)
    try:
        if not await has_tables(database):
            print(text(lang, "cli.not_migrated"), file=sys.stderr)
            raise NotReady
        yield Runtime(
            database,
            now,
            config.tz,
            config.lang,
            config.secret_key.encode(),
            config.base_url,
            config.former_secret_keys,
            platforms=config.platforms,
        )
    finally:
        await database.close()


async def require_reachable(url: str) -> None:
    """Raises BadSetting when there is no database to ask."""
    database = Database(url)
    try:
        await has_tables(database)
    finally:
        await database.close()


async def has_tables(database: Database) -> bool:
    """Returns whether the tables are this version's. Raises BadSetting when there is no database to ask."""
    try:
        return await is_migrated(database)
    except Exception as error:  # asyncpg raises its own, and the system's
        raise BadSetting(f"DATABASE_URL: the database is not reachable ({type(error).__name__})") from error
