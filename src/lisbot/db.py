"""The database: SQLite in WAL mode or PostgreSQL, one session a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

if TYPE_CHECKING:
    from alembic.config import Config

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA synchronous=NORMAL",
    # What is deleted (sealed ballots when a secret vote closes) is overwritten, not left in free pages.
    "PRAGMA secure_delete=ON",
)
# In a session's info: what it deletes must not remain in the write-ahead log.
WIPE = "wipe"


class Database:
    """The engine and its two ways in: write() for what changes something, read() for what does not."""

    def __init__(self, url: str, *, pool_size: int = 20) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite and self.url.database not in (None, "", ":memory:"):
            Path(str(self.url.database)).parent.mkdir(parents=True, exist_ok=True)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": pool_size, "max_overflow": 0}
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            hide_parameters=True,  # what people typed stays out of errors, and so of the log
            **options,
        )
        if self.is_sqlite:
            prepare_sqlite(self.engine)
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction that may change rows. SQLite takes its single write lock at the start, so that
        nobody reads what another is about to change and then fails to write."""
        async with self.sessions.begin() as session:
            if self.is_sqlite:
                await session.connection(execution_options={"begin": "BEGIN IMMEDIATE"})
            yield session
        if self.is_sqlite and session.info.pop(WIPE, False):
            await self.wipe()

    async def wipe(self) -> None:
        """Move what SQLite's write-ahead log holds into the file and empty the log."""
        async with self.engine.connect() as connection:
            await connection.execution_options(begin="PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.begin()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only looks; whatever it should have changed is rolled back."""
        async with self.sessions() as session:
            yield session
            await session.rollback()

    async def close(self) -> None:
        await self.engine.dispose()


def is_postgres(session: AsyncSession) -> bool:
    """Whether what only PostgreSQL can do may be asked of this transaction."""
    assert session.bind
    return session.bind.dialect.name == "postgresql"


def prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("lower_all", 1, str.lower, deterministic=True)
        cursor = connection.cursor()
        for pragma in PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


MIGRATIONS = Path(__file__).parent / "migrations"
# Two machines that migrate one PostgreSQL at once take turns under this number.
MIGRATING = 0x6C697362


async def migrate(url: str, to: str = "head") -> None:
    """Bring the tables to a revision: "head" the newest, "base" none at all. All of it or none of it."""
    db = Database(url)
    try:
        if db.is_sqlite:
            # A table that SQLite makes anew is dropped in between, and what refers to it must not object.
            event.listen(db.engine.sync_engine, "connect", forget_foreign_keys)
        async with db.engine.connect() as connection:
            await connection.execution_options(begin="BEGIN IMMEDIATE")
            await connection.run_sync(move, to)
            await connection.commit()
    finally:
        await db.close()


def forget_foreign_keys(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    cursor.close()


def move(connection: Connection, to: str) -> None:
    from alembic import command  # a third of a second that no other command needs

    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
    config = revisions()
    config.attributes["connection"] = connection
    (command.downgrade if to == "base" else command.upgrade)(config, to)
    if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"the migration left a row of {broken[0]} without the row it refers to")


async def is_migrated(db: Database) -> bool:
    """Whether the tables are those this version of lisbot was written for."""
    from alembic.runtime.migration import MigrationContext

    async with db.engine.connect() as connection:
        return newest() == await connection.run_sync(
            lambda c: MigrationContext.configure(c).get_current_revision()
        )


@cache
def newest() -> str | None:
    """The revision this version was written for. Read from the disk once: whoever likes may ask /readyz."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(revisions()).get_current_head()


def revisions() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
