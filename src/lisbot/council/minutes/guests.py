"""Guests: who was at a meeting, or at one item of it, without a seat."""

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Invalid, NotFound
from lisbot.council.core.fields import GuestId, Hour, ItemId, Line, MeetingId, Prefill
from lisbot.council.meetings.rows import title_of
from lisbot.council.minutes.minutes import get_minutes_for, view_again
from lisbot.council.minutes.presence import require_hours
from lisbot.council.minutes.views import MinutesView
from lisbot.council.models import Guest, Meeting


async def get_guest_for(act: Act, guest_id: int, command: str) -> tuple[Guest, Meeting]:
    """Returns a guest and the meeting. Raises Conflict where its minutes are not written now."""
    guest = await act.db.get(Guest, guest_id)
    if guest is None:
        raise NotFound
    return guest, await get_minutes_for(act, guest.meeting_id, command)


def items_of(meeting: Meeting) -> list[tuple[object, str]]:
    """Returns a meeting's items to choose among."""
    return [(item.id, f"{item.case.label if item.case else ''} {item.title}".strip()) for item in meeting.items]


async def add_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_minutes_for(act, meeting_id, "guest.add")
    return Prefill(about=title_of(act, meeting), choices={"item_id": items_of(meeting)})


async def add(
    act: Act,
    *,
    meeting_id: MeetingId,
    name: Line,
    affiliation: Line = "",
    item_id: ItemId | None = None,
    arrived: Hour | None = None,
    left: Hour | None = None,
) -> MinutesView:
    """Write that somebody without a seat was there, at the whole meeting or at one item. Returns MinutesView."""
    meeting = await get_minutes_for(act, meeting_id, "guest.add")
    require_item(meeting, item_id)
    require_hours(arrived, left)
    given = {"name": name, "affiliation": affiliation, "item_id": item_id, "arrived": arrived, "left": left}
    act.db.add(Guest(meeting_id=meeting.id, **given))
    act.did(name=name)
    return await view_again(act, meeting.id)


def require_item(meeting: Meeting, item_id: int | None) -> None:
    if item_id is not None and item_id not in {item.id for item in meeting.items}:
        raise Invalid("not_on_the_agenda", field="item_id")


async def edit_prefill(act: Act, *, guest_id: GuestId) -> Prefill:
    guest, meeting = await get_guest_for(act, guest_id, "guest.edit")
    names = ("name", "affiliation", "item_id", "arrived", "left")
    return Prefill(
        about=title_of(act, meeting),
        values={name: getattr(guest, name) for name in names},
        choices={"item_id": items_of(meeting)},
        is_saved=True,
    )


async def edit(
    act: Act,
    *,
    guest_id: GuestId,
    name: Line,
    affiliation: Line = "",
    item_id: ItemId | None = None,
    arrived: Hour | None = None,
    left: Hour | None = None,
) -> MinutesView:
    """Change what the minutes say of a guest, who by that was there. What they are invited to, and see of it, stays:
    where they were at another item, that is written beside it.

    Returns MinutesView.
    """
    guest, meeting = await get_guest_for(act, guest_id, "guest.edit")
    require_item(meeting, item_id)
    require_hours(arrived, left)
    if guest.invited_at is not None and guest.item_id != item_id:
        guest.present = False
        guest = Guest(meeting_id=meeting.id)
        act.db.add(guest)
    guest.name, guest.affiliation, guest.item_id = name, affiliation, item_id
    guest.arrived, guest.left, guest.present = arrived, left, True
    act.did(name=name)
    return await view_again(act, meeting.id)


async def remove(act: Act, *, guest_id: GuestId) -> MinutesView:
    """Take a guest out of the minutes: they were not there. An invitation is not taken back by that.

    Returns MinutesView.
    """
    guest, meeting = await get_guest_for(act, guest_id, "guest.remove")
    act.did(name=guest.name)
    if guest.invited_at is None and guest.right_of_id is None:
        await act.db.delete(guest)
    else:  # that they were expected is kept
        guest.present = False
    return await view_again(act, meeting.id)
