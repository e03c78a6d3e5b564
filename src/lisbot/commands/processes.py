"""The commands of change processes, and of the cases in them."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.processes import case_processes, moving, noting, processes, reminding, stages
else:
    case_processes, moving, noting, processes, reminding, stages = defer(
        "lisbot.council.processes", "case_processes moving noting processes reminding stages"
    )

# fmt: off
COMMANDS = (
    Command("process.list", processes.list_process, needs=P.OVERSEE, shows="processes", changes=False),
    Command("process.show", processes.show, needs=P.OVERSEE, shows="process", changes=False),
    Command("process.create", processes.create, needs=P.KEEP_REGISTER, shows="process", prefill=processes.create_prefill, asks_first=True),
    Command("process.set_stage", stages.set_stage, needs=P.KEEP_REGISTER, shows="process", prefill=stages.set_stage_prefill),
    Command("process.remove_stage", stages.remove_stage, needs=P.KEEP_REGISTER, shows="process", prefill=stages.remove_stage_prefill),
    Command("case_process.start", moving.start, needs=P.RECORD, shows="case_process", prefill=moving.start_prefill, asks_first=True),
    Command("case_process.show", case_processes.show_case_process, needs=P.PERSONAL, shows="case_process", changes=False),
    Command("case_process.note", noting.note, needs=P.PERSONAL, shows="case_process", prefill=noting.note_prefill),
    Command("case_process.move", moving.move, needs=P.OVERSEE, shows="case_process", prefill=moving.move_prefill, asks_first=True),
    Command("case_process.remind_due", reminding.remind_due, needs=P.REMIND, shows="case_process"),
)
