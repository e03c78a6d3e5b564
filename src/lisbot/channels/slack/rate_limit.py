"""How fast Slack takes what lisbot sends by itself: one token bucket for each method and place it is counted in.

docs.slack.dev, "Rate limits": chat.postMessage about one a second in a channel, with short bursts; methods of
tier 3 at least fifty a minute in a workspace. lisbot keeps a little below: on their way requests come closer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from cachetools import LRUCache

MAX_PLACES = 10_000


@dataclass(frozen=True)
class Rate:
    """`interval`: seconds from one call to the next. `burst`: how many may go at once."""

    interval: float
    burst: int


RATES = {"chat.postMessage": Rate(1.1, 3), "chat.update": Rate(60 / 45, 20)}


class RateLimiter:
    """Reserves turns. `place`: the channel or workspace that Slack counts a method's calls in."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.next: LRUCache[tuple[str, str], float] = LRUCache(MAX_PLACES)

    def reserve(self, method: str, place: str) -> float:
        """Take the next turn. Returns the seconds until it comes."""
        rate, now = RATES[method], self.clock()
        earliest = now - rate.interval * (rate.burst - 1)
        at = max(self.next.get((method, place), earliest), earliest)
        self.next[method, place] = at + rate.interval
        return max(at - now, 0.0)

    def release(self, method: str, place: str) -> None:
        """Give back the last turn reserved: it is not used."""
        self.next[method, place] -= RATES[method].interval

    def pause(self, method: str, place: str, seconds: float) -> None:
        """Let no turn come before a pause that Slack asks for is over."""
        self.next[method, place] = max(self.next.get((method, place), 0.0), self.clock() + seconds)
