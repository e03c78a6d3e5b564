"""What a form carries while somebody fills it in: what it is for, about what, and where it was opened.

Slack keeps it beside the form (private_metadata) and sends it back. It is signed, and for one person: where
somebody is answered, and which channel they spoke in, is not for a form's sender to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

from lisbot.channels.common.untrusted import string_in
from lisbot.channels.slack.payload import Body, SlackUser

SALT = "a form in Slack"


@dataclass(frozen=True)
class FormTarget:
    """The command a form is for, what it is about, and where it was opened. Empty for a forged one."""

    command: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)


class FormMetadata:
    """Signs what forms carry with the SECRET_KEY."""

    def __init__(self, key: bytes) -> None:
        self.signer = URLSafeSerializer(key, salt=SALT)

    def write(self, user: SlackUser, target: FormTarget) -> str:
        """Returns the metadata of a form that is opened for one person."""
        return str(self.signer.dumps([user.key, target.command, dict(target.about), dict(target.origin)]))

    def read(self, user: SlackUser, view: Body) -> FormTarget:
        """Returns what a form that this person sent carries; nothing of one that was opened for somebody else."""
        try:
            whose, command, about, origin = self.signer.loads(string_in(view, "private_metadata"))
        except (BadSignature, ValueError, TypeError):
            return FormTarget()
        return FormTarget(command, about, origin) if tuple(whose) == user.key else FormTarget()
