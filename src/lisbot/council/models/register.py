"""Who represents whom: secretariats, organisations, bodies, seats, people, terms."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import (
    Authority,
    CompositionKind,
    DerivedFrom,
    Majority,
    OrgKind,
    Post,
    Quorum,
    SeatChangeState,
    Standing,
    TieRule,
)
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
    mandate_text: Mapped[str | None]
    legal_basis: Mapped[str | None]  # the law, regulation or assignment that the mandate rests on
    # Where and when it usually meets.
    place: Mapped[str | None]
    link: Mapped[str | None]
    hour_from: Mapped[time | None]
    hour_to: Mapped[time | None]
    closed_on: Mapped[date | None]  # from that day it is no more
    # Its public roster: whether there is one, and whether search engines may list it.
    is_published: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    is_indexable: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("body_template.id"))
    template_version: Mapped[int | None]  # which version of the template was last taken over


class BodyTemplate(Base):
    """Rules and lead times that several bodies of a secretariat share. A change is offered to them, not forced."""

    __tablename__ = "body_template"
    __table_args__ = (UniqueConstraint("secretariat_id", "name"),)

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    name: Mapped[str] = mapped_column(String(200))
    rules: Mapped[dict[str, Any]]  # columns of Body, and what they are to be
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]


class Coordination(Base):
    """Which secretariat runs a body from one date to another, where that rotates between regions.

    Source: Mandate of the cross-regional coordination (TKA): the region whose RegUt coordinates has the chair.
    """

    __tablename__ = "coordination"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        UniqueConstraint("body_id", "from_on"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    in_effect_at: Mapped[datetime | None]  # when the body's secretariat was changed on its date


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
    specialty: Mapped[str] = mapped_column(default="", server_default="")
    # What its holder must be: words such as «overlege», declared when somebody is reported.
    credentials: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    abolished_on: Mapped[date | None]  # from that day there is no such seat
    # Whoever holds it because of something else (lisbot.council.register.derived_roles).
    derived_from: Mapped[DerivedFrom | None]
    derived_seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))
    derived_post: Mapped[str | None] = mapped_column(String(20))
    vacancy_reminded_at: Mapped[datetime | None]  # when its organisation was last reminded that it stands empty
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
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))  # where they work
    left_on: Mapped[date | None]  # from that day they work there no more, whatever seats they hold
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # who they turned out to be
    # When they came into the register; of who was there before that was written down, when it first was.
    recorded_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    further_addresses: Mapped[list["PersonAddress"]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(PersonAddress.person_id == Person.id, PersonAddress.removed_at.is_(None))",
    )


class PersonAddress(Base):
    """One more address by which a person is found again; the one they are written to is Person.email."""

    __tablename__ = "person_address"
    __table_args__ = (
        PartialIndex("uq_person_address_email", "email", unique=True, where="removed_at IS NULL"),
        Index("ix_person_address_person_id", "person_id"),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(EmailAddress)
    added_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class FormerName(Base):
    """A name that a person had until a moment."""

    __tablename__ = "former_name"
    __table_args__ = (Index("ix_former_name_person_id", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    until_at: Mapped[datetime]


class PersonMerge(Base):
    """Two people of the register who turned out to be one: what was moved from one to the other, so that it can be
    moved back."""

    __tablename__ = "person_merge"
    __table_args__ = (Index("ix_person_merge_kept_id", "kept_id"),)

    id: Mapped[Id]
    kept_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    moved: Mapped[dict[str, Any]]  # the ids of the rows of each table, and what the two people were
    undone_at: Mapped[datetime | None]


class Term(Base):
    """A person holding a seat from one date to another. Rank 0 represents; rank n is deputy no. n.

    Both dates are days on which the term holds; no `to_on` is no end. What holds on a day is asked of
    lisbot.council.core.periods alone. The row is what is known now; what was known before stands in FormerTerm,
    where the database itself puts it (lisbot.council.models.known_terms), and no two terms of a rank overlap.
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
        Index("ix_term_seat_id_last", "seat_id", text("coalesce(to_on, '9999-12-31')")),
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
    changed_at: Mapped[datetime | None]  # since when it is known as it stands here, where that is not `recorded_at`


class FormerTerm(Base):
    """What was known of a term from one moment until another, when it was changed or found never to have been."""

    __tablename__ = "former_term"
    __table_args__ = (Index("ix_former_term_seat_id", "seat_id"), Index("ix_former_term_person_id", "person_id"))

    id: Mapped[Id]
    term_id: Mapped[int]  # of a row that may be gone
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    rank: Mapped[int]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    known_from: Mapped[datetime]
    known_to: Mapped[datetime]  # from that moment something else is known


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
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("seat_change.id"))  # reported together with that one
    on_behalf_of: Mapped[str] = mapped_column(default="", server_default="")  # who asked the secretariat to report it
    # What the seat asks of its holder, as declared: {"credential": …, "declared_on": …}.
    credentials: Mapped[list[Any]] = mapped_column(default=list, server_default=text("'[]'"))
    in_effect_at: Mapped[datetime | None]  # when, on its date, the newcomer was welcomed and the one who left thanked


class LineConfirmation(Base):
    """What somebody in the line of management answered when asked whether they approved a change."""

    __tablename__ = "line_confirmation"
    __table_args__ = (
        Index("ix_line_confirmation_seat_change_id", "seat_change_id"),
        Index("ix_line_confirmation_person_id", "person_id"),
    )

    id: Mapped[Id]
    seat_change_id: Mapped[int] = mapped_column(ForeignKey("seat_change.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    is_confirmed: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(default="")
    via: Mapped[str] = mapped_column(String(20), default="")  # the channel of the answer
    withdrawn_at: Mapped[datetime | None]  # since when nobody is asked any more


class CompositionRule(Base):
    """What a body's composition should be. Advice, unless the body enforces it.

    kind              what is asked for (CompositionKind)
    organisation_id   of or from which organisation
    role              of which seats, by their role; "" for all
    number            how many
    words             the credential, the specialty, or what else is asked for
    source            the mandate that says so
    """

    __tablename__ = "composition_rule"
    __table_args__ = (Index("ix_composition_rule_body_id", "body_id"),)

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    kind: Mapped[CompositionKind]
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(default="")
    number: Mapped[int | None]
    words: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    is_enforced: Mapped[bool] = mapped_column(default=False)


class RegisterImport(Base):
    """A spreadsheet that a secretariat brings in: what was read of it, what was answered where it was not clear, and
    what it made, so that it can be undone as one."""

    __tablename__ = "register_import"
    __table_args__ = (Index("ix_register_import_secretariat_id", "secretariat_id"),)

    id: Mapped[Id]
    secretariat_id: Mapped[int] = mapped_column(ForeignKey("secretariat.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_name: Mapped[str]
    made_at: Mapped[datetime]
    read: Mapped[dict[str, Any]]
    answers: Mapped[dict[str, Any]]
    carried_out_at: Mapped[datetime | None]
    made: Mapped[dict[str, Any] | None]
    undone_at: Mapped[datetime | None]


class SignInLink(Base):
    """A link that signs one person in to the pages, once."""

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_person_id", "person_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    digest: Mapped[str] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
