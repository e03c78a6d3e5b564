"""The command line: every command by its own name, in three languages, with an exit code to rely on."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from lisbot.cli import main
from lisbot.commands import COMMANDS
from lisbot.db import Database
from lisbot.packs import SHIPPED
from lisbot.texts import LANGUAGES

DONE, REFUSED, WRONG_USAGE, UNEXPECTED = 0, 1, 2, 3
REGUT, HOSPITAL = "ragnhild.soltunet@example.no", "astrid.myrholtet@example.no"
DAYS = ["2027-02-10", "2027-05-12", "2027-09-15", "2027-11-24"]


class Terminal:
    """Types a line, and remembers what came out."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *words: object) -> int:
        code = main([str(word) for word in words])
        self.out, self.err = self.capsys.readouterr()
        return code


@pytest.fixture
def type_(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    monkeypatch.setenv("SECRET_KEY", "a key for the tests, long enough to be one")
    monkeypatch.setenv("COLUMNS", "100")
    for name in ("DEFAULT_LANG", "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return Terminal(capsys)


@pytest.fixture
def council(type_: Terminal, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal on a machine whose register has the example councils."""
    monkeypatch.setenv("DATABASE_URL", database_url)
    for place in SHIPPED:
        assert type_("load", place) == DONE
    return type_


@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_lists_every_command_by_subject_in_the_readers_language(type_, lang: str):
    assert type_("--lang", lang, "--help") == DONE
    for name in (
        *COMMANDS,
        "serve",
        "demo",
        "migrate",
        "load",
        "teams-package",
        "slack-manifest",
        "completion",
    ):
        assert f"  {name} " in type_.out
    for words, spoken in (
        ("Avstemning og råd", "nb"),
        ("Avrøysting og råd", "nn"),
        ("Votes and advice", "en"),
    ):
        assert (words in type_.out) == (spoken == lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_its_arguments_in_the_readers_language(type_, name: str, lang: str):
    assert type_(name, "--help", "--lang", lang) == DONE
    for argument in COMMANDS[name].form.model_fields:
        assert f"--{argument.replace('_', '-')}" in type_.out
    assert {"nb": "Bruk: ", "nn": "Bruk: ", "en": "Usage: "}[lang] in type_.out


def test_help_comes_without_loading_the_rest():
    """The database and the Bot Framework take several times as long as somebody waits for help."""
    heavy = "{'sqlalchemy', 'botbuilder', 'aiohttp', 'alembic', 'pydantic'} & set(sys.modules)"
    code = f"import sys; from lisbot.cli import main; main(['--help']); sys.exit(str({heavy} or ''))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr.strip() in ("", "set()")


def test_it_runs_as_a_module():
    ran = subprocess.run(
        [sys.executable, "-m", "lisbot", "vote.csat"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout) == (WRONG_USAGE, "")
    assert "vote.cast" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["--colour"], "--colour"),
        (["vote.csat"], "«vote.cast»"),
        (["xyzzy"], "«xyzzy»"),
        (["body.show", "--as", REGUT], "--body-id"),
        (["body.show", "--body-id", "1"], "--as"),
        (["body.show", "--body-id", "1", "--as", REGUT, "--colour", "red"], "--colour"),
        (["body.show", "--body-id", "1", "stray", "--as", REGUT], "stray"),
        (["body.show", "--as", REGUT, "--body-id"], "--body-id"),
        (["load"], "PAKKE"),
        (["completion", "cmd.exe"], "cmd.exe"),
        (["year.load", "--as", REGUT], "--plan"),
        (["year.load", "--file", "no-such.csv", "--as", REGUT], "no-such.csv"),
        (["minutes.comment", "--meeting-id", "1", "--text", "@no-such.txt", "--as", REGUT], "no-such.txt"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_exits_with_two(type_, words: list[str], said: str):
    assert type_(*words) == WRONG_USAGE
    assert said in type_.err or not words


@pytest.mark.parametrize("command", [["me.page", "--as", REGUT], ["load", "x"], ["migrate"], ["serve"]])
def test_a_bad_setting_stops_it_with_one_line_that_names_the_setting(type_, monkeypatch, command: list[str]):
    monkeypatch.setenv("SECRET_KEY", "short")
    assert type_(*command) == WRONG_USAGE
    assert type_.err.count("\n") == 1
    assert "SECRET_KEY" in type_.err


def test_a_database_that_is_not_migrated_is_refused_with_what_to_do(type_, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/new.db")
    for command in (["me.page", "--as", REGUT], ["load", SHIPPED[0]]):
        assert type_(*command) == REFUSED
        assert "lisbot migrate" in type_.err
    assert type_("migrate") == DONE
    assert type_("migrate") == DONE
    assert type_("load", SHIPPED[0]) == DONE


def test_a_database_that_is_not_there_is_a_bad_setting(type_, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", "postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    for command in (["me.page", "--as", REGUT], ["load", SHIPPED[0]]):
        assert type_(*command) == WRONG_USAGE
        assert type_.err.startswith("lisbot: DATABASE_URL: ")
        assert type_.err.count("\n") == 1


def test_a_command_answers_in_the_members_language_with_what_is_shown(council):
    assert council("me.language", "--language", "nn", "--as", REGUT) == DONE
    assert council.out.strip()
    assert council.err == ""
    assert council("body.show", "--body-id", 2, "--as", REGUT) == REFUSED
    assert "ikkje" in council.err.lower() or "ingen" in council.err.lower()


def test_a_stranger_is_refused_on_stderr(council):
    assert council("me.page", "--as", "nobody@example.no") == REFUSED
    assert council.out == ""
    assert "RegUt" in council.err


def test_json_says_status_words_and_what_is_shown(council):
    assert council("body.show", "--body-id", 1, "--as", REGUT, "--json") == DONE
    answer = json.loads(council.out)
    assert set(answer) == {"status", "words", "shown"}
    assert (answer["status"], answer["shown"]["type"]) == (200, "AdaptiveCard")

    assert council("year.plan", "--body-id", 1, "--dates", "2027-02-30", "--as", REGUT, "--json") == REFUSED
    answer = json.loads(council.out)
    assert (answer["status"], council.err) == (422, "")
    assert "2027-02-30" in answer["words"]


def test_what_nobody_foresaw_exits_with_three_and_a_reference(council, database_url: str, caplog):
    async def break_it() -> None:
        db = Database(database_url)
        async with db.engine.begin() as connection:
            await connection.execute(sql("ALTER TABLE term RENAME TO gone"))
        await db.close()

    asyncio.run(break_it())
    assert council("me.page", "--as", REGUT) == UNEXPECTED
    assert council.out == ""
    (record,) = [r for r in caplog.records if "ref" in r.getMessage()]
    assert record.getMessage().rpartition(" ")[2] in council.err


def test_a_log_that_is_not_whole_exits_with_one(council, database_url: str):
    async def alter() -> None:
        db = Database(database_url)
        async with db.engine.begin() as connection:
            await connection.execute(sql("UPDATE log_line SET by_name = 'Somebody Else' WHERE id = 1"))
        await db.close()

    assert council("me.language", "--language", "nb", "--as", REGUT) == DONE
    assert council("log.verify", "--as", REGUT) == DONE
    asyncio.run(alter())
    for as_json in ([], ["--json"]):
        assert council("log.verify", "--as", REGUT, *as_json) == REFUSED
        assert council.out


def test_a_years_dates_are_given_as_a_list(council):
    assert council("year.plan", "--body-id", 1, "--dates", *DAYS, "--confirm", "--as", REGUT) == DONE
    assert council("year.show", "--body-id", 1, "--year", 2027, "--as", REGUT, "--json") == DONE
    assert "24. november 2027" in council.out


def test_a_hospital_may_not_plan_the_year(council):
    assert council("year.plan", "--body-id", 1, "--dates", *DAYS, "--as", HOSPITAL) == REFUSED
    assert council.out == ""


@pytest.mark.parametrize("given", [("--file", "{}"), ("--plan", "@{}")])
def test_a_file_stands_for_an_argument(council, tmp_path: Path, given: tuple[str, str]):
    plan = tmp_path / "plan.csv"
    plan.write_text("body;date;starts;ends\nsamordningsrad;2027-02-10;09:00;15:00\n", "utf-8-sig")
    option, value = given
    assert council("year.load", option, value.format(plan), "--confirm", "--as", REGUT) == DONE
    assert "10. februar 2027" in council.out


def test_two_at_signs_are_one_ordinary_one(council):
    """The meeting is not there; what matters is that no file was looked for."""
    assert council("minutes.comment", "--meeting-id", 9, "--text", "@@alle", "--as", REGUT) == REFUSED


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command(type_, shell: str):
    assert type_("completion", shell) == DONE
    for name in ("vote.cast", "load", "--dry-run" if shell != "fish" else "dry-run"):
        assert name in type_.out


def test_the_app_package_is_written(type_, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("MicrosoftAppId", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
    monkeypatch.setenv("MicrosoftAppPassword", "a password")
    monkeypatch.setenv("BASE_URL", "https://lisbot.example.no")
    assert type_("teams-package", tmp_path / "lisbot.zip") == DONE
    assert (tmp_path / "lisbot.zip").read_bytes()[:2] == b"PK"
    assert type_("teams-package", tmp_path / "nowhere" / "lisbot.zip") == WRONG_USAGE


def test_the_slack_manifest_alone_is_what_comes_out(type_, monkeypatch):
    """Before there is an app there are no secrets of its to set, and no SECRET_KEY either."""
    for name in ("SECRET_KEY", "BASE_URL", "SLACK_APP_TOKEN", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    assert type_("slack-manifest", "--url", "https://lisbot.example.no/") == DONE
    assert json.loads(type_.out)["settings"]["socket_mode_enabled"] is False
    assert type_("slack-manifest", "--socket-mode", "--lang", "nn") == DONE
    assert "møte, røyster" in json.loads(type_.out)["display_information"]["description"]
    assert type_.err == ""


def test_the_slack_manifest_is_for_the_way_the_settings_say(type_, monkeypatch):
    monkeypatch.setenv("BASE_URL", "https://lisbot.example.no")
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    assert type_("slack-manifest") == DONE
    assert json.loads(type_.out)["oauth_config"]["redirect_urls"]
    assert type_("slack-manifest", "--socket-mode") == WRONG_USAGE
    monkeypatch.delenv("SLACK_CLIENT_ID")
    monkeypatch.setenv("SLACK_APP_TOKEN", "xapp-x")
    assert type_("slack-manifest") == DONE
    assert json.loads(type_.out)["settings"]["socket_mode_enabled"] is True


def test_a_slack_manifest_that_slack_could_not_reach_is_refused(type_, monkeypatch):
    monkeypatch.delenv("BASE_URL", raising=False)
    for words in ([], ["--url", "http://localhost:3978"], ["--url", "http://lisbot.example.no"]):
        assert type_("slack-manifest", *words) == WRONG_USAGE
        assert (type_.out, type_.err.count("\n")) == ("", 1)
        assert "BASE_URL must be an https address" in type_.err
