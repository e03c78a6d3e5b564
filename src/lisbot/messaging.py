"""What a channel offers the outbox: sending one message to one address, and editing it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, auto
from typing import Any, NamedTuple, Protocol, TypeVar, runtime_checkable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person or a room is reached on one platform. For mail, conversation_id is the address."""

    platform: str
    tenant: str
    service_url: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whose message it is, where each gets their own: which delivery, to whom, and what it is about ("meeting:7")."""

    delivery_id: int
    person_id: int
    subject: str | None


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: why they get it, in words, and the card, whole, both in the recipient's language.

    `page_url`: the page that shows the same, where there is one. `why_url`: the page on which its recipient sees why
    they get it. `shared`: not to one person. `is_outside`: to somebody without a seat, who signs in nowhere. `command`
    and `args` show the same again, for a platform that shows a card page by page.
    """

    words: str
    card: dict[str, Any]
    lang: str
    page_url: str = ""
    shared: bool = False
    command: str = ""
    args: dict[str, Any] | None = None
    deadline: str = ""
    due_at: datetime | None = None
    recipient: Recipient | None = None
    why_url: str = ""
    is_outside: bool = False
    rendered: dict[str, Any] = field(default_factory=dict, init=False, compare=False, repr=False)  # by channel

    def render_once(self, key: str, render: Callable[["Message"], T]) -> T:
        """Returns what a channel makes of this message. The same message goes to many: neither it nor what is made of
        it is changed afterwards."""
        if key not in self.rendered:
            self.rendered[key] = render(self)
        made: T = self.rendered[key]
        return made


class SendError(Exception):
    """The platform did not take it. `reason` is its own code, or a key of ours."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TransientError(SendError):
    """It may go better later: after `retry_after` seconds, where the platform says."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class PermanentError(SendError):
    """It will not go better however often it is tried."""


class GoneError(PermanentError):
    """This address no longer leads to the recipient: nothing is tried there until lisbot is installed again or they
    speak to it."""


class MessageGoneError(PermanentError):
    """This message can be edited no more."""


class Refusal(StrEnum):
    """What a platform's error code means for whoever is to be told."""

    LATER = auto()  # tried again: as long afterwards as the platform asks for, or after longer and longer
    FAILED = auto()  # tried no more; another message may go better
    GONE = auto()  # the conversation, or whoever was in it, is not there any more
    BLOCKED = auto()  # the person has blocked lisbot
    NOT_INSTALLED = auto()
    DISABLED = auto()  # by the platform's administrator
    MESSAGE_GONE = auto()  # of an edit: the message cannot be edited any more

    def error(self, code: str, retry_after: float | None = None) -> "SendError":
        """Returns what is raised for this code."""
        if self is Refusal.LATER:
            return TransientError(code, retry_after=retry_after)
        if self is Refusal.FAILED:
            return PermanentError(code)
        return MessageGoneError(code) if self is Refusal.MESSAGE_GONE else GoneError(code)


class Limit(NamedTuple):
    """How many calls a platform takes, as it documents it: in each of several windows, (seconds, calls). `burst`: how
    many of them may go at once; the rest is spread evenly."""

    windows: tuple[tuple[float, int], ...]
    burst: int = 1


class Scope(NamedTuple):
    """What a limit is counted in: a conversation, a tenant, a workspace."""

    name: str  # "teams:tenant:…"
    limit: Limit


class Sender(Protocol):
    """A channel's way out. One whose platform takes only so much has also `scopes(to, edits=…)`: the Scopes that a
    message to an address, or an edit there, is counted in, the widest last."""

    platform: str

    async def send(self, to: Address, message: Message) -> str:
        """Send it. Returns the platform's id of the message, by which it is edited. Raises SendError."""
        ...

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Replace the card of a message sent before. Raises SendError."""
        ...


@runtime_checkable
class Finder(Protocol):
    """A channel whose rosters say who sits in a room."""

    async def find_person(self, room: Address, email: str) -> Address | None:
        """Returns where the person with this address is reached, if the room's roster has them: linked and remembered
        from then on. Raises SendError."""
        ...
