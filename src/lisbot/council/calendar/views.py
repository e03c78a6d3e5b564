"""What the calendar's commands return."""

from dataclasses import dataclass
from datetime import datetime

from lisbot.council.core.views import AllowedAction


@dataclass(frozen=True, slots=True)
class FeedLine:
    """A calendar that the viewer subscribes to. `body`: "" for their own meetings in all councils."""

    body: str
    made_at: datetime
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class CalendarFeedView:
    """The calendars that the viewer subscribes to. `url`: the address of the one that was just made, told once."""

    feeds: tuple[FeedLine, ...]
    url: str
    actions: tuple[AllowedAction, ...]
