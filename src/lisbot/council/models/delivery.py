"""What others must be told, and where cards are posted."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import DeliveryState
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
