"""Days and hours as people write them, today being a Thursday."""

from datetime import date, time

import pytest
from pydantic_core import PydanticCustomError

from lisbot.council.core.written_dates import read_day, read_hour, read_hours, split_days

TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    "given, meant",
    [
        ("12. mai 2027", "2027-05-12"),
        ("12/5", "2027-05-12"),
        ("12.05.", "2027-05-12"),
        ("12.5.27", "2027-05-12"),
        ("onsdag, 12. mai", "2027-05-12"),
        ("Wed 12th of May 2027", "2027-05-12"),
        ("May 12, 2027", "2027-05-12"),
        ("2027.5.12", "2027-05-12"),
        ("20/10", "2026-10-20 or 2027-10-20"),
        ("i morgen", "2026-11-27"),
        ("I morgon", "2026-11-27"),
        ("tomorrow", "2026-11-27"),
        ("neste tirsdag", "2026-12-01"),
        ("neste tysdag", "2026-12-01"),
        ("next Tuesday", "2026-12-01"),
        ("neste fredag", "2026-11-27 or 2026-12-04"),
        ("fredag", "2026-11-27"),
        ("torsdag", "2026-11-26 or 2026-12-03"),
        ("kommende torsdag", "2026-12-03"),
        ("onsdag neste veke", "2026-12-02"),
        ("måndag i veke 20", "2027-05-17"),
        ("om to uker", "2026-12-10"),
        ("in 10 days", "2026-12-06"),
        ("tirsdag 12. mai 2027", "wrong_weekday"),
        ("5/13", "no_such_date"),
        ("31/6", "no_such_date"),
        ("mai", "no_such_date"),
        ("12 30", "no_such_date"),
    ],
)
async def test_a_day_is_read_or_refused_with_what_it_may_be(given, meant):
    try:
        found = str(read_day(given, TODAY))
    except PydanticCustomError as error:
        context = error.context or {}
        found = f"{context['first']} or {context['second']}" if error.type == "ambiguous_date" else error.type
    assert found == meant


async def test_what_lies_behind_is_read_backwards():
    assert str(read_day("12/5", TODAY, is_past=True)) == "2026-05-12"
    assert str(read_day("tirsdag", TODAY, is_past=True)) == "2026-11-24"


async def test_a_weekday_that_is_today_may_be_a_week_gone():
    with pytest.raises(PydanticCustomError) as caught:
        read_day("torsdag", TODAY, is_past=True)
    assert caught.value.context == {"given": "torsdag", "first": date(2026, 11, 19), "second": TODAY}


async def test_one_year_at_the_end_is_that_of_all_the_days_before_it():
    for given in ("10. februar, 12. mars og 14. mai 2028", "onsdag 10. februar 2028; 12/3; 14.5."):
        assert [(d.year, d.month) for d in map(read_day, split_days(given.replace("onsdag", "torsdag")))] == [
            (2028, 2),
            (2028, 3),
            (2028, 5),
        ]
    assert list(split_days("2027-02-10, 2028-06-09")) == ["2027-02-10", "2028-06-09"]
    for given in ("12. november, 10. februar 2027", "10. februar, 12. mars 2027, 14. mai 2028"):
        with pytest.raises(PydanticCustomError) as caught:
            split_days(given)
        assert caught.value.type == "year_missing"


@pytest.mark.parametrize(
    ("given", "first", "last"), [("2-4 pm", 14, 16), ("9-3 pm", 9, 15), ("11-1 pm", 11, 13), ("9-11 am", 9, 11)]
)
async def test_a_half_of_the_day_said_once_is_that_of_both_hours_where_they_follow_each_other(given, first, last):
    hours = read_hours(given)
    assert hours and [read_hour(each).hour for each in hours] == [first, last]


async def test_without_a_today_only_a_whole_date_is_read():
    assert str(read_day("12. mai 2027")) == "2027-05-12"
    for given in ("12/5", "i morgen", "fredag"):
        with pytest.raises(PydanticCustomError):
            read_day(given)


@pytest.mark.parametrize("given", ["9.30", "0930", "930", "kl. 09.30", "klokka 9:30", "9:30 am", "09.30.00"])
async def test_an_hour_is_read(given):
    assert read_hour(given) == time(9, 30)


@pytest.mark.parametrize("given", ["", "24", "9:60", "13 pm", "ni", "9:30-15"])
async def test_what_is_no_hour_is_refused(given):
    with pytest.raises(PydanticCustomError):
        read_hour(given)


async def test_from_when_until_when():
    assert read_hours("9:30-15") == ("9:30", "15")
    assert read_hours("kl. 9 til 15.30") == ("kl. 9", "15.30")
    assert read_hours("9") is read_hours("i dag") is read_hours(None) is None


async def test_several_days_in_one_field():
    assert split_days("onsdag, 10. februar 2027, 3/3 og 5/5\n7.6.27; fredag") == [
        "onsdag 10. februar 2027",
        "3.3.2027",
        "5.5.2027",
        "7.6.27",
        "fredag",
    ]
