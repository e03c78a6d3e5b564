"""The states of a delivery. The outbox moves them, after what a platform answers; a person only has one that did not
reach its recipient sent again."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import DeliveryState as S
from lisbot.council.models import Delivery

NOT_CONCERNED, NOT_SHOWN = "not_concerned", "not_shown_"  # why a message is no longer owed to its recipient
TURNED_OFF = "turned_off"  # they wish no mail of such things, and have no chat
LOST = (S.FAILED, S.UNREACHABLE)


def is_owed(reason: str | None) -> bool:
    """Returns whether a message that ended for this reason should still reach its recipient."""
    return reason not in (NOT_CONCERNED, TURNED_OFF) and not (reason or "").startswith(NOT_SHOWN)


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
