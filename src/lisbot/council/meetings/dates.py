"""The dates of meetings: what may be chosen, what is odd about a date, and the lead times that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased, joinedload

from lisbot.council.core.calendar import holiday, hours_overlap, is_real
from lisbot.council.core.context import Act
from lisbot.council.core.errors import Detail, Invalid
from lisbot.council.core.periods import in_force
from lisbot.council.enums import Standing
from lisbot.council.models import Body, Meeting, Person, Seat, Term
from lisbot.texts import format_list, sort_key

DEFAULT_START, DEFAULT_END = time(9), time(15)


@dataclass(frozen=True)
class PlannedDate:
    """One date to be planned. Hours are wall time."""

    body: Body
    day: date
    starts: time
    ends: time
    place: str
    link: str


def require_usable_date(act: Act, day: date, starts: time, ends: time, field: str) -> None:
    """Raises Invalid, naming the field, for a date that is past or hours that are none."""
    if day.year < act.today.year:
        raise Invalid("past_year", field=field, year=day.year)
    if day <= act.today:
        raise Invalid("past_date", field=field, day=day)
    if ends <= starts:
        raise Invalid("ends_before_start", field="ends", starts=starts, ends=ends)
    for name, hour in (("starts", starts), ("ends", ends)):
        if not is_real(day, hour, act.tz):
            raise Invalid("unreal_hour", field=name, day=day, hour=hour)


def set_lead_times(meeting: Meeting) -> None:
    """Set when the call, the notice and the minutes are due: by the body's lead times in days, where these are
    set. A call that is opened keeps its own."""
    body, day = meeting.body, meeting.held_on

    def before(days: int | None) -> date | None:
        return None if days is None else day - timedelta(days=days)

    if meeting.call_opened_at is None:
        meeting.call_opens_on = before(body.call_days) if body.deadline_days is not None else None
        meeting.call_closes_on = before(body.deadline_days)
    meeting.notice_on = before(body.notice_days)
    meeting.minutes_on = None if body.minutes_days is None else day + timedelta(days=body.minutes_days)


async def is_taken(act: Act, body_id: int, day: date, except_for: int | None = None) -> bool:
    """Returns whether the body has another meeting that day."""
    query = select(Meeting.id).where(
        Meeting.body_id == body_id,
        Meeting.held_on == day,
        Meeting.cancelled_at.is_(None),
        Meeting.id != (except_for or 0),
    )
    return await act.db.scalar(query) is not None


async def oddities(act: Act, planned: PlannedDate, except_for: int | None = None) -> list[Detail]:
    """Returns what a secretary would want to know about a date: holiday, weekend, people or place taken."""
    found: list[Detail] = []
    if name := holiday(planned.day, act.by.lang):
        found.append(("holiday", {"day": planned.day, "name": name}))
    elif planned.day.weekday() >= 5:
        found.append(("weekend", {"day": planned.day}))
    others = await act.db.scalars(
        select(Meeting)
        .where(Meeting.held_on == planned.day, Meeting.cancelled_at.is_(None), Meeting.id != (except_for or 0))
        .options(joinedload(Meeting.body))
    )
    for other in others:
        if hours_overlap((planned.starts, planned.ends), (other.starts, other.ends)):
            found += await clashes(act, planned, other.body, other.place)
    return found


async def clashes_among(act: Act, planned: PlannedDate, others: Sequence[PlannedDate]) -> list[Detail]:
    """Returns what clashes between a date and others of the same plan."""
    return [
        detail
        for other in others
        if other.day == planned.day and hours_overlap((planned.starts, planned.ends), (other.starts, other.ends))
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
