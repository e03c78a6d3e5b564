"""What goes out to others than a body's own: sent as the outbox sends everything, and read as those outside may.

What somebody was sent lets them read it, and nothing else of the body. Once they are sent it no more, they read it as
long as it is what they were sent.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act, Hold, Member, Role
from lisbot.council.core.errors import Conflict, NotFound
from lisbot.council.core.fields import MeetingId
from lisbot.council.delivery.notifications import notify
from lisbot.council.distribution.receivers import lines_of, receivers_of
from lisbot.council.distribution.views import DispatchView
from lisbot.council.enums import Distributed, MinutesState
from lisbot.council.meetings.agenda import item_lines
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.views import MeetingRef, MeetingView, YearPlansView
from lisbot.council.minutes.minutes import get_approved_minutes
from lisbot.council.minutes.view import minutes_view
from lisbot.council.minutes.views import MinutesItem, MinutesView, SummaryView
from lisbot.council.models import Body, Dispatch, Meeting, MeetingSummary, MinutesVersion, table

DISPATCH = table(Dispatch)
BEFORE = (Distributed.NOTICE, Distributed.AGENDA)  # the first says all that the second does
AFTER = (Distributed.MINUTES, Distributed.OUTCOME)


async def show(act: Act, *, meeting_id: MeetingId, what: Distributed) -> DispatchView:
    """See what you were sent of a council's meeting, as it stands now. Returns DispatchView.

    Raises Conflict where it has changed since, and you are sent it no more.
    """
    query = select(Dispatch.sent_at, Dispatch.told_at).where(
        Dispatch.meeting_id == meeting_id, Dispatch.what == what, Dispatch.person_id == act.by_id
    )
    row = (await act.db.execute(query)).one_or_none()
    if row is None:
        raise NotFound
    sent_at = row.sent_at
    if what in AFTER:
        meeting = await get_approved_minutes(act, meeting_id)
    else:
        meeting = await act.db.get_one(Meeting, meeting_id, options=[joinedload(Meeting.body), *WITH_AGENDA])
    act.trace.bodies.add(meeting.body_id)
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
    await require_known(act, meeting, what, row.told_at or sent_at)
    view = DispatchView(
        meeting=meeting_ref(act, meeting),
        what=what,
        cancel_reason=meeting.cancel_reason if meeting.cancelled_at else None,
        link=meeting.link if what is Distributed.NOTICE and meeting.cancelled_at is None else "",
        sent_at=sent_at,
    )
    if what in BEFORE:
        return replace(view, agenda=item_lines(from_outside(act, meeting), meeting))
    if what is Distributed.SUMMARY:
        summary = await act.db.get_one(MeetingSummary, meeting.id)
        return replace(view, text=summary.sent_text or "")
    return replace(view, minutes=await read_minutes(act, meeting, what))


async def require_known(act: Act, meeting: Meeting, what: Distributed, known_at: datetime) -> None:
    """Raises Conflict where something was sent again after somebody was last told of it, and they are its receiver no
    more. At most one statement, but where it was sent again."""
    if await sent_last(act, meeting, what) <= known_at:
        return
    lines = await lines_of(act, meeting.body_id, what)
    people = await receivers_of(act, meeting.body.secretariat_id, lines)
    if act.by_id not in set().union(*people.values()):
        raise Conflict("dispatched_no_more", body=meeting.body.name, what=what)


async def sent_last(act: Act, meeting: Meeting, what: Distributed) -> datetime:
    """Returns when something of a meeting was last sent."""
    if what in BEFORE:
        sent_at = (meeting.published or {}).get("sent_at")
        return datetime.fromisoformat(sent_at) if sent_at else meeting.published_at or meeting.starts_at
    if what in AFTER and meeting.minutes_state is MinutesState.APPROVED and meeting.minutes_at is not None:
        return meeting.minutes_at
    query = (
        select(MeetingSummary.sent_at).where(MeetingSummary.meeting_id == meeting.id)
        if what is Distributed.SUMMARY
        else select(func.max(MinutesVersion.approved_at)).where(MinutesVersion.meeting_id == meeting.id)
    )
    return await act.db.scalar(query) or meeting.starts_at


def from_outside(act: Act, meeting: Meeting) -> Act:
    """Returns the act as those outside the body see it: what its channel may be shown."""
    return replace(act, by=Member(None, "", act.by.lang, (Hold(Role.ROOM, meeting.body_id),)))


async def read_minutes(act: Act, meeting: Meeting, what: Distributed) -> tuple[MinutesItem, ...]:
    """Returns the items of the minutes that were approved last, of a meeting that is read with them: with what was
    said, or of outcomes with what came of each alone."""
    version = None if meeting.minutes_state is MinutesState.APPROVED else meeting.minutes_version
    view = await minutes_view(from_outside(act, meeting), meeting, version)
    items = tuple(replace(item, guests=(), follow_ups=(), actions=()) for item in view.items)
    if what is Distributed.MINUTES:
        return items
    return tuple(replace(item, discussed="", sides="", votes=()) for item in items if item.outcome is not None)


async def follow_notice(act: Act, view: MeetingView) -> None:
    """Send the notice or the agenda to whoever gets it beside the members."""
    await send(act, view.line.meeting, BEFORE, "distributed_agenda", "distributed_agenda_changed")


async def follow_minutes(act: Act, view: MinutesView) -> None:
    """Send approved minutes, or what came of the cases, to whoever gets it beside the members."""
    await send(act, view.meeting, AFTER, "distributed_minutes", "distributed_minutes_corrected")


async def follow_summary(act: Act, view: SummaryView) -> None:
    """Send the short account of a meeting to whoever gets it beside the members."""
    await send(act, view.meeting, (Distributed.SUMMARY,), "distributed_minutes", "distributed_minutes_corrected")


async def follow_meeting(act: Act, view: MeetingView) -> None:
    """Tell whoever was sent the notice or the agenda that the meeting is moved, changed or cancelled."""
    await follow_change(act, view.line.meeting.id)


async def follow_year_plans(act: Act, view: YearPlansView) -> None:
    """Tell whoever was sent the notice or the agenda of each meeting that a file of dates has changed."""
    for meeting_id in view.changed_ids:
        await follow_change(act, meeting_id)


async def follow_change(act: Act, meeting_id: int) -> None:
    meeting = await get_meeting(act, meeting_id)
    known = await sent_before(act, meeting, BEFORE)
    kind = "distributed_agenda_changed" if meeting.cancelled_at is None else "distributed_agenda_cancelled"
    for what in BEFORE:
        await tell_again(act, meeting, kind, what, known[what] - act.trace.told_of.get(meeting.id, set()))


async def get_meeting(act: Act, meeting_id: int) -> Meeting:
    options = [joinedload(Meeting.body).joinedload(Body.secretariat)]
    return await act.db.get_one(Meeting, meeting_id, options=options, populate_existing=True)


async def send(act: Act, ref: MeetingRef, whats: Collection[Distributed], kind: str, kind_again: str) -> None:
    """Send each of these to whoever gets it today and is not told of the meeting already, each person the first alone;
    `kind_again`: what they are told who were sent it before. One statement where nobody gets anything."""
    lines = await lines_of(act, ref.body.id, *whats)
    if not lines:
        return
    meeting = await get_meeting(act, ref.id)
    people = await receivers_of(act, meeting.body.secretariat_id, lines)
    known = await sent_before(act, meeting, whats)
    told = set(act.trace.told_of.get(meeting.id, ()))
    rows: list[dict[str, Any]] = []
    for what in whats:
        receivers = set().union(*(people[line] for line in lines if line.what is what)) - told
        told |= receivers
        new = receivers - known[what]
        rows += [{"meeting_id": meeting.id, "what": what, "person_id": each, "sent_at": act.at} for each in sorted(new)]
        await tell(act, meeting, kind, what, new)
        await tell_again(act, meeting, kind_again, what, receivers & known[what])
    if rows:
        await act.db.execute(insert(DISPATCH), rows)


async def sent_before(act: Act, meeting: Meeting, whats: Collection[Distributed]) -> Mapping[Distributed, set[int]]:
    """Returns who was sent each of these of a meeting. One statement."""
    query = select(Dispatch.what, Dispatch.person_id).where(
        Dispatch.meeting_id == meeting.id, Dispatch.what.in_(list(whats))
    )
    found: dict[Distributed, set[int]] = {what: set() for what in whats}
    for row in await act.db.execute(query):
        found[row.what].add(row.person_id)
    return found


async def tell_again(act: Act, meeting: Meeting, kind: str, what: Distributed, people: Collection[int]) -> None:
    """Tell people that something they were sent is changed, and write down that they know."""
    if not people:
        return
    await tell(act, meeting, kind, what, people)
    theirs = (DISPATCH.c.meeting_id == meeting.id, DISPATCH.c.what == what, DISPATCH.c.person_id.in_(sorted(people)))
    await act.db.execute(update(DISPATCH).where(*theirs).values(told_at=act.at))


async def tell(act: Act, meeting: Meeting, kind: str, what: Distributed, people: Collection[int], **facts: Any) -> None:
    await notify(
        act,
        kind,
        people=people,
        command="dispatch.show",
        args={"meeting_id": meeting.id, "what": what.value},
        body_id=meeting.body_id,
        what=what,
        body=meeting.body.name,
        day_on=meeting.days,
    )
