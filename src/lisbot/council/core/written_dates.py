"""Days as people write them in the three languages: «12. mai 2027», «12/5», «neste tirsdag».

The day comes before the month, in English too. What may be read in two ways is not guessed at: it is refused with both.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pydantic_core import PydanticCustomError

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
MAX_GIVEN = 40  # characters of what was typed that are said again
# A day without a year that is so many days gone may be meant as it was, or as it comes again.
RECENT = timedelta(days=90)
JUST_GONE = timedelta(days=7)  # in which it is meant as it was: nobody writes of a day in a year so soon after it
MONTH_NAMES = (
    "januar january jan",
    "februar february feb",
    "mars march mar",
    "april apr",
    "mai may",
    "juni june jun",
    "juli july jul",
    "august aug",
    "september sep sept",
    "oktober october okt oct",
    "november nov",
    "desember december des dec",
)
WEEKDAY_NAMES = (
    "mandag måndag monday man mån mon",
    "tirsdag tysdag tuesday tir tirs tys tue tues",
    "onsdag wednesday ons wed",
    "torsdag thursday tor tors thu thur thurs",
    "fredag friday fre fri",
    "lørdag laurdag lordag saturday lør lau sat",
    "søndag sundag sondag sunday søn sun",
)
COUNT_WORDS = {
    **dict.fromkeys(("en", "én", "ei", "ein", "éin", "ett", "et", "eit", "eitt", "a", "one"), 1),
    "to": 2,
    "two": 2,
    "tre": 3,
    "three": 3,
    "fire": 4,
    "four": 4,
    "fem": 5,
    "five": 5,
    "seks": 6,
    "six": 6,
    "sju": 7,
    "syv": 7,
    "seven": 7,
    "åtte": 8,
    "eight": 8,
    "ni": 9,
    "nine": 9,
    "ti": 10,
    "ten": 10,
    "elleve": 11,
    "eleven": 11,
    "tolv": 12,
    "twelve": 12,
    "fjorten": 14,
    "fourteen": 14,
}
FROM_TODAY = {
    **dict.fromkeys(("i dag", "idag", "today"), 0),
    **dict.fromkeys(("i morgen", "imorgen", "i morgon", "imorgon", "tomorrow"), 1),
    **dict.fromkeys(("i overmorgen", "overmorgen", "i overmorgon", "overmorgon", "day after tomorrow"), 2),
    **dict.fromkeys(("i går", "yesterday"), -1),
}


def numbered(names: tuple[str, ...], first: int) -> Mapping[str, int]:
    return {name: number for number, each in enumerate(names, start=first) for name in each.split()}


MONTHS, WEEKDAYS = numbered(MONTH_NAMES, 1), numbered(WEEKDAY_NAMES, 0)
A_WEEKDAY = rf"(?P<weekday>{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})(?:en|s)?\.?"
WEEK = r"(?:uke|uka|uken|veke|veka|week)"
A_MONTH = r"(?P<month>[^\W\d_]+)\.?"
A_YEAR = r"(?P<year>\d{4}|'?\d{2})"
SPREADSHEET_MIDNIGHT = re.compile(r"[t ]+00[:.]00([:.]00)?$")
BEFORE_WEEKDAY = r"(?:(?:på|on)\s)?(?:the\s)?"
WITH_WEEKDAY = re.compile(rf"{BEFORE_WEEKDAY}{A_WEEKDAY},?\s+(?:den\s|the\s)?(?=\d|[a-z]+\s\d)(?P<rest>.+)")
BY_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\.?")
IN_NUMBERS = re.compile(
    rf"(?P<day>\d{{1,2}})(?:\.\s?|/)(?P<month>\d{{1,2}})(?:(?:\.\s?|/){A_YEAR})?\.?"
    r"|(?P<day_>\d{1,2})-(?P<month_>\d{1,2})-(?P<year_>\d{4})"
    r"|(?P<day__>\d{1,2})/(?P<month__>\d{1,2})(?:\s?-\s?|\s)(?P<year__>\d{4}|'?\d{2})"
    r"|(?P<day___>\d{1,2})\.\s?(?P<month___>\d{1,2})\.?\s(?P<year___>\d{4})"
)
IN_WORDS = re.compile(rf"(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s?(?:of\s)?{A_MONTH}(?:,?\s*{A_YEAR})?")
A_MONTHS_NAME = rf"(?P<month>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?"
MONTH_FIRST = re.compile(rf"{A_MONTHS_NAME}\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s+(?P<year>\d{{4}}))?")
AHEAD = re.compile(
    r"(?:om|in)\s(?P<count>\d{1,3}|[^\W\d]+)\s(?P<unit>dag|dager|dagar|days?|uke|uker|veke|veker|weeks?)"
)
BARE_WEEKDAY = re.compile(rf"{BEFORE_WEEKDAY}{A_WEEKDAY}")
COMING = re.compile(
    rf"(?:på\s|on\s)?(?:the\s)?(?:førstkommende|kommende|fyrstkomande|førstkomande|komande|coming)\s{A_WEEKDAY}"
)
NEXT = re.compile(rf"(?:på\s|on\s)?(?:neste|nest|next)\s{A_WEEKDAY}")
THIS = re.compile(rf"(?:på\s|on\s)?(?:denne|this)\s{A_WEEKDAY}")
IN_NEXT_WEEK = re.compile(
    rf"{BEFORE_WEEKDAY}{A_WEEKDAY}\s(?:i\s)?(?:neste|next)\s{WEEK}"
    rf"|(?:i\s)?(?:neste|next)\s{WEEK}(?:'s|s)?,?\s(?:på\s)?{A_WEEKDAY.replace('weekday', 'weekday_')}"
)
IN_WEEK = re.compile(
    rf"{BEFORE_WEEKDAY}{A_WEEKDAY},?\s(?:i\s|in\s|of\s)?{WEEK}\s(?P<week>\d{{1,2}})(?:\s(?P<year>\d{{4}}))?"
    rf"|(?:i\s)?{WEEK}\s(?P<week_>\d{{1,2}}),?\s{A_WEEKDAY.replace('weekday', 'weekday_')}"
)


def read_day(value: Any, today: date | None = None, *, is_past: bool = False) -> date:
    """Returns a date from the ways people write one. A number is none.

    Without `today` only a whole date can be read. `is_past`: whether it lies behind, of those without a year.
    """
    if isinstance(value, date) and not isinstance(value, datetime):
        return within_calendar(value)
    if not isinstance(value, str):
        raise no_such_date(value)
    given = SPREADSHEET_MIDNIGHT.sub("", " ".join(value.split()).casefold())
    found = read_whole_date(given, value, today, is_past=is_past)
    if found is None and today is not None:
        found = read_relative_day(given, value, today, is_past=is_past)
    if found is None:
        raise no_such_date(value)
    return within_calendar(found)


def read_whole_date(given: str, typed: str, today: date | None, *, is_past: bool) -> date | None:
    """Returns a date in numbers or in words. Raises where its weekday is another's, or its year is left out and may be
    either of two."""
    weekday, given = part_weekday(given)
    try:
        return check_weekday(date.fromisoformat(given), weekday, typed)
    except ValueError:
        pass
    parts = numbers_in(given)
    if parts is None:
        return None
    if "year" in parts:
        return check_weekday(make_date(parts["year"], parts["month"], parts["day"], typed), weekday, typed)
    if today is None:
        return None
    return nearest_year(parts["month"], parts["day"], weekday, typed, today, is_past=is_past)


def part_weekday(given: str) -> tuple[int | None, str]:
    """Returns the weekday that stands before a date, if any does, and the date without it."""
    match = WITH_WEEKDAY.fullmatch(given)
    weekday, rest = (WEEKDAYS[match["weekday"]], match["rest"]) if match else (None, given)
    return weekday, re.sub(r"^(?:den|the) ", "", rest)


def numbers_in(given: str) -> dict[str, int] | None:
    """Returns day, month and, where it is said, year of what is written as a date; None of anything else. A month that
    there is not is 0."""
    for pattern in (BY_YEAR_FIRST, IN_NUMBERS, IN_WORDS, MONTH_FIRST):
        if match := pattern.fullmatch(given):
            parts = {name.rstrip("_"): part for name, part in match.groupdict().items() if part is not None}
            month = int(parts["month"]) if parts["month"].isdecimal() else MONTHS.get(parts["month"], 0)
            found = {"day": int(parts["day"]), "month": month}
            if "year" in parts:
                year = int(parts["year"].strip("'"))
                found["year"] = year + 2000 if year < 100 else year
            return found
    return None


def nearest_year(month: int, day: int, weekday: int | None, typed: str, today: date, *, is_past: bool) -> date:
    """Returns the day of a month as it comes next, or came last. Raises where either may be meant."""
    years = range(today.year - 8, today.year + 9)
    days = [found for year in years if (found := date_or_none(year, month, day)) is not None]
    if not days:
        raise no_such_date(typed)
    before = max(found for found in days if found <= today)
    after = min(found for found in days if found >= today)
    if is_past:
        return check_weekday(before, weekday, typed)
    if before != after and today - before <= RECENT:
        fitting = [found for found in (before, after) if weekday in (None, found.weekday())]
        if before in fitting and today - before <= JUST_GONE:
            return before
        if len(fitting) != 1:
            raise ambiguous(typed, before, after)
        return fitting[0]
    return check_weekday(after, weekday, typed)


def read_relative_day(given: str, typed: str, today: date, *, is_past: bool) -> date | None:
    """Returns a day that is told from today: a weekday, so many days or weeks ahead. Raises where it may be two."""
    if (days := FROM_TODAY.get(re.sub(r"^(?:the )", "", given))) is not None:
        return today + timedelta(days=days)
    if match := AHEAD.fullmatch(given):
        count = int(match["count"]) if match["count"].isdecimal() else COUNT_WORDS.get(match["count"])
        is_weeks = match["unit"][0] in "uvw"
        return None if count is None else today + timedelta(days=count * (7 if is_weeks else 1))
    monday = today - timedelta(days=today.weekday())
    if match := IN_NEXT_WEEK.fullmatch(given):
        return monday + timedelta(days=7 + weekday_of(match))
    if match := THIS.fullmatch(given):
        return monday + timedelta(days=weekday_of(match))
    if match := IN_WEEK.fullmatch(given):
        return day_in_week(match, typed, today, is_past=is_past)
    if match := COMING.fullmatch(given):
        return coming(weekday_of(match), today)
    if match := NEXT.fullmatch(given):
        found = coming(weekday_of(match), today)
        if found < monday + timedelta(days=7):
            # To some the one that comes first, to others that of the week after.
            raise ambiguous(typed, found, found + timedelta(days=7))
        return found
    if match := BARE_WEEKDAY.fullmatch(given):
        found = coming(weekday_of(match), today)
        if found - today == timedelta(days=7):
            raise ambiguous(typed, today - timedelta(days=7), today) if is_past else ambiguous(typed, today, found)
        return found - timedelta(days=7) if is_past else found
    return None


def weekday_of(match: re.Match[str]) -> int:
    found = match.groupdict()
    return WEEKDAYS[found["weekday"] or found["weekday_"]]


def coming(weekday: int, today: date) -> date:
    """Returns the first such weekday after today."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def day_in_week(match: re.Match[str], typed: str, today: date, *, is_past: bool) -> date:
    """Returns a weekday of a week by its number (ISO 8601): of this year, or where that is gone of the next. What is
    past came last; a day of the week before this one is meant as it was."""
    week, year = int(match["week"] or match["week_"]), match["year"]
    weekday = weekday_of(match) + 1
    try:
        if year is not None:
            return date.fromisocalendar(int(year), week, weekday)
        this_year = date.fromisocalendar(today.isocalendar().year, week, weekday)
        if is_past and this_year > today:
            return date.fromisocalendar(today.isocalendar().year - 1, week, weekday)
        is_last_week = today - this_year <= timedelta(days=today.weekday()) + JUST_GONE
        if is_past or is_last_week:
            return this_year
        next_year = date.fromisocalendar(today.isocalendar().year + 1, week, weekday)
    except ValueError:
        raise no_such_date(typed) from None
    if today - this_year <= RECENT:
        raise ambiguous(typed, this_year, next_year)
    return next_year


def check_weekday(found: date, weekday: int | None, typed: str) -> date:
    """Returns the date. Raises where another weekday was written beside it."""
    if weekday is not None and found.weekday() != weekday:
        values = {"given": typed.strip()[:MAX_GIVEN], "day": found}
        raise PydanticCustomError("wrong_weekday", "another weekday", values)
    return found


def make_date(year: int, month: int, day: int, typed: str) -> date:
    if (found := date_or_none(year, month, day)) is None:
        raise no_such_date(typed)
    return found


def date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def within_calendar(value: date) -> date:
    """Returns the date. Raises where it is so far off that lead times cannot be worked out."""
    if not FIRST_DAY <= value <= LAST_DAY:
        limit = f"{FIRST_DAY.year}–{LAST_DAY.year}"
        raise PydanticCustomError("out_of_calendar", "out of calendar", {"limit": limit})
    return value


def no_such_date(typed: object) -> PydanticCustomError:
    return PydanticCustomError("no_such_date", "no such date", {"given": str(typed).strip()[:MAX_GIVEN]})


def ambiguous(typed: str, first: date, second: date) -> PydanticCustomError:
    values = {"given": typed.strip()[:MAX_GIVEN], "first": first, "second": second}
    return PydanticCustomError("ambiguous_date", "two dates", values)


def split_days(value: Any) -> Any:
    """Returns several dates from one field, separated by commas, semicolons, new lines or the word and. The comma after
    a weekday belongs to its date."""
    return with_shared_year(list(parts_of_days(value)), value) if isinstance(value, str) else value


def with_shared_year(parts: list[str], typed: str) -> list[str]:
    """Returns dates of which one says the year for all: «10. februar, 12. mars og 14. mai 2028». Raises where they do
    not follow each other in that year, and another may be meant of some."""
    said = [as_said(part) for part in parts]
    parted = [part_weekday(each)[1] for each in said]
    found = [numbers_in(each) for each in parted]
    dates = [each for each in found if each is not None]
    years = {each["year"] for each in dates if "year" in each}
    if not years or all("year" in each for each in dates):
        return parts
    (year, *others), order = years, [(each["month"], each["day"]) for each in dates]
    if others or order != sorted(order):
        raise PydanticCustomError("year_missing", "a year is missing", {"given": typed.strip()[:MAX_GIVEN]})
    return [
        part if each is None or "year" in each else f"{whole.removesuffix(bare)}{each['day']}.{each['month']}.{year}"
        for part, whole, bare, each in zip(parts, said, parted, found, strict=True)
    ]


def as_said(part: str) -> str:
    """Returns a part of what was typed with its spaces and its letters made alike."""
    return " ".join(part.split()).casefold()


def parts_of_days(value: str) -> Iterator[str]:
    weekday = ""
    for part in with_own_year(re.split(r"[,;\n]|\s(?:og|and)\s", value)):
        if part.casefold().rstrip(".") in WEEKDAYS and not weekday:
            weekday = part
            continue
        is_its_day = part[0].isdigit() or MONTH_FIRST.fullmatch(as_said(part)) is not None
        if weekday and not is_its_day:
            yield weekday
        yield f"{weekday} {part}" if weekday and is_its_day else part
        weekday = ""
    if weekday:
        yield weekday


def with_own_year(parts: Iterable[str]) -> list[str]:
    """Returns the parts that say something, each with the year that stands after a comma of its own: May 12, 2027."""
    found: list[str] = []
    for part in filter(None, (each.strip() for each in parts)):
        before = numbers_in(part_weekday(as_said(found[-1]))[1]) if found else None
        if before is not None and "year" not in before and re.fullmatch(r"\d{4}", part):
            found[-1] += f", {part}"
        else:
            found.append(part)
    return found
