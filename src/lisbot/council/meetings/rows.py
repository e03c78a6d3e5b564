"""Fetching meetings, and what everything about a meeting needs: its name, its line in a list."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import defer, joinedload, load_only, selectinload
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.interfaces import ORMOption

from lisbot.council.core.access import P, gate, lock, may
from lisbot.council.core.context import Act
from lisbot.council.core.errors import NotFound
from lisbot.council.delivery.peace import BEGINS_SOON
from lisbot.council.enums import MinutesState
from lisbot.council.meetings.concerned import notify_all as notify_all
from lisbot.council.meetings.concerned import notify_readers as notify_readers
from lisbot.council.meetings.states import CALL, MEETING, require_coming
from lisbot.council.meetings.upcoming import MAX_CHOICES, is_still_to_be_held
from lisbot.council.meetings.views import MeetingLine, MeetingRef
from lisbot.council.models import Attendance, Body, Meeting, Seat
from lisbot.council.register.bodies import body_ref
from lisbot.texts import date_and_name, format_value

# For lists: the published agenda is by far the longest column of a meeting's row.
AS_LINE = (joinedload(Meeting.body), defer(Meeting.published, raiseload=True))
# Of meetings that are only referred to.
AS_REF = (
    load_only(
        Meeting.held_on,
        Meeting.ends_on,
        Meeting.starts,
        Meeting.ends,
        Meeting.place,
        Meeting.shares_day,
        Meeting.minutes_state,
        Meeting.minutes_version,
        raiseload=True,
    ),
    joinedload(Meeting.body, innerjoin=True).load_only(Body.name, Body.region, raiseload=True),
)
WITH_ATTENDANCE: tuple[ORMOption, ...] = (
    selectinload(Meeting.attendances).joinedload(Attendance.seat).joinedload(Seat.organisation),
)


async def get_meeting_for(act: Act, meeting_id: int, *options: ORMOption) -> Meeting:
    """Returns a meeting with its body, locked where the act changes something.

    Raises NotFound for another body's.
    """
    meeting = await act.db.get(
        Meeting,
        meeting_id,
        options=[joinedload(Meeting.body).joinedload(Body.secretariat), *options],
        with_for_update=lock(act, Meeting),
        populate_existing=True,
    )
    if meeting is None:
        raise NotFound
    gate(act, meeting.body_id)
    act.trace.is_urgent |= is_soon(meeting, act.at)
    # What hangs on a meeting asks its state of it.
    for name in ("attendances", "items"):
        for each in meeting.__dict__.get(name, ()):
            set_committed_value(each, "meeting", meeting)
    return meeting


def is_soon(meeting: Meeting, at: datetime) -> bool:
    """Returns whether a meeting is being held, or begins so soon that what is told of it does not wait."""
    return meeting.ends_at > at and meeting.starts_at - at < BEGINS_SOON


async def get_coming_meeting_for(act: Act, meeting_id: int, *options: ORMOption) -> Meeting:
    """Returns a meeting that is still to be held. Raises Conflict when it is over, locked or cancelled."""
    meeting = await get_meeting_for(act, meeting_id, *options)
    require_coming(act, meeting)
    return meeting


def meeting_ref(act: Act, meeting: Meeting) -> MeetingRef:
    body = body_ref(act, meeting.body)
    return MeetingRef(
        id=meeting.id,
        body=body,
        held_on=meeting.held_on,
        ends_on=meeting.ends_on,
        starts=meeting.starts,
        ends=meeting.ends,
        place=meeting.place,
        shares_day=meeting.days.hour is not None,
    )


def meeting_line(act: Act, meeting: Meeting) -> MeetingLine:
    return MeetingLine(
        meeting=meeting_ref(act, meeting),
        state=MEETING.state_of(act, meeting),  # type: ignore[arg-type]
        call=CALL.state_of(act, meeting),  # type: ignore[arg-type]
        call_opens_on=meeting.call_opens_on,
        call_closes_on=meeting.call_closes_on,
        is_notice_sent=meeting.published_at is not None,
        minutes=meeting.minutes_state,
        cancel_reason=meeting.cancel_reason,
        actions=MEETING.allowed(act, meeting),
        is_entered_afterwards=meeting.entered_at is not None,
    )


def title_of(act: Act, meeting: Meeting) -> str:
    """Returns council and date, in the member's language, as what a form is about."""
    return date_and_name(act.by.lang, meeting.body.name, meeting.days)


def later_meetings_of(act: Act, meeting: Meeting) -> Select[Any]:
    """Returns the query for the same body's other meetings that are still to be held."""
    return select(Meeting).where(
        Meeting.body_id == meeting.body_id, Meeting.id != meeting.id, *is_still_to_be_held(act.at, act.tz)
    )


async def coming_meetings_of(act: Act, body_id: int) -> list[tuple[object, str]]:
    """Returns a body's meetings that are still to be held, soonest first, to choose among."""
    query = select(Meeting).where(Meeting.body_id == body_id, *is_still_to_be_held(act.at, act.tz))
    return await as_choices(act, query)


async def later_meetings(act: Act, meeting: Meeting) -> list[tuple[object, str]]:
    """Returns the same body's other coming meetings, soonest first, to choose among."""
    return await as_choices(act, later_meetings_of(act, meeting))


async def as_choices(act: Act, query: Select[Any]) -> list[tuple[object, str]]:
    query = query.order_by(Meeting.held_on, Meeting.starts).limit(MAX_CHOICES)
    found = await act.db.scalars(query.options(defer(Meeting.published, raiseload=True)))
    return [(each.id, str(format_value(act.by.lang, each.days))) for each in found]


def may_read_minutes(act: Act, meeting: Meeting) -> bool:
    """Returns whether the member may read the meeting's minutes now: those that are sent out or have been approved,
    and to the secretariat also a draft."""
    if meeting.minutes_state is MinutesState.NONE or not may(act.by, P.VIEW, meeting.body_id):
        return False
    return meeting.has_minutes_out or may(act.by, P.RECORD, meeting.body_id)
