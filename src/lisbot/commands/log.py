"""The log's commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.log import readings, show, verify
else:
    readings, show, verify = defer("lisbot.council.log", "readings show verify")

COMMANDS = (
    Command("log.verify", verify.verify, needs=P.OVERSEE, shows="log_check", changes=False),
    Command("log.show", show.show, needs=P.OVERSEE, shows="log_history", changes=False),
    Command("reading.list", readings.list_reading, needs=P.OVERSEE, shows="readings", changes=False),
)
