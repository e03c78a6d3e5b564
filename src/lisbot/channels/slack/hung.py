"""What messages in Slack show, as far as this process put it there: an edit that changes nothing is saved."""

import hashlib
from collections import OrderedDict

import orjson

from lisbot.channels.slack.faces import Json

REMEMBERED = 10_000


class Hung:
    def __init__(self) -> None:
        self.shown: OrderedDict[tuple[str, str], bytes] = OrderedDict()

    def keep(self, channel: str, ts: str, body: Json) -> None:
        """This is what the message shows from now on."""
        self.shown[channel, ts] = digest(body)
        self.shown.move_to_end((channel, ts))
        if len(self.shown) > REMEMBERED:
            self.shown.popitem(last=False)

    def shows(self, channel: str, ts: str, body: Json) -> bool:
        """Whether the message is known to show this already."""
        return self.shown.get((channel, ts)) == digest(body)


def digest(body: Json) -> bytes:
    """What somebody sees of a message; how much of it its text repeats is no difference."""
    return hashlib.blake2b(orjson.dumps(body.get("blocks") or body["text"]), digest_size=16).digest()
