"""The states of a case in a process."""

from lisbot.council.core.context import NO_BODY, Act
from lisbot.council.core.states import Move, StateMachine
from lisbot.council.enums import CaseProcessState
from lisbot.council.enums import CaseProcessState as S
from lisbot.council.models import CaseProcess

ENDED = {S.DONE: "case_process_done", S.STOPPED: "case_process_stopped"}


def case_process_state(_act: Act, case_process: CaseProcess) -> CaseProcessState:
    if case_process.ended_at is None:
        return S.UNDER_WAY
    return S.STOPPED if case_process.is_stopped else S.DONE


CASE_PROCESS: StateMachine[CaseProcess] = StateMachine(
    name="case_process",
    states=CaseProcessState,
    moves=(
        Move("case_process.start", (), (S.UNDER_WAY,)),
        Move("case_process.note", (S.UNDER_WAY,), (), ENDED),
        Move("case_process.move", (S.UNDER_WAY,), (S.UNDER_WAY, S.DONE, S.STOPPED), ENDED),
    ),
    state_of=case_process_state,
    body_of=lambda _: NO_BODY,
    arguments_of=lambda case_process: {"case_process_id": case_process.id},
)
