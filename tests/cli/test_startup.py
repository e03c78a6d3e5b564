"""A command starts without what it does not need, and ends without losing what it said."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from lisbot import db
from lisbot.cards import SHEETS
from lisbot.cli import main
from lisbot.commands import COMMANDS, SUBJECTS, cases, load_functions, log, meetings, minutes, overview, register, votes
from lisbot.council import models
from lisbot.deferred import DeferredModule
from lisbot.packs import SHIPPED

REGUT = "ragnhild.soltunet@example.no"
# What other commands need, other channels, other databases, and the server.
HEAVY = {
    *("aiohttp", "alembic", "apscheduler", "asyncpg", "babel", "botbuilder", "cryptography", "holidays", "jinja2"),
    *("jsonschema", "prometheus_client", "rich", "shtab", "slack_bolt", "slack_sdk", "uvloop"),
    *("sqlalchemy.dialects.postgresql", "lisbot.app", "lisbot.channels", "lisbot.outbox", "lisbot.packs"),
}
OTHER_SUBJECTS = {
    f"lisbot.council.{name}" for name in ("cases.cases", "meetings.rows", "minutes.minutes", "votes.votes")
}


@pytest.fixture
def settings(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a machine with one council and a vote."""
    given = {
        "SECRET_KEY": "a key for the tests, long enough to be one",
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/lisbot.db",
    }
    (tmp_path / "lisbot.db").write_bytes(sqlite_template.read_bytes())
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    assert main(["load", str(SHIPPED[0])]) == 0
    assert main(["vote.open", "--body-id", "1", "--question", "Tilrår rådet?", "--confirm", "--as", REGUT]) == 0
    return dict(os.environ) | given


def imported(settings: dict[str, str], *words: str) -> set[str]:
    """The modules that one run of lisbot imports."""
    code = f"import sys, json; from lisbot.cli import main; main({list(words)}); print(json.dumps(list(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], env=settings, capture_output=True, text=True, check=True)
    return set(json.loads(ran.stdout.splitlines()[-1]))


def test_a_vote_is_shown_without_what_other_commands_need(settings):
    modules = imported(settings, "vote.show", "--vote-id", "1", "--as", REGUT)
    assert "lisbot.council.votes.view" in modules
    assert modules & (HEAVY | OTHER_SUBJECTS) == set()


def test_the_menu_is_shown_without_the_rest(settings):
    modules = imported(settings, "menu.show", "--as", REGUT)
    assert "lisbot.council.overview.menu" in modules
    assert modules & (HEAVY | OTHER_SUBJECTS | {"lisbot.council.votes.view"}) == set()


@pytest.mark.parametrize("words", [["--help"], ["vote.csat"], ["migrate", "--help"], ["--version"], []])
def test_help_comes_without_the_rest(words: list[str]):
    """The database takes several times as long as somebody waits for help."""
    heavy = {"sqlalchemy", "pydantic", "pydantic_core", "lisbot.commands", "lisbot.cards", "lisbot.db"}
    assert imported(dict(os.environ), *words) & (HEAVY | heavy) == set()


@pytest.mark.parametrize("subject", [cases, log, meetings, minutes, overview, register, votes])
def test_what_stands_for_a_module_is_named_after_it(subject):
    deferred = {name: each for name, each in vars(subject).items() if isinstance(each, DeferredModule)}
    assert deferred
    for name, each in deferred.items():
        assert each.name.rpartition(".")[2] == name


def test_every_function_of_the_table_is_there():
    for command in COMMANDS.values():
        assert inspect.iscoroutinefunction(inspect.unwrap(command.function)), command.name
        assert command.prefill is None or inspect.iscoroutinefunction(inspect.unwrap(command.prefill)), command.name
    for name, draw in SHEETS.items():
        assert inspect.isfunction(inspect.unwrap(draw)), name
    shown = {command.shows for command in COMMANDS.values() if not (command.is_internal and command.shows == "nothing")}
    assert set(SHEETS) == shown


def test_a_server_loads_them_all_at_once():
    code = "import sys; from lisbot.commands import *; load_functions(); print(*sys.modules, sep='\\n')"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    functions = (*(command.function for command in COMMANDS.values()), *SHEETS.values())
    assert {inspect.unwrap(function).__module__ for function in functions} <= set(ran.stdout.split())
    load_functions()
    assert sum(len(rows) for rows in SUBJECTS.values()) == len(COMMANDS)


def test_every_model_is_where_the_list_says():
    named = [name for names in models.FILES.values() for name in names.split()]
    assert sorted([*named, "Base", "table"]) == sorted(models.__all__)
    for name in named:
        assert getattr(models, name).__module__ == f"lisbot.council.models.{models.FILE_OF[name]}"
    with pytest.raises(AttributeError):
        _ = models.Nothing


def test_whoever_asks_for_base_gets_every_table():
    code = "from lisbot.council.models import Base; print(*Base.metadata.tables)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ran.stdout.split()) == set(models.Base.metadata.tables)


def test_the_newest_revision_is_alembics():
    assert db.newest() == ScriptDirectory.from_config(db.revisions()).get_current_head()


def test_what_it_said_is_all_there_when_it_has_ended(settings):
    words = ["vote.show", "--vote-id", "1", "--as", REGUT, "--json"]
    ran = subprocess.run([sys.executable, "-m", "lisbot", *words], env=settings, capture_output=True, text=True)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert len(json.loads(ran.stdout)["shown"]["silent"]) == 26


def test_the_exit_code_is_the_commands(settings):
    words = ["vote.show", "--vote-id", "9", "--as", REGUT]
    ran = subprocess.run([sys.executable, "-m", "lisbot", *words], env=settings, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.strip()


def test_whoever_has_read_enough_is_no_error(settings):
    ran = subprocess.run(
        f"{sys.executable} -m lisbot vote.show --vote-id 1 --as {REGUT} | true; exit ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", env=settings, capture_output=True, text=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
