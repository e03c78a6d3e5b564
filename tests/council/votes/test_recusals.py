"""Seats that are not impartial: chosen by name, seen by all, lifted when it was a mistake."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI, seat, term
from lisbot import commands
from lisbot.council.core.views import is_allowed
from lisbot.council.enums import Standing
from lisbot.council.models import Body, Delivery, LogLine, Organisation, Person, RollEntry, Vote
from lisbot.council.register.identity import Caller


async def recused(scene, key="union", reason="Søkjer sjølv", **more):
    vote_id = await scene.asked(**more)
    seat_id = await scene.seat(key)
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=seat_id, reason=reason)
    return vote_id, seat_id


async def test_who_may_lift_a_recusal(scene):
    vote_id, seat_id = await recused(scene)
    for who in (ASTRID, ELI, FRODE, PAAL, HILDE, SIRI):
        assert (await scene.refused(who, "vote.lift_recusal", vote_id=vote_id, seat_id=seat_id)).status == 403
    await scene.ok(BJORN, "vote.lift_recusal", vote_id=vote_id, seat_id=seat_id)


@pytest.mark.parametrize("secret", [False, True], ids=["named", "secret"])
async def test_a_lifted_recusal_asks_for_the_answer_again(scene, secret):
    vote_id, seat_id = await recused(scene, secret=secret)
    assert (await scene.refused(ELI, "vote.cast", vote_id=vote_id, choice="for")).key == "recused"
    shown = await scene.ok(RAGNHILD, "vote.lift_recusal", vote_id=vote_id, seat_id=seat_id)
    assert (shown.entitled, shown.answered, shown.recused) == (3, 0, ())
    entry = await scene.one(RollEntry, vote_id=vote_id, seat_id=seat_id)
    assert (entry.recused, entry.recused_reason, entry.choice, entry.answered) == (False, "", None, False)
    (told,) = await scene.all(Delivery, kind="vote_recusal_lifted")
    assert told.person_id == await scene.person(ELI)
    assert len(await scene.all(LogLine, command="vote.lift_recusal")) == 1
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="for")
    for who in (ASTRID, BJORN):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.one(Vote)).result["counts"] == {"for": 3, "against": 0, "abstain": 0}


async def test_a_recusal_is_lifted_once_and_not_after_the_close(scene):
    vote_id, seat_id = await recused(scene)
    fjord = await scene.seat("fjord")
    assert (await scene.refused(RAGNHILD, "vote.lift_recusal", vote_id=vote_id, seat_id=fjord)).key == "not_recused"
    rhf = await scene.seat("rhf")
    assert (await scene.refused(RAGNHILD, "vote.lift_recusal", vote_id=vote_id, seat_id=rhf)).key == "not_on_the_roll"
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.refused(RAGNHILD, "vote.lift_recusal", vote_id=vote_id, seat_id=seat_id)).key == "vote_closed"
    shown = await scene.ok(RAGNHILD, "vote.show", vote_id=vote_id)
    assert shown.recused[0].actions == ()


async def test_who_is_recused_and_why_is_seen_by_members_while_it_is_open(scene):
    vote_id, seat_id = await recused(scene)
    for who in (ASTRID, PAAL, ELI, RAGNHILD):
        shown = await scene.words(who, "vote.show", vote_id=vote_id)
        assert "Eli Union" in shown and "Søkjer sjølv" in shown
    offered = (await scene.ok(RAGNHILD, "vote.show", vote_id=vote_id)).recused[0].actions
    assert [(a.command, a.arguments) for a in offered] == [
        ("vote.lift_recusal", {"vote_id": vote_id, "seat_id": seat_id})
    ]
    assert (await scene.ok(ASTRID, "vote.show", vote_id=vote_id)).recused[0].actions == ()
    (told,) = await scene.all(Delivery, kind="vote_recused")
    assert (told.person_id, told.facts["reason"]) == (await scene.person(ELI), "Søkjer sjølv")


async def test_recusing_says_first_that_an_answer_goes(scene):
    vote_id = await scene.asked()
    seat_id = await scene.seat("union")
    given = {"vote_id": vote_id, "seat_id": seat_id, "reason": "Part"}
    caller = Caller("cli", RAGNHILD)
    before = await commands.run(scene.runtime, "vote.recuse", given, caller)
    assert before.status == 409 and "slettet" not in before.words
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="for")
    reply = await commands.run(scene.runtime, "vote.recuse", given, caller)
    assert reply.status == 409 and "blir slettet" in reply.words and "Eli Union" in reply.words
    assert (await scene.one(RollEntry, seat_id=seat_id)).choice == "for"


async def test_recusing_in_a_secret_question_does_not_say_whether_the_seat_has_answered(scene):
    vote_id = await scene.asked(secret=True)
    caller, words = Caller("cli", RAGNHILD), []
    for who in (None, ELI):
        if who:
            await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")
        given = {"vote_id": vote_id, "seat_id": await scene.seat("union"), "reason": "Part"}
        words.append((await commands.run(scene.runtime, "vote.recuse", given, caller)).words)
    assert words[0] == words[1]


async def test_two_seats_of_one_hospital_are_told_apart_by_who_holds_them(scene):
    async with scene.runtime.db.write() as db:
        body = await db.get_one(Body, scene.body_id)
        fjord = await db.get_one(Organisation, 1)
        second = seat(body, fjord, "Utdanningsleder", Standing.VOTING)
        second.key, second.position = "samrad-fjord-2", 9
        person = Person(key="nora", name="Nora Nes", email="nora@fjord.example", lang="nb")
        db.add_all([second, person])
        await db.flush()
        db.add(term(second, person))
    vote_id = await scene.asked()
    for command in ("vote.recuse",):
        form = await scene.form(RAGNHILD, command, vote_id=vote_id)
        (choices,) = [f["choices"] for f in form["fields"] if f["id"] == "seat_id"]
        titles = [c["title"] for c in choices if "Fjord" in c["title"]]
        assert len(set(titles)) == 2 and "Nora Nes" in " ".join(titles) and "Astrid Fjord" in " ".join(titles)


async def test_an_answer_is_taken_back_while_the_question_is_open(scene):
    vote_id = await scene.asked(live=True)
    assert not is_allowed((await scene.ok(ASTRID, "vote.show", vote_id=vote_id)).actions, "vote.retract")
    assert (await scene.refused(ASTRID, "vote.retract", vote_id=vote_id)).key == "nothing_to_retract"
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="against", reason="Nei")
    assert is_allowed((await scene.ok(ASTRID, "vote.show", vote_id=vote_id)).actions, "vote.retract")
    shown = await scene.ok(ASTRID, "vote.retract", vote_id=vote_id)
    assert (shown.answered, shown.counts["against"], shown.own[0].choice) == (0, 0, None)
    entry = await scene.one(RollEntry, seat_id=await scene.seat("fjord"))
    assert (entry.answered, entry.choice, entry.reason, entry.by_id) == (False, None, None, None)
    assert "Tilrår rådet dette?" in await scene.words(ASTRID, "worklist.show")
    for who, status in ((FRODE, 403), (PAAL, 403), (RAGNHILD, 403), (SIRI, 404)):
        assert (await scene.refused(who, "vote.retract", vote_id=vote_id)).status == status
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.refused(ASTRID, "vote.retract", vote_id=vote_id)).key == "vote_closed"


async def test_a_secret_answer_is_taken_back_too(scene):
    vote_id = await scene.asked(secret=True)
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")
    assert (await scene.ok(ELI, "vote.retract", vote_id=vote_id)).answered == 2
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.one(Vote)).result["counts"] == {"for": 2, "against": 1, "abstain": 0}
