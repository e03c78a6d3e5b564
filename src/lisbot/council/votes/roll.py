"""A question and its roll as they are read: rows and no objects, since every ballot reads them.

The plain form, two statements, stands here. roll_in_one.py reads the same in one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, or_, select

from lisbot.council.core.access import Sight, gate, seats_of, sight
from lisbot.council.core.context import Act, Role
from lisbot.council.core.errors import NotFound
from lisbot.council.enums import Authority, DeputyResponse, Response, VoteForm
from lisbot.council.models import AgendaItem, Attendance, Body, Case, RollEntry, Vote, case_label, table


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
    withdrawn_reason: str | None
    secret_minimum: int | None
    salt: bytes | None
    body: str
    region: str
    authority: Authority
    meeting_id: int | None
    item_id: int | None
    item: str | None
    case_id: int | None
    year: int | None
    number: int | None
    confidential: bool | None

    @property
    def case_number(self) -> str:
        """The number of the case it is asked about; nothing where there is none."""
        return case_label(self.year, self.number) if self.year and self.number else ""


@dataclass(slots=True)
class RollRow:
    """A row of the roll: the seat, and its answer so far."""

    id: int
    seat_id: int
    seat_name: str
    holder: str
    recused: bool
    answered: bool
    is_chair: bool
    changed: int
    choice: str | None
    reason: str | None
    by_name: str | None
    recused_reason: str
    stand_in: int | None  # the deputy who answers for the absent representative at the meeting


BODY, ITEM, CASE, VOTE = (table(each) for each in (Body, AgendaItem, Case, Vote))
ROLL, ATTENDANCE = table(RollEntry), table(Attendance)
VOTE_COLUMNS = list(Question.__slots__)[:13]
ROLL_COLUMNS = list(RollRow.__slots__)[:12]
QUESTION_COLUMNS = (
    *(VOTE.c[name] for name in VOTE_COLUMNS),
    BODY.c.name,
    BODY.c.region,
    BODY.c.authority,
    ITEM.c.meeting_id,
    ITEM.c.id,
    ITEM.c.title,
    ITEM.c.case_id,
    CASE.c.year,
    CASE.c.number,
    or_(ITEM.c.confidential, CASE.c.confidential),
)
QUESTION: Select[Any] = (
    select(*QUESTION_COLUMNS)
    .select_from(VOTE)
    .join(BODY, BODY.c.id == VOTE.c.body_id)
    .outerjoin(ITEM, ITEM.c.id == VOTE.c.item_id)
    .outerjoin(CASE, CASE.c.id == ITEM.c.case_id)
    .where(VOTE.c.id == bindparam("vote"))
)
# Locked against closing: many may cast at a time, and whoever closes waits for them.
QUESTION_SHARED = QUESTION.with_for_update(of=VOTE, read=True)
DEPUTY_STANDS_IN = and_(
    ATTENDANCE.c.response == Response.ABSENT,
    or_(
        ATTENDANCE.c.deputy_response == DeputyResponse.COMES,
        ATTENDANCE.c.deputy_response == DeputyResponse.DIGITAL,
    ),
)
ENTRIES: Select[Any] = (
    select(*(ROLL.c[name] for name in ROLL_COLUMNS), ATTENDANCE.c.deputy_id)
    .outerjoin(
        ATTENDANCE,
        and_(
            ATTENDANCE.c.meeting_id == bindparam("meeting"),
            ATTENDANCE.c.seat_id == ROLL.c.seat_id,
            DEPUTY_STANDS_IN,
        ),
    )
    .where(ROLL.c.vote_id == bindparam("vote"))
    .order_by(ROLL.c.id)
)


async def read_question_and_roll(act: Act, vote_id: int) -> tuple[Question, list[RollRow]] | None:
    """Returns a question and its roll in the order of the seats, in two statements. None where there is none."""
    found = (await act.db.execute(QUESTION_SHARED if act.changes else QUESTION, {"vote": vote_id})).first()
    if found is None:
        return None
    question = Question(*found)
    rows = await act.db.execute(ENTRIES, {"vote": vote_id, "meeting": question.meeting_id})
    return question, [RollRow(*row) for row in rows.all()]


def require_readable(act: Act, question: Question) -> None:
    """Raises NotFound for another body's question, and for one on a confidential item to those outside the body."""
    gate(act, question.body_id)
    if question.confidential and sight(act.by, question.body_id) is Sight.OUTSIDE:
        raise NotFound


def rows_answered_for(act: Act, body_id: int, roll: Sequence[RollRow]) -> list[RollRow]:
    """Returns the seats this member answers for today: those they speak for, unless an accepted deputy does, and
    those whose absent representative they stand in for at the meeting."""
    if not seats_of(act.by, body_id, Role.REPRESENTATIVE, Role.DEPUTY):
        return []
    own = {hold.seat_id for hold in seats_of(act.by, body_id, Role.REPRESENTATIVE)}
    deputy = {hold.seat_id for hold in seats_of(act.by, body_id, Role.DEPUTY)} | own

    def answers_for(row: RollRow) -> bool:
        if row.stand_in is None:
            return row.seat_id in own
        return row.stand_in == act.by.id and row.seat_id in deputy

    return [row for row in roll if answers_for(row)]
