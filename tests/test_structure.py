"""The same noun on every floor: command, module, view, card, texts and tests; and one meaning for one name."""

import ast
import inspect
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import get_type_hints

import pytest

import lisbot
from lisbot.cards import SHEETS
from lisbot.commands import COMMANDS
from lisbot.commands.command import Command

SRC = Path(lisbot.__file__).parent
TESTS = Path(__file__).parent
# A subject's views lie in one file, or where they are many in a package of that name.
SUBJECTS = sorted(
    path.name
    for path in (SRC / "council").iterdir()
    if path.name != "core" and ((path / "views.py").exists() or (path / "views").is_dir())
)
# Modules that are not the plural of their noun, and the commands that another noun's module does.
HOMES = {
    "account.relink": "accounts",
    "account.unlink": "accounts",
    "account.update_address": "accounts",
    "agenda.add_standing": "templates",
    "agenda.copy": "copying",
    "agenda.reorder": "agenda",
    "agenda.schedule": "schedule",
    "body.close": "body_settings",
    "body.create": "body_settings",
    "body.edit": "body_settings",
    "body.export": "body_export",
    "body.set_mandate": "body_settings",
    "body.set_rules": "body_settings",
    "body.show_settings": "body_settings",
    "call.open_all": "batch",
    "call.remind_all": "batch",
    "case.share": "splitting",
    "case.split": "splitting",
    "case_process.move": "moving",
    "case_process.note": "noting",
    "case_process.remind_due": "reminding",
    "case_process.start": "moving",
    "composition.list": "composition",
    "consent.ask": "consent_bases",
    "consent.end_basis": "consent_bases",
    "consent.list": "consent_bases",
    "consent.record_basis": "consent_bases",
    "consent.remind": "consent_endings",
    "consent.renew": "consent_bases",
    "consent.report_end": "consent_endings",
    "derived_role.mirror": "mirroring",
    "follow_up.remind": "reminding",
    "log.show": "show",
    "log.verify": "verify",
    "local_input.attach": "attaching",
    "local_input.detach": "attaching",
    "local_input.give": "giving",
    "local_input.read": "giving",
    "local_input.share": "sharing",
    "local_input.stop": "sharing",
    "local_input.tell_due": "telling",
    "meeting.remind": "reminding",
    "meeting.remind_all": "reminding",
    "minutes.add_follow_up": "follow_ups",
    "minutes.answer_comment": "comments",
    "minutes.comment": "comments",
    "minutes.record_presence": "presence",
    "minutes.record_seat": "presence",
    "minutes.write_items": "writing",
    "notice.send_all": "batch",
    "person.add_address": "new_people",
    "person.choose_language": "people",
    "person.create": "new_people",
    "person.edit": "people",
    "person.erase": "erasing",
    "person.merge": "merging",
    "person.remove_address": "new_people",
    "person.show": "people",
    "person.show_data": "person_data",
    "person.unmerge": "merging",
    "process.remove_stage": "stages",
    "process.set_stage": "stages",
    "proposal.accept": "triage",
    "proposal.merge": "triage",
    "proposal.postpone": "triage",
    "proposal.reject": "triage",
    "proposal.send_back": "triage",
    "proposal.triage": "triage",
    "proposal.triage_all": "triage_in_one",
    "proposal.undo": "triage",
    "consultation.adopt": "replies",
    "consultation.answer": "statements",
    "consultation.ask": "registering",
    "consultation.comment": "replies",
    "consultation.draft": "replies",
    "consultation.edit": "editing",
    "consultation.list": "pipeline",
    "consultation.note_answer": "statements",
    "consultation.register": "registering",
    "consultation.remind": "reminding",
    "consultation.remind_due": "reminding",
    "consultation.send": "replies",
    "consultation.set_questions": "questions",
    "consultation.withdraw": "registering",
    "referral.answer": "answers",
    "referral.bring_home": "reporting_back",
    "referral.note_answer": "answers",
    "referral.receive": "receiving",
    "referral.remind": "reminding",
    "referral.remind_due": "reminding",
    "referral.send": "sending",
    "referral.send_on": "sending",
    "referral.hand_over": "handing_over",
    "referral.withdraw": "sending",
    "register.look_back": "history",
    "register.show": "seats",
    "seat.abolish": "seat_settings",
    "seat.create": "seat_settings",
    "seat.edit": "seat_settings",
    "seat.remind_of_vacancy": "vacancies",
    "seat_change.approve": "settling",
    "seat_change.approve_namesake": "settling",
    "seat_change.send_back": "settling",
    "seat_change.take_effect": "settling",
    "standing_item.set_all": "templates",
    "standing_item.show": "templates",
    "term.add": "corrections",
    "term.begin": "holders",
    "term.correct": "corrections",
    "term.list": "history",
    "term.retract": "corrections",
    "vote.cast": "ballots",
    "vote.lift_recusal": "recusals",
    "vote.recuse": "recusals",
    "vote.remind": "reminding",
    "vote.retract": "ballots",
    "vote.show": "view",
    "year_plan.load": "year_plan_file",
}
# What a command shows that is not called as its noun: a list of them, or the thing that it changed.
PLURALS = {
    "body": "bodies",
    "case_process": "case_processes",
    "delivery": "deliveries",
    "dispatch": "dispatches",
    "outside_party": "outside_parties",
    "person": "people",
    "process": "processes",
    "summary": "summaries",
}


def plural(noun: str) -> str:
    return PLURALS.get(noun, f"{noun}s")


def subject_of(command: Command) -> str:
    package, _, _ = command.function.__module__.rpartition(".")
    return package.removeprefix("lisbot.council.")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_commands_function_lies_in_the_module_of_its_noun(command: Command):
    noun, _ = command.name.split(".")
    module = command.function.__module__.rpartition(".")[2]
    expected = HOMES.get(command.name)
    assert module == expected if expected else module in (noun, plural(noun))


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_commands_function_has_its_verb(command: Command):
    noun, verb = command.name.split(".")
    assert command.function.__name__ in (verb, f"{verb}_{noun}")
    if command.prefill:
        assert command.prefill.__name__ == f"{verb}_prefill"


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_command_returns_the_view_that_its_card_shows(command: Command):
    view = get_type_hints(command.function)["return"]
    if command.shows == "nothing":
        assert view is type(None)
        return
    name = "".join(part.title() for part in command.shows.split("_")) + "View"
    assert view.__name__ == name
    subject, file, *_ = view.__module__.removeprefix("lisbot.council.").split(".")
    assert file == "views"
    assert subject in SUBJECTS
    drawing = SHEETS[command.shows]
    file = f"lisbot.cards.{subject}"
    assert drawing.__name__ == command.shows
    assert drawing.__module__ == file or drawing.__module__.startswith(f"{file}.")
    assert next(iter(get_type_hints(drawing).values())) is view


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_a_commands_row_words_and_tests_lie_with_its_subject(command: Command):
    subject = subject_of(command)
    table = (SRC / "commands" / f"{subject}.py").read_text("utf-8")
    assert f'Command("{command.name}"' in " ".join(table.split()).replace('Command( "', 'Command("')
    noun, verb = command.name.split(".")
    for lang in ("nb", "nn", "en"):
        words = tomllib.loads((SRC / "texts" / lang / f"{subject}.toml").read_text("utf-8"))
        assert verb in words["command"][noun]
    tests = "".join(path.read_text("utf-8") for path in (TESTS / "council" / subject).glob("test_*.py"))
    if f'"{command.name}"' not in tests:
        pytest.fail(f"no test in tests/council/{subject}/ runs {command.name}")


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_subject_is_on_every_floor(subject: str):
    council = SRC / "council"
    assert (council / subject / "__init__.py").exists()
    assert {path.stem for path in (council / "models").glob("*.py")} >= {subject} - {"overview", "delivery", "journeys"}
    assert (SRC / "cards" / f"{subject}.py").exists() or (SRC / "cards" / subject).is_dir()
    assert (SRC / "commands" / f"{subject}.py").exists()


def files_of_views(subject: str) -> list[Path]:
    folder = SRC / "council" / subject
    return [path for path in (folder / "views.py", *sorted((folder / "views").glob("*.py"))) if path.exists()]


def test_every_view_is_frozen_and_holds_no_row():
    for subject in SUBJECTS:
        tree = ast.parse("\n".join(path.read_text("utf-8") for path in files_of_views(subject)))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not any(module and module.startswith(("sqlalchemy", "lisbot.council.models")) for module in imported)
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not any(ast.unparse(base) == "StrEnum" for base in node.bases):
                assert "dataclass(frozen=True, slots=True)" in map(ast.unparse, node.decorator_list), node.name


def test_no_address_is_written_in_the_cards():
    for path in (SRC / "cards").rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        docstrings = {id(node.body[0].value) for node in ast.walk(tree) if has_docstring(node)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
                assert not node.value.startswith("/") and "://" not in node.value, (path.name, node.value)


def has_docstring(node: ast.AST) -> bool:
    body = getattr(node, "body", None)
    return bool(isinstance(body, list) and body and isinstance(body[0], ast.Expr)
                and isinstance(body[0].value, ast.Constant))  # fmt: skip


def test_one_public_name_means_one_thing_in_a_package():
    """But for the functions of commands, whose module says what they do it to."""
    of_commands = {
        (function.__module__, function.__name__)
        for command in COMMANDS.values()
        for function in (command.function, command.prefill)
        if function
    }
    twice = []
    for package in {path.parent for path in SRC.rglob("*.py")} - {SRC / "migrations" / "versions"}:
        homes: dict[str, list[str]] = defaultdict(list)
        for path in package.glob("*.py"):
            module = ".".join(("lisbot", *path.relative_to(SRC).with_suffix("").parts))
            for node in ast.parse(path.read_text("utf-8")).body:
                if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                    continue
                if not node.name.startswith("_") and (module, node.name) not in of_commands:
                    homes[node.name].append(path.name)
        twice += [(str(package.relative_to(SRC)), name, found) for name, found in homes.items() if len(found) > 1]
    assert sorted(twice) == []


def test_a_command_that_shows_something_says_so_in_its_docstring():
    for command in COMMANDS.values():
        said = inspect.getdoc(command.function) or ""
        assert said.endswith("."), command.name
