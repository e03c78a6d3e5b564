"""What an organisation states: by its own people, or noted by the secretariat on its behalf."""

from collections.abc import Mapping

from lisbot.council.consultations.consultations import last_statement, view_again
from lisbot.council.consultations.forms import about, question_reads
from lisbot.council.consultations.parts import Part, get_consultation_for, is_own_request, is_recused, is_silent
from lisbot.council.consultations.questions import ARGUMENT, AnswerRow, AnswerRows, answer_rows, read_answers
from lisbot.council.consultations.states import CONSULTATION
from lisbot.council.consultations.telling import secretariats_of, tell
from lisbot.council.consultations.views import ConsultationView
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed, NotFound
from lisbot.council.core.fields import ConsultationId, ConsultationRequestId, Prefill
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Consultation, ConsultationRequest, ConsultationStatement


async def answer_prefill(
    act: Act, *, consultation_id: ConsultationId, request_id: ConsultationRequestId | None = None
) -> Prefill:
    """The form, with what was stated before; whoever represents several chooses which it is from."""
    consultation = await get_consultation_for(act, consultation_id, Part.MEMBER)
    own = own_requests(act, consultation)
    if request_id is None and len(own) > 1:
        names = {each.body_id: each.body.name for each in consultation.bodies}
        choices = {"request_id": [(each.id, f"{each.organisation_name}, {names[each.body_id]}") for each in own]}
        rows = {ARGUMENT: answer_rows(consultation, {}, act.by.lang)}
        reads = tuple(question_reads(act, consultation))
        return Prefill(about=about(consultation), reads=reads, rows=rows, choices=choices)
    return form_of(act, consultation, get_request_for(act, consultation, request_id))


def form_of(act: Act, consultation: Consultation, request: ConsultationRequest) -> Prefill:
    last = last_statement(request)
    return Prefill(
        about=f"{about(consultation)}\n{request.organisation_name}",
        reads=tuple(question_reads(act, consultation)),
        rows={ARGUMENT: answer_rows(consultation, last.answers if last else {}, act.by.lang)},
        is_saved=True,
    )


def own_requests(act: Act, consultation: Consultation) -> list[ConsultationRequest]:
    """Returns the requests that the member may answer: of the organisations they speak for, none to the applicant's
    own people.

    Raises NotAllowed for these.
    """
    CONSULTATION.require(act, "consultation.answer", consultation)
    if is_recused(act.by, consultation):
        raise NotAllowed("consultation_recused")
    return [each for each in consultation.requests if is_own_request(act.by, each)]


def get_request_for(act: Act, consultation: Consultation, request_id: int | None) -> ConsultationRequest:
    """Returns the request that a statement answers: the one that is named, or else the only one of the member's own.

    Raises NotAllowed for another organisation's, and for the applicant's people whichever it is.
    """
    own = own_requests(act, consultation)
    if request_id is not None:
        request = find_request(consultation, request_id)
        if request not in own:
            raise NotAllowed("consultation_not_yours")
        return request
    if not own:
        raise NotAllowed("consultation_not_yours")
    if len(own) > 1:
        raise Invalid("consultation_which_request", field="request_id")
    return own[0]


def find_request(consultation: Consultation, request_id: int) -> ConsultationRequest:
    """Returns one of a consultation's requests. Raises NotFound for another's."""
    found = next((each for each in consultation.requests if each.id == request_id), None)
    if found is None:
        raise NotFound
    return found


async def answer(
    act: Act,
    *,
    consultation_id: ConsultationId,
    answers: AnswerRows,
    request_id: ConsultationRequestId | None = None,
) -> ConsultationView:
    """State what your organisation means in a consultation: answer the form. A statement after the deadline is taken,
    and marked as late; a second one corrects the first.

    Returns ConsultationView. Raises NotAllowed for another organisation's, and for the applicant's own.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.MEMBER)
    return await take_statement(act, consultation, get_request_for(act, consultation, request_id), answers)


async def note_answer_prefill(
    act: Act, *, consultation_id: ConsultationId, request_id: ConsultationRequestId
) -> Prefill:
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    return form_of(act, consultation, get_noted(act, consultation, request_id))


def get_noted(act: Act, consultation: Consultation, request_id: int) -> ConsultationRequest:
    """Returns the request whose statement is noted. Raises Conflict for the applicant's own."""
    CONSULTATION.require(act, "consultation.note_answer", consultation)
    request = find_request(consultation, request_id)
    if request.is_recused:
        raise Conflict("consultation_applicant", organisation=request.organisation_name)
    return request


async def note_answer(
    act: Act, *, consultation_id: ConsultationId, request_id: ConsultationRequestId, answers: AnswerRows
) -> ConsultationView:
    """Note what an organisation has stated by letter, by phone or in a meeting.

    Returns ConsultationView. Raises Conflict for the applicant's own.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT)
    request = get_noted(act, consultation, request_id)
    return await take_statement(act, consultation, request, answers, is_noted=True)


async def take_statement(
    act: Act,
    consultation: Consultation,
    request: ConsultationRequest,
    answers: Mapping[int, AnswerRow],
    *,
    is_noted: bool = False,
) -> ConsultationView:
    """Keep a statement, and tell the secretariat what it waits for. Raises Conflict for the same pressed twice."""
    last = last_statement(request)
    read = read_answers(act, consultation, answers, last.answers if last else {})
    if last is not None and last.answers == read:
        raise Conflict("consultation_stated_already", organisation=request.organisation_name)
    is_after_reply = consultation.state is S.SENT
    is_late = is_after_reply or act.today > consultation.statements_by
    request.statements.append(
        ConsultationStatement(
            number=len(request.statements) + 1,
            answers=read,
            at=act.at,
            by_id=act.by_id,
            by_name=act.by.name,
            is_noted=is_noted,
            via=act.via,
            is_late=is_late,
        )
    )
    request.stated_at, request.is_late = act.at, is_late
    await act.db.flush()
    mark_stale(act, f"consultation:{consultation.id}")
    done = "done_after_reply" if is_after_reply else "done_late" if is_late else "done"
    act.did(done, organisation=request.organisation_name)
    await tell_secretariat(act, consultation, request, was_silent=last is None)
    return await view_again(act, consultation)


async def tell_secretariat(
    act: Act, consultation: Consultation, request: ConsultationRequest, *, was_silent: bool
) -> None:
    """Tell the secretariat that all have stated something, or that somebody has after the draft was written or
    the reply was sent."""
    facts = {"organisation": request.organisation_name}
    if consultation.state is not S.ASKED:
        kind = "consultation_stated_after_reply" if consultation.state is S.SENT else "consultation_stated_late"
        await tell(act, consultation, kind, await secretariats_of(act, consultation), **facts)
    elif was_silent and not any(is_silent(each) for each in consultation.requests):
        await tell(act, consultation, "consultation_stated_all", await secretariats_of(act, consultation))
