"""The cases' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.cases import cases
else:
    (cases,) = defer("lisbot.council.cases", "cases")

COMMANDS = (
    Command("case.show", cases.show, needs=P.VIEW, shows="case", changes=False),
    Command("case.list_waiting", cases.list_waiting, needs=P.ARRANGE, shows="waiting_cases", changes=False),
)
