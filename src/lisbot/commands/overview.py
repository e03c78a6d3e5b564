"""The overviews' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.overview import body, body_export, dashboard, menu, welcome, worklist
else:
    body, body_export, dashboard, menu, welcome, worklist = defer(
        "lisbot.council.overview", "body body_export dashboard menu welcome worklist"
    )

COMMANDS = (
    Command("menu.show", menu.show, needs=P.PERSONAL, shows="menu", changes=False),
    Command(
        "worklist.show", worklist.show, needs=P.PERSONAL, shows="worklist", changes=False, prefill=worklist.show_prefill
    ),
    Command("dashboard.show", dashboard.show, needs=P.OVERSEE, shows="dashboard", changes=False),
    Command("body.export", body_export.export, needs=P.KEEP_REGISTER, shows="body_export", changes=False),
    Command("body.show", body.show, needs=P.VIEW, shows="body", changes=False),
    Command("welcome.show", welcome.show, needs=P.RESPOND, shows="welcome", changes=False),
)
