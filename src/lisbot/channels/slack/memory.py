"""What a form remembers while somebody fills it in: what it is for, about what, and where it was opened.

Slack keeps it beside the form and gives it back. It is signed, and for one person: where somebody is
answered, and which channel they spoke in, is not for a form's sender to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from lisbot.channels.slack.payload import Body, Who, line


@dataclass(frozen=True)
class Remembered:
    """The command a form is for, what it is about, and where it was opened. Of a forged one: nothing."""

    command: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    where: Mapping[str, Any] = field(default_factory=dict)


class Memory:
    """`key` is the house's own."""

    def __init__(self, key: bytes) -> None:
        self.signer = URLSafeSerializer(key, salt="a form in Slack")

    def write(self, who: Who, command: str, about: Mapping[str, Any], where: Mapping[str, Any]) -> str:
        return str(self.signer.dumps([who.key, command, dict(about), dict(where)]))

    def read(self, who: Who, view: Body) -> Remembered:
        try:
            whose, command, about, where = self.signer.loads(line(view, "private_metadata"))
        except (BadSignature, ValueError, TypeError):
            return Remembered()
        return Remembered(command, about, where) if tuple(whose) == who.key else Remembered()
