"""The deliveries' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.delivery import deliveries
else:
    (deliveries,) = defer("lisbot.council.delivery", "deliveries")

COMMANDS = (Command("delivery.show", deliveries.show, needs=P.OVERSEE, shows="deliveries", changes=False),)
