"""A time zone as calendars take it in (RFC 5545, 3.6.5): by the rules of its changes, for good.

Outlook reads rules and no lists of dates. The rules stand at the end of each zone's file (RFC 8536, 3.3), in the form
of POSIX: `CET-1CEST,M3.5.0,M10.5.0/3`.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FIRST_YEAR = 1970  # from which on the rules are said to hold
DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")  # as POSIX counts them
NAME = r"(?:<[^>]+>|[A-Za-z]+)"
OFFSET = r"[+-]?\d+(?::\d+){0,2}"
RULES = re.compile(
    rf"(?P<name>{NAME})(?P<offset>{OFFSET})(?:(?P<summer>{NAME})(?P<summer_offset>{OFFSET})?,(?P<to>.*),(?P<back>.*))?"
)
CHANGE = re.compile(rf"M(?P<month>\d+)\.(?P<week>\d)\.(?P<day>\d)(?:/(?P<at>{OFFSET}))?")
HOUR = timedelta(hours=1)
DEFAULT_AT = 2 * HOUR


class Change(NamedTuple):
    """When clocks change: on a weekday (0 is Sunday) of a month's first to fourth or last (5) week, at an hour of the
    clock before."""

    month: int
    week: int
    day: int
    at: timedelta

    @property
    def rule(self) -> str:
        week = -1 if self.week == 5 else self.week
        return f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={week}{DAYS[self.day]}"

    def in_year(self, year: int) -> datetime:
        first = date(year, self.month, 1)
        days = [day for n in range(31) if (day := first + timedelta(n)).month == self.month]
        fitting = [day for day in days if day.isoweekday() % 7 == self.day]
        day = fitting[-1 if self.week == 5 else self.week - 1]
        return datetime(day.year, day.month, day.day) + self.at  # noqa: DTZ001


@cache
def time_zone_lines(key: str) -> tuple[str, ...]:
    """Returns the lines of a zone's VTIMEZONE. Raises ValueError for one whose rules are of another form."""
    found = RULES.fullmatch(read_rules(key))
    if found is None:
        raise ValueError(f"the rules of {key} are not read")
    names = found["name"].strip("<>"), (found["summer"] or "").strip("<>")
    winter = -read_offset(found["offset"])
    lines = ["BEGIN:VTIMEZONE", f"TZID:{key}"]
    if not found["summer"]:
        lines += observance("STANDARD", names[0], winter, winter, datetime(FIRST_YEAR, 1, 1))  # noqa: DTZ001
    else:
        summer = -read_offset(found["summer_offset"]) if found["summer_offset"] else winter + HOUR
        to, back = read_change(found["to"]), read_change(found["back"])
        lines += observance("STANDARD", names[0], summer, winter, back.in_year(FIRST_YEAR), back.rule)
        lines += observance("DAYLIGHT", names[1], winter, summer, to.in_year(FIRST_YEAR), to.rule)
    return (*lines, "END:VTIMEZONE")


def observance(
    kind: str, name: str, before: timedelta, after: timedelta, starts: datetime, rule: str = ""
) -> Iterator[str]:
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{starts:%Y%m%dT%H%M%S}"
    if rule:
        yield f"RRULE:{rule}"
    yield f"TZOFFSETFROM:{written_offset(before)}"
    yield f"TZOFFSETTO:{written_offset(after)}"
    yield f"TZNAME:{name}"
    yield f"END:{kind}"


def read_rules(key: str) -> str:
    """Returns a zone's rules as they stand at the end of its file."""
    parts = key.split("/")
    if not all(re.fullmatch(r"[\w+-]+", part) for part in parts):
        raise ValueError(f"{key} is no zone")
    content = files("tzdata").joinpath("zoneinfo", *parts).read_bytes()
    return content.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")


def read_change(given: str) -> Change:
    found = CHANGE.fullmatch(given)
    if found is None:
        raise ValueError(f"a change of clocks is not read: {given}")
    at = read_offset(found["at"]) if found["at"] else DEFAULT_AT
    return Change(int(found["month"]), int(found["week"]), int(found["day"]), at)


def read_offset(given: str) -> timedelta:
    hours, minutes, seconds = (*map(int, given.lstrip("+-").split(":")), 0, 0)[:3]
    length = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return -length if given.startswith("-") else length


def written_offset(offset: timedelta) -> str:
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}{abs(minutes) % 60:02d}"
