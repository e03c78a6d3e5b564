"""Whatever a council goes through, at the end everybody concerned was told once of what holds, nobody else was, every
case is in one state, counts are what their lists hold, and every task can be done."""

import asyncio
import os
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from lisbot.council.enums import (
    MinutesState,
)
from lives.checks import CHECKS
from lives.life import Life
from lives.steps import (
    STEPS,
    USUAL,
    a_case_is_put_on,
    a_change_of_seat_is_approved,
    a_change_of_seat_is_reported,
    a_date_is_set,
    a_meeting_day_comes,
    a_meeting_is_cancelled,
    a_meeting_is_moved,
    a_proposal_is_put_off,
    a_question_is_closed,
    a_question_is_put,
    all_is_sent,
    an_item_is_changed,
    an_item_is_taken_off,
    days_go_by,
    minutes_are_reopened,
    somebody_votes,
    the_notice_is_sent,
    two_do_the_same_at_once,
)

LIVES = st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 99), st.integers(0, 99)), min_size=5, max_size=25)
PASSES_TIME = (days_go_by, a_meeting_day_comes, all_is_sent)
Step = Callable[[Life, int, int], Awaitable[None]]


EXAMPLES = int(os.environ.get("LIVES", "4"))


# The same lives each time, so that a red run is red for a reason; `make lives` plays many others.
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize="LIVES" not in os.environ,
    phases=(Phase.generate,),
    database=None,
)
@given(stage=st.integers(0, len(USUAL)), steps=LIVES)
def test_a_life_ends_with_everything_in_its_place(
    sqlite_template: Path, stage: int, steps: list[tuple[Step, int, int]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sqlite_template, Path(folder), [*USUAL[:stage], *steps]))


async def play(template: Path, folder: Path, steps: Sequence[tuple[Step, int, int]]) -> None:
    life = await Life.begin(template, folder)
    try:
        for step, a, b in steps:
            await step(life, a, b)
        await life.settle()
        await life.let_come_what_waits()
        for check in CHECKS:
            try:
                await check(life)
            except AssertionError as error:
                error.add_note("\n".join(life.told))
                raise
    finally:
        await life.end()


# Lives that chance seldom plays.
CHOSEN = {
    "a notice goes out while somebody is to take over": [
        *USUAL[:6],
        (a_change_of_seat_is_reported, 0, 30),
        (a_change_of_seat_is_approved, 0, 0),
        (the_notice_is_sent, 0, 0),
    ],
    "a case is to be put on a second agenda": [*USUAL[:5], (a_case_is_put_on, 0, 1)],
}


@pytest.mark.parametrize("name", CHOSEN)
def test_a_chosen_life_ends_so_too(sqlite_template: Path, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(play(sqlite_template, Path(folder), CHOSEN[name]))


# How far a usual year has come when a step is next; of those that are no part of one, what is done before them.
BEFORE: dict[Step, Sequence[tuple[Step, int, int]]] = {
    a_proposal_is_put_off: USUAL[:4],
    a_meeting_is_moved: USUAL[:9],
    a_meeting_is_cancelled: USUAL[:9],
    an_item_is_changed: USUAL[:5],
    an_item_is_taken_off: USUAL[:5],
    a_question_is_put: USUAL[:7],
    somebody_votes: [*USUAL[:7], (a_question_is_put, 0, 0)],
    a_question_is_closed: [*USUAL[:7], (a_question_is_put, 0, 0)],
    minutes_are_reopened: USUAL,
    a_change_of_seat_is_approved: [(a_change_of_seat_is_reported, 0, 0)],
    two_do_the_same_at_once: USUAL[:5],
}
NUMBERS: dict[Step, tuple[int, int]] = {
    a_proposal_is_put_off: (0, 1),
    a_date_is_set: (40, 0),
    a_meeting_is_cancelled: (0, 1),
    a_meeting_is_moved: (0, 7),
    an_item_is_changed: (1, 0),
    an_item_is_taken_off: (1, 0),
}


ON_THE_SIDE = [step for step in STEPS if step not in {each[0] for each in USUAL}]


async def take(life: Life, step: Step, a: int, b: int) -> list[int]:
    """Returns the status of each reply to what a step does. Each does something, or lets time pass."""
    done = len(life.replies)
    await step(life, a, b)
    replies = [reply.status for reply in life.replies[done:]]
    assert replies or step in PASSES_TIME, f"{step.__name__} did nothing"
    return replies


@pytest.mark.parametrize("step", ON_THE_SIDE, ids=lambda step: step.__name__)
def test_each_step_is_taken_where_it_fits(sqlite_template: Path, step: Step) -> None:
    """The steps are commands as people give them: where they fit, none is refused, and each does something."""

    async def once(folder: Path) -> None:
        life = await Life.begin(sqlite_template, folder)
        try:
            for before, a, b in BEFORE.get(step, ()):
                await before(life, a, b)
            replies = await take(life, step, *NUMBERS.get(step, (0, 0)))
            if step is two_do_the_same_at_once:
                assert sorted(replies) == [200, 409], life.told
            else:
                assert set(replies) <= {200}, life.told
        finally:
            await life.end()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(once(Path(folder)))


def test_a_usual_year_goes_without_a_refusal(sqlite_template: Path) -> None:
    async def once(folder: Path) -> None:
        life = await Life.begin(sqlite_template, folder)
        try:
            for step, a, b in USUAL:
                assert set(await take(life, step, a, b)) <= {200}, life.told
            assert [m.minutes_state for m in await life.meetings()] == [MinutesState.APPROVED, MinutesState.NONE]
        finally:
            await life.end()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(once(Path(folder)))
