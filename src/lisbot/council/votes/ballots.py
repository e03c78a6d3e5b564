"""Ballots: answering a question. A ballot belongs to a seat, not to a person."""

from sqlalchemy import and_, bindparam, case, func, or_, update

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotAllowed
from lisbot.council.core.fields import Line, Prefill, Prose, SeatId, VoteId
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import Choice, VoteForm
from lisbot.council.votes.roll import ROLL, RollRow, rows_answered_for
from lisbot.council.votes.roll_in_one import get_question_for
from lisbot.council.votes.sealed_ballots import MAX_REASON, replace
from lisbot.council.votes.states import VOTE, brief
from lisbot.council.votes.tally import answers_to
from lisbot.council.votes.view import vote_view
from lisbot.council.votes.views import VoteView
from lisbot.db import defer_until_commit
from lisbot.texts import format_value, text

NEEDS_REASON = (Choice.DISAGREE, Choice.REMARKS)
# Built once: one of these is run for every ballot. A seat that was recused meanwhile keeps no answer.
# Whether it changes an answer is seen when the row is locked: casts for one seat follow one another.
SET_ANSWERED = (
    update(ROLL)
    .where(ROLL.c.id == bindparam("entry"), ROLL.c.recused.is_(False))
    .values(answered=True, changed=ROLL.c.changed + case((ROLL.c.answered, 1), else_=0))
)
# Pressed twice is no change. The row itself says: somebody may be answering for the seat at this moment.
IS_OTHER = or_(ROLL.c.choice != bindparam("choice"), func.coalesce(ROLL.c.reason, "") != bindparam("given_reason"))
RETRACT = (
    update(ROLL)
    .where(ROLL.c.id == bindparam("entry"), ROLL.c.answered.is_(True))
    .values(answered=False, changed=ROLL.c.changed + 1, choice=None, reason=None, by_id=None, by_name=None, at=None)
)
SET_BALLOT = SET_ANSWERED.values(
    changed=ROLL.c.changed + case((and_(ROLL.c.answered, IS_OTHER), 1), else_=0),
    choice=bindparam("choice"),
    reason=bindparam("reason"),
    by_id=bindparam("by_id"),
    by_name=bindparam("by_name"),
    at=bindparam("at"),
)


async def cast_prefill(act: Act, *, vote_id: VoteId, choice: Line = "", seat_id: SeatId | None = None) -> Prefill:
    vote, _ = await get_question_for(act, vote_id)
    if choice:
        is_word = choice in list(Choice) and (vote.form is not VoteForm.SINGLE or choice == Choice.ABSTAIN)
        chosen = Choice(choice) if is_word else choice
        label = text(act.by.lang, "arg.choice")
        needs_reason = choice in NEEDS_REASON and vote.form is VoteForm.CONSENT
        return Prefill(
            about=f"{vote.question}\n{label}: {format_value(act.by.lang, chosen)}",
            required={"reason"} if needs_reason else (),
        )
    own_words = set(vote.options) if vote.form is VoteForm.SINGLE else set()
    options = [(each, each if each in own_words else Choice(each)) for each in answers_to(vote.options)]
    return Prefill(about=vote.question, choices={"choice": options})


async def cast(
    act: Act, *, vote_id: VoteId, choice: Line, reason: Prose = "", seat_id: SeatId | None = None
) -> VoteView:
    """Answer a question for the seat one represents today. Answering again replaces the answer.

    Returns VoteView. Raises Conflict for a closed vote or a recused seat, NotAllowed for whoever answers for no
    seat on the roll.
    """
    vote, roll = await get_question_for(act, vote_id)
    VOTE.require(act, "vote.cast", vote)
    if choice not in answers_to(vote.options):
        raise Invalid("no_such_choice", field="choice")
    if choice in NEEDS_REASON and vote.form is VoteForm.CONSENT and not reason:
        raise Invalid("reason_needed", field="reason")
    if vote.secret and len(reason) > MAX_REASON:
        raise Invalid("secret_reason_too_long", field="reason", max=MAX_REASON, length=len(reason))
    require_advisory_wording(vote, reason=reason)
    rows = rows_answered_for(act, vote.body_id, roll)
    if seat_id is not None:
        rows = [row for row in rows if row.seat_id == seat_id]
    if not rows:
        raise NotAllowed("not_on_the_roll")
    rows = [row for row in rows if not row.recused]
    if not rows:
        raise Conflict("recused", question=brief(vote.question))
    for row in rows:
        if vote.salt:
            await replace(act, vote.salt, row.seat_id, choice, reason)
            await act.db.execute(SET_ANSWERED, {"entry": row.id})
            row.changed += row.answered
        else:
            set_ballot(act, row, choice, reason)
        row.answered = True
    mark_stale(act, f"vote:{vote.id}")
    act.concerns(f"vote:{vote.id}", f"meeting:{vote.meeting_id}" if vote.meeting_id else None)
    return vote_view(act, vote, roll, rows)


async def retract_prefill(act: Act, *, vote_id: VoteId, seat_id: SeatId | None = None) -> Prefill:
    vote, _ = await get_question_for(act, vote_id)
    return Prefill(about=vote.question)


async def retract(act: Act, *, vote_id: VoteId, seat_id: SeatId | None = None) -> VoteView:
    """Take back the answer of the seat one represents today, while the question is open. The seat has then not
    answered, and may answer again.

    Returns VoteView. Raises Conflict where there is no answer to take back, NotAllowed for whoever answers for no
    seat on the roll.
    """
    vote, roll = await get_question_for(act, vote_id)
    VOTE.require(act, "vote.retract", vote)
    rows = rows_answered_for(act, vote.body_id, roll)
    if seat_id is not None:
        rows = [row for row in rows if row.seat_id == seat_id]
    if not rows:
        raise NotAllowed("not_on_the_roll")
    answered = [row for row in rows if row.answered and not row.recused]
    if not answered:
        raise Conflict("nothing_to_retract", question=brief(vote.question))
    for row in answered:
        if vote.salt:
            await replace(act, vote.salt, row.seat_id, None)
        await act.db.execute(RETRACT, {"entry": row.id})
        row.answered, row.choice, row.reason, row.by_name = False, None, None, None
        row.changed += 1
    mark_stale(act, f"vote:{vote.id}")
    act.concerns(f"vote:{vote.id}", f"meeting:{vote.meeting_id}" if vote.meeting_id else None)
    return vote_view(act, vote, roll, rows)


def set_ballot(act: Act, row: RollRow, choice: str, reason: str) -> None:
    """Set a seat's answer in a named vote, on the row that is shown and on that in the database."""
    row.changed += row.answered and (row.choice != choice or (row.reason or "") != reason)
    row.choice, row.reason, row.by_name = choice, reason or None, act.by.name
    values = {
        "entry": row.id,
        "choice": choice,
        "given_reason": reason,
        "reason": reason or None,
        "by_id": act.by.id,
        "by_name": act.by.name,
        "at": act.at,
    }
    defer_until_commit(act.db, SET_BALLOT, values)
