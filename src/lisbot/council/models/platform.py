"""What lisbot keeps for itself, beside the councils: receipts, installations, the demo's clock."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, Id


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
    """A workspace that has installed lisbot, with its token encrypted under a key from SECRET_KEY."""

    __tablename__ = "installation"
    __table_args__ = (UniqueConstraint("platform", "tenant"),)

    id: Mapped[Id]
    platform: Mapped[str] = mapped_column(String(20))
    tenant: Mapped[str]
    name: Mapped[str]
    token: Mapped[bytes]  # encrypted
    bot_user: Mapped[str]
    scopes: Mapped[str]
    installed_at: Mapped[datetime]


class KeptForm(Base):
    """A form that came back, as somebody filled it in: encrypted, for an hour."""

    __tablename__ = "kept_form"
    __table_args__ = (Index("ix_kept_form_person_id", "person_id"), Index("ix_kept_form_made_at", "made_at"))

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)  # of what its address carries
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sealed: Mapped[bytes]
    made_at: Mapped[datetime]


class SchemaVersion(Base):
    """The oldest migration whose lisbot can work with these tables, so that processes of the version before go on
    while a new one is rolled out. One row, written by each migration."""

    __tablename__ = "schema_version"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    oldest: Mapped[str] = mapped_column(String(20))
