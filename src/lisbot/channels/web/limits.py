"""How often sign-in links may be asked for: from one machine, and to one e-mail address."""

import time
from collections import defaultdict, deque
from collections.abc import Sequence
from ipaddress import ip_address

from aiohttp import web

from lisbot.settings import Network


class Limiter:
    """At most `most` within `window` seconds for one of them, remembered by this process only."""

    def __init__(self, most: int, window: float) -> None:
        self.most, self.window = most, window
        self.seen: dict[str, deque[float]] = defaultdict(deque)

    def lets(self, address: str) -> bool:
        now = time.monotonic()
        if len(self.seen) > 10_000:
            self.forget(now)
        times = self.seen[address]
        while times and times[0] <= now - self.window:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True

    def forget(self, now: float) -> None:
        for address in [a for a, times in self.seen.items() if not times or times[-1] <= now - self.window]:
            del self.seen[address]


def client(request: web.Request, proxies: Sequence[Network]) -> str:
    """The machine a request came from: the last in X-Forwarded-For that is not one of our proxies.

    Whoever is not a proxy of ours may write what they like there, and is not believed.
    """
    trail = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    found = request.remote or ""
    while trail and is_within(found, proxies):
        found = trail.pop().strip() or found
    return found


def is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False
