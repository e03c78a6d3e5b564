"""Cases: numbered matters that live across meetings."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, Id


class CaseSeries(Base):
    """The last case number a body has used in a year. Its row is locked while a number is taken."""

    __tablename__ = "case_series"

    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Case(Base):
    """A matter, numbered per body and year ("12/26"), that lives across meetings."""

    __tablename__ = "council_case"  # CASE is a word of SQL
    __table_args__ = (
        UniqueConstraint("body_id", "year", "number"),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    year: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    confidential: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]

    @property
    def label(self) -> str:
        return case_label(self.year, self.number)


def case_label(year: int, number: int) -> str:
    """Returns a case's number as people write it: "12/26"."""
    return f"{number}/{year % 100:02d}"
