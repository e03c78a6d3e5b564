"""Consent, and the other bases on which a person's name and address are published."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.enums import ConsentPurpose, LegalBasis
from lisbot.council.models.base import Base, Id, PartialIndex


class ConsentText(Base):
    """The exact text that people are asked to consent to, in one version, which is never changed."""

    __tablename__ = "consent_text"
    __table_args__ = (UniqueConstraint("secretariat_id", "purpose", "version"),)

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    purpose: Mapped[ConsentPurpose]
    version: Mapped[int]  # the first is 1
    nb: Mapped[str]
    nn: Mapped[str]
    en: Mapped[str]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    former_until: Mapped[date | None]  # the last day on which consent to the version before still counts
    months: Mapped[int | None]  # how long consent to it lasts; None: until it is withdrawn


class Consent(Base):
    """That somebody's name may be published, on which basis, from when to when. Nothing of it is changed but its end.

    Source: GDPR article 7(1), the controller must be able to show it, and 7(3), it is withdrawn as easily as given.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("basis <> 'consent' OR text_id IS NOT NULL", name="text"),
        Index("ix_consent_person_id", "person_id"),
        PartialIndex("ix_consent_expires_on", "expires_on", where="withdrawn_at IS NULL"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    purpose: Mapped[ConsentPurpose]
    basis: Mapped[LegalBasis]
    text_id: Mapped[int | None] = mapped_column(ForeignKey("consent_text.id"))
    lang: Mapped[str] = mapped_column(String(2))  # in which language the text was read
    words: Mapped[str] = mapped_column(default="")  # why another basis holds
    given_at: Mapped[datetime]
    given_via: Mapped[str] = mapped_column(String(20))  # the channel
    given_ref: Mapped[str] = mapped_column(default="")  # the message or page whose press gave it
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    expires_on: Mapped[date | None]  # the last day on which it counts
    withdrawn_at: Mapped[datetime | None]
    withdrawn_via: Mapped[str] = mapped_column(String(20), default="")
    withdrawn_ref: Mapped[str] = mapped_column(default="")
    end_told_at: Mapped[datetime | None]  # when it was told that it had ended by itself


class ConsentRequest(Base):
    """That a person was asked for consent to a text, and what they answered."""

    __tablename__ = "consent_request"
    __table_args__ = (
        UniqueConstraint("person_id", "text_id"),
        PartialIndex("ix_consent_request_open", "asked_at", where="answered_at IS NULL"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"))
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))  # for which seat
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    consent_id: Mapped[int | None] = mapped_column(ForeignKey("consent.id"))  # None with an answer: no
    reminded_at: Mapped[datetime | None]  # that the former answer ends soon


class RetentionRule(Base):
    """For how many months a kind of data is kept after it is needed."""

    __tablename__ = "retention_rule"
    __table_args__ = (UniqueConstraint("secretariat_id", "what"), CheckConstraint("months > 0", name="months"))

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    what: Mapped[str] = mapped_column(String(40))
    months: Mapped[int]
