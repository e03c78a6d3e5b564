"""The calendar's commands: addresses to subscribe to."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.calendar import calendar_feeds
else:
    (calendar_feeds,) = defer("lisbot.council.calendar", "calendar_feeds")

# fmt: off
COMMANDS = (
    Command("calendar_feed.show", calendar_feeds.show, needs=P.VIEW, shows="calendar_feed", changes=False),
    Command("calendar_feed.make", calendar_feeds.make, needs=P.VIEW, shows="calendar_feed"),
    Command("calendar_feed.revoke", calendar_feeds.revoke, needs=P.VIEW, shows="calendar_feed"),
)
