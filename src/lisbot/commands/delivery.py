"""The deliveries' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.delivery import deliveries
else:
    (deliveries,) = defer("lisbot.council.delivery", "deliveries")

# fmt: off
COMMANDS = (
    Command("delivery.show", deliveries.show, needs=P.OVERSEE, shows="deliveries", changes=False),
    Command("delivery.list", deliveries.list_delivery, needs=P.OVERSEE, shows="undelivered", changes=False),
    Command("delivery.resend", deliveries.resend, needs=P.OVERSEE, shows="deliveries", prefill=deliveries.resend_prefill, asks_first=True),
)
# fmt: on
