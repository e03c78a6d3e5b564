"""Wall time and the calendar: hours that exist once, and holidays."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from builders import OSLO
from lisbot.council.core import calendar

DAYS = st.dates(date(1996, 1, 1), date(2199, 12, 31))


@given(DAYS, st.times())
def test_a_real_hour_comes_once_and_is_its_own_way_back(day, hour):
    wall = datetime.combine(day, hour)
    moments = {
        moment
        for offset in (60, 120)
        if (moment := (wall - timedelta(minutes=offset)).replace(tzinfo=UTC)).astimezone(OSLO).replace(tzinfo=None)
        == wall
    }
    assert calendar.is_real(day, hour, OSLO) is (len(moments) == 1)
    if moments and calendar.is_real(day, hour, OSLO):
        assert {calendar.moment(day, hour, OSLO)} == moments


def test_of_all_hours_of_all_days_two_a_year_are_not_real():
    for year in range(2026, 2030):
        unreal = [
            (day, hour)
            for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365))
            for hour in range(24)
            if not calendar.is_real(day, time(hour, 30), OSLO)
        ]
        assert [(day.month, hour) for day, hour in unreal] == [(3, 2), (10, 2)]
    assert not calendar.is_real(date(2027, 3, 28), time(2, 30), OSLO)
    assert not calendar.is_real(date(2026, 10, 25), time(2, 30), OSLO)
    assert calendar.is_real(date(2026, 10, 25), time(3, 0), OSLO)


@given(DAYS)
def test_every_day_can_be_looked_up_among_the_holidays(day):
    for lang in ("nb", "nn", "en"):
        calendar.holiday(day, lang)


def test_two_holidays_on_one_day_are_both_named():
    assert calendar.holiday(date(2027, 5, 17)) == "Andre pinsedag og Grunnlovsdag"
    assert "Constitution Day" in calendar.holiday(date(2027, 5, 17), "en")
    assert calendar.holiday(date(2027, 5, 23)) is None or "pinse" in calendar.holiday(date(2027, 5, 16))
