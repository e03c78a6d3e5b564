"""What was done, and what must be told: the log, the outbox, where cards hang, the clock."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.kinds import DeliveryState
from lisbot.council.models.base import Base, Id


class LogLine(Base):
    """Who did what, when, as whom and from where. Chained: each line's hash covers the one before."""

    __tablename__ = "log_line"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    as_role: Mapped[str]
    via: Mapped[str]
    command: Mapped[str]
    args: Mapped[str]
    hash: Mapped[str] = mapped_column(String(64))


class LogHead(Base):
    """The chain's last link, so that a line cut off at the end is missed too. One row."""

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))


class Delivery(Base):
    """One message to one recipient, written in the transaction that caused it, sent afterwards."""

    __tablename__ = "delivery"
    __table_args__ = (
        CheckConstraint("(person_id IS NULL) <> (room_id IS NULL)", name="one_recipient"),
        CheckConstraint("state <> 'failed' OR reason IS NOT NULL", name="reason"),
        Index(
            "ix_delivery_due",
            "next_at",
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
        Index("ix_delivery_person_id", "person_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str]  # the text under notice.* that says why this is sent
    facts: Mapped[dict[str, Any]]  # what fills that text's holes
    shows: Mapped[str]  # the command whose card is shown, asked as the recipient
    args: Mapped[dict[str, Any]]
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


class Posting(Base):
    """Where a card hangs, to be edited when what it is about changes."""

    __tablename__ = "posting"
    __table_args__ = (
        UniqueConstraint("platform", "conversation_id", "message_id"),
        Index("ix_posting_subject", "subject"),
        Index(
            "ix_posting_stale",
            "stale_at",
            sqlite_where=text("stale_at IS NOT NULL"),
            postgresql_where=text("stale_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(60))  # "vote:7"
    shows: Mapped[str]
    args: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    platform: Mapped[str]
    service_url: Mapped[str]
    conversation_id: Mapped[str]
    message_id: Mapped[str]
    stale_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]


class ClockShift(Base):
    """How far the demo's clock has been moved. Only the demo writes here. One row."""

    __tablename__ = "clock_shift"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seconds: Mapped[int]


class Receipt(Base):
    """Something a platform sent that was taken in, so that it is done once however often it is sent."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("platform", "key"), Index("ix_receipt_taken_at", "taken_at"))

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    taken_at: Mapped[datetime]
    done_at: Mapped[datetime | None]


class Installation(Base):
    """A workspace that has installed lisbot, with its token sealed under the house's key."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "tenant"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(20))
    tenant: Mapped[str]
    name: Mapped[str]
    token: Mapped[bytes]  # sealed
    bot_user: Mapped[str]
    scopes: Mapped[str]
    installed_at: Mapped[datetime]
