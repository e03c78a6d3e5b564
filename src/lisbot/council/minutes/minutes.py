"""The minutes: growing out of the agenda, out for comments, approved and locked, reopened with a trace."""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from lisbot.council.core.access import P, bodies_where, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import BodyId, Day, ItemId, Line, MeetingId, Number, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import SENT_OUT, MinutesState
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.handover import reopen_lines
from lisbot.council.meetings.invitations import attendance_row, invite
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import (
    WITH_ATTENDANCE,
    get_meeting_for,
    notify_all,
    title_of,
)
from lisbot.council.meetings.standing_items import refresh_standing_items
from lisbot.council.meetings.states import is_represented
from lisbot.council.meetings.upcoming import bodies_meant
from lisbot.council.minutes.asking import ask_after_minutes
from lisbot.council.minutes.record import settle_guests, sitter_of
from lisbot.council.minutes.states import MINUTES
from lisbot.council.minutes.versions import find_version, write_version
from lisbot.council.minutes.view import minutes_view
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import AgendaItem, Meeting, MinutesComment, Vote
from lisbot.council.register.seats import people_in, seats_on
from lisbot.council.register.secretariats import staff_of

COMMENT_PERIOD = timedelta(days=7)  # offered when the minutes are sent
WITH_FOLLOW_UPS = selectinload(Meeting.items).options(joinedload(AgendaItem.case), selectinload(AgendaItem.followups))


async def get_minutes_for(act: Act, meeting_id: int, command: str | None = None) -> Meeting:
    """Returns a meeting with all its minutes hold. Raises Conflict where the command is not open to them."""
    meeting = await get_meeting_for(act, meeting_id, WITH_FOLLOW_UPS, *WITH_ATTENDANCE)
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
    for item in meeting.items:
        for follow_up in item.followups:
            set_committed_value(follow_up, "item", item)
    if command is not None:
        MINUTES.require(act, command, meeting)
    return meeting


async def get_approved_minutes(act: Act, meeting_id: int) -> Meeting:
    """Returns a meeting with all that its approved minutes hold, for whoever was sent them and has no part in the body.
    Raises NotFound where none were ever approved."""
    options = (joinedload(Meeting.body), WITH_FOLLOW_UPS, *WITH_ATTENDANCE)
    meeting = await act.db.get_one(Meeting, meeting_id, options=options, populate_existing=True)
    if not meeting.minutes_version and meeting.minutes_state is not MinutesState.APPROVED:
        raise NotFound("no_minutes_yet")
    for each in (*meeting.items, *meeting.attendances):
        set_committed_value(each, "meeting", meeting)
    for item in meeting.items:
        for follow_up in item.followups:
            set_committed_value(follow_up, "item", item)
    return meeting


async def show(
    act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None, version: Number | None = None
) -> MinutesView:
    """See a meeting's minutes, the newest where none is named, perhaps of one council: as a draft only for the
    secretariat, otherwise once they are sent out. While approved minutes are corrected, what was approved stands; each
    approved version can be read by its number.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id or await newest_minutes_id(act, body_id))
    if version is not None and version > meeting.minutes_version:
        raise NotFound("no_such_version")
    if version is None and meeting.minutes_state not in SENT_OUT and not may(act.by, P.RECORD, meeting.body_id):
        if not meeting.minutes_version:
            raise NotFound("no_minutes_yet")
        version = meeting.minutes_version
    return await minutes_view(act, meeting, version)


async def newest_minutes_id(act: Act, body_id: int | None = None) -> int:
    """Returns the last meeting whose minutes this member may read: of one council where it is named or the channel is
    its own. Raises NotFound where there is none."""
    written = select(Meeting.id).where(
        Meeting.body_id.in_(await bodies_meant(act, body_id)),
        or_(
            Meeting.has_minutes_out,
            Meeting.body_id.in_(bodies_where(act.by, P.RECORD)) & (Meeting.minutes_state != MinutesState.NONE),
        ),
    )
    found = await act.db.scalar(written.order_by(Meeting.held_on.desc()).limit(1))
    if found is None:
        raise NotFound("no_minutes_yet")
    return found


async def view_again(act: Act, meeting_id: int) -> MinutesView:
    """Write what was changed, and return the minutes as they are read afterwards."""
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting_id}")
    act.db.expire_all()
    return await minutes_view(act, await get_minutes_for(act, meeting_id))


async def start(act: Act, *, meeting_id: MeetingId) -> MinutesView:
    """Start the minutes from the agenda, with those who said they would come marked present.

    Returns MinutesView.
    """
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    MINUTES.require(act, "minutes.start", meeting)
    if meeting.published is None:
        await refresh_standing_items(act, meeting)
    seats = await seats_on(act, meeting.body_id, meeting.held_on)
    await invite(act, seats, meeting)
    await reopen_lines(act, meeting, seats)  # nobody is present for what a predecessor answered
    by_id = {seat.id: seat for seat in seats}
    running = await staff_of(act, meeting.body.secretariat_id)
    act.db.expire_all()
    meeting = await get_minutes_for(act, meeting_id)
    for row in meeting.attendances:
        # Names as they are in the register that day; kept from here on.
        today = attendance_row(by_id[row.seat_id], meeting)
        for name in ("role", "organisation_name", "person_id", "name"):
            setattr(row, name, today[name])
        # Those who run the meeting are there, said or unsaid.
        row.present = is_represented(row) or (row.response is None and row.person_id in running)
        if row.present:
            row.sat_id, row.sat_name = sitter_of(row)
    meeting.minutes_state, meeting.minutes_at = MinutesState.DRAFT, act.at
    await act.db.flush()
    return await minutes_view(act, meeting)


async def get_writable_item_for(act: Act, item_id: int, command: str) -> AgendaItem:
    """Returns an item whose minutes are open to the command. Raises Conflict for one whose are not."""
    item = await get_item_for(act, item_id)
    MINUTES.require(act, command, item.meeting)
    return item


async def write_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_writable_item_for(act, item_id, "minutes.write")
    return Prefill(about=item.title, values={"discussed": item.discussed}, is_saved=True)


async def write(act: Act, *, item_id: ItemId, discussed: Prose = "") -> MinutesView:
    """Write what was said about an item. Returns MinutesView."""
    item = await get_writable_item_for(act, item_id, "minutes.write")
    require_advisory_wording(item.meeting.body, discussed=discussed)
    item.discussed = discussed
    act.did(title=item.title)
    return await view_again(act, item.meeting_id)


async def send_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "minutes.send")
    return Prefill(about=title_of(act, meeting), values={"until": act.today + COMMENT_PERIOD})


async def send(act: Act, *, meeting_id: MeetingId, until: Day) -> MinutesView:
    """Send the draft minutes to the members for comments, with a deadline. Returns MinutesView."""
    meeting = await get_minutes_for(act, meeting_id, "minutes.send")
    if until < act.today:
        raise Invalid("past_date", field="until", day=until)
    meeting.minutes_state, meeting.minutes_at, meeting.comments_until = MinutesState.COMMENTS, act.at, until
    act.did(until=until)
    day = meeting.held_on
    await notify_all(act, meeting, "minutes_sent", "minutes.show", drawn_for_role=True, day_on=day, until_on=until)
    return await view_again(act, meeting.id)


async def approve_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_minutes_for(act, meeting_id, "minutes.approve")))


async def approve(act: Act, *, meeting_id: MeetingId) -> MinutesView:
    """Approve the minutes. They and their items are locked from now on, and kept as a version of their own.

    Returns MinutesView. Raises Conflict while a vote of the meeting is open or a case lacks an outcome. Asks first
    where members may still comment, have not been answered, or were never asked.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.approve")
    open_votes = await act.db.scalars(
        select(Vote.id).join(AgendaItem).where(AgendaItem.meeting_id == meeting.id, Vote.closed_at.is_(None))
    )
    if open_votes.first() is not None:
        raise Conflict("vote_still_open", day=meeting.held_on)
    without = [item.title for item in meeting.items if item.case is not None and item.outcome is None]
    if without:
        raise Conflict("outcome_missing", titles="; ".join(without))
    comments = list(await act.db.scalars(select(MinutesComment).where(MinutesComment.meeting_id == meeting.id)))
    ask_about_comments(act, meeting, sum(not comment.answer for comment in comments))
    meeting.minutes_state, meeting.minutes_at = MinutesState.APPROVED, act.at
    meeting.minutes_version += 1
    await settle_guests(act, meeting)
    await write_version(act, meeting, act.by.name)
    await ask_after_minutes(act, meeting)
    await act.db.flush()
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}", version=meeting.minutes_version)
    # Whoever has left the council since is told no more of it.
    commented = {comment.by_id for comment in comments} & people_in(await seats_on(act, meeting.body_id, act.today))
    facts: dict[str, Any] = {"day_on": meeting.held_on}
    await notify_all(act, meeting, "minutes_approved", "minutes.show", drawn_for_role=True, but=commented, **facts)
    await notify(
        act,
        "comments_considered",
        people=commented,
        command="minutes.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        **facts,
    )
    return await view_again(act, meeting.id)


def ask_about_comments(act: Act, meeting: Meeting, unanswered: int) -> None:
    """Have it asked whether the minutes are to be approved now, where there is something to be said against it."""
    if meeting.minutes_state is MinutesState.DRAFT:
        act.ask_first("not_out_for_comments")
    elif meeting.comments_until is not None and meeting.comments_until >= act.today:
        days = (meeting.comments_until - act.today).days + 1
        act.ask_first("comment_period", count=days, until=meeting.comments_until)
    if unanswered:
        act.ask_first("comments_unanswered", count=unanswered)


async def reopen_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_minutes_for(act, meeting_id)))


async def reopen(act: Act, *, meeting_id: MeetingId, reason: Line) -> MinutesView:
    """Reopen approved minutes, with the reason, which stands on them and is told to the members. What was approved
    stays readable until the corrected minutes are approved.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.reopen")
    require_advisory_wording(meeting.body, reason=reason)
    version = await find_version(act, meeting, meeting.minutes_version)
    if version is None:  # approved before versions were kept
        version = await write_version(act, meeting, approved_by="")
    version.reopened_at, version.reopened_by, version.reason = act.at, act.by.name, reason
    await act.db.flush()
    meeting.minutes_state, meeting.minutes_at, meeting.comments_until = MinutesState.DRAFT, act.at, None
    await notify_all(act, meeting, "minutes_reopened", "minutes.show", day_on=meeting.held_on, reason=reason)
    return await view_again(act, meeting.id)
