"""The outbox: what was decided in a transaction reaches people after it, each in their channel and in order.

worker    claims, has rows attempted side by side, ends
attempts  one message sent, one card edited, and how it ended
claims    the rows, claimed in batches with a lease
budgets   the platforms' limits, kept by all processes together
in_flight what a crash could repeat: no more than the limits need
endings   how attempts ended, written down in batches
records   what was claimed, and how it ended
routing   where a batch's recipients are reached, and as whom their cards are drawn
drawing   cards, drawn once for all who are shown the same
changes   what was done while a card was on its way
"""

from lisbot.council.delivery.reach import MAIL
from lisbot.outbox.worker import Outbox

__all__ = ["MAIL", "Outbox"]
