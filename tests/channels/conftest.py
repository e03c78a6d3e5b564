"""What the channels' tests share."""

import shutil
from pathlib import Path

import pytest

from fakes import recorded
from lisbot.cards import SHEETS


@pytest.fixture(autouse=True)
def recorded_sheets_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheets that fakes.recorded answers with are drawn as they are."""
    monkeypatch.setitem(SHEETS, recorded.SHOWS, lambda view, viewer: view)


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    """On SQLite alone: a channel writes no SQL. What commands do is tried on both kinds where the commands are."""
    path = tmp_path / "lisbot.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite+aiosqlite:///{path}"
