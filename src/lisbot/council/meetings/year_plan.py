"""The year plan: a calendar year's dates for one council."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from lisbot.council.core.context import Act
from lisbot.council.core.errors import Conflict, Invalid
from lisbot.council.core.fields import BodyId, CalendarYear, Day, Days, Hour, Line, Link, Prefill
from lisbot.council.core.views import AllowedAction
from lisbot.council.meetings.date_advice import advise
from lisbot.council.meetings.dates import (
    DEFAULT_END,
    DEFAULT_START,
    PlannedDate,
    clashes_among,
    clashing_meetings,
    date_taken,
    last_times_values,
    new_meeting,
    oddities,
    overlap,
    require_usable_date,
    span_of,
)
from lisbot.council.meetings.rows import AS_LINE, meeting_line
from lisbot.council.meetings.views import YearPlanView
from lisbot.council.models import Body, Meeting
from lisbot.council.register.bodies import body_ref, get_body_for

PLANNING = ("year_plan.set_dates", "meeting.enter_held")


async def show(act: Act, *, body_id: BodyId, year: CalendarYear | None = None) -> YearPlanView:
    """See a council's year: its dates, and how far each meeting has come. Returns YearPlanView."""
    body = await get_body_for(act, body_id)
    return await year_plan_view(act, body, year or act.today.year)


async def year_plan_view(act: Act, body: Body, year: int) -> YearPlanView:
    meetings = await act.db.scalars(
        select(Meeting)
        .where(Meeting.body_id == body.id, Meeting.held_on.between(date(year, 1, 1), date(year, 12, 31)))
        .options(*AS_LINE)
        .order_by(Meeting.held_on, Meeting.starts, Meeting.id)
        .execution_options(populate_existing=True)
    )
    may_plan = act.allows("year_plan.set_dates", body.id)
    return YearPlanView(
        body=body_ref(act, body),
        year=year,
        usual_count=body.meetings_per_year,
        meetings=tuple(meeting_line(act, meeting) for meeting in meetings),
        actions=tuple(AllowedAction(name, {"body_id": body.id}) for name in PLANNING) if may_plan else (),
    )


async def set_dates_prefill(act: Act, *, body_id: BodyId) -> Prefill:
    body = await get_body_for(act, body_id)
    return Prefill(about=body.name, values=await last_times_values(act, body))


async def set_dates(
    act: Act,
    *,
    body_id: BodyId,
    dates: Days,
    starts: Hour = DEFAULT_START,
    ends: Hour = DEFAULT_END,
    ends_on: Day | None = None,
    place: Line = "",
    link: Link = "",
) -> YearPlanView:
    """Set a calendar year's meeting dates for a council in one go, or one meeting of several days.

    Returns YearPlanView.
    """
    body = await get_body_for(act, body_id)
    years = {day.year for day in dates}
    if len(years) > 1:
        raise Invalid("one_year_at_a_time", field="dates")
    if ends_on is not None and len(dates) > 1:
        raise Invalid("last_day_of_one", field="ends_on")
    planned = [PlannedDate(body, day, starts, ends, place, link, ends_on or day) for day in sorted(dates)]
    await add_dates(act, planned, field="dates")
    act.concerns(f"body:{body.id}")
    return await year_plan_view(act, body, years.pop())


async def add_dates(act: Act, planned: Sequence[PlannedDate], field: str) -> None:
    """Add the dates, or none of them. Asks first where one is odd.

    Raises Invalid for a date that cannot be used, and Conflict with every one at which the body has another meeting.
    """
    for each in planned:
        require_usable_date(act, each, field)
    await require_free(act, planned, field)
    found = [
        (each, detail)
        for number, each in enumerate(planned)
        for detail in [*await oddities(act, each), *await clashes_among(act, each, planned[:number])]
    ]
    for key, values in advise(act.by.lang, found):
        act.ask_first(key, **values)
    act.db.add_all([new_meeting(act, each) for each in planned])
    await act.db.flush()


async def require_free(act: Act, planned: Sequence[PlannedDate], field: str) -> None:
    """Raises Conflict with every date at which the body has another meeting, planned before or among these."""
    found: list[Conflict] = []
    for number, each in enumerate(planned):
        found += [date_taken(each, span_of(other), field) for other in await clashing_meetings(act, each)]
        same_body = (other for other in planned[:number] if other.body.id == each.body.id)
        found += [date_taken(each, other.span, field) for other in same_body if overlap(each.span, other.span)]
    if len(found) > 1:
        raise Conflict("dates_taken", field=field, details=[(each.key, each.values) for each in found])
    if found:
        raise found[0]
