"""What the deliveries' commands return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from lisbot.council.enums import DeliveryState


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """One recipient of a message, and how it went. `name` is empty for a channel of the body's, which is in
    `platform`; `channel`: through what it was sent; `reason`: why it was not, as a key."""

    name: str
    platform: str
    state: DeliveryState
    channel: str
    sent_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message, with everybody it is for. `kind` and `facts`: what it says. `counts`: how many recipients each
    state has; together they are all of them."""

    kind: str
    facts: Mapping[str, Any]
    made_at: datetime
    counts: Mapping[DeliveryState, int]
    recipients: tuple[RecipientLine, ...]


@dataclass(frozen=True, slots=True)
class DeliveriesView:
    """What was sent about a meeting, question, proposal or reported change, newest message first."""

    subject: str
    title: str
    body_id: int
    held_on: date | None  # of a meeting
    messages: tuple[MessageLine, ...]
    has_more: bool
