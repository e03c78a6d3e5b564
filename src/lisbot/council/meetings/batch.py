"""The same for many councils' meetings at once: which may be chosen, and which of them are due."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.access import P, bodies_where
from lisbot.council.core.context import Act, Permission
from lisbot.council.core.errors import Conflict, NotAllowed, NotFound
from lisbot.council.core.fields import MeetingIds, Prefill
from lisbot.council.enums import CallState
from lisbot.council.meetings.call_answers import silent_seats
from lisbot.council.meetings.rows import AS_LINE, get_meeting_for, meeting_ref
from lisbot.council.meetings.states import CALL, NOTICE, call_state
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.meetings.views import BatchLine, BatchView
from lisbot.council.models import AgendaItem, Meeting
from lisbot.texts import date_and_name

MOST_AT_ONCE = 60  # meetings that a form has to choose among


async def open_all_prefill(act: Act) -> Prefill:
    """The meetings whose call is planned, and the next of each council; those whose day has come are chosen."""
    meetings = [each for each in await coming_meetings(act, P.CALL) if call_state(act, each) is CallState.PLANNED]
    meetings = [each for each in meetings if CALL.is_open(act, "call.open", each)]
    nearest = {each.body_id: each.id for each in reversed(meetings)}
    planned = [each for each in meetings if each.call_opens_on is not None or each.id in nearest.values()]
    due = [each.id for each in planned if each.call_opens_on is not None and each.call_opens_on <= act.today]
    return offer(act, planned, due)


async def open_all(act: Act, *, meeting_id: MeetingIds) -> BatchView:
    """Open the calls for agenda items of several councils' meetings, each with its planned deadline. Returns
    BatchView."""
    return await name_each(act, "call.open", meeting_id)


async def remind_all_prefill(act: Act) -> Prefill:
    """The open calls that somebody has not answered, all of them chosen."""
    silent = silent_seats(act.today, Meeting.body_id.in_(bodies_where(act.by, P.CALL)))
    ids = set(await act.db.scalars(select(silent.c.meeting_id).distinct()))
    meetings = [each for each in await coming_meetings(act, P.CALL) if each.id in ids]
    meetings = [each for each in meetings if CALL.is_open(act, "call.remind", each)]
    return offer(act, meetings, [each.id for each in meetings])


async def remind_all(act: Act, *, meeting_id: MeetingIds) -> BatchView:
    """Remind those who have not answered the calls of several councils, and nobody else. Returns BatchView."""
    return await name_each(act, "call.remind", meeting_id)


async def send_all_prefill(act: Act) -> Prefill:
    """The meetings whose notice may be sent and that have a case on their agenda; those whose day has come are
    chosen."""
    with_cases = select(AgendaItem.meeting_id).where(AgendaItem.case_id.is_not(None))
    query = coming(act, P.ARRANGE).where(Meeting.published_at.is_(None), Meeting.id.in_(with_cases))
    unsent = await act.db.scalars(query.options(joinedload(Meeting.body)))
    meetings = [each for each in unsent if NOTICE.is_open(act, "notice.send", each)]
    due = [each.id for each in meetings if each.notice_on is not None and each.notice_on <= act.today]
    return offer(act, meetings, due)


async def send_all(act: Act, *, meeting_id: MeetingIds) -> BatchView:
    """Send the notices of several councils' meetings, each with its own place, link and agenda. Returns BatchView."""
    return await name_each(act, "notice.send", meeting_id)


async def coming_meetings(act: Act, needs: Permission) -> list[Meeting]:
    return list(await act.db.scalars(coming(act, needs).options(*AS_LINE)))


def coming(act: Act, needs: Permission) -> Select[Any]:
    """Returns the query for the meetings that are still to be held in the councils where the member may do this, the
    soonest first."""
    query = select(Meeting).where(Meeting.body_id.in_(bodies_where(act.by, needs)), *is_coming(act.today))
    return query.order_by(Meeting.held_on, Meeting.starts, Meeting.id)


def offer(act: Act, meetings: list[Meeting], chosen: list[int]) -> Prefill:
    """Returns a form's choices. Raises Conflict where there are none."""
    if not meetings:
        raise Conflict("nothing_for_several")
    choices = [(each.id, date_and_name(act.by.lang, each.body.name, each.days)) for each in meetings[:MOST_AT_ONCE]]
    return Prefill(values={"meeting_id": chosen}, choices={"meeting_id": choices})


async def name_each(act: Act, command: str, meeting_ids: Iterable[int]) -> BatchView:
    """Returns the meetings that were chosen; of one that is not the member's to see, nothing but its number.

    Raises NotFound where none of them is.
    """
    lines = []
    for meeting_id in dict.fromkeys(meeting_ids):
        try:
            meeting = await get_meeting_for(act, meeting_id)
        except (NotFound, NotAllowed):
            lines.append(BatchLine(meeting_id, None))
        else:
            lines.append(BatchLine(meeting_id, meeting_ref(act, meeting)))
    if not any(each.meeting for each in lines):
        raise NotFound
    return BatchView(command, tuple(lines))
