"""How often sign-in links may be asked for: from one machine, and to one e-mail address."""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from ipaddress import ip_address

from aiohttp import web

from lisbot.settings import Network

MAX_REMEMBERED = 10_000  # addresses, before those that asked nothing lately are forgotten


class RequestLimit:
    """At most `most` requests within `window` seconds for each address, remembered by this process only.

    `clock` returns seconds. What it has not come to yet, because it was set back, is forgotten.
    """

    def __init__(self, most: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.window, self.clock = most, window, clock
        self.times: dict[str, deque[float]] = defaultdict(deque)

    def allows(self, address: str) -> bool:
        """Returns whether one more request is within the limit, and counts it."""
        now = self.clock()
        if len(self.times) > MAX_REMEMBERED:
            self.forget_idle(now)
        times = self.times[address]
        while times and not now - self.window < times[0] <= now:
            times.popleft()
        if len(times) >= self.most:
            return False
        times.append(now)
        return True

    def forget_idle(self, now: float) -> None:
        idle = [a for a, times in self.times.items() if not times or times[-1] <= now - self.window]
        for address in idle:
            del self.times[address]


def client_address(request: web.Request, proxies: Sequence[Network]) -> str:
    """Returns the machine a request came from: the last in X-Forwarded-For that is not one of our proxies.

    Whoever is not a proxy of ours may write what they like there, and is not believed.
    """
    forwarded = ",".join(request.headers.getall("X-Forwarded-For", [])).split(",")
    address = request.remote or ""
    while forwarded and is_within(address, proxies):
        address = forwarded.pop().strip() or address
    return address


def is_within(address: str, networks: Sequence[Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False
