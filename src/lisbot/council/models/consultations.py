"""What an authority, or a secretariat itself, asks several bodies at once, and what each organisation states."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import AdoptionWay, ConsultationState
from lisbot.council.models.base import Base, Id
from lisbot.council.models.referrals import OutsideParty
from lisbot.council.models.register import Body, Organisation


class Consultation(Base):
    """A question to bodies and to each organisation in them, with a deadline outside and the days inside it.

    Source: spesialistforskriften § 20: whoever has an interest in an application for approval as utdanningsvirksomhet
    is given the opportunity to state their view.

    party_id      who asks; None: the secretariat does itself, and reports back
    case_id       the case that it is about, of a body of the secretariat's
    applicant_id  whose application it is about: that organisation states nothing
    questions     the form each organisation fills in (lisbot.council.consultations.questions)
    asker         as it was called that day
    draft         the reply as it is being written; draft_version counts how often it was saved
    reply         the reply as it was sent
    reminded_at   when somebody was last reminded of it by itself
    """

    __tablename__ = "consultation"
    __table_args__ = (
        UniqueConstraint("secretariat_id", "year", "number"),
        CheckConstraint(
            "ask_by <= statements_by AND statements_by <= draft_by AND draft_by <= comments_by"
            " AND comments_by <= adopt_by AND adopt_by <= send_by AND send_by <= answer_by",
            name="days",
        ),
        Index("ix_consultation_state", "state"),
        Index("ix_consultation_party_id", "party_id"),
        Index("ix_consultation_case_id", "case_id"),
    )

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    year: Mapped[int]
    number: Mapped[int]
    party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    party: Mapped[OutsideParty | None] = relationship(lazy="raise")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("council_case.id"))
    asker: Mapped[str]
    reference: Mapped[str] = mapped_column(default="")  # the asker's own case number
    title: Mapped[str]
    background: Mapped[str] = mapped_column(default="")
    links: Mapped[str] = mapped_column(default="")
    specialty: Mapped[str] = mapped_column(default="")
    region: Mapped[str] = mapped_column(default="")
    applicant_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    applicant: Mapped[Organisation | None] = relationship(lazy="raise")
    questions: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    state: Mapped[ConsultationState] = mapped_column(default=ConsultationState.PREPARED)
    registered_at: Mapped[datetime]
    registered_by: Mapped[str]
    arrived_on: Mapped[date]
    answer_by: Mapped[date]  # what the asker set
    ask_by: Mapped[date]
    statements_by: Mapped[date]
    draft_by: Mapped[date]
    comments_by: Mapped[date]
    adopt_by: Mapped[date]
    send_by: Mapped[date]
    asked_at: Mapped[datetime | None]
    draft: Mapped[str] = mapped_column(default="")
    draft_version: Mapped[int] = mapped_column(default=0)
    drafted_at: Mapped[datetime | None]
    drafted_by: Mapped[str] = mapped_column(default="")
    reply: Mapped[str | None]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]  # when it was withdrawn
    end_reason: Mapped[str] = mapped_column(default="")
    reminded_at: Mapped[datetime | None]
    bodies: Mapped[list["ConsultationBody"]] = relationship(
        lazy="raise", order_by="ConsultationBody.id", cascade="all, delete-orphan"
    )
    requests: Mapped[list["ConsultationRequest"]] = relationship(lazy="raise", order_by="ConsultationRequest.id")
    comments: Mapped[list["ConsultationComment"]] = relationship(lazy="raise", order_by="ConsultationComment.id")


class ConsultationBody(Base):
    """A body that is asked, and how it adopted the reply."""

    __tablename__ = "consultation_body"
    __table_args__ = (UniqueConstraint("consultation_id", "body_id"), Index("ix_consultation_body_body_id", "body_id"))

    id: Mapped[Id]
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body] = relationship(lazy="raise")
    adopted_at: Mapped[datetime | None]
    adopted_by: Mapped[str] = mapped_column(default="")
    adopted_way: Mapped[AdoptionWay | None]
    adopted_note: Mapped[str] = mapped_column(default="")


class ConsultationRequest(Base):
    """One organisation in one body that is asked for its statement; recused: it is the applicant, and is not asked.

    stated_at  when it last stated anything; late: after its deadline
    """

    __tablename__ = "consultation_request"
    __table_args__ = (
        UniqueConstraint("consultation_id", "body_id", "organisation_id"),
        Index("ix_consultation_request_body_id", "body_id"),
    )

    id: Mapped[Id]
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str]  # as it was called that day
    is_recused: Mapped[bool] = mapped_column(default=False)
    stated_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)
    statements: Mapped[list["ConsultationStatement"]] = relationship(
        lazy="raise", order_by="ConsultationStatement.number"
    )


class ConsultationStatement(Base):
    """What an organisation stated. A later one corrects those before it, and none is lost.

    answers: by the number of the question, as text; a date in ISO 8601, "yes" or "no".
    """

    __tablename__ = "consultation_statement"
    __table_args__ = (
        UniqueConstraint("request_id", "number"),
        Index("ix_consultation_statement_by_id", "by_id"),
    )

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(ForeignKey("consultation_request.id"))
    number: Mapped[int]  # the first is 1
    answers: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    is_noted: Mapped[bool] = mapped_column(default=False)  # by the secretariat, on the organisation's behalf
    via: Mapped[str] = mapped_column(default="")
    is_late: Mapped[bool] = mapped_column(default=False)


class ConsultationComment(Base):
    """What a member said of the draft reply."""

    __tablename__ = "consultation_comment"
    __table_args__ = (
        Index("ix_consultation_comment_consultation_id", "consultation_id"),
        Index("ix_consultation_comment_by_id", "by_id"),
    )

    id: Mapped[Id]
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    text: Mapped[str]
    version: Mapped[int]  # of the draft
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    organisation_name: Mapped[str] = mapped_column(default="")
    is_late: Mapped[bool] = mapped_column(default=False)
