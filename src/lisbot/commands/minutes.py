"""The minutes' commands, and the outcomes'."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.minutes import minutes, outcomes
else:
    minutes, outcomes = defer("lisbot.council.minutes", "minutes outcomes")

# fmt: off
COMMANDS = (
    Command("outcome.record", outcomes.record, needs=P.RECORD, shows="outcome", prefill=outcomes.record_prefill),
    Command("outcome.search", outcomes.search, needs=P.VIEW, shows="outcomes", changes=False, prefill=outcomes.search_prefill),
    Command("minutes.show", minutes.show, needs=P.VIEW, shows="minutes", changes=False),
    Command("minutes.start", minutes.start, needs=P.RECORD, shows="minutes"),
    Command("minutes.record_presence", minutes.record_presence, needs=P.RECORD, shows="minutes", prefill=minutes.record_presence_prefill),
    Command("minutes.write", minutes.write, needs=P.RECORD, shows="minutes", prefill=minutes.write_prefill),
    Command("minutes.add_follow_up", minutes.add_follow_up, needs=P.RECORD, shows="minutes", prefill=minutes.add_follow_up_prefill),
    Command("minutes.send", minutes.send, needs=P.RECORD, shows="minutes", prefill=minutes.send_prefill, asks_first=True),
    Command("minutes.comment", minutes.comment, needs=P.COMMENT, shows="minutes", prefill=minutes.comment_prefill),
    Command("minutes.approve", minutes.approve, needs=P.RECORD, shows="minutes", prefill=minutes.approve_prefill, asks_first=True),
    Command("minutes.reopen", minutes.reopen, needs=P.RECORD, shows="minutes", prefill=minutes.reopen_prefill, asks_first=True),
)
