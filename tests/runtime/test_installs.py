"""The tokens of the workspaces that have installed lisbot: sealed at rest, and nobody else's to open."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from dumps import dump
from lisbot.installs import Installed, Installs

KEY, TOKEN = b"k" * 32, "xoxb-1234567890-not-to-be-read"
HSO = Installed("T0HSO", "Helse Sør-Øst", TOKEN, "U0LISBOT", "chat:write,commands")


@pytest.fixture
def installs(database) -> Installs:
    return Installs(database, KEY, "slack")


async def test_what_is_kept_is_found_again(installs):
    await installs.keep(HSO)
    assert await installs.find("T0HSO") == HSO
    assert await installs.find("T0HMN") is None


async def test_the_token_is_nowhere_in_the_database(installs, database, tmp_path):
    await installs.keep(HSO)
    everything = repr(await dump(database)).encode()
    files = [file.read_bytes() for file in tmp_path.iterdir()]  # SQLite's own, with its write-ahead log
    assert b"T0HSO" in (b"".join(files) if database.is_sqlite else everything)
    for part in (TOKEN, TOKEN[5:15], TOKEN[15:], b64encode(TOKEN.encode()).decode()[:12]):
        assert not [text for text in (everything, *files) if part.encode() in text]


async def test_another_key_opens_nothing(installs, database):
    await installs.keep(HSO)
    for other in (Installs(database, b"K" * 32, "slack"), Installs(database, b"", "slack")):
        assert await other.find("T0HSO") is None


async def test_a_sealed_token_moved_to_another_workspace_opens_nothing(installs, database):
    """Whoever can write in the database must not make lisbot speak for one hospital in another's name."""
    await installs.keep(HSO)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE installation SET tenant = 'T0HMN'")
    assert await installs.find("T0HMN") is None


async def test_the_same_token_is_never_sealed_alike(installs, database):
    sealed = []
    for _ in range(2):
        await installs.keep(HSO)
        async with database.engine.begin() as connection:
            sealed.append(
                bytes((await connection.exec_driver_sql("SELECT token FROM installation")).scalar())
            )
    assert sealed[0] != sealed[1]


async def test_an_installation_takes_the_place_of_the_last_one_also_when_two_come_at_once(installs):
    several = [Installed("T0HSO", f"name {n}", f"xoxb-{n}", "U0LISBOT", "") for n in range(4)]
    await asyncio.gather(*(installs.keep(each) for each in several))
    assert await installs.find("T0HSO") in several
    await installs.keep(HSO)
    assert await installs.find("T0HSO") == HSO


async def test_who_installs_again_is_not_forgotten_by_late_word_of_the_removal(installs):
    removed = datetime.now(UTC) - timedelta(minutes=5)
    await installs.keep(HSO)
    await installs.forget("T0HSO", removed)
    assert await installs.find("T0HSO") == HSO


async def test_a_token_sealed_under_another_key_is_told_of_once_and_not_shown(installs, database, caplog):
    await installs.keep(HSO)
    await installs.keep(Installed("T0HMN", "Helse Midt", "xoxb-other", "U0LISBOT", ""))
    changed = Installs(database, b"another key than the house had then", "slack")
    for workspace in ("T0HSO", "T0HSO", "T0HMN", "T0HSO", "T0NONE"):
        assert await changed.find(workspace) is None
    for workspace in ("T0HSO", "T0HMN"):
        assert caplog.text.count(f"{workspace} must install lisbot again") == 1
    assert "T0NONE" not in caplog.text and "xoxb" not in caplog.text


async def test_what_is_forgotten_is_gone_and_nobody_elses_is(installs, database):
    other = Installed("T0HMN", "Helse Midt", "xoxb-other", "U0LISBOT", "")
    elsewhere = Installs(database, KEY, "elsewhere")
    for keeper, found in ((installs, HSO), (installs, other), (elsewhere, HSO)):
        await keeper.keep(found)
    for _ in range(2):
        await installs.forget("T0HSO", datetime.now(UTC))
    assert await installs.find("T0HSO") is None
    assert await installs.find("T0HMN") == other
    assert await elsewhere.find("T0HSO") == HSO
