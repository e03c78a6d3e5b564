"""The states of a delivery. The outbox moves them, after what a platform answers; a person only has one that did not
reach its recipient sent again."""

from datetime import timedelta

from sqlalchemy import and_, or_

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import DeliveryState as S
from lisbot.council.models import Delivery, table

NOT_CONCERNED, NOT_SHOWN = "not_concerned", "not_shown_"  # why a message is no longer owed to its recipient
TURNED_OFF = "turned_off"  # they wish no mail of such things, and have no chat
NOT_OWED, NOT_OWED_BEGINNING = (NOT_CONCERNED, TURNED_OFF), NOT_SHOWN
LOST = (S.FAILED, S.UNREACHABLE)
TAKEN = (S.SENT, S.FELL_BACK)  # by a platform, or the mail server
LATE = timedelta(minutes=15)  # after which a message that should have been sent has waited for long
REASON = table(Delivery).c.reason
# The same in SQL: what did not reach somebody whom it should still reach.
IS_LOST = and_(
    table(Delivery).c.state.in_(LOST),
    or_(REASON.is_(None), and_(REASON.not_in(NOT_OWED), REASON.not_like(f"{NOT_OWED_BEGINNING}%"))),
)


def is_owed(reason: str | None) -> bool:
    """Returns whether a message that ended for this reason should still reach its recipient."""
    return reason not in NOT_OWED and not (reason or "").startswith(NOT_OWED_BEGINNING)


def require_owed(_act: Act, delivery: Delivery) -> None:
    """Raises Conflict for a message that no longer concerns its recipient, or that they may no longer see."""
    if not is_owed(delivery.reason):
        raise Conflict("nothing_to_resend")


DELIVERY: StateMachine[Delivery] = StateMachine(
    name="delivery",
    states=S,
    moves=(Move("delivery.resend", LOST, (S.WAITING,), refusal="nothing_to_resend", guard=require_owed),),
    state_of=lambda _act, delivery: delivery.state,
    body_of=lambda delivery: delivery.body_id or 0,
    arguments_of=lambda delivery: {"delivery_id": delivery.id},
    events=(
        Event("the platform takes it", (S.WAITING,), (S.SENT,)),
        Event("chat does not, mail does", (S.WAITING,), (S.FELL_BACK,)),
        Event("it is refused for good", (S.WAITING,), (S.FAILED,)),
        Event("nothing leads to the recipient", (S.WAITING,), (S.UNREACHABLE,)),
        Event("it may go better later", (S.WAITING,), (S.WAITING,)),
    ),
)
FINAL = frozenset(S) - {S.WAITING}
