"""The commands of consultations: what authorities and the secretariat ask the councils, and the replies."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.consultations import (
        consultations,
        editing,
        pipeline,
        questions,
        registering,
        reminding,
        replies,
        statements,
    )
else:
    consultations, editing, pipeline, questions, registering, reminding, replies, statements = defer(
        "lisbot.council.consultations",
        "consultations editing pipeline questions registering reminding replies statements",
    )

# fmt: off
COMMANDS = (
    Command("consultation.list", pipeline.list_consultation, needs=P.PERSONAL, shows="consultations", changes=False, prefill=pipeline.list_prefill),
    Command("consultation.show", consultations.show, needs=P.PERSONAL, shows="consultation", changes=False),
    Command("consultation.register", registering.register, needs=P.RECORD, shows="consultation", prefill=registering.register_prefill),
    Command("consultation.edit", editing.edit, needs=P.RECORD, shows="consultation", prefill=editing.edit_prefill),
    Command("consultation.set_questions", questions.set_questions, needs=P.RECORD, shows="consultation", prefill=questions.set_questions_prefill),
    Command("consultation.ask", registering.ask, needs=P.RECORD, shows="consultation", prefill=registering.ask_prefill, asks_first=True),
    Command("consultation.answer", statements.answer, needs=P.PERSONAL, shows="consultation", prefill=statements.answer_prefill),
    Command("consultation.note_answer", statements.note_answer, needs=P.RECORD, shows="consultation", prefill=statements.note_answer_prefill),
    Command("consultation.remind", reminding.remind, needs=P.RECORD, shows="consultation", prefill=reminding.remind_prefill, asks_first=True),
    Command("consultation.draft", replies.draft, needs=P.RECORD, shows="consultation", prefill=replies.draft_prefill, asks_first=True),
    Command("consultation.comment", replies.comment, needs=P.COMMENT, shows="consultation", prefill=replies.comment_prefill),
    Command("consultation.adopt", replies.adopt, needs=P.CONDUCT_VOTES, shows="consultation", prefill=replies.adopt_prefill, asks_first=True),
    Command("consultation.send", replies.send, needs=P.RECORD, shows="consultation", prefill=replies.send_prefill, asks_first=True),
    Command("consultation.withdraw", registering.withdraw, needs=P.RECORD, shows="consultation", prefill=registering.withdraw_prefill, asks_first=True),
    Command("consultation.remind_due", reminding.remind_due, needs=P.REMIND, shows="consultation"),
)
