"""What the outbox works with: a message and a posted card that were claimed, and how the attempt at each ended."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from lisbot.council.core.subjects import subject_of
from lisbot.council.enums import AttemptOutcome, DeliveryState, MailCopies
from lisbot.messaging import Address, Recipient


class ClaimedDelivery(NamedTuple):
    """A message that is ours to send until its lease runs out. `attempts`: how often it was tried before."""

    id: int
    kind: str
    facts: Mapping[str, Any]
    command: str
    args: Mapping[str, Any]
    body_id: int | None
    audience: str
    drawn_for_role: bool
    person_id: int | None
    room_id: int | None
    attempts: int
    channel: str | None  # mail, once chat has been given up
    reason: str | None  # and why
    made_at: datetime
    next_at: datetime
    can_wait: bool = False  # for the end of somebody's quiet hours, and for what others tell them the same day
    useful_until: datetime | None = None  # and not beyond this
    request_id: str | None = None

    @property
    def due_at(self) -> datetime:
        """When it was due, as far as that is known: another attempt has a moment of its own."""
        return self.next_at if self.attempts == 0 else self.made_at

    @property
    def is_held_back(self) -> bool:
        """Whether somebody's quiet hours hold it back."""
        return self.can_wait or self.useful_until is not None

    @property
    def is_planned(self) -> bool:
        """Whether it was made for a day to come, and is tried for the first time."""
        is_first = self.attempts == 0 and self.channel is None
        return is_first and self.made_at < self.next_at and not self.is_held_back

    @property
    def subject(self) -> str | None:
        """What the card is about: "vote:7". None for lists and menus."""
        return subject_of(self.command, self.args) if self.command else None

    @property
    def meeting_id(self) -> int | None:
        """The meeting that it is about, also where it is told in words alone."""
        noun, _, number = (subject_of(self.command, self.args) or "").partition(":")
        return int(number) if noun == "meeting" else None

    @property
    def recipient(self) -> Recipient | None:
        """Whose message it is; None for a room's."""
        if self.person_id is None:
            return None
        return Recipient(self.id, self.person_id, subject_of(self.command, self.args))


class ClaimedPosting(NamedTuple):
    """A posted card that is ours to redraw until its lease runs out."""

    id: int
    command: str
    args: Mapping[str, Any]
    person_id: int | None
    room_id: int | None
    platform: str
    service_url: str
    conversation_id: str
    message_id: str


class Posted(NamedTuple):
    """Where a message was posted, and the platform's id of it."""

    to: Address
    message_id: str


class Tried(NamedTuple):
    """One try to send: through what, what came of it, and the platform's id of what was sent. `channel` is empty where
    nothing led to the recipient, or the card could not be drawn."""

    channel: str
    outcome: AttemptOutcome
    reason: str | None = None
    message_id: str | None = None


class Ending(NamedTuple):
    """How the attempts of one claim ended: in one of the final states, or waiting for another attempt after `wait`.

    `gone` is an address that no longer leads to the recipient. `is_released`: it was not tried after all, and is the
    next of its recipient's still: at once, or when its turn in a platform's limits comes after `wait`.
    `is_held`: it is told them after `wait`, starts anew then and holds up nothing meanwhile. `is_left_to_mail`: chat
    does not take it, and mail is tried at its next claim, as often as chat was. `tries`: each try that was made.
    `copies`: what they are told by mail beside it.
    """

    state: DeliveryState
    reason: str | None = None
    channel: str | None = None
    wait: timedelta = timedelta()
    posted: Posted | None = None
    gone: Address | None = None
    is_released: bool = False
    is_held: bool = False
    is_left_to_mail: bool = False
    tries: tuple[Tried, ...] = ()
    copies: MailCopies = MailCopies.NONE

    @property
    def message_id(self) -> str | None:
        """The platform's id of what was sent last."""
        return self.tries[-1].message_id if self.tries else None


class EditEnding(NamedTuple):
    """How one edit ended.

    result   edited, later (after `wait`), gone (it can be edited no more), failed, or off (its channel is)
    """

    result: str
    wait: timedelta = timedelta()


RELEASED = Ending(DeliveryState.WAITING, is_released=True)
HELD = Ending(DeliveryState.WAITING, is_held=True)
Ended = tuple[ClaimedDelivery, Ending]
EndedEdit = tuple[int, EditEnding]
Subject = tuple[str, int | None]  # what a card is about, and in which body
