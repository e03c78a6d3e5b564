"""The days inside a consultation, computed back from the day its asker wants the reply."""

from collections.abc import Mapping
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


def moved_days(
    consultation: Any, given: Mapping[str, date | None], today: date, answer_by: date, step: str
) -> dict[str, date]:
    """Returns the days after a change: what was given, and where the reply is due on another day whatever was not
    changed by hand computed anew, from the step on that it waits for."""
    former = days_of(consultation)
    if answer_by == consultation.answer_by:
        return {name: given[name] or former[name] for name in STEPS}
    by_hand = {name: day for name in STEPS if (day := given[name]) is not None and day != former[name]}
    done = STEPS[: STEPS.index(step)]
    planned = plan_days(today, answer_by)
    days: dict[str, date] = {}
    before = today
    for name in STEPS:
        if name in done:
            days[name] = by_hand.get(name, former[name])
        else:
            before = days[name] = by_hand.get(name, max(planned[name], before))
    after = answer_by
    for name in reversed(STEPS):  # what was set by hand holds back those before it
        after = days[name] = by_hand.get(name, min(days[name], after))
    return days
