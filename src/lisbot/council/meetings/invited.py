"""Who is to have a meeting in their calendar, and what each calendar was last told (RFC 5546).

A calendar is told when something that it shows differs from what it was told last, and never else. Who speaks for a
seat is to have it, and a deputy who is asked or comes.
"""

import hashlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.addresses import fold_address
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.models import Attendance, Body, CalendarEntry, Meeting, Person, QuietTime, table
from lisbot.db import is_one_of

ATTENDANCE, BODY, ENTRY, MEETING, PERSON, QUIET = (
    table(each) for each in (Attendance, Body, CalendarEntry, Meeting, Person, QuietTime)
)
INVITES = "meeting.show"  # the command whose card comes with an invitation: of a call or an agenda alone nobody is told
EXPECTED_DEPUTY = (DeputyResponse.ASKED, DeputyResponse.COMES, DeputyResponse.DIGITAL)
IS_THEIRS: ColumnElement[bool] = or_(
    ATTENDANCE.c.person_id == PERSON.c.id,
    and_(ATTENDANCE.c.deputy_id == PERSON.c.id, ATTENDANCE.c.deputy_response.in_(EXPECTED_DEPUTY)),
)
ABOUT = (
    select(
        MEETING.c.id.label("meeting_id"),
        MEETING.c.body_id,
        MEETING.c.held_on,
        MEETING.c.ends_on,
        MEETING.c.starts,
        MEETING.c.ends,
        MEETING.c.zone,
        MEETING.c.place,
        MEETING.c.link,
        MEETING.c.published_at,
        MEETING.c.cancelled_at,
        MEETING.c.calendar_sequence,
        BODY.c.name.label("body"),
        PERSON.c.id.label("person_id"),
        PERSON.c.name.label("person"),
        QUIET.c.alarm_minutes,
        ATTENDANCE.c.id.label("line_id"),
        ATTENDANCE.c.person_id.label("speaker_id"),
        ATTENDANCE.c.response,
        ATTENDANCE.c.deputy_response,
        ENTRY.c.sequence,
        ENTRY.c.digest,
        ENTRY.c.organizer,
        ENTRY.c.uid,
        ENTRY.c.cancelled_at.label("withdrawn_at"),
    )
    .select_from(MEETING)
    .join(BODY, BODY.c.id == MEETING.c.body_id)
    .join(PERSON, PERSON.c.id == bindparam("person"))
    .outerjoin(QUIET, QUIET.c.person_id == PERSON.c.id)
    .outerjoin(ATTENDANCE, and_(ATTENDANCE.c.meeting_id == MEETING.c.id, IS_THEIRS))
    .outerjoin(ENTRY, and_(ENTRY.c.meeting_id == MEETING.c.id, ENTRY.c.person_id == PERSON.c.id))
    .where(MEETING.c.id == bindparam("meeting"))
    .order_by(ATTENDANCE.c.id)
)

STANDING = select(ENTRY.c.meeting_id, ENTRY.c.person_id).where(
    is_one_of(ENTRY.c.meeting_id, "meetings"), is_one_of(ENTRY.c.person_id, "people"), ENTRY.c.cancelled_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class CalendarNews:
    """What one person's calendar is still to be told of a meeting. `is_withdrawn`: that they are not to come, or
    nobody is. `answer`: what they have answered; None: nothing. `organizer`: whose invitation it was before;
    `uid`: by which id the calendar knows the meeting."""

    meeting_id: int
    person_id: int
    body: str
    person: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str
    sequence: int
    digest: str
    is_withdrawn: bool
    is_first: bool
    is_deputy: bool
    response: Response | None
    alarm_minutes: int | None
    organizer: str
    uid: str
    guest_id: int | None = None  # of whoever is invited to one item, or without a seat


def digest_of(
    held_on: date, ends_on: date, starts: time, ends: time, zone: str, place: str, link: str, body: str
) -> str:
    """Returns a digest of all that a calendar shows of a meeting."""
    shown = (held_on.isoformat(), ends_on.isoformat(), f"{starts:%H:%M}", f"{ends:%H:%M}", zone, place, link, body)
    return hashlib.sha256("\x1f".join(shown).encode()).hexdigest()


def digest_of_row(row: Any, body: str) -> str:
    return digest_of(row.held_on, row.ends_on, row.starts, row.ends, row.zone, row.place, row.link, body)


def digest_at(shown: str, email: str) -> str:
    """Returns a digest of what a calendar shows, and of the address at which it was told."""
    return hashlib.sha256(f"{shown}\x1f{fold_address(email)}".encode()).hexdigest()


def raise_sequence(meeting: Meeting) -> None:
    """Raise the number of what calendars are told of a meeting, where what they show has changed since they were."""
    if meeting.published_at is None:
        return
    digest = digest_of_row(meeting, meeting.body.name)
    if meeting.cancelled_at is not None:
        digest = f"cancelled:{digest}"
    if meeting.calendar_digest not in (None, digest):
        meeting.calendar_sequence += 1
    meeting.calendar_digest = digest


async def read_news(
    db: AsyncSession,
    meeting_id: int,
    person_id: int,
    email: str,
    at: datetime,
    *,
    may_invite: bool = True,
    is_organizer: Callable[[str], bool] = lambda _organizer: True,
) -> CalendarNews | None:
    """Returns what a person's calendar is to be told of a meeting; None where it knows, or the meeting is over.

    `email`: where it is told: what was told at another address is not known there. `may_invite` is False for whoever
    has no part in the body yet: they are only told that something is off. `is_organizer`: whether an address is still
    one from which this person is invited; what came from any other counts as not told. One statement.
    """
    rows = (await db.execute(ABOUT, {"meeting": meeting_id, "person": person_id})).all()
    if not rows:
        return None
    row = rows[0]
    zone = ZoneInfo(row.zone)
    starts_at = datetime.combine(row.held_on, row.starts, zone)
    ends_at = datetime.combine(row.ends_on, row.ends, zone)
    if ends_at.astimezone(UTC) <= at:
        return None
    is_expected = row.line_id is not None and row.published_at is not None and row.cancelled_at is None
    is_known = row.digest is not None and is_organizer(row.organizer)
    has_entry = is_known and row.withdrawn_at is None
    shown = digest_of_row(row, row.body)
    digest = digest_at(shown, email)
    if is_expected:
        # An entry of before the address was part of it is of whatever address theirs is.
        if not may_invite or (has_entry and row.digest in (digest, shown)):
            return None
    elif not has_entry:
        return None
    own = [line for line in rows if line.speaker_id == person_id]
    return CalendarNews(
        meeting_id=row.meeting_id,
        person_id=row.person_id,
        body=row.body,
        person=row.person,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=row.zone,
        place=row.place,
        link=row.link,
        # A calendar takes in only what has a higher number than it knows.
        sequence=max(row.calendar_sequence, -1 if row.sequence is None else row.sequence + 1),
        digest=digest,
        is_withdrawn=not is_expected,
        is_first=not is_known,
        is_deputy=not own,
        response=own[0].response if own else answer_of_deputy(rows),
        alarm_minutes=row.alarm_minutes,
        organizer=row.organizer if is_known else "",
        uid="" if row.digest is None else row.uid or f"meeting-{meeting_id}@lisbot",
    )


async def have_calendars(db: AsyncSession, about: Collection[tuple[int, int]]) -> set[tuple[int, int]]:
    """Returns in whose calendars meetings stand, of (meeting, person). At most one statement."""
    if not about:
        return set()
    ids = {"meetings": sorted({meeting for meeting, _ in about}), "people": sorted({person for _, person in about})}
    return {tuple(row) for row in await db.execute(STANDING, ids)} & set(about)


def answer_of_deputy(rows: Iterable[Any]) -> Response | None:
    come = (DeputyResponse.COMES, DeputyResponse.DIGITAL)
    return Response.COMES if any(row.deputy_response in come for row in rows) else None


async def record_told(db: AsyncSession, news: CalendarNews, organizer: str, at: datetime) -> None:
    """Write down that a person's calendar was told: the same is not told again."""
    entry = await db.scalar(
        select(CalendarEntry)
        .where(CalendarEntry.meeting_id == news.meeting_id, CalendarEntry.person_id == news.person_id)
        .with_for_update()
    )
    if entry is None:
        entry = CalendarEntry(meeting_id=news.meeting_id, person_id=news.person_id)
        db.add(entry)
    entry.sequence, entry.digest, entry.organizer, entry.told_at = news.sequence, news.digest, organizer, at
    entry.uid = news.uid
    entry.cancelled_at = at if news.is_withdrawn else None
