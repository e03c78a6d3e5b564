"""Who is invited to a meeting or to an item of it without a seat, as its agenda tells it."""

from sqlalchemy import select

from lisbot.council.core.access import P, may
from lisbot.council.core.context import Act
from lisbot.council.enums import GuestState
from lisbot.council.meetings.states import GUEST, GuestOf
from lisbot.council.meetings.views import ItemGuest
from lisbot.council.models import Guest, Meeting


async def read_item_guests(act: Act, meeting: Meeting) -> dict[int | None, tuple[ItemGuest, ...]]:
    """Returns who is invited to each of a meeting's items, by the item's id, and to the whole of it under None. What
    they have answered, and whoever does not come, is told to the secretariat alone. One statement, and none where
    nobody is invited or the member does not see the meeting."""
    if not meeting.has_guests or not may(act.by, P.VIEW, meeting.body_id):
        return {}
    arranges = may(act.by, P.ARRANGE, meeting.body_id)
    invited = (Guest.meeting_id == meeting.id, Guest.invited_at.is_not(None), Guest.withdrawn_at.is_(None))
    found: dict[int | None, tuple[ItemGuest, ...]] = {}
    for guest in await act.db.scalars(select(Guest).where(*invited).order_by(Guest.id)):
        state = GuestState(GUEST.state_of(act, GuestOf(guest, meeting)))
        if arranges or state is not GuestState.ABSENT:
            is_told = arranges and state is not GuestState.OVER
            line = ItemGuest(guest.name, guest.affiliation, state if is_told else None)
            found[guest.item_id] = (*found.get(guest.item_id, ()), line)
    return found
