"""What is odd about the dates of a whole year's plan: counted by kind first, then day by day, each day once for all the
councils it concerns. Advice, and no errors: the dates may be as they are."""

from collections.abc import Iterable, Sequence
from typing import Any

from lisbot.council.core.errors import Detail
from lisbot.council.meetings.dates import PlannedDate
from lisbot.texts import format_list, sort_key, text

FEW = 3  # oddities that are told one by one
MOST_DAYS = 20  # of one kind that are told; of the rest how many
KINDS = ("holiday", "weekend", "people_twice", "place_twice")
GROUPED = {
    "holiday": "days_holiday",
    "weekend": "days_weekend",
    "people_twice": "days_people",
    "place_twice": "days_place",
}
Odd = tuple[PlannedDate, Detail]


def advise(lang: str, found: Sequence[Odd]) -> list[Detail]:
    """Returns what is to be said of dates that are odd: of a few each; of many how many of each kind, then by day."""
    if len(found) <= FEW:
        return [detail for _, detail in found]
    groups = {kind: group_by_day(lang, kind, found) for kind in KINDS}
    counts = [text(lang, f"odd_days.{kind}", count=len(days)) for kind, days in groups.items() if days]
    details: list[Detail] = [("days_counted", {"counts": format_list(lang, counts)})]
    for kind, days in groups.items():
        details += [(GROUPED[kind], values) for values in days[:MOST_DAYS]]
        if len(days) > MOST_DAYS:
            details.append(("days_more", {"count": len(days) - MOST_DAYS}))
    return details


def group_by_day(lang: str, kind: str, found: Iterable[Odd]) -> list[dict[str, Any]]:
    """Returns one kind of oddity, by its day and what it is about, each with the councils it concerns."""
    bodies: dict[tuple[Any, str], set[str]] = {}
    for planned, (key, values) in found:
        if key == kind:
            about = str(values.get("name") or values.get("names") or values.get("place") or "")
            concerned = bodies.setdefault((values["day"], about), set())
            concerned.update({planned.body.name, str(values.get("other", planned.body.name))})
    collate = sort_key(lang)
    return [
        {"day": day, "about": about, "bodies": format_list(lang, sorted(concerned, key=collate))}
        for (day, about), concerned in sorted(bodies.items(), key=lambda each: each[0])
    ]
