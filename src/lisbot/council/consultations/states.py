"""The states of a consultation, and what may be done with it in each."""

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import ConsultationState
from lisbot.council.enums import ConsultationState as S
from lisbot.council.models import Consultation

COLLECTING = (S.ASKED, S.DRAFTED, S.ADOPTED)  # statements come in
OPEN = (S.PREPARED, *COLLECTING)
OVER = {S.SENT: "consultation_sent", S.WITHDRAWN: "consultation_withdrawn"}
NOT_ASKED = {S.PREPARED: "consultation_not_asked", **OVER}
NO_DRAFT = {S.PREPARED: "consultation_not_asked", S.ASKED: "consultation_no_draft", **OVER}


def consultation_state(_act: Act, consultation: Consultation) -> ConsultationState:
    return consultation.state


def require_own(_act: Act, consultation: Consultation) -> None:
    """Raises Conflict for the reply to somebody outside, which the bodies adopt first."""
    if consultation.party_id is not None:
        raise Conflict("consultation_not_adopted")


CONSULTATION: StateMachine[Consultation] = StateMachine(
    name="consultation",
    states=ConsultationState,
    moves=(
        Move("consultation.register", (), (S.PREPARED,)),
        Move(
            "consultation.ask", (S.PREPARED,), (S.ASKED,), {**dict.fromkeys(COLLECTING, "consultation_asked"), **OVER}
        ),
        Move(
            "consultation.set_questions",
            (S.PREPARED,),
            (),
            {**dict.fromkeys(COLLECTING, "consultation_questions_asked"), **OVER},
        ),
        Move("consultation.draft", (S.ASKED, S.DRAFTED, S.ADOPTED), (S.DRAFTED,), NOT_ASKED),
        Move("consultation.send", (S.ADOPTED,), (S.SENT,), NO_DRAFT),
        Move("consultation.send", (S.DRAFTED,), (S.SENT,), NO_DRAFT, require_own),
        Move("consultation.remind", (S.ASKED, S.DRAFTED), (), {S.ADOPTED: "consultation_adopted", **NOT_ASKED}),
        Move("consultation.edit", OPEN, (), OVER),
        Move("consultation.withdraw", OPEN, (S.WITHDRAWN,), OVER),
        # What members do stands with what is theirs on the view.
        Move("consultation.answer", (*COLLECTING, S.SENT), (), NOT_ASKED, offered=False),
        Move("consultation.note_answer", (*COLLECTING, S.SENT), (), NOT_ASKED, offered=False),
        Move("consultation.comment", (S.DRAFTED, S.ADOPTED), (), NO_DRAFT, offered=False),
        Move(
            "consultation.adopt",
            (S.DRAFTED,),
            (S.DRAFTED, S.ADOPTED),
            {S.ADOPTED: "consultation_adopted", **NO_DRAFT},
            offered=False,
        ),
    ),
    state_of=consultation_state,
    body_of=lambda consultation: consultation.bodies[0].body_id if consultation.bodies else NO_BODY,
    arguments_of=lambda consultation: {"consultation_id": consultation.id},
    events=(Event("the draft is changed after it was adopted", (S.ADOPTED,), (S.DRAFTED,)),),
)
