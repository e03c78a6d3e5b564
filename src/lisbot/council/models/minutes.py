"""What the minutes of a meeting hold beside its agenda items."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.models.base import Base, Id, PartialIndex

if TYPE_CHECKING:
    from lisbot.council.models.meetings import AgendaItem


class FollowUp(Base):
    """What an organisation is to do with an agenda item, and by when."""

    __tablename__ = "follow_up"
    __table_args__ = (
        Index("ix_follow_up_item_id", "item_id"),
        PartialIndex("ix_follow_up_due", "due_on", where="done_on IS NULL"),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    item: Mapped["AgendaItem"] = relationship(lazy="raise", back_populates="followups")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str]  # as it was called that day
    what: Mapped[str]
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]
    done_by: Mapped[str] = mapped_column(default="")


class MinutesComment(Base):
    """A member's comment on minutes that are out for comments."""

    __tablename__ = "minutes_comment"
    __table_args__ = (Index("ix_minutes_comment_meeting_id", "meeting_id"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    organisation_name: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))  # None: the minutes as a whole
    text: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_by: Mapped[str] = mapped_column(default="")


class MinutesVersion(Base):
    """Minutes as they were approved once. What is approved later is a version of its own."""

    __tablename__ = "minutes_version"
    __table_args__ = (
        UniqueConstraint("meeting_id", "number"),
        CheckConstraint("(reopened_at IS NULL) = (reason IS NULL)", name="reopened"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    number: Mapped[int]
    approved_at: Mapped[datetime]
    approved_by: Mapped[str]
    content: Mapped[dict[str, Any]]  # see lisbot.council.minutes.versions
    reopened_at: Mapped[datetime | None]
    reopened_by: Mapped[str] = mapped_column(default="")
    reason: Mapped[str | None]  # why it was reopened


class MeetingSummary(Base):
    """A short account of a meeting, for its own members and those of other bodies: as it is being written, and as it
    was last sent."""

    __tablename__ = "meeting_summary"

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), primary_key=True, autoincrement=False)
    text: Mapped[str]
    written_at: Mapped[datetime]
    written_by: Mapped[str]
    sent_text: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str] = mapped_column(default="", server_default=sql_text("''"))
