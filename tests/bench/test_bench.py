"""The bench itself: its parts run, and its figures are figures. How fast anything is, is asserted nowhere."""

import json
from pathlib import Path

import pytest

from bench.comparison import Size, compare
from bench.figures import Figure

TINY = Size(
    queue=400,
    tenant=200,
    turns=1,
    bodies=2,
    seats=4,
    meetings=2,
    lines=50,
    rounds=1,
    ballots=12,
    stock_ballots=6,
    total=20,
    starts=1,
    people=12,
    notices=1,
)


@pytest.mark.postgres
async def test_every_ballot_of_a_tiny_bench_is_answered_and_written_on_a_council_of_any_age(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OLD_LISBOT", raising=False)
    figures, notes = await compare(tmp_path, TINY)

    assert [figure.name for figure in figures] == [
        "ballots_per_second_to_stock",
        "ballots_per_second_to_stock_orm",
        "ballot_latency_with_ten_years_to_empty",
        "memory_after_ballots_to_stock",
        "memory_after_ballots_to_stock_orm",
        "slack_ballots_per_second_to_stock_bolt_orm",
        "slack_ack_p99_to_a_tenth_of_three_seconds",
        "slack_ack_p99_to_stock_bolt_orm",
        "notice_statements_to_25",
        "deliveries_per_second_to_bare_posts",
        "last_delivery_to_documented_limit",
        "claim_from_many_to_claim_from_few",
        "ballots_per_second_of_two_processes_to_one",
        "start_to_ready_to_stock",
        "memory_at_start_to_stock",
        "command_processor_time_to_smallest_program",
    ]
    assert all(figure.value > 0 for figure in figures)
    assert "50 log_line" in " ".join(notes)


def test_a_figure_is_one_line_of_json_with_its_goal():
    line = Figure("ballots_per_second_to_stock", 5.25, "higher", 5).as_json()

    assert json.loads(line) == {
        "name": "ballots_per_second_to_stock",
        "value": 5.25,
        "unit": "ratio",
        "goal": 5,
        "better": "higher",
    }
