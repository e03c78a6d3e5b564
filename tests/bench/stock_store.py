"""What the stock bots that store their ballots keep them in: SQLAlchemy's ORM over asyncpg, as its tutorial has it.

Its own three tables hold the same councils as lisbot's. Casting selects, changes and commits; the card that shows
the ballot is made of what is read afterwards.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship, selectinload

TITLES = {"for": "For", "against": "Mot", "abstain": "Blank"}


class Base(DeclarativeBase):
    pass


class Member(Base):
    __tablename__ = "member"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    teams_id: Mapped[str] = mapped_column(unique=True)
    slack_id: Mapped[str] = mapped_column(unique=True)


class Question(Base):
    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    council: Mapped[str]
    text: Mapped[str]
    options: Mapped[list[str]] = mapped_column(JSON)
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    roll: Mapped[list["Ballot"]] = relationship(back_populates="question", order_by="Ballot.id")


class Ballot(Base):
    __tablename__ = "ballot"
    __table_args__ = (UniqueConstraint("question_id", "member_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"))
    question: Mapped[Question] = relationship(back_populates="roll")
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    seat: Mapped[str]
    choice: Mapped[str | None]
    cast_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class NotAllowed(Exception):
    """The text says why."""


class Store:
    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(url, pool_size=20)  # more than the connections of the bench
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    async def cast(self, question_id: int, choice: str, **who: str) -> tuple[Member, Question]:
        """Store a ballot. Returns whose it is, and the question with its roll afterwards. Raises NotAllowed."""
        async with self.sessions() as session:
            member = await find_member(session, **who)
            question = await session.get(Question, question_id)
            if question is None or question.closed_at is not None or choice not in question.options:
                raise NotAllowed("Avstemningen er lukket.")
            ballot = await session.scalar(select(Ballot).filter_by(question_id=question_id, member_id=member.id))
            if ballot is None:
                raise NotAllowed("Du har ikke stemmerett.")
            ballot.choice = choice
            ballot.cast_at = datetime.now(UTC)
            await session.commit()
            return member, await read_with_roll(session, question_id)

    async def show(self, question_id: int, **who: str) -> tuple[Member, Question]:
        """Returns a member, and a question with its roll. Raises NotAllowed."""
        async with self.sessions() as session:
            return await find_member(session, **who), await read_with_roll(session, question_id)

    async def fill(self, rows: dict[type[Base], Iterable[dict[str, Any]]]) -> None:
        """Make the tables, and fill them."""
        async with self.engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            for model, values in rows.items():
                await connection.execute(model.__table__.insert(), list(values))

    async def close(self) -> None:
        await self.engine.dispose()


async def find_member(session: AsyncSession, **who: str) -> Member:
    member = await session.scalar(select(Member).filter_by(**who))
    if member is None:
        raise NotAllowed("Du er ikke medlem.")
    return member


async def read_with_roll(session: AsyncSession, question_id: int) -> Question:
    query = select(Question).filter_by(id=question_id).options(selectinload(Question.roll))
    return (await session.scalars(query.execution_options(populate_existing=True))).one()


def own_answer(question: Question, member: Member) -> str:
    """Returns what a member has answered, in words."""
    own = next((ballot.choice for ballot in question.roll if ballot.member_id == member.id), None)
    return f"Du har stemt: {TITLES[own]}" if own else "Du har ikke stemt."


def turnout(question: Question) -> str:
    answered = sum(ballot.choice is not None for ballot in question.roll)
    return f"{answered} av {len(question.roll)} har stemt"
