"""What the minutes of a meeting hold beside its agenda items."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, Id


class FollowUp(Base):
    """What an organisation is to do with an agenda item, and by when."""

    __tablename__ = "follow_up"
    __table_args__ = (Index("ix_follow_up_item_id", "item_id"),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("agenda_item.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str]  # as it was called that day
    what: Mapped[str]
    due_on: Mapped[date | None]


class MinutesComment(Base):
    """A member's comment on minutes that are out for comments."""

    __tablename__ = "minutes_comment"
    __table_args__ = (Index("ix_minutes_comment_meeting_id", "meeting_id"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    organisation_name: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]
