"""What somebody answers by telephone: noted by the secretariat, marked so, and theirs to change."""

from builders import ASTRID, BJORN, ELI, FRODE, PAAL, RAGNHILD, SIRI
from lisbot.council.enums import DeputyResponse, Response
from lisbot.council.models import Attendance, CallDecline, Delivery


async def row_of(scene, key):
    return await scene.one(Attendance, seat_id=await scene.seat(key))


async def test_an_answer_by_telephone_is_noted_told_and_theirs_to_change(scene):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "seat_id": await scene.seat("fjord"), "response": "absent", "reason": "Vakt"}
    given["deputy_id"] = await scene.person(FRODE)
    for who in (ELI, BJORN, ASTRID, PAAL):
        assert (await scene.refused(who, "attendance.note", **given)).status == 403
    assert (await scene.refused(SIRI, "attendance.note", **given)).status == 403
    await scene.ok(RAGNHILD, "attendance.note", **given)
    row = await row_of(scene, "fjord")
    assert (row.response, row.reason, row.noted_by) == (Response.ABSENT, "Vakt", "Ragnhild Regut")
    assert (row.deputy_id, row.deputy_response) == (await scene.person(FRODE), DeputyResponse.ASKED)
    told = {(d.kind, d.person_id) for d in await scene.all(Delivery) if d.kind in ("answer_noted", "deputy_asked")}
    assert told == {("answer_noted", await scene.person(ASTRID)), ("deputy_asked", await scene.person(FRODE))}
    asked = await scene.one(Delivery, kind="deputy_asked")
    assert asked.facts["name"] == "Astrid Fjord"  # whom he comes for, not who noted it
    assert "Notert av Ragnhild Regut" in await scene.words(ASTRID, "meeting.show", meeting_id=meeting_id)
    assert "Notert av Ragnhild Regut" in await scene.words(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    row = await row_of(scene, "fjord")
    assert (row.response, row.noted_by, row.deputy_id) == (Response.COMES, "", None)
    assert "Notert av" not in await scene.words(ASTRID, "meeting.show", meeting_id=meeting_id)


async def test_the_same_answer_given_by_oneself_is_ones_own(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(
        RAGNHILD, "attendance.note", meeting_id=meeting_id, seat_id=await scene.seat("union"), response="comes"
    )
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert (await row_of(scene, "union")).noted_by == ""


async def test_what_is_noted_is_for_a_seat_of_the_council_and_its_deputy(scene):
    meeting_id, _ = await scene.published()
    for given, field in (
        ({"seat_id": 999, "response": "comes"}, "seat_id"),
        ({"seat_id": await scene.seat("directorate"), "response": "comes"}, "seat_id"),
        (
            {"seat_id": await scene.seat("union"), "response": "absent", "deputy_id": await scene.person(FRODE)},
            "deputy_id",
        ),
    ):
        reply = await scene.refused(RAGNHILD, "attendance.note", meeting_id=meeting_id, **given)
        assert set(reply.fields) == {field}
    scene.at(2027, 3, 11, 9)
    late = {"meeting_id": meeting_id, "seat_id": await scene.seat("union"), "response": "comes"}
    assert (await scene.refused(RAGNHILD, "attendance.note", **late)).key == "meeting_over"


async def test_no_items_from_us_is_noted_for_a_silent_seat(scene):
    meeting_id = await scene.called()
    seat_id = await scene.seat("fjord")
    assert (await scene.refused(BJORN, "call.decline", meeting_id=meeting_id, seat_id=seat_id)).status == 403
    before = await scene.ok(RAGNHILD, "call.show", meeting_id=meeting_id)
    pressed = next(seat.actions[0] for seat in before.silent if seat.seat_id == seat_id)
    view = await scene.ok(RAGNHILD, pressed.command, **pressed.arguments)
    assert seat_id not in [seat.seat_id for seat in view.silent]
    assert [d.person_id for d in await scene.all(Delivery, kind="decline_noted")] == [await scene.person(ASTRID)]
    await scene.ok(RAGNHILD, "call.decline", meeting_id=meeting_id, seat_id=seat_id)  # pressed twice
    assert len(await scene.all(CallDecline)) == 1
    await scene.ok(ASTRID, "proposal.submit", meeting_id=meeting_id, title="Likevel", kind="advice")  # theirs to change
    assert await scene.all(CallDecline) == []


async def test_nobody_votes_on_anothers_behalf(scene):
    vote_id = await scene.asked()
    seat_id = await scene.seat("fjord")
    reply = await scene.refused(RAGNHILD, "vote.cast", vote_id=vote_id, choice="for", seat_id=seat_id)
    assert reply.status == 403


async def test_the_form_says_that_one_answers_absent_and_what_is_required(scene):
    meeting_id, _ = await scene.published()
    form = await scene.form(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent")
    assert "forfall" in form["about"]
    assert {f["id"]: f["required"] for f in form["fields"]} == {"reason": True, "deputy_id": False}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Vakt", deputy_id="")
    assert (await row_of(scene, "fjord")).deputy_id is None
