"""Mail: personal links to one action, what arrives, and addresses that mail does not reach."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import InboundKind
from lisbot.council.models.base import Base, EmailAddress, Id


class ActionLink(Base):
    """A link in a mail that opens one card as a page for one person, for a time. Only its digest is kept."""

    __tablename__ = "action_link"
    __table_args__ = (
        Index("ix_action_link_person_id", "person_id"),
        Index("ix_action_link_delivery_id", "delivery_id"),
    )

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    command: Mapped[str]
    args: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]  # when its action was done
    revoked_at: Mapped[datetime | None]


class InboundMail(Base):
    """A message that arrived, and what came of it. What answers nothing waits for the secretariat."""

    __tablename__ = "inbound_mail"
    __table_args__ = (Index("ix_inbound_mail_handled_at", "handled_at"),)

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(unique=True)  # of the message as it came, so that it is taken in once
    received_at: Mapped[datetime]
    sender: Mapped[str] = mapped_column(String(320))  # as it says itself; proves nothing
    subject: Mapped[str]
    words: Mapped[str]
    kind: Mapped[InboundKind]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # whom the signed address was made for
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    result: Mapped[str]  # what came of it, as a key
    handled_at: Mapped[datetime | None]
    handled_by: Mapped[str]


class MailTrouble(Base):
    """An address that mail does not reach, and why. Gone once something is delivered there, or it is corrected."""

    __tablename__ = "mail_trouble"

    email: Mapped[str] = mapped_column(EmailAddress, primary_key=True)
    reason: Mapped[str]
    at: Mapped[datetime]
