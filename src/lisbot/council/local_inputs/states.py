"""The states of what a representative shares with their own colleagues."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lisbot.council.cases.shared import shared_facts
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import LocalInputState
from lisbot.council.enums import LocalInputState as S
from lisbot.council.models import AgendaItem, LocalInput, Meeting

CLOSED = {
    S.STOPPED: "local_input_stopped",
    S.WITHHELD: "local_input_withheld",
    S.LEFT: "local_input_left",
    S.OVER: "local_input_over",
}


@dataclass(frozen=True)
class Shared:
    """What is shared, whether whoever shares it speaks for their seat today, and the case's item on the agenda as it
    stands: None where it was taken off."""

    row: LocalInput
    speaks: bool
    item: AgendaItem | None

    @property
    def meeting(self) -> Meeting:
        return self.row.meeting

    @property
    def facts(self) -> Mapping[str, Any] | None:
        """The item as it may be shown outside the council; None where it may not."""
        return shared_facts(self.row.case, self.meeting, self.item)


def state_of(act: Act, shared: Shared) -> LocalInputState:
    if shared.meeting.ends_at <= act.at:
        return S.OVER
    if shared.row.stopped_at is not None:
        return S.STOPPED
    if not shared.speaks:
        return S.LEFT
    return S.WITHHELD if shared.facts is None else S.OPEN


def require_own_say(_act: Act, shared: Shared) -> None:
    """Raises Conflict where a link was stopped and its item is no longer to be said anything of."""
    if not shared.speaks:
        raise Conflict("local_input_left")
    if shared.facts is None:
        raise Conflict("local_input_withheld")


LOCAL_INPUT: StateMachine[Shared] = StateMachine(
    name="local_input",
    states=LocalInputState,
    moves=(
        Move("local_input.share", (), (S.OPEN,)),
        Move("local_input.give", (S.OPEN,), (), CLOSED, offered=False),
        Move("local_input.attach", (S.OPEN, S.STOPPED), (), CLOSED, guard=require_own_say),
        Move("local_input.detach", (S.OPEN, S.STOPPED, S.WITHHELD), (), CLOSED, offered=False),
        Move("local_input.stop", (S.OPEN, S.WITHHELD, S.LEFT), (S.STOPPED,), CLOSED),
    ),
    state_of=state_of,
    body_of=lambda shared: shared.meeting.body_id,
    arguments_of=lambda shared: {"local_input_id": shared.row.id},
    events=(
        Event("the item is confidential, off the agenda or its meeting cancelled", (S.OPEN,), (S.WITHHELD,)),
        Event("the item is on a published agenda again", (S.WITHHELD,), (S.OPEN,)),
        Event("whoever asks no longer speaks for the seat", (S.OPEN, S.WITHHELD), (S.LEFT,)),
        Event("the meeting ends", (S.OPEN, S.STOPPED, S.WITHHELD, S.LEFT), (S.OVER,)),
    ),
)
