"""Cases: numbered matters that live across meetings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import CaseLinkKind
from lisbot.council.models.base import Base, Id


class CaseSeries(Base):
    """The last case number a body has used in a year. Its row is locked while a number is taken."""

    __tablename__ = "case_series"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Case(Base):
    """A matter, numbered per body and year ("12/26"), that lives across meetings.

    What several bodies treat of one matter is one story: `story_id` is the case it began as, None for that case itself.
    """

    __tablename__ = "council_case"  # CASE is a word of SQL
    __table_args__ = (
        UniqueConstraint("body_id", "year", "number"),
        CheckConstraint("number > 0", name="number"),
        Index("ix_council_case_story_id", "story_id"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    confidential: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    story_id: Mapped[int | None] = mapped_column(ForeignKey("council_case.id"))

    @property
    def story(self) -> int:
        """The case that its story began as."""
        return self.story_id or self.id

    @property
    def label(self) -> str:
        return case_label(self.year, self.number)


class CaseLink(Base):
    """How a case belongs together with another one, beside being of one story with it."""

    __tablename__ = "case_link"
    __table_args__ = (
        UniqueConstraint("case_id", "other_id", "kind"),
        CheckConstraint("case_id <> other_id", name="not_itself"),
        Index("ix_case_link_other_id", "other_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    kind: Mapped[CaseLinkKind]
    made_at: Mapped[datetime]


def case_label(year: int, number: int) -> str:
    """Returns a case's number as people write it: "12/26"."""
    return f"{number}/{year % 100:02d}"
