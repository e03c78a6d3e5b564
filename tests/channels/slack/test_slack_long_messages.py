"""The longest message that Slack takes is read once, whatever is written in it."""

import pytest

from channels.slack.helpers import ASTRID, settle
from lisbot.channels.slack import payload
from lisbot.channels.slack.payload import to_plain_text

LONG = 40_000  # characters: docs.slack.dev, chat.postMessage
HOSTILE = ["<", "<http:", "<http://a|", "<@", "<!x|", "<@U1", ">", "|", "&", "&lt;", "<http://a|b>", "a ", "\n", " "]


@pytest.mark.parametrize("piece", HOSTILE, ids=repr)
def test_each_character_is_looked_at_once_for_markup(monkeypatch: pytest.MonkeyPatch, piece: str):
    read: list[str] = []
    read_markup = payload.read_markup

    def counted(part: str) -> str:
        read.append(part)
        return read_markup(part)

    monkeypatch.setattr(payload, "read_markup", counted)
    message = (piece * LONG)[:LONG]
    to_plain_text(message)
    assert len(read) == message.count("<")
    assert sum(map(len, read)) <= LONG


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Se <https://a.example/x?b=1&amp;c=2|avtalen> &amp; spør", "Se avtalen (https://a.example/x?b=1&c=2) & spør"),
        ("<https://a.example|a.example> <mailto:x@a.example|x@a.example>", "a.example x@a.example"),
        ("<https://a.example>", "https://a.example"),
        ("<@U1> <@U2|Kari> <#C1|drift> <#C2> <!channel> <!subteam^S1|@regut>", "  Kari drift     @regut"),
        ("1 &lt; 2 &gt; 0 &amp;lt; &amp;amp;", "1 < 2 > 0 &lt; &amp;"),
        ("&#9999999; &eacute;", "&#9999999; &eacute;"),
        ("<ukjent> <", "<ukjent> <"),
        ("<<http://a|b>", "<b (http://a)"),
        ("", ""),
    ],
)
def test_markup_becomes_plain_words(typed: str, words: str):
    assert to_plain_text(typed) == words


@pytest.mark.parametrize("value", [None, 7, ["a"], {"text": "a"}], ids=str)
def test_what_is_no_text_is_none(value):
    assert to_plain_text(value) == ""


@pytest.mark.parametrize("piece", ["<http:", "<@", "> ", "*_~`", ":a", "\n"], ids=repr)
async def test_the_longest_message_is_answered_while_slack_waits(recorded, run, fake, piece):
    await recorded.say(ASTRID, (piece * LONG)[:LONG])
    await settle(recorded)
    assert run.names == ["menu.show"]
    assert recorded.warnings == []
    assert len(fake.messages_to(ASTRID)) == 1
