"""What whoever takes over a seat is to know of the council: mandate, last minutes, what comes and what waits."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.core.fields import BodyId
from lisbot.council.enums import MinutesState
from lisbot.council.meetings.rows import AS_LINE, meeting_ref
from lisbot.council.meetings.states import CALL
from lisbot.council.models import Body, Meeting, Seat, table
from lisbot.council.overview.views import WelcomeView
from lisbot.council.overview.worklist import asked_meetings, asked_of, call_task, invitation_task
from lisbot.council.register.bodies import body_ref, get_body_for
from lisbot.council.register.seats import seat_name
from lisbot.council.votes.asked import read_own_votes
from lisbot.db import is_one_of


async def show(act: Act, *, body_id: BodyId) -> WelcomeView:
    """See what to know when you are new in a council: its mandate and what that rests on, the last approved minutes,
    the next meetings, and the calls and questions that wait for you.

    Returns WelcomeView.
    """
    body = await get_body_for(act, body_id)
    rows = (await act.db.execute(asked_of(act))).all()
    meetings = {
        kind: [meeting for meeting in found if meeting.body_id == body.id]
        for kind, found in (await asked_meetings(act, rows)).items()
    }
    votes, _ = await read_own_votes(act)
    minutes = await last_minutes(act, body)
    return WelcomeView(
        body=body_ref(act, body),
        seats=await own_seats(act, body),
        mandate_text=body.mandate_text or "",
        mandate_by=body.mandate_by or "",
        mandate_on=body.mandate_on,
        legal_basis=body.legal_basis or "",
        minutes=meeting_ref(act, minutes) if minutes is not None else None,
        calls=tuple(call_task(act, m) for m in meetings.get("call", ()) if CALL.is_open(act, "call.decline", m)),
        invitations=tuple(invitation_task(act, meeting) for meeting in meetings.get("invitation", ())),
        votes=tuple(vote for vote in votes if vote.body.id == body.id),
        meetings=tuple(meeting_ref(act, meeting) for meeting in meetings.get("coming", ())),
    )


async def own_seats(act: Act, body: Body) -> tuple[str, ...]:
    ids = {hold.seat_id for hold in act.by.holds if hold.body_id == body.id and hold.seat_id is not None}
    query = select(Seat).where(is_one_of(table(Seat).c.id, ids)).options(joinedload(Seat.organisation))
    return tuple(seat_name(seat) for seat in await act.db.scalars(query.order_by(Seat.position, Seat.id)))


async def last_minutes(act: Act, body: Body) -> Meeting | None:
    """Returns the meeting whose minutes were approved last of all."""
    query = (
        select(Meeting)
        .where(
            Meeting.body_id == body.id,
            Meeting.minutes_state == MinutesState.APPROVED,
            Meeting.cancelled_at.is_(None),
        )
        .options(*AS_LINE)
        .order_by(Meeting.held_on.desc(), Meeting.starts.desc())
        .limit(1)
    )
    return (await act.db.scalars(query)).first()
