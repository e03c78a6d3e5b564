"""Slack's rate limits: token buckets of the documented tiers (docs.slack.dev/apis/web-api/rate-limits)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

PER_MINUTE = {1: 1, 2: 20, 3: 50, 4: 100, 5: 300}  # 5: "hundreds"
BURST = 3  # "short bursts" of posts to one channel; Slack gives no number
TIERS = {
    "apps.connections.open": 1,
    "auth.revoke": 3,
    "auth.test": 5,
    "chat.delete": 3,
    "chat.getPermalink": 5,
    "chat.postEphemeral": 4,
    "chat.update": 3,
    "conversations.info": 3,
    "conversations.members": 4,
    "conversations.open": 3,
    "oauth.v2.access": 5,
    "users.info": 4,
    "users.lookupByEmail": 3,
    "views.open": 4,
    "views.publish": 4,
    "views.push": 4,
    "views.update": 4,
}


@dataclass
class Bucket:
    size: float
    per_second: float
    left: float
    at: float

    def take(self, now: float) -> int:
        """Nothing when there was one to take; else the seconds until there is."""
        self.left = min(self.size, self.left + (now - self.at) * self.per_second)
        self.at = now
        if self.left < 1:
            return max(1, math.ceil((1 - self.left) / self.per_second))
        self.left -= 1
        return 0


@dataclass
class RateLimiter:
    """How fast the app may ask: per method and workspace; posts per channel."""

    clock: Callable[[], float]
    is_on: bool = False
    buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)
    forced: dict[str, list[int]] = field(default_factory=dict)  # seconds, per method: refused whatever was asked before

    def wait(self, method: str, team: str, channel: str = "") -> int:
        """Seconds the app must stay away from this method; 0 when it may go on."""
        if self.forced.get(method):
            return self.forced[method].pop(0)
        if not self.is_on:
            return 0
        now = self.clock()
        key: tuple[str, ...]
        if method == "chat.postMessage":
            key, size, per_second = (method, team, channel), float(BURST), 1.0
        else:
            size = float(PER_MINUTE[TIERS[method]])
            key, per_second = (method, team), size / 60
        return self.buckets.setdefault(key, Bucket(size, per_second, size, now)).take(now)
