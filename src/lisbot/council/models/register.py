"""Who represents whom: secretariats, organisations, bodies, seats, people, terms."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import Authority, Majority, OrgKind, Post, Quorum, SeatChangeState, Standing, TieRule
from lisbot.council.models.base import Base, EmailAddress, Id, Key, PartialIndex


class Secretariat(Base):
    """A regional training centre (RegUt) that runs a set of bodies."""

    __tablename__ = "secretariat"

    id: Mapped[Id]
    key: Mapped[Key]
    name: Mapped[str]
    region: Mapped[str]


class Organisation(Base):
    __tablename__ = "organisation"

    id: Mapped[Id]
    key: Mapped[Key]
    name: Mapped[str]
    short_name: Mapped[str]
    kind: Mapped[OrgKind]
    region: Mapped[str] = mapped_column(default="")


class Body(Base):
    """A council, or any other group that meets. Every rule is a setting, and "not set" is NULL."""

    __tablename__ = "body"
    __table_args__ = (
        CheckConstraint("meetings_per_year IS NULL OR meetings_per_year > 0", name="meetings_per_year"),
        CheckConstraint("call_days IS NULL OR deadline_days IS NULL OR call_days >= deadline_days", name="call_days"),
        CheckConstraint("secret_minimum IS NULL OR secret_minimum > 1", name="secret_minimum"),
    )

    id: Mapped[Id]
    key: Mapped[Key]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    secretariat: Mapped[Secretariat] = relationship(lazy="raise")
    name: Mapped[str]
    kind: Mapped[str]  # each secretariat names its own kinds of body
    region: Mapped[str]
    authority: Mapped[Authority]
    mandate_by: Mapped[str | None]
    mandate_on: Mapped[date | None]
    meetings_per_year: Mapped[int | None]
    # Lead times in days: before the meeting, except the minutes' days, which are after it.
    call_days: Mapped[int | None]
    deadline_days: Mapped[int | None]
    notice_days: Mapped[int | None]
    minutes_days: Mapped[int | None]
    quorum: Mapped[Quorum | None]
    majority: Mapped[Majority | None]
    tie_rule: Mapped[TieRule | None]
    secret_minimum: Mapped[int | None]  # answers to a secret question below which no count is shown
    escalates_to: Mapped[str | None]
    # What stands on every agenda of its: (lisbot.council.meetings.standing_items) StandingTemplate
    standing_items: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    lang: Mapped[str] = mapped_column(default="nb")


class Seat(Base):
    """A place in a body for one organisation, with a role."""

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_body_id", "body_id"),)

    id: Mapped[Id]
    key: Mapped[Key]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body] = relationship(lazy="raise")
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    organisation: Mapped[Organisation] = relationship(lazy="raise")
    role: Mapped[str]
    standing: Mapped[Standing]
    chairs: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    terms: Mapped[list["Term"]] = relationship(lazy="raise", order_by="Term.rank", back_populates="seat")


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (Index("uq_person_email", text("lower(email)"), unique=True),)

    id: Mapped[Id]
    key: Mapped[Key]
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(EmailAddress)
    lang: Mapped[str | None]  # None until they choose: then the platform's locale is followed
    # What a pack last said, of somebody whom lisbot has given another name or address since.
    pack_name: Mapped[str | None]
    pack_email: Mapped[str | None]
    signed_out_at: Mapped[datetime | None]  # sessions from before are over, wherever their cookies are


class Term(Base):
    """A person holding a seat from one date to another. Rank 0 represents; rank n is deputy no. n.

    Both dates are days on which the term holds; no `to_on` is no end. What holds on a day is asked of
    lisbot.council.core.periods alone.
    """

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        CheckConstraint("rank >= 0", name="rank"),
        UniqueConstraint("seat_id", "rank", "from_on"),
        PartialIndex("uq_term_open", "seat_id", "rank", unique=True, where="to_on IS NULL"),
        Index("ix_term_person_id", "person_id"),
        Index("ix_term_from_on", "from_on"),
        Index("ix_term_to_on", "to_on"),
    )

    id: Mapped[Id]
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seat: Mapped[Seat] = relationship(lazy="raise", back_populates="terms")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person] = relationship(lazy="raise")
    rank: Mapped[int] = mapped_column(default=0)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]  # when the end date was recorded, which is not the end date


class Staff(Base):
    """A person working at a secretariat, from one date to another."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        UniqueConstraint("secretariat_id", "person_id", "from_on"),
        Index("ix_staff_person_id", "person_id"),
    )

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post: Mapped[Post]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class Account(Base):
    """How a person is known on one platform, and where they are reached there."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("platform", "tenant", "external_id"),
        Index("ix_account_person_id", "person_id"),
    )

    id: Mapped[Id]
    platform: Mapped[str]
    tenant: Mapped[str] = mapped_column(default="")
    external_id: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    service_url: Mapped[str | None]
    conversation_id: Mapped[str | None]
    lang: Mapped[str | None] = mapped_column(String(2))  # the platform's own, until the person chooses one
    linked_at: Mapped[datetime]
    unlinked_at: Mapped[datetime | None]  # since when it opens nothing
    # Since when the platform takes nothing for it, and why: until it is installed again or they speak to lisbot.
    lost_at: Mapped[datetime | None]
    lost_reason: Mapped[str | None]
    seen_at: Mapped[datetime | None]  # when they last spoke to lisbot there


class Room(Base):
    """A channel or group chat where a body is told things together."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("platform", "conversation_id"), Index("ix_room_body_id", "body_id"))

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    platform: Mapped[str]
    tenant: Mapped[str] = mapped_column(default="")
    team: Mapped[str] = mapped_column(default="")  # in Teams: what the channel is part of, and goes with
    conversation_id: Mapped[str]
    service_url: Mapped[str]
    linked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    linked_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]  # since when nothing can be posted there
    gone_reason: Mapped[str] = mapped_column(default="")


class SeatChange(Base):
    """A report that somebody takes over a seat, or leaves it empty, anchored in the line of the organisation."""

    __tablename__ = "seat_change"
    __table_args__ = (Index("ix_seat_change_seat_id", "seat_id"),)

    id: Mapped[Id]
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seat: Mapped[Seat] = relationship(lazy="raise")
    rank: Mapped[int] = mapped_column(default=0)
    name: Mapped[str]  # "": nobody follows yet
    email: Mapped[str] = mapped_column(EmailAddress)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who it is under a new name or address
    person: Mapped[Person | None] = relationship(lazy="raise", foreign_keys=[person_id])
    from_on: Mapped[date]
    anchored_by: Mapped[str]  # who in the line approved it
    state: Mapped[SeatChangeState] = mapped_column(default=SeatChangeState.REPORTED)
    reason: Mapped[str | None]
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_by: Mapped[Person] = relationship(lazy="raise", foreign_keys=[reported_by_id])
    reported_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs one person in to the pages, once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_person_id", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
