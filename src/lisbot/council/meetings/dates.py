"""The dates of meetings: what may be chosen, what is odd about a date, and the lead times that follow from it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from lisbot.council.core.calendar import holiday, is_real, moment, working_day_after, working_day_before
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Detail, Invalid
from lisbot.council.core.periods import in_force
from lisbot.council.enums import MinutesState, Standing
from lisbot.council.models import Body, Meeting, Person, Seat, Term
from lisbot.texts import Days, format_list, sort_key

DEFAULT_START, DEFAULT_END = time(9), time(15)
MAX_DAYS = 14  # of one meeting


@dataclass(frozen=True)
class PlannedDate:
    """One meeting to be planned. Hours are wall time: of the first day's start and the last day's end."""

    body: Body
    day: date
    starts: time
    ends: time
    place: str
    link: str
    ends_on: date

    @property
    def span(self) -> tuple[datetime, datetime]:
        return datetime.combine(self.day, self.starts), datetime.combine(self.ends_on, self.ends)

    @property
    def days(self) -> Days:
        return Days(self.day, self.ends_on)


async def last_times_values(act: Act, body: Body) -> dict[str, object]:
    """Returns the hours, the place and the link of a council's last meeting by date, to begin a new one's form with."""
    query = select(Meeting).where(Meeting.body_id == body.id, Meeting.cancelled_at.is_(None))
    last = await act.db.scalar(query.order_by(Meeting.held_on.desc(), Meeting.starts.desc()).limit(1))
    if last is None:
        starts, ends = body.hour_from or DEFAULT_START, body.hour_to or DEFAULT_END
        return {"starts": starts, "ends": max(starts, ends), "place": body.place or "", "link": body.link or ""}
    return {"starts": last.starts, "ends": last.ends, "place": last.place, "link": last.link}


def span_of(meeting: Meeting) -> tuple[datetime, datetime]:
    """Returns when a meeting begins and ends, in wall time."""
    return datetime.combine(meeting.held_on, meeting.starts), datetime.combine(meeting.ends_on, meeting.ends)


def overlap(a: tuple[datetime, datetime], b: tuple[datetime, datetime]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


def require_usable_date(act: Act, planned: PlannedDate, field: str, former: Meeting | None = None) -> None:
    """Raises Invalid, naming the field, for a date that is past or hours that are none.

    `former`: the meeting that is moved. When it begins may stay as it is, also on the day itself.
    """
    day, starts = planned.day, planned.starts
    if former is None or (day, starts) != (former.held_on, former.starts):
        if day.year < act.today.year:
            raise Invalid("past_year", field=field, year=day.year)
        if day < act.today:
            raise Invalid("past_date", field=field, day=day)
        if day == act.today and moment(day, starts, act.tz) <= act.at:
            raise Invalid("past_hour", field=field, day=day, hour=starts)
    require_real_span(act, planned)


def require_real_span(act: Act, planned: PlannedDate) -> None:
    """Raises Invalid, naming the field, for a meeting that ends before it begins, lasts too long, or hours that are
    skipped or doubled when the clocks change."""
    day, last, starts, ends = planned.day, planned.ends_on, planned.starts, planned.ends
    if last < day:
        raise Invalid("last_day_before_first", field="ends_on", day=day, last=last)
    if (last - day).days >= MAX_DAYS:
        raise Invalid("too_many_days", field="ends_on", limit=MAX_DAYS)
    if last == day and ends <= starts:
        raise Invalid("ends_before_start", field="ends", starts=starts, ends=ends)
    for name, on, hour in (("starts", day, starts), ("ends", last, ends)):
        if not is_real(on, hour, act.tz):
            raise Invalid("unreal_hour", field=name, day=on, hour=hour)


def new_meeting(act: Act, planned: PlannedDate) -> Meeting:
    meeting = Meeting(
        body_id=planned.body.id,
        body=planned.body,
        zone=act.tz.key,
        held_on=planned.day,
        ends_on=planned.ends_on,
        starts=planned.starts,
        ends=planned.ends,
        place=planned.place,
        link=planned.link,
        minutes_state=MinutesState.NONE,
    )
    set_lead_times(meeting, act.today)
    return meeting


def set_lead_times(meeting: Meeting, today: date) -> None:
    """Set when the call, the notice and the minutes are due: by the body's lead times in days, where these are
    set, on the last working day before; the minutes on the next one after.

    A meeting set up later than its lead times makes nobody late: a call that should have closed has no deadline
    until it is opened by hand, and what else should have been done is due today.
    """
    body, day = meeting.body, meeting.held_on

    def before(days: int | None) -> date | None:
        return None if days is None else working_day_before(day - timedelta(days=days))

    if meeting.call_opened_at is None:
        closes = before(body.deadline_days)
        if closes is not None and closes < today:
            closes = None
        opens = before(body.call_days)
        meeting.call_opens_on = min(opens, closes) if opens and closes else None
        meeting.call_closes_on = closes
    notice_on = before(body.notice_days)
    meeting.notice_on = None if notice_on is None else max(notice_on, today)
    set_minutes_day(meeting, today)


def set_minutes_day(meeting: Meeting, today: date) -> None:
    """Set when the minutes are due, counted from the meeting's last day."""
    days = meeting.body.minutes_days
    minutes_on = None if days is None else working_day_after(meeting.ends_on + timedelta(days=days))
    meeting.minutes_on = None if minutes_on is None else max(minutes_on, today)


def default_deadline(meeting: Meeting, today: date, last: Meeting | None = None) -> date:
    """Returns the deadline of a call that is opened by hand: the planned one; where there is none that is still to
    come, as long before the meeting as that of the `last` one, or else the last working day before it."""
    if meeting.call_closes_on is not None and meeting.call_closes_on >= today:
        return meeting.call_closes_on
    if last is not None and last.call_closes_on is not None:
        as_last_time = working_day_before(meeting.held_on - (last.held_on - last.call_closes_on))
        if today <= as_last_time <= meeting.ends_on:
            return as_last_time
    return min(max(working_day_before(meeting.held_on - timedelta(days=1)), today), meeting.ends_on)


async def clashing_meetings(act: Act, planned: PlannedDate, except_for: Collection[int] = ()) -> list[Meeting]:
    """Returns the body's other meetings that overlap with a date."""
    query = select(Meeting).where(
        Meeting.body_id == planned.body.id,
        Meeting.held_on <= planned.ends_on,
        Meeting.ends_on >= planned.day,
        Meeting.cancelled_at.is_(None),
        Meeting.id.not_in(except_for),
    )
    found = await act.db.scalars(query.order_by(Meeting.held_on, Meeting.starts))
    return [meeting for meeting in found if overlap(planned.span, span_of(meeting))]


def date_taken(planned: PlannedDate, other: tuple[datetime, datetime], field: str) -> Conflict:
    """Returns what is said of a date that overlaps with another of the same body."""
    return Conflict(
        "date_taken",
        field=field,
        body=planned.body.name,
        day=Days(other[0].date(), other[1].date()),
        starts=other[0].time(),
        ends=other[1].time(),
    )


async def oddities(act: Act, planned: PlannedDate, except_for: Collection[int] = ()) -> list[Detail]:
    """Returns what a secretary would want to know about a date: holiday, weekend, people or place taken."""
    found: list[Detail] = []
    for number in range((planned.ends_on - planned.day).days + 1):
        day = planned.day + timedelta(days=number)
        if name := holiday(day, act.by.lang):
            found.append(("holiday", {"day": day, "name": name}))
        elif day.weekday() >= 5:
            found.append(("weekend", {"day": day}))
    others = await act.db.scalars(
        select(Meeting)
        .where(
            Meeting.held_on <= planned.ends_on,
            Meeting.ends_on >= planned.day,
            Meeting.cancelled_at.is_(None),
            Meeting.id.not_in(except_for),
        )
        .options(joinedload(Meeting.body))
    )
    for other in others:
        if overlap(planned.span, span_of(other)):
            found += await clashes(act, planned, other.body, other.place)
    return found


async def clashes_among(act: Act, planned: PlannedDate, others: Sequence[PlannedDate]) -> list[Detail]:
    """Returns what clashes between a date and others of the same plan."""
    return [
        detail
        for other in others
        if overlap(planned.span, other.span)
        for detail in await clashes(act, planned, other.body, other.place)
    ]


async def clashes(act: Act, planned: PlannedDate, other: Body, place: str) -> list[Detail]:
    found: list[Detail] = []
    names = await names_in_both(act, planned.body.id, other.id, planned.day)
    if names:
        values = {"day": planned.day, "body": planned.body.name, "other": other.name}
        found.append(("people_twice", values | {"names": format_list(act.by.lang, names)}))
    if planned.place and planned.place.casefold() == place.casefold():
        found.append(("place_twice", {"day": planned.day, "place": planned.place, "other": other.name}))
    return found


async def names_in_both(act: Act, one: int, two: int, day: date) -> list[str]:
    """Returns the names of those who represent somebody in both bodies on a day, in the order of the language."""

    def seated(body_id: int) -> Any:
        term, seat = aliased(Term), aliased(Seat)
        return (
            select(term.person_id)
            .join(seat, seat.id == term.seat_id)
            .where(
                seat.body_id == body_id,
                seat.standing != Standing.COPY,
                term.rank == 0,
                in_force(term, day),
            )
            .scalar_subquery()
        )

    names = await act.db.scalars(select(Person.name).where(Person.id.in_(seated(one)), Person.id.in_(seated(two))))
    return sorted(names, key=sort_key(act.by.lang))
