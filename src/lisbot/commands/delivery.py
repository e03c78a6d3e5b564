"""The deliveries' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.delivery import channel_choices, deliveries, quiet_times
else:
    channel_choices, deliveries, quiet_times = defer(
        "lisbot.council.delivery", "channel_choices deliveries quiet_times"
    )

# fmt: off
COMMANDS = (
    Command("delivery.show", deliveries.show, needs=P.OVERSEE, shows="deliveries", changes=False),
    Command("delivery.list", deliveries.list_delivery, needs=P.OVERSEE, shows="undelivered", changes=False),
    Command("delivery.resend", deliveries.resend, needs=P.OVERSEE, shows="deliveries", prefill=deliveries.resend_prefill, asks_first=True),
    Command("channel_choice.set", channel_choices.set_channel_choice, needs=P.SELF, shows="quiet_time", prefill=channel_choices.set_prefill),
    Command("quiet_time.show", quiet_times.show_quiet_time, needs=P.SELF, shows="quiet_time", changes=False),
    Command("quiet_time.set", quiet_times.set_quiet_time, needs=P.SELF, shows="quiet_time", prefill=quiet_times.set_prefill),
)
# fmt: on
