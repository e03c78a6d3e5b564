"""Days and hours as people write them, today being a Thursday."""

from datetime import date, time

import pytest
from pydantic_core import PydanticCustomError

from lisbot.council.core.written_dates import read_day, split_days
from lisbot.council.core.written_hours import read_hour, read_hours

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
        ("25. november", "2026-11-25"),  # yesterday, and not in a year
        ("onsdag 25. november", "2026-11-25"),
        ("torsdag 25. november", "2027-11-25"),
        ("19/11", "2026-11-19"),
        ("18/11", "2026-11-18 or 2027-11-18"),
        ("neste tysdag", "2026-12-01"),
        ("next Tuesday", "2026-12-01"),
        ("neste fredag", "2026-11-27 or 2026-12-04"),
        ("fredag", "2026-11-27"),
        ("torsdag", "2026-11-26 or 2026-12-03"),
        ("kommende torsdag", "2026-12-03"),
        ("onsdag neste veke", "2026-12-02"),
        ("måndag i veke 20", "2027-05-17"),
        ("tirsdag uke 20", "2027-05-18"),
        ("Tuesday, week 20", "2027-05-18"),
        ("tysdag veke 20 2028", "2028-05-16"),
        ("12/5-27", "2027-05-12"),
        ("12/5 2027", "2027-05-12"),
        ("12.5. 2027", "2027-05-12"),
        ("12.mai.2027", "2027-05-12"),
        ("the 12th of May", "2027-05-12"),
        ("12.5-14", "no_such_date"),
        ("12-5-27", "no_such_date"),
        ("uke 20", "no_such_date"),
        ("12. maj", "no_such_date"),
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
    assert str(read_day("tirsdag uke 40", TODAY, is_past=True)) == "2026-09-29"
    assert str(read_day("tirsdag uke 50", TODAY, is_past=True)) == "2025-12-09"


async def test_a_day_of_the_week_before_this_one_is_meant_as_it_was():
    assert str(read_day("mandag uke 47", TODAY)) == "2026-11-16"
    with pytest.raises(PydanticCustomError):
        read_day("søndag uke 46", TODAY)


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


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("kl. halv to", "01:30 or 13:30"),
        ("half past one", "01:30 or 13:30"),
        ("kl. 3", "03:00 or 15:00"),
        ("3 o’clock", "03:00 or 15:00"),
        ("kvart på 2", "01:45 or 13:45"),
        ("6.30", "06:30 or 18:30"),
        ("03.00", "03:00"),
        ("3 pm", "15:00"),
        ("halv ti", "09:30"),
        ("kvart over ni", "09:15"),
        ("a quarter to ten", "09:45"),
        ("halv ett", "12:30"),
        ("halv 14", "13:30"),
        ("noon", "12:00"),
        ("15h30", "15:30"),
        ("kl. 13", "13:00"),
        ("7", "07:00"),
        ("halv", "no_such_time"),
        ("halv femten", "no_such_time"),
    ],
)
async def test_an_hour_that_may_be_morning_or_afternoon_is_refused_with_both(given, meant):
    try:
        found = f"{read_hour(given):%H:%M}"
    except PydanticCustomError as error:
        context = error.context or {}
        both = error.type == "ambiguous_hour"
        found = f"{context['first']:%H:%M} or {context['second']:%H:%M}" if both else error.type
    assert found == meant


async def test_an_end_is_after_its_beginning():
    assert read_hours("9 to 5") == ("9", "17:00")
    assert read_hours("kl. 13-3") == ("kl. 13", "15:00")
    assert read_hours("mellom 9 og 11") == ("9", "11")
    assert read_hours("1-3") == ("1", "3")  # neither is known, and each is refused with both


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


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ("10.  februar, 12. mars 2028", ["10.2.2028", "12. mars 2028"]),
        ("onsdag  10.  mai og  12. juni  2028", ["onsdag 10.5.2028", "12. juni  2028"]),
        ("May 12, 2027, June 3, 2027", ["May 12, 2027", "June 3, 2027"]),
        ("Wednesday, May 12, 2027 and June 3, 2027", ["Wednesday May 12, 2027", "June 3, 2027"]),
        ("May 12, June 3, 2027", ["may 12, 2027", "June 3, 2027"]),
        ("12 May, 2027; 3 June, 2027", ["12 May, 2027", "3 June, 2027"]),
        ("12.5.2027, 2028", ["12.5.2027", "2028"]),
    ],
)
async def test_a_list_has_its_years_and_its_spaces_where_people_put_them(given, days):
    read = [part if part == "2028" else read_day(part) for part in split_days(given)]
    assert read == [part if part == "2028" else read_day(part) for part in days]
