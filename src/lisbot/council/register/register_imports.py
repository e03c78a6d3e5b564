"""Bringing a spreadsheet into the register: read, asked about where it is not clear, carried out, and undone as one."""

import asyncio
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePath
from typing import Annotated, Any

from lisbot.council.core.access import lock, secretariats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import FormRow, Id, ImportId, Line, Name, Prefill, Repeats, Spreadsheet
from lisbot.council.models import RegisterImport, Secretariat
from lisbot.council.register.consent_bases import ask_imported
from lisbot.council.register.import_columns import UnderstoodSheet, understand
from lisbot.council.register.import_plan import ImportPlan, Question
from lisbot.council.register.import_planner import Planner
from lisbot.council.register.import_rows import make_rows, read_known, remove_rows, take_back_questions
from lisbot.council.register.secretariats import get_own_secretariat, own_secretariats
from lisbot.council.register.spreadsheets import UnreadableError, read_sheet
from lisbot.council.register.states import REGISTER_IMPORT, import_state
from lisbot.council.register.views.secretariats import LeftOut, RegisterImportView
from lisbot.texts import counted, has, text

MADE = ("body", "organisation", "person", "seat", "term")  # what is said of a file's rows
LEAST_NUMBER, NUMBERS = 100_000_000, 800_000_000  # of a question in a form


@dataclass(frozen=True)
class AnsweredQuestion:
    """The answer to one question about a file."""

    answer: Line


AnsweredQuestions = Annotated[Mapping[int, AnsweredQuestion], Repeats(AnsweredQuestion)]


async def upload_prefill(act: Act) -> Prefill:
    secretariats = await own_secretariats(act)
    return Prefill(choices={"secretariat_id": secretariats}, required=("secretariat_id",) if secretariats else ())


async def upload(
    act: Act, *, sheet: Spreadsheet, file_name: Name = "", secretariat_id: Id | None = None
) -> RegisterImportView:
    """Read a spreadsheet of who represents whom, XLSX or CSV: columns in any order, one person and seat a line.
    Nothing is brought in before that is said.

    Returns RegisterImportView. Raises Invalid for a file that is none, is protected, or is too large.
    """
    secretariat = await get_own_secretariat(act, secretariat_id)
    try:
        found = understand(await asyncio.to_thread(read_sheet, sheet))
    except UnreadableError as error:
        values: dict[str, Any] = dict(error.values)
        if "column" in values:
            values["column"] = text(act.by.lang, values["column"])
        raise Invalid(error.key, field="sheet", **values) from None
    row = RegisterImport(
        secretariat_id=secretariat.id,
        by_id=act.by_id,
        file_name=PurePath(file_name.replace("\\", "/")).name or text(act.by.lang, "import.unnamed"),
        made_at=act.at,
        read=found.as_json(),
        answers={},
    )
    act.db.add(row)
    await act.db.flush()
    return await import_view(act, row, secretariat)


async def get_import_for(act: Act, import_id: int) -> tuple[RegisterImport, Secretariat]:
    """Returns a spreadsheet that was brought in, and its secretariat. Raises NotFound for another secretariat's."""
    row = await act.db.get(RegisterImport, import_id, with_for_update=lock(act, RegisterImport), populate_existing=True)
    if row is None or row.secretariat_id not in secretariats_of(act.by):
        raise NotFound
    return row, await act.db.get_one(Secretariat, row.secretariat_id)


async def show(act: Act, *, import_id: ImportId) -> RegisterImportView:
    """See what was understood of a spreadsheet, what is asked, and what it would make or has made.

    Returns RegisterImportView.
    """
    row, secretariat = await get_import_for(act, import_id)
    return await import_view(act, row, secretariat)


async def plan_of(act: Act, row: RegisterImport) -> ImportPlan:
    """Returns what a spreadsheet would make, beside the register as it is now."""
    title = PurePath(row.file_name).stem
    known = await read_known(act, row.secretariat_id)
    return Planner(UnderstoodSheet.from_json(row.read), known, row.answers, act.today, title).make()


async def import_view(act: Act, row: RegisterImport, secretariat: Secretariat) -> RegisterImportView:
    act.concerns(f"register_import:{row.id}", f"secretariat:{secretariat.id}")
    sheet = UnderstoodSheet.from_json(row.read)
    plan = await plan_of(act, row) if row.carried_out_at is None else ImportPlan()
    made: Mapping[str, Any] = row.made or {}
    told: Mapping[str, Any] = made.get("told", {})
    new = [person.name for person in plan.people if person.id is None]
    open_questions = [each for each in plan.questions if not is_answered(each, row.answers)]
    return RegisterImportView(
        id=row.id,
        file_name=row.file_name,
        secretariat=secretariat.name,
        made_at=row.made_at,
        state=import_state(row),
        lines=len(sheet.rows) + len(sheet.left_out),
        columns=tuple(sheet.columns.items()),
        unknown=tuple(sheet.unknown),
        filled=sheet.filled,
        formulas=sheet.formulas,
        sheets_not_read=tuple(sheet.not_read),
        open_questions=len(open_questions),
        answered=len(plan.questions) - len(open_questions),
        bodies=tuple(told.get("body", [each.name for each in plan.bodies if each.id is None])),
        organisations=tuple(told.get("organisation", [each.name for each in plan.organisations if each.id is None])),
        people=tuple(told.get("person", new)),
        known_people=sum(person.id is not None for person in plan.people),
        seats=len(made["seat"]) if made else sum(seat.id is None for seat in plan.seats),
        terms=len(made["term"]) if made else plan.count_terms(),
        left_out=tuple(LeftOut(*each) for each in (told.get("left_out") or plan.left_out)),
        actions=REGISTER_IMPORT.allowed(act, row),
    )


def is_answered(question: Question, answers: Mapping[str, str]) -> bool:
    return answers.get(question.key) in {value for value, _ in question.choices}


def number_of(question: Question) -> int:
    """Returns the number by which a form knows a question, the same whatever else is asked."""
    return LEAST_NUMBER + zlib.crc32(question.key.encode()) % NUMBERS


async def answer_prefill(act: Act, *, import_id: ImportId) -> Prefill:
    row, _ = await get_import_for(act, import_id)
    plan = await plan_of(act, row) if row.carried_out_at is None else ImportPlan()
    return Prefill(
        about=row.file_name,
        rows={
            "questions": [
                FormRow(
                    key=number_of(question),
                    title=text(act.by.lang, f"import.question.{question.kind}", **question.values),
                    values={"answer": row.answers.get(question.key)},
                    choices={"answer": choices_of(act, question)},
                )
                for question in plan.questions
            ]
        },
    )


def choices_of(act: Act, question: Question) -> Sequence[tuple[object, str | Enum]]:
    """Returns what may be answered to a question, in words."""

    def words(value: str, said: str) -> str:
        if value == "new":
            return text(act.by.lang, "import.choice.new_body", name=said)
        key = f"import.choice.{said}"
        return text(act.by.lang, key) if said.isidentifier() and has(act.by.lang, key) else said

    return [(value, words(value, said)) for value, said in question.choices]


async def answer(act: Act, *, import_id: ImportId, questions: AnsweredQuestions | None = None) -> RegisterImportView:
    """Answer what is not clear in a spreadsheet.

    Returns RegisterImportView. Raises Conflict once it is carried out.
    """
    row, secretariat = await get_import_for(act, import_id)
    REGISTER_IMPORT.require(act, "register_import.answer", row)
    asked = {number_of(each): each for each in (await plan_of(act, row)).questions}
    answers = dict(row.answers)
    for number, given in (questions or {}).items():
        question = asked.get(number)
        if question is not None:
            answers[question.key] = given.answer
            if not is_answered(question, answers):
                raise Invalid("not_offered_any_more", field=f"questions.{number}.answer")
    row.answers = answers
    await act.db.flush()
    return await import_view(act, row, secretariat)


async def carry_out_prefill(act: Act, *, import_id: ImportId) -> Prefill:
    return Prefill(about=(await get_import_for(act, import_id))[0].file_name)


async def carry_out(act: Act, *, import_id: ImportId) -> RegisterImportView:
    """Bring into the register what a spreadsheet says: new councils, organisations, seats, people and terms. What is
    there already stays as it is. Who has a seat by it is asked for consent to being named, where the secretariat asks
    for that; nobody is told anything else.

    Returns RegisterImportView. Raises Conflict while something is asked, and where nothing is new.
    """
    row, secretariat = await get_import_for(act, import_id)
    REGISTER_IMPORT.require(act, "register_import.carry_out", row)
    plan = await plan_of(act, row)
    open_questions = sum(not is_answered(each, row.answers) for each in plan.questions)
    if open_questions:
        raise Conflict("import_has_questions", count=open_questions)
    made = await make_rows(act, plan, secretariat)
    counts = {kind: len(made[kind]) for kind in MADE}
    if not any(counts.values()):
        raise Conflict("nothing_to_import", name=row.file_name)
    made["consent_request"] = await ask_imported(act, secretariat.id, made["term"])
    act.ask_first("import_makes", what=counted(counts))
    if asked := len(made["consent_request"]):
        act.ask_first("import_asks_consent", count=asked)
    else:
        act.ask_first("import_tells_nobody")
    if plan.left_out:
        act.ask_first("import_leaves_out", count=len(plan.left_out))
    row.made, row.carried_out_at = made, act.at
    await act.db.flush()
    act.did(name=row.file_name)
    return await import_view(act, row, secretariat)


async def undo_prefill(act: Act, *, import_id: ImportId) -> Prefill:
    return await carry_out_prefill(act, import_id=import_id)


async def undo(act: Act, *, import_id: ImportId) -> RegisterImportView:
    """Take back all that a spreadsheet brought in, as one: the register is as it was before, and nobody is asked any
    more what it asked.

    Returns RegisterImportView. Raises Conflict where some of it is in use since.
    """
    row, secretariat = await get_import_for(act, import_id)
    REGISTER_IMPORT.require(act, "register_import.undo", row)
    made = row.made or {}
    await take_back_questions(act, made.get("consent_request", ()), row.carried_out_at)
    await remove_rows(act, made)
    act.ask_first("import_undone", what=counted({kind: len(made[kind]) for kind in MADE}))
    row.undone_at = act.at
    await act.db.flush()
    return await import_view(act, row, secretariat)
