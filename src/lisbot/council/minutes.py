"""The minutes: growing out of the agenda, out for comments, approved and locked, reopened with a trace."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from lisbot.council.access import AGENDA, ATTENDANCE, P, item_for, may, meeting_for, seats_of, with_seats
from lisbot.council.act import Act, Role
from lisbot.council.agenda import attendance, invite
from lisbot.council.answers import DEPUTY_THERE, is_represented
from lisbot.council.bodies import people_in, refuse_the_word
from lisbot.council.errors import Conflict, Invalid, NotFound
from lisbot.council.kinds import Answer, MinutesState, Standing
from lisbot.council.meetings import refuse_cancelled, refuse_locked, tell_all
from lisbot.council.models import AgendaItem, FollowUp, Meeting, Organisation, Remark, Seat, Vote
from lisbot.council.notices import changed, tell
from lisbot.council.proposals import about, prepare
from lisbot.council.register import secretaries
from lisbot.council.typed import Day, Form, Id, Ids, Line, Prose

WEEK = timedelta(days=7)
ROLES = (Role.REPRESENTATIVE, Role.PARTICIPANT, Role.OBSERVER, Role.DEPUTY)


@dataclass(frozen=True)
class Minutes:
    """A meeting's minutes, with votes and remarks."""

    meeting: Meeting
    votes: list[Vote]
    remarks: list[Remark]


async def show(act: Act, *, meeting_id: Id) -> Minutes:
    """See a meeting's minutes: as a draft only for the secretariat, otherwise once they are sent out."""
    meeting = await minutes_for(act, meeting_id)
    drafting = meeting.minutes in (MinutesState.NONE, MinutesState.DRAFT)
    if drafting and not may(act.by, P.RECORD, meeting.body_id):
        raise NotFound("no_minutes_yet")
    return await view(act, meeting)


async def minutes_for(act: Act, meeting_id: int) -> Meeting:
    return await meeting_for(act, meeting_id, *AGENDA, *ATTENDANCE)


async def view(act: Act, meeting: Meeting) -> Minutes:
    items = [item.id for item in meeting.items]
    votes = await act.db.scalars(
        select(Vote)
        .where(Vote.item_id.in_(items))
        .options(selectinload(Vote.roll), joinedload(Vote.item))
        .order_by(Vote.id)
    )
    remarks = await act.db.scalars(select(Remark).where(Remark.meeting_id == meeting.id).order_by(Remark.id))
    return Minutes(meeting, list(votes), list(remarks))


async def start(act: Act, *, meeting_id: Id) -> Minutes:
    """Start the minutes from the agenda, with those who said they would come marked present."""
    meeting = await minutes_for(act, meeting_id)
    refuse_cancelled(meeting)
    if meeting.minutes is not MinutesState.NONE:
        raise Conflict("minutes_started", day=meeting.held_on)
    if meeting.held_on > act.today:
        raise Conflict("not_held_yet", day=meeting.held_on)
    if meeting.published is None:
        await prepare(act, meeting)
    body = await with_seats(act, meeting.body_id)
    await invite(act, body, meeting)
    seats = {seat.id: seat for seat in body.seats}
    running = await secretaries(act, body.secretariat_id)
    act.db.expire(meeting, ["attendances"])
    meeting = await minutes_for(act, meeting_id)
    for row in meeting.attendances:
        # Names as they are in the register that day; kept from here on.
        today = attendance(seats[row.seat_id], meeting)
        row.role, row.organisation_name = today.role, today.organisation_name
        row.person_id, row.name = today.person_id, today.name
        # Those who run the meeting are there, said or unsaid.
        row.present = is_represented(row) or (row.answer is None and row.person_id in running)
    meeting.minutes, meeting.minutes_at = MinutesState.DRAFT, act.at
    await act.db.flush()
    return await view(act, meeting)


async def writable(act: Act, meeting_id: int) -> Meeting:
    meeting = await minutes_for(act, meeting_id)
    refuse_locked(meeting)
    refuse_cancelled(meeting)
    if meeting.minutes is MinutesState.NONE:
        raise Conflict("minutes_not_started", day=meeting.held_on)
    return meeting


async def attend_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await writable(act, meeting_id)
    rows = sorted(meeting.attendances, key=lambda a: (a.seat.position, a.id))
    choices = [(a.seat_id, f"{a.deputy_name or a.name} ({a.organisation_name}, {a.role})") for a in rows]
    return Form(
        about=about(meeting),
        values={"present": [a.seat_id for a in rows if a.present]},
        choices={"present": choices},
    )


async def attend(act: Act, *, meeting_id: Id, present: Ids = []) -> Minutes:  # noqa: B006
    """Set who was present: all these seats, and no others."""
    meeting = await writable(act, meeting_id)
    if unknown := set(present) - {a.seat_id for a in meeting.attendances}:
        raise Invalid("not_invited", field="present", count=len(unknown))
    for row in meeting.attendances:
        row.present = row.seat_id in present
        if row.present and row.answer is Answer.ABSENT and row.deputy_answer not in DEPUTY_THERE:
            # Came after all.
            row.answer = Answer.COMES
    return await touched(act, meeting)


async def write_form(act: Act, *, item_id: Id) -> Form:
    item = await item_for(act, item_id)
    await writable(act, item.meeting_id)
    return Form(about=item.title, values={"discussed": item.discussed})


async def write(act: Act, *, item_id: Id, discussed: Prose = "") -> Minutes:
    """Write what was said about an item."""
    item = await item_for(act, item_id)
    meeting = await writable(act, item.meeting_id)
    refuse_the_word(meeting.body, discussed=discussed)
    item.discussed = discussed
    return await touched(act, meeting)


async def follow_up_form(act: Act, *, item_id: Id) -> Form:
    item = await item_for(act, item_id)
    organisations = await invited_organisations(act, item.meeting.body_id)
    return Form(about=item.title, choices={"organisation_id": [(o.id, o.name) for o in organisations]})


async def invited_organisations(act: Act, body_id: int) -> list[Organisation]:
    rows = await act.db.scalars(
        select(Organisation)
        .where(Organisation.id.in_(select(Seat.organisation_id).where(Seat.body_id == body_id)))
        .order_by(Organisation.name)
    )
    return list(rows)


async def follow_up(
    act: Act, *, item_id: Id, organisation_id: Id, what: Prose, due_on: Day | None = None
) -> Minutes:
    """Record what an organisation is to do with an item, and by when."""
    item = await item_for(act, item_id)
    meeting = await writable(act, item.meeting_id)
    organisations = {o.id: o for o in await invited_organisations(act, meeting.body_id)}
    if organisation_id not in organisations:
        raise Invalid("not_in_the_body", field="organisation_id")
    if due_on is not None and due_on < meeting.held_on:
        raise Invalid("due_before_meeting", field="due_on", day=meeting.held_on)
    refuse_the_word(meeting.body, what=what)
    here = next(each for each in meeting.items if each.id == item_id)
    kept = [(f.organisation_id, f.what, f.due_on) for f in here.followups]
    if (organisation_id, what, due_on) in kept:
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
    return await touched(act, meeting)


async def touched(act: Act, meeting: Meeting) -> Minutes:
    meeting_id = meeting.id
    await act.db.flush()
    changed(act, f"meeting:{meeting_id}")
    act.db.expire_all()
    return await view(act, await minutes_for(act, meeting_id))


async def send_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await writable(act, meeting_id)
    return Form(about=about(meeting), values={"until": act.today + WEEK})


async def send(act: Act, *, meeting_id: Id, until: Day) -> Minutes:
    """Send the draft minutes to the members for comments, with a deadline."""
    meeting = await writable(act, meeting_id)
    if meeting.minutes is not MinutesState.DRAFT:
        raise Conflict("minutes_sent", day=meeting.held_on)
    if until < act.today:
        raise Invalid("past_date", field="until", day=until)
    meeting.minutes, meeting.minutes_at, meeting.comments_until = MinutesState.COMMENTS, act.at, until
    await tell_all(act, meeting, "minutes_sent", "minutes.show", day_on=meeting.held_on, until_on=until)
    return await touched(act, meeting)


async def comment_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await minutes_for(act, meeting_id)
    return Form(about=about(meeting))


async def comment(act: Act, *, meeting_id: Id, text: Prose) -> Minutes:
    """Comment on minutes that are out for comments. After the deadline it is kept, with its time."""
    meeting = await minutes_for(act, meeting_id)
    if meeting.minutes is not MinutesState.COMMENTS:
        raise Conflict("not_out_for_comments", day=meeting.held_on)
    refuse_the_word(meeting.body, text=text)
    same = select(Remark.id).where(
        Remark.meeting_id == meeting.id, Remark.by_id == act.by_id, Remark.text == text
    )
    if await act.db.scalar(same.limit(1)) is not None:
        raise Conflict("written_already")
    holds = {hold.organisation_id for hold in seats_of(act.by, meeting.body_id, *ROLES)}
    names = await act.db.scalars(
        select(Organisation.name).where(Organisation.id.in_(holds)).order_by(Organisation.name)
    )
    act.db.add(
        Remark(
            meeting_id=meeting.id,
            by_id=act.by_id,
            name=act.by.name,
            organisation_name=", ".join(names),
            text=text,
            at=act.at,
        )
    )
    await tell(
        act,
        "minutes_commented",
        people=await secretaries(act, meeting.body.secretariat_id),
        shows="minutes.show",
        args={"meeting_id": meeting.id},
        name=act.by.name,
        body=meeting.body.name,
        day_on=meeting.held_on,
    )
    return await touched(act, meeting)


async def approve(act: Act, *, meeting_id: Id) -> Minutes:
    """Approve the minutes. They and their items are locked from now on."""
    meeting = await writable(act, meeting_id)
    open_votes = await act.db.scalars(
        select(Vote.id).join(AgendaItem).where(AgendaItem.meeting_id == meeting.id, Vote.closed_at.is_(None))
    )
    if open_votes.first() is not None:
        raise Conflict("vote_still_open", day=meeting.held_on)
    without = [item.title for item in meeting.items if item.case is not None and item.outcome is None]
    if without:
        raise Conflict("outcome_missing", titles="; ".join(without))
    meeting.minutes, meeting.minutes_at = MinutesState.APPROVED, act.at
    await act.db.flush()
    body = await with_seats(act, meeting.body_id)
    await tell(
        act,
        "minutes_approved",
        people=people_in(body, act.today, (Standing.VOTING, Standing.NONVOTING, Standing.OBSERVER)),
        rooms_of=body.id,
        shows="minutes.show",
        args={"meeting_id": meeting.id},
        body=body.name,
        day_on=meeting.held_on,
    )
    return await touched(act, meeting)


async def reopen_form(act: Act, *, meeting_id: Id) -> Form:
    return Form(about=about(await minutes_for(act, meeting_id)))


async def reopen(act: Act, *, meeting_id: Id, reason: Line) -> Minutes:
    """Reopen approved minutes, with the reason, which is kept in the log and told to the members."""
    meeting = await minutes_for(act, meeting_id)
    if meeting.minutes is not MinutesState.APPROVED:
        raise Conflict("not_approved", day=meeting.held_on)
    refuse_the_word(meeting.body, reason=reason)
    meeting.minutes, meeting.minutes_at = MinutesState.DRAFT, act.at
    await tell_all(act, meeting, "minutes_reopened", day_on=meeting.held_on, reason=reason)
    return await touched(act, meeting)
