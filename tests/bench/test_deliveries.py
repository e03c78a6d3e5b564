"""The deliveries' figure is made of what was really sent, at a tiny size."""

import pytest

from bench import depth
from bench.deliveries import Round, figures, measure


@pytest.mark.postgres
async def test_a_notice_is_published_sent_and_compared():
    [found] = await measure(people=12, rounds=1)
    assert min(found.publishing, found.sending, found.bare) > 0
    assert found.statements <= 25
    assert figures([found])[1].value == found.bare / found.sending


def test_the_figures_are_the_middle_of_the_rounds_ratios_and_the_most_statements():
    rounds = [Round(count, 1, sending, 1, bare, 1) for count, sending, bare in ((20, 10, 1), (5, 2, 1), (5, 4, 1))]
    assert [figure.value for figure in figures(rounds)] == [0.8, 0.25]


@pytest.mark.postgres
async def test_a_claim_from_many_is_beside_one_from_few():
    [figure] = await depth.compare(many=400)
    assert figure.value > 0
    assert "from 400" in figure.note
