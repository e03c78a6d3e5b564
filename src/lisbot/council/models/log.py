"""The tables of the log: one line per command that changed something, its arguments, and the chain's head."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from lisbot.council.models.base import Base, PartialIndex

LineId = BigInteger().with_variant(Integer(), "sqlite")


class LogLine(Base):
    """Who did what, when, in which role and through which channel.

    The line is written in the command's own transaction. `number` and `link` are its place in the chain and
    the chain's keyed hash up to it; both are set when the line is linked, which on PostgreSQL happens after
    the commit. `v` says which fields the link covers (see lisbot.council.log.link).
    """

    __tablename__ = "log_line"
    __table_args__ = (
        CheckConstraint("(number IS NULL) = (link IS NULL)", name="linked"),
        Index("ix_log_line_subject", "subject"),
        Index("ix_log_line_context", "context"),
        Index("ix_log_line_by_id", "by_id"),
        PartialIndex("ix_log_line_unlinked", "id", where="number IS NULL"),
    )

    id: Mapped[int] = mapped_column(LineId, primary_key=True)
    v: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    by_name: Mapped[str]
    as_role: Mapped[str]
    via: Mapped[str]
    command: Mapped[str]
    subject: Mapped[str | None] = mapped_column(String(60))  # "vote:7"
    context: Mapped[str | None] = mapped_column(String(60))  # what the subject belongs to: "meeting:3"
    body_id: Mapped[int | None]  # no foreign key: a line outlives what it tells of
    args_digest: Mapped[str] = mapped_column(String(64))
    hash_v1: Mapped[str | None] = mapped_column(String(64))  # of a line from before version 2
    txid: Mapped[int | None] = mapped_column(BigInteger)  # PostgreSQL's transaction, to know when all before it ended
    number: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    link: Mapped[str | None] = mapped_column(String(64))


class LogArguments(Base):
    """The arguments of one line, as JSON. A row may be erased: the line keeps their digest."""

    __tablename__ = "log_arguments"

    line_id: Mapped[int] = mapped_column(
        LineId, ForeignKey("log_line.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    salt: Mapped[str] = mapped_column(String(32))
    args: Mapped[str]


class LogHead(Base):
    """The chain's last link, with a keyed hash of its own, so that a chain that was cut short is found. One row.

    `last_v1` and `hash_v1` are where the chain of version 1 ended.
    """

    __tablename__ = "log_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)
    link: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
    linked_at: Mapped[datetime | None]
    last_v1: Mapped[int] = mapped_column(default=0)
    hash_v1: Mapped[str] = mapped_column(String(64), default="")
