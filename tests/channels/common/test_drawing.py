"""What was done and cannot be drawn is said to be done: nobody does it twice."""

import logging

import pytest

import builders
from builders import RAGNHILD
from lisbot import cards, commands
from lisbot.channels.common.drawing import draw_reply
from lisbot.council.core.context import Role
from lisbot.council.register.identity import Caller
from lisbot.render.words import words
from lisbot.texts import LANGUAGES, has


@pytest.fixture
async def ragnhild(runtime, monkeypatch):
    """Runs a command as her, with what cannot be drawn."""
    await builders.council(runtime.db)

    def broken(_view, _viewer):
        raise ZeroDivisionError

    for shows in ("person", "menu"):
        monkeypatch.setitem(cards.SHEETS, shows, broken)

    async def call(name, **given):
        return await commands.run(runtime, name, given, Caller("cli", RAGNHILD))

    return call


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("person.choose_language", {"language": "nb"}, "Det er gjort, men vi klarte ikke å vise det."),
        ("menu.show", {}, "Noe gikk galt hos oss. Ingenting er endret."),
    ],
)
async def test_it_is_said_whether_it_was_done(ragnhild, caplog, name, given, said):
    reply = await ragnhild(name, **given)
    with caplog.at_level(logging.ERROR):
        drawing = draw_reply(reply)
    assert drawing
    assert drawing.opens is None
    shown = words(drawing.card)
    assert said in shown
    reference = shown.rstrip(".\n *").split()[-1]
    assert reference in caplog.text


def test_every_role_under_which_something_was_done_has_a_word_in_each_language():
    """The log says as what somebody acted, and cannot be drawn without."""
    assert [(lang, role) for lang in LANGUAGES for role in Role if not has(lang, f"role.{role}")] == []
