"""What goes out to others than a body's own: sent as the outbox sends everything, and read as those outside may.

What somebody was sent lets them read it, and nothing else of the body.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act, Hold, Member, Role
from lisbot.council.core.errors import NotFound
from lisbot.council.core.fields import MeetingId
from lisbot.council.delivery.notifications import notify
from lisbot.council.distribution.receivers import lines_of, receivers_of
from lisbot.council.distribution.views import DispatchView
from lisbot.council.enums import Distributed, MinutesState
from lisbot.council.meetings.agenda import item_lines
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import meeting_ref
from lisbot.council.meetings.views import MeetingRef, MeetingView
from lisbot.council.minutes.minutes import get_approved_minutes
from lisbot.council.minutes.view import minutes_view
from lisbot.council.minutes.views import MinutesItem, MinutesView, SummaryView
from lisbot.council.models import Body, Dispatch, Meeting, MeetingSummary, table

DISPATCH = table(Dispatch)
BEFORE = (Distributed.NOTICE, Distributed.AGENDA)  # the first says all that the second does
AFTER = (Distributed.MINUTES, Distributed.OUTCOME)


async def show(act: Act, *, meeting_id: MeetingId, what: Distributed) -> DispatchView:
    """See what you were sent of a council's meeting, as it stands now. Returns DispatchView."""
    query = select(Dispatch.sent_at).where(
        Dispatch.meeting_id == meeting_id, Dispatch.what == what, Dispatch.person_id == act.by_id
    )
    sent_at = await act.db.scalar(query)
    if sent_at is None:
        raise NotFound
    meeting = await act.db.get_one(Meeting, meeting_id, options=[joinedload(Meeting.body), *WITH_AGENDA])
    act.trace.bodies.add(meeting.body_id)
    act.concerns(f"meeting:{meeting.id}", f"body:{meeting.body_id}")
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


def from_outside(act: Act, meeting: Meeting) -> Act:
    """Returns the act as those outside the body see it: what its channel may be shown."""
    return replace(act, by=Member(None, "", act.by.lang, (Hold(Role.ROOM, meeting.body_id),)))


async def read_minutes(act: Act, meeting: Meeting, what: Distributed) -> tuple[MinutesItem, ...]:
    """Returns the items of the minutes that were approved last: with what was said, or of outcomes with what came of
    each alone."""
    whole = await get_approved_minutes(act, meeting.id)
    version = None if whole.minutes_state is MinutesState.APPROVED else whole.minutes_version
    view = await minutes_view(from_outside(act, meeting), whole, version)
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
    meeting = await get_meeting(act, view.line.meeting.id)
    known = await sent_before(act, meeting, BEFORE)
    kind = "distributed_agenda_changed" if meeting.cancelled_at is None else "distributed_agenda_cancelled"
    for what in BEFORE:
        await tell(act, meeting, kind, what, known[what] - act.trace.told_of.get(meeting.id, set()))


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
        await tell(act, meeting, kind_again, what, receivers & known[what])
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
