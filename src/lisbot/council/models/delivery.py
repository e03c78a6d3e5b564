"""What others must be told, each try to tell them, where cards are posted, and what people wish to be told how."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import AttemptOutcome, DeliveryState, MailCopies, NotificationGroup
from lisbot.council.models.base import Base, Id, PartialIndex


class Delivery(Base):
    """One message to one recipient, written in the transaction that caused it and sent afterwards."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name="one_recipient"),
        CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="reason"),
        Index("ix_delivery_subject", "subject"),
        PartialIndex("ix_delivery_due", "next_at", "id", where="state = 'waiting'"),
        PartialIndex("ix_delivery_waiting_person", "person_id", "id", where="state = 'waiting'"),
        PartialIndex("ix_delivery_waiting_room", "room_id", "id", where="state = 'waiting'"),
        Index("ix_delivery_made_at", "made_at"),
        PartialIndex("ix_delivery_lost", "made_at", "body_id", where="state IN ('failed', 'unreachable')"),
    )

    id: Mapped[Id]
    kind: Mapped[str]  # the text under notification.* that says why this is sent
    facts: Mapped[dict[str, Any]]  # what fills that text's holes
    command: Mapped[str]  # the command whose card is shown, run as the recipient; "" where words are all
    args: Mapped[dict[str, Any]]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    subject: Mapped[str | None] = mapped_column(String(60))  # what it is about: "meeting:7"
    # "concerned": only to whoever the subject still concerns when it is sent; "": to the person as such.
    audience: Mapped[str] = mapped_column(String(20), default="")
    drawn_for_role: Mapped[bool] = mapped_column(default=False)  # one card for all of a role and language
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.WAITING)
    channel: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    made_at: Mapped[datetime]
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    message_id: Mapped[str | None]  # the platform's own id of what was sent
    # Whether quiet hours, weekends and holidays hold it back, and others of the same day may be sent with it.
    can_wait: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    useful_until: Mapped[datetime | None]  # nothing holds it back beyond this
    request_id: Mapped[str | None] = mapped_column(String(40))  # of the call that caused it, in logs and traces


class Attempt(Base):
    """One try to send a message: when, through what, and what came of it."""

    __tablename__ = "attempt"
    __table_args__ = (UniqueConstraint("delivery_id", "number"),)

    id: Mapped[Id]
    delivery_id: Mapped[int] = mapped_column(ForeignKey("delivery.id", ondelete="CASCADE"))
    number: Mapped[int]  # the first is 1
    at: Mapped[datetime]
    channel: Mapped[str]  # "": nothing led to the recipient
    outcome: Mapped[AttemptOutcome]
    reason: Mapped[str | None]
    message_id: Mapped[str | None]


class SendBudget(Base):
    """How far a platform's limit is used, shared by all processes (lisbot.outbox.budgets). `scope` is whose limit it
    is: "teams:tenant:…", "teams:conversation:…"."""

    __tablename__ = "send_budget"

    scope: Mapped[str] = mapped_column(String(300), primary_key=True)
    free_at: Mapped[float]  # when all that was reserved has gone out, in seconds since 1970 on the database's clock


class ChannelChoice(Base):
    """Through which channel a person wishes to be told a kind of thing."""

    __tablename__ = "channel_choice"
    __table_args__ = (UniqueConstraint("person_id", "what"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    what: Mapped[NotificationGroup]
    channel: Mapped[str] = mapped_column(String(20))


class QuietTime(Base):
    """When a person wishes to be left in peace, and whether what can wait comes together. One row a person; without
    one, lisbot's own rules hold."""

    __tablename__ = "quiet_time"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    free_days: Mapped[bool]  # whether weekends and public holidays are quiet
    digest: Mapped[bool]
    copies: Mapped[MailCopies] = mapped_column(default=MailCopies.NONE, server_default=MailCopies.NONE.value)
    alarm_minutes: Mapped[int | None]  # before a meeting, in the calendar; None: no alarm


class Posting(Base):
    """Where a card is posted, to be edited when what it shows changes."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("platform", "conversation_id", "message_id"),
        Index("ix_posting_subject", "subject"),
        PartialIndex("ix_posting_stale", "stale_at", where="stale_at IS NOT NULL"),
    )

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(60))  # "vote:7"
    command: Mapped[str]
    args: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    platform: Mapped[str]
    service_url: Mapped[str]
    conversation_id: Mapped[str]
    message_id: Mapped[str]
    stale_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
