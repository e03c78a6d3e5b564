"""Change processes: the stages that a secretariat names, and the cases that go through them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import StageHolder, StageNeed
from lisbot.council.models.base import Base, Id, PartialIndex
from lisbot.council.models.cases import Case
from lisbot.council.models.referrals import OutsideParty
from lisbot.council.models.register import Body, Secretariat


class Process(Base):
    """A change process of a secretariat's own: named stages that a case goes through. Its newest version is what a case
    is put into."""

    __tablename__ = "process"
    __table_args__ = (UniqueConstraint("secretariat_id", "name"),)

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    secretariat: Mapped[Secretariat] = relationship(lazy="raise")
    name: Mapped[str]
    versions: Mapped[list["ProcessVersion"]] = relationship(
        lazy="raise", order_by="ProcessVersion.number", back_populates="process"
    )


class ProcessVersion(Base):
    """The stages of a process as they were at a time. Once a case was put into it, it is never changed."""

    __tablename__ = "process_version"
    __table_args__ = (UniqueConstraint("process_id", "number"),)

    id: Mapped[Id]
    process_id: Mapped[int] = mapped_column(ForeignKey("process.id"))
    process: Mapped[Process] = relationship(lazy="raise", back_populates="versions")
    number: Mapped[int]  # the first is 1
    made_at: Mapped[datetime]
    made_by: Mapped[str]  # what whoever made it was called
    stages: Mapped[list["ProcessStage"]] = relationship(
        lazy="raise", order_by="ProcessStage.position, ProcessStage.number", cascade="all, delete-orphan"
    )


class ProcessStage(Base):
    """One stage: who holds a case there, what must be there before it moves on, how long that usually takes, and where
    it may go from there.

    number    what it is called by in `leads_to`, the same in every version that has it
    needs     StageNeed values
    leads_to  the numbers of the stages that follow, the usual one first; none: the process ends there
    """

    __tablename__ = "process_stage"
    __table_args__ = (
        UniqueConstraint("version_id", "number"),
        CheckConstraint(
            "(holder = 'named' AND (body_id IS NULL) <> (party_id IS NULL))"
            " OR (holder <> 'named' AND body_id IS NULL AND party_id IS NULL)",
            name="named",
        ),
        CheckConstraint("days IS NULL OR days > 0", name="days"),
    )

    id: Mapped[Id]
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    number: Mapped[int]
    position: Mapped[int]
    name: Mapped[str]
    holder: Mapped[StageHolder]
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body | None] = relationship(lazy="raise")
    party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    party: Mapped[OutsideParty | None] = relationship(lazy="raise")
    needs: Mapped[list[Any]] = mapped_column(default=list)
    days: Mapped[int | None]  # the usual time there
    leads_to: Mapped[list[Any]] = mapped_column(default=list)


class CaseProcess(Base):
    """A case in a process, in the version that it was put into."""

    __tablename__ = "case_process"
    __table_args__ = (
        PartialIndex("uq_case_process_under_way", "case_id", unique=True, where="ended_at IS NULL"),
        Index("ix_case_process_case_id", "case_id"),
        Index("ix_case_process_version_id", "version_id"),
    )

    id: Mapped[Id]
    case_id: Mapped[int] = mapped_column(ForeignKey("council_case.id"))
    case: Mapped[Case] = relationship(lazy="raise")
    version_id: Mapped[int] = mapped_column(ForeignKey("process_version.id"))
    version: Mapped[ProcessVersion] = relationship(lazy="raise")
    started_at: Mapped[datetime]
    started_by: Mapped[str]
    ended_at: Mapped[datetime | None]
    is_stopped: Mapped[bool] = mapped_column(default=False)  # taken out before its end
    stays: Mapped[list["StageStay"]] = relationship(
        lazy="raise", order_by="StageStay.number", back_populates="case_process"
    )


class StageStay(Base):
    """A case's time at one stage. The last that has not been left is where it is.

    body_id, secretariat_id  whose task it is: a body's, whichever secretariat runs it, or a secretariat's own
    party_id                 who has it outside lisbot, on behalf of that body or secretariat
    holder_name              what whoever holds it was called that day
    words                    what was said to them when it came
    left_reason              why a stage was skipped or something was missing when it was left
    """

    __tablename__ = "stage_stay"
    __table_args__ = (
        UniqueConstraint("case_process_id", "number"),
        CheckConstraint("(body_id IS NULL) <> (secretariat_id IS NULL)", name="one_keeper"),
        Index("ix_stage_stay_body_id", "body_id"),
        Index("ix_stage_stay_secretariat_id", "secretariat_id"),
        Index("ix_stage_stay_party_id", "party_id"),
        PartialIndex("ix_stage_stay_now", "case_process_id", where="left_at IS NULL"),
    )

    id: Mapped[Id]
    case_process_id: Mapped[int] = mapped_column(ForeignKey("case_process.id"))
    case_process: Mapped[CaseProcess] = relationship(lazy="raise", back_populates="stays")
    number: Mapped[int]  # the first is 1
    stage_id: Mapped[int] = mapped_column(ForeignKey("process_stage.id"))
    stage: Mapped[ProcessStage] = relationship(lazy="raise")
    body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body | None] = relationship(lazy="raise")
    secretariat_id: Mapped[int | None] = mapped_column(ForeignKey("secretariat.id"))
    secretariat: Mapped[Secretariat | None] = relationship(lazy="raise")
    party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    party: Mapped[OutsideParty | None] = relationship(lazy="raise")
    holder_name: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by: Mapped[str]
    words: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date | None]
    left_at: Mapped[datetime | None]
    left_by: Mapped[str] = mapped_column(default="")
    left_reason: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]
    notes: Mapped[list["StageNote"]] = relationship(lazy="raise", order_by="StageNote.id", cascade="all, delete-orphan")


class StageNote(Base):
    """Something that came while a case was at a stage: papers, an answer, a confirmation, an outcome outside lisbot."""

    __tablename__ = "stage_note"
    __table_args__ = (Index("ix_stage_note_stay_id", "stay_id"),)

    id: Mapped[Id]
    stay_id: Mapped[int] = mapped_column(ForeignKey("stage_stay.id"))
    what: Mapped[StageNeed]
    words: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_name: Mapped[str]  # who gave it, or on whose behalf it was noted
    noted_by: Mapped[str] = mapped_column(default="")  # who at the secretariat noted it
