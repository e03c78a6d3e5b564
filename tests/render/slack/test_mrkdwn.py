"""Text for Slack is read once, however long it is and whatever stands in it."""

import pytest

from lisbot.render.slack import limits, mrkdwn
from lisbot.render.slack.mrkdwn import escape, length, to_lines, wrap

LONG = 40_000  # characters: the longest message that Slack takes
HOSTILE = ["\n", " ", "> ", "\n>", "<", "<http:", "*", "_a", ":a", ":", "`", "&", "🙂", "a", "<!", "\t"]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_each_character_is_looked_at_once_for_a_quotation(monkeypatch: pytest.MonkeyPatch, piece: str):
    read: list[str] = []
    part_quote = mrkdwn.part_quote

    def counted(line: str) -> str:
        read.append(line)
        return part_quote(line)

    monkeypatch.setattr(mrkdwn, "part_quote", counted)
    escape((piece * LONG)[:LONG])
    assert bool(read) == bool(mrkdwn.SPECIAL.search(piece))  # a text without any marks is not looked through
    assert len(read) <= LONG + 1
    assert sum(map(len, read)) <= LONG


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_long_text_is_measured_a_piece_at_a_time(piece: str):
    """Each measuring looks at no more than one piece, and there are no more than a few to a piece."""
    measured: list[int] = []

    def measure(part: str) -> int:
        measured.append(len(part))
        return length(escape(part))

    pieces = list(wrap((piece * LONG)[:LONG], limits.TEXT, measure))
    assert "".join(pieces) == (piece * LONG)[:LONG]
    assert max(measured) <= limits.TEXT
    assert len(measured) <= 5 * len(pieces)


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_a_long_text_comes_in_lines_that_fit(piece: str):
    assert all(length(line) <= limits.TEXT for line in to_lines((piece * LONG)[:LONG], bold=True))
