"""What people may set about themselves, and where they are reached."""

import json

import pytest

import builders
from builders import ASTRID, ELI, HILDE, KARI, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import Post
from lisbot.council.models import Account, Delivery, LogArguments, LogLine, Meeting, Person, Secretariat
from lisbot.council.register.identity import Caller


@pytest.mark.parametrize("who", [ASTRID, HILDE, SIRI])
async def test_a_chosen_language_is_spoken_from_then_on_wherever_they_are(scene, who):
    for lang, words in (
        ("en", "lisbot cannot do that. Write ‘help’ to see what you can ask for."),
        ("nn", "Det kan ikkje lisbot gjere. Skriv «hjelp» for å sjå kva du kan be om."),
    ):
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


async def edited(scene, by=RAGNHILD, of=ELI, **given):
    person = await scene.one(Person, email=of)
    return await scene(by, "person.edit", person_id=person.id, **{"name": person.name, "email": of} | given)


async def test_the_secretariat_gives_somebody_another_name_and_address(scene):
    await scene.planned()
    answer = await edited(scene, name="Eli Nygift", email="eli.nygift@union.example")
    assert (answer.status, answer.view.name, answer.view.email) == (200, "Eli Nygift", "eli.nygift@union.example")
    assert (await scene.done("eli.nygift@union.example", "worklist.show")).status == 200
    assert (await scene.refused(ELI, "worklist.show")).key == "stranger"
    assert "Eli Nygift" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    (line,) = await scene.all(LogLine, command="person.edit")
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert json.loads(arguments.args)["former_name"] == "Eli Union"
    assert [d.kind for d in await scene.all(Delivery, person_id=answer.view.id)] == ["person_edited"]


async def test_minutes_that_are_written_keep_the_old_name(scene):
    await scene.minuted()
    meeting_id = (await scene.all(Meeting))[0].id
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    before = await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert (await edited(scene, name="Eli Nygift")).status == 200
    assert await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id) == before


async def test_who_may_give_another_name(scene):
    for who, status in ((ASTRID, 403), (ELI, 403), (SIRI, 403)):
        assert (await edited(scene, who, name="X")).status == status
    person_id = await scene.person(SIRI)
    assert (await scene.refused(RAGNHILD, "person.edit", person_id=person_id, name="X")).status == 404
    assert (await scene.refused(RAGNHILD, "person.show", person_id=person_id)).status == 404
    assert (await edited(scene, KARI, RAGNHILD, name="Ragnhild Ny")).status == 200


async def test_one_address_is_one_persons(scene):
    given = {"name": "Eli Union", "email": "\u200bASTRID@fjord.example"}
    answer = await scene(RAGNHILD, "person.edit", person_id=await scene.person(ELI), **given)
    assert (answer.status, answer.key, set(answer.fields)) == (409, "email_taken", {"email"})


async def test_who_works_at_another_secretariat_keeps_their_address(scene):
    """It would open the other region's councils."""
    async with scene.runtime.db.write() as db:
        north = await scene.one(Secretariat, key="regut-north")
        db.add(builders.staff(north, await scene.one(Person, email=ELI), Post.LEADER))
    assert (await edited(scene, name="Eli X")).key == "works_elsewhere"


async def test_two_at_once_do_not_write_over_each_other(scene):
    eli = await scene.person(ELI)
    form = await scene.form(RAGNHILD, "person.edit", person_id=eli)
    await edited(scene, name="Eli Først")
    answer = await scene(
        RAGNHILD, "person.edit", person_id=eli, name="Eli Sist", email=ELI, basis=form["context"]["basis"]
    )
    assert (answer.status, answer.key) == (409, "changed_meanwhile")


async def test_an_address_that_is_emptied_is_removed_and_one_that_is_not_given_stays(scene):
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Berg")
    assert (await scene.one(Person, id=eli)).email == ELI
    given = {"person_id": eli, "name": "Eli Berg", "email": ""}
    asked = await run(scene.runtime, "person.edit", given, Caller("cli", RAGNHILD))
    assert f"Eli Berg mister adressen {ELI}" in asked.words
    view = await scene.ok(RAGNHILD, "person.edit", **given)
    assert (view.email, (await scene.one(Person, id=eli)).email) == ("", None)
