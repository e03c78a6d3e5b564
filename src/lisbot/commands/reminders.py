"""The reminders' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.reminders import reminders
else:
    (reminders,) = defer("lisbot.council.reminders", "reminders")

# fmt: off
COMMANDS = (
    Command("reminder.send", reminders.send_reminder, needs=P.REMIND, shows="reminder"),
)
