"""How much time a meeting has, and how much of it its agenda takes."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Protocol


class Timed(Protocol):
    """An item, as it is stored or as it is shown."""

    @property
    def duration_minutes(self) -> int | None: ...
    @property
    def break_minutes(self) -> int | None: ...


class Spanned(Protocol):
    """A meeting, as it is stored or as it is shown."""

    @property
    def held_on(self) -> date: ...
    @property
    def ends_on(self) -> date: ...
    @property
    def starts(self) -> time: ...
    @property
    def ends(self) -> time: ...


def planned_minutes(items: Iterable[Timed]) -> int:
    """Returns how long the items and their breaks take together, of those that say so."""
    return sum((item.duration_minutes or 0) + (item.break_minutes or 0) for item in items)


def meeting_minutes(meeting: Spanned) -> int:
    """Returns how long a meeting is, on all of its days together."""
    hours = datetime.combine(meeting.held_on, meeting.ends) - datetime.combine(meeting.held_on, meeting.starts)
    days = (meeting.ends_on - meeting.held_on).days + 1
    return days * int(hours.total_seconds() // 60)
