"""The command line: every command by its own name, in three languages, with an exit code to rely on."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text as sql

from lisbot.cli import main
from lisbot.cli.command import arguments, command_parser
from lisbot.cli.overview import GROUPS, INTERNAL, MAINTENANCE
from lisbot.commands import COMMANDS, public_commands
from lisbot.council.log.former_names import FORMER_ARGUMENTS, FORMER_NAMES
from lisbot.db import Database
from lisbot.packs import SHIPPED
from lisbot.texts import LANGUAGES, text

DONE, REFUSED, WRONG_USAGE, UNEXPECTED = 0, 1, 2, 3
REGUT, HOSPITAL = "ragnhild.soltunet@example.no", "astrid.myrholtet@example.no"
PUBLIC = [command.name for command in public_commands()]
# A line is linked when no older transaction can still commit, and another test's may run on the same PostgreSQL.
MAX_TRIES = 20
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
    for name in (*PUBLIC, *MAINTENANCE):
        assert type_.out.count(f"\n  {name} ") == 1
    for group in (*GROUPS, "maintenance"):
        assert f"\n\n{text(lang, f'cli.group.{group}')}\n" in type_.out
    for words, spoken in (
        ("Avstemning og råd", "nb"),
        ("Avrøysting og råd", "nn"),
        ("Votes and advice", "en"),
    ):
        assert (words in type_.out) == (spoken == lang)


def test_what_channels_alone_run_is_no_command_here(type_):
    internal = set(COMMANDS) - set(PUBLIC)
    assert internal and internal == INTERNAL
    assert type_("--help") == DONE
    for name in internal:
        assert name not in type_.out
    for name in internal:
        assert type_(name, "--as", REGUT) == WRONG_USAGE
        assert f"«{name}»" in type_.err


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PUBLIC)
def test_every_command_explains_its_arguments_in_the_readers_language(type_, name: str, lang: str):
    assert type_(name, "--help", "--lang", lang) == DONE
    for argument in COMMANDS[name].parameters:
        assert f"--{argument.replace('_', '-')}" in type_.out
    assert {"nb": "Bruk: ", "nn": "Bruk: ", "en": "Usage: "}[lang] in type_.out


def test_it_runs_as_a_module():
    ran = subprocess.run([sys.executable, "-m", "lisbot", "vote.csat"], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (WRONG_USAGE, "")
    assert "vote.cast" in ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
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
        (["year_plan.load", "--as", REGUT], "--plan"),
        (["year_plan.load", "--file", "no-such.csv", "--as", REGUT], "no-such.csv"),
        (["minutes.comment", "--meeting-id", "1", "--text", "@no-such.txt", "--as", REGUT], "no-such.txt"),
    ],
)
def test_wrong_usage_says_what_is_wrong_and_exits_with_two(type_, words: list[str], said: str):
    assert type_(*words) == WRONG_USAGE
    assert said in type_.err
    assert type_.out == ""


def test_nothing_typed_is_wrong_usage_and_shows_the_help(type_):
    assert type_() == WRONG_USAGE
    help = type_.out
    assert type_("--help") == DONE
    assert type_.out == help


@pytest.mark.parametrize("command", [["worklist.show", "--as", REGUT], ["load", "x"], ["migrate"], ["serve"]])
def test_a_bad_setting_stops_it_with_one_line_that_names_the_setting(type_, monkeypatch, command: list[str]):
    monkeypatch.setenv("SECRET_KEY", "short")
    assert type_(*command) == WRONG_USAGE
    assert type_.err.count("\n") == 1
    assert "SECRET_KEY" in type_.err


def test_a_database_that_is_not_migrated_is_refused_with_what_to_do(type_, monkeypatch, tmp_path: Path):
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path}/new.db")
    for command in (["worklist.show", "--as", REGUT], ["load", SHIPPED[0]]):
        assert type_(*command) == REFUSED
        assert "lisbot migrate" in type_.err
    assert type_("migrate") == DONE
    assert type_("migrate") == DONE
    assert type_("load", SHIPPED[0]) == DONE


def test_a_database_that_is_not_there_is_a_bad_setting(type_, monkeypatch, tmp_path: Path):
    (tmp_path / "text").write_text("no database at all, but a long text about something else")
    places = (
        "postgresql+asyncpg://nobody@127.0.0.1:1/nothing",
        f"sqlite+aiosqlite:///{tmp_path}/text",
        "sqlite+aiosqlite:////proc/no/db",
    )
    commands = (["worklist.show", "--as", REGUT], ["load", SHIPPED[0]], ["migrate"])
    for place, command in ((place, command) for place in places for command in commands):
        monkeypatch.setenv("DATABASE_URL", place)
        assert type_(*command) == WRONG_USAGE
        assert type_.err.startswith("lisbot: DATABASE_URL: ")
        assert type_.err.count("\n") == 1


def test_a_command_answers_in_the_members_language_with_what_is_shown(council):
    assert council("person.choose_language", "--language", "nn", "--as", REGUT) == DONE
    assert "nynorsk" in council.out
    assert council.err == ""
    assert council("body.show", "--body-id", 2, "--as", REGUT) == REFUSED
    assert (council.out, council.err) == ("", text("nn", "error.not_found") + "\n")
    assert council("menu.show", "--as", REGUT) == DONE
    assert council.out.startswith(text("nn", "card.menu.title"))


def test_a_stranger_is_refused_on_stderr(council):
    assert council("worklist.show", "--as", "nobody@example.no") == REFUSED
    assert (council.out, council.err) == ("", text("nb", "error.stranger") + "\n")


def test_the_words_are_whole(council):
    """Also where a card in Teams is cut: its channel has room for some of 26 seats."""
    assert council("vote.open", "--body-id", 1, "--question", "Tilrår rådet?", "--confirm", "--as", REGUT) == DONE
    assert council("vote.show", "--vote-id", 1, "--as", REGUT, "--json") == DONE
    answer = json.loads(council.out)
    silent = [line["holder"] for line in answer["shown"]["silent"]]
    assert len(silent) == 26
    assert council("vote.show", "--vote-id", 1, "--as", REGUT) == DONE
    assert council.out == answer["words"] + "\n"
    for name in silent:
        assert name in council.out


def test_json_is_the_view_as_data(council):
    assert council("body.show", "--body-id", 1, "--as", REGUT, "--json") == DONE
    answer = json.loads(council.out)
    assert (set(answer), answer["status"], council.err) == ({"status", "words", "shown"}, 200, "")
    body = answer["shown"]
    assert body["body"]["id"] == 1
    assert body["rules"]["authority"] == "advisory"
    assert body["rules"]["mandate_on"] == "2026-06-10"
    assert len(body["seats"]) == 31
    assert {"command": "vote.open", "arguments": {"body_id": 1}} in body["actions"]


def test_json_of_a_refusal_has_its_words_and_the_form_as_data(council):
    given = ("--body-id", 1, "--dates", "2027-02-30", "2027-06-09", "--place", "Oslo")
    assert council("year_plan.set_dates", *given, "--as", REGUT, "--json") == REFUSED
    answer = json.loads(council.out)
    assert (answer["status"], council.err) == (422, "")
    assert "2027-02-30" in answer["words"]
    form = answer["shown"]
    assert (form["command"], form["context"]) == ("year_plan.set_dates", {"body_id": "1"})
    fields = {field.pop("name"): field for field in form["fields"]}
    assert fields["place"] == {
        "kind": "line", "is_list": False, "required": False, "value": "Oslo", "choices": [], "problem": "",
    }  # fmt: skip
    assert (fields["dates"]["value"], fields["dates"]["is_list"]) == ("2027-02-30\n2027-06-09", True)
    assert "2027-02-30" in fields["dates"]["problem"]


def test_json_of_a_refusal_without_a_form_shows_nothing(council):
    assert council("body.show", "--body-id", 2, "--as", REGUT, "--json") == REFUSED
    assert json.loads(council.out) == {"status": 404, "words": text("nb", "error.not_found"), "shown": None}


@pytest.mark.parametrize("before", FORMER_NAMES)
def test_a_former_name_works_and_says_what_it_is_called_today(type_, before: str):
    today = FORMER_NAMES[before]
    if COMMANDS[today].is_internal:
        assert type_(before, "--help") == WRONG_USAGE
        return
    assert type_(today, "--help") == DONE
    help = type_.out
    assert type_(before, "--help") == DONE
    assert (type_.err, type_.out.count("\n") >= help.count("\n")) == (f"«{before}» heter nå «{today}».\n", True)
    for argument in FORMER_ARGUMENTS.get(today, ()):
        assert f"--{argument} " in type_.out
        assert f"--{argument} " not in help


def test_a_former_name_does_what_it_did(council):
    assert council("me.page", "--as", REGUT, "--json") == DONE
    assert council.err == "«me.page» heter nå «worklist.show».\n"
    assert json.loads(council.out)["shown"]["name"] == "Ragnhild Soltunet"
    assert council("answer.give", "--meeting-id", 9, "--answer", "comes", "--as", HOSPITAL) == REFUSED
    assert council.err.endswith(text("nb", "error.not_found") + "\n")
    assert council("attendance.respond", "--meeting-id", 9, "--answer", "comes", "--as", HOSPITAL) == WRONG_USAGE


def test_what_the_command_line_writes_in_the_log_is_linked(council, database_url: str):
    """No server runs here that would do it."""

    async def count_unlinked() -> int | None:
        db = Database(database_url)
        async with db.read() as session:
            count: int | None = await session.scalar(sql("SELECT count(*) FROM log_line WHERE number IS NULL"))
        await db.close()
        return count

    for _ in range(MAX_TRIES):
        assert council("person.choose_language", "--language", "nb", "--as", REGUT) == DONE
        if not asyncio.run(count_unlinked()):
            break
    assert asyncio.run(count_unlinked()) == 0


def test_the_log_is_linked_before_it_is_verified(council, database_url: str):
    async def unlink() -> None:
        db = Database(database_url)
        async with db.engine.begin() as connection:
            for statement in ("UPDATE log_line SET number = NULL, link = NULL", "DELETE FROM log_head"):
                await connection.execute(sql(statement))
        await db.close()

    asyncio.run(unlink())
    for _ in range(MAX_TRIES):
        assert council("log.verify", "--as", REGUT, "--json") == DONE
        check = json.loads(council.out)["shown"]
        if not check["unlinked"]:
            break
    assert (check["lines"], check["unlinked"], check["fault"]) == (2, 0, None)  # one a pack


def test_the_history_of_a_meeting_and_a_case_are_commands_too(council):
    assert council("year_plan.set_dates", "--body-id", 1, "--dates", *DAYS, "--confirm", "--as", REGUT) == DONE
    assert council("meeting.move", "--meeting-id", 1, "--day", "2027-02-11", "--as", REGUT) == DONE
    assert council("log.show", "--meeting-id", 1, "--as", REGUT, "--json") == DONE
    history = json.loads(council.out)["shown"]
    assert [line["command"] for line in history["lines"]] == ["meeting.move"]
    assert (history["subject"], history["held_on"]) == ("meeting:1", "2027-02-11")
    title = ("--title", "Felles rotasjon", "--kind", "information")
    assert council("agenda_item.add", "--meeting-id", 1, *title, "--as", REGUT, "--json") == DONE
    (case_id,) = [item["case_id"] for item in json.loads(council.out)["shown"]["items"] if item["case_id"]]
    assert council("case.show", "--case-id", case_id, "--as", REGUT) == DONE
    assert "Felles rotasjon" in council.out


def test_what_nobody_foresaw_exits_with_three_and_a_reference(council, database_url: str, caplog):
    async def break_it() -> None:
        db = Database(database_url)
        async with db.engine.begin() as connection:
            await connection.execute(sql("ALTER TABLE term RENAME TO gone"))
        await db.close()

    asyncio.run(break_it())
    assert council("worklist.show", "--as", REGUT) == UNEXPECTED
    assert council.out == ""
    (record,) = [r for r in caplog.records if "ref" in r.getMessage()]
    assert record.getMessage().rpartition(" ")[2] in council.err


def test_a_log_that_is_not_whole_exits_with_one(council, database_url: str):
    async def alter() -> None:
        db = Database(database_url)
        async with db.engine.begin() as connection:
            await connection.execute(sql("UPDATE log_line SET by_name = 'Somebody Else' WHERE id = 1"))
        await db.close()

    assert council("person.choose_language", "--language", "nb", "--as", REGUT) == DONE
    assert council("log.verify", "--as", REGUT) == DONE
    asyncio.run(alter())
    assert council("log.verify", "--as", REGUT) == REFUSED
    fault = "Linje 1 er endret, fjernet eller satt inn."
    assert fault in council.out
    assert council("log.verify", "--as", REGUT, "--json") == REFUSED
    answer = json.loads(council.out)
    assert (answer["status"], fault in answer["words"]) == (200, True)
    assert (answer["shown"]["fault"], answer["shown"]["broken_at"]) == ("line", 1)


def test_a_years_dates_are_given_as_a_list(council):
    assert council("year_plan.set_dates", "--body-id", 1, "--dates", *DAYS, "--confirm", "--as", REGUT) == DONE
    assert council("year_plan.show", "--body-id", 1, "--year", 2027, "--as", REGUT) == DONE
    assert "24. november 2027" in council.out
    assert council("year_plan.show", "--body-id", 1, "--year", 2027, "--as", REGUT, "--json") == DONE
    meetings = json.loads(council.out)["shown"]["meetings"]
    assert [line["meeting"]["held_on"] for line in meetings] == DAYS


def test_a_hospital_may_not_plan_the_year(council):
    assert council("year_plan.set_dates", "--body-id", 1, "--dates", *DAYS, "--as", HOSPITAL) == REFUSED
    assert council.out == ""


@pytest.mark.parametrize("given", [("--file", "{}"), ("--plan", "@{}")])
def test_a_file_stands_for_an_argument(council, tmp_path: Path, given: tuple[str, str]):
    plan = tmp_path / "plan.csv"
    plan.write_text("body;date;starts;ends\nsamordningsrad;2027-02-10;09:00;15:00\n", "utf-8-sig")
    option, value = given
    assert council("year_plan.load", option, value.format(plan), "--confirm", "--as", REGUT) == DONE
    assert "10. februar 2027" in council.out


def test_two_at_signs_are_one_ordinary_one(council):
    given = ("--title", "@@alle", "--kind", "information", "--meeting-id", 1, "--as", REGUT, "--json")
    assert council("year_plan.set_dates", "--body-id", 1, "--dates", *DAYS, "--confirm", "--as", REGUT) == DONE
    assert council("agenda_item.add", *given) == DONE
    assert "@alle" in [item["title"] for item in json.loads(council.out)["shown"]["items"]]


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


def test_what_a_form_asks_of_several_things_is_given_by_thing_and_field():
    command = COMMANDS["minutes.write_items"]
    words = ["--as", REGUT, "--meeting-id", "3", "--items", "7.outcome=noted", "8.discussed=a=b"]
    args = command_parser(command, "nb").read(words)
    given = arguments(command, args, "nb")
    assert given == {"meeting_id": "3", "items.7.outcome": "noted", "items.8.discussed": "a=b"}
