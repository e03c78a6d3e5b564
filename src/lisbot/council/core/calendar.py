"""Wall time and the calendar: hours that exist once, moments in UTC, Norwegian public holidays."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from lisbot.texts import format_list

EVES = ((12, 24), (12, 31))


def is_real(day: date, hour: time, tz: ZoneInfo) -> bool:
    """Returns whether an hour comes exactly once that day: not skipped in March, nor doubled in October."""
    wall = datetime.combine(day, hour)
    first, second = (wall.replace(tzinfo=tz, fold=fold).astimezone(UTC) for fold in (0, 1))
    return first == second and first.astimezone(tz).replace(tzinfo=None) == wall


def moment(day: date, hour: time, tz: ZoneInfo) -> datetime:
    """Returns the moment, in UTC, when clocks in `tz` show this hour on this day."""
    return datetime.combine(day, hour, tz).astimezone(UTC)


@cache
def public_holidays(year: int, lang: str) -> Mapping[date, str]:
    """Returns Norway's public holidays of a year by date, named in the language.

    Source: the package `holidays`, after lov om helligdager og helligdagsfred and lov om 1. og 17. mai.
    """
    import holidays  # a fifth of a second that most commands do not need

    return dict(holidays.country_holidays("NO", years=year, language="en_US" if lang == "en" else "no"))


def holiday(day: date, lang: str = "nb") -> str | None:
    """Returns the name of the public holiday on a day, Sundays apart. Two may fall on the same day."""
    names = public_holidays(day.year, lang).get(day, "")
    return format_list(lang, names.split("; ")) if names else None


def is_working_day(day: date) -> bool:
    """Returns whether people in the public sector are at work all day: not in a weekend, on a public holiday, or on
    Christmas Eve and New Year's Eve, when work ends at 12.

    Source: Statens personalhåndbok 2017, 3.1.2.
    """
    return day.weekday() < 5 and (day.month, day.day) not in EVES and holiday(day) is None


def working_day_before(day: date) -> date:
    """Returns the day, or where nobody works then the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def working_day_after(day: date) -> date:
    """Returns the day, or where nobody works then the next working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
