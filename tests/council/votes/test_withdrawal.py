"""A question put by mistake is withdrawn, and one that needs more time is given it."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.core.views import is_allowed
from lisbot.council.enums import VoteState
from lisbot.council.meetings.open_questions import withdraw_open_questions
from lisbot.council.models import AgendaItem, Delivery, LogArguments, LogLine, Posting, SealedBallot, Vote
from lisbot.council.register.identity import Caller
from lisbot.council.votes import votes

REASON = "Feil årstall i spørsmålet"


async def withdraw(scene, vote_id, who=RAGNHILD, reason=REASON):
    return await scene.ok(who, "vote.withdraw", vote_id=vote_id, reason=reason)


async def test_who_may_withdraw_a_question_or_move_its_deadline(scene):
    vote_id = await scene.asked()
    for who, status in ((ASTRID, 403), (FRODE, 403), (PAAL, 403), (HILDE, 403), (SIRI, 403)):
        assert (await scene.refused(who, "vote.withdraw", vote_id=vote_id, reason=REASON)).status == status
        assert (await scene.refused(who, "vote.extend", vote_id=vote_id, closes_on="2027-03-20")).status == status
    shown = await scene.ok(ASTRID, "vote.show", vote_id=vote_id)
    assert not {"vote.withdraw", "vote.extend"} & {each.command for each in shown.actions}
    await scene.ok(BJORN, "vote.extend", vote_id=vote_id, closes_on="2027-03-20")
    await withdraw(scene, vote_id, BJORN)


async def test_a_withdrawn_question_has_no_result_anywhere_and_says_why(scene):
    vote_id = await scene.asked(live=True)
    meeting_id = (await scene.one(AgendaItem, id=(await scene.one(Vote)).item_id)).meeting_id
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="against", reason="Aldri")
    shown = await withdraw(scene, vote_id)
    assert (shown.state, shown.counts, shown.verdict, shown.ballots) == (VoteState.WITHDRAWN, None, None, ())
    for who in (ASTRID, PAAL, RAGNHILD):
        said = await scene.words(who, "vote.show", vote_id=vote_id)
        assert REASON in said and "Aldri" not in said and "Mot" not in said.split()
        assert (await scene.ok(who, "vote.show", vote_id=vote_id)).actions == ()
    assert (await scene.one(Vote)).result == {}
    for command in ("meeting.show", "agenda.show"):
        assert "Tilrår rådet dette?" not in await scene.words(ASTRID, command, meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert "Tilrår rådet dette?" not in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    body = await scene.ok(ASTRID, "body.show", body_id=scene.body_id)
    assert body.votes == ()
    assert "Tilrår rådet dette?" not in await scene.words(ASTRID, "worklist.show")


async def test_nothing_more_is_done_to_a_withdrawn_question(scene):
    vote_id = await scene.asked()
    seat_id = await scene.seat("union")
    await withdraw(scene, vote_id)
    for who, command, given in (
        (ASTRID, "vote.cast", {"choice": "for"}),
        (ASTRID, "vote.retract", {}),
        (RAGNHILD, "vote.close", {}),
        (RAGNHILD, "vote.recuse", {"seat_id": seat_id}),
        (RAGNHILD, "vote.lift_recusal", {"seat_id": seat_id}),
        (RAGNHILD, "vote.extend", {"closes_on": "2027-04-01"}),
        (RAGNHILD, "vote.withdraw", {"reason": "En gang til"}),
    ):
        reply = await scene.refused(who, command, vote_id=vote_id, **given)
        assert (reply.status, reply.key) == (409, "vote_withdrawn"), command
    async with scene.runtime.db.read() as db:
        scene.at(2028, 1, 1)
        assert await votes.due(db, scene.clock(), scene.runtime.tz) == []


async def test_a_closed_question_is_not_withdrawn(scene):
    vote_id = await scene.asked()
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.refused(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason=REASON)).key == "vote_closed"


async def test_those_who_could_answer_are_told_once_and_the_log_keeps_why(scene):
    vote_id = await scene.asked()
    await withdraw(scene, vote_id)
    told = await scene.all(Delivery, kind="vote_withdrawn")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (ASTRID, BJORN, ELI)}
    assert len(told) == 3 and {d.facts["reason"] for d in told} == {REASON}
    assert not await scene.all(Delivery, kind="vote_closed")
    (line,) = await scene.all(LogLine, command="vote.withdraw")
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert REASON in arguments.args
    assert (await scene.ok(RAGNHILD, "log.verify")).broken_at is None


async def test_withdrawing_asks_first_and_says_what_goes_and_whom_it_tells(scene):
    vote_id = await scene.asked()
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    caller = Caller("cli", RAGNHILD)
    reply = await commands.run(scene.runtime, "vote.withdraw", {"vote_id": vote_id, "reason": REASON}, caller)
    assert reply.status == 409 and "1 svar er gitt" in reply.words and "Eli Union får beskjed" in reply.words
    assert (await scene.one(Vote)).withdrawn_reason is None
    reply = await commands.run(scene.runtime, "vote.withdraw", {"vote_id": vote_id}, caller)
    assert reply.status == 422 and set(reply.fields) == {"reason"}


async def test_the_secret_answers_of_a_withdrawn_question_are_destroyed(scene):
    vote_id = await scene.asked(secret=True)
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="against", reason="Aldri")
    await withdraw(scene, vote_id)
    assert await scene.all(SealedBallot) == []
    vote = await scene.one(Vote)
    assert (vote.salt, vote.result) == (None, {})


async def test_the_card_that_was_sent_says_that_it_is_withdrawn(scene):
    vote_id = await scene.asked()
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
    await withdraw(scene, vote_id)
    assert (await scene.one(Posting)).stale_at is not None


async def test_the_same_may_be_asked_again_and_the_minutes_be_approved(scene):
    vote_id = await scene.asked()
    item_id = (await scene.one(Vote)).item_id
    await withdraw(scene, vote_id)
    await scene.ok(RAGNHILD, "vote.open", question="Tilrår rådet dette?", item_id=item_id)


async def test_an_advisory_councils_reason_names_no_decision(scene):
    vote_id = await scene.asked()
    reply = await scene.refused(RAGNHILD, "vote.withdraw", vote_id=vote_id, reason="Vedtak hører ikke til her")
    assert (reply.key, set(reply.fields)) == ("word_of_decision", {"reason"})


async def test_a_meetings_open_questions_are_withdrawn_with_it(scene):
    first = await scene.asked()
    item_id = (await scene.one(Vote)).item_id
    second = await scene.question("En til?", item_id=item_id, secret=True)
    third = await scene.question("Uten sak?", body_id=scene.body_id)
    await scene.ok(RAGNHILD, "vote.close", vote_id=first)

    async with scene.runtime.db.write() as db:
        found = await withdraw_open_questions(await an_act(scene, db), 1, "Møtet er avlyst")
    assert found == 1
    states = {v.id: (v.closed_at is not None, v.withdrawn_reason) for v in await scene.all(Vote)}
    assert states == {first: (True, None), second: (True, "Møtet er avlyst"), third: (False, None)}
    assert await scene.all(SealedBallot) == []


async def an_act(scene, db):
    from lisbot.council.core.context import Act, Permission
    from lisbot.council.register.identity import recognise

    at = scene.clock()
    by = await recognise(db, Caller("cli", RAGNHILD), at, at.date(), "nb", scene.runtime.key)
    return Act(db=db, by=by, at=at, via="cli", tz=scene.runtime.tz, needs=Permission.PLAN, changes=True)


@pytest.mark.parametrize("before", [{}, {"closes_on": "2027-03-12", "closes_at": "15:30"}], ids=["none", "set"])
async def test_the_deadline_is_moved_later_and_told_once(scene, before):
    vote_id = await scene.asked(**before)
    form = await scene.form(RAGNHILD, "vote.extend", vote_id=vote_id)
    assert {f["id"]: f["value"] for f in form["fields"]}.get("closes_on") == before.get("closes_on", "")
    shown = await scene.ok(RAGNHILD, "vote.extend", vote_id=vote_id, closes_on="2027-03-19")
    local = shown.closes_at.astimezone(scene.runtime.tz)
    assert f"{local:%d.%m %H:%M}" == f"19.03 {before.get('closes_at', '12:00')}"
    told = await scene.all(Delivery, kind="vote_extended")
    assert len(told) == 3
    reply = await scene.refused(RAGNHILD, "vote.extend", vote_id=vote_id, closes_on="2027-03-19")
    assert (reply.key, set(reply.fields)) == ("deadline_not_later", {"closes_on"})
    assert len(await scene.all(Delivery, kind="vote_extended")) == 3


async def test_the_deadline_is_moved_no_earlier_and_into_no_past(scene):
    vote_id = await scene.asked(closes_on="2027-03-20")
    for day, key in (("2027-03-19", "deadline_not_later"), ("2027-03-01", "deadline_in_the_past")):
        assert (await scene.refused(RAGNHILD, "vote.extend", vote_id=vote_id, closes_on=day)).key == key


async def test_more_time_opens_a_question_whose_time_is_up(scene):
    vote_id = await scene.asked(closes_on="2027-03-12")
    scene.at(2027, 3, 12, 13)
    assert (await scene.refused(ASTRID, "vote.cast", vote_id=vote_id, choice="for")).key == "vote_closed"
    await scene.ok(KARI, "vote.extend", vote_id=vote_id, closes_on="2027-03-13")
    await scene.ok(ASTRID, "vote.cast", vote_id=vote_id, choice="for")
    assert "13. mars" in await scene.words(BJORN, "vote.show", vote_id=vote_id)
    assert is_allowed((await scene.ok(BJORN, "vote.show", vote_id=vote_id)).actions, "vote.cast")
