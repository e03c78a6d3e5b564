"""A call for agenda items: who is asked, who has answered, and when it closes."""

from datetime import date

import pytest

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import Standing
from lisbot.council.models import Body, CallDecline, Delivery, Meeting, Organisation, Person, Proposal, Seat
from lisbot.council.register.identity import Caller
from people import form
from stages import Scene


@pytest.fixture
async def second_seat(scene: Scene) -> int:
    """The id of a second seat of Fjord's, of the same role, which Astrid holds too."""
    async with scene.runtime.db.write() as db:
        body = await db.get_one(Body, scene.body_id)
        fjord = await db.get_one(Organisation, (await scene.one(Organisation, key="fjord")).id)
        seat = builders.seat(body, fjord, "Utdanningsleder", Standing.VOTING)
        seat.key, seat.position = "samrad-fjord-2", 9
        db.add(seat)
        await db.flush()
        db.add(builders.term(seat, await db.get_one(Person, await scene.person(ASTRID))))
        return seat.id


async def call(scene: Scene, who: str = RAGNHILD):
    return await scene.ok(who, "call.show", meeting_id=1)


def holders(seats):
    return [seat.holder for seat in seats]


async def asked_first(scene: Scene, who: str, name: str, **given):
    """What is said before something is done, without a yes."""
    reply = await commands.run(scene.runtime, name, given, Caller("cli", who))
    assert (reply.status, reply.key) == (409, "needs_confirming")
    return reply.words


async def test_one_proposal_answers_for_both_seats_of_a_person(scene, second_seat):
    await scene.called()
    assert holders((await call(scene)).silent) == ["Astrid Fjord", "Bjørn Ås", "Eli Union", "Astrid Fjord"]
    await scene.proposed(ASTRID)
    view = await call(scene)
    assert holders(view.silent) == ["Bjørn Ås", "Eli Union"]
    assert (view.answered, view.asked, len(view.proposed)) == (2, 4, 2)
    assert (await scene.ok(ASTRID, "worklist.show")).calls == ()
    (status,) = (await scene.ok(RAGNHILD, "dashboard.show")).bodies
    assert status.silent == 2


async def test_no_items_answers_for_both_seats_and_proposing_takes_it_back_for_both(scene, second_seat):
    await scene.called()
    await scene.ok(ASTRID, "call.decline", meeting_id=1)
    view = await call(scene)
    assert (holders(view.declined), holders(view.silent)) == (["Astrid Fjord"] * 2, ["Bjørn Ås", "Eli Union"])
    await scene.ok(ASTRID, "proposal.submit", meeting_id=1, title="Likevel", kind="advice", seat_id=second_seat)
    assert await scene.all(CallDecline) == []
    assert (await call(scene)).declined == ()


async def test_declining_after_proposing_is_refused_and_says_what_was_proposed(scene, second_seat):
    proposal_id = await scene.proposed(ASTRID)
    assert "call.decline" not in [each.command for each in (await call(scene, ASTRID)).actions]
    refused = await scene.refused(ASTRID, "call.decline", meeting_id=1)
    assert (refused.key, "Felles rotasjon" in refused.words) == ("you_have_proposed", True)
    await scene.ok(ASTRID, "proposal.withdraw", proposal_id=proposal_id)
    await scene.ok(ASTRID, "call.decline", meeting_id=1)
    await scene.ok(ASTRID, "proposal.restore", proposal_id=proposal_id)
    view = await call(scene, ASTRID)
    assert (view.has_declined, await scene.all(CallDecline)) == (False, [])


async def test_whoever_holds_two_seats_chooses_which_a_proposal_is_for(scene, second_seat):
    await scene.called()
    choices = {f["id"]: f for f in (await scene.form(ASTRID, "proposal.submit", meeting_id=1))["fields"]}["seat_id"]
    assert [choice["title"] for choice in choices["choices"]] == [
        "Utdanningsleder, Fjord sykehus HF (1)",
        "Utdanningsleder, Fjord sykehus HF (2)",
    ]
    given = {"meeting_id": 1, "title": "For den andre", "kind": "advice"}
    await scene.ok(ASTRID, "proposal.submit", **given, seat_id=second_seat)
    assert (await scene.one(Proposal)).seat_id == second_seat
    bjorns = await scene.seat("aas")
    refused = await scene.refused(ASTRID, "proposal.submit", **given | {"title": "Nei"}, seat_id=bjorns)
    assert set(refused.fields) == {"seat_id"}
    assert "seat_id" not in {f["id"] for f in (await scene.form(BJORN, "proposal.submit", meeting_id=1))["fields"]}


async def test_a_proposal_that_is_postponed_still_answers_the_call_it_was_sent_for(scene):
    proposal_id = await scene.proposed(ASTRID)
    await scene.ok(RAGNHILD, "proposal.postpone", proposal_id=proposal_id, meeting_id=2)
    assert holders((await call(scene)).silent) == ["Bjørn Ås", "Eli Union"]
    assert (await scene.ok(ASTRID, "worklist.show")).calls == ()
    assert "utsett til eit anna møte: onsdag 9. juni 2027" in await scene.words(ASTRID, "call.show", meeting_id=1)


async def test_nobody_is_silent_before_it_opens(scene):
    await scene.planned()
    view = await call(scene)
    assert (view.asked, view.silent) == (0, ())
    assert "0 av" not in await scene.words(RAGNHILD, "call.show", meeting_id=1)


async def test_the_secretariat_alone_sees_who_had_no_items(scene):
    await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    assert holders((await call(scene)).declined) == ["Bjørn Ås"]
    for who in (ASTRID, BJORN, PAAL):
        view = await call(scene, who)
        assert (view.declined, view.proposed, view.silent, view.reminded_at) == ((), (), (), None)


async def test_closing_early_asks_first_and_says_when_it_was_closed(scene):
    await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    said = await asked_first(scene, RAGNHILD, "call.close", meeting_id=1)
    assert "Fristen skulle vært onsdag 17. februar 2027" in said
    assert "2 av 3 har ikke svart." in said
    await scene.ok(RAGNHILD, "call.close", meeting_id=1)
    said = await scene.words(BJORN, "call.show", meeting_id=1)
    assert "ble avsluttet mandag 1. februar 2027. Fristen skulle vært onsdag 17. februar 2027" in said
    assert "Fristen var" not in said


async def test_one_that_closed_by_itself_says_that_the_deadline_was(scene):
    await scene.called()
    scene.at(2027, 2, 18, 0, 5)
    reply = await commands.run(scene.runtime, "call.close", {"meeting_id": 1}, Caller("clock", ""))
    assert reply.status == 200
    assert "Fristen var onsdag 17. februar 2027." in await scene.words(BJORN, "call.show", meeting_id=1)


async def test_one_closed_by_hand_is_opened_again_with_its_answers(scene):
    await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    await scene.ok(RAGNHILD, "call.close", meeting_id=1)
    await scene.ok(ELI, "proposal.submit", meeting_id=1, title="For sent?", kind="advice")
    await scene.ok(RAGNHILD, "call.open", meeting_id=1)
    view = await call(scene)
    assert (view.state, holders(view.declined), view.closes_on) == ("open", ["Bjørn Ås"], date(2027, 2, 17))
    assert len(await scene.all(Delivery, kind="call_opened")) == 3
    assert len(await scene.all(Delivery, kind="call_reopened")) == 3
    assert (await scene.one(Proposal)).late is False


async def test_those_who_are_silent_are_reminded_and_nobody_else(scene):
    await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    said = await asked_first(scene, RAGNHILD, "call.remind", meeting_id=1)
    assert "2 av 3 har ikke svart." in said
    assert "Astrid Fjord og Eli Union får beskjed" in said
    await scene.ok(RAGNHILD, "call.remind", meeting_id=1)
    told = await scene.all(Delivery, kind="call_reminder")
    assert {each.person_id for each in told} == {await scene.person(ASTRID), await scene.person(ELI)}
    assert all(each.room_id is None for each in told)
    assert "kl. 09.00" in await scene.words(RAGNHILD, "call.show", meeting_id=1)
    for who, status in ((ASTRID, 403), (BJORN, 403), (FRODE, 403), (HILDE, 403), (SIRI, 403)):
        assert (await scene.refused(who, "call.remind", meeting_id=1)).status == status


async def test_another_reminder_within_the_hour_asks_once_more(scene):
    await scene.called()
    await scene.ok(RAGNHILD, "call.remind", meeting_id=1)
    scene.at(2027, 2, 1, 9, 59)
    assert "for under en time siden" in await asked_first(scene, KARI, "call.remind", meeting_id=1)
    scene.at(2027, 2, 1, 10, 0)
    assert "for under en time siden" not in await asked_first(scene, KARI, "call.remind", meeting_id=1)


async def test_where_all_have_answered_nobody_is_reminded(scene):
    await scene.called()
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "call.decline", meeting_id=1)
    assert "call.remind" not in [each.command for each in (await call(scene)).actions]
    assert (await scene.refused(RAGNHILD, "call.remind", meeting_id=1)).key == "nobody_is_silent"


async def test_who_holds_two_seats_is_reminded_once(scene, second_seat):
    await scene.called()
    await scene.ok(RAGNHILD, "call.remind", meeting_id=1)
    assert len(await scene.all(Delivery, kind="call_reminder")) == 3


async def test_the_deadline_is_moved_later_and_told_once(scene):
    await scene.called()
    for day, key in (
        ("2027-02-17", "call_not_later"),
        ("2027-02-10", "call_not_later"),
        ("2027-03-11", "call_deadline"),
    ):
        refused = await scene.refused(RAGNHILD, "call.extend", meeting_id=1, closes_on=day)
        assert (refused.key, set(refused.fields)) == (key, {"closes_on"})
    await scene.ok(RAGNHILD, "call.extend", meeting_id=1, closes_on="2027-02-24")
    told = await scene.all(Delivery, kind="call_extended")
    assert len(told) == 3
    assert {each.facts["until_on"] for each in told} == {"2027-02-24"}
    assert (await scene.one(Meeting, id=1)).call_closes_on == date(2027, 2, 24)
    for who, status in ((ASTRID, 403), (HILDE, 403), (SIRI, 403)):
        refused = await scene.refused(who, "call.extend", meeting_id=1, closes_on="2027-03-01")
        assert refused.status == status


async def test_the_deadline_is_moved_after_it_is_out_and_the_call_is_open_again_with_its_answers(scene):
    await scene.called()
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    scene.at(2027, 2, 19, 9)
    await commands.run(scene.runtime, "call.close", {"meeting_id": 1}, Caller("clock", ""))
    await scene.ok(ELI, "proposal.submit", meeting_id=1, title="For sent?", kind="advice")
    offered = [each.command for each in (await call(scene)).actions]
    assert ("call.extend" in offered, "call.open" in offered) == (True, False)
    assert "åpnes igjen" in await asked_first(scene, RAGNHILD, "call.extend", meeting_id=1, closes_on="2027-02-19")
    await scene.ok(RAGNHILD, "call.extend", meeting_id=1, closes_on="2027-02-26")
    view = await call(scene)
    assert (view.state, holders(view.declined), holders(view.silent)) == ("open", ["Bjørn Ås"], ["Astrid Fjord"])
    assert (await scene.one(Proposal)).late is False


async def test_a_call_that_was_never_opened_or_whose_meeting_is_cancelled_is_not_extended(scene):
    await scene.planned()
    given = {"meeting_id": 1, "closes_on": "2027-03-01"}
    assert (await scene.refused(RAGNHILD, "call.extend", **given)).key == "call_not_opened"
    assert (await scene.refused(RAGNHILD, "call.remind", meeting_id=1)).key == "call_is_closed"
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="Ingen saker")
    assert (await scene.refused(RAGNHILD, "call.extend", **given)).key == "meeting_cancelled"
    assert (await scene.refused(RAGNHILD, "call.remind", meeting_id=1)).key == "meeting_cancelled"


async def test_the_form_after_the_deadline_says_that_it_is_late_and_the_reply_what_that_means(scene):
    await scene.called()
    scene.at(2027, 2, 18, 9)
    asked = await form(scene.runtime, BJORN)("proposal.submit", meeting_id=1)
    assert "merket som for sent" in asked.form["about"]
    answer = await scene.done(BJORN, "proposal.submit", meeting_id=1, title="Sent", kind="advice")
    assert any("Sekretariatet avgjør" in line for line in answer.sheet.lines)
    assert len(await scene.all(Seat)) == 6


async def test_a_call_starts_from_last_times_deadline_and_message(scene):
    march = await scene.planned()
    june = march + 1
    async with scene.runtime.db.write() as db:
        for key in (march, june):
            meeting = await db.get_one(Meeting, key)
            meeting.call_opens_on = meeting.call_closes_on = None
    scene.at(2027, 2, 1, 9)
    assert [f["value"] for f in (await scene.form(RAGNHILD, "call.open", meeting_id=march))["fields"]] == [
        "2027-03-09",
        "",
    ]
    given = {"closes_on": "2027-02-24", "message": "Tenk særlig på samarbeid mellom sykehusene."}
    await scene.ok(RAGNHILD, "call.open", meeting_id=march, **given)
    assert given["message"] in await scene.words(ASTRID, "call.show", meeting_id=march)
    closes, message = (await scene.form(RAGNHILD, "call.open", meeting_id=june))["fields"]
    assert (closes["value"], message["value"]) == ("2027-05-26", given["message"])  # a fortnight before, as last time
    for name in ("call.open", "call.open_all"):  # the same where no form says until when, and it is said beforehand
        said = await asked_first(scene, RAGNHILD, name, meeting_id=june)
        assert "Saker kan meldes inn til og med onsdag 26. mai 2027." in said
    await scene.ok(RAGNHILD, "call.open", meeting_id=june, message="")
    opened = await scene.one(Meeting, id=june)
    assert (opened.call_text, opened.call_closes_on) == ("", date(2027, 5, 26))


async def test_a_message_to_an_advisory_council_names_no_decision(scene):
    await scene.planned()
    reply = await scene.refused(RAGNHILD, "call.open", meeting_id=1, message="Send inn det som krever vedtak.")
    assert list(reply.fields) == ["message"]


async def test_an_absence_from_two_seats_names_each_apart_from_the_other(scene, second_seat):
    await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=1, response="absent", reason="Vakt")
    told = await scene.all(Delivery, kind="absent")
    assert {each.facts["seat"] for each in told} == {
        "Utdanningsleder, Fjord sykehus HF; Utdanningsleder, Fjord sykehus HF"
    }
