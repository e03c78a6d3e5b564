"""The call for agenda items: opened on its day or by hand, answered by each seat, closed at its deadline."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.access import P, bodies_where, meeting_for, seats_of, with_seats
from lisbot.council.act import Act, Role
from lisbot.council.bodies import holder, people_in, seat_name
from lisbot.council.errors import Conflict, NotAllowed
from lisbot.council.kinds import ProposalState, Standing
from lisbot.council.meetings import coming
from lisbot.council.models import Body, CallAnswer, Meeting, Proposal, Seat
from lisbot.council.notices import changed, tell
from lisbot.council.typed import Day, Form, Id

ASKED = (Role.REPRESENTATIVE, Role.PARTICIPANT)
GONE = (ProposalState.WITHDRAWN,)


@dataclass(frozen=True)
class SeatStatus:
    """How one seat has answered the call."""

    seat: Seat
    name: str
    holder: str
    proposals: int
    nothing: bool

    @property
    def silent(self) -> bool:
        return not self.proposals and not self.nothing


@dataclass(frozen=True)
class CallView:
    """A meeting's call, how each voting seat has answered, and one's own proposals."""

    meeting: Meeting
    seats: list[SeatStatus]
    mine: list[Proposal]
    waiting: int
    said_nothing: bool

    @property
    def silent(self) -> list[SeatStatus]:
        return [status for status in self.seats if status.silent]


async def show(act: Act, *, meeting_id: Id) -> CallView:
    """See a call for agenda items, and how it has been answered."""
    return await view(act, await meeting_for(act, meeting_id))


async def view(act: Act, meeting: Meeting) -> CallView:
    body = await with_seats(act, meeting.body_id)
    rows = await act.db.execute(
        select(Proposal.seat_id, func.count())
        .where(Proposal.meeting_id == meeting.id, Proposal.state.not_in(GONE))
        .group_by(Proposal.seat_id)
    )
    proposals: dict[int | None, int] = dict(rows.all())
    nothing = set(await act.db.scalars(select(CallAnswer.seat_id).where(CallAnswer.meeting_id == meeting.id)))
    mine = await act.db.scalars(
        select(Proposal)
        .where(Proposal.meeting_id == meeting.id, Proposal.by_id == act.by.id)
        .options(joinedload(Proposal.case), joinedload(Proposal.organisation), joinedload(Proposal.by))
        .order_by(Proposal.id)
    )
    waiting = await act.db.scalar(
        select(func.count())
        .select_from(Proposal)
        .where(
            Proposal.meeting_id == meeting.id,
            Proposal.state.in_((ProposalState.SENT, ProposalState.POSTPONED)),
        )
    )
    seats = [
        SeatStatus(seat, seat_name(seat), person.name, proposals.get(seat.id, 0), seat.id in nothing)
        for seat in body.seats
        if seat.standing is Standing.VOTING and (person := holder(seat, act.today)) is not None
    ]
    own = {hold.seat_id for hold in seats_of(act.by, body.id, *ASKED)}
    return CallView(meeting, seats, list(mine), waiting or 0, bool(own & nothing))


async def open_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await coming(act, meeting_id)
    return Form(
        about=f"{meeting.body.name}, {meeting.held_on:%d.%m.%Y}", values={"closes_on": meeting.call_closes_on}
    )


async def open_call(act: Act, *, meeting_id: Id, closes_on: Day | None = None) -> CallView:
    """Open the call for agenda items and tell the body's channel and each voting representative."""
    meeting = await coming(act, meeting_id)
    if meeting.is_call_open:
        raise Conflict("call_is_open", day=meeting.held_on)
    closes = closes_on or meeting.call_closes_on or meeting.held_on
    if closes < act.today or closes > meeting.held_on:
        raise Conflict("call_deadline", field="closes_on", day=closes)
    meeting.call_closes_on = closes
    if meeting.call_opens_on is None or meeting.call_opens_on > act.today:
        meeting.call_opens_on = min(act.today, closes)
    meeting.call_opened_at, meeting.call_closed_at = act.at, None
    body = await with_seats(act, meeting.body_id)
    await tell(
        act,
        "call_opened",
        people=people_in(body, act.today, (Standing.VOTING,)),
        rooms_of=body.id,
        shows="call.show",
        args={"meeting_id": meeting.id},
        body=body.name,
        day_on=meeting.held_on,
        until_on=closes,
    )
    return await view(act, meeting)


async def close_call(act: Act, *, meeting_id: Id) -> CallView:
    """Close the call for agenda items. What is proposed afterwards is accepted and marked late."""
    meeting = await meeting_for(act, meeting_id)
    if not meeting.is_call_open:
        raise Conflict("call_is_closed", day=meeting.held_on)
    meeting.call_closed_at = act.at
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting)


async def nothing(act: Act, *, meeting_id: Id) -> CallView:
    """Answer the call with "no items from us this time". Pressing twice says it once."""
    meeting = await coming(act, meeting_id)
    if not meeting.is_call_open:
        raise Conflict("call_is_closed", day=meeting.held_on)
    own = seats_of(act.by, meeting.body_id, *ASKED)
    if not own:
        raise NotAllowed("no_seat_of_yours")
    before = set(await act.db.scalars(select(CallAnswer.seat_id).where(CallAnswer.meeting_id == meeting.id)))
    for hold in own:
        if hold.seat_id not in before:
            act.db.add(CallAnswer(meeting_id=meeting.id, seat_id=hold.seat_id, by_id=act.by_id, at=act.at))
    await act.db.flush()
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting)


async def take_back_nothing(act: Act, meeting_id: int, seat_id: int | None) -> None:
    """Somebody who said "nothing from us" has proposed something after all."""
    await act.db.execute(
        delete(CallAnswer).where(CallAnswer.meeting_id == meeting_id, CallAnswer.seat_id == seat_id)
    )


async def is_open_for(act: Act, meeting: Meeting) -> bool:
    """Whether a proposal now is in time: the call is open, or has not opened yet."""
    if meeting.call_closed_at is not None:
        return False
    return meeting.call_closes_on is None or act.today <= meeting.call_closes_on


async def due_to_open(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """The calls whose day has come, as arguments to call.open."""
    today = at.astimezone(tz).date()
    ids = await db.scalars(
        select(Meeting.id)
        .where(
            Meeting.call_opens_on <= today,
            Meeting.call_closes_on >= today,
            Meeting.call_opened_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.id)
    )
    return [{"meeting_id": meeting_id} for meeting_id in ids]


async def due_to_close(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """The calls whose last day is over, as arguments to call.close."""
    ids = await db.scalars(
        select(Meeting.id)
        .where(
            Meeting.call_closes_on < at.astimezone(tz).date(),
            Meeting.call_opened_at.is_not(None),
            Meeting.call_closed_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
        .order_by(Meeting.id)
    )
    return [{"meeting_id": meeting_id} for meeting_id in ids]


async def next_opening(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """The moment the next call opens by itself, if one is planned."""
    day = await db.scalar(
        select(func.min(Meeting.call_opens_on)).where(
            Meeting.call_opens_on > at.astimezone(tz).date(),
            Meeting.call_opened_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
    )
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz)


async def next_closing(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """The moment the next open call closes by itself."""
    day = await db.scalar(
        select(func.min(Meeting.call_closes_on)).where(
            Meeting.call_closes_on >= at.astimezone(tz).date(),
            Meeting.call_opened_at.is_not(None),
            Meeting.call_closed_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
    )
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(days=1)


async def open_to(act: Act) -> list[tuple[object, str]]:
    """The meetings one may propose items for, soonest first, to choose among."""
    bodies = bodies_where(act.by, P.PROPOSE)
    rows = await act.db.execute(
        select(Meeting.id, Body.name, Meeting.held_on)
        .join(Body)
        .where(Meeting.body_id.in_(bodies), Meeting.held_on >= act.today, Meeting.cancelled_at.is_(None))
        .order_by(Meeting.held_on)
        .limit(20)
    )
    return [(meeting_id, f"{name}, {held_on:%d.%m.%Y}") for meeting_id, name, held_on in rows]
