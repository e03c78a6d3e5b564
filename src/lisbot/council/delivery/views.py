"""What the deliveries' commands return."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from lisbot.council.core.views import AllowedAction
from lisbot.council.enums import AttemptOutcome, DeliveryState, MailCopies, NotificationGroup, ReachedBecause


@dataclass(frozen=True, slots=True)
class AttemptLine:
    """One try to send a message: when, through what, what came of it and why, and the platform's id of what was
    sent."""

    number: int
    at: datetime
    channel: str
    outcome: AttemptOutcome
    reason: str
    message_id: str


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
    message_id: str
    attempts: tuple[AttemptLine, ...]


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message, with everybody it is for. `delivery_id` names it: the first of its deliveries. `kind` and `facts`:
    what it says. `counts`: how many recipients each state has; together they are all of them. `to_resend`: to how many
    it can be sent again."""

    delivery_id: int
    kind: str
    facts: Mapping[str, Any]
    made_at: datetime
    counts: Mapping[DeliveryState, int]
    recipients: tuple[RecipientLine, ...]
    to_resend: int
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class DeliveriesView:
    """What was sent about a meeting, question, proposal or reported change, newest message first; or one message
    alone, which `delivery_id` names. `subject` is empty for what is about nothing in particular. `is_under_way`:
    whether some of it is being sent now, and not only planned."""

    subject: str
    title: str
    body_id: int | None
    held_on: date | None  # of a meeting
    messages: tuple[MessageLine, ...]
    has_more: bool
    delivery_id: int | None = None
    is_under_way: bool = False


@dataclass(frozen=True, slots=True)
class LostMessage:
    """A message that did not reach everybody it should have: how many it did not, and why, as keys."""

    delivery_id: int
    kind: str
    facts: Mapping[str, Any]
    made_at: datetime
    body: str
    count: int
    reasons: tuple[str, ...]
    actions: tuple[AllowedAction, ...]


@dataclass(frozen=True, slots=True)
class UndeliveredView:
    """What did not reach whom it should have lately, newest first, in one body or in all that the member oversees.
    `late`: how many messages should have been sent long ago and still wait."""

    body_id: int | None
    title: str
    messages: tuple[LostMessage, ...]
    late: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class ReachedLine:
    """Through which channel the viewer is told a kind of thing, "" for none, and why."""

    what: NotificationGroup
    channel: str
    why: ReachedBecause
    action: AllowedAction


@dataclass(frozen=True, slots=True)
class QuietTimeView:
    """Through what the viewer is told things, and when they are left in peace. No hours: never. `on_free_days`: whether
    they are told things in weekends and on public holidays too; `one_by_one`: whether each council's messages come on
    their own. `copies`: what comes by mail beside chat. `is_own`: whether they have chosen when, and do not follow
    lisbot's own rules."""

    quiet_from: time | None
    quiet_to: time | None
    on_free_days: bool
    one_by_one: bool
    alarm_minutes: int | None
    is_own: bool
    actions: tuple[AllowedAction, ...]
    copies: MailCopies = MailCopies.NONE
    reached: tuple[ReachedLine, ...] = ()
