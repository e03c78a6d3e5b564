"""Platforms that take all that is sent at once, where what they take in a time is no part of a test."""

from typing import Any

from lisbot.channels.slack import limits as slack
from lisbot.channels.teams import limits as teams
from lisbot.messaging import Limit

AMPLE = Limit(((1, 100_000),), burst=1_000)


def lift_limits(monkeypatch: Any) -> None:
    """Let nothing wait for its turn: turns run on the real clock, and a test's year goes by in less than a minute."""
    for limits in (slack, teams):
        for name in [name for name, value in vars(limits).items() if isinstance(value, Limit)]:
            monkeypatch.setattr(limits, name, AMPLE)
