"""The commands of local input: what representatives ask their own colleagues before a meeting."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.local_inputs import attaching, giving, local_inputs, sharing, telling
else:
    attaching, giving, local_inputs, sharing, telling = defer(
        "lisbot.council.local_inputs", "attaching giving local_inputs sharing telling"
    )

GIVEN = frozenset({"token", "stance", "words", "name"})  # for one representative alone

# fmt: off
COMMANDS = (
    Command("local_input.list", local_inputs.list_local_input, needs=P.PERSONAL, shows="local_inputs", changes=False),
    Command("local_input.show", local_inputs.show, needs=P.PERSONAL, shows="local_input", changes=False),
    Command("local_input.share", sharing.share, needs=P.ASK_COLLEAGUES, shows="local_input", prefill=sharing.share_prefill, asks_first=True),
    Command("local_input.stop", sharing.stop, needs=P.PERSONAL, shows="local_input", prefill=sharing.stop_prefill, asks_first=True),
    Command("local_input.attach", attaching.attach, needs=P.ASK_COLLEAGUES, shows="local_input", prefill=attaching.attach_prefill, asks_first=True, secret=frozenset({"text"})),
    Command("local_input.detach", attaching.detach, needs=P.ASK_COLLEAGUES, shows="local_input", prefill=attaching.detach_prefill, asks_first=True),
    Command("local_input.read", giving.read, needs=P.GIVE_INPUT, shows="shared_item", changes=False, is_internal=True),
    Command("local_input.give", giving.give, needs=P.GIVE_INPUT, shows="shared_item", prefill=giving.give_prefill, secret=GIVEN, is_internal=True),
    Command("local_input.tell_due", telling.tell_due, needs=P.REMIND, shows="local_input"),
)
