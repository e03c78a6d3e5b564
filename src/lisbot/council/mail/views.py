"""What the mail's commands return."""

from dataclasses import dataclass
from datetime import datetime

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import InboundKind


@dataclass(frozen=True, slots=True)
class InboundMailLine:
    """A message that arrived and waits for somebody to read it. `person`: whom the address it came to was made for;
    `result`: what came of it, as a text key under card.inbound_mails.result."""

    id: int
    received_at: datetime
    sender: str
    subject: str
    words: str
    kind: InboundKind
    person: str
    body: str
    result: str
    actions: tuple[AllowedAction, ...] = ()


@dataclass(frozen=True, slots=True)
class InboundMailsView:
    """The messages that wait for the secretariat, the oldest first."""

    messages: tuple[InboundMailLine, ...]
    has_more: bool = False
