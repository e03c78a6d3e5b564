"""The states of a reported change of who holds a seat."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Move, StateMachine
from lisbot.council.enums import SeatChangeState as S
from lisbot.council.models import SeatChange


def require_known_name(_act: Act, change: SeatChange) -> None:
    """Raises Conflict unless the change names somebody who is in the register under another address."""
    if change.person is None or change.person.email == change.email:
        raise Conflict("no_namesake", name=change.name)


SEAT_CHANGE: StateMachine[SeatChange] = StateMachine(
    name="seat_change",
    states=S,
    moves=(
        Move("seat_change.report", (), (S.REPORTED,)),
        Move("seat_change.approve", (S.REPORTED,), (S.APPROVED,), "change_settled"),
        Move("seat_change.approve_namesake", (S.REPORTED,), (S.APPROVED,), "change_settled", guard=require_known_name),
        Move("seat_change.send_back", (S.REPORTED,), (S.RETURNED,), "change_settled"),
    ),
    state_of=lambda _act, change: change.state,
    body_of=lambda change: change.seat.body_id,
    arguments_of=lambda change: {"change_id": change.id},
    values_of=lambda change: {"name": change.name or change.seat.role},
)
