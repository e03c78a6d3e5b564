"""The days inside a consultation, computed back from the day its asker wants the reply."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from lisbot.council.core.calendar import working_day_before
from lisbot.council.core.errors import Invalid

# How many days before the reply is due each step ends, where there is time for it; where there is less, all are
# shortened alike.
LEADS: Mapping[str, int] = {
    "ask_by": 40,
    "statements_by": 26,
    "draft_by": 19,
    "comments_by": 9,
    "adopt_by": 5,
    "send_by": 1,
}
USUAL = 42  # days from arrival to reply
STEPS = tuple(LEADS)


def plan_days(today: date, answer_by: date) -> dict[str, date]:
    """Returns the day of each step: a working day before the reply is due, in their order, and none before today."""
    available = min((answer_by - today).days, USUAL)
    days: dict[str, date] = {}
    before = today
    for step, lead in LEADS.items():
        day = working_day_before(answer_by - timedelta(days=round(lead * available / USUAL)))
        before = days[step] = max(day, before)
    return days


def require_order(days: Mapping[str, date], answer_by: date) -> None:
    """Raises Invalid, naming the field, for a step that ends before the one it follows, or after the reply is due."""
    for (_, first), (step, second) in pairwise(days.items()):
        if second < first:
            raise Invalid("consultation_days_order", field=step, day=first)
    last = STEPS[-1]
    if days[last] > answer_by:
        raise Invalid("consultation_day_too_late", field=last, day=answer_by)


def days_of(consultation: Any) -> dict[str, date]:
    """Returns the day of each step of a consultation."""
    return {step: getattr(consultation, step) for step in STEPS}


def set_days(consultation: Any, days: Mapping[str, date]) -> None:
    for step, day in days.items():
        setattr(consultation, step, day)


def moved_days(consultation: Any, given: Mapping[str, date | None], today: date, answer_by: date) -> dict[str, date]:
    """Returns the days after a change: what was given, and where the reply is due on another day whatever was not
    changed by hand computed anew."""
    former = days_of(consultation)
    if answer_by == consultation.answer_by:
        return {step: given[step] or former[step] for step in STEPS}
    planned = plan_days(today, answer_by)
    chosen: dict[str, date] = {}
    before = today
    for step, day in changes(former, given):
        before = chosen[step] = day or max(planned[step], before)
    after = answer_by
    for step, day in reversed(list(changes(former, given))):  # what was set by hand holds back those before it
        after = chosen[step] = day or min(chosen[step], after)
    return chosen


def changes(former: Mapping[str, date], given: Mapping[str, date | None]) -> Iterator[tuple[str, date | None]]:
    """Yields each step with the day it was changed to by hand, or None."""
    for step in STEPS:
        yield step, given[step] if given[step] != former[step] else None
