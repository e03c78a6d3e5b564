"""The commands of cases' journeys, and of cases that belong together."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.journeys import case_links, journeys, splitting
else:
    case_links, journeys, splitting = defer("lisbot.council.journeys", "case_links journeys splitting")

# fmt: off
COMMANDS = (
    Command("journey.show", journeys.show, needs=P.VIEW, shows="journey", changes=False, prefill=journeys.show_prefill),
    Command("case_link.add", case_links.add, needs=P.ARRANGE, shows="journey", prefill=case_links.add_prefill),
    Command("case_link.remove", case_links.remove, needs=P.ARRANGE, shows="journey", prefill=case_links.remove_prefill),
    Command("case.split", splitting.split, needs=P.ARRANGE, shows="journey", prefill=splitting.split_prefill),
    Command("case.share", splitting.share, needs=P.ARRANGE, shows="journey", prefill=splitting.share_prefill, asks_first=True),
)
