"""What people may set about themselves, and where they are reached."""

import pytest

from builders import ASTRID, HILDE, SIRI
from lisbot.commands import run
from lisbot.council.models import Account, Person
from lisbot.council.register.identity import Caller


@pytest.mark.parametrize("who", [ASTRID, HILDE, SIRI])
async def test_a_chosen_language_is_spoken_from_then_on_wherever_they_are(scene, who):
    for lang, words in (("en", "There is no such command."), ("nn", "Den kommandoen finst ikkje.")):
        answer = await scene.done(who, "person.choose_language", language=lang)
        assert (answer.lang, answer.view.lang) == (lang, lang)
        assert (await scene.refused(who, "vote.rig")).words == words
        assert (await scene.one(Person, email=who)).lang == lang


async def test_a_language_lisbot_does_not_speak_is_refused(scene):
    assert set((await scene.refused(ASTRID, "person.choose_language", language="se")).fields) == {"language"}


async def test_somebody_is_reached_where_they_last_wrote_from(scene):
    astrid = Caller("teams", "29:astrid", tenant="tenant", email=ASTRID)
    for conversation in ("a:1", "a:2"):
        given = {"service_url": "https://smba.example/", "conversation_id": conversation}
        assert (await run(scene.runtime, "account.update_address", given, astrid)).status == 200
    (account,) = await scene.all(Account)
    assert (account.conversation_id, account.service_url) == ("a:2", "https://smba.example/")


async def test_only_a_chat_platform_says_where_somebody_is_reached(scene):
    given = {"service_url": "https://elsewhere.example/", "conversation_id": "a:1"}
    assert (await scene.refused(ASTRID, "account.update_address", **given)).status == 403
