"""Seats that are not impartial (inhabile): taken out of a question, and put back while it is open."""

from typing import Any

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import Line, Prefill, SeatId, VoteId
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.models import RollEntry, Vote
from lisbot.council.register.seats import seats_on
from lisbot.council.votes.roll import ATTENDANCE, DEPUTY_STANDS_IN, RollRow
from lisbot.council.votes.sealed_ballots import replace
from lisbot.council.votes.states import brief
from lisbot.council.votes.view import get_vote_view_for
from lisbot.council.votes.views import VoteView
from lisbot.council.votes.votes import get_conducted_vote_for


async def recuse_prefill(act: Act, *, vote_id: VoteId) -> Prefill:
    vote, _, roll = await get_conducted_vote_for(act, vote_id, "vote.recuse")
    choices = [(row.seat_id, seat_and_holder(row)) for row in roll if not row.recused]
    return Prefill(about=vote.question, choices={"seat_id": choices})


def seat_and_holder(row: RollRow | RollEntry) -> str:
    """Returns a seat as it is chosen: two of one hospital are told apart by who holds them."""
    return f"{row.seat_name} · {row.holder}"


async def recuse(act: Act, *, vote_id: VoteId, seat_id: SeatId, reason: Line = "") -> VoteView:
    """Take a seat that is not impartial (inhabil) out of the denominator; an answer it gave is dropped.

    Returns VoteView.
    """
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.recuse")
    entry = await get_entry(act, vote, seat_id)
    if entry.recused:
        raise Conflict("recused_already", field="seat_id", seat=seat_and_holder(entry))
    require_advisory_wording(vote.body, reason=reason)
    act.ask_first("seat_is_recused", seat=seat_and_holder(entry))
    # Of a secret question it is not said whether this seat has answered.
    if entry.answered or vote.secret:
        act.ask_first("answer_goes_if_any" if vote.secret else "answer_goes", seat=entry.seat_name)
    await drop_answer(act, vote, entry)
    entry.recused, entry.recused_reason = True, reason
    act.did(seat=seat_and_holder(entry))
    await act.db.flush()
    mark_stale(act, f"vote:{vote.id}")
    await notify_seat(act, vote, entry, "vote_recused" if reason else "vote_recused_without_reason", reason=reason)
    return await get_vote_view_for(act, vote.id)


async def lift_recusal_prefill(act: Act, *, vote_id: VoteId, seat_id: SeatId | None = None) -> Prefill:
    vote, _, roll = await get_conducted_vote_for(act, vote_id, "vote.lift_recusal")
    recused = [(row.seat_id, seat_and_holder(row)) for row in roll if row.recused]
    about = [vote.question, *(name for each, name in recused if each == seat_id)]
    return Prefill(about="\n".join(about), choices={"seat_id": recused})


async def lift_recusal(act: Act, *, vote_id: VoteId, seat_id: SeatId) -> VoteView:
    """Put a seat that was recused by mistake back on the roll. Its answer is asked for again: the one it gave is gone.

    Returns VoteView. Raises Conflict for a seat that is not recused.
    """
    vote, _, _ = await get_conducted_vote_for(act, vote_id, "vote.lift_recusal")
    entry = await get_entry(act, vote, seat_id)
    if not entry.recused:
        raise Conflict("not_recused", field="seat_id", seat=seat_and_holder(entry))
    act.ask_first("seat_answers_again", seat=seat_and_holder(entry))
    await drop_answer(act, vote, entry)
    entry.recused, entry.recused_reason = False, ""
    act.did(seat=seat_and_holder(entry))
    await act.db.flush()
    mark_stale(act, f"vote:{vote.id}")
    await notify_seat(act, vote, entry, "vote_recusal_lifted")
    return await get_vote_view_for(act, vote.id)


async def get_entry(act: Act, vote: Vote, seat_id: int) -> RollEntry:
    """Returns a seat's row on a vote's roll. Raises Invalid for a seat that is not on it."""
    query = select(RollEntry).where(RollEntry.vote_id == vote.id, RollEntry.seat_id == seat_id)
    entry = await act.db.scalar(query.execution_options(populate_existing=True))
    if entry is None:
        raise Invalid("not_on_the_roll", field="seat_id")
    return entry


async def drop_answer(act: Act, vote: Vote, entry: RollEntry) -> None:
    """Leave a seat as if it had not answered."""
    entry.answered = False
    entry.choice = entry.reason = entry.by_id = entry.by_name = entry.at = None
    if vote.salt:
        await replace(act, vote.salt, entry.seat_id, None)


async def notify_seat(act: Act, vote: Vote, entry: RollEntry, kind: str, **facts: Any) -> None:
    """Tell whoever answers for a seat: who speaks for it today, and the deputy who comes to the meeting instead."""
    seats = await seats_on(act, vote.body_id, act.today)
    people = {seat.speaker.id for seat in seats if seat.id == entry.seat_id and seat.speaker is not None}
    if vote.item is not None:
        stands_in = select(ATTENDANCE.c.deputy_id).where(
            ATTENDANCE.c.meeting_id == vote.item.meeting_id, ATTENDANCE.c.seat_id == entry.seat_id, DEPUTY_STANDS_IN
        )
        people |= {each for each in await act.db.scalars(stands_in) if each is not None}
    about: dict[str, Any] = {"command": "vote.show", "args": {"vote_id": vote.id}, "body_id": vote.body_id}
    await notify(act, kind, people=people, **about, title=brief(vote.question), seat=entry.seat_name, **facts)
