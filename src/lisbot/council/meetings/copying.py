"""Items that come again: the last agenda's put on a new one, as cases of their own."""

from sqlalchemy import select

from lisbot.council.cases.numbering import open_case
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import ItemIds, MeetingId, Prefill
from lisbot.council.meetings.agenda import add_last, agenda_view, last_agenda_of
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for, title_of
from lisbot.council.meetings.states import NOTICE
from lisbot.council.meetings.views import AgendaView
from lisbot.council.models import AgendaItem, Meeting

COPIED = ("title", "kind", "duration_minutes", "break_minutes", "confidential")


async def copy_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    there = titles_on(meeting)
    items = [item for item in await last_items(act, meeting) if item.title not in there]
    return Prefill(about=title_of(act, meeting), choices={"item_id": [(item.id, item.title) for item in items]})


def titles_on(meeting: Meeting) -> set[str]:
    """Returns the titles of the cases on an agenda."""
    return {item.title for item in meeting.items if item.case_id is not None}


async def last_items(act: Act, meeting: Meeting) -> list[AgendaItem]:
    """Returns the cases of the body's last agenda before this one, in their order."""
    before = await act.db.scalar(last_agenda_of(meeting))
    query = select(AgendaItem).where(AgendaItem.meeting_id == before, AgendaItem.case_id.is_not(None))
    return list(await act.db.scalars(query.order_by(AgendaItem.position)))


async def copy(act: Act, *, meeting_id: MeetingId, item_id: ItemIds) -> AgendaView:
    """Put items of the last agenda on this one too, as new cases with the same title, kind and minutes, but none of the
    texts of last time.

    Returns AgendaView. Raises Conflict where one with the same title is there.
    """
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.copy", meeting)
    chosen = [item for item in await last_items(act, meeting) if item.id in item_id]
    if len(chosen) < len(set(item_id)):
        raise Invalid("not_on_last_agenda", field="item_id")
    there = titles_on(meeting)
    for item in chosen:
        if item.title in there:
            raise Conflict("already_there", title=item.title)
        facts = {name: getattr(item, name) for name in COPIED}
        case = await open_case(act, meeting.body_id, meeting.held_on.year, item.title, item.confidential)
        await add_last(act, meeting, AgendaItem(case=case, followups=[], **facts))
    return await agenda_view(act, await get_meeting_for(act, meeting.id, *WITH_AGENDA))
