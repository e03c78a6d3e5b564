"""What messages in Slack have just been made to show: an edit that changes nothing is saved.

A press is answered in its message at once, and the outbox would edit that message to the same a moment later.
The cache is trusted for that moment only: another process may edit the message too.
"""

import hashlib
from collections.abc import Callable
from time import monotonic

import orjson
from cachetools import TTLCache

from lisbot.channels.slack.messages import Json

MAX_MESSAGES = 10_000
MAX_AGE = 10.0  # seconds


class MessageCache:
    """The last content of each message, as a digest, by channel and ts."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.digests: TTLCache[tuple[str, str], bytes] = TTLCache(MAX_MESSAGES, MAX_AGE, clock)

    def put(self, channel: str, ts: str, body: Json) -> None:
        """Remember what a message shows from now on."""
        self.digests[channel, ts] = digest(body)

    def shows(self, channel: str, ts: str, body: Json) -> bool:
        """Returns whether the message is known to show this already."""
        return self.digests.get((channel, ts)) == digest(body)


def digest(body: Json) -> bytes:
    """Returns the digest of what somebody sees of a message. How much of it its text repeats is no difference."""
    return hashlib.blake2b(orjson.dumps(body.get("blocks") or body["text"]), digest_size=16).digest()
