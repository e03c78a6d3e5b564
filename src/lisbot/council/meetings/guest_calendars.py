"""When a guest is to be there, and what their calendar was last told of it (RFC 5546): an event of its own, for the
hours of their item."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from lisbot.council.meetings.invited import CalendarNews, digest_at, digest_of
from lisbot.council.meetings.published import WITH_AGENDA, item_facts, published_items
from lisbot.council.models import AgendaItem, Guest, Meeting, Person

GUEST = re.compile(r"guest:([0-9]{1,9})")


def guest_of(subject: str | None) -> int | None:
    """Returns the id of the guest that something is about: of "guest:7"."""
    found = GUEST.fullmatch(subject or "")
    return int(found.group(1)) if found else None


def guest_hours(meeting: Meeting, item_id: int | None) -> tuple[datetime, datetime]:
    """Returns from when to when a guest is expected, in wall time: the hours of their item where the agenda says them,
    as it was last told or else as it stands; the whole meeting where it does not."""
    starts = datetime.combine(meeting.held_on, meeting.starts)
    ends = datetime.combine(meeting.ends_on, meeting.ends)
    if item_id is None:
        return starts, ends
    items = published_items(meeting) if meeting.published else [item_facts(item) for item in meeting.items]
    due = starts
    for facts in items:
        minutes = facts["duration_minutes"]
        if facts["id"] == item_id:
            until = due + timedelta(minutes=minutes) if minutes else ends
            return due, min(until, ends) if due < ends else until
        if not minutes:
            break
        due += timedelta(minutes=minutes + (facts["break_minutes"] or 0))
    return starts, ends


def item_of(guest: Guest, meeting: Meeting) -> AgendaItem | None:
    """Returns the item that a guest is invited to; None for the whole meeting."""
    return next((each for each in meeting.items if each.id == guest.item_id), None)


def is_withheld_from(guest: Guest, meeting: Meeting) -> bool:
    """Returns whether a guest's item has become confidential without anybody having said that they read it."""
    item = item_of(guest, meeting)
    return item is not None and item.confidential and not guest.sees_confidential


def guest_title(guest: Guest, meeting: Meeting) -> str:
    """Returns what a guest is invited to, for their calendar."""
    item = item_of(guest, meeting)
    is_named = item is not None and not is_withheld_from(guest, meeting)
    return f"{meeting.body.name}: {item.title}" if item is not None and is_named else meeting.body.name


def guest_digest(guest: Guest, meeting: Meeting) -> str:
    """Returns a digest of all that a guest's calendar shows."""
    starts, ends = guest_hours(meeting, guest.item_id)
    days, hours = (starts.date(), ends.date()), (starts.time(), ends.time())
    return digest_of(*days, *hours, meeting.zone, meeting.place, meeting.link, guest_title(guest, meeting))


async def read_guest_news(
    db: AsyncSession,
    guest_id: int,
    person_id: int,
    email: str,
    at: datetime,
    *,
    is_organizer: Callable[[str], bool] = lambda _organizer: True,
) -> CalendarNews | None:
    """Returns what a guest's calendar is to be told; None where it knows, or what they come to is over."""
    guest = await db.get(Guest, guest_id)
    if guest is None or guest.person_id != person_id or guest.invited_at is None:
        return None
    options = [joinedload(Meeting.body), *WITH_AGENDA]
    meeting = await db.get_one(Meeting, guest.meeting_id, options=options)
    person = await db.get_one(Person, person_id)
    starts, ends = (each.replace(tzinfo=ZoneInfo(meeting.zone)) for each in guest_hours(meeting, guest.item_id))
    if ends.astimezone(UTC) <= at:
        return None
    is_expected = guest.withdrawn_at is None and meeting.cancelled_at is None
    is_known = guest.calendar_digest is not None and is_organizer(guest.calendar_organizer or "")
    has_entry = is_known and guest.calendar_cancelled_at is None
    digest = digest_at(guest_digest(guest, meeting), email)
    if (is_expected and has_entry and guest.calendar_digest == digest) or (not is_expected and not has_entry):
        return None
    return CalendarNews(
        meeting_id=meeting.id,
        guest_id=guest.id,
        person_id=person_id,
        body=guest_title(guest, meeting),
        person=person.name,
        starts_at=starts,
        ends_at=ends,
        zone=meeting.zone,
        place=meeting.place,
        link=meeting.link,
        sequence=0 if guest.calendar_sequence is None else guest.calendar_sequence + 1,
        digest=digest,
        is_withdrawn=not is_expected,
        is_first=not is_known,
        is_deputy=False,
        response=guest.response,
        alarm_minutes=None,
        organizer=(guest.calendar_organizer or "") if is_known else "",
        uid=guest.calendar_uid or "",
    )


async def record_guest_told(db: AsyncSession, news: CalendarNews, organizer: str, at: datetime) -> None:
    """Write down that a guest's calendar was told: the same is not told again."""
    guest = await db.scalar(select(Guest).where(Guest.id == news.guest_id).with_for_update())
    if guest is None:
        return
    guest.calendar_sequence, guest.calendar_digest = news.sequence, news.digest
    guest.calendar_organizer, guest.calendar_uid = organizer, news.uid
    guest.calendar_cancelled_at = at if news.is_withdrawn else None
