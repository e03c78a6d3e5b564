"""The states of a delivery. No command moves one: the outbox does, after what a platform answers."""

from lisbot.council.core.states import Event, StateMachine
from lisbot.council.enums import DeliveryState as S
from lisbot.council.models import Delivery

DELIVERY: StateMachine[Delivery] = StateMachine(
    name="delivery",
    states=S,
    moves=(),
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
