"""The year plan: a calendar year's dates, and each meeting's place in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, null, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload, selectinload

from lisbot.council import rules
from lisbot.council.access import (
    AGENDA,
    ATTENDANCE,
    body_for,
    meeting_for,
    with_seats,
)
from lisbot.council.act import Act
from lisbot.council.bodies import people_in, refuse_the_word
from lisbot.council.errors import Conflict, Detail, Invalid, NeedsConfirming
from lisbot.council.kinds import MinutesState, Standing
from lisbot.council.models import Body, Meeting, Person, Seat, Term, Vote
from lisbot.council.notices import changed, tell
from lisbot.council.typed import CalendarYear, Day, Days, Form, Hour, Id, Line, Link

NINE, THREE = time(9), time(15)


@dataclass(frozen=True)
class Year:
    """A body's meetings in one calendar year."""

    body: Body
    year: int
    meetings: list[Meeting]


@dataclass(frozen=True)
class Date:
    """One date to be planned."""

    body: Body
    day: date
    starts: time
    ends: time
    place: str
    link: str


async def plan_form(act: Act, *, body_id: Id) -> Form:
    body = await body_for(act, body_id)
    return Form(about=body.name, values={"starts": NINE, "ends": THREE})


async def plan(
    act: Act,
    *,
    body_id: Id,
    dates: Days,
    starts: Hour = NINE,
    ends: Hour = THREE,
    place: Line = "",
    link: Link = "",
    confirm: bool = False,
) -> Year:
    """Set a calendar year's meeting dates for a council in one go."""
    body = await body_for(act, body_id)
    years = {day.year for day in dates}
    if len(years) > 1:
        raise Invalid("one_year_at_a_time", field="dates")
    planned = [Date(body, day, starts, ends, place, link) for day in sorted(dates)]
    await add(act, planned, confirm, field="dates")
    return await year_of(act, body, years.pop())


async def add(act: Act, planned: Sequence[Date], confirm: bool, field: str) -> None:
    """Add the dates, or none of them. What is odd is warned about once, and saved when confirmed."""
    taken: set[tuple[int, date]] = set()
    for d in planned:
        check_date(act, d.day, d.starts, d.ends, field)
        if (d.body.id, d.day) in taken or await is_taken(act, d.body.id, d.day):
            raise Conflict("date_taken", field=field, day=d.day, body=d.body.name)
        taken.add((d.body.id, d.day))
    warnings: list[Detail] = []
    for number, d in enumerate(planned):
        warnings += await oddities(act, d)
        warnings += await clashes_among(act, d, planned[:number])
    if warnings and not confirm:
        raise NeedsConfirming(warnings)
    for d in planned:
        meeting = Meeting(
            body_id=d.body.id,
            body=d.body,
            zone=act.tz.key,
            held_on=d.day,
            starts=d.starts,
            ends=d.ends,
            place=d.place,
            link=d.link,
            minutes=MinutesState.NONE,
        )
        set_lead_times(meeting)
        act.db.add(meeting)
    await act.db.flush()


def check_date(act: Act, day: date, starts: time, ends: time, field: str) -> None:
    if day.year < act.today.year:
        raise Invalid("past_year", field=field, year=day.year)
    if day <= act.today:
        raise Invalid("past_date", field=field, day=day)
    if ends <= starts:
        raise Invalid("ends_before_start", field="ends", starts=starts, ends=ends)
    for name, hour in (("starts", starts), ("ends", ends)):
        if not rules.is_real(day, hour, act.tz):
            raise Invalid("unreal_hour", field=name, day=day, hour=hour)


def set_lead_times(meeting: Meeting) -> None:
    """The call, the notice and the minutes follow from the body's lead times, where these are set."""
    body, day = meeting.body, meeting.held_on

    def before(days: int | None) -> date | None:
        return None if days is None else day - timedelta(days=days)

    if meeting.call_opened_at is None:
        meeting.call_opens_on = before(body.call_days) if body.deadline_days is not None else None
        meeting.call_closes_on = before(body.deadline_days)
    meeting.notice_on = before(body.notice_days)
    meeting.minutes_on = None if body.minutes_days is None else day + timedelta(days=body.minutes_days)


async def is_taken(act: Act, body_id: int, day: date, but: int | None = None) -> bool:
    query = select(Meeting.id).where(
        Meeting.body_id == body_id,
        Meeting.held_on == day,
        Meeting.cancelled_at.is_(None),
        Meeting.id != (but or 0),
    )
    return await act.db.scalar(query) is not None


async def oddities(act: Act, d: Date, but: int | None = None) -> list[Detail]:
    """What a secretary would want to know about a date: holiday, weekend, people or place taken."""
    found: list[Detail] = []
    if name := rules.holiday(d.day, act.by.lang):
        found.append(("holiday", {"day": d.day, "name": name}))
    elif d.day.weekday() >= 5:
        found.append(("weekend", {"day": d.day}))
    others = await act.db.scalars(
        select(Meeting)
        .where(Meeting.held_on == d.day, Meeting.cancelled_at.is_(None), Meeting.id != (but or 0))
        .options(joinedload(Meeting.body))
    )
    for other in others:
        if rules.overlaps((d.starts, d.ends), (other.starts, other.ends)):
            found += await clash(act, d, other.body, other.place)
    return found


async def clashes_among(act: Act, d: Date, others: Sequence[Date]) -> list[Detail]:
    return [
        detail
        for other in others
        if other.day == d.day and rules.overlaps((d.starts, d.ends), (other.starts, other.ends))
        for detail in await clash(act, d, other.body, other.place)
    ]


async def clash(act: Act, d: Date, other: Body, place: str) -> list[Detail]:
    found: list[Detail] = []
    names = await in_both(act, d.body.id, other.id, d.day)
    if names:
        found.append(
            (
                "people_twice",
                {"day": d.day, "body": d.body.name, "other": other.name, "names": ", ".join(names)},
            )
        )
    if d.place and d.place.casefold() == place.casefold():
        found.append(("place_twice", {"day": d.day, "place": d.place, "other": other.name}))
    return found


async def in_both(act: Act, one: int, two: int, day: date) -> list[str]:
    """The names of those who hold seats in both bodies on a day."""

    def seated(body_id: int) -> Any:
        term, seat = aliased(Term), aliased(Seat)
        return (
            select(term.person_id)
            .join(seat, seat.id == term.seat_id)
            .where(
                seat.body_id == body_id,
                seat.standing != Standing.COPY,
                term.rank == 0,
                and_(term.from_on <= day, or_(term.to_on.is_(None), term.to_on >= day)),
            )
            .scalar_subquery()
        )

    names = await act.db.scalars(
        select(Person.name)
        .where(Person.id.in_(seated(one)), Person.id.in_(seated(two)))
        .order_by(Person.name)
    )
    return list(names)


async def show_year(act: Act, *, body_id: Id, year: CalendarYear | None = None) -> Year:
    """See a council's year: its dates, and how far each meeting has come."""
    body = await body_for(act, body_id)
    return await year_of(act, body, year or act.today.year)


async def year_of(act: Act, body: Body, year: int) -> Year:
    meetings = await act.db.scalars(
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.held_on.between(date(year, 1, 1), date(year, 12, 31)))
        .options(joinedload(Meeting.body))
        .order_by(Meeting.held_on, Meeting.id)
        .execution_options(populate_existing=True)
    )
    return Year(body, year, list(meetings))


async def next_start(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """The moment the next meeting begins."""
    return await soonest(db, at, tz, Meeting.held_on, Meeting.starts)


async def next_notice(db: AsyncSession, at: datetime, tz: ZoneInfo) -> datetime | None:
    """The start of the next day a notice should be sent."""
    return await soonest(db, at, tz, Meeting.notice_on, None, Meeting.published_at.is_(None))


async def soonest(
    db: AsyncSession, at: datetime, tz: ZoneInfo, day: Any, hour: Any, *where: ColumnElement[bool]
) -> datetime | None:
    today = at.astimezone(tz).date()
    rows = await db.execute(
        select(day, hour if hour is not None else null())
        .where(day >= today, Meeting.cancelled_at.is_(None), *where)
        .order_by(day)
        .limit(20)
    )
    moments = (rules.moment(on, starts or time(8), tz) for on, starts in rows)
    return min((moment for moment in moments if moment > at), default=None)


@dataclass(frozen=True)
class MeetingView:
    """A meeting with its agenda, answers and votes."""

    meeting: Meeting
    votes: list[Vote]


async def show(act: Act, *, meeting_id: Id) -> MeetingView:
    """See a meeting: when and where, the agenda, the answers and the votes."""
    return await view(act, meeting_id)


async def view(act: Act, meeting_id: int) -> MeetingView:
    meeting = await meeting_for(act, meeting_id, *AGENDA, *ATTENDANCE)
    items = [item.id for item in meeting.items]
    votes = (
        await act.db.scalars(
            select(Vote)
            .where(Vote.item_id.in_(items))
            .options(selectinload(Vote.roll), joinedload(Vote.item))
            .order_by(Vote.id)
        )
        if items
        else ()
    )
    return MeetingView(meeting, list(votes))


async def move_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await meeting_for(act, meeting_id)
    return Form(
        about=meeting.body.name,
        values={
            "day": meeting.held_on,
            "starts": meeting.starts,
            "ends": meeting.ends,
            "place": meeting.place,
            "link": meeting.link,
        },
    )


async def move(
    act: Act,
    *,
    meeting_id: Id,
    day: Day,
    starts: Hour | None = None,
    ends: Hour | None = None,
    place: Line | None = None,
    link: Link | None = None,
    confirm: bool = False,
) -> MeetingView:
    """Move a meeting to another date, hour or place, and tell those who knew of it. What is not given
    stays as it was."""
    meeting = await coming(act, meeting_id)
    starts, ends = starts or meeting.starts, ends or meeting.ends
    place = meeting.place if place is None else place
    link = meeting.link if link is None else link
    check_date(act, day, starts, ends, "day")
    if await is_taken(act, meeting.body_id, day, but=meeting.id):
        raise Conflict("date_taken", field="day", day=day, body=meeting.body.name)
    warnings = await oddities(act, Date(meeting.body, day, starts, ends, place, link), but=meeting.id)
    if warnings and not confirm:
        raise NeedsConfirming(warnings)
    before = meeting.held_on
    meeting.held_on, meeting.starts, meeting.ends = day, starts, ends
    meeting.place, meeting.link = place, link
    set_lead_times(meeting)
    await act.db.flush()
    if meeting.call_opened_at or meeting.published_at:
        await tell_all(
            act, meeting, "meeting_moved", readers=True, from_on=before, to_on=day, hour=f"{starts:%H:%M}"
        )
    if meeting.published is not None:
        # Told by this, and not once more with the agenda.
        meeting.published = {**meeting.published, **when_and_where(meeting)}
    await act.db.flush()
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting.id)


def when_and_where(meeting: Meeting) -> dict[str, str]:
    """When and where a meeting is, as people are told it."""
    return {
        "held_on": meeting.held_on.isoformat(),
        "starts": meeting.starts.isoformat(),
        "ends": meeting.ends.isoformat(),
        "place": meeting.place,
        "link": meeting.link,
    }


async def cancel_form(act: Act, *, meeting_id: Id) -> Form:
    meeting = await meeting_for(act, meeting_id)
    return Form(about=f"{meeting.body.name}, {meeting.held_on:%d.%m.%Y}")


async def cancel(act: Act, *, meeting_id: Id, reason: Line) -> MeetingView:
    """Cancel a meeting, with the reason, and tell those who knew of it. What was proposed for it is kept."""
    meeting = await coming(act, meeting_id)
    refuse_the_word(meeting.body, reason=reason)
    meeting.cancelled_at, meeting.cancel_reason = act.at, reason
    await act.db.flush()
    if meeting.call_opened_at or meeting.published_at:
        await tell_all(act, meeting, "meeting_cancelled", readers=True, day_on=meeting.held_on, reason=reason)
    changed(act, f"meeting:{meeting.id}")
    return await view(act, meeting.id)


async def coming(act: Act, meeting_id: int) -> Meeting:
    """A meeting that is still to be held. Raises Conflict when it is over or cancelled."""
    meeting = await meeting_for(act, meeting_id)
    refuse_cancelled(meeting)
    refuse_locked(meeting)
    if meeting.ends_at <= act.at:
        raise Conflict("meeting_over", day=meeting.held_on)
    return meeting


def refuse_cancelled(meeting: Meeting) -> None:
    if meeting.cancelled_at is not None:
        raise Conflict("meeting_cancelled", day=meeting.held_on)


def refuse_locked(meeting: Meeting) -> None:
    if meeting.is_locked:
        raise Conflict("minutes_locked", day=meeting.held_on)


async def tell_all(
    act: Act, meeting: Meeting, kind: str, shows: str = "meeting.show", *, readers: bool = False, **facts: Any
) -> None:
    """Tell everybody with a seat at the meeting, and the body's rooms; and those who were sent its agenda,
    where it concerns them."""
    body = await with_seats(act, meeting.body_id)
    seated = people_in(body, meeting.held_on)
    about: dict[str, Any] = {"args": {"meeting_id": meeting.id}, "body": body.name, **facts}
    await tell(act, kind, people=seated, rooms_of=body.id, shows=shows, **about)
    if readers and meeting.published_at is not None:
        copies = people_in(body, meeting.held_on, (Standing.COPY,)) - seated
        await tell(act, kind, people=copies, shows="agenda.show", **about)
