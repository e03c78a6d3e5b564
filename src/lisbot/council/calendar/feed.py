"""What a calendar that is subscribed to shows: the meetings its person may see today, and no agenda of any."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from lisbot.council.calendar.calendar_feeds import token_digest
from lisbot.council.core.access import GRANTS, P
from lisbot.council.core.context import Hold
from lisbot.council.enums import DeputyResponse
from lisbot.council.models import Attendance, Body, CalendarFeed, Meeting, Person, QuietTime, table
from lisbot.council.register.identity import holds_of

ATTENDANCE, BODY, FEED, MEETING, PERSON, QUIET = (
    table(each) for each in (Attendance, Body, CalendarFeed, Meeting, Person, QuietTime)
)
LOOKED_BACK = timedelta(days=180)
MAX_EVENTS = 500
COME_AS_DEPUTY = (DeputyResponse.ASKED, DeputyResponse.COMES, DeputyResponse.DIGITAL)
OWN_FEED = (
    select(FEED.c.person_id, FEED.c.body_id, FEED.c.revoked_at, PERSON.c.lang, BODY.c.name, QUIET.c.alarm_minutes)
    .select_from(FEED)
    .join(PERSON, PERSON.c.id == FEED.c.person_id)
    .outerjoin(BODY, BODY.c.id == FEED.c.body_id)
    .outerjoin(QUIET, QUIET.c.person_id == PERSON.c.id)
    .where(FEED.c.digest == bindparam("digest"))
)
MEETINGS = (
    select(
        *(MEETING.c[name] for name in ("id", "held_on", "ends_on", "starts", "ends", "zone", "place", "link")),
        MEETING.c.published_at,
        MEETING.c.cancelled_at,
        MEETING.c.calendar_sequence,
        BODY.c.name.label("body"),
    )
    .join_from(MEETING, BODY, BODY.c.id == MEETING.c.body_id)
    .where(MEETING.c.ends_on >= bindparam("since", type_=MEETING.c.ends_on.type))
    .order_by(MEETING.c.held_on, MEETING.c.starts, MEETING.c.id)
    .limit(MAX_EVENTS)
)


@dataclass(frozen=True, slots=True)
class FeedMeeting:
    """One meeting in a calendar. `told_at`: when it was last told, if it was."""

    id: int
    body: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    place: str
    link: str
    sequence: int
    is_cancelled: bool
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar that is subscribed to. `body`: whose it is; "": of one person's own meetings."""

    lang: str | None
    body: str
    meetings: Sequence[FeedMeeting]
    alarm_minutes: int | None
    is_revoked: bool = False


async def read_feed(db: AsyncSession, token: str, at: datetime, tz: ZoneInfo) -> Feed | None:
    """Returns what an address shows now; None for one that there is none of. Rights are asked each time."""
    row = (await db.execute(OWN_FEED, {"digest": token_digest(token)})).one_or_none()
    if row is None:
        return None
    today = at.astimezone(tz).date()
    holds = (await holds_of(db, [row.person_id], today)).get(row.person_id, [])
    bodies = sorted({hold.body_id for hold in holds if sees_meetings(hold)})
    if row.revoked_at is not None or (row.body_id is not None and row.body_id not in bodies):
        return Feed(row.lang, row.name or "", (), None, is_revoked=True)
    if row.body_id is not None:
        theirs: Any = MEETING.c.body_id == row.body_id
    else:
        theirs = and_(MEETING.c.published_at.is_not(None), MEETING.c.body_id.in_(bodies), is_expected(row.person_id))
    found = await db.execute(MEETINGS.where(theirs), {"since": today - LOOKED_BACK})
    return Feed(row.lang, row.name or "", [feed_meeting(each) for each in found], row.alarm_minutes)


def sees_meetings(hold: Hold) -> bool:
    return P.VIEW in GRANTS[hold.role]


def is_expected(person_id: int) -> Any:
    """Returns whether somebody speaks for a seat at a meeting, or is to come as a deputy."""
    as_deputy = and_(ATTENDANCE.c.deputy_id == person_id, ATTENDANCE.c.deputy_response.in_(COME_AS_DEPUTY))
    lines = select(ATTENDANCE.c.meeting_id).where(or_(ATTENDANCE.c.person_id == person_id, as_deputy))
    return MEETING.c.id.in_(lines)


def feed_meeting(row: Any) -> FeedMeeting:
    zone = ZoneInfo(row.zone)
    told = [each for each in (row.published_at, row.cancelled_at) if each is not None]
    return FeedMeeting(
        id=row.id,
        body=row.body,
        starts_at=datetime.combine(row.held_on, row.starts, zone),
        ends_at=datetime.combine(row.ends_on, row.ends, zone),
        zone=row.zone,
        place=row.place,
        link=row.link,
        sequence=row.calendar_sequence,
        is_cancelled=row.cancelled_at is not None,
        told_at=max(told).astimezone(UTC) if told else None,
    )
