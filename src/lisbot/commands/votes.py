"""The votes' commands."""

from typing import TYPE_CHECKING

from lisbot.commands.command import Command
from lisbot.council.core.context import Permission as P
from lisbot.deferred import defer

if TYPE_CHECKING:
    from lisbot.council.votes import ballots, recusals, reminding, view, votes
else:
    ballots, recusals, reminding, view, votes = defer("lisbot.council.votes", "ballots recusals reminding view votes")

BALLOT = frozenset({"choice", "reason"})  # how somebody voted

# fmt: off
COMMANDS = (
    Command("vote.show", view.show, needs=P.VIEW, shows="vote", changes=False),
    Command("vote.open", votes.open_vote, needs=P.CONDUCT_VOTES, shows="vote", prefill=votes.open_prefill, asks_first=True),
    Command("vote.cast", ballots.cast, needs=P.VOTE, shows="vote", prefill=ballots.cast_prefill, secret=BALLOT),
    Command("vote.retract", ballots.retract, needs=P.VOTE, shows="vote", prefill=ballots.retract_prefill),
    Command("vote.extend", votes.extend, needs=P.CONDUCT_VOTES, shows="vote", prefill=votes.extend_prefill, asks_first=True),
    Command("vote.remind", reminding.remind, needs=P.CONDUCT_VOTES, shows="vote", prefill=reminding.remind_prefill, asks_first=True),
    Command("vote.recuse", recusals.recuse, needs=P.CONDUCT_VOTES, shows="vote", prefill=recusals.recuse_prefill, asks_first=True),
    Command("vote.lift_recusal", recusals.lift_recusal, needs=P.CONDUCT_VOTES, shows="vote", prefill=recusals.lift_recusal_prefill, asks_first=True),
    Command("vote.withdraw", votes.withdraw, needs=P.CONDUCT_VOTES, shows="vote", prefill=votes.withdraw_prefill, asks_first=True),
    Command("vote.close", votes.close, needs=P.CONDUCT_VOTES, shows="vote", prefill=votes.close_prefill, asks_first=True),
)
