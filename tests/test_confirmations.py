"""What is said when something is done: what happened, to what, and who was told, in every channel."""

import pytest

import builders
from builders import BJORN, RAGNHILD
from lisbot.channels.common.drawing import draw_reply
from lisbot.cli.output import words_of
from lisbot.commands.table import public_commands
from lisbot.render.words import words
from lisbot.texts import LANGUAGES, look_up, text
from stages import Scene

# What is done for each of several things says on its card what became of each.
CHANGING = [command.name for command in public_commands() if command.changes and not command.each]


@pytest.fixture
async def scene(runtime, clock):
    return Scene(runtime, clock, await builders.council(runtime.db))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_confirmation_is_a_sentence_and_not_the_buttons_words(lang: str):
    wrong = {}
    for name in CHANGING:
        said = look_up(lang, f"command.{name}")
        done = said.get("done", "")
        pressed = {said[key].casefold() for key in ("name", "button", "submit") if key in said}
        for each in done.values() if isinstance(done, dict) else [done]:  # of one, of several
            is_sentence = each.endswith(".") and not each[0].islower() and len(each.split()) > 2
            if not is_sentence or each.casefold().rstrip(".") in pressed:
                wrong[name] = each
    assert wrong == {}


async def test_it_says_what_was_done_and_to_what_in_words_and_on_the_card(scene):
    meeting_id, item_id = await scene.published()
    new_case = {"meeting_id": meeting_id, "title": "Ny sak", "kind": "discussion"}
    renamed = {"item_id": item_id, "title": "Rotasjon", "kind": "advice"}
    deeds = (
        (RAGNHILD, "agenda_item.add", new_case, "«Ny sak» er satt på saklisten."),
        (RAGNHILD, "agenda_item.edit", renamed, "Endringene i «Rotasjon» er lagret."),
        (
            BJORN,
            "attendance.respond",
            {"meeting_id": meeting_id, "response": "digital"},
            "Svaret ditt er registrert: kommer digitalt.",
        ),
    )
    for who, name, given, done in deeds:
        reply = (await scene.done(who, name, **given)).reply
        drawing = draw_reply(reply)
        assert reply.done == done
        assert drawing is not None and done in words(drawing.card)
        assert words_of(reply).startswith(done)


async def test_it_says_who_was_told(scene):
    await scene.called()
    reply = (await scene.done(BJORN, "proposal.submit", meeting_id=1, title="En sak", kind="advice")).reply
    assert words_of(reply).splitlines()[:2] == [text("nb", "command.proposal.submit.done"), *reply.told]
    assert "får beskjed" in reply.told[0]


async def test_what_only_looks_confirms_nothing(scene):
    reply = (await scene.done(RAGNHILD, "meeting.show", meeting_id=await scene.planned())).reply
    assert (reply.done, reply.told) == ("", ())


@pytest.mark.parametrize("lang", LANGUAGES)
async def test_a_change_of_language_is_confirmed_in_the_language_chosen(scene, lang: str):
    reply = (await scene.done(BJORN, "person.choose_language", language=lang)).reply
    assert reply.done == text(lang, "command.person.choose_language.done")
    drawing = draw_reply(reply)
    assert drawing is not None and reply.done in words(drawing.card)
    assert text(lang, "card.menu.title") in await scene.words(BJORN, "menu.show")
