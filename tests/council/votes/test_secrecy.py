"""Where few answer a secret question nothing shows what anybody answered: not in a count, a list, the log or a file."""

import json

import pytest

from builders import ASTRID, BJORN, ELI, KARI, PAAL, RAGNHILD
from dumps import dump
from lisbot import commands
from lisbot.council.enums import Majority, Verdict
from lisbot.council.models import Body, Delivery, LogArguments, SealedBallot, Vote
from lisbot.council.register.identity import Caller

OPTIONS = "Hvalross\nNarhval\nGrindhval"


async def asked(scene, answers, **more):
    vote_id = await scene.asked(**({"secret": True, "form": "single", "options": OPTIONS} | more))
    for who in answers:
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="Narhval", reason="Fordi eg meiner det")
    return vote_id


@pytest.mark.parametrize("answers", [(ELI,), (ELI, ASTRID)], ids=["one", "two"])
async def test_what_one_or_two_answered_is_nowhere(scene, answers):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).majority = Majority.SIMPLE
    vote_id = await asked(scene, answers)
    closed = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (closed.verdict, closed.counts, closed.winner, closed.reasons) == (Verdict.NOT_SHOWN, None, None, ())
    tables = await dump(scene.runtime.db)
    for name, rows in tables.items():
        for row in rows:
            for column, value in row.items():
                said = json.dumps(value, default=repr, ensure_ascii=False)
                assert "Fordi eg" not in said, (name, column)
                is_question = (name, column) in {
                    ("vote", "options"),
                    ("log_arguments", "args"),
                } and "options" in row | json.loads(row.get("args") or "{}")
                assert "Narhval" not in said or is_question, (name, column)
    assert (await scene.one(Vote)).result["counts"] == {}
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=1)
    for who in (*answers, BJORN, PAAL, RAGNHILD, KARI):
        for command, given in (
            ("vote.show", {"vote_id": vote_id}),
            ("meeting.show", {"meeting_id": 1}),
            ("minutes.show", {"meeting_id": 1}),
            ("body.show", {"body_id": scene.body_id}),
        ):
            reply = await scene(who, command, **given)
            if reply.status == 200:
                said = str(reply.sheet.sections) + str(reply.sheet.state) + str(reply.sheet.lines)
                assert "Narhval" not in said and "flertall" not in said.replace("Flertallsregel", "").replace(
                    "simpelt flertall", ""
                ), (who, command)
    history = await scene.done(RAGNHILD, "log.show", meeting_id=1)
    closing = [line for line in history.view.lines if line.command == "vote.close"]
    assert "Narhval" not in str(closing)


async def test_of_enough_the_count_shows_even_where_all_agree(scene):
    vote_id = await asked(scene, (ASTRID, BJORN, ELI))
    closed = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert closed.counts == {"Hvalross": 0, "Narhval": 3, "Grindhval": 0}
    assert len(closed.reasons) == 3


async def test_of_none_there_is_nothing_to_hide(scene):
    vote_id = await asked(scene, ())
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).counts == dict.fromkeys(OPTIONS.split("\n"), 0)


async def test_asked_again_after_each_first_answer_it_tells_nothing(scene):
    vote_id = await asked(scene, (ELI,))
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    item_id = (await scene.one(Vote)).item_id
    for n, who in enumerate((ASTRID, BJORN)):
        again = await scene.question(f"Igjen {n}?", item_id=item_id, secret=True)
        await scene.ok(who, "vote.cast", vote_id=again, choice="against")
        closed = await scene.ok(RAGNHILD, "vote.close", vote_id=again)
        assert (closed.counts, closed.verdict) == (None, Verdict.NOT_SHOWN)


async def test_recusing_one_by_one_and_taking_back_hide_what_is_left(scene):
    vote_id = await asked(scene, (ASTRID, BJORN, ELI))
    await scene.ok(RAGNHILD, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("union"), reason="Part")
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).counts is None
    again = await scene.question("Igjen?", item_id=(await scene.one(Vote, id=vote_id)).item_id, secret=True)
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=again, choice="for")
    await scene.ok(ELI, "vote.retract", vote_id=again)
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=again)).counts is None


async def test_who_is_silent_does_not_show_until_enough_have_answered(scene):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).secret_minimum = 2
    vote_id = await asked(scene, ())
    for who, silent in ((ASTRID, []), (BJORN, ["Eli Union"]), (ELI, [])):
        assert [line.holder for line in (await scene.ok(RAGNHILD, "vote.show", vote_id=vote_id)).silent] == []
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="Narhval")
        shown = await scene.ok(RAGNHILD, "vote.show", vote_id=vote_id)
        assert [line.holder for line in shown.silent] == silent
        if silent:
            break
    named = await scene.question("Åpent?", item_id=(await scene.one(Vote)).item_id)
    assert len((await scene.ok(RAGNHILD, "vote.show", vote_id=named)).silent) == 3


async def test_the_number_is_the_councils_and_frozen_when_the_question_opens(scene):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).secret_minimum = 2
    vote_id = await asked(scene, (ASTRID, BJORN))
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).secret_minimum = 9
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).counts["Narhval"] == 2


async def test_one_answer_alone_does_not_show_of_a_question_from_before_there_was_a_minimum(scene):
    vote_id = await asked(scene, (ELI,))
    async with scene.runtime.db.write() as db:
        (await db.get_one(Vote, vote_id)).secret_minimum = None
    assert (await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)).counts is None


async def test_closing_says_first_how_many_have_not_answered_and_that_nothing_will_show(scene):
    vote_id = await asked(scene, (ELI,))
    reply = await commands.run(scene.runtime, "vote.close", {"vote_id": vote_id}, Caller("cli", RAGNHILD))
    assert reply.status == 409
    assert "2 av 3 har ikke svart" in reply.words and "Bare 1 har svart" in reply.words
    assert "får beskjed" in reply.words
    assert len(await scene.all(SealedBallot)) == 3
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert {d.facts["title"] for d in await scene.all(Delivery, kind="vote_closed")} == {"Tilrår rådet dette?"}
    evidence = [json.loads(a.args) for a in await scene.all(LogArguments) if "result" in a.args]
    assert [e["result"]["counts"] for e in evidence if "result" in e] == [{}]


async def test_opening_says_first_where_too_few_can_answer_in_secret(scene):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).secret_minimum = 5
    given = {"body_id": scene.body_id, "question": "Hva?", "secret": True}
    reply = await commands.run(scene.runtime, "vote.open", given, Caller("cli", RAGNHILD))
    assert reply.status == 409 and "Bare 3 kan svare" in reply.words and "får beskjed" in reply.words
    assert await scene.all(Vote) == []
