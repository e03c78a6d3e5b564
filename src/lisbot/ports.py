"""What a channel offers the outbox: sending one message to one address, and editing it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person or a room is reached on one platform. For mail, conversation_id is the address."""

    platform: str
    tenant: str
    service_url: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: why they get it, in words, and the card, both in the recipient's language.

    `href` is the address of the page that shows the same, where there is one. `shared`: not to one person.
    `shows` and `args` are the command whose card it is, for a platform that shows it page by page.
    """

    words: str
    card: dict[str, Any]
    lang: str
    href: str = ""
    shared: bool = False
    shows: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)


class Unsent(Exception):
    """The platform did not take it. Transient ones are tried again after `retry_after` seconds if given."""

    def __init__(
        self, reason: str, *, passing: bool, retry_after: float | None = None, gone: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason, self.passing, self.retry_after = reason, passing, retry_after
        self.gone = gone  # this address no longer leads to the recipient: forget it


class Sender(Protocol):
    platform: str
    whole: bool  # whether it takes a card of any length, and shows it page by page

    async def send(self, to: Address, message: Message) -> str:
        """Send it; the platform's id of the message, by which it is edited. Raises Unsent."""
        ...

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace the card of a message sent before. Raises Unsent."""
        ...
