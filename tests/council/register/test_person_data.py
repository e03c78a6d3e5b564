"""What lisbot knows about somebody, and erasing who they are while minutes and log stay whole."""

import json

from builders import ASTRID, BJORN, ELI, RAGNHILD, SIRI
from lisbot.cards.exports import DATA
from lisbot.commands import run
from lisbot.council.models import LogArguments, Meeting, Person, Term
from lisbot.council.register.identity import Caller
from people import form


async def test_everybody_sees_what_is_known_about_themselves_and_takes_it_along(scene):
    await scene.minuted()
    answer = await scene.done(ELI, "person.show_data")
    assert (answer.view.is_own, answer.view.email) == (True, ELI)
    file = json.dumps(DATA["person_data"](answer.view, answer.reply.viewer))
    assert "Eli Union" in file
    assert {row["seat_id"] for row in answer.view.rows["term"]} == {await scene.seat("union")}
    assert "digest" not in file
    assert "Det lisbot" not in await scene.words(ELI, "person.show_data")  # in her own language
    assert "register" in dict(answer.view.counts)


async def test_of_others_only_whoever_keeps_them_sees_it(scene):
    eli = await scene.person(ELI)
    assert (await scene.ok(RAGNHILD, "person.show_data", person_id=eli)).name == "Eli Union"
    assert (await scene.refused(ASTRID, "person.show_data", person_id=eli)).status == 403
    assert (await scene.refused(RAGNHILD, "person.show_data", person_id=await scene.person(SIRI))).status == 404


async def offered(scene, person_id):
    view = await scene.ok(RAGNHILD, "person.show", person_id=person_id)
    return {action.command for action in view.actions}


async def test_who_is_erased_is_gone_and_the_minutes_and_the_log_stay_whole(scene):
    await scene.minuted()
    meeting_id = (await scene.all(Meeting))[0].id
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Nygift", email=ELI)
    await scene.ok(RAGNHILD, "person.add_address", person_id=eli, email="eli@post.example")
    before = await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert (await scene.refused(RAGNHILD, "person.erase", person_id=eli)).key == "holds_still"
    assert "person.erase" not in await offered(scene, eli)
    assert (await scene.refused(BJORN, "person.erase", person_id=eli)).status == 403
    async with scene.runtime.db.write() as db:
        for term in await scene.all(Term, person_id=eli):
            row = await db.get_one(Term, term.id)
            row.to_on = row.ended_at = row.changed_at = scene.clock().date()
            row.ended_at = row.changed_at = scene.clock()
    scene.at(2027, 6, 1)
    given = {"person_id": eli}
    assert "person.erase" in await offered(scene, eli)
    asked = await run(scene.runtime, "person.erase", given, Caller("cli", RAGNHILD))
    assert "kan ikke angres" in asked.words
    view = await scene.ok(RAGNHILD, "person.erase", **given)
    assert not {"person.erase", "person.merge"} & {action.command for action in view.actions}
    assert (view.name, view.email, view.addresses, view.former_names) == (f"Slettet person {eli}", "", (), ())
    assert await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id) == before
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None
    said = "".join(row.args for row in await scene.all(LogArguments))
    for each in ("Eli Nygift", "Eli Union", ELI, "eli@post.example"):
        assert each not in said
    assert (await scene.refused("eli@post.example", "worklist.show")).key == "stranger"
    assert (await scene.one(Person, id=eli)).key == f"erased-{eli}"
    assert (await scene.refused(RAGNHILD, "person.erase", **given)).key == "erased_already"
    assert (await form(scene.runtime, RAGNHILD)("person.erase", **given)).status in (200, 409)
