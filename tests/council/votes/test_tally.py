"""The arithmetic: majorities and quorums, on inputs nobody thought of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lisbot.council.core.quorum import has_quorum
from lisbot.council.enums import Majority, Quorum, Verdict, VoteForm
from lisbot.council.votes.tally import has_majority, judge

COUNT = st.integers(0, 200)


@given(st.sampled_from(Majority), COUNT, COUNT, COUNT)
def test_more_in_favour_never_makes_a_question_fail(rule, in_favour, opposed, silent):
    entitled = in_favour + opposed + silent
    if has_majority(rule, in_favour, opposed, entitled):
        assert has_majority(rule, in_favour + 1, opposed, entitled + 1)
        assert opposed == 0 or has_majority(rule, in_favour, opposed - 1, entitled)


@given(st.sampled_from(Majority), COUNT, COUNT)
def test_a_tie_and_nobody_in_favour_pass_nothing(rule, number, silent):
    assert not has_majority(rule, number, number, 2 * number + silent) or number == 0
    assert not has_majority(rule, 0, number, number + silent)


@given(COUNT, COUNT, COUNT)
def test_the_stricter_rule_passes_nothing_that_the_laxer_does_not(in_favour, opposed, silent):
    entitled = in_favour + opposed + silent
    order = (Majority.UNANIMOUS, Majority.FOUR_FIFTHS, Majority.TWO_THIRDS, Majority.SIMPLE)
    passed = [has_majority(rule, in_favour, opposed, entitled) for rule in order]
    assert passed == sorted(passed)
    if has_majority(Majority.ABSOLUTE, in_favour, opposed, entitled):
        assert has_majority(Majority.SIMPLE, in_favour, opposed, entitled)


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
    assert has_majority(rule, in_favour, opposed, entitled) is passes


@given(st.sampled_from(Quorum), COUNT, COUNT)
def test_everybody_is_a_quorum_and_more_never_breaks_one(rule, there, away):
    entitled = there + away
    assert has_quorum(rule, entitled, entitled) or entitled == 0
    if has_quorum(rule, there, entitled) and away:
        assert has_quorum(rule, there + 1, entitled)


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
    assert has_quorum(rule, there, entitled) is enough


@given(st.dictionaries(st.sampled_from(["for", "against", "abstain"]), COUNT), COUNT)
def test_without_a_rule_nothing_is_judged(counts, silent):
    entitled = sum(counts.values()) + silent
    assert judge(VoteForm.MOTION, counts, entitled, None, None) is Verdict.NO_RULE


@given(st.lists(COUNT, min_size=2, max_size=10))
def test_two_that_lead_together_win_nothing(counts):
    counts = {str(n): c for n, c in enumerate(counts)}
    found = judge(VoteForm.SINGLE, counts, sum(counts.values()), None, Majority.SIMPLE)
    most = max(counts.values())
    if list(counts.values()).count(most) > 1:
        assert found is (Verdict.TIE if most else Verdict.FAILED)
