"""What somebody who may meet without a seat says: whether they come."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, NotAllowed
from lisbot.council.core.fields import MeetingId
from lisbot.council.delivery.notifications import mark_stale
from lisbot.council.enums import Response
from lisbot.council.meetings.agenda import agenda_view
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_coming_meeting_for
from lisbot.council.meetings.views import AgendaView
from lisbot.council.meetings.visitors import read_visit, right_of
from lisbot.council.models import Guest
from lisbot.texts import text


async def respond(act: Act, *, meeting_id: MeetingId, response: Response) -> AgendaView:
    """Say whether you come to a meeting where you may meet without a seat. Returns AgendaView.

    Raises Conflict before the notice is sent, NotAllowed for whoever has the right no more.
    """
    meeting = await get_coming_meeting_for(act, meeting_id, *WITH_AGENDA)
    if meeting.published_at is None:
        raise Conflict("notice_not_sent", day=meeting.days)
    body = await right_of(act, meeting)
    if body is None:
        raise NotAllowed
    guest = await read_visit(act, meeting)
    if guest is None:
        affiliation = text(meeting.body.lang, "meeting_right.affiliation", body=body.name)
        guest = Guest(meeting_id=meeting.id, person_id=act.by_id, name=act.by.name, affiliation=affiliation)
        act.db.add(guest)
    guest.right_of_id, guest.response, guest.responded_at = body.id, response, act.at
    await act.db.flush()
    mark_stale(act, f"meeting:{meeting.id}")
    return await agenda_view(act, meeting)
