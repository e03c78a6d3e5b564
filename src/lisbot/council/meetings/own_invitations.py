"""What somebody is invited to as a guest, as it stands on their own page."""

from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import joinedload

from lisbot.council.core.context import Act
from lisbot.council.enums import GuestState
from lisbot.council.meetings.guest_invitations import guest_view
from lisbot.council.meetings.states import GUEST, GuestOf
from lisbot.council.meetings.upcoming import is_coming
from lisbot.council.meetings.views import GuestInvitationView
from lisbot.council.models import AgendaItem, Body, Guest, Meeting

OF_GUEST = "guest"


def open_invitations(act: Act) -> Any:
    """Returns the query for the member's invitations as a guest to what is not over, as part of what is asked of
    them."""
    return select(literal(OF_GUEST), Guest.id).join(Meeting, Meeting.id == Guest.meeting_id).where(*is_own(act))


def is_own(act: Act) -> tuple[Any, ...]:
    is_expected = (Guest.invited_at.is_not(None), Guest.withdrawn_at.is_(None))
    return Guest.person_id == act.by_id, *is_expected, *is_coming(act.today)


async def read_own_invitations(act: Act) -> tuple[GuestInvitationView, ...]:
    """Returns what the member is invited to as a guest and is not over, the soonest first. One statement."""
    query = (
        select(Guest, Meeting)
        .join(Meeting, Meeting.id == Guest.meeting_id)
        .where(*is_own(act))
        .options(
            joinedload(Meeting.body).joinedload(Body.secretariat),
            joinedload(Meeting.items).joinedload(AgendaItem.case),
        )
        .order_by(Guest.id)
    )
    found = [GuestOf(guest, meeting) for guest, meeting in (await act.db.execute(query)).unique()]
    coming = [each for each in found if GUEST.state_of(act, each) is not GuestState.OVER]
    views = [guest_view(act, each) for each in coming]
    return tuple(sorted(views, key=lambda view: (view.held_on, view.starts, view.id)))
