"""What a representative's own colleagues say of an item before the meeting, and what the organisation states of it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import InputStance
from lisbot.council.models.base import Base, Id
from lisbot.council.models.cases import Case
from lisbot.council.models.meetings import Meeting
from lisbot.council.models.register import Person


class LocalInput(Base):
    """An item that a representative shares with their own colleagues by a link. The link ends with the meeting.

    It is of a case and not of its item: a case that is put on another agenda in time takes it along. The link itself is
    not kept: it follows from the SECRET_KEY and `id`.
    """

    __tablename__ = "local_input"
    __table_args__ = (
        Index("ix_local_input_person_id_case_id", "person_id", "case_id"),
        Index("ix_local_input_meeting_id", "meeting_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    case: Mapped[Case] = relationship(lazy="raise")
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    meeting: Mapped[Meeting] = relationship(lazy="raise")
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))  # by which seat they ask
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # who asks, and whose alone it is
    person: Mapped[Person] = relationship(lazy="raise")
    organisation_name: Mapped[str]
    lang: Mapped[str]  # of the page behind the link, until its reader chooses another
    shared_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]  # when it was last told that something has come


class LocalInputAnswer(Base):
    """What somebody behind such a link has said, for one representative alone."""

    __tablename__ = "local_input_answer"
    __table_args__ = (
        Index("ix_local_input_answer_local_input_id", "local_input_id"),
        Index("ix_local_input_answer_person_id", "person_id"),
    )

    id: Mapped[Id]
    local_input_id: Mapped[int] = mapped_column(ForeignKey("local_input.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))  # whom it is for
    stance: Mapped[InputStance]
    words: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class ItemStatement(Base):
    """What an organisation states of a case before a meeting, for the whole council to read."""

    __tablename__ = "item_statement"
    __table_args__ = (
        UniqueConstraint("meeting_id", "case_id", "seat_id"),
        Index("ix_item_statement_case_id", "case_id"),
        Index("ix_item_statement_by_id", "by_id"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    organisation_name: Mapped[str]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str]
    at: Mapped[datetime]
