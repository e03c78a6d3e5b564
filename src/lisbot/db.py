"""The database: SQLite in WAL mode or PostgreSQL, one session a transaction."""

import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import (
    ARRAY,
    URL,
    BindParameter,
    Boolean,
    ColumnElement,
    Connection,
    Dialect,
    Insert,
    Integer,
    Text,
    TypeDecorator,
    Update,
    bindparam,
    event,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.visitors import cloned_traverse
from sqlalchemy.types import TypeEngine

from lisbot.wiping import SQLITE_BUSY_TIMEOUT, Wiper

if TYPE_CHECKING:
    from alembic.config import Config

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT}",
    # What is acknowledged is on the disk: in WAL mode NORMAL loses the last commits when the power goes
    # (sqlite.org/pragma.html#pragma_synchronous).
    "PRAGMA synchronous=FULL",
    # What is deleted (sealed ballots when a secret vote closes) is overwritten, not left in free pages.
    "PRAGMA secure_delete=ON",
)
# In a session's info: what it deletes must not remain in the database's files (lisbot.wiping).
WIPE = "wipe"
# In a session's info: statements deferred until just before the commit, in the order they were asked for.
DEFERRED = "deferred"

CONNECT_TIMEOUT = 10.0  # seconds for PostgreSQL to take a connection
MIN_FREE = 1024 * 1024  # bytes on SQLite's disk, below which it counts as full
COMMAND_TIMEOUT = 60.0  # seconds for one statement: twice what a proxy waits for us

Writing = Insert | Update


class CommitInDoubt(Exception):
    """The database went away in the middle of a commit: whether it was done is not known."""


class Database:
    """The engine and its two ways in: write() for what changes something, read() for what does not."""

    def __init__(self, url: str, *, pool_size: int = 20, timeout: float | None = COMMAND_TIMEOUT) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.file = file_of(self.url) if self.is_sqlite else None
        if self.file:
            keep_private(self.file)
        options: dict[str, Any] = {} if self.is_sqlite else {"pool_size": pool_size, "max_overflow": 0}
        if not self.is_sqlite:
            options |= {"connect_args": {"timeout": CONNECT_TIMEOUT, "command_timeout": timeout}}
        self.engine: AsyncEngine = create_async_engine(
            self.url,
            hide_parameters=True,  # what people typed stays out of errors, and so of the log
            json_deserializer=orjson.loads,
            **options,
        )
        if self.is_sqlite:
            prepare_sqlite(self.engine)
        else:
            event.listen(self.engine.sync_engine, "checkout", refuse_closed)
        self.is_closed = False
        event.listen(self.engine.sync_engine, "checkin", self.close_late)
        self.autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")  # on the same connections
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self.wiper = Wiper(self.engine, is_sqlite=self.is_sqlite)

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """One transaction that may change rows. SQLite takes its single write lock at the start, so that
        nobody reads what another is about to change and then fails to write."""
        async with self.sessions() as session:
            if self.is_sqlite:
                await session.connection(execution_options={"begin": "BEGIN IMMEDIATE"})
            yield session
            await run_deferred(session)
            try:
                await session.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise CommitInDoubt from error
                raise
        if session.info.pop(WIPE, False):
            await self.wiper.wipe()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only looks; whatever it should have changed is rolled back."""
        async with self.sessions() as session:
            yield session

    @asynccontextmanager
    async def once(self) -> AsyncIterator[AsyncConnection]:
        """A connection on which each statement is a transaction by itself, on PostgreSQL one journey to it."""
        async with self.autocommit.connect() as connection:
            yield connection

    @asynccontextmanager
    async def only_here(self, number: int, name: str) -> AsyncIterator[bool]:
        """Whether this process does something alone: on PostgreSQL while it holds an advisory lock, which is free again
        when it is done, or its connection is gone. It does not wait for another that holds it."""
        if self.is_sqlite:
            yield True
            return
        async with self.read() as session:
            taken = text("SELECT pg_try_advisory_xact_lock(CAST(:number AS int), hashtext(CAST(:name AS text)))")
            yield bool(await session.scalar(taken, {"number": number, "name": name}))

    async def close(self) -> None:
        """Close the connections: now, or with their last use those that are in use, as a request's that is cancelled
        when lisbot stops."""
        await self.wiper.close()
        self.is_closed = True
        await self.engine.dispose()

    def close_late(self, _connection: Any, record: ConnectionPoolEntry) -> None:
        """Close a connection that comes back after the others were closed: it would lie in a pool that nobody has, its
        file or its place in PostgreSQL taken until Python happens to look for garbage."""
        if self.is_closed:
            record.invalidate()


def file_of(url: URL) -> Path | None:
    """Returns SQLite's file; None in memory, and for a file: address, which says itself how it is opened."""
    name = url.database or ""
    return None if name in ("", ":memory:") or name.startswith("file:") else Path(name)


def keep_private(file: Path) -> None:
    """Make SQLite's file, if there is none, for its owner only; from one that is there take what others may.

    SQLite gives the files beside it the same permissions (sqlite.org/src, findCreateFileMode). A group that was let
    in on purpose, as for a backup, stays.
    """
    with suppress(OSError):  # it is there, or cannot be made: SQLite says why
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for each in (file, *(file.with_name(file.name + end) for end in ("-wal", "-shm"))):
        with suppress(OSError):  # not there, or somebody else's
            mode = stat.S_IMODE(each.stat().st_mode)
            if mode & stat.S_IRWXO:
                each.chmod(mode & ~stat.S_IRWXO)


def is_postgres(session: AsyncSession | AsyncConnection) -> bool:
    """Whether what only PostgreSQL can do may be asked of this transaction."""
    bound = session if isinstance(session, AsyncConnection) else session.bind
    assert bound
    return bound.dialect.name == "postgresql"


def defer_until_commit(session: AsyncSession, statement: Writing, values: Mapping[str, Any]) -> None:
    """Run this just before the commit, together with what else is deferred: its rows are locked for as short
    as can be. The number of rows it finds is not learnt. The same statement with the same values runs once."""
    deferred = session.info.setdefault(DEFERRED, [])
    if not any(statement is other and values == given for other, given in deferred):
        deferred.append((statement, values))


class IdList(TypeDecorator[list[int]]):
    """Several ids as one parameter: an array on PostgreSQL, JSON on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return ARRAY(Integer) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Iterable[int] | None, dialect: Dialect) -> Any:
        ids = list(value or ())
        return ids if dialect.name == "postgresql" else orjson.dumps(ids).decode()


class is_one_of(FunctionElement[bool]):
    """The condition that a column is one of several ids, by the name of a parameter or given.

    One statement whatever their number: IN (…) is written, parsed and planned anew for each. `make bench`: of a
    thousand deliveries, 20 ms of 340.
    """

    type = Boolean()
    inherit_cache = True
    _is_implicitly_boolean = True  # or SQLite is asked whether "… IN (…) = 1", and uses no index

    def __init__(self, column: ColumnElement[Any], ids: str | Iterable[int]) -> None:
        parameter = bindparam(ids, type_=IdList) if isinstance(ids, str) else bindparam(None, list(ids), IdList)
        super().__init__(column, parameter)


@compiles(is_one_of, "postgresql")
def on_postgres(element: is_one_of, compiler: Any, **given: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(ids, **given)})"


@compiles(is_one_of, "sqlite")
def on_sqlite(element: is_one_of, compiler: Any, **given: Any) -> str:
    column, ids = element.clauses
    return f"{compiler.process(column, **given)} IN (SELECT value FROM json_each({compiler.process(ids, **given)}))"  # noqa: S608


async def run_deferred(session: AsyncSession) -> None:
    """Run what was deferred: on PostgreSQL as one statement, and so in one journey to the database."""
    deferred: list[tuple[Writing, Mapping[str, Any]]] = session.info.pop(DEFERRED, [])
    statements = tuple(statement for statement, _ in deferred)
    # No statement twice in one: both might write the same row.
    if len(set(statements)) == len(statements) > 1 and is_postgres(session):
        numbered = {f"{name}_{n}": v for n, (_, given) in enumerate(deferred) for name, v in given.items()}
        await session.execute(together(statements), numbered)
    else:
        for statement, given in deferred:
            await session.execute(statement, given)


@cache
def together(statements: tuple[Writing, ...]) -> Writing:
    """Several statements as one, their parameters numbered by statement. For statements made once.

    PostgreSQL promises no order among them, and nothing may depend on one. As it is, it takes the statement
    that the others are parts of first, and then the parts from the last to the first: so that rows are locked
    in the order asked for, the parts stand the other way round.
    """

    def numbered(n: int, statement: Writing) -> Writing:
        def number(parameter: BindParameter[Any]) -> None:
            if not parameter.unique:
                parameter.key = f"{parameter.key}_{n}"

        return cloned_traverse(statement, {}, {"bindparam": number})

    first, *others = (numbered(n, statement) for n, statement in enumerate(statements))
    parts = [other.cte(f"part_{n}") for n, other in enumerate(others)]
    return first.add_cte(*reversed(parts))


def refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """Find out before it is used that PostgreSQL closed a connection, as when it was restarted: asyncpg was told.
    Asking PostgreSQL itself (`pool_pre_ping`) is three journeys to it for each transaction."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.create_function("lower_all", 1, str.lower, deterministic=True)
        cursor = connection.cursor()
        try:
            for pragma in PRAGMAS:
                cursor.execute(pragma)
            cursor.close()
        except Exception:  # the file is no database: nobody else closes what is not in the pool yet
            connection.close()
            raise

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))


MIGRATIONS = Path(__file__).parent / "migrations"
# Two machines that migrate one PostgreSQL at once take turns under this number.
MIGRATING = 0x6C697362


async def migrate(url: str, to: str = "head") -> None:
    """Bring the tables to a revision: "head" the newest, "base" none at all. All of it or none of it."""
    db = Database(url, timeout=None)
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
    if to == "base":
        drop_everything(connection)
    else:
        command.upgrade(config, to)
        note_oldest(connection, config)
    if is_sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
        raise RuntimeError(f"the migration left a row of {broken[0]} without the row it refers to")


def note_oldest(connection: Connection, config: "Config") -> None:
    """Write down the oldest migration whose lisbot can work with the tables as they are now: the one before, and so on,
    for as long as each since then only added to them."""
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    if not connection.dialect.has_table(connection, "schema_version"):
        return  # not brought up to where it is made
    scripts = ScriptDirectory.from_config(config)
    revision = scripts.get_revision(MigrationContext.configure(connection).get_current_revision() or "base")
    while revision and getattr(revision.module, "ADDS_ONLY", False) and isinstance(revision.down_revision, str):
        revision = scripts.get_revision(revision.down_revision)
    assert revision is not None
    connection.execute(text("DELETE FROM schema_version"))
    connection.execute(
        text("INSERT INTO schema_version (id, oldest) VALUES (1, :oldest)"), {"oldest": revision.revision}
    )


def drop_everything(connection: Connection) -> None:
    """Drop every table there is: there is no other way back to none at all."""
    from sqlalchemy import MetaData

    if connection.dialect.name == "sqlite":
        # A full-text table drops the tables it has made for itself, which nobody else may (sqlite.org/fts5.html).
        virtual = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'")
        for name in virtual.scalars().all():
            connection.exec_driver_sql(f"DROP TABLE {name}")
        tables = MetaData()
        tables.reflect(connection)
        tables.drop_all(connection)
    else:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")


async def is_migrated(db: Database) -> bool:
    """Returns whether the tables are those this version of lisbot was written for, or newer ones that only have more.

    Reads what Alembic wrote without importing Alembic, which takes longer than most commands. Raises OSError for a
    file that cannot be read.
    """
    if db.file and not os.access(db.file, os.R_OK):
        raise PermissionError(f"{db.file.name} cannot be made or read")
    async with db.engine.connect() as connection:
        if not await connection.run_sync(lambda sync: sync.dialect.has_table(sync, "alembic_version")):
            return False
        found = await connection.scalar(text("SELECT version_num FROM alembic_version"))
        if found is None or found <= newest():
            return bool(found == newest())
        # Of a version to come, which says itself who may go on.
        return bool(newest() >= await connection.scalar(text("SELECT oldest FROM schema_version")))


async def is_writable(db: Database) -> bool:
    """Returns whether something could be written: not where the file or the database is to be read only, nor on a
    disk that is full. Writes nothing: whoever likes may ask /readyz."""
    if db.file:
        if not all(os.access(path, os.W_OK) for path in (db.file, db.file.parent)):
            return False
        if shutil.disk_usage(db.file.parent).free < MIN_FREE:
            return False
    async with db.engine.connect() as connection:
        if not db.is_sqlite:
            return bool(await connection.scalar(text("SELECT current_setting('transaction_read_only') = 'off'")))
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("PRAGMA busy_timeout=0")
        try:
            await driver.execute("BEGIN IMMEDIATE")  # which a file opened to be read alone does not refuse yet
            await driver.execute("PRAGMA user_version=1")
        except sqlite3.OperationalError as error:
            return "locked" in str(error)  # somebody is writing at this moment
        finally:
            await driver.rollback()
            await driver.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_TIMEOUT}")
    return True


@cache
def newest() -> str:
    """Returns the revision this version was written for, which the last migration's file is named by.

    Read from the disk once: whoever likes may ask /readyz.
    """
    return max(file.name.split("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def revisions() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
