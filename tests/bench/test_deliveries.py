"""The deliveries' figure is made of what was really sent, at a tiny size."""

import pytest

from bench.deliveries import Round, figure, measure


@pytest.mark.postgres
async def test_a_notice_is_published_sent_and_compared():
    [found] = await measure(people=12, rounds=1)
    assert min(found.publishing, found.sending, found.bare) > 0
    assert figure([found]).value == found.bare / found.sending


def test_the_figure_is_the_middle_of_the_rounds_ratios():
    rounds = [Round(1, sending, 1, bare, 1) for sending, bare in ((10, 1), (2, 1), (4, 1))]
    assert figure(rounds).value == 0.25
