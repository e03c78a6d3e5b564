"""Who gets what of a body, and who may meet in another."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import Distributed, PublishedOn
from lisbot.council.models.base import Base, Id
from lisbot.council.models.referrals import OutsideParty
from lisbot.council.models.register import Body, Organisation, Person


class DistributionLine(Base):
    """Who gets one thing of a body's, from one date to another: a body's people, perhaps of one role; whoever
    represents an organisation; one address outside; whom the secretariat writes to as a party outside; or whoever reads
    the intranet or the web.

    Source: Helse Nord, steering group of 5 June 2019: the résumé of AU goes to the members of Strategisk råd and forum;
    mandate of samordningsrådet: Helsedirektoratet is sent the agenda.
    """

    __tablename__ = "distribution_line"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        CheckConstraint(
            "CASE WHEN to_body_id IS NULL THEN 0 ELSE 1 END + CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN to_party_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN published_on IS NULL THEN 0 ELSE 1 END = 1",
            name="one_receiver",
        ),
        Index("ix_distribution_line_body_id", "body_id"),
        Index("ix_distribution_line_person_id", "person_id"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    what: Mapped[Distributed]
    to_body_id: Mapped[int | None] = mapped_column(ForeignKey("body.id"))
    to_body: Mapped[Body | None] = relationship(lazy="raise", foreign_keys=[to_body_id])
    role: Mapped[str] = mapped_column(default="", server_default=text("''"))  # of that body's seats; "": all of them
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation: Mapped[Organisation | None] = relationship(lazy="raise")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    person: Mapped[Person | None] = relationship(lazy="raise")
    to_party_id: Mapped[int | None] = mapped_column(ForeignKey("outside_party.id"))
    to_party: Mapped[OutsideParty | None] = relationship(lazy="raise")
    published_on: Mapped[PublishedOn | None]
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]


class Dispatch(Base):
    """What somebody was sent of a meeting because a line says so. It is also what lets them read it."""

    __tablename__ = "dispatch"
    __table_args__ = (UniqueConstraint("meeting_id", "what", "person_id"), Index("ix_dispatch_person_id", "person_id"))

    id: Mapped[Id]
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"))
    what: Mapped[Distributed]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]  # when they were first sent it
    told_at: Mapped[datetime | None]  # when they were last told that it is changed; None: never


class MeetingRight(Base):
    """That the people of one body may meet in another, without a vote, from one date to another.

    Source: Helse Nord, steering group of 5 June 2019: those of the forum have the right to meet in Strategisk råd.
    """

    __tablename__ = "meeting_right"
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR to_on >= from_on", name="order"),
        CheckConstraint("body_id <> of_body_id", name="not_itself"),
        Index("ix_meeting_right_body_id", "body_id"),
        Index("ix_meeting_right_of_body_id", "of_body_id"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))  # where they may meet
    of_body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))  # whose people
    of_body: Mapped[Body] = relationship(lazy="raise", foreign_keys=[of_body_id])
    sees_confidential: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
