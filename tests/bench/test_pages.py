"""How much a command that only looks asks of the database: the same however much there is."""

import pytest

from bench import history
from bench.pages import ASKED, OF_MANY, runtime_for, statements
from lisbot.commands import COMMANDS
from lisbot.db import Database


def test_every_command_that_only_looks_is_asked():
    looks = {name for name, command in COMMANDS.items() if not command.changes and not command.is_internal}
    assert {each.command for each in ASKED} == looks


async def counts(db: Database) -> dict[str, int]:
    runtime = runtime_for(db)
    return {each.title: len(await statements(runtime, each)) for each in (*ASKED, *OF_MANY)}


@pytest.fixture
async def some_history(database: Database) -> Database:
    """Two councils, each with three meetings behind it."""
    await history.found(database, range(1, 4))
    await history.lay(database, range(1, 4), range(1, 4))
    await history.link(database)
    return database


async def test_a_command_that_only_looks_sends_few_statements_and_no_more_where_there_is_more(some_history: Database):
    before = await counts(some_history)
    most = {each.title: each.most for each in (*ASKED, *OF_MANY)}
    assert {title: count for title, count in before.items() if count > most[title]} == {}
    await history.found(some_history, range(4, 7))
    await history.lay(some_history, range(1, 4), range(4, 15))
    await history.lay(some_history, range(4, 7), range(1, 15))
    await history.link(some_history)
    after = await counts(some_history)
    del after["log.verify, secretariat"]  # reads the whole log, 5,000 lines at a time
    assert {title: (before[title], count) for title, count in after.items() if count > before[title]} == {}
