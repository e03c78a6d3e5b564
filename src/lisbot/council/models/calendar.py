"""Calendars: what each person's calendar was last told of a meeting, and addresses of feeds."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, Id


class CalendarEntry(Base):
    """What one person's calendar was last told of a meeting (RFC 5546). `digest` is of all that a calendar shows:
    where it has not changed, nothing new is sent and `sequence` stays."""

    __tablename__ = "calendar_entry"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"), Index("ix_calendar_entry_person_id", "person_id"))

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sequence: Mapped[int]
    digest: Mapped[str]
    uid: Mapped[str | None]  # by which the calendar knows the meeting; None: meeting-N@lisbot, as all were once
    organizer: Mapped[str]  # whose invitation it is: a calendar takes in changes from nobody else
    told_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class CalendarFeed(Base):
    """The address of a calendar that a person or a body's members subscribe to. Only its digest is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        CheckConstraint("person_id IS NOT NULL OR body_id IS NOT NULL", name="whose"),
        Index("ix_calendar_feed_person_id", "person_id"),
    )

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
