"""A journey of 30 stations and a matrix of 200 cases and 12 organisations cost few statements."""

from bench.journeys import JOURNEY, MATRIX, STATIONS, found
from bench.pages import MAX_STATEMENTS, ask, runtime_for, statements
from lisbot.db import Database


async def test_a_long_journey_and_a_wide_matrix_are_read_in_few_statements(database: Database) -> None:
    await found(database, 2, 1)
    runtime = runtime_for(database)
    for each in JOURNEY:
        assert len((await ask(runtime, each)).stations) == STATIONS
        assert len(await statements(runtime, each)) <= MAX_STATEMENTS
    for each in MATRIX:
        view = await ask(runtime, each)
        assert (len(view.cases), len(view.organisations)) == (200, 12)
        assert len(await statements(runtime, each)) <= MAX_STATEMENTS
