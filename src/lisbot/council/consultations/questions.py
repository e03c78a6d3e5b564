"""The form that each organisation fills in: questions with a kind each, made by the secretariat; and its answers."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any

from pydantic_core import PydanticCustomError

from lisbot.council.consultations.consultations import DEFAULT_QUESTION, question_words, view_again
from lisbot.council.consultations.parts import Part, get_consultation_for
from lisbot.council.consultations.states import CONSULTATION
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, WrongInput
from lisbot.council.core.fields import ConsultationId, FormRow, Line, Number, Prefill, Prose, Repeats, row_field
from lisbot.council.core.written_dates import read_day
from lisbot.council.enums import QuestionKind as K
from lisbot.council.models import Consultation
from lisbot.texts import text

MOST = 20  # questions of one consultation
SPARE = 4  # empty rows that a form has for new ones
YES, NO = "yes", "no"
NUMBER = re.compile(r"-?\d{1,12}(?:[.,]\d{1,6})?")
ARGUMENT, FIELD = "answers", "answer"


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question as it is filled in: without words it is none. `options`: what may be chosen, one a line."""

    place: Number
    question: Line = ""
    question_kind: K = K.TEXT
    options: Prose = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The answer to one question, as it is typed."""

    answer: Prose = ""


QuestionRows = Annotated[Mapping[int, QuestionRow], Repeats(QuestionRow, order="place")]
AnswerRows = Annotated[Mapping[int, AnswerRow], Repeats(AnswerRow, is_whole=True)]


async def set_questions_prefill(act: Act, *, consultation_id: ConsultationId) -> Prefill:
    """The questions there are, and some empty rows for new ones."""
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.set_questions", consultation)
    lang = act.by.lang
    rows = [
        FormRow(
            key=each["id"],
            title=each["words"],
            values={
                "place": each["id"],
                "question": each["words"],
                "question_kind": K(each["kind"]),
                "options": "\n".join(each["options"]),
                "is_required": each["is_required"],
            },
        )
        for each in consultation.questions
    ]
    for place in range(len(rows) + 1, min(len(rows) + SPARE, MOST) + 1):
        new = {"place": place, "question_kind": K.TEXT, "is_required": False}
        rows.append(FormRow(key=place, title=text(lang, "consultation.new_question"), values=new))
    return Prefill(about=consultation.title, rows={"questions": rows}, is_saved=True)


async def set_questions(act: Act, *, consultation_id: ConsultationId, questions: QuestionRows) -> ConsultationView:
    """Make the form that each organisation fills in, before anybody is asked: questions to be answered in words, with
    yes or no, with one of several options, with a date or with a number.

    Returns ConsultationView.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    CONSULTATION.require(act, "consultation.set_questions", consultation)
    given = {each["id"]: each for each in consultation.questions}
    kept: list[tuple[int, dict[str, Any]]] = [(key, each) for key, each in given.items() if key not in questions]
    kept += [(row.place, question_of(key, row)) for key, row in questions.items() if row.question]
    if not kept:
        raise Invalid("consultation_question_needed", field=row_field("questions", 1, "question"))
    if len(kept) > MOST:
        raise Invalid("consultation_too_many_questions", max=MOST)
    kept.sort(key=lambda each: each[0])
    consultation.questions = [{**each, "id": number} for number, (_, each) in enumerate(kept, start=1)]
    return await view_again(act, consultation)


def question_of(key: int, row: QuestionRow) -> dict[str, Any]:
    """Returns a question as it is kept. Raises Invalid for a choice without two options."""
    options = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in row.options.split("\n")))))
    if row.question_kind is K.CHOICE and len(options) < 2:
        raise Invalid("consultation_options_needed", field=row_field("questions", key, "options"))
    return {
        "id": key,
        "words": row.question,
        "kind": row.question_kind.value,
        "options": options if row.question_kind is K.CHOICE else [],
        "is_required": row.is_required,
    }


def default_questions(lang: str) -> list[dict[str, Any]]:
    """Returns the form that a consultation has until its secretariat makes another: one question, in words."""
    words = text(lang, DEFAULT_QUESTION)
    return [{"id": 1, "words": words, "kind": K.TEXT.value, "options": [], "is_required": True}]


def answer_rows(consultation: Consultation, answers: Mapping[str, str], lang: str) -> list[FormRow]:
    """Returns what the form asks of an organisation, with what it answered before."""
    return [
        FormRow(
            key=each["id"],
            title=question_words(each, lang),
            values={FIELD: answers.get(str(each["id"]), "")},
            lines=tuple(filter(None, (how_to_answer(each, lang), must_answer(each, lang)))),
            choices={FIELD: offered} if (offered := options_of(each, lang)) else {},
        )
        for each in consultation.questions
    ]


def how_to_answer(question: Mapping[str, Any], lang: str) -> str:
    keys = {K.DATE: "consultation.answer_with_date", K.NUMBER: "consultation.answer_with_number"}
    key = keys.get(K(question["kind"]))
    return text(lang, key) if key else ""


def must_answer(question: Mapping[str, Any], lang: str) -> str:
    return text(lang, "consultation.must_answer") if question["is_required"] else ""


def options_of(question: Mapping[str, Any], lang: str) -> Sequence[tuple[object, str | Enum]]:
    """Returns what may be chosen as the answer to a question; nothing where it is written."""
    if question["kind"] == K.YES_NO:
        return [(YES, text(lang, "card.yes")), (NO, text(lang, "card.no"))]
    return [(each, each) for each in question["options"]]


def read_answers(
    act: Act, consultation: Consultation, given: Mapping[int, AnswerRow], former: Mapping[str, str]
) -> dict[str, str]:
    """Returns the answers to a consultation's questions, by their numbers, as they are kept; one that was not given is
    as it was. Raises WrongInput, naming every field, for answers that are none and for questions that must be answered
    and are not; Invalid where nothing is answered."""
    answers: dict[str, str] = {}
    wrong: dict[str, tuple[str, Mapping[str, object]]] = {}
    for question in consultation.questions:
        key = question["id"]
        typed = given[key].answer if key in given else former.get(str(key), "")
        try:
            if typed:
                answers[str(key)] = read_answer(act, question, typed)
            elif question["is_required"]:
                raise NoAnswer("consultation_answer_needed")
        except NoAnswer as error:
            wrong[row_field(ARGUMENT, key, FIELD)] = (error.key, {})
    if wrong:
        raise WrongInput(wrong)
    if not answers:
        first = consultation.questions[0]["id"]
        raise Invalid("consultation_statement_empty", field=row_field(ARGUMENT, first, FIELD))
    return answers


class NoAnswer(Exception):
    """What was typed is no answer to its question. `key`: a text key under input.*"""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def read_answer(act: Act, question: Mapping[str, Any], typed: str) -> str:
    """Returns an answer as it is kept. Raises NoAnswer."""
    match K(question["kind"]):
        case K.YES_NO:
            return one_of(typed, {YES, NO})
        case K.CHOICE:
            return one_of(typed, question["options"])
        case K.NUMBER:
            if not NUMBER.fullmatch(number := typed.replace(" ", "")):
                raise NoAnswer("consultation_not_number")
            return number
        case K.DATE:
            try:
                return read_day(typed, act.today).isoformat()
            except PydanticCustomError:
                raise NoAnswer("consultation_not_date") from None
    return typed


def one_of(typed: str, offered: Sequence[str] | set[str]) -> str:
    if typed not in offered:
        raise NoAnswer("consultation_not_offered")
    return typed
