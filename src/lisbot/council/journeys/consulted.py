"""The councils that were asked about a case in a consultation, to whoever may see that consultation."""

from collections.abc import Iterable, Iterator
from datetime import date

from lisbot.council.consultations.consultations import body_line, question_line, request_lines, seen_bodies
from lisbot.council.consultations.parts import Part, is_out, label, may_read, parts_in
from lisbot.council.consultations.states import COLLECTING
from lisbot.council.consultations.views import ConsultationRequestLine, ConsultedBodyLine
from lisbot.council.core.context import Act
from lisbot.council.enums import ConsultationState as S
from lisbot.council.enums import StationRole, WaitsFor
from lisbot.council.journeys.views import Said, Station, Wait
from lisbot.council.journeys.waits import day_of
from lisbot.council.models import Consultation, ConsultationBody


def councils_asked(act: Act, consultation: Consultation) -> Iterator[Station]:
    """Yields who asks from outside in a consultation, with the reply, and the councils that it asked, as far as the
    member sees them on the consultation itself."""
    parts = parts_in(act.by, consultation)
    if act.by.is_room or not parts:
        return
    if consultation.party_id is not None:
        yield asker(act, consultation)
    for asked in seen_bodies(act, consultation, parts):
        yield council_asked(act, consultation, asked, parts)


def wait_for_councils(act: Act, consultations: Iterable[Consultation]) -> Wait | None:
    """Returns that councils are asked about a case, as far as the member sees it; None where none is any more."""
    for consultation in consultations:
        parts = parts_in(act.by, consultation)
        if act.by.is_room or not parts or consultation.state not in COLLECTING:
            continue
        until = due_on(consultation) or consultation.answer_by
        assert consultation.asked_at is not None
        return Wait(
            WaitsFor.CONSULTATION,
            tuple(each.body.name for each in seen_bodies(act, consultation, parts)),
            since=day_of(consultation.asked_at, act.tz),
            until=until,
            is_overdue=until < act.today,
            consultation_id=consultation.id,
        )
    return None


def asker(act: Act, consultation: Consultation) -> Station:
    assert consultation.asked_at is not None
    moment = consultation.replied_at or consultation.ended_at
    return Station(
        StationRole.ASKS,
        consultation.asker,
        day_of(consultation.asked_at, act.tz),
        day_of(moment, act.tz) if moment else None,
        number=label(consultation),
        title=consultation.title,
        is_outside=True,
        said=tuple(replied(act, consultation)),
        consultation_id=consultation.id,
    )


def replied(act: Act, consultation: Consultation) -> Iterator[Said]:
    """Yields the reply that was sent, to whom it was sent to."""
    if consultation.state is S.SENT and consultation.replied_at is not None:
        day, words = day_of(consultation.replied_at, act.tz), consultation.reply or ""
        yield Said(day, consultation.replied_by, words, is_reply=True)


def council_asked(act: Act, consultation: Consultation, asked: ConsultationBody, parts: set[Part]) -> Station:
    recused, is_inside = is_out(act.by, consultation, parts), bool(parts - {Part.ASKER})
    line = body_line(act, consultation, asked, recused, Part.SECRETARIAT in parts, is_inside)
    reads = may_read(act.by, consultation, parts)
    requests = request_lines(act, consultation, parts, recused, reads, asked.body_id)
    moment = line.adopted_at or consultation.replied_at or consultation.ended_at
    assert consultation.asked_at is not None
    return Station(
        StationRole.CONSULTED,
        line.body.name,
        day_of(consultation.asked_at, act.tz),
        day_of(moment, act.tz) if moment else None,
        number=label(consultation),
        title=consultation.title,
        affiliation="" if consultation.party_id is None else consultation.asker,
        state=consultation.state,
        answer_by=due_on(consultation) if is_inside else None,
        said=tuple(said_by(act, consultation, line, requests)),
        consultation_id=consultation.id,
        questions=tuple(question_line(each, act.by.lang) for each in consultation.questions),
    )


def due_on(consultation: Consultation) -> date | None:
    """Returns by when a council is to say something: its organisations' statements, and then that it adopts the
    reply to somebody outside."""
    if consultation.state is S.ASKED:
        return consultation.statements_by
    return consultation.adopt_by if consultation.party_id is not None else None


def said_by(
    act: Act, consultation: Consultation, line: ConsultedBodyLine, requests: tuple[ConsultationRequestLine, ...]
) -> Iterator[Said]:
    """Yields what a council said: to somebody outside that it adopted the reply, to its own secretariat what each of
    its organisations stated, and what was replied. And how it ended."""
    for each in requests if consultation.party_id is None else ():
        if each.statement is not None:
            day, given = day_of(each.statement.at, act.tz), each.statement.answers
            yield Said(day, each.organisation, is_late=each.statement.is_late, answers=given)
    if line.adopted_at is not None:
        yield Said(day_of(line.adopted_at, act.tz), line.body.name, line.adopted_note, adopted=line.adopted_way)
    if consultation.party_id is None:
        yield from replied(act, consultation)
    if consultation.state is S.WITHDRAWN and consultation.ended_at is not None:
        yield Said(day_of(consultation.ended_at, act.tz), words=consultation.end_reason)
