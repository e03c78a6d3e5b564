"""What an organisation states: by its own people, or noted by the secretariat on its behalf."""

from lisbot.council.consultations.consultations import (
    Part,
    get_consultation_for,
    is_own_request,
    is_recused,
    is_silent,
    label,
    last_statement,
    parts_in,
    view_again,
)
from lisbot.council.consultations.questions import ARGUMENT, AnswerRows, answer_rows, read_answers
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
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT, Part.MEMBER)
    about = [f"{label(consultation)} {consultation.title}", consultation.asker]
    own = own_requests(act, consultation)
    if request_id is None and len(own) > 1:
        names = {each.body_id: each.body.name for each in consultation.bodies}
        choices = {"request_id": [(each.id, f"{each.organisation_name}, {names[each.body_id]}") for each in own]}
        rows = {ARGUMENT: answer_rows(consultation, {}, act.by.lang)}
        return Prefill(about="\n".join(about), rows=rows, choices=choices)
    request = get_request_for(act, consultation, request_id)
    last = last_statement(request)
    return Prefill(
        about="\n".join([*about, request.organisation_name]),
        rows={ARGUMENT: answer_rows(consultation, last.answers if last else {}, act.by.lang)},
        is_saved=True,
    )


def own_requests(act: Act, consultation: Consultation) -> list[ConsultationRequest]:
    """Returns the requests that the member may answer: of the organisations they speak for, none to the applicant's
    own people.

    Raises NotAllowed for these.
    """
    CONSULTATION.require(act, "consultation.answer", consultation)
    if Part.SECRETARIAT not in parts_in(act.by, consultation) and is_recused(act.by, consultation):
        raise NotAllowed("consultation_recused")
    return [each for each in consultation.requests if is_own_request(act.by, each)]


def get_request_for(act: Act, consultation: Consultation, request_id: int | None) -> ConsultationRequest:
    """Returns the request that a statement answers: the one that is named, or else the only one of the member's own.

    Raises NotAllowed for another organisation's, and for the applicant's people whichever it is.
    """
    own = own_requests(act, consultation)
    is_secretariat = Part.SECRETARIAT in parts_in(act.by, consultation)
    if request_id is None:
        if not own:
            raise NotAllowed("consultation_not_yours")
        if len(own) > 1:
            raise Invalid("consultation_which_request", field="request_id")
        request = own[0]
    else:
        named = next((each for each in consultation.requests if each.id == request_id), None)
        if named is None:
            raise NotFound
        if named not in own and not is_secretariat:
            raise NotAllowed("consultation_not_yours")
        request = named
    if request.is_recused:
        raise NotAllowed("consultation_recused")
    return request


async def answer(
    act: Act,
    *,
    consultation_id: ConsultationId,
    answers: AnswerRows,
    request_id: ConsultationRequestId | None = None,
) -> ConsultationView:
    """State what your organisation means in a consultation: answer the form. A statement after the deadline is taken,
    and marked as late; a second one corrects the first. The secretariat may note one that came otherwise.

    Returns ConsultationView. Raises NotAllowed for another organisation's, and for the applicant's own.
    """
    consultation = await get_consultation_for(act, consultation_id, Part.SECRETARIAT, Part.MEMBER)
    request = get_request_for(act, consultation, request_id)
    read = read_answers(act, consultation, answers)
    last = last_statement(request)
    if last is not None and last.answers == read:
        raise Conflict("consultation_stated_already", organisation=request.organisation_name)
    is_late = act.today > consultation.statements_by
    request.statements.append(
        ConsultationStatement(
            number=len(request.statements) + 1,
            answers=read,
            at=act.at,
            by_id=act.by_id,
            by_name=act.by.name,
            is_noted=not is_own_request(act.by, request),
            via=act.via,
            is_late=is_late,
        )
    )
    request.stated_at, request.is_late = act.at, is_late
    await act.db.flush()
    mark_stale(act, f"consultation:{consultation.id}")
    act.did("done_late" if is_late else "done", organisation=request.organisation_name)
    await tell_secretariat(act, consultation, request, was_silent=last is None)
    return await view_again(act, consultation)


async def tell_secretariat(
    act: Act, consultation: Consultation, request: ConsultationRequest, *, was_silent: bool
) -> None:
    """Tell the secretariat that all have stated something, or that somebody has after the draft was written."""
    facts = {"organisation": request.organisation_name}
    if consultation.state is not S.ASKED:
        await tell(act, consultation, "consultation_stated_late", await secretariats_of(act, consultation), **facts)
    elif was_silent and not any(is_silent(each) for each in consultation.requests):
        await tell(act, consultation, "consultation_stated_all", await secretariats_of(act, consultation))
