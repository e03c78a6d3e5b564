"""Real databases, each test its own, and a runtime whose clock stands where the test puts it."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from zlib import crc32
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import URL

import postgres
from browsers import pytest_runtest_setup as pytest_runtest_setup
from compiled import share_compiled_statements
from lisbot.db import Database, migrate
from lisbot.runtime import Runtime
from lisbot.texts import look_up
from same_thread import ask_in_the_same_thread

OSLO = ZoneInfo("Europe/Oslo")
pytest.register_assert_rewrite("story")
NUMBERS = count(1)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
TESTS = Path(__file__).parent
EVERYWHERE = bool(os.environ.get("LISBOT_PROOFS"))
# Whose statements mean the same to both kinds of database.
TAKING_TURNS = {"cli", "demo", "packs", "test_asking.py", "test_confirmations.py"} | {
    f"council/{subject.name}" for subject in (TESTS / "council").iterdir() if subject.is_dir()
} - {"council/core", "council/log", "council/votes"}
# Constraints, locks and sizes that PostgreSQL words otherwise, full text, and what is told from one end to the other.
ON_BOTH = {
    *("test_two_times.py", "test_published_names.py", "test_search.py", "test_proposals.py", "test_speed.py"),
    *("test_keeping_forms.py", "test_change_of_activity.py", "test_consultations.py", "test_planned_consultations.py"),
    "test_distribution_lines.py",
    "test_local_inputs.py",
    *(f"test_{story}_by_mail.py" for story in ("seat_change", "referrals", "consultations", "guests")),
}
# The year is told in Teams and in Slack on SQLite, and on PostgreSQL where some are in the one and some in the other.
OTHER_TELLINGS = {f"test_the_year[{each}]" for each in ("postgres-teams", "postgres-slack", "sqlite-mixed")}


@dataclass
class Clock:
    """What time it is. A test moves it by setting `at`."""

    at: datetime = datetime(2026, 11, 2, 9, 0, tzinfo=OSLO)

    def __call__(self) -> datetime:
        return self.at.astimezone(UTC)


def pytest_configure(config: pytest.Config) -> None:
    share_compiled_statements()
    ask_in_the_same_thread()
    # Python looks for garbage after every 700 new objects: a tenth of the time the tests take.
    gc.set_threshold(50_000, 20, 50)
    is_worker = hasattr(config, "workerinput")
    if not is_worker and getattr(config.option, "numprocesses", None) and not config.option.collectonly:
        postgres.start_for_workers()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = [item for item in items if runs_here(item)]


def runs_here(item: pytest.Item) -> bool:
    """Whether a test runs on the kind of database it was collected for. All run on SQLite. On PostgreSQL run those
    whose statements differ there, that lock rows or that tell a story; of all others each sixth, and few of a
    channel's, which hardly writes SQL, to keep the suite inside its time. `make postgres` runs the rest too."""
    if EVERYWHERE:
        return True
    if item.name in OTHER_TELLINGS:
        return False
    if not item.get_closest_marker("postgres"):
        return True
    if any("database_url" in str(mark.args[0]) for mark in item.iter_markers("parametrize")):
        return True  # it says itself where it runs
    folder = item.path.relative_to(TESTS).parts[0:2]
    if item.path.name in ON_BOTH or asks_at_once(item.path):
        return True
    if folder[0] == "channels":
        return False
    if not {"/".join(folder), folder[0]} & TAKING_TURNS:
        return True
    return crc32(item.nodeid.replace("postgres", "").encode()) % 6 == 0


@cache
def asks_at_once(path: Path) -> bool:
    return "gather(" in path.read_text("utf-8")


def wait_for(deed) -> None:
    """Run a coroutine to its end beside whatever loop the tests run in."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, deed).result()


@pytest.fixture(autouse=True)
def no_words_of_another_test() -> Iterator[None]:
    """What a test put into the texts for itself is remembered by none after it."""
    yield
    look_up.cache_clear()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to copy."""
    path = tmp_path_factory.mktemp("template") / "lisbot.db"
    wait_for(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> URL:
    return postgres.start()


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[str]:
    """The name of a migrated database, to clone."""
    name = f"template_{WORKER}"
    wait_for(postgres.order(postgres_server, f"CREATE DATABASE {name}"))
    wait_for(migrate(postgres.named(postgres_server, name)))
    yield name


@pytest.fixture(scope="session")
def emptied() -> list[str]:
    """The names of databases that a test is done with and the next one may have: each is as good as new."""
    return []


@pytest.fixture(scope="session")
def postgres_digest(postgres_server: URL, postgres_template: str) -> str:
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, postgres.digest_of(postgres_server, postgres_template)).result()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a migrated and empty database of the test's own: the test runs on both kinds."""
    if request.param == "sqlite":
        path = tmp_path / "lisbot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite+aiosqlite:///{path}"
        return
    server: URL = request.getfixturevalue("postgres_server")
    template: str = request.getfixturevalue("postgres_template")
    digest: str = request.getfixturevalue("postgres_digest")
    free: list[str] = request.getfixturevalue("emptied")
    if free:
        name = free.pop()
    else:
        name = f"test_{WORKER}_{next(NUMBERS)}"
        await postgres.order(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield postgres.named(server, name)
    if await postgres.is_emptied(server, name, digest):
        free.append(name)
    else:
        await postgres.order(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    db = Database(database_url)
    yield db
    await db.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def runtime(database: Database, clock: Clock) -> Runtime:
    """What commands.run is handed: `runtime.now.at` is the clock's hand."""
    return Runtime(database, clock, OSLO, key=b"k" * 32, base_url="http://127.0.0.1:3978")
