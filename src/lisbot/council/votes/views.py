"""What the votes' commands return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Majority, Quorum, TieRule, Verdict, VoteForm, VoteState
from lisbot.council.register.views.refs import BodyRef


@dataclass(frozen=True, slots=True)
class OwnBallot:
    """A seat the viewer answers for. `choice` is None in a secret vote, and until it is answered."""

    seat_id: int
    seat: str
    recused: bool
    answered: bool
    choice: str | None


@dataclass(frozen=True, slots=True)
class BallotLine:
    """What one seat answered in a named vote whose count shows. `holder`: who held the seat when it opened."""

    seat_id: int
    seat: str
    holder: str
    choice: str
    reason: str
    by: str
    changes: int


@dataclass(frozen=True, slots=True)
class RollLine:
    """A seat on the roll, and who held it when the vote opened."""

    seat_id: int
    seat: str
    holder: str


@dataclass(frozen=True, slots=True)
class RecusedLine:
    """A seat taken out as not impartial, why, and what the viewer may do about it."""

    seat_id: int
    seat: str
    holder: str
    reason: str
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReasonLine:
    """A reason given in a closed secret vote, under nobody's name."""

    choice: str
    reason: str


@dataclass(frozen=True, slots=True)
class AskedVote:
    """An open question. `actions`: its answers, where a seat of the viewer's has not answered it."""

    id: int
    body: BodyRef
    question: str
    closes_at: datetime | None
    form: VoteForm
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class AnsweredVote:
    """An open question that every seat of the viewer's has answered. A secret one says no more than that."""

    id: int
    body: BodyRef
    question: str
    closes_at: datetime | None
    form: VoteForm
    secret: bool
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoteView:
    """A question as the viewer may see it.

    `counts` is None while the count does not show. `entitled` and `answered` leave out recused seats. `silent`
    is for those who conduct the vote, while it is open; of a secret one when `minimum` have answered, which is
    also when its count shows. `winner` is the option of a single choice that won, `tied` those that share the
    lead. `is_own_known` is False where the view is drawn for a role and not for a person. `background`, `wording` and
    `links` are the item's, as the viewer may read the agenda. `following`: what else waits for the viewer's answer.
    `organisations`: of each seat that is named, by its id.
    """

    id: int
    body: BodyRef
    meeting_id: int | None
    item_id: int | None
    item: str | None
    case_id: int | None
    case_number: str
    question: str
    form: VoteForm
    options: tuple[str, ...]
    secret: bool
    live: bool
    state: VoteState
    closes_at: datetime | None
    closed_at: datetime | None
    withdrawn_reason: str
    entitled: int
    answered: int
    minimum: int
    is_own_known: bool
    own: tuple[OwnBallot, ...]
    counts: Mapping[str, int] | None
    verdict: Verdict | None
    winner: str | None
    tied: tuple[str, ...]
    quorum: Quorum | None
    majority: Majority | None
    tie_rule: TieRule | None
    ballots: tuple[BallotLine, ...]
    reasons: tuple[ReasonLine, ...]
    silent: tuple[RollLine, ...]
    recused: tuple[RecusedLine, ...]
    actions: tuple[AllowedAction, ...]
    closed_by: str = ""  # nobody, where the time was up
    background: str = ""
    wording: str = ""
    links: tuple[str, ...] = ()
    following: AskedVote | None = None
    organisations: Mapping[int, str] = field(default_factory=dict)
