"""Hours as people write them in the three languages: «kl. 9.30», «13–15», «halv to», "2 pm".

What may be morning or afternoon is not guessed at: it is refused with both.
"""

import re
from collections.abc import Iterator
from datetime import time
from typing import Any

from pydantic_core import PydanticCustomError

from lisbot.council.core.written_dates import COUNT_WORDS, MAX_GIVEN

HALF_A_DAY, MORNING = 12 * 60, 7 * 60  # in minutes; from seven to noon nobody means the evening
BEFORE_HOUR = r"(?:(?:kl\.?|klokka|klokken|at)\s?)?"
AN_HOUR = (
    BEFORE_HOUR
    + r"(?P<hour{0}>\d{{1,2}})(?:[:.,h](?P<minute{0}>\d{{2}})(?:[:.]00)?|(?P<joined{0}>\d{{2}})|h)?"
    + r"(?:\s?(?P<half{0}>[ap])\.?m\.?)?(?:\s?o['’]clock)?"
)
HOUR = re.compile(AN_HOUR.format(""))
HOURS = re.compile(
    r"(?:(?:fra|frå|from|mellom|between)\s)?"
    + rf"(?P<first>{AN_HOUR.format('_1')})\s?(?:-|–|—|\b(?:til|to|og|and)\b)\s?(?P<last>{AN_HOUR.format('_2')})"
)
# «halv to» is half an hour before two, "half past one" half an hour after one.
MINUTES_FROM = {
    "halv": -30,
    "half past": 30,
    **dict.fromkeys(("kvart over", "kvarter over", "quarter past", "a quarter past"), 15),
    **dict.fromkeys(("kvart på", "kvarter på", "quarter to", "a quarter to"), -15),
}
SPOKEN = re.compile(
    BEFORE_HOUR + rf"(?P<from>{'|'.join(sorted(MINUTES_FROM, key=len, reverse=True))})\s(?P<hour>\d{{1,2}}|[^\W\d]+)"
)
NOON = ("noon", "midday", "12 noon")


def read_hour(value: Any) -> time:
    """Returns a time of day from the ways people write one: 9, 0900, 9.30, kl. 09:30, halv ti, 2 pm. A number is no
    hour. Raises on what may be morning or afternoon, with both."""
    if isinstance(value, time):
        return value
    found = readings(value) if isinstance(value, str) else []
    given = str(value).strip()[:MAX_GIVEN]
    if len(found) > 1:
        first, second = found
        values = {"given": given, "first": first, "second": second}
        raise PydanticCustomError("ambiguous_hour", "two hours", values)
    if not found:
        raise PydanticCustomError("no_such_time", "no such time", {"given": given})
    return found[0]


def readings(value: str) -> list[time]:
    """Returns what a time of day may be read as: one, both halves of a day, or nothing."""
    given = " ".join(value.split()).casefold()
    if given in NOON:
        return [time(12)]
    if spoken := SPOKEN.fullmatch(given):
        word = spoken["hour"]
        hour = int(word) if word.isdecimal() else COUNT_WORDS.get(word)
        if hour is None or hour > 24:
            return []
        minutes = hour * 60 + MINUTES_FROM[spoken["from"]]
        return list(by_day(minutes)) if hour <= 12 else [of_minutes(minutes)]
    match = HOUR.fullmatch(given)
    found = hour_in(match) if match else None
    if match is None or found is None:
        return []
    # Whoever writes a nought before an hour, or which half of the day it is in, has said it all.
    is_whole = match["half"] or match["hour"].startswith("0") or found.hour >= 12
    return [found] if is_whole else list(by_day(found.hour * 60 + found.minute))


def by_day(minutes: int) -> Iterator[time]:
    """Yields what a time on a twelve-hour clock is by day: the morning, noon, or either half of the day."""
    minutes %= HALF_A_DAY
    if minutes >= 60:
        yield of_minutes(minutes)
    if minutes < MORNING:
        yield of_minutes(minutes + HALF_A_DAY)


def of_minutes(minutes: int) -> time:
    return time(minutes // 60 % 24, minutes % 60)


def hour_in(match: re.Match[str]) -> time | None:
    hour, half = int(match["hour"]), match["half"]
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(match["minute"] or match["joined"] or 0))
    except ValueError:
        return None


def read_hours(value: Any) -> tuple[str, str] | None:
    """Returns from when and until when, as each was written, of what says both: «9:30-15», «kl. 9 til 15», "2-4 pm".
    None for anything else. Of an end that may be morning or afternoon, the one that is after the beginning."""
    match = HOURS.fullmatch(" ".join(value.split()).casefold()) if isinstance(value, str) else None
    if match is None:
        return None
    first, last = match["first"], match["last"]
    half, shared = match["half_1"], match["half_2"]
    if shared and not half and is_before(f"{first} {shared}m", last):
        first = f"{first} {shared}m"
    begins, ends = readings(first), readings(last)
    later = [end for end in ends if len(begins) == 1 and end > begins[0]]
    if len(ends) > 1 and len(later) == 1:
        last = f"{later[0]:%H:%M}"
    return first, last


def is_before(first: str, last: str) -> bool:
    """Returns whether two hours follow each other, where both are hours."""
    try:
        return read_hour(first) < read_hour(last)
    except ValueError:
        return False
