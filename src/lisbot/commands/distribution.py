"""The distribution's commands: who gets what of a body, and what they were sent."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.distribution import dispatches, distribution_lines, meeting_rights, publications
else:
    dispatches, distribution_lines, meeting_rights, publications = defer(
        "lisbot.council.distribution", "dispatches distribution_lines meeting_rights publications"
    )

# fmt: off
COMMANDS = (
    Command("distribution_line.list", distribution_lines.list_distribution_line, needs=P.VIEW, shows="distribution", changes=False),
    Command("distribution_line.add", distribution_lines.add, needs=P.KEEP_REGISTER, shows="distribution", prefill=distribution_lines.add_prefill, asks_first=True),
    Command("distribution_line.end", distribution_lines.end, needs=P.KEEP_REGISTER, shows="distribution", prefill=distribution_lines.end_prefill),
    Command("meeting_right.add", meeting_rights.add, needs=P.KEEP_REGISTER, shows="distribution", prefill=meeting_rights.add_prefill, asks_first=True),
    Command("meeting_right.end", meeting_rights.end, needs=P.KEEP_REGISTER, shows="distribution", prefill=meeting_rights.end_prefill),
    Command("dispatch.show", dispatches.show, needs=P.PERSONAL, shows="dispatch", changes=False),
    Command("publication.list", publications.list_publication, needs=P.READ_ROSTER, shows="publications", changes=False),
    Command("publication.show", publications.show, needs=P.READ_ROSTER, shows="publication", changes=False),
)
