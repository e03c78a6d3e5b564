"""What is shown of one consultation."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from lisbot.council.consultations.cases import read_case
from lisbot.council.consultations.deadlines import STEPS, days_of
from lisbot.council.consultations.parts import (
    Part,
    get_consultation_for,
    is_by_hand,
    is_out,
    is_own_request,
    is_recused,
    is_silent,
    label,
    may_read,
    parts_in,
)
from lisbot.council.consultations.states import COLLECTING, CONSULTATION
from lisbot.council.consultations.telling import not_among
from lisbot.council.consultations.views import (
    ConsultationAnswer,
    ConsultationCommentLine,
    ConsultationContact,
    ConsultationDay,
    ConsultationQuestion,
    ConsultationRequestLine,
    ConsultationStatementLine,
    ConsultationView,
    ConsultedBodyLine,
)
from lisbot.council.core.access import P, may
from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.fields import ConsultationId
from lisbot.council.core.periods import in_force
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import ConsultationState as S
from lisbot.council.enums import QuestionKind
from lisbot.council.models import (
    Body,
    Consultation,
    ConsultationBody,
    ConsultationRequest,
    ConsultationStatement,
    Person,
    Secretariat,
    Staff,
)
from lisbot.council.register.bodies import body_ref
from lisbot.texts import LANGUAGES, sort_key, text

DEFAULT_QUESTION = "consultation.default_question"  # what is asked where its secretariat asks nothing else


async def show(act: Act, *, consultation_id: ConsultationId) -> ConsultationView:
    """See a consultation: what is asked, who has stated what, the draft and the reply.

    Returns ConsultationView: to the secretariat all of it, to members of the councils that are asked their own
    statement, and what the others stated once there is a draft; to whoever asks what they asked, and the reply.
    """
    return await whole_view(act, await get_consultation_for(act, consultation_id))


async def view_again(act: Act, consultation: Consultation) -> ConsultationView:
    """Returns a consultation as it is after a change."""
    await act.db.flush()
    return await whole_view(act, consultation)


async def whole_view(act: Act, consultation: Consultation) -> ConsultationView:
    """Returns a consultation with the case that it is about, where the member may open that, and with whom to ask for
    whoever asks from outside."""
    view = replace(consultation_view(act, consultation), case=await read_case(act, consultation))
    if view.is_keeper and view.silent and consultation.state in COLLECTING:
        silent = [each for each in consultation.requests if is_silent(each)]
        view = replace(view, unrepresented=await not_among(act, consultation, silent))
    return replace(view, contact=await read_contact(act, consultation)) if view.is_asker else view


async def read_contact(act: Act, consultation: Consultation) -> ConsultationContact | None:
    """Returns who approved the reply, or else somebody who works today at a secretariat of the bodies that are asked.
    One statement."""
    bodies = [each.body_id for each in consultation.bodies]
    query = (
        select(Person.name, Person.email, Secretariat.name.label("secretariat"))
        .join(Staff, Staff.person_id == Person.id)
        .join(Secretariat, Secretariat.id == Staff.secretariat_id)
        .join(Body, Body.secretariat_id == Secretariat.id)
        .where(Body.id.in_(bodies), in_force(Staff, act.today))
        .order_by(Person.name != consultation.replied_by, Person.name, Person.id)
        .limit(1)
    )
    row = (await act.db.execute(query)).one_or_none()
    return ConsultationContact(row.name, row.email or "", row.secretariat) if row is not None else None


def consultation_view(act: Act, consultation: Consultation) -> ConsultationView:
    parts = parts_in(act.by, consultation)
    is_secretariat, is_inside = Part.SECRETARIAT in parts, bool(parts - {Part.ASKER})
    recused = is_out(act.by, consultation, parts)
    reads = may_read(act.by, consultation, parts)
    is_sent = consultation.state is S.SENT
    return ConsultationView(
        id=consultation.id,
        number=label(consultation),
        title=consultation.title,
        asker=consultation.asker,
        is_own=consultation.party_id is None,
        reference=consultation.reference,
        background=consultation.background,
        links=tuple(filter(None, consultation.links.split("\n"))),
        specialty=consultation.specialty,
        region=consultation.region,
        applicant=consultation.applicant.name if consultation.applicant else "",
        state=consultation.state,
        arrived_on=consultation.arrived_on,
        registered_by=consultation.registered_by if is_inside else "",
        answer_by=consultation.answer_by,
        days=day_lines(act, consultation) if is_inside else (),
        next_step=next_step(consultation, act.today) if is_inside else "",
        is_overdue=is_inside and is_overdue(consultation, act.today),
        is_keeper=is_secretariat,
        is_asker=not is_inside,
        is_recused=recused and is_inside,
        bodies=tuple(
            body_line(act, consultation, each, recused, is_secretariat, is_inside)
            for each in seen_bodies(act, consultation, parts)
        ),
        questions=tuple(question_line(each, act.by.lang) for each in consultation.questions) if is_inside else (),
        requests=request_lines(act, consultation, parts, recused, reads),
        silent=silent_names(consultation) if is_secretariat else (),
        draft=consultation.draft if reads else "",
        draft_version=consultation.draft_version if reads else 0,
        drafted_at=consultation.drafted_at if reads else None,
        drafted_by=consultation.drafted_by if reads else "",
        comments=tuple(comment_line(each) for each in consultation.comments) if reads else (),
        reply=(consultation.reply or "") if is_sent else "",
        replied_at=consultation.replied_at if is_sent else None,
        is_by_hand=consultation.party is not None and is_by_hand(consultation.party),
        replied_by=consultation.replied_by if is_sent else "",
        ended_at=consultation.ended_at,
        end_reason=consultation.end_reason,
        actions=actions_on(act, consultation, parts, recused),
    )


def actions_on(act: Act, consultation: Consultation, parts: set[Part], recused: bool) -> tuple[AllowedAction, ...]:
    """Returns what the member may do with a consultation as a whole."""
    bodies = [each.body_id for each in consultation.bodies]
    offered: list[AllowedAction] = []
    commented = next((each for each in bodies if act.allows("consultation.comment", each)), None)
    may_comment = commented is not None and not recused and bool(parts & {Part.SECRETARIAT, Part.MEMBER})
    if may_comment and CONSULTATION.is_open(act, "consultation.comment", consultation):
        offered.append(AllowedAction("consultation.comment", {"consultation_id": consultation.id}))
    if Part.SECRETARIAT in parts:
        own = next((each for each in bodies if may(act.by, P.RECORD, each)), NO_BODY)
        offered += replace(CONSULTATION, body_of=lambda _: own).allowed(act, consultation)
    return tuple(offered)


def seen_bodies(act: Act, consultation: Consultation, parts: set[Part]) -> list[ConsultationBody]:
    """Returns the bodies that are asked, as far as the viewer may know: a member knows of their own."""
    if parts & {Part.SECRETARIAT, Part.ASKER}:
        return list(consultation.bodies)
    return [each for each in consultation.bodies if may(act.by, P.VIEW, each.body_id)]


def body_line(
    act: Act, consultation: Consultation, asked: ConsultationBody, recused: bool, is_secretariat: bool, is_inside: bool
) -> ConsultedBodyLine:
    is_open = consultation.party_id is not None and asked.adopted_at is None and not recused
    adopts = is_open and act.allows("consultation.adopt", asked.body_id) and is_inside
    given = {"consultation_id": consultation.id, "body_id": asked.body_id, "version": consultation.draft_version}
    is_offered = adopts and CONSULTATION.is_open(act, "consultation.adopt", consultation)
    return ConsultedBodyLine(
        body=body_ref(act, asked.body),
        adopted_at=asked.adopted_at if is_inside else None,
        adopted_by=asked.adopted_by if is_inside else "",
        adopted_way=asked.adopted_way if is_inside else None,
        adopted_note=asked.adopted_note if is_secretariat or (is_inside and not recused) else "",
        actions=(AllowedAction("consultation.adopt", given),) if is_offered else (),
    )


def request_lines(
    act: Act, consultation: Consultation, parts: set[Part], recused: bool, reads: bool, of_body: int | None = None
) -> tuple[ConsultationRequestLine, ...]:
    """Returns the organisations that were asked, in one council or in all: to the secretariat all, to a member those
    of their own councils."""
    is_secretariat = Part.SECRETARIAT in parts
    names = {each.body_id: each.body.name for each in consultation.bodies}
    seen = [
        each
        for each in consultation.requests
        if of_body in (None, each.body_id)
        and (is_secretariat or (Part.MEMBER in parts and may(act.by, P.VIEW, each.body_id)))
    ]
    collate = sort_key(act.by.lang)
    seen.sort(key=lambda each: (collate(names[each.body_id]), each.body_id, collate(each.organisation_name)))
    return tuple(
        request_line(act, consultation, each, names[each.body_id], recused, reads, is_secretariat) for each in seen
    )


def request_line(
    act: Act,
    consultation: Consultation,
    request: ConsultationRequest,
    body: str,
    recused: bool,
    reads: bool,
    is_secretariat: bool,
) -> ConsultationRequestLine:
    is_own = is_own_request(act.by, request)
    is_read = is_secretariat or (reads and not request.is_recused) or (is_own and not recused)
    given = {"consultation_id": consultation.id, "request_id": request.id}
    offered: list[str] = []
    if not request.is_recused and CONSULTATION.is_open(act, "consultation.answer", consultation):
        offered += ["consultation.answer"] if is_own and not is_recused(act.by, consultation) else []
        offered += ["consultation.note_answer"] if is_secretariat and not is_own else []
    return ConsultationRequestLine(
        id=request.id,
        body=body,
        organisation=request.organisation_name,
        is_recused=request.is_recused,
        stated_at=request.stated_at,
        is_late=request.is_late,
        is_own=is_own,
        statement=statement_line(consultation, request) if is_read else None,
        actions=tuple(AllowedAction(name, given) for name in offered),
    )


def statement_line(consultation: Consultation, request: ConsultationRequest) -> ConsultationStatementLine | None:
    """Returns what an organisation stated last; None where it is silent."""
    statement = last_statement(request)
    if statement is None:
        return None
    return ConsultationStatementLine(
        at=statement.at,
        by_name=statement.by_name,
        is_noted=statement.is_noted,
        is_late=statement.is_late,
        corrected=statement.number - 1,
        answers=tuple(answer_lines(consultation.questions, statement.answers)),
    )


def last_statement(request: ConsultationRequest) -> ConsultationStatement | None:
    return request.statements[-1] if request.statements else None


def answer_lines(questions: Iterable[Mapping[str, Any]], answers: Mapping[str, str]) -> Iterable[ConsultationAnswer]:
    for question in questions:
        words = answers.get(str(question["id"]))
        if words is None:
            continue
        kind = QuestionKind(question["kind"])
        yield ConsultationAnswer(
            question_id=question["id"],
            words=words,
            day=date.fromisoformat(words) if kind is QuestionKind.DATE else None,
            is_yes=words == "yes" if kind is QuestionKind.YES_NO else None,
        )


def question_words(question: Mapping[str, Any], lang: str) -> str:
    """Returns a question as it was worded; the one that nobody did, in the reader's language."""
    words: str = question["words"]
    return text(lang, DEFAULT_QUESTION) if words in {text(each, DEFAULT_QUESTION) for each in LANGUAGES} else words


def question_line(question: Mapping[str, Any], lang: str) -> ConsultationQuestion:
    return ConsultationQuestion(
        id=question["id"],
        words=question_words(question, lang),
        kind=QuestionKind(question["kind"]),
        options=tuple(question["options"]),
        is_required=question["is_required"],
    )


def comment_line(comment: Any) -> ConsultationCommentLine:
    return ConsultationCommentLine(
        at=comment.at,
        by_name=comment.by_name,
        organisation=comment.organisation_name,
        text=comment.text,
        version=comment.version,
        is_late=comment.is_late,
    )


def silent_names(consultation: Consultation) -> tuple[str, ...]:
    """Returns the organisations that have stated nothing, each once."""
    return tuple(dict.fromkeys(each.organisation_name for each in consultation.requests if is_silent(each)))


def next_step(consultation: Consultation, today: date) -> str:
    """Returns what a consultation waits for; "" where it is over."""
    match consultation.state:
        case S.PREPARED:
            return "ask_by"
        case S.ASKED:
            is_waiting = any(is_silent(each) for each in consultation.requests) and today <= consultation.statements_by
            return "statements_by" if is_waiting else "draft_by"
        case S.DRAFTED if today <= consultation.comments_by:
            return "comments_by"
        case S.DRAFTED if consultation.party_id is not None:
            return "adopt_by"
        case S.DRAFTED | S.ADOPTED:
            return "send_by"
    return ""


def is_overdue(consultation: Consultation, today: date) -> bool:
    """Returns whether the day has passed of what a consultation waits for."""
    step = next_step(consultation, today)
    return bool(step) and days_of(consultation)[step] < today


def day_lines(act: Act, consultation: Consultation) -> tuple[ConsultationDay, ...]:
    step = next_step(consultation, act.today)
    reached = STEPS.index(step) if step else len(STEPS) * (consultation.state is S.SENT)
    done_on, still_open = done_days(act, consultation), open_steps(consultation, act.today)
    return tuple(
        ConsultationDay(name, day, is_done, done_on[name] if is_done else None)
        for name, day in days_of(consultation).items()
        if name != "adopt_by" or consultation.party_id is not None
        for is_done in [STEPS.index(name) < reached and name not in still_open]
    )


def open_steps(consultation: Consultation, today: date) -> set[str]:
    """Returns the steps that may go on beside those after them: statements come in until their day while somebody is
    silent, and comments until theirs, also where the draft was written or adopted before that."""
    if consultation.state not in COLLECTING:
        return set()
    is_waiting = any(is_silent(each) for each in consultation.requests)
    going_on = {"statements_by"} if is_waiting and today <= consultation.statements_by else set()
    return going_on | ({"comments_by"} if today <= consultation.comments_by else set())


def done_days(act: Act, consultation: Consultation) -> dict[str, date | None]:
    """Returns on which day each step of a consultation was done, where it was: statements when the last came, or when
    the time for them was over; comments when that was, or before it the reply."""

    def day_of(moment: datetime | None) -> date | None:
        return moment.astimezone(act.tz).date() if moment is not None else None

    drafted, replied = day_of(consultation.drafted_at), day_of(consultation.replied_at)
    stated = [each.stated_at for each in consultation.requests if not each.is_recused and each.stated_at is not None]
    adopted = [each.adopted_at for each in consultation.bodies]
    are_adopted = day_of(max(each for each in adopted if each is not None)) if adopted and all(adopted) else None
    is_waiting = any(is_silent(each) for each in consultation.requests)
    ended = [consultation.statements_by, *filter(None, (replied,))]
    return {
        "ask_by": day_of(consultation.asked_at),
        "statements_by": min(ended) if is_waiting or not stated else day_of(max(stated)),
        "draft_by": drafted,
        "comments_by": min(consultation.comments_by, *filter(None, (replied, consultation.comments_by))),
        "adopt_by": are_adopted,
        "send_by": replied,
    }
