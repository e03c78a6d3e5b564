"""What the channels' tests share."""

import pytest

from fakes import recorded
from lisbot.cards import SHEETS


@pytest.fixture(autouse=True)
def recorded_sheets_are_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sheets that fakes.recorded answers with are drawn as they are."""
    monkeypatch.setitem(SHEETS, recorded.SHOWS, lambda view, viewer: view)
