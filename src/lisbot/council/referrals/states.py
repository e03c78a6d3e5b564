"""The states of a case that was sent on: what its sender may do with it, and what its receiver may."""

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.periods import is_closed
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import REFERRAL_WAITS, ReferralState
from lisbot.council.enums import ReferralState as S
from lisbot.council.models import Referral

ANSWERED = (S.ANSWERED, S.REFUSED, S.SENT_ON)
ENDED = {
    S.ANSWERED: "referral_answered",
    S.REFUSED: "referral_refused",
    S.SENT_ON: "referral_sent_on",
    S.WITHDRAWN: "referral_withdrawn",
}

HANDED_OVER = {S.RECEIVED: "handed_over_already"} | ENDED


def referral_state(_act: Act, referral: Referral) -> ReferralState:
    return referral.state


def require_outside(_act: Act, referral: Referral) -> None:
    """Raises Conflict for what a council received: its own secretariat answers."""
    if referral.to_party_id is None:
        raise Conflict("receiver_answers_itself", receiver=referral.receiver_name)


def require_inside(_act: Act, referral: Referral) -> None:
    """Raises Conflict for what went to somebody outside lisbot."""
    if referral.to_body_id is None:
        raise Conflict("receiver_is_outside", receiver=referral.receiver_name)


def require_on_no_agenda(act: Act, referral: Referral) -> None:
    """Raises Conflict for what has been on an agenda already, wherever it is now, and for somebody outside."""
    require_inside(act, referral)
    if referral.is_placed:
        raise Conflict("referral_received", receiver=referral.receiver_name)


def require_reachable(act: Act, referral: Referral) -> None:
    """Raises Conflict for a receiver that nothing goes to: it is closed, or has no address."""
    party = referral.to_party
    if party is None:
        return
    if is_closed(party, act.today):
        raise Conflict("party_is_closed", name=party.name)
    if party.address is None:
        raise Conflict("receiver_without_address", receiver=referral.receiver_name)


def require_by_hand(_act: Act, referral: Referral) -> None:
    """Raises Conflict for what lisbot has sent to its receiver."""
    if not referral.is_by_hand:
        raise Conflict("not_to_hand_over", receiver=referral.receiver_name)


REFERRAL: StateMachine[Referral] = StateMachine(
    name="referral",
    states=ReferralState,
    moves=(
        Move("referral.send", (), (S.SENT,)),
        Move("referral.hand_over", (S.SENT,), (S.RECEIVED,), HANDED_OVER, require_by_hand),
        Move(
            "referral.note_answer",
            REFERRAL_WAITS,
            (S.ANSWERED, S.REFUSED, S.SENT_ON),
            ENDED,
            require_outside,
        ),
        Move("referral.note_answer", ANSWERED, ANSWERED, ENDED, require_outside),
        Move("referral.remind", REFERRAL_WAITS, (), ENDED, require_reachable),
        Move("referral.remind_due", REFERRAL_WAITS, (), ENDED, offered=False),
        Move("referral.withdraw", REFERRAL_WAITS, (S.WITHDRAWN,), ENDED),
    ),
    state_of=referral_state,
    body_of=lambda referral: referral.from_body_id,
    arguments_of=lambda referral: {"referral_id": referral.id},
    values_of=lambda referral: {"receiver": referral.receiver_name},
    events=(
        Event("the receiver takes it in", (S.SENT,), (S.RECEIVED,)),
        Event("the receiver answers", REFERRAL_WAITS, (S.ANSWERED, S.REFUSED, S.SENT_ON)),
        Event("what its receiver sent it on as is withdrawn", (S.SENT_ON,), REFERRAL_WAITS),
    ),
)

RECEIVED_REFERRAL: StateMachine[Referral] = StateMachine(
    name="received_referral",
    states=ReferralState,
    moves=(
        Move("referral.receive", REFERRAL_WAITS, (S.RECEIVED,), ENDED, require_on_no_agenda),
        Move("referral.answer", REFERRAL_WAITS, (S.ANSWERED, S.REFUSED, S.SENT_ON), ENDED),
        Move("referral.answer", ANSWERED, ANSWERED, ENDED),
        Move("referral.send_on", REFERRAL_WAITS, (S.SENT_ON,), ENDED, require_inside),
    ),
    state_of=referral_state,
    body_of=lambda referral: referral.to_body_id or NO_BODY,
    arguments_of=lambda referral: {"referral_id": referral.id},
    values_of=lambda referral: {"receiver": referral.receiver_name},
    events=(
        Event("it is withdrawn", REFERRAL_WAITS, (S.WITHDRAWN,)),
        Event("what it was sent on as is withdrawn", (S.SENT_ON,), REFERRAL_WAITS),
    ),
)
