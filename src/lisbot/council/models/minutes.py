"""What the minutes of a meeting hold beside its agenda items."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import FollowUpState
from lisbot.council.models.base import Base, Id, PartialIndex

if TYPE_CHECKING:
    from lisbot.council.models.meetings import AgendaItem


SETTLED = (FollowUpState.INTRODUCED, FollowUpState.NOT_RELEVANT, FollowUpState.DONE)  # nothing is left of it


class FollowUp(Base):
    """What an organisation is to do with an agenda item, and by when, or what it did with what came of the item; and
    what it has answered."""

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
    what: Mapped[str]  # "": it is asked what it did with what came of the item
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]  # when nothing was left of it
    done_by: Mapped[str] = mapped_column(default="")
    asked_at: Mapped[datetime | None]  # when its organisation was asked first: reminders leave it
    asked_in: Mapped[int | None]  # the version of the minutes that it stands in, or is asked of, first
    answer: Mapped[FollowUpState | None]
    words: Mapped[str] = mapped_column(default="", server_default=sql_text("''"))
    answer_on: Mapped[date | None]  # when it was raised or introduced, or will be
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str] = mapped_column(default="", server_default=sql_text("''"))

    @property
    def state(self) -> FollowUpState:
        return state_of(self.answer, self.done_on)

    @property
    def is_asked(self) -> bool:
        """Whether minutes that were approved ask for it: what is added while they are corrected is known to nobody."""
        return self.asked_in is not None or self.asked_at is not None

    @property
    def is_unasked(self) -> bool:
        """Whether nobody could be asked for its organisation, as nobody represents it. What has a deadline is told by
        the minutes."""
        return self.state is FollowUpState.OPEN and self.asked_at is None and self.due_on is None

    @property
    def is_carry_through(self) -> bool:
        """Whether it is asked what was done with what came of the item, and not for something that is to be done."""
        return not self.what


def state_of(answer: FollowUpState | None, done_on: date | None) -> FollowUpState:
    """Returns how far it has come. Whoever says that it is done need have answered nothing else."""
    if done_on is not None:
        return answer if answer in SETTLED else FollowUpState.DONE
    return FollowUpState.OPEN if answer is None or answer in SETTLED else answer


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
