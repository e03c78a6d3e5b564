"""A question and its roll as one member may see them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.core.fields import VoteId
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import Verdict, VoteState
from lisbot.council.meetings.published import WITH_AGENDA, readable_items
from lisbot.council.meetings.results import read_rules
from lisbot.council.models import Meeting, Organisation, Seat
from lisbot.council.register.views.refs import BodyRef
from lisbot.council.votes.asked import choices, next_asked
from lisbot.council.votes.roll import Question, RollRow, rows_answered_for
from lisbot.council.votes.roll_in_one import get_question_for
from lisbot.council.votes.secrecy import minimum_of
from lisbot.council.votes.states import VOTE, vote_state
from lisbot.council.votes.tally import count
from lisbot.council.votes.views import BallotLine, OwnBallot, ReasonLine, RecusedLine, RollLine, VoteView


async def show(act: Act, *, vote_id: VoteId) -> VoteView:
    """See a question, who has answered, one's own answer, and the result when it shows. Returns VoteView."""
    view = await get_vote_view_for(act, vote_id)
    following = None if any(not own.answered for own in view.own) else await next_asked(act, vote_id)
    organisations = await read_organisations(act, view)
    return replace(view, following=following, organisations=organisations, **await read_papers(act, view))


async def read_organisations(act: Act, view: VoteView) -> dict[int, str]:
    """Returns the organisation of each seat that the view names, by the seat's id, as its name ended that day."""
    lines: tuple[BallotLine | RollLine | RecusedLine, ...] = (*view.ballots, *view.silent, *view.recused)
    seats = {line.seat_id: line.seat for line in lines}
    if not seats:
        return {}
    query = select(Seat.id, Organisation.name).join(Seat.organisation).where(Seat.id.in_(seats))
    today = {row.id: row.name for row in await act.db.execute(query)}
    # Today's name says where the organisation begins; one that has another name since is what follows the last comma.
    return {
        seat_id: today[seat_id] if seat.endswith(f", {today.get(seat_id)}") else seat.rpartition(", ")[2]
        for seat_id, seat in seats.items()
    }


async def read_papers(act: Act, view: VoteView) -> dict[str, Any]:
    """Returns the background, the wording and the papers of the item a question is about, as the member may read the
    agenda: nothing of an item that is on none, or is withheld."""
    if view.item_id is None or view.meeting_id is None:
        return {}
    meeting = await act.db.get(Meeting, view.meeting_id, options=WITH_AGENDA, populate_existing=True)
    items = readable_items(act, meeting) if meeting else []
    found = next((item for item in items if item["id"] == view.item_id and not item["is_withheld"]), None)
    if found is None:
        return {}
    links = tuple(found["links"].splitlines())
    return {"background": found["background"], "wording": found["wording"], "links": links}


async def get_vote_view_for(act: Act, vote_id: int) -> VoteView:
    return vote_view(act, *await get_question_for(act, vote_id))


def vote_view(act: Act, vote: Question, roll: Sequence[RollRow], own: Sequence[RollRow] | None = None) -> VoteView:
    """Returns the view of a question. `own`: the rows the member answers for, where they are known already."""
    may_vote = may(act.by, P.VOTE, vote.body_id)
    if own is None:
        own = rows_answered_for(act, vote.body_id, roll) if may_vote else ()
    state = vote_state(act, vote)
    result = vote.result or {}
    counts = shown_counts(vote, roll)
    conducts = may(act.by, P.CONDUCT_VOTES, vote.body_id) and vote.closed_at is None
    may_answer = state is VoteState.OPEN and (any(not row.recused for row in own) or (act.by.is_role and may_vote))
    return VoteView(
        id=vote.id,
        body=BodyRef(vote.body_id, vote.body, vote.region),
        meeting_id=vote.meeting_id,
        item_id=vote.item_id,
        item=vote.item,
        case_id=vote.case_id,
        case_number=vote.case_number,
        question=vote.question,
        form=vote.form,
        options=tuple(vote.options),
        secret=vote.secret,
        live=vote.live,
        state=state,
        closes_at=vote.closes_at,
        closed_at=vote.closed_at,
        withdrawn_reason=vote.withdrawn_reason or "",
        entitled=sum(not row.recused for row in roll),
        answered=sum(row.answered and not row.recused for row in roll),
        minimum=minimum_of(vote),
        is_own_known=not act.by.is_role,
        own=tuple(own_ballot(vote, row) for row in own),
        counts=counts,
        **read_rules(result),
        ballots=named_ballots(roll) if counts is not None and not vote.secret else (),
        reasons=tuple(ReasonLine(choice, reason) for choice, reason in result.get("reasons") or ()),
        silent=silent_seats(vote, roll) if conducts else (),
        recused=tuple(recused_line(act, vote, row) for row in roll if row.recused),
        actions=(
            *(choices(vote.id, vote.options) if may_answer else ()),
            *(retracting(act, vote) if any(row.answered and not row.recused for row in own) else ()),
            *conducting(act, vote, roll),
        ),
        closed_by=result.get("closed_by", ""),
    )


def conducting(act: Act, vote: Question, roll: Sequence[RollRow]) -> tuple[AllowedAction, ...]:
    """Returns what whoever conducts a question may do with it. Nobody is reminded where all have answered."""
    is_silent = any(not row.answered and not row.recused for row in roll)
    return tuple(each for each in VOTE.allowed(act, vote) if is_silent or each.command != "vote.remind")


def own_ballot(vote: Question, row: RollRow) -> OwnBallot:
    choice = None if vote.secret else row.choice
    return OwnBallot(row.seat_id, row.seat_name, row.recused, row.answered, choice)


def retracting(act: Act, vote: Question) -> tuple[AllowedAction, ...]:
    """Returns what takes an answer back, while it can be."""
    return (AllowedAction("vote.retract", {"vote_id": vote.id}),) if VOTE.is_open(act, "vote.retract", vote) else ()


def recused_line(act: Act, vote: Question, row: RollRow) -> RecusedLine:
    lift = "vote.lift_recusal"
    may_lift = act.allows(lift, vote.body_id) and VOTE.is_open(act, lift, vote)
    actions = (AllowedAction(lift, {"vote_id": vote.id, "seat_id": row.seat_id}),) if may_lift else ()
    return RecusedLine(row.seat_id, row.seat_name, row.holder, row.recused_reason, actions)


def shown_counts(vote: Question, roll: Sequence[RollRow]) -> dict[str, int] | None:
    """Returns the count where it shows: after the vote closed, or before where that was chosen at opening."""
    if vote.withdrawn_reason is not None:
        return None
    if vote.result is not None:
        return None if vote.result["verdict"] == Verdict.NOT_SHOWN else dict(vote.result["counts"])
    if not vote.live:
        return None
    return count(vote.options, [row.choice for row in roll if not row.recused])


def named_ballots(roll: Sequence[RollRow]) -> tuple[BallotLine, ...]:
    return tuple(
        BallotLine(
            row.seat_id,
            row.seat_name,
            row.holder,
            row.choice,
            row.reason or "",
            row.by_name or "",
            row.changed,
        )
        for row in roll
        if row.choice and not row.recused
    )


def silent_seats(vote: Question, roll: Sequence[RollRow]) -> tuple[RollLine, ...]:
    """Returns the seats that have not answered: of a secret question only when enough have."""
    entitled = [row for row in roll if not row.recused]
    if sum(row.answered for row in entitled) < minimum_of(vote):
        return ()
    return tuple(roll_line(row) for row in entitled if not row.answered)


def roll_line(row: RollRow) -> RollLine:
    return RollLine(row.seat_id, row.seat_name, row.holder)
