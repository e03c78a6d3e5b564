"""The minutes: growing out of the agenda, out for comments, approved and locked, reopened with a trace."""

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from lisbot.council.core.access import P, bodies_where, may, seats_of
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import Conflict, Invalid, NotFound
from lisbot.council.core.fields import Day, Ids, ItemId, Line, MeetingId, OrganisationId, Prefill, Prose
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import MinutesState, Response
from lisbot.council.meetings.agenda_items import get_item_for
from lisbot.council.meetings.handover import reopen_lines
from lisbot.council.meetings.invitations import attendance_row, invite
from lisbot.council.meetings.rows import (
    WITH_AGENDA,
    WITH_ATTENDANCE,
    get_meeting_for,
    notify_all,
    title_of,
)
from lisbot.council.meetings.standing_items import refresh_standing_items
from lisbot.council.meetings.states import DEPUTY_PRESENT, is_represented
from lisbot.council.minutes.states import MINUTES, SENT_OUT
from lisbot.council.minutes.view import minutes_view
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import (
    AgendaItem,
    FollowUp,
    Meeting,
    MinutesComment,
    Organisation,
    Seat,
    Vote,
)
from lisbot.council.register.seats import seats_on
from lisbot.council.register.secretariats import staff_of
from lisbot.texts import sort_key

COMMENT_PERIOD = timedelta(days=7)  # offered when the minutes are sent
COMMENTING = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.OBSERVER, Role.DEPUTY)
WITH_FOLLOW_UPS = selectinload(Meeting.items).options(joinedload(AgendaItem.case), selectinload(AgendaItem.followups))


async def get_minutes_for(act: Act, meeting_id: int, command: str | None = None) -> Meeting:
    """Returns a meeting with all its minutes hold. Raises Conflict where the command is not open to them."""
    meeting = await get_meeting_for(act, meeting_id, WITH_FOLLOW_UPS, *WITH_ATTENDANCE)
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
    if command is not None:
        MINUTES.require(act, command, meeting)
    return meeting


async def show(act: Act, *, meeting_id: MeetingId | None = None) -> MinutesView:
    """See a meeting's minutes, the newest where none is named: as a draft only for the secretariat, otherwise once
    they are sent out.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id or await newest_minutes_id(act))
    if meeting.minutes_state not in SENT_OUT and not may(act.by, P.RECORD, meeting.body_id):
        raise NotFound("no_minutes_yet")
    return await minutes_view(act, meeting)


async def newest_minutes_id(act: Act) -> int:
    """Returns the last meeting whose minutes this member may read. Raises NotFound where there is none."""
    written = select(Meeting.id).where(
        or_(
            Meeting.body_id.in_(bodies_where(act.by, act.needs)) & Meeting.minutes_state.in_(SENT_OUT),
            Meeting.body_id.in_(bodies_where(act.by, P.RECORD)) & (Meeting.minutes_state != MinutesState.NONE),
        )
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
    by_id = {seat.id: seat for seat in seats}
    running = await staff_of(act, meeting.body.secretariat_id)
    act.db.expire_all()
    meeting = await get_minutes_for(act, meeting_id)
    await reopen_lines(act, meeting, seats)  # nobody is present for what a predecessor answered
    for row in meeting.attendances:
        # Names as they are in the register that day; kept from here on.
        today = attendance_row(by_id[row.seat_id], meeting)
        for name in ("role", "organisation_name", "person_id", "name"):
            setattr(row, name, today[name])
        # Those who run the meeting are there, said or unsaid.
        row.present = is_represented(row) or (row.response is None and row.person_id in running)
    meeting.minutes_state, meeting.minutes_at = MinutesState.DRAFT, act.at
    await act.db.flush()
    return await minutes_view(act, meeting)


async def record_presence_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_presence")
    rows = sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))
    choices = [(a.seat_id, f"{a.deputy_name or a.name} ({a.organisation_name}, {a.role})") for a in rows]
    return Prefill(
        about=title_of(act, meeting),
        values={"present": [a.seat_id for a in rows if a.present]},
        choices={"present": choices},
        is_saved=True,
    )


async def record_presence(act: Act, *, meeting_id: MeetingId, present: Ids = []) -> MinutesView:  # noqa: B006
    """Set who was present: all these seats, and no others. Returns MinutesView."""
    meeting = await get_minutes_for(act, meeting_id, "minutes.record_presence")
    if unknown := set(present) - {a.seat_id for a in meeting.attendances}:
        raise Invalid("not_invited", field="present", count=len(unknown))
    for row in meeting.attendances:
        row.present = row.seat_id in present
        if row.present and row.response is Response.ABSENT and row.deputy_response not in DEPUTY_PRESENT:
            # Came after all.
            row.response = Response.COMES
    return await view_again(act, meeting.id)


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
    return await view_again(act, item.meeting_id)


async def add_follow_up_prefill(act: Act, *, item_id: ItemId) -> Prefill:
    item = await get_item_for(act, item_id)
    organisations = await organisations_in(act, item.meeting.body_id)
    return Prefill(about=item.title, choices={"organisation_id": [(o.id, o.name) for o in organisations]})


async def organisations_in(act: Act, body_id: int) -> list[Organisation]:
    """Returns the organisations that have a seat in a body, in the order of the member's language."""
    rows = await act.db.scalars(
        select(Organisation).where(Organisation.id.in_(select(Seat.organisation_id).where(Seat.body_id == body_id)))
    )
    collate = sort_key(act.by.lang)
    return sorted(rows, key=lambda organisation: collate(organisation.name))


async def add_follow_up(
    act: Act, *, item_id: ItemId, organisation_id: OrganisationId, what: Prose, due_on: Day | None = None
) -> MinutesView:
    """Record what an organisation is to do with an item, and by when. Returns MinutesView."""
    item = await get_writable_item_for(act, item_id, "minutes.add_follow_up")
    meeting = item.meeting
    organisations = {o.id: o for o in await organisations_in(act, meeting.body_id)}
    if organisation_id not in organisations:
        raise Invalid("not_in_the_body", field="organisation_id")
    if due_on is not None and due_on < meeting.held_on:
        raise Invalid("due_before_meeting", field="due_on", day=meeting.held_on)
    require_advisory_wording(meeting.body, what=what)
    same = select(FollowUp.id).where(
        FollowUp.item_id == item.id,
        FollowUp.organisation_id == organisation_id,
        FollowUp.what == what,
        FollowUp.due_on.is_(None) if due_on is None else FollowUp.due_on == due_on,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("written_already")
    act.db.add(
        FollowUp(
            item_id=item.id,
            organisation_id=organisation_id,
            organisation_name=organisations[organisation_id].name,
            what=what,
            due_on=due_on,
        )
    )
    return await view_again(act, meeting.id)


async def send_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "minutes.send")
    return Prefill(about=title_of(act, meeting), values={"until": act.today + COMMENT_PERIOD})


async def send(act: Act, *, meeting_id: MeetingId, until: Day) -> MinutesView:
    """Send the draft minutes to the members for comments, with a deadline. Returns MinutesView."""
    meeting = await get_minutes_for(act, meeting_id, "minutes.send")
    if until < act.today:
        raise Invalid("past_date", field="until", day=until)
    meeting.minutes_state, meeting.minutes_at, meeting.comments_until = MinutesState.COMMENTS, act.at, until
    day = meeting.held_on
    await notify_all(act, meeting, "minutes_sent", "minutes.show", drawn_for_role=True, day_on=day, until_on=until)
    return await view_again(act, meeting.id)


async def comment_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_minutes_for(act, meeting_id)))


async def comment(act: Act, *, meeting_id: MeetingId, text: Prose) -> MinutesView:
    """Comment on minutes that are out for comments. After the deadline it is kept, with its time.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.comment")
    require_advisory_wording(meeting.body, text=text)
    same = select(MinutesComment.id).where(
        MinutesComment.meeting_id == meeting.id,
        MinutesComment.by_id == act.by_id,
        MinutesComment.text == text,
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("written_already")
    held = {hold.organisation_id for hold in seats_of(act.by, meeting.body_id, *COMMENTING)}
    names = await act.db.scalars(select(Organisation.name).where(Organisation.id.in_(held)))
    act.db.add(
        MinutesComment(
            meeting_id=meeting.id,
            by_id=act.by_id,
            name=act.by.name,
            organisation_name=", ".join(sorted(names, key=sort_key(meeting.body.lang))),
            text=text,
            at=act.at,
        )
    )
    await notify(
        act,
        "minutes_commented",
        people=await staff_of(act, meeting.body.secretariat_id),
        command="minutes.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        name=act.by.name,
        body=meeting.body.name,
        day_on=meeting.held_on,
    )
    return await view_again(act, meeting.id)


async def approve_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_minutes_for(act, meeting_id, "minutes.approve")))


async def approve(act: Act, *, meeting_id: MeetingId) -> MinutesView:
    """Approve the minutes. They and their items are locked from now on.

    Returns MinutesView. Raises Conflict while a vote of the meeting is open or a case lacks an outcome.
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
    meeting.minutes_state, meeting.minutes_at = MinutesState.APPROVED, act.at
    await act.db.flush()
    await notify_all(act, meeting, "minutes_approved", "minutes.show", drawn_for_role=True, day_on=meeting.held_on)
    return await view_again(act, meeting.id)


async def reopen_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_minutes_for(act, meeting_id)))


async def reopen(act: Act, *, meeting_id: MeetingId, reason: Line) -> MinutesView:
    """Reopen approved minutes, with the reason, which is kept in the log and told to the members.

    Returns MinutesView.
    """
    meeting = await get_minutes_for(act, meeting_id, "minutes.reopen")
    require_advisory_wording(meeting.body, reason=reason)
    meeting.minutes_state, meeting.minutes_at = MinutesState.DRAFT, act.at
    await notify_all(act, meeting, "minutes_reopened", day_on=meeting.held_on, reason=reason)
    return await view_again(act, meeting.id)
