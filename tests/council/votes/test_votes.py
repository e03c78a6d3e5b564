"""Questions and answers: one ballot per seat, a roll that is frozen, a result that keeps its rule."""

import asyncio
import json
from datetime import date

import pytest
from sqlalchemy import select, text

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.commands import COMMANDS
from lisbot.council.core.views import is_allowed
from lisbot.council.enums import Authority, Majority, Quorum
from lisbot.council.models import Body, Delivery, LogArguments, LogLine, Posting, RollEntry, Seat, Term, Vote
from lisbot.council.register.identity import Caller
from lisbot.council.votes import votes
from stages import Scene


async def test_who_may_open_a_question(scene):
    _, item_id = await scene.published()
    given = {"item_id": item_id}
    for who in (ASTRID, FRODE, ELI, PAAL, HILDE, SIRI):
        assert (await scene.refused(who, "vote.open", question="Hva?", **given)).status == 403
    await scene.ok(RAGNHILD, "vote.open", question="Hva?", **given)
    await scene.ok(BJORN, "vote.open", question="Leiaren spør?", **given)


async def test_who_may_answer(scene):
    vote_id = await scene.asked()
    for who, status in ((FRODE, 403), (PAAL, 403), (HILDE, 403), (RAGNHILD, 403), (SIRI, 404)):
        assert (await scene.refused(who, "vote.cast", vote_id=vote_id, choice="for")).status == status
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")


async def test_a_seat_that_does_not_vote_sees_the_question_without_buttons(scene):
    vote_id = await scene.asked()
    assert not is_allowed((await scene.ok(PAAL, "vote.show", vote_id=vote_id)).actions, "vote.cast")
    assert is_allowed((await scene.ok(ASTRID, "vote.show", vote_id=vote_id)).actions, "vote.cast")


async def test_opening_tells_those_who_may_answer(scene):
    await scene.asked()
    told = await scene.all(Delivery, kind="vote_opened")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (ASTRID, BJORN, ELI)}


async def test_an_answer_can_be_changed_until_close_and_the_trail_says_that_it_was(scene):
    vote_id = await scene.asked()
    seat_id = await scene.seat("fjord")
    for choice, changed in (("for", 0), ("for", 0), ("against", 1), ("abstain", 2)):
        await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice=choice)
        assert (await scene.one(RollEntry, seat_id=seat_id)).changed == changed
    shown = await scene.words(BJORN, "vote.close", vote_id=vote_id)
    assert "Utdanningsleder, Fjord sykehus HF: Avholdende" in shown
    assert "endret 2 ganger" in shown
    reply = await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="for", reason="Eg rakk det ikkje")
    assert (reply.status, reply.key, reply.lang) == (409, "vote_closed", "nn")
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["reason"] == "Eg rakk det ikkje"


async def test_the_log_says_that_somebody_answered_and_not_what(scene):
    vote_id = await scene.asked(form="consent")
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="disagree", reason="For dyrt")
    (line,) = await scene.all(LogLine, command="vote.cast")
    assert line.by_name == "Astrid Fjord"
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert json.loads(arguments.args) == {"vote_id": vote_id, "seat_id": None}


async def test_consent_asks_why_not(scene):
    vote_id = await scene.asked(form="consent")
    reply = await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="disagree")
    assert set(reply.fields) == {"reason"}
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="disagree", reason="For dyrt")
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="remarks", reason="Husk turnus")
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="agree")
    shown = await scene.words(ELI, "vote.show", vote_id=vote_id)
    assert "For dyrt" not in shown
    shown = await scene.words(RAGNHILD, "vote.close", vote_id=vote_id)
    assert "For dyrt" in shown


async def test_a_single_choice_has_its_own_answers_with_commas_too(scene):
    vote_id = await scene.asked(form="single", options="Oslo, vår\nBergen, høst")
    assert (await scene.one(Vote)).options == ["Oslo, vår", "Bergen, høst"]
    assert (await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="for")).key == "no_such_choice"
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="Oslo, vår")
    shown = await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert shown.counts == {"Oslo, vår": 1, "Bergen, høst": 0}


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({"form": "single", "options": "Bare én"}, "two_to_ten_options"),
        ({"form": "single", "options": "Ja, ja"}, "options_twice"),
        ({"form": "motion", "options": "Ja, nei"}, "options_are_given"),
        ({"secret": True, "live": True}, "secret_and_live"),
        ({"closes_at": "12:00"}, "hour_without_day"),
        ({"closes_on": "2027-03-09"}, "deadline_in_the_past"),
        ({"closes_on": "2028-05-09"}, "deadline_too_far"),
        ({"closes_on": "2027-03-28", "closes_at": "02:30"}, "unreal_hour"),
    ],
)
async def test_a_question_is_checked_before_it_is_put(scene, given, key):
    _, item_id = await scene.published()
    scene.at(2027, 3, 10, 10)
    reply = await scene.refused(RAGNHILD, "vote.open", question="Hva?", item_id=item_id, **given)
    assert (reply.status, reply.key) == (422, key)
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["question"] == "Hva?"


async def test_a_double_press_asks_once(scene):
    vote_id = await scene.asked()
    item_id = (await scene.one(Vote)).item_id
    reply = await scene.refused(RAGNHILD, "vote.open", question="Tilrår rådet dette?", item_id=item_id)
    assert reply.key == "asked_already"
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.refused(RAGNHILD, "vote.close", vote_id=vote_id)).key == "vote_closed"


async def test_a_deadline_closes_a_question_to_answers(scene):
    vote_id = await scene.asked(closes_on="2027-03-12", closes_at="12:00")
    scene.at(2027, 3, 12, 11, 59)
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    scene.at(2027, 3, 12, 12, 0)
    assert (await scene.refused(ELI, "vote.cast", vote_id=vote_id, choice="for")).key == "vote_closed"
    async with scene.runtime.db.read() as db:
        due = await votes.due(db, scene.clock(), scene.runtime.tz)
    assert due == [{"vote_id": vote_id}]
    assert (await commands.run(scene.runtime, "vote.close", due[0], Caller("clock", ""))).status == 200


async def test_results_show_when_it_was_chosen_that_they_show(scene):
    hidden = await scene.asked()
    live = await scene.question("Vises underveis?", item_id=(await scene.one(Vote)).item_id, live=True)
    for vote_id in (hidden, live):
        await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="against")
    for who in (BJORN, RAGNHILD, PAAL):
        unseen = await scene.ok(who, "vote.show", vote_id=hidden)
        assert (unseen.counts, unseen.ballots) == (None, ())
        assert (await scene.ok(who, "vote.show", vote_id=live)).counts == {"for": 0, "against": 1, "abstain": 0}
    # Nothing there is can loosen it.
    settles = {n for n, c in COMMANDS.items() if n.startswith("vote.") and {"live", "secret"} & set(c.parameters)}
    assert settles == {"vote.open"}


async def absent_with_deputy(scene):
    meeting_id, item_id = await scene.published()
    await scene.ok(
        ASTRID,
        "attendance.respond",
        meeting_id=meeting_id,
        response="absent",
        reason="Vakt",
        deputy_id=await scene.person(FRODE),
    )
    return meeting_id, item_id


async def test_the_deputy_who_comes_answers_and_the_absent_representative_does_not(scene):
    meeting_id, item_id = await absent_with_deputy(scene)
    scene.at(2027, 3, 10, 10)
    vote_id = await scene.question(item_id=item_id)
    # Until the deputy has said yes the seat is the representative's.
    assert (await scene.refused(FRODE, "vote.cast", vote_id=vote_id, choice="for")).status == 403
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    assert (await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="for")).status == 403
    await scene.ok(FRODE, "vote.cast", vote_id=vote_id, choice="against")
    shown = await scene.words(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.one(Vote)).result["counts"] == {"for": 0, "against": 1, "abstain": 0}
    assert "Frode Vara · for Astrid Fjord · endret 1 gang" in shown


async def test_a_deputy_whose_time_is_over_does_not_answer(scene):
    meeting_id, item_id = await absent_with_deputy(scene)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    scene.at(2027, 3, 10, 10)
    vote_id = await scene.question(item_id=item_id)
    async with scene.runtime.db.write() as db:
        (deputy,) = await scene.all(Term, rank=1)
        (await db.get_one(Term, deputy.id)).to_on = date(2027, 3, 9)
        # Frode sits for somebody else now.
        (union,) = await scene.all(Term, seat_id=await scene.seat("union"))
        (await db.get_one(Term, union.id)).person_id = deputy.person_id
    await scene.ok(FRODE, "vote.cast", vote_id=vote_id, choice="for")
    answered = [e.seat_id for e in await scene.all(RollEntry) if e.answered]
    assert answered == [await scene.seat("union")]


async def test_recusal_leaves_the_denominator_and_drops_the_answer(scene):
    vote_id = await scene.asked(live=True)
    seat_id = await scene.seat("union")
    await scene.ok(ELI, "vote.cast", vote_id=vote_id, choice="against")
    for who, status in ((ASTRID, 403), (SIRI, 403)):
        assert (await scene.refused(who, "vote.recuse", vote_id=vote_id, seat_id=seat_id)).status == status
    shown = await scene.ok(BJORN, "vote.recuse", vote_id=vote_id, seat_id=seat_id, reason="Søkjer")
    assert (shown.answered, shown.entitled) == (0, 2)
    assert (await scene.refused(ELI, "vote.cast", vote_id=vote_id, choice="for")).key == "recused"
    assert not is_allowed((await scene.ok(ELI, "vote.show", vote_id=vote_id)).actions, "vote.cast")
    assert (await scene.refused(BJORN, "vote.recuse", vote_id=vote_id, seat_id=seat_id)).key == "recused_already"
    reply = await scene.refused(BJORN, "vote.recuse", vote_id=vote_id, seat_id=await scene.seat("rhf"))
    assert (reply.key, set(reply.fields)) == ("not_on_the_roll", {"seat_id"})
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(BJORN, "vote.close", vote_id=vote_id)
    result = (await scene.one(Vote)).result
    assert (result["counts"]["against"], result["entitled"], result["recused"]) == (0, 2, 1)


async def test_the_roll_is_frozen_when_the_question_opens(scene):
    vote_id = await scene.asked()
    before = [(e.seat_id, e.seat_name, e.holder) for e in await scene.all(RollEntry)]
    async with scene.runtime.db.write() as db:
        seat = await db.get_one(Seat, await scene.seat("rhf"))
        seat.standing = "voting"
        (await db.get_one(Seat, await scene.seat("union"))).role = "Noe annet"
    assert (await scene.refused(PAAL, "vote.cast", vote_id=vote_id, choice="for")).key == "not_on_the_roll"
    # Whoever takes over a seat answers for it; it is still one seat.
    async with scene.runtime.db.write() as db:
        (union,) = await scene.all(Term, seat_id=await scene.seat("union"))
        (await db.get_one(Term, union.id)).person_id = await scene.person(SIRI)
    assert (await scene.refused(ELI, "vote.cast", vote_id=vote_id, choice="for")).status == 403
    await scene.ok(SIRI, "vote.cast", vote_id=vote_id, choice="for")
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert [(e.seat_id, e.seat_name, e.holder) for e in await scene.all(RollEntry)] == before


@pytest.mark.parametrize(
    ("rules", "answers", "words"),
    [
        ({}, "for for against", "Ingen flertallsregel er satt"),
        ({"majority": Majority.SIMPLE}, "for for against", "Forslaget fikk tilslutning"),
        ({"majority": Majority.SIMPLE}, "for against abstain", "Stemmelikhet"),
        ({"majority": Majority.TWO_THIRDS}, "for for against", "Forslaget fikk tilslutning"),
        ({"majority": Majority.UNANIMOUS}, "for for against", "Forslaget fikk ikke tilslutning"),
        ({"majority": Majority.ABSOLUTE}, "for", "Forslaget fikk ikke tilslutning"),
        ({"majority": Majority.SIMPLE, "quorum": Quorum.TWO_THIRDS}, "for", "For få svarte"),
        ({"majority": Majority.SIMPLE, "quorum": Quorum.TWO_THIRDS}, "for for", "Forslaget fikk tilslutning"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_result_says_by_which_rule(runtime, clock, rules, answers, words):
    scene = Scene(runtime, clock, await builders.council(runtime.db, **rules))
    vote_id = await scene.question(body_id=scene.body_id)
    for who, choice in zip((ASTRID, BJORN, ELI), answers.split(), strict=False):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice=choice)
    shown = await scene.sheet(RAGNHILD, "vote.close", vote_id=vote_id)
    (lines,) = [section.lines for section in shown.sections if section.heading == "Resultat"]
    assert words in lines[0]
    result = (await scene.one(Vote)).result
    assert (result["majority"], result["quorum"]) == (rules.get("majority"), rules.get("quorum"))
    assert len(lines) == 1 + len(rules)


async def test_the_rule_is_the_one_that_held_when_the_question_opened(scene):
    vote_id = await scene.question(body_id=scene.body_id)
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).majority = Majority.SIMPLE
    assert "Ingen flertallsregel er satt" in await scene.words(RAGNHILD, "vote.close", vote_id=vote_id)


async def test_the_advice_of_an_advisory_council_is_never_called_anything_else(scene):
    for given in (
        {"question": "Skal vi gjøre VEDTAK?"},
        {"question": "Hva?", "form": "single", "options": "vedtak,nei"},
    ):
        reply = await scene.refused(RAGNHILD, "vote.open", body_id=scene.body_id, **given)
        label = "Svar" if "options" in given else "Spørsmål"
        assert reply.key == "word_of_decision" and "«vedtak»" in reply.words and label in reply.words
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).authority = Authority.DECIDING
    await scene.ok(RAGNHILD, "vote.open", body_id=scene.body_id, question="Skal vi gjøre vedtak?")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_answers_for_one_seat_at_once_are_one_ballot_that_was_changed(scene):
    vote_id = await scene.asked()
    replies = await asyncio.gather(*(scene(ASTRID, "vote.cast", vote_id=vote_id, choice=c) for c in ("for", "against")))
    assert [r.status for r in replies] == [200, 200]
    entry = await scene.one(RollEntry, seat_id=await scene.seat("fjord"))
    assert (entry.answered, entry.changed) == (True, 1)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_answer_and_the_close_at_once_is_counted_or_refused(scene):
    vote_id = await scene.asked()
    cast, closed, other = await asyncio.gather(
        scene(ASTRID, "vote.cast", vote_id=vote_id, choice="for"),
        scene(BJORN, "vote.close", vote_id=vote_id),
        scene(KARI, "vote.close", vote_id=vote_id),
    )
    assert sorted((closed.status, other.status)) == [200, 409]
    assert (await scene.one(Vote)).result["counts"]["for"] == (cast.status == 200)
    assert cast.status in (200, 409)


@pytest.mark.parametrize("held", [RollEntry, Posting])
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_ballot_that_waits_for_a_row_keeps_nobody_from_the_log(scene, held):
    """Every deed is written in the log: its head is the last row that a ballot takes."""
    await post(scene, vote_id := await scene.asked())
    async with scene.runtime.db.read() as db:
        await db.execute(select(held).with_for_update())
        cast = asyncio.create_task(scene(ASTRID, "vote.cast", vote_id=vote_id, choice="for"))
        async with asyncio.timeout(20):
            await until_somebody_waits(scene.runtime.db)
            await scene.ok(KARI, "person.choose_language", language="en")
        assert not cast.done()
    assert (await cast).status == 200


async def until_somebody_waits(database):
    """Somebody waits for what another has locked."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    for _ in range(500):
        async with database.read() as db:
            if await db.scalar(waiting):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("nobody waits")


async def post(scene, vote_id):
    """Somebody has been sent the question."""
    async with scene.runtime.db.write() as db:
        db.add(
            Posting(
                subject=f"vote:{vote_id}",
                command="vote.show",
                args={"vote_id": vote_id},
                person_id=await scene.person(ELI),
                platform="teams",
                service_url="",
                conversation_id="c",
                message_id="m",
            )
        )


async def test_the_shared_card_is_out_of_date_after_each_answer(scene):
    await post(scene, vote_id := await scene.asked())
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    assert (await scene.one(Posting)).stale_at is not None
