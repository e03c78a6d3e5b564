"""Questions that are withdrawn: one put by mistake, and all that are open when their meeting is cancelled."""

from sqlalchemy import delete, select

from lisbot.council.core.context import Act
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.models import AgendaItem, SealedBallot, Vote
from lisbot.db import WIPE


async def withdraw_question(act: Act, vote: Vote, reason: str) -> None:
    """Withdraw a question that is read and locked: it has no result, and its secret answers are destroyed unopened.

    Nobody is told; the cards that show it are drawn anew.
    """
    if vote.secret:
        await act.db.execute(delete(SealedBallot).where(SealedBallot.vote_id == vote.id))
        act.db.info[WIPE] = True
    vote.closed_at, vote.salt, vote.result, vote.withdrawn_reason = act.at, None, {}, reason
    await act.db.flush()
    mark_stale(act, f"vote:{vote.id}")


async def withdraw_open_questions(act: Act, meeting_id: int, reason: str) -> int:
    """Withdraw all the questions of a meeting that are still open, without telling anybody. Returns how many."""
    query = (
        select(Vote)
        .join(AgendaItem, AgendaItem.id == Vote.item_id)
        .where(AgendaItem.meeting_id == meeting_id, Vote.closed_at.is_(None))
        .order_by(Vote.id)
        .with_for_update(of=Vote)
    )
    votes = (await act.db.scalars(query)).all()
    for vote in votes:
        await withdraw_question(act, vote, reason)
    return len(votes)
