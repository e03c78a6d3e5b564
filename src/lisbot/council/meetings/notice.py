"""The notice (innkalling): sent with place, link and agenda, and again when something has changed."""

from collections.abc import Sequence
from typing import Any

from lisbot.council.core.context import Act
from lisbot.council.core.fields import MeetingId, Prefill
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import MinutesState
from lisbot.council.meetings.concerned import notify_all
from lisbot.council.meetings.durations import meeting_minutes, planned_minutes
from lisbot.council.meetings.guest_invitations import tell_changes
from lisbot.council.meetings.handover import plan_notices
from lisbot.council.meetings.invitations import invite
from lisbot.council.meetings.invited import raise_sequence
from lisbot.council.meetings.meetings import meeting_view
from lisbot.council.meetings.published import WITH_AGENDA, changes_since_sent, open_again, published_items, snapshot
from lisbot.council.meetings.rows import get_meeting_for, title_of
from lisbot.council.meetings.standing_items import refresh_standing_items, title_for
from lisbot.council.meetings.states import NOTICE, require_coming
from lisbot.council.meetings.views import AgendaChange, MeetingView
from lisbot.council.meetings.visitors import notify_visitors
from lisbot.council.models import Meeting
from lisbot.council.register.seats import seats_on
from lisbot.texts import format_value, text


async def send_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_meeting_for(act, meeting_id)))


async def send(act: Act, *, meeting_id: MeetingId) -> MeetingView:
    """Send the notice with place, link and agenda, or tell once what has changed since it was sent.

    Returns MeetingView. Raises Conflict where nothing has changed, or the meeting is over.
    """
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    require_coming(act, meeting)
    await refresh_standing_items(act, meeting)
    NOTICE.require(act, "notice.send", meeting)
    is_sent_again = meeting.published_at is not None
    changes = changes_since_sent(meeting)
    former = published_items(meeting) if meeting.published else []
    show_beforehand(act, meeting, changes)
    meeting.published_at = meeting.published_at or act.at
    meeting.published = snapshot(meeting) | {"sent_at": act.at.isoformat()}
    await open_again(act, [item.case for item in meeting.items if item.case is not None and not item.confidential])
    raise_sequence(meeting)
    if not is_sent_again:
        seats = await seats_on(act, meeting.body_id, meeting.held_on)
        await invite(act, seats, meeting, is_first=meeting.minutes_state is MinutesState.NONE)
    kind = "agenda_changed" if is_sent_again else "notice"
    facts: dict[str, Any] = {"day_on": meeting.days, "hour": meeting.starts, "count": len(changes)}
    # A first notice says the same to all of a role; later somebody may have answered already.
    concerned = await notify_all(
        act,
        meeting,
        kind,
        to_readers=True,
        copy_kind=f"{kind}_copy",
        drawn_for_role=not is_sent_again,
        **facts,
    )
    await plan_notices(act, meeting, concerned, is_planned=is_sent_again)
    await notify_visitors(act, meeting, "agenda_changed_copy" if is_sent_again else "visit_open", **facts)
    await tell_changes(act, meeting, former=former)
    mark_stale(act, f"meeting:{meeting.id}")
    return await meeting_view(act, meeting.id)


def show_beforehand(act: Act, meeting: Meeting, changes: Sequence[AgendaChange]) -> None:
    """Have whoever sends the notice see first how it will look: when, where and the agenda; of one that is sent
    again, what has changed."""
    for change in changes:
        act.ask_first("notice_says", line=text(act.by.lang, f"agenda_change.{change.kind}", title=change.title))
    if changes:
        return
    hours = {"starts": meeting.starts, "ends": meeting.ends}
    act.ask_first("notice_when", days=meeting.days, **hours)
    for line in filter(None, (meeting.place, meeting.link)):
        act.ask_first("notice_says", line=line)
    for item in meeting.items:
        number = f"{item.case.label} " if item.case else ""
        title = title_for(act.by.lang, meeting, item.standing, item.title)
        secrecy = [text(act.by.lang, "card.confidential_mark")] if item.confidential else []
        about = [str(format_value(act.by.lang, item.kind)), *secrecy]
        act.ask_first("notice_says", line=f"{number}{item.title} ({', '.join(about)})" if item.case else title)
    if (planned := planned_minutes(meeting.items)) > (length := meeting_minutes(meeting)):
        act.ask_first("over_time", planned=planned, length=length)
    if all(item.case_id is None for item in meeting.items):
        act.ask_first("only_standing_items")
