"""The tokens of the workspaces that have installed lisbot: encrypted at rest, and nobody else's to read."""

import asyncio
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest

from dumps import dump
from lisbot.installations import Installations, Installed

KEY, TOKEN = b"k" * 32, "xoxb-1234567890-not-to-be-read"
HSO = Installed("T0HSO", "Helse Sør-Øst", TOKEN, "U0LISBOT", "chat:write,commands")


@pytest.fixture
def installations(database) -> Installations:
    return Installations(database, KEY, "slack")


async def test_what_is_saved_is_found_again(installations):
    await installations.save(HSO)
    assert await installations.find("T0HSO") == HSO
    assert await installations.find("T0HMN") is None


async def test_the_token_is_nowhere_in_the_database(installations, database, tmp_path):
    await installations.save(HSO)
    everything = repr(await dump(database)).encode()
    files = [file.read_bytes() for file in tmp_path.iterdir()]  # SQLite's own, with its write-ahead log
    assert b"T0HSO" in (b"".join(files) if database.is_sqlite else everything)
    for part in (TOKEN, TOKEN[5:15], TOKEN[15:], b64encode(TOKEN.encode()).decode()[:12]):
        assert not [text for text in (everything, *files) if part.encode() in text]


async def test_another_key_decrypts_nothing(installations, database):
    await installations.save(HSO)
    for other in (Installations(database, b"K" * 32, "slack"), Installations(database, b"", "slack")):
        assert await other.find("T0HSO") is None


async def test_a_token_moved_to_another_workspace_decrypts_nothing(installations, database):
    """Whoever can write in the database must not make lisbot speak for one hospital in another's name."""
    await installations.save(HSO)
    async with database.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE installation SET tenant = 'T0HMN'")
    assert await installations.find("T0HMN") is None


async def test_the_same_token_is_never_encrypted_alike(installations, database):
    encrypted = []
    for _ in range(2):
        await installations.save(HSO)
        async with database.engine.begin() as connection:
            encrypted.append(bytes((await connection.exec_driver_sql("SELECT token FROM installation")).scalar()))
    assert encrypted[0] != encrypted[1]


async def test_an_installation_takes_the_place_of_the_last_one_also_when_two_come_at_once(installations):
    several = [Installed("T0HSO", f"name {n}", f"xoxb-{n}", "U0LISBOT", "") for n in range(4)]
    await asyncio.gather(*(installations.save(each) for each in several))
    assert await installations.find("T0HSO") in several
    await installations.save(HSO)
    assert await installations.find("T0HSO") == HSO


async def test_who_installations_again_is_not_forgotten_by_late_word_of_the_removal(installations):
    removed = datetime.now(UTC) - timedelta(minutes=5)
    await installations.save(HSO)
    await installations.forget("T0HSO", removed)
    assert await installations.find("T0HSO") == HSO


async def test_a_token_encrypted_under_another_key_is_logged_once_and_not_shown(installations, database, caplog):
    await installations.save(HSO)
    await installations.save(Installed("T0HMN", "Helse Midt", "xoxb-other", "U0LISBOT", ""))
    changed = Installations(database, b"another key than the runtime had then", "slack")
    for workspace in ("T0HSO", "T0HSO", "T0HMN", "T0HSO", "T0NONE"):
        assert await changed.find(workspace) is None
    for workspace in ("T0HSO", "T0HMN"):
        assert caplog.text.count(f"{workspace} must install lisbot again") == 1
    assert "T0NONE" not in caplog.text and "xoxb" not in caplog.text


async def test_what_is_forgotten_is_gone_and_nobody_elses_is(installations, database):
    other = Installed("T0HMN", "Helse Midt", "xoxb-other", "U0LISBOT", "")
    elsewhere = Installations(database, KEY, "elsewhere")
    for store, found in ((installations, HSO), (installations, other), (elsewhere, HSO)):
        await store.save(found)
    for _ in range(2):
        await installations.forget("T0HSO", datetime.now(UTC))
    assert await installations.find("T0HSO") is None
    assert await installations.find("T0HMN") == other
    assert await elsewhere.find("T0HSO") == HSO
