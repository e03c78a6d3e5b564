"""The call for agenda items: opened on its day or by hand, answered by each seat, closed at its deadline."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.core.access import P, may, seats_of
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import Day, MeetingId, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import ProposalState, Standing
from lisbot.council.meetings.dates import default_deadline
from lisbot.council.meetings.proposal_lines import proposal_line
from lisbot.council.meetings.rows import get_coming_meeting_for, get_meeting_for, meeting_ref, title_of
from lisbot.council.meetings.states import ASKED, CALL, WAITING, call_state, may_propose
from lisbot.council.meetings.views import CallView, SilentSeat
from lisbot.council.models import CallDecline, Meeting, Proposal
from lisbot.council.register.seats import holders, seats_on


async def show(act: Act, *, meeting_id: MeetingId) -> CallView:
    """See a call for agenda items, and how it has been answered. Returns CallView."""
    return await call_view(act, await get_meeting_for(act, meeting_id))


async def call_view(act: Act, meeting: Meeting) -> CallView:
    triages = may(act.by, P.TRIAGE, meeting.body_id)
    seats = [
        (seat, seat.holder)
        for seat in await seats_on(act, meeting.body_id, act.today)
        if seat.standing is Standing.VOTING and seat.holder is not None
    ]
    proposals = list(
        await act.db.scalars(
            select(Proposal)
            .where(Proposal.meeting_id == meeting.id, Proposal.state != ProposalState.WITHDRAWN)
            .order_by(Proposal.id)
        )
    )
    query = select(CallDecline.seat_id).where(CallDecline.meeting_id == meeting.id)
    declined = set(await act.db.scalars(query))
    answered = declined | {proposal.seat_id for proposal in proposals}
    silent = [SilentSeat(seat.id, seat.name, holder.name) for seat, holder in seats if seat.id not in answered]
    own = await own_proposals(act, meeting)
    own_seats = {hold.seat_id for hold in seats_of(act.by, meeting.body_id, *ASKED)}
    has_declined = bool(own_seats & declined)
    return CallView(
        meeting=meeting_ref(act, meeting),
        state=call_state(act, meeting),
        opens_on=meeting.call_opens_on,
        closes_on=meeting.call_closes_on,
        answered=len(seats) - len(silent),
        asked=len(seats),
        silent=tuple(silent) if triages else (),
        own=tuple(proposal_line(act, proposal) for proposal in own),
        has_declined=has_declined,
        waiting=sum(proposal.state in WAITING for proposal in proposals) if triages else None,
        actions=actions(act, meeting, may_decline=not own and not has_declined and not triages),
    )


async def own_proposals(act: Act, meeting: Meeting) -> list[Proposal]:
    if act.by.id is None:
        return []
    found = list(
        await act.db.scalars(
            select(Proposal)
            .where(Proposal.meeting_id == meeting.id, Proposal.by_id == act.by.id)
            .options(joinedload(Proposal.case), joinedload(Proposal.organisation), joinedload(Proposal.by))
            .order_by(Proposal.id)
        )
    )
    for proposal in found:
        set_committed_value(proposal, "meeting", meeting)
    return found


def actions(act: Act, meeting: Meeting, *, may_decline: bool) -> tuple[AllowedAction, ...]:
    propose = (AllowedAction("proposal.submit", {"meeting_id": meeting.id}),)
    allowed = CALL.allowed(act, meeting)
    return (
        *(propose if may_propose(act, meeting) else ()),
        *(action for action in allowed if may_decline or action.command != "call.decline"),
    )


async def open_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_coming_meeting_for(act, meeting_id)
    return Prefill(about=title_of(act, meeting), values={"closes_on": default_deadline(meeting, act.today)})


async def open_call(act: Act, *, meeting_id: MeetingId, closes_on: Day | None = None) -> CallView:
    """Open the call for agenda items and tell the body's channel and each voting representative.

    Returns CallView. Raises Conflict for a deadline that is past or after the meeting.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.open", meeting)
    closes = closes_on or default_deadline(meeting, act.today)
    if closes < act.today or closes > meeting.ends_on:
        raise Conflict("call_deadline", field="closes_on", day=closes)
    meeting.call_closes_on = closes
    if meeting.call_opens_on is None or meeting.call_opens_on > act.today:
        meeting.call_opens_on = min(act.today, closes)
    meeting.call_opened_at, meeting.call_closed_at = act.at, None
    seats = await seats_on(act, meeting.body_id, act.today)
    await notify(
        act,
        "call_opened",
        people=holders(seats, Standing.VOTING),
        rooms_of=meeting.body_id,
        command="call.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        drawn_for_role=True,
        body=meeting.body.name,
        day_on=meeting.days,
        until_on=closes,
    )
    return await call_view(act, meeting)


async def close_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_meeting_for(act, meeting_id)))


async def close_call(act: Act, *, meeting_id: MeetingId) -> CallView:
    """Close the call for agenda items. What is proposed afterwards is accepted and marked late.

    Returns CallView.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.close", meeting)
    meeting.call_closed_at = act.at
    mark_stale(act, f"meeting:{meeting.id}")
    return await call_view(act, meeting)


async def decline(act: Act, *, meeting_id: MeetingId) -> CallView:
    """Answer the call with "no items from us this time". Pressing twice says it once. Returns CallView."""
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.decline", meeting)
    query = select(CallDecline.seat_id).where(CallDecline.meeting_id == meeting.id)
    declined = set(await act.db.scalars(query))
    for hold in seats_of(act.by, meeting.body_id, *ASKED):
        if hold.seat_id not in declined:
            act.db.add(CallDecline(meeting_id=meeting.id, seat_id=hold.seat_id, by_id=act.by_id, at=act.at))
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    return await call_view(act, meeting)


async def take_back_decline(act: Act, meeting_id: int, seat_id: int) -> None:
    """Take back a seat's "no items from us": it has proposed something after all."""
    await act.db.execute(
        delete(CallDecline).where(CallDecline.meeting_id == meeting_id, CallDecline.seat_id == seat_id)
    )


async def due_to_open(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the calls whose day has come, as arguments to call.open."""
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
    """Returns the calls whose last day is over, as arguments to call.close."""
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
    """Returns the moment the next call opens by itself, if one is planned."""
    day = await db.scalar(
        select(func.min(Meeting.call_opens_on)).where(
            Meeting.call_opens_on > at.astimezone(tz).date(),
            Meeting.call_opened_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
    )
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz)


async def next_closing(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """Returns the moment the next open call closes by itself."""
    day = await db.scalar(
        select(func.min(Meeting.call_closes_on)).where(
            Meeting.call_closes_on >= at.astimezone(tz).date(),
            Meeting.call_opened_at.is_not(None),
            Meeting.call_closed_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
    )
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(days=1)
