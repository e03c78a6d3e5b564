"""What questions wait for somebody's answer, and which open ones they have answered. One statement."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, and_, or_, select

from lisbot.council.core.access import P, bodies_seen_whole, bodies_where, may
from lisbot.council.core.context import Act, Role
from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.models import AgendaItem, Attendance, Body, Case, RollEntry, Vote
from lisbot.council.register.views.refs import BodyRef
from lisbot.council.votes.tally import answers_to
from lisbot.council.votes.views import AnsweredVote, AskedVote

MAX_SHOWN = 12  # of each kind
MAX_ROWS = 100


async def read_own_votes(act: Act) -> tuple[list[AskedVote], list[AnsweredVote]]:
    """Returns the open questions that a seat of theirs, or that they stand in for, has not answered, and those that all
    of these have."""
    if not bodies_where(act.by, P.VOTE):
        return [], []
    seats: dict[int, list[Any]] = {}
    for row in await act.db.execute(own_seats_on_open_rolls(act)):
        seats.setdefault(row.id, []).append(row)
    asked = [asked_vote(act, rows[0]) for rows in seats.values() if not all(row.answered for row in rows)]
    answered = [answered_vote(act, rows) for rows in seats.values() if all(row.answered for row in rows)]
    return asked[:MAX_SHOWN], answered[:MAX_SHOWN]


async def next_asked(act: Act, after: int) -> AskedVote | None:
    """Returns the question that comes next, once this one is answered; None while it is not, or where none does."""
    asked, _ = await read_own_votes(act)
    return None if any(vote.id == after for vote in asked) else next(iter(asked), None)


def own_seats_on_open_rolls(act: Act) -> Select[Any]:
    """Returns the query for the seats they answer for in each open question, the nearest deadline first."""
    seats = {h.seat_id for h in act.by.holds if h.role is Role.REPRESENTATIVE}
    deputy_seats = {h.seat_id for h in act.by.holds if h.role is Role.DEPUTY} | seats
    bodies = bodies_where(act.by, P.VOTE)
    # The deputy who comes to the question's own meeting answers for the seat, and nobody else does.
    stand_in = (
        select(Attendance.deputy_id)
        .where(
            Attendance.meeting_id == AgendaItem.meeting_id,
            Attendance.seat_id == RollEntry.seat_id,
            Attendance.response == Response.ABSENT,
            Attendance.deputy_response.in_((DeputyResponse.COMES, DeputyResponse.DIGITAL)),
        )
        .correlate(AgendaItem, RollEntry)
        .scalar_subquery()
    )
    answers_for = or_(
        and_(RollEntry.seat_id.in_(seats), stand_in.is_(None)),
        and_(RollEntry.seat_id.in_(deputy_seats), stand_in == act.by.id),
    )
    return (
        select(
            Vote.id,
            Vote.body_id,
            Body.name,
            Body.region,
            Vote.question,
            Vote.closes_at,
            Vote.form,
            Vote.options,
            Vote.secret,
            RollEntry.answered,
            RollEntry.choice,
        )
        .join(Body, Body.id == Vote.body_id)
        .join(RollEntry, RollEntry.vote_id == Vote.id)
        .outerjoin(AgendaItem, AgendaItem.id == Vote.item_id)
        .outerjoin(Case, Case.id == AgendaItem.case_id)
        .where(
            Vote.body_id.in_(bodies),
            or_(
                or_(AgendaItem.confidential, Case.confidential).is_not(True),
                Vote.body_id.in_(bodies_seen_whole(act.by, bodies)),
            ),
            Vote.closed_at.is_(None),
            or_(Vote.closes_at.is_(None), Vote.closes_at > act.at),
            RollEntry.recused.is_(False),
            RollEntry.seat_id.in_(deputy_seats),
            answers_for,
        )
        .order_by(Vote.closes_at.is_(None), Vote.closes_at, Vote.id, RollEntry.id)
        .limit(MAX_ROWS)
    )


def about(act: Act, row: Any) -> dict[str, Any]:
    body = BodyRef(row.body_id, row.name, row.region, may(act.by, P.VIEW, row.body_id))
    return {"id": row.id, "body": body, "question": row.question, "closes_at": row.closes_at, "form": row.form}


def asked_vote(act: Act, row: Any) -> AskedVote:
    return AskedVote(**about(act, row), actions=choices(row.id, row.options))


def answered_vote(act: Act, rows: Iterable[Any]) -> AnsweredVote:
    first, *_ = rows = list(rows)
    said = () if first.secret else tuple(dict.fromkeys(row.choice for row in rows if row.choice))
    return AnsweredVote(**about(act, first), secret=first.secret, choices=said)


def choices(vote_id: int, options: list[Any]) -> tuple[AllowedAction, ...]:
    """Returns what may be answered to a question."""
    answers = answers_to(options)
    return tuple(AllowedAction("vote.cast", {"vote_id": vote_id, "choice": answer}) for answer in answers)
