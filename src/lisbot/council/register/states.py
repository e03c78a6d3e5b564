"""The states of a reported change of who holds a seat."""

from lisbot.council.core.states import Move, StateMachine
from lisbot.council.enums import SeatChangeState as S
from lisbot.council.models import SeatChange

SEAT_CHANGE: StateMachine[SeatChange] = StateMachine(
    name="seat_change",
    states=S,
    moves=(
        Move("seat_change.report", (), (S.REPORTED,)),
        Move("seat_change.approve", (S.REPORTED,), (S.APPROVED,), "change_settled"),
        Move("seat_change.send_back", (S.REPORTED,), (S.RETURNED,), "change_settled"),
    ),
    state_of=lambda _act, change: change.state,
    body_of=lambda change: change.seat.body_id,
    arguments_of=lambda change: {"change_id": change.id},
    values_of=lambda change: {"name": change.name},
)
