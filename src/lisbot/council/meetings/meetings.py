"""A meeting: seen, moved, cancelled, and its cases carried to another."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from lisbot.council.cases.shared import read_statements
from lisbot.council.core.access import P, may
from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, Day, Hour, Line, Link, MeetingId, PastDay, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.core.wording import require_advisory_wording
from lisbot.council.delivery.notifications import mark_stale, notify
from lisbot.council.enums import MinutesState
from lisbot.council.meetings.agenda import agenda_state, item_lines, look_up_actions, sees_draft
from lisbot.council.meetings.carrying import carry, get_target_for, notify_origins
from lisbot.council.meetings.concerned import notify_all
from lisbot.council.meetings.dates import (
    DEFAULT_END,
    DEFAULT_START,
    PlannedDate,
    clashing_meetings,
    date_taken,
    last_times_values,
    new_meeting,
    require_real_span,
    span_of,
)
from lisbot.council.meetings.forecast import forecast_of, own_attendance
from lisbot.council.meetings.guest_invitations import tell_changes
from lisbot.council.meetings.invited import raise_sequence
from lisbot.council.meetings.item_guests import read_item_guests
from lisbot.council.meetings.moving import change_meeting
from lisbot.council.meetings.open_questions import withdraw_open_questions
from lisbot.council.meetings.published import WITH_AGENDA, changes_since_sent, withheld_ids
from lisbot.council.meetings.results import read_recusals, read_rules
from lisbot.council.meetings.rows import (
    WITH_ATTENDANCE,
    get_meeting_for,
    later_meetings,
    may_read_minutes,
    meeting_line,
    title_of,
)
from lisbot.council.meetings.states import CALL, MEETING, NOTICE, may_propose
from lisbot.council.meetings.steps import steps_of
from lisbot.council.meetings.upcoming import nearest_meeting_id
from lisbot.council.meetings.views import ItemVote, MeetingView
from lisbot.council.meetings.visitors import notify_visitors
from lisbot.council.models import Meeting, Vote
from lisbot.council.register.bodies import get_body_for
from lisbot.council.register.seats import still_in
from lisbot.texts import Phrase

CASES_GO = ("change.cases_carried", "change.cases_wait")


async def show(act: Act, *, meeting_id: MeetingId | None = None, body_id: BodyId | None = None) -> MeetingView:
    """See a meeting, the nearest where none is named, perhaps of one council: when and where, the agenda, the answers
    and the votes.

    Returns MeetingView.
    """
    return await meeting_view(act, meeting_id or await nearest_meeting_id(act, body_id))


async def meeting_view(act: Act, meeting_id: int) -> MeetingView:
    # A room, or a role as such, has answered nothing, and needs nobody's answers but to see how the meeting stands.
    answers = WITH_ATTENDANCE if act.by.id is not None or may(act.by, P.ARRANGE) else ()
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA, *answers)
    drafts = sees_draft(act, meeting)
    extra = await look_up_actions(act, meeting)
    guests = await read_item_guests(act, meeting)
    return MeetingView(
        line=meeting_line(act, meeting),
        link=meeting.link,
        notice=agenda_state(act, meeting),
        items=item_lines(
            act,
            meeting,
            await item_votes(act, meeting),
            statements=await read_statements(act, meeting.body_id, [meeting]),
            guests=guests,
            takes_off_minutes=extra.takes_off_minutes,
        ),
        changes=tuple(changes_since_sent(meeting)) if drafts else (),
        own=await own_attendance(act, meeting),
        forecast=forecast_of(act, meeting) if drafts and meeting.published_at else None,
        may_read_minutes=may_read_minutes(act, meeting),
        may_triage=may(act.by, P.TRIAGE, meeting.body_id),
        agenda_actions=(*NOTICE.allowed(act, meeting), *extra.actions),
        actions=(*meeting_actions(act, meeting), *await carrying_actions(act, meeting)),
        steps=steps_of(act, meeting),
        guests=guests.get(None, ()),
    )


def meeting_actions(act: Act, meeting: Meeting) -> tuple[AllowedAction, ...]:
    """Returns what may be done to a meeting as a whole, beside its agenda."""
    about = {"meeting_id": meeting.id}
    may_start = (
        act.allows("minutes.start", meeting.body_id)
        and meeting.held_on <= act.today
        and meeting.minutes_state is MinutesState.NONE
        and meeting.cancelled_at is None
    )
    is_held = meeting.held_on <= act.today and meeting.cancelled_at is None
    may_write = is_held and act.allows("summary.write", meeting.body_id) and not meeting.has_summary
    may_read = meeting.has_summary and act.allows("summary.show", meeting.body_id)
    return (
        *((AllowedAction("proposal.submit", about),) if may_propose(act, meeting) else ()),
        *((AllowedAction("minutes.start", about),) if may_start else ()),
        *((AllowedAction("summary.show", about),) if may_read else ()),
        *((AllowedAction("summary.write", about),) if may_write else ()),
        *MEETING.allowed(act, meeting),
        *(action for action in CALL.allowed(act, meeting) if action.command != "call.decline"),
    )


async def carrying_actions(act: Act, meeting: Meeting) -> tuple[AllowedAction, ...]:
    """Returns what may be done with the cases of a cancelled meeting, where there are any and somewhere to go."""
    command = "meeting.carry_cases"
    if not act.allows(command, meeting.body_id) or not MEETING.is_open(act, command, meeting):
        return ()
    if not (await carry(act, meeting, None)).phrases() or not await later_meetings(act, meeting):
        return ()
    return (AllowedAction(command, {"meeting_id": meeting.id}),)


async def item_votes(act: Act, meeting: Meeting) -> Mapping[int, tuple[ItemVote, ...]]:
    """Returns the questions put on each of a meeting's items, by the item's id."""
    withheld = withheld_ids(act, meeting)
    shown = [item.id for item in meeting.items if item.id not in withheld]
    if not shown:
        return {}
    votes: dict[int, tuple[ItemVote, ...]] = {}
    for vote in await act.db.scalars(
        select(Vote).where(Vote.item_id.in_(shown), Vote.withdrawn_reason.is_(None)).order_by(Vote.id)
    ):
        assert vote.item_id is not None
        votes[vote.item_id] = (*votes.get(vote.item_id, ()), item_vote(vote))
    return votes


def item_vote(vote: Vote) -> ItemVote:
    result = vote.result or {}
    return ItemVote(
        id=vote.id,
        question=vote.question,
        form=vote.form,
        is_open=vote.closed_at is None,
        secret=vote.secret,
        counts=dict(result.get("counts", {})),
        recused=read_recusals(result),
        **read_rules(result),
    )


async def enter_held_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    values = await last_times_values(act, body)
    del values["link"]  # a meeting that has been held is joined by nobody
    return Prefill(about=body.name, values=values)


async def enter_held(
    act: Act,
    *,
    body_id: BodyId,
    day: PastDay,
    starts: Hour = DEFAULT_START,
    ends: Hour = DEFAULT_END,
    ends_on: Day | None = None,
    place: Line = "",
) -> MeetingView:
    """Enter a meeting that has been held and never was in the plan, so that its minutes can be written. It is marked
    so, and nobody is told or invited.

    Returns MeetingView. Raises Invalid for one that is not over yet, Conflict where the body had another then.
    """
    body = await get_body_for(act, body_id)
    planned = PlannedDate(body, day, starts, ends, place, "", ends_on or day)
    require_real_span(act, planned)
    if moment(planned.ends_on, ends, act.tz) > act.at:
        raise Invalid("not_over_yet", field="day", day=planned.days)
    for other in await clashing_meetings(act, planned):
        raise date_taken(planned, span_of(other), "day")
    meeting = new_meeting(act, planned)
    meeting.entered_at = act.at
    meeting.call_opens_on = meeting.call_closes_on = meeting.notice_on = None
    act.db.add(meeting)
    await act.db.flush()
    act.concerns(f"meeting:{meeting.id}")
    return await meeting_view(act, meeting.id)


async def move_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id)
    values = {"day": meeting.held_on, "starts": meeting.starts, "ends": meeting.ends}
    values |= {"place": meeting.place, "link": meeting.link}
    values["ends_on"] = None if meeting.ends_on == meeting.held_on else meeting.ends_on
    return Prefill(about=title_of(act, meeting), values=values, is_saved=True)


async def move(
    act: Act,
    *,
    meeting_id: MeetingId,
    day: Day,
    starts: Hour | None = None,
    ends: Hour | None = None,
    ends_on: Day | None = None,
    place: Line | None = None,
    link: Link | None = None,
) -> MeetingView:
    """Move a meeting to another date, hour or place, and tell those who knew of it what differs. What is not given
    stays as it was, and a meeting lasts as many days as before. Another day or hour asks everybody again.

    Returns MeetingView. Asks first where the new date is odd.
    """
    meeting = await get_meeting_for(act, meeting_id)
    MEETING.require(act, "meeting.move", meeting)
    # A last day that was left as it was follows the first.
    if ends_on is None or (ends_on == meeting.ends_on and ends_on < day):
        ends_on = day + (meeting.ends_on - meeting.held_on)
    planned = PlannedDate(
        body=meeting.body,
        day=day,
        starts=starts or meeting.starts,
        ends=ends or meeting.ends,
        place=meeting.place if place is None else place,
        link=meeting.link if link is None else link,
        ends_on=ends_on,
    )
    await change_meeting(act, meeting, planned, field="day")
    return await meeting_view(act, meeting.id)


async def cancel_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id)
    return Prefill(about=title_of(act, meeting), choices={"to_meeting_id": await later_meetings(act, meeting)})


async def cancel(
    act: Act, *, meeting_id: MeetingId, reason: Line, to_meeting_id: MeetingId | None = None
) -> MeetingView:
    """Cancel a meeting, with the reason, and tell those who knew of it. Its cases and what was proposed for it go
    to another meeting, where one is given, and else wait; its open questions are withdrawn.

    Returns MeetingView.
    """
    meeting = await get_meeting_for(act, meeting_id)
    MEETING.require(act, "meeting.cancel", meeting)
    require_advisory_wording(meeting.body, reason=reason)
    to = None if to_meeting_id is None else await get_target_for(act, meeting, to_meeting_id)
    meeting.cancelled_at, meeting.cancel_reason = act.at, reason
    raise_sequence(meeting)
    await act.db.flush()
    withdrawn = await withdraw_open_questions(act, meeting.id, reason)
    carried = await carry(act, meeting, to)
    changes = tuple(carried.phrases())
    if withdrawn:
        changes += (Phrase("change.questions_withdrawn", {"count": withdrawn}),)
    if changes:
        act.ask_first("meeting_changes", body=meeting.body.name, changes=changes)
    facts: dict[str, Any] = {"day_on": meeting.days, "reason": reason, "changes": changes}
    if meeting.call_opened_at or meeting.published_at or withdrawn:
        # What was proposed or asked may be confidential; that cases were on the agenda is known from the notice.
        known = tuple(each for each in changes if each.key in CASES_GO) if meeting.published_at else ()
        told = facts | {"changes": known}
        await notify_all(act, meeting, "meeting_cancelled", to_readers=True, for_members={"changes": changes}, **told)
    await notify(
        act,
        "meeting_cancelled",
        people=await still_in(act, meeting.body, carried.senders - act.trace.told),
        command="meeting.show",
        args={"meeting_id": meeting.id},
        body_id=meeting.body_id,
        body=meeting.body.name,
        **facts,
    )
    await notify_visitors(act, meeting, "meeting_cancelled", **facts | {"changes": ()})
    await tell_changes(act, meeting)
    mark_stale(act, f"meeting:{meeting.id}")
    return await meeting_view(act, meeting.id)


async def carry_cases_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id)
    MEETING.require(act, "meeting.carry_cases", meeting)
    return Prefill(about=title_of(act, meeting), choices={"to_meeting_id": await later_meetings(act, meeting)})


async def carry_cases(act: Act, *, meeting_id: MeetingId, to_meeting_id: MeetingId) -> MeetingView:
    """Carry the cases of a cancelled meeting to another under their numbers, and with them what was proposed for
    it. Whoever proposed them is told.

    Returns MeetingView of the meeting they are carried to. Raises Conflict where there is nothing to carry.
    """
    meeting = await get_meeting_for(act, meeting_id)
    MEETING.require(act, "meeting.carry_cases", meeting)
    to = await get_target_for(act, meeting, to_meeting_id)
    carried = await carry(act, meeting, to)
    if not carried.phrases():
        raise Conflict("nothing_to_carry", day=meeting.days)
    act.ask_first("meeting_changes", body=meeting.body.name, changes=tuple(carried.phrases()))
    await notify_origins(act, carried.origins, to)
    told = await still_in(act, meeting.body, (proposal.by_id for proposal in carried.proposals))
    for proposal in carried.proposals:
        await notify(
            act,
            "proposal_postponed",
            people={proposal.by_id} & told,
            command="proposal.show",
            args={"proposal_id": proposal.id},
            body_id=meeting.body_id,
            title=proposal.title,
            day_on=to.days,
            reason="",
        )
    mark_stale(act, f"meeting:{meeting.id}")
    return await meeting_view(act, to.id)
