"""How fast Slack takes what lisbot sends by itself: one bucket for each method and place it is counted in.

docs.slack.dev, "Rate limits": chat.postMessage about one a second in a channel, with short bursts; methods
of tier 3 at least fifty a minute in a workspace. A little less is taken: on their way they come closer.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

REMEMBERED = 10_000


@dataclass(frozen=True)
class Rate:
    every: float  # seconds from one to the next
    burst: int  # how many may go at once


RATES = {"chat.postMessage": Rate(1.1, 3), "chat.update": Rate(60 / 45, 20)}


class Pace:
    """Books turns. `book` says how long to wait for one."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.next: OrderedDict[tuple[str, str], float] = OrderedDict()

    def book(self, method: str, where: str) -> float:
        """Take the next turn; the seconds until it comes."""
        rate, now = RATES[method], self.clock()
        earliest = now - rate.every * (rate.burst - 1)
        at = max(self.next.get((method, where), earliest), earliest)
        self.next[method, where] = at + rate.every
        self.next.move_to_end((method, where))
        if len(self.next) > REMEMBERED:
            self.next.popitem(last=False)
        return max(at - now, 0.0)

    def give_back(self, method: str, where: str) -> None:
        """The last turn booked is not used."""
        self.next[method, where] -= RATES[method].every

    def hold(self, method: str, where: str, seconds: float) -> None:
        """Slack asks for this pause: no turn comes before it is over."""
        at = max(self.next.get((method, where), 0.0), self.clock() + seconds)
        self.next[method, where] = at
