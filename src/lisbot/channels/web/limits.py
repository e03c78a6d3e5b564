"""How often one address may ask for sign-in links."""

import time
from collections import defaultdict, deque


class Limiter:
    """At most `most` within `window` seconds from one address, remembered by this process only."""

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
