"""The states of a vote."""

from datetime import datetime

from lisbot.council.core.context import Act
from lisbot.council.core.states import Event, Move, StateMachine
from lisbot.council.enums import VoteState as S
from lisbot.council.votes.roll import Question


def state_at(closed_at: datetime | None, closes_at: datetime | None, at: datetime) -> S:
    if closed_at is not None:
        return S.CLOSED
    return S.OPEN if closes_at is None or at < closes_at else S.OVERDUE


def vote_state(act: Act, vote: Question) -> S:
    return state_at(vote.closed_at, vote.closes_at, act.at)


def brief(question: str) -> str:
    """Returns a question cut to what a message has room for: 80 characters."""
    return question if len(question) <= 80 else question[:79] + "…"


VOTE: StateMachine[Question] = StateMachine(
    name="vote",
    states=S,
    moves=(
        Move("vote.open", (), (S.OPEN,)),
        Move("vote.cast", (S.OPEN,), (), "vote_closed", offered=False),  # offered for each choice
        Move("vote.close", (S.OPEN, S.OVERDUE), (S.CLOSED,), "vote_closed"),
        Move("vote.recuse", (S.OPEN, S.OVERDUE), (), "vote_closed"),
    ),
    state_of=vote_state,
    body_of=lambda vote: vote.body_id,
    arguments_of=lambda vote: {"vote_id": vote.id},
    values_of=lambda vote: {"question": brief(vote.question)},
    events=(Event("its time is up", (S.OPEN,), (S.OVERDUE,)),),
)
