"""The order of an agenda's items."""

from lisbot.council.core.context import Act
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for
from lisbot.council.models import Meeting


async def set_order(act: Act, meeting: Meeting, order: list[int]) -> Meeting:
    """Set the items' positions. Returns the meeting as it is read afterwards."""
    items = {item.id: item for item in meeting.items}
    # Two steps, because positions are unique at every moment.
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = -place
    await act.db.flush()
    for place, item_id in enumerate(order, start=1):
        items[item_id].position = place
    await act.db.flush()
    return await get_meeting_for(act, meeting.id, *WITH_AGENDA)
