"""Whether what somebody was to be told still concerns them when it is sent.

A message may wait: for a platform that is away, or for a newcomer's first day. Meanwhile a seat is handed over, a
deputy is released, a meeting is cancelled. A constant number of statements, however many messages are looked at.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.core.calendar import moment
from lisbot.council.core.context import Hold, Role
from lisbot.council.core.periods import in_force, not_over
from lisbot.council.enums import DeputyResponse, Standing
from lisbot.council.meetings.answered import answered_meanwhile
from lisbot.council.meetings.concerned import SILENT
from lisbot.council.meetings.upcoming import NOTICE_HOUR
from lisbot.council.models import Attendance, Meeting, Seat, Term, table
from lisbot.council.register.speaking import speaks_for_seat
from lisbot.db import is_one_of

MEETING, ATTENDANCE, SEAT, TERM = (table(each) for each in (Meeting, Attendance, Seat, Term))
# What is written of a meeting: whoever has some part in its body may read it, whatever the part is by now.
WRITTEN_OF = ("minutes_", "summary_")
# What is told of a meeting that is over or cancelled; anything else asks people to come, or to prepare.
AFTERWARDS = ("meeting_cancelled", *WRITTEN_OF)
EXPECTED = (DeputyResponse.ASKED, DeputyResponse.COMES, DeputyResponse.DIGITAL)
# The meetings, each with the lines that name some of the people.
MEETINGS = (
    select(
        MEETING.c.id,
        MEETING.c.cancelled_at,
        MEETING.c.ends_on,
        MEETING.c.ends,
        MEETING.c.zone,
        ATTENDANCE.c.person_id,
        ATTENDANCE.c.deputy_id,
        ATTENDANCE.c.deputy_response,
    )
    .outerjoin_from(
        MEETING,
        ATTENDANCE,
        and_(
            ATTENDANCE.c.meeting_id == MEETING.c.id,
            or_(is_one_of(ATTENDANCE.c.person_id, "people"), is_one_of(ATTENDANCE.c.deputy_id, "people")),
        ),
    )
    .where(is_one_of(MEETING.c.id, "meetings"))
)
# Who speaks for a seat on a meeting's day, of the people.
SPEAKERS = (
    select(MEETING.c.id, TERM.c.person_id)
    .select_from(MEETING)
    .join(SEAT, and_(SEAT.c.body_id == MEETING.c.body_id, SEAT.c.standing != Standing.COPY))
    .join(TERM, and_(TERM.c.seat_id == SEAT.c.id, in_force(TERM.c, MEETING.c.held_on)))
    .where(
        is_one_of(MEETING.c.id, "meetings"),
        is_one_of(TERM.c.person_id, "people"),
        speaks_for_seat(TERM.c, MEETING.c.held_on),
    )
)
# The parts that somebody is still to take over.
TO_COME = (
    select(TERM.c.person_id, SEAT.c.body_id, TERM.c.from_on)
    .join_from(TERM, SEAT, SEAT.c.id == TERM.c.seat_id)
    .where(
        is_one_of(TERM.c.person_id, "people"),
        TERM.c.rank == 0,
        TERM.c.from_on > bindparam("day", type_=TERM.c.from_on.type),
    )
    .order_by(TERM.c.from_on)
)
PARTS = (
    select(TERM.c.person_id, SEAT.c.body_id)
    .join_from(TERM, SEAT, SEAT.c.id == TERM.c.seat_id)
    .where(
        is_one_of(TERM.c.person_id, "people"),
        not_over(TERM.c, bindparam("day", type_=TERM.c.to_on.type)),
    )
)


class Told(Protocol):
    """One message to one recipient, as far as it is looked at here."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def command(self) -> str: ...
    @property
    def args(self) -> Mapping[str, Any]: ...
    @property
    def body_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def audience(self) -> str: ...


async def no_longer_concerned(
    db: AsyncSession, messages: Sequence[Told], holds: Mapping[int, Iterable[Hold]], at: datetime, today: date
) -> set[int]:
    """Returns the ids of those of the messages that concern their recipients no more. `holds`: what each recipient
    holds today."""
    roles = {message.id: roles_in(holds, message) for message in messages}
    only_deputies = [m.person_id for m in messages if m.person_id is not None and not roles[m.id] - {Role.DEPUTY}]
    meetings: dict[int, Any] = {}
    expected: set[tuple[int, int | None]] = set()
    if ids := {meeting_id for m in messages if (meeting_id := m.args.get("meeting_id"))}:
        for row in await db.execute(MEETINGS, {"meetings": sorted(ids), "people": sorted(set(only_deputies))}):
            meetings[row.id] = row
            expected.add((row.id, row.person_id))
            if row.deputy_response in EXPECTED:
                expected.add((row.id, row.deputy_id))
        if only_deputies:
            asked = {"meetings": sorted(ids), "people": sorted(set(only_deputies))}
            expected |= {(row.id, row.person_id) for row in await db.execute(SPEAKERS, asked)}
    in_words = {m.person_id for m in messages if not m.command}
    parts: set[tuple[int, int]] = set()
    if in_words:
        found = await db.execute(PARTS, {"people": sorted(filter(None, in_words)), "day": today})
        parts = {(row.person_id, row.body_id) for row in found}

    def concerns(message: Told) -> bool:
        meeting = meetings.get(message.args.get("meeting_id", 0))
        if meeting is not None and not message.kind.startswith(AFTERWARDS) and not is_to_come(meeting, at):
            return False
        if message.person_id is None:
            return True
        if not message.command:
            return (message.person_id, message.body_id) in parts
        if roles[message.id] - {Role.DEPUTY} or (meeting is None and "vote_id" in message.args):
            return bool(roles[message.id])
        is_expected = (message.args.get("meeting_id"), message.person_id) in expected
        may_read = message.command == "agenda.show" or message.kind.startswith(WRITTEN_OF)
        return bool(roles[message.id]) and (is_expected or may_read)

    unconcerned = {message.id for message in messages if not concerns(message)}
    reminders = [each for each in messages if each.audience == SILENT and each.id not in unconcerned]
    return unconcerned | await answered_meanwhile(db, reminders, at, today)


async def concerned_later(
    db: AsyncSession, messages: Sequence[Told], at: datetime, tz: ZoneInfo
) -> dict[int, timedelta]:
    """Returns how long each of these messages, which were planned for somebody's first day and do not concern them yet,
    is to wait: until the morning of the day on which they take over a seat. By the messages' ids, of those that do."""
    people = sorted({message.person_id for message in messages if message.person_id is not None})
    if not people:
        return {}
    first: dict[tuple[int, int], date] = {}
    today = at.astimezone(tz).date()
    for row in await db.execute(TO_COME, {"people": people, "day": today}):
        first.setdefault((row.person_id, row.body_id), row.from_on)
    return {
        message.id: moment(first[of], NOTICE_HOUR, tz) - at
        for message in messages
        if (of := (message.person_id or 0, message.body_id or 0)) in first
    }


def roles_in(holds: Mapping[int, Iterable[Hold]], message: Told) -> set[Role]:
    """Returns what the recipient is in the body by a seat."""
    own: Collection[Hold] = tuple(holds.get(message.person_id or 0, ()))
    return {hold.role for hold in own if hold.body_id == message.body_id and hold.seat_id is not None}


def is_to_come(meeting: Any, at: datetime) -> bool:
    """Returns whether a meeting is still to be held, or is being held."""
    ends_at = datetime.combine(meeting.ends_on, meeting.ends, ZoneInfo(meeting.zone)).astimezone(UTC)
    return meeting.cancelled_at is None and ends_at > at
