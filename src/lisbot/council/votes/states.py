"""The states of a vote."""

from lisbot.council.core.context import Act
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import VoteState as S
from lisbot.council.votes.roll import Question


def vote_state(act: Act, vote: Question) -> S:
    if vote.withdrawn_reason is not None:
        return S.WITHDRAWN
    if vote.closed_at is not None:
        return S.CLOSED
    return S.OPEN if vote.closes_at is None or act.at < vote.closes_at else S.OVERDUE


def brief(question: str) -> str:
    """Returns a question cut to what a message has room for: 80 characters."""
    return question if len(question) <= 80 else question[:79] + "…"


VOTE: StateMachine[Question] = StateMachine(
    name="vote",
    states=S,
    moves=(
        Move("vote.open", (), (S.OPEN,)),
        Move("vote.cast", (S.OPEN,), (), "vote_closed", offered=False),  # offered for each choice
        Move("vote.retract", (S.OPEN,), (), "vote_closed", offered=False),  # offered to whoever has answered
        Move("vote.close", (S.OPEN, S.OVERDUE), (S.CLOSED,), "vote_closed"),
        Move("vote.remind", (S.OPEN,), (), "vote_closed"),
        Move("vote.extend", (S.OPEN, S.OVERDUE), (S.OPEN,), "vote_closed"),
        Move("vote.recuse", (S.OPEN, S.OVERDUE), (), "vote_closed"),
        Move("vote.lift_recusal", (S.OPEN, S.OVERDUE), (), "vote_closed", offered=False),  # where a seat is recused
        Move("vote.withdraw", (S.OPEN, S.OVERDUE), (S.WITHDRAWN,), "vote_closed"),
    ),
    state_of=vote_state,
    body_of=lambda vote: vote.body_id,
    arguments_of=lambda vote: {"vote_id": vote.id},
    values_of=lambda vote: {"question": brief(vote.question)},
    refusals={S.WITHDRAWN: "vote_withdrawn"},
    events=(Event("its time is up", (S.OPEN,), (S.OVERDUE,)),),
)
