"""Reminding those who have not answered a notice: whoever speaks for a seat, and deputies who were asked to come."""

from collections.abc import Collection

from sqlalchemy import select

from lisbot.council.core.access import P
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict
from lisbot.council.core.fields import MeetingId, MeetingIds, Prefill
from lisbot.council.delivery.notifications import notify
from lisbot.council.delivery.reminded import ask_where_just_reminded
from lisbot.council.enums import DeputyResponse
from lisbot.council.meetings.batch import coming, name_each, offer
from lisbot.council.meetings.concerned import SILENT, Concerned, concerned_by
from lisbot.council.meetings.forecast import forecast_of
from lisbot.council.meetings.rows import AS_LINE, WITH_ATTENDANCE, get_coming_meeting_for, get_meeting_for, title_of
from lisbot.council.meetings.states import MEETING
from lisbot.council.meetings.views import BatchView, ForecastView
from lisbot.council.models import Attendance, Meeting

KINDS = ("notice_reminder", "deputy_reminder")


async def remind_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    return Prefill(about=title_of(act, await get_coming_meeting_for(act, meeting_id)))


async def remind(act: Act, *, meeting_id: MeetingId) -> ForecastView:
    """Remind those who have not answered a notice, and nobody else: whoever speaks for a seat, and deputies who were
    asked to come instead. Asks first how many, and where they were reminded within the hour.

    Returns ForecastView. Raises Conflict where everybody has answered, or no notice is sent.
    """
    meeting = await get_meeting_for(act, meeting_id)
    MEETING.require(act, "meeting.remind", meeting)
    invited, deputies = await read_unanswered(act, meeting)
    if not invited and not deputies:
        raise Conflict("nobody_to_remind", day=meeting.days)
    act.ask_first("unanswered", count=len(invited | deputies))
    await ask_where_just_reminded(act, f"meeting:{meeting.id}", *KINDS)
    await notify_unanswered(act, meeting, invited, deputies)
    return forecast_of(act, await get_meeting_for(act, meeting.id, *WITH_ATTENDANCE))


async def remind_all_prefill(act: Act) -> Prefill:
    """The meetings whose notice somebody has not answered, all of them chosen."""
    unanswered = select(Attendance.meeting_id).where(Attendance.response.is_(None))
    query = coming(act, P.ARRANGE).where(Meeting.published_at.is_not(None), Meeting.id.in_(unanswered))
    noticed = await act.db.scalars(query.options(*AS_LINE))
    meetings = [each for each in noticed if MEETING.is_open(act, "meeting.remind", each)]
    return offer(act, meetings, [each.id for each in meetings])


async def remind_all(act: Act, *, meeting_id: MeetingIds) -> BatchView:
    """Remind those who have not answered the notices of several councils' meetings, and nobody else. Returns
    BatchView."""
    return await name_each(act, "meeting.remind", meeting_id)


async def read_unanswered(act: Act, meeting: Meeting) -> tuple[set[int], set[int]]:
    """Returns who has not answered the notice for a seat of theirs, and which deputies have not answered whether they
    come. Whoever has no part in the body yet is not among them: their notice waits for their first day."""
    lines = await act.db.execute(
        select(Attendance.person_id, Attendance.response, Attendance.deputy_id, Attendance.deputy_response).where(
            Attendance.meeting_id == meeting.id
        )
    )
    rows = lines.all()
    concerned: Concerned = await concerned_by(act, meeting)
    invited = {row.person_id for row in rows if row.response is None} & concerned.seated
    asked = {row.deputy_id for row in rows if row.deputy_response is DeputyResponse.ASKED}
    return invited, (asked & concerned.members) - invited


async def notify_unanswered(act: Act, meeting: Meeting, invited: Collection[int], deputies: Collection[int]) -> None:
    """Remind those who have not answered a notice, for as long as the meeting has not begun. Whoever has when the
    message is sent does not get it."""
    for kind, people in zip(KINDS, (invited, deputies), strict=True):
        await notify(
            act,
            kind,
            people=people,
            command="meeting.show",
            args={"meeting_id": meeting.id},
            body_id=meeting.body_id,
            audience=SILENT,
            useful_until=meeting.starts_at,
            body=meeting.body.name,
            day_on=meeting.days,
            hour=meeting.starts,
        )
