"""The order of an agenda and its hours, set for all items at once; and whether there is time for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import DurationMinutes, FormRow, MeetingId, Number, Prefill, Repeats
from lisbot.council.meetings.agenda import agenda_view, item_lines, set_order
from lisbot.council.meetings.durations import meeting_minutes, planned_minutes
from lisbot.council.meetings.published import WITH_AGENDA
from lisbot.council.meetings.rows import get_meeting_for, title_of
from lisbot.council.meetings.states import NOTICE
from lisbot.council.meetings.views import AgendaView
from lisbot.council.models import Meeting
from lisbot.texts import format_time, text

MAX_IN_SLACK = 15  # items whose inputs a modal has room for


@dataclass(frozen=True, slots=True)
class ScheduledItem:
    """Where an item stands on the agenda, how long it takes, and how long the break after it is."""

    place: Number
    duration_minutes: DurationMinutes | None = None
    break_minutes: DurationMinutes | None = None


ScheduledItems = Annotated[Mapping[int, ScheduledItem], Repeats(ScheduledItem, order="place")]


async def schedule_prefill(act: Act, *, meeting_id: MeetingId) -> Prefill:
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.schedule", meeting)
    if act.via == "slack" and len(meeting.items) > MAX_IN_SLACK:
        raise Conflict("too_many_items_here")
    lines = item_lines(act, meeting)
    rows = [
        FormRow(
            key=line.id,
            title=" ".join(filter(None, (line.number, line.title))),
            values={
                "place": line.place,
                "duration_minutes": line.duration_minutes,
                "break_minutes": line.break_minutes,
            },
            lines=(format_time(act.by.lang, line.starts),) if line.starts else (),
        )
        for line in lines
    ]
    about = f"{title_of(act, meeting)}\n{describe_planned(act, meeting)}"
    return Prefill(about=about, rows={"items": rows}, is_saved=True)


def describe_planned(act: Act, meeting: Meeting) -> str:
    """Returns how much of the meeting's time its items and breaks take."""
    planned = planned_minutes(meeting.items)
    values = {"planned": planned, "length": meeting_minutes(meeting)}
    return text(act.by.lang, "agenda_time.planned", **values)


async def schedule(act: Act, *, meeting_id: MeetingId, items: ScheduledItems) -> AgendaView:
    """Set the order of an agenda, how long each item takes, and the breaks, all at once. Returns AgendaView.

    An item whose number is changed comes to stand there; the others keep their order around it.
    """
    meeting = await get_meeting_for(act, meeting_id, *WITH_AGENDA)
    NOTICE.require(act, "agenda.schedule", meeting)
    by_id = {item.id: item for item in meeting.items}
    if not set(items) <= set(by_id):
        raise Invalid("not_the_items")
    for item_id, given in items.items():
        by_id[item_id].duration_minutes = given.duration_minutes
        by_id[item_id].break_minutes = given.break_minutes
    await act.db.flush()
    order = reorder_by_place(list(by_id), {item_id: given.place for item_id, given in items.items()})
    return await agenda_view(act, await set_order(act, meeting, order))


def reorder_by_place(order: list[int], places: Mapping[int, int]) -> list[int]:
    """Returns items in their new order: each whose number is not the one it had comes to stand there, those with the
    same number one after another."""
    had = {item_id: place for place, item_id in enumerate(order, start=1)}
    moved = sorted((item_id for item_id in order if places.get(item_id, had[item_id]) != had[item_id]), key=places.get)  # type: ignore[arg-type]
    found = [item_id for item_id in order if item_id not in moved]
    free = 0
    for item_id in moved:
        at = min(max(places[item_id] - 1, free), len(found))
        found.insert(at, item_id)
        free = at + 1
    return found
