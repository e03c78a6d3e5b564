"""What was done while a card was on its way is found, whatever order it was begun and committed in."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, text

from lisbot.council.log.link import link_committed
from lisbot.council.models import LogLine
from lisbot.outbox.changes import Changes, LogChange, read_changes, read_position

KEY = b"k" * 32


async def write(db, subject: str, body_id: int | None = 1) -> None:
    """A line of the log, as a command writes one."""
    line = {
        "v": 2,
        "at": datetime(2026, 11, 2, tzinfo=UTC),
        "by_name": "",
        "as_role": "",
        "via": "web",
        "command": "x.y",
        "subject": subject,
        "body_id": body_id,
        "args_digest": "",
    }
    in_transaction = text("pg_current_xact_id()::text::bigint") if db.bind.dialect.name == "postgresql" else None
    await db.execute(insert(LogLine).values(**line, txid=in_transaction))


async def changes_since(database, position) -> Changes:
    async with database.read() as db:
        return await read_changes(db, position)


async def position_of(database):
    async with database.read() as db:
        return await read_position(db)


@pytest.mark.parametrize("is_linked", [False, True])
async def test_what_was_done_before_is_no_change_and_what_is_done_after_is(database, is_linked):
    async with database.write() as db:
        await write(db, "vote:1")
    if is_linked:
        await link_committed(database, KEY)
    position = await position_of(database)
    assert not (await changes_since(database, position)).is_any
    async with database.write() as db:
        await write(db, "vote:2", body_id=2)
    if is_linked:
        await link_committed(database, KEY)
    changes = await changes_since(database, position)
    assert (changes.subjects, changes.bodies) == ({"vote:2"}, {2})


@pytest.mark.parametrize("is_linked", [False, True])
async def test_what_was_begun_before_and_committed_after_is_a_change(database, is_linked):
    """Its line has a lower id than lines that were seen."""
    if database.is_sqlite:
        return  # one writes at a time
    async with database.sessions() as slow:
        await write(slow, "vote:1")
        async with database.write() as db:
            await write(db, "vote:2")
        await link_committed(database, KEY)
        position = await position_of(database)
        assert not (await changes_since(database, position)).is_any
        await slow.commit()
    if is_linked:
        await link_committed(database, KEY)
    assert (await changes_since(database, position)).subjects == {"vote:1"}


@pytest.mark.parametrize(
    ("subject", "body_id", "is_concerned"),
    [
        ("vote:7", 1, True),  # named
        ("meeting:3", 1, True),  # what it belongs to
        ("proposal:4", 1, True),  # anything in the body may have changed it
        ("vote:7", 2, True),  # named, whatever the body
        ("proposal:4", 2, False),
        (None, 2, False),
        ("proposal:4", None, True),  # of which body is not known
    ],
)
def test_a_card_is_concerned_by_what_was_done_in_its_body(subject, body_id, is_concerned):
    changes = Changes.of([LogChange("vote:7", "meeting:3", 1), LogChange(None, None, None)])
    assert changes.concern(subject, body_id) is is_concerned


def test_no_card_is_concerned_by_nothing():
    assert not Changes.of([]).concern("vote:7", None)
