"""The minutes' commands, and the outcomes'."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.distribution import dispatches
    from lisbot.council.minutes import (
        carry_through,
        comments,
        follow_ups,
        guests,
        minutes,
        outcomes,
        presence,
        reminding,
        summaries,
        writing,
    )
else:
    carry_through, comments, follow_ups, guests, minutes, outcomes, presence, reminding, summaries, writing = defer(
        "lisbot.council.minutes",
        "carry_through comments follow_ups guests minutes outcomes presence reminding summaries writing",
    )
    (dispatches,) = defer("lisbot.council.distribution", "dispatches")

# fmt: off
COMMANDS = (
    Command("outcome.record", outcomes.record, needs=P.RECORD, shows="outcome", prefill=outcomes.record_prefill),
    Command("outcome.search", outcomes.search, needs=P.VIEW, shows="outcomes", changes=False, prefill=outcomes.search_prefill),
    Command("minutes.show", minutes.show, needs=P.VIEW, shows="minutes", changes=False),
    Command("minutes.start", minutes.start, needs=P.RECORD, shows="minutes"),
    Command("minutes.record_presence", presence.record_presence, needs=P.RECORD, shows="minutes", prefill=presence.record_presence_prefill),
    Command("minutes.record_seat", presence.record_seat, needs=P.RECORD, shows="minutes", prefill=presence.record_seat_prefill),
    Command("guest.add", guests.add, needs=P.RECORD, shows="minutes", prefill=guests.add_prefill),
    Command("guest.edit", guests.edit, needs=P.RECORD, shows="minutes", prefill=guests.edit_prefill),
    Command("guest.remove", guests.remove, needs=P.RECORD, shows="minutes"),
    Command("minutes.write_items", writing.write_items, needs=P.RECORD, shows="minutes", prefill=writing.write_items_prefill),
    Command("minutes.write", minutes.write, needs=P.RECORD, shows="minutes", prefill=minutes.write_prefill),
    Command("minutes.add_follow_up", follow_ups.add_follow_up, needs=P.RECORD, shows="minutes", prefill=follow_ups.add_follow_up_prefill),
    Command("follow_up.edit", follow_ups.edit, needs=P.RECORD, shows="minutes", prefill=follow_ups.edit_prefill),
    Command("follow_up.remove", follow_ups.remove, needs=P.RECORD, shows="minutes"),
    Command("follow_up.answer", follow_ups.answer, needs=P.COMMENT, shows="follow_ups", prefill=follow_ups.answer_prefill),
    Command("follow_up.complete", follow_ups.complete, needs=P.COMMENT, shows="follow_ups"),
    Command("follow_up.remind", reminding.remind, needs=P.RECORD, shows="follow_ups", prefill=reminding.remind_prefill, asks_first=True),
    Command("follow_up.reopen", follow_ups.reopen_follow_up, needs=P.COMMENT, shows="follow_ups"),
    Command("follow_up.list", follow_ups.list_follow_up, needs=P.COMMENT, shows="follow_ups", changes=False, prefill=follow_ups.list_prefill),
    Command("carry_through.show", carry_through.show, needs=P.VIEW, shows="carry_through", changes=False),
    Command("carry_through.choose", carry_through.choose, needs=P.RECORD, shows="carry_through", prefill=carry_through.choose_prefill),
    Command("carry_through.remind", carry_through.remind, needs=P.RECORD, shows="carry_through", prefill=carry_through.remind_prefill, asks_first=True),
    Command("minutes.send", minutes.send, needs=P.RECORD, shows="minutes", prefill=minutes.send_prefill, asks_first=True),
    Command("minutes.comment", comments.comment, needs=P.COMMENT, shows="minutes", prefill=comments.comment_prefill),
    Command("minutes.answer_comment", comments.answer_comment, needs=P.RECORD, shows="minutes", prefill=comments.answer_comment_prefill),
    Command("minutes.approve", minutes.approve, needs=P.RECORD, shows="minutes", prefill=minutes.approve_prefill, asks_first=True, then=dispatches.follow_minutes),
    Command("minutes.reopen", minutes.reopen, needs=P.RECORD, shows="minutes", prefill=minutes.reopen_prefill, asks_first=True),
    Command("summary.show", summaries.show, needs=P.VIEW, shows="summary", changes=False),
    Command("summary.write", summaries.write, needs=P.RECORD, shows="summary", prefill=summaries.write_prefill),
    Command("summary.send", summaries.send, needs=P.RECORD, shows="summary", prefill=summaries.send_prefill, asks_first=True, then=dispatches.follow_summary),
)
