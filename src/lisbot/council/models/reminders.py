"""When people are reminded, and that they were."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.models.base import Base, Id


class ReminderStep(Base):
    """One step of a body's own plan of reminders. What a body's plan does not say follows lisbot's own plan."""

    __tablename__ = "reminder_step"
    __table_args__ = (
        CheckConstraint("days IS NULL OR days >= 0", name="days"),
        UniqueConstraint("body_id", "what", "stage"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    what: Mapped[ReminderKind]
    stage: Mapped[ReminderStage]
    days: Mapped[int | None]  # before the deadline; None: not at all


class Reminder(Base):
    """That a step of reminding about a thing was done: once, however often the clock ticks, in however many
    processes."""

    __tablename__ = "reminder"
    __table_args__ = (UniqueConstraint("subject", "what", "step"),)

    id: Mapped[Id]
    subject: Mapped[str] = mapped_column(String(60))  # "meeting:7"
    what: Mapped[ReminderKind]
    step: Mapped[str] = mapped_column(String(40))  # "first:2027-03-10": a deadline that is moved is reminded of anew
    at: Mapped[datetime]
    people: Mapped[int]  # how many were reminded
