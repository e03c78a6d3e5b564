"""Questions put to a council, the roll that may answer, and the answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lisbot.council.enums import Majority, Quorum, TieRule, VoteForm
from lisbot.council.models.base import Base, Id
from lisbot.council.models.meetings import AgendaItem
from lisbot.council.models.register import Body


class Vote(Base):
    """A question. Form, secrecy, rule and when the result shows are settled when it opens."""

    __tablename__ = "vote"
    __table_args__ = (
        CheckConstraint("NOT (secret AND live)", name="secret_is_not_live"),
        CheckConstraint("closed_at IS NULL OR salt IS NULL", name="salt_is_destroyed"),
        CheckConstraint("(closed_at IS NULL) = (result IS NULL)", name="result"),
        Index("ix_vote_body_id", "body_id"),
        Index("ix_vote_item_id", "item_id"),
        Index("ix_vote_closes_at", "closed_at", "closes_at"),
    )

    id: Mapped[Id]
    body_id: Mapped[int] = mapped_column(ForeignKey("body.id"))
    body: Mapped[Body] = relationship(lazy="raise")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("agenda_item.id"))
    item: Mapped[AgendaItem | None] = relationship(lazy="raise")
    question: Mapped[str]
    form: Mapped[VoteForm]
    options: Mapped[list[Any]]  # the values that may be chosen; a single choice's own words
    secret: Mapped[bool]
    live: Mapped[bool]  # whether the count shows before the vote closes
    quorum: Mapped[Quorum | None]  # the body's rules as they were when it opened
    majority: Mapped[Majority | None]
    tie_rule: Mapped[TieRule | None]
    secret_minimum: Mapped[int | None]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[dict[str, Any] | None]  # empty for a question that was withdrawn
    withdrawn_reason: Mapped[str | None]
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    roll: Mapped[list["RollEntry"]] = relationship(lazy="raise", order_by="RollEntry.id", back_populates="vote")


class RollEntry(Base):
    """One seat on the roll, frozen when the vote opened. For a named vote also its ballot.

    For a secret vote it says only that the seat has answered; the sealed answer lies elsewhere.
    """

    __tablename__ = "roll_entry"
    __table_args__ = (UniqueConstraint("vote_id", "seat_id"), Index("ix_roll_entry_seat_id", "seat_id"))

    id: Mapped[Id]
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    vote: Mapped[Vote] = relationship(lazy="raise", back_populates="roll")
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    seat_name: Mapped[str]  # role and organisation as they were called that day
    holder: Mapped[str]
    recused: Mapped[bool] = mapped_column(default=False)
    recused_reason: Mapped[str] = mapped_column(default="")
    is_chair: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[bool] = mapped_column(default=False)
    changed: Mapped[int] = mapped_column(default=0)
    choice: Mapped[str | None]
    reason: Mapped[str | None]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str | None]
    at: Mapped[datetime | None]


class SealedBallot(Base):
    """A secret answer while its vote is open: encrypted, under a handle that names no seat.

    One row per seat lies here from the moment the vote opens, in an order and with keys that say nothing,
    each holding a sealed blank. Closing counts them and deletes them together with the vote's salt.
    """

    __tablename__ = "sealed_ballot"
    __table_args__ = (Index("ix_sealed_ballot_vote_id", "vote_id"),)

    handle: Mapped[str] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(ForeignKey("vote.id"))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
