"""What messages in Slack have just been made to show: an edit that changes nothing is saved.

A press is answered in its message at once, and the outbox would edit that message to the same a moment later.
It is trusted for that moment only: another process may edit the message too.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

import orjson

from lisbot.channels.slack.faces import Json

REMEMBERED = 10_000
TRUSTED = 10.0  # seconds


class Hung:
    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.clock = clock
        self.shown: OrderedDict[tuple[str, str], tuple[bytes, float]] = OrderedDict()

    def keep(self, channel: str, ts: str, body: Json) -> None:
        """This is what the message shows from now on."""
        self.shown[channel, ts] = (digest(body), self.clock())
        self.shown.move_to_end((channel, ts))
        if len(self.shown) > REMEMBERED:
            self.shown.popitem(last=False)

    def shows(self, channel: str, ts: str, body: Json) -> bool:
        """Whether the message is known to show this already."""
        kept, at = self.shown.get((channel, ts), (b"", 0.0))
        return kept == digest(body) and self.clock() - at < TRUSTED


def digest(body: Json) -> bytes:
    """What somebody sees of a message; how much of it its text repeats is no difference."""
    return hashlib.blake2b(orjson.dumps(body.get("blocks") or body["text"]), digest_size=16).digest()
