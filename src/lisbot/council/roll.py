"""A question and its roll as they are read: rows and no objects, since every ballot reads them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from lisbot.council.access import gate, seats_of
from lisbot.council.act import Act, Role
from lisbot.council.errors import NotFound
from lisbot.council.kinds import Answer, Authority, DeputyAnswer, VoteForm
from lisbot.council.models import AgendaItem, Attendance, Body, Case, RollEntry, Vote
from lisbot.council.models.base import table
from lisbot.council.models.meetings import label


@dataclass(frozen=True, slots=True)
class Question:
    """A vote, with the names of what it belongs to."""

    id: int
    body_id: int
    question: str
    form: VoteForm
    options: list[Any]
    secret: bool
    live: bool
    closes_at: datetime | None
    closed_at: datetime | None
    result: dict[str, Any] | None
    salt: bytes | None
    body: str
    authority: Authority
    meeting_id: int | None
    item: str | None
    year: int | None
    number: int | None
    confidential: bool | None

    @property
    def case(self) -> str:
        """The number of the case it is asked about; nothing where there is none."""
        return label(self.year, self.number) if self.year and self.number else ""


@dataclass(slots=True)
class Entry:
    """A line of the roll: the seat, and its answer so far."""

    id: int
    seat_id: int
    seat_name: str
    holder: str
    recused: bool
    answered: bool
    changed: int
    choice: str | None
    reason: str | None
    by_name: str | None
    stand_in: int | None  # who answers for the absent representative at the meeting


BODY, ITEM, CASE, VOTE = (table(each) for each in (Body, AgendaItem, Case, Vote))
ROLL, PRESENCE = table(RollEntry), table(Attendance)
QUESTION: Select[Any] = (
    select(
        *(VOTE.c[name] for name in list(Question.__slots__)[:11]),
        BODY.c.name,
        BODY.c.authority,
        ITEM.c.meeting_id,
        ITEM.c.title,
        CASE.c.year,
        CASE.c.number,
        ITEM.c.confidential,
    )
    .select_from(VOTE)
    .join(BODY, BODY.c.id == VOTE.c.body_id)
    .outerjoin(ITEM, ITEM.c.id == VOTE.c.item_id)
    .outerjoin(CASE, CASE.c.id == ITEM.c.case_id)
    .where(VOTE.c.id == bindparam("vote"))
)
LOCKED = QUESTION.with_for_update(of=VOTE, read=True)
ENTRIES: Select[Any] = (
    select(*(ROLL.c[name] for name in list(Entry.__slots__)[:10]), PRESENCE.c.deputy_id)
    .outerjoin(
        PRESENCE,
        and_(
            PRESENCE.c.meeting_id == bindparam("meeting"),
            PRESENCE.c.seat_id == ROLL.c.seat_id,
            PRESENCE.c.answer == Answer.ABSENT,
            or_(
                PRESENCE.c.deputy_answer == DeputyAnswer.COMES,
                PRESENCE.c.deputy_answer == DeputyAnswer.DIGITAL,
            ),
        ),
    )
    .where(ROLL.c.vote_id == bindparam("vote"))
    .order_by(ROLL.c.id)
)


async def question_for(act: Act, vote_id: int) -> Question:
    """The question, locked against its closing when something is changed: many may cast at a time."""
    row = (await act.db.execute(LOCKED if act.changes else QUESTION, {"vote": vote_id})).first()
    if row is None:
        raise NotFound
    question = Question(*row)
    gate(act, question.body_id)
    if question.confidential and any(hold.role is Role.ROOM for hold in act.by.holds):
        raise NotFound  # the register does not know who is in the channel
    return question


async def roll_of(act: Act, vote_id: int, meeting_id: int | None) -> list[Entry]:
    """The roll, in the order of the seats, with who stands in at the meeting."""
    rows = await act.db.execute(ENTRIES, {"vote": vote_id, "meeting": meeting_id})
    return [Entry(*row) for row in rows.all()]


def answers_for(act: Act, body_id: int, roll: list[Entry]) -> list[Entry]:
    """The seats this member answers for today: their own, unless an accepted deputy does, and those whose
    absent representative they stand in for at the meeting."""
    if not seats_of(act.by, body_id, Role.REPRESENTATIVE, Role.DEPUTY):
        return []
    own = {hold.seat_id for hold in seats_of(act.by, body_id, Role.REPRESENTATIVE)}
    deputy = {hold.seat_id for hold in seats_of(act.by, body_id, Role.DEPUTY)}

    def answers(entry: Entry) -> bool:
        if entry.stand_in is None:
            return entry.seat_id in own
        return entry.stand_in == act.by.id and entry.seat_id in deputy

    return [entry for entry in roll if answers(entry)]
