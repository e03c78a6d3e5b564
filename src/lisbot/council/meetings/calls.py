"""The call for agenda items: opened on its day or by hand, answered by each seat, closed at its deadline."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload

from lisbot.council.core.access import P, may, seats_of
from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import BodyId, Day, MeetingId, Prefill, Prose, SeatId
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify, some_names
from lisbot.council.delivery.reminded import ask_where_just_reminded, last_reminder
from lisbot.council.enums import CallState, ProposalState, Standing
from lisbot.council.meetings.call_answers import is_open, read_asked
from lisbot.council.meetings.concerned import SILENT, concerned_by, notify_all
from lisbot.council.meetings.dates import default_deadline
from lisbot.council.meetings.noted_declines import note_decline, noting_decline
from lisbot.council.meetings.proposal_lines import proposal_line
from lisbot.council.meetings.rows import AS_LINE, get_coming_meeting_for, get_meeting_for, meeting_ref, title_of
from lisbot.council.meetings.states import ASKED, CALL, WAITING, call_state, may_propose
from lisbot.council.meetings.upcoming import nearest_meeting_id, nearest_open_call_id
from lisbot.council.meetings.views import AskedSeat, CallView
from lisbot.council.models import CallDecline, Meeting, Proposal
from lisbot.council.register.secretariats import staff_of

DAY = timedelta(days=1)
REMINDER = "call_reminder"


async def show(act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None) -> CallView:
    """See a call for agenda items, that for the nearest meeting where none is named, and how it has been answered.

    Returns CallView.
    """
    return await call_view(act, await get_meeting_for(act, meeting_id or await nearest_meeting_id(act, body_id)))


async def call_view(act: Act, meeting: Meeting) -> CallView:
    triages = may(act.by, P.TRIAGE, meeting.body_id)
    state = call_state(act, meeting)
    asked = await read_asked(act, meeting) if meeting.call_opened_at is not None else []
    proposed = [seat for seat in asked if seat.has_proposed]
    declined = [seat for seat in asked if seat.has_declined and not seat.has_proposed]
    silent = [seat for seat in asked if not seat.has_proposed and not seat.has_declined]
    own = await own_proposals(act, meeting)
    own_seats = {hold.seat_id for hold in seats_of(act.by, meeting.body_id, *ASKED)}
    has_declined = await declines(act, meeting, own_seats)
    has_proposed = any(proposal.state is not ProposalState.WITHDRAWN for proposal in own)
    return CallView(
        meeting=meeting_ref(act, meeting),
        state=state,
        opens_on=meeting.call_opens_on,
        closes_on=meeting.call_closes_on,
        closed_on=meeting.call_closed_at.astimezone(act.tz).date() if meeting.call_closed_at else None,
        answered=len(asked) - len(silent),
        asked=len(asked),
        proposed=asked_seats_of(proposed) if triages else (),
        declined=asked_seats_of(declined) if triages else (),
        silent=asked_seats_of(silent, *noting_decline(act, meeting)) if triages else (),
        reminded_at=await last_reminded(act, meeting) if triages and state is CallState.OPEN else None,
        own=tuple(proposal_line(act, proposal) for proposal in own),
        message=meeting.call_text,
        has_declined=has_declined and not has_proposed,
        waiting=await count_waiting(act, meeting) if triages else None,
        actions=actions(act, meeting, may_decline=not has_proposed and not has_declined, some_silent=bool(silent)),
    )


def asked_seats_of(rows: Iterable[Any], *allowed: AllowedAction) -> tuple[AskedSeat, ...]:
    """Returns seats in a list, each with what may be done for it."""
    return tuple(
        AskedSeat(
            row.seat_id,
            f"{row.role}, {row.organisation}",
            row.holder,
            tuple(AllowedAction(each.command, {**each.arguments, "seat_id": row.seat_id}) for each in allowed),
        )
        for row in rows
    )


async def declines(act: Act, meeting: Meeting, seat_ids: set[int | None]) -> bool:
    """Returns whether one of these seats has answered that it has no items."""
    query = select(CallDecline.id).where(CallDecline.meeting_id == meeting.id, CallDecline.seat_id.in_(seat_ids))
    return bool(seat_ids) and await act.db.scalar(query.limit(1)) is not None


async def count_waiting(act: Act, meeting: Meeting) -> int:
    """Returns how many of a meeting's proposals wait for an answer, as its triage lists them."""
    query = select(func.count()).where(Proposal.meeting_id == meeting.id, Proposal.state.in_(WAITING))
    return await act.db.scalar(query) or 0


async def last_reminded(act: Act, meeting: Meeting) -> datetime | None:
    """Returns when those who are silent were last reminded."""
    return await last_reminder(act, f"meeting:{meeting.id}", REMINDER)


async def own_proposals(act: Act, meeting: Meeting) -> list[Proposal]:
    """Returns the member's proposals for a meeting, and those sent in for it that were postponed to another."""
    if act.by.id is None:
        return []
    return list(
        await act.db.scalars(
            select(Proposal)
            .join(Proposal.meeting)
            .where(
                or_(Proposal.meeting_id == meeting.id, Proposal.sent_for_id == meeting.id), Proposal.by_id == act.by.id
            )
            .options(
                contains_eager(Proposal.meeting).options(*AS_LINE),
                joinedload(Proposal.case),
                joinedload(Proposal.organisation),
                joinedload(Proposal.by),
            )
            .order_by(Proposal.id)
        )
    )


def actions(act: Act, meeting: Meeting, *, may_decline: bool, some_silent: bool) -> tuple[AllowedAction, ...]:
    """Returns what may be done about a call: nobody is reminded where all have answered, and one whose deadline is
    past is opened again by another deadline."""
    propose = (AllowedAction("proposal.submit", {"meeting_id": meeting.id}),)
    lacks = set() if may_decline else {"call.decline"}
    if not some_silent:
        lacks.add("call.remind")
    if meeting.call_closed_at is not None and (meeting.call_closes_on or act.today) < act.today:
        lacks.add("call.open")
    if latest_deadline(act, meeting) >= meeting.held_on:
        lacks.add("call.extend")
    return (
        *(propose if may_propose(act, meeting) else ()),
        *(action for action in CALL.allowed(act, meeting) if action.command not in lacks),
    )


async def open_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    """The planned deadline, or else as long before the meeting as last time; and what was asked for last time."""
    meeting = await get_coming_meeting_for(act, meeting_id)
    last = await last_call(act, meeting)
    values = {
        "closes_on": default_deadline(meeting, act.today, last),
        "message": meeting.call_text or (last.call_text if last else ""),
    }
    return Prefill(about=title_of(act, meeting), values=values)


async def last_call(act: Act, meeting: Meeting) -> Meeting | None:
    """Returns the body's last other meeting whose call was opened."""
    query = select(Meeting).where(
        Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, Meeting.call_opened_at.is_not(None)
    )
    found: Meeting | None = await act.db.scalar(
        query.order_by(Meeting.call_opened_at.desc()).options(*AS_LINE).limit(1)
    )
    return found


async def open_call(
    act: Act, *, meeting_id: MeetingId, closes_on: Day | None = None, message: Prose | None = None
) -> CallView:
    """Open the call for agenda items, with a message to those who are asked or without, and tell the body's channel
    and each voting representative.

    Returns CallView. Raises Conflict for a deadline that is past or after the meeting.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.open", meeting)
    closes = closes_on or default_deadline(meeting, act.today, await last_call(act, meeting))
    if message is not None:
        require_advisory_wording(meeting.body, message=message)
        meeting.call_text = message
    if closes < act.today or closes > meeting.ends_on:
        raise Conflict("call_deadline", field="closes_on", day=closes)
    act.ask_first("call_until", day=closes)
    meeting.call_closes_on = closes
    if meeting.call_opens_on is None or meeting.call_opens_on > act.today:
        meeting.call_opens_on = min(act.today, closes)
    kind = "call_opened" if meeting.call_opened_at is None else "call_reopened"
    meeting.call_opened_at, meeting.call_closed_at = act.at, None
    await notify_asked(act, meeting, kind, until_on=closes)
    await mark_in_time(act, meeting, closes)
    return await call_view(act, meeting)


def closing_of(act: Act, meeting: Meeting) -> datetime | None:
    """Returns when a call closes: with its last day, and no later than its meeting begins."""
    if meeting.call_closes_on is None:
        return None
    return closing_moment(meeting.call_closes_on, meeting.starts_at, act.tz)


def closing_moment(closes_on: date, starts_at: datetime, tz: ZoneInfo) -> datetime:
    return min(moment(closes_on + DAY, time(), tz), starts_at)


async def notify_asked(act: Act, meeting: Meeting, kind: str, **facts: Any) -> None:
    """Tell everybody whom a call asks, and the body's channel."""
    concerned = replace(await concerned_by(act, meeting, Standing.VOTING), deputies=frozenset())
    about: dict[str, Any] = {"day_on": meeting.days, "useful_until": closing_of(act, meeting), **facts}
    await notify_all(act, meeting, kind, "call.show", concerned=concerned, drawn_for_role=True, **about)
    mark_stale(act, f"meeting:{meeting.id}")


async def mark_in_time(act: Act, meeting: Meeting, closes_on: date) -> None:
    """Mark what came after a deadline that is moved later as in time, where it is."""
    if act.today <= closes_on:
        late = update(Proposal).where(Proposal.sent_for_id == meeting.id, Proposal.late.is_(True))
        await act.db.execute(late.values(late=False))


def latest_deadline(act: Act, meeting: Meeting) -> date:
    """Returns the deadline that a later one is later than: that of an open call, of a closed one the day before
    today where that is later."""
    yesterday = act.today - timedelta(days=1)
    deadline = meeting.call_closes_on or yesterday
    return deadline if meeting.call_closed_at is None else max(deadline, yesterday)


async def extend_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_coming_meeting_for(act, meeting_id)
    return Prefill(about=title_of(act, meeting), values={"closes_on": meeting.call_closes_on}, is_saved=True)


async def extend(act: Act, *, meeting_id: MeetingId, closes_on: Day) -> CallView:
    """Move a call's deadline later, also after it is closed: then it is open again, with the answers it has. Everybody
    it asks is told once.

    Returns CallView. Raises Conflict for a deadline that is not later, or after the meeting.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.extend", meeting)
    before = meeting.call_closes_on
    if closes_on <= latest_deadline(act, meeting):
        raise Conflict("call_not_later", field="closes_on", day=closes_on)
    if closes_on > meeting.held_on:
        raise Conflict("call_deadline", field="closes_on", day=closes_on)
    act.concerns(f"meeting:{meeting.id}", former_deadline=before.isoformat() if before else None)
    if meeting.call_closed_at is not None:
        act.ask_first("call_opens_again")
    meeting.call_closes_on, meeting.call_closed_at = closes_on, None
    act.did(until=closes_on)
    await notify_asked(act, meeting, "call_extended", until_on=closes_on)
    await mark_in_time(act, meeting, closes_on)
    return await call_view(act, meeting)


async def remind_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_coming_meeting_for(act, meeting_id)))


async def remind(act: Act, *, meeting_id: MeetingId) -> CallView:
    """Remind those who have not answered a call, and nobody else. Asks first how many, and where they were reminded
    within the hour.

    Returns CallView. Raises Conflict where everybody has answered.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.remind", meeting)
    asked = await read_asked(act, meeting)
    silent = [row.person_id for row in asked if not row.has_proposed and not row.has_declined]
    if not silent:
        raise Conflict("nobody_is_silent", day=meeting.held_on)
    act.ask_first("call_silent", count=len(silent), seats=len(asked))
    await ask_where_just_reminded(act, f"meeting:{meeting.id}", REMINDER)
    await notify_silent(act, meeting, silent)
    return await call_view(act, meeting)


async def notify_silent(act: Act, meeting: Meeting, people: Iterable[int]) -> None:
    """Remind people of a call they have not answered, while there is time. Whoever has when the message is sent does
    not get it."""
    await notify(
        act,
        REMINDER,
        people=people,
        command="call.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        audience=SILENT,
        drawn_for_role=True,
        useful_until=closing_of(act, meeting),
        body=meeting.body.name,
        day_on=meeting.days,
        until_on=meeting.call_closes_on,
    )


async def close_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_meeting_for(act, meeting_id)))


async def close_call(act: Act, *, meeting_id: MeetingId) -> CallView:
    """Close the call for agenda items. What is proposed afterwards is accepted and marked late.

    Returns CallView.
    """
    meeting = await get_meeting_for(act, meeting_id)
    CALL.require(act, "call.close", meeting)
    if meeting.call_closes_on is not None and act.today <= meeting.call_closes_on:
        act.ask_first("call_closes_early", day=meeting.call_closes_on)
    asked = await read_asked(act, meeting)
    silent = sum(not row.has_proposed and not row.has_declined for row in asked)
    act.ask_first("call_silent", count=silent, seats=len(asked))
    meeting.call_closed_at = act.at
    await notify_of_closing(
        act, meeting, [row.holder for row in asked if not row.has_proposed and not row.has_declined]
    )
    mark_stale(act, f"meeting:{meeting.id}")
    return await call_view(act, meeting)


async def notify_of_closing(act: Act, meeting: Meeting, silent: list[str]) -> None:
    """Tell the secretariat that a call is closed, and who has not answered it."""
    await notify(
        act,
        "call_closed_silent" if silent else "call_closed",
        people=await staff_of(act, meeting.body.secretariat_id),
        command="call.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        day_on=meeting.days,
        count=len(silent),
        names=some_names(silent),
    )


async def decline(act: Act, *, meeting_id: MeetingId | None = None, seat_id: SeatId | None = None) -> CallView:
    """Answer the call with "no items from us this time", for all of one's seats. Pressing twice says it once. Without
    a meeting: the next one whose call is open.

    With another's seat the secretariat notes it for whoever holds it: they are told, and may propose all the same.
    Returns CallView. Raises Conflict for whoever has proposed something.
    """
    meeting = await get_meeting_for(act, meeting_id or await nearest_open_call_id(act))
    if seat_id is not None and seat_id not in [h.seat_id for h in seats_of(act.by, meeting.body_id, *ASKED)]:
        await note_decline(act, meeting, seat_id)
        return await call_view(act, meeting)
    CALL.require(act, "call.decline", meeting)
    own = next((p for p in await own_proposals(act, meeting) if p.state is not ProposalState.WITHDRAWN), None)
    if own is not None:
        raise Conflict("you_have_proposed", title=own.title)
    query = select(CallDecline.seat_id).where(CallDecline.meeting_id == meeting.id)
    declined = set(await act.db.scalars(query))
    for hold in seats_of(act.by, meeting.body_id, *ASKED):
        if hold.seat_id not in declined:
            act.db.add(CallDecline(meeting_id=meeting.id, seat_id=hold.seat_id, by_id=act.by_id, at=act.at))
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    return await call_view(act, meeting)


async def due_to_open(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the calls whose day has come, as arguments to call.open."""
    today = at.astimezone(tz).date()
    ids = await db.scalars(
        select(Meeting.id).where(
            Meeting.call_opens_on <= today,
            Meeting.call_closes_on >= today,
            Meeting.ends_on >= today,  # by an index: a call closes no later than its meeting is over
            Meeting.call_opened_at.is_(None),
            Meeting.cancelled_at.is_(None),
        )
    )
    return [{"meeting_id": meeting_id} for meeting_id in sorted(ids)]


async def due_to_close(db: AsyncSession, at: datetime, tz: ZoneInfo) -> list[dict[str, Any]]:
    """Returns the calls whose last day is over, as arguments to call.close."""
    ids = await db.scalars(
        select(Meeting.id).where(
            Meeting.call_closes_on < at.astimezone(tz).date(),
            *is_open(),
        )
    )
    return [{"meeting_id": meeting_id} for meeting_id in sorted(ids)]


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
            *is_open(),
        )
    )
    return None if day is None else datetime(day.year, day.month, day.day, tzinfo=tz) + timedelta(days=1)
