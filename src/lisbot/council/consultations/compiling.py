"""What was stated, put together question by question: what a draft of the reply begins from."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from lisbot.council.consultations.consultations import last_statement, question_words
from lisbot.council.consultations.parts import is_silent
from lisbot.council.core.fields import MAX_PROSE
from lisbot.council.core.quoting import quote
from lisbot.council.enums import QuestionKind as K
from lisbot.council.models import Consultation, ConsultationRequest, ConsultationStatement
from lisbot.texts import format_list, format_value, text

COUNTED = (K.YES_NO, K.CHOICE)


def compile_statements(consultation: Consultation, lang: str) -> str:
    """Returns what each organisation stated, in the bodies' language, under each question; how many answered what of
    those that are counted; and who is silent or recused. The applicant's own statement is left out."""
    heard = [each for each in consultation.requests if not each.is_recused]
    stated = [(each, last) for each in heard if (last := last_statement(each)) is not None]
    of = {each.body_id: each.body.name for each in consultation.bodies}
    parts = [
        text(lang, "consultation.compiled", names=format_list(lang, of.values()), stated=len(stated), asked=len(heard))
    ]
    parts += [part_of(consultation, each, stated, lang) for each in consultation.questions]
    silent = [each.organisation_name for each in heard if is_silent(each)]
    if silent:
        parts.append(text(lang, "consultation.compiled_silent", names=format_list(lang, dict.fromkeys(silent))))
    recused = dict.fromkeys(each.organisation_name for each in consultation.requests if each.is_recused)
    if recused:
        parts.append(text(lang, "consultation.compiled_recused", names=format_list(lang, recused)))
    whole = "\n\n".join(parts)
    if len(whole) <= MAX_PROSE:
        return whole
    end = "\n\n" + text(lang, "consultation.compiled_cut")
    return whole[: MAX_PROSE - len(end)].rstrip() + end


Stated = list[tuple[ConsultationRequest, ConsultationStatement]]


def part_of(consultation: Consultation, question: Mapping[str, Any], stated: Stated, lang: str) -> str:
    """Returns a question with what each organisation answered."""
    key = str(question["id"])
    answered = [(request, last, last.answers[key]) for request, last in stated if key in last.answers]
    lines = [f"{question['id']}. {question_words(question, lang)}"]
    if K(question["kind"]) in COUNTED and answered:
        counts = Counter(said(question, words, lang) for _, _, words in answered)
        lines.append(format_list(lang, [f"{words}: {count}" for words, count in counts.items()]))
    several = len(consultation.bodies) > 1
    names = {each.body_id: each.body.name for each in consultation.bodies}
    for request, last, words in answered:
        who = f"{request.organisation_name} ({names[request.body_id]})" if several else request.organisation_name
        late = " " + text(lang, "consultation.compiled_late") if last.is_late else ""
        lines.append(f"– {who}{late}: {quoted(question, words, lang)}")
    if not answered:
        lines.append(text(lang, "consultation.compiled_none"))
    return "\n".join(lines)


def quoted(question: Mapping[str, Any], words: str, lang: str) -> str:
    """Returns an answer: what somebody wrote between quotation marks, what they chose as it is called."""
    if question["kind"] != K.TEXT:
        return said(question, words, lang)
    lines = list(filter(None, quote(words).split("\n")))
    return lines[0] if len(lines) == 1 else "\n" + "\n".join(lines)


def said(question: Mapping[str, Any], words: str, lang: str) -> str:
    match K(question["kind"]):
        case K.YES_NO:
            return text(lang, "card.yes" if words == "yes" else "card.no")
        case K.DATE:
            return str(format_value(lang, date.fromisoformat(words)))
    return words
