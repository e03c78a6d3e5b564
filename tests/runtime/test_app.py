"""lisbot as whoever runs it meets it: ready or not, counted, worded when it breaks, and polite to the end."""

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

import builders
from builders import RAGNHILD
from lisbot import logs
from lisbot.app import PARTS, listen, log_channels_off, make_app, make_metrics_app
from lisbot.commands import run
from lisbot.council.log.link import read_newest_link
from lisbot.council.register.identity import Caller
from lisbot.db import Database, is_writable, newest
from lisbot.settings import Settings, read

SRC = Path(__file__).parents[2] / "src"
SLACK = {"SLACK_SIGNING_SECRET": "5ign", "SLACK_BOT_TOKEN": "xoxb-b0t"}


@pytest.fixture
def settings(database_url) -> Settings:
    return read({"SECRET_KEY": "k" * 32, "DATABASE_URL": database_url})


@pytest.fixture
async def client(settings):
    async with TestClient(TestServer(await make_app(settings))) as client:
        yield client


async def answer_of(settings: Settings, path: str) -> tuple[int, dict]:
    async with TestClient(TestServer(await make_app(settings))) as client:
        response = await client.get(path)
        return response.status, await response.json()


async def test_it_is_alive_and_ready_on_a_migrated_database(client):
    assert (await client.get("/healthz")).status == 200
    response = await client.get("/readyz")
    assert (response.status, (await response.json())["ready"]) == (200, True)


async def test_it_is_alive_but_not_ready_on_a_database_without_tables(tmp_path):
    bare = read({"SECRET_KEY": "k" * 32, "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/bare.db"})
    assert (await answer_of(bare, "/healthz"))[0] == 200
    assert await answer_of(bare, "/readyz") == (
        503,
        {"ready": False, "database": "reachable", "migrated": False, "writable": True},
    )


async def test_being_asked_often_whether_it_is_ready_reads_nothing_from_the_disk(client, monkeypatch):
    assert (await client.get("/readyz")).status == 200
    monkeypatch.setattr(ScriptDirectory, "from_config", None)
    assert (await client.get("/readyz")).status == 200


async def test_it_is_not_ready_while_the_database_is_away(unused_tcp_port):
    url = f"postgresql+asyncpg://lisbot@127.0.0.1:{unused_tcp_port}/lisbot"
    away = read({"SECRET_KEY": "k" * 32, "DATABASE_URL": url})
    assert await answer_of(away, "/readyz") == (503, {"ready": False, "database": "unreachable"})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_it_is_not_ready_while_the_file_is_read_only(settings, monkeypatch):
    """The tests may run as root, who may write everywhere: here the system says what it says to others."""
    async with TestClient(TestServer(await make_app(settings))) as client:
        assert (await client.get("/readyz")).status == 200
        with monkeypatch.context() as patched:
            patched.setattr("lisbot.db.os.access", lambda path, mode: mode != os.W_OK)
            response = await client.get("/readyz")
            assert (response.status, (await response.json())["writable"]) == (503, False)
        assert (await client.get("/readyz")).status == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nor_is_it_while_the_disk_is_full(client, monkeypatch):
    with monkeypatch.context() as full:
        full.setattr("lisbot.db.shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
        assert (await client.get("/readyz")).status == 503
    assert (await client.get("/readyz")).status == 200


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nor_is_it_where_sqlite_opens_it_read_only(database_url):
    path = database_url.partition(":///")[2]
    other, db = Database(database_url), Database(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")
    async with other.engine.connect():  # makes what SQLite needs beside the file
        assert await is_writable(db) is False
    await db.close()
    await other.close()


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_nor_is_it_on_a_postgresql_that_is_read_only(settings, database):
    name = database.url.database
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
    db = Database(settings.database_url)
    assert await is_writable(db) is False
    await db.close()


async def test_while_a_new_version_is_rolled_out_the_one_before_goes_on_where_tables_were_only_added(client, database):
    async def turn_to(version: str, oldest: str) -> int:
        async with database.write() as db:
            await db.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})
            await db.execute(text("UPDATE schema_version SET oldest = :oldest"), {"oldest": oldest})
        return (await client.get("/readyz")).status

    assert await turn_to("9998", oldest=newest()) == 200
    assert await turn_to("9999", oldest="9999") == 503


async def test_a_migration_says_which_version_may_go_on(database):
    async with database.read() as db:
        assert await db.scalar(text("SELECT oldest FROM schema_version")) == "0004"


async def test_being_ready_waits_for_nobody_who_writes(client, database):
    async with database.write() as db:
        await db.execute(text("UPDATE person SET name = name"))
        assert (await client.get("/readyz")).status == 200


async def test_what_nobody_foresaw_has_one_reference_in_the_answer_and_in_the_log(settings, caplog):
    app = await make_app(settings)

    async def broken(request):
        raise KeyError("token=secret")

    app.router.add_get("/api/broken/{name}", broken)
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/api/broken/astrid?token=hemmelig", headers={"Accept-Language": "en-GB"})
        told = await response.json()
    assert response.status == 500
    [record] = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert told["ref"] in record.getMessage()
    assert told["ref"] in told["error"]
    assert "hemmelig" not in record.getMessage()
    assert "astrid" not in record.getMessage()


async def test_figures_are_on_their_own_port_and_name_nobody(settings):
    app = await make_app(settings)
    async with (
        TestClient(TestServer(app)) as client,
        TestClient(TestServer(make_metrics_app(app[PARTS]))) as metrics,
    ):
        await client.get("/healthz")
        assert (await client.get("/metrics")).status == 404
        page = await (await metrics.get("/metrics")).text()
    assert 'lisbot_requests_total{method="GET",status="200"} 1.0' in page
    assert "lisbot_outbox_waiting 0.0" in page
    assert "lisbot_log_newest_line 0.0" in page
    assert "process_resident_memory_bytes" in page


async def test_what_is_done_is_linked_and_the_figures_say_up_to_where(settings):
    app = await make_app(settings)
    parts = app[PARTS]
    began = datetime.now(UTC).timestamp()
    async with TestClient(TestServer(app)), TestClient(TestServer(make_metrics_app(parts))) as metrics:
        await builders.council(parts.runtime.db)
        for language in ("nn", "en"):
            given = {"language": language}
            assert (await run(parts.runtime, "person.choose_language", given, Caller("cli", RAGNHILD))).is_done
        found = {}
        for _ in range(500):
            page = await (await metrics.get("/metrics")).text()
            found = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("lisbot_log_"))
            if found["lisbot_log_newest_line"] == "2.0":
                break
            await asyncio.sleep(0.02)
    assert found["lisbot_log_newest_line"] == "2.0"
    assert began - 1 < float(found["lisbot_log_linked_timestamp_seconds"]) < began + 60
    assert 'lisbot_commands_total{command="person.choose_language",status="200"} 2.0' in page


async def test_what_was_done_last_is_linked_before_it_is_gone(settings, database):
    app = await make_app(settings)
    async with TestClient(TestServer(app)):
        await builders.council(app[PARTS].runtime.db)
        reply = await run(app[PARTS].runtime, "person.choose_language", {"language": "nn"}, Caller("cli", RAGNHILD))
        assert reply.is_done
    assert (await read_newest_link(database)).number == 1


async def test_figures_are_given_while_the_database_is_away(unused_tcp_port, caplog):
    url = f"postgresql+asyncpg://lisbot@127.0.0.1:{unused_tcp_port}/lisbot"
    app = await make_app(read({"SECRET_KEY": "k" * 32, "DATABASE_URL": url}))
    async with TestClient(TestServer(make_metrics_app(app[PARTS]))) as metrics:
        response = await metrics.get("/metrics")
        assert response.status == 200
        assert "process_resident_memory_bytes" in await response.text()
    async with TestClient(TestServer(app)):
        pass


async def test_a_request_under_way_is_finished_when_it_stops(settings):
    app = await make_app(settings)
    begun = asyncio.Event()

    async def slow(request):
        begun.set()
        await asyncio.sleep(0.3)
        return web.json_response({"done": True})

    app.router.add_get("/api/slow", slow)
    runner = await listen(app, "127.0.0.1", 0)
    port = runner.addresses[0][1]
    async with ClientSession() as session:
        asking = asyncio.create_task(session.get(f"http://127.0.0.1:{port}/api/slow"))
        await begun.wait()
        await runner.cleanup()
        assert (await (await asking).json()) == {"done": True}


@pytest.fixture
def lisbot():
    """Start lisbot as a process of its own; it is gone when the test is over, however it went."""
    started = []

    def start(*words: str, **env: str) -> subprocess.Popen:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "lisbot", *words],
            env=kept | {"PYTHONPATH": str(SRC)} | env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_it_refuses_to_serve_a_database_without_tables_and_says_what_to_do(lisbot, tmp_path):
    process = lisbot("serve", SECRET_KEY="k" * 32, DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/bare.db")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert out == ""
    [line] = err.splitlines()
    assert "DATABASE_URL" in line
    assert "lisbot migrate" in line


def test_it_refuses_a_wrong_setting_with_one_line(lisbot, tmp_path):
    process = lisbot("serve", SECRET_KEY="short", DATABASE_URL=f"sqlite+aiosqlite:///{tmp_path}/bare.db")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, "")
    [line] = err.splitlines()
    assert "SECRET_KEY" in line


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_ready_what_is_off_and_stops_when_asked(lisbot, tmp_path, unused_tcp_port_factory, sign):
    url = f"sqlite+aiosqlite:///{tmp_path}/lisbot.db"
    env = {"SECRET_KEY": "k" * 32, "DATABASE_URL": url, "LOG_FORMAT": "json"}
    ports = {"PORT": str(unused_tcp_port_factory()), "METRICS_PORT": str(unused_tcp_port_factory())}
    assert lisbot("migrate", **env).wait(60) == 0
    process = lisbot("serve", **env, **ports)
    assert process.stdout.readline() == f"lisbot is ready on http://127.0.0.1:{ports['PORT']}\n"
    process.send_signal(sign)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "")
    said = [json.loads(line)["message"] for line in err.splitlines()]
    assert [line for line in said if line.startswith("Teams is off")]
    assert [line for line in said if line.startswith("Slack is off")]
    assert [line for line in said if line.startswith("mail is off")]


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({}, [("INFO", "Slack is off: SLACK_BOT_TOKEN and SLACK_CLIENT_ID are not set")]),
        (SLACK, [("WARNING", "nobody in Slack can be linked to the register: SLACK_TEAMS is not set")]),
        (SLACK | {"SLACK_TEAMS": "T0HSO"}, []),
    ],
)
def test_it_says_whether_slack_is_off_or_open_to_nobody(caplog, env, said):
    caplog.set_level(logging.INFO)
    log_channels_off(read({"SECRET_KEY": "k" * 32} | env))
    assert [(r.levelname, r.getMessage()) for r in caplog.records if "Slack" in r.getMessage()] == said


async def test_what_people_typed_is_not_in_the_error_of_a_statement_that_fails(database):
    with pytest.raises(DBAPIError) as failed:
        async with database.read() as db:
            await db.execute(text("SELECT 1 FROM nowhere WHERE name = :name"), {"name": "hemmelig"})
    assert "hemmelig" not in str(failed.value)


def test_a_log_line_is_one_line_whatever_is_in_it():
    for kind in (logs.OneLine("%(message)s"), logs.Json()):
        record = logging.LogRecord("x", logging.INFO, "", 1, "said %s", ("a\r\nb\x1b[31m",), None)
        line = kind.format(record)
        assert "\n" not in line
        assert "\x1b" not in line
