"""The arithmetic: majorities, quorums, hours and holidays, on inputs nobody thought of."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import OSLO
from lisbot.council import rules
from lisbot.council.kinds import Majority, Quorum, Verdict, VoteForm

COUNT = st.integers(0, 200)


@given(st.sampled_from(Majority), COUNT, COUNT, COUNT)
def test_more_in_favour_never_makes_a_question_fail(rule, in_favour, opposed, silent):
    entitled = in_favour + opposed + silent
    if rules.has_majority(rule, in_favour, opposed, entitled):
        assert rules.has_majority(rule, in_favour + 1, opposed, entitled + 1)
        assert opposed == 0 or rules.has_majority(rule, in_favour, opposed - 1, entitled)


@given(st.sampled_from(Majority), COUNT, COUNT)
def test_a_tie_and_nobody_in_favour_pass_nothing(rule, number, silent):
    assert not rules.has_majority(rule, number, number, 2 * number + silent) or number == 0
    assert not rules.has_majority(rule, 0, number, number + silent)


@given(COUNT, COUNT, COUNT)
def test_the_stricter_rule_passes_nothing_that_the_laxer_does_not(in_favour, opposed, silent):
    entitled = in_favour + opposed + silent
    order = (Majority.UNANIMOUS, Majority.FOUR_FIFTHS, Majority.TWO_THIRDS, Majority.SIMPLE)
    passed = [rules.has_majority(rule, in_favour, opposed, entitled) for rule in order]
    assert passed == sorted(passed)
    if rules.has_majority(Majority.ABSOLUTE, in_favour, opposed, entitled):
        assert rules.has_majority(Majority.SIMPLE, in_favour, opposed, entitled)


@pytest.mark.parametrize(
    ("rule", "in_favour", "opposed", "entitled", "passes"),
    [
        (Majority.SIMPLE, 1, 0, 10, True),
        (Majority.TWO_THIRDS, 2, 1, 3, True),
        (Majority.TWO_THIRDS, 199, 101, 300, False),
        (Majority.FOUR_FIFTHS, 4, 1, 5, True),
        (Majority.FOUR_FIFTHS, 79, 21, 100, False),
        (Majority.ABSOLUTE, 5, 0, 10, False),
        (Majority.ABSOLUTE, 6, 0, 10, True),
        (Majority.UNANIMOUS, 1, 0, 10, True),
        (Majority.UNANIMOUS, 99, 1, 100, False),
    ],
)
def test_each_majority_at_its_edge(rule, in_favour, opposed, entitled, passes):
    assert rules.has_majority(rule, in_favour, opposed, entitled) is passes


@given(st.sampled_from(Quorum), COUNT, COUNT)
def test_everybody_is_a_quorum_and_more_never_breaks_one(rule, there, away):
    entitled = there + away
    assert rules.has_quorum(rule, entitled, entitled) or entitled == 0
    if rules.has_quorum(rule, there, entitled) and away:
        assert rules.has_quorum(rule, there + 1, entitled)


@pytest.mark.parametrize(
    ("rule", "there", "entitled", "enough"),
    [
        (Quorum.HALF, 2, 4, True),
        (Quorum.HALF, 2, 5, False),
        (Quorum.MORE_THAN_HALF, 2, 4, False),
        (Quorum.MORE_THAN_HALF, 3, 5, True),
        (Quorum.TWO_THIRDS, 2, 3, True),
        (Quorum.TWO_THIRDS, 6, 10, False),
    ],
)
def test_each_quorum_at_its_edge(rule, there, entitled, enough):
    assert rules.has_quorum(rule, there, entitled) is enough


@given(st.dictionaries(st.sampled_from(["for", "against", "abstain"]), COUNT), COUNT)
def test_without_a_rule_nothing_is_judged(counts, silent):
    entitled = sum(counts.values()) + silent
    assert rules.judge(VoteForm.MOTION, counts, entitled, None, None) is Verdict.NO_RULE


@given(st.lists(COUNT, min_size=2, max_size=10))
def test_two_that_lead_together_win_nothing(counts):
    counts = {str(n): c for n, c in enumerate(counts)}
    found = rules.judge(VoteForm.SINGLE, counts, sum(counts.values()), None, Majority.SIMPLE)
    most = max(counts.values())
    if list(counts.values()).count(most) > 1:
        assert found is Verdict.FAILED


DAYS = st.dates(date(1996, 1, 1), date(2199, 12, 31))


@given(DAYS, st.times())
def test_a_real_hour_comes_once_and_is_its_own_way_back(day, hour):
    wall = datetime.combine(day, hour)
    moments = {
        moment
        for offset in (60, 120)
        if (moment := (wall - timedelta(minutes=offset)).replace(tzinfo=UTC))
        .astimezone(OSLO)
        .replace(tzinfo=None)
        == wall
    }
    assert rules.is_real(day, hour, OSLO) is (len(moments) == 1)
    if moments and rules.is_real(day, hour, OSLO):
        assert {rules.moment(day, hour, OSLO)} == moments


def test_of_all_hours_of_all_days_two_a_year_are_not_real():
    for year in range(2026, 2030):
        unreal = [
            (day, hour)
            for day in (date(year, 1, 1) + timedelta(days=n) for n in range(365))
            for hour in range(24)
            if not rules.is_real(day, time(hour, 30), OSLO)
        ]
        assert [(day.month, hour) for day, hour in unreal] == [(3, 2), (10, 2)]
    assert not rules.is_real(date(2027, 3, 28), time(2, 30), OSLO)
    assert not rules.is_real(date(2026, 10, 25), time(2, 30), OSLO)
    assert rules.is_real(date(2026, 10, 25), time(3, 0), OSLO)


@given(DAYS)
def test_every_day_can_be_looked_up_among_the_holidays(day):
    for lang in ("nb", "nn", "en"):
        rules.holiday(day, lang)


def test_two_holidays_on_one_day_are_both_named():
    assert rules.holiday(date(2027, 5, 17)) == "Andre pinsedag, Grunnlovsdag"
    assert "Constitution Day" in rules.holiday(date(2027, 5, 17), "en")
    assert rules.holiday(date(2027, 5, 23)) is None or "pinse" in rules.holiday(date(2027, 5, 16))
