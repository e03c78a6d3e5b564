"""Whoever may meet because of a seat in another body: what they get, see and say, and that they count in nothing."""

from datetime import date

import pytest
from sqlalchemy import select, update

from builders import ASTRID, HILDE, RAGNHILD, SIRI, seat, term
from distribution_scene import second_body
from lisbot.council.enums import Standing
from lisbot.council.models import Attendance, Body, Delivery, Guest, MeetingRight, Organisation, Person, Seat, Term


@pytest.fixture
async def forum(scene):
    return await second_body(scene)


async def grant(scene, forum, **more):
    given = {"body_id": scene.body_id, "of_body_id": forum, **more}
    return await scene.ok(RAGNHILD, "meeting_right.add", **given)


async def kinds_told(scene, email=SIRI):
    return [each.kind for each in await scene.all(Delivery, person_id=await scene.person(email))]


async def test_they_get_the_agenda_say_that_they_come_and_stand_in_the_minutes(scene, forum):
    await grant(scene, forum)
    meeting_id = await scene.planned()
    assert (
        await scene.refused(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    ).key == "notice_not_sent"
    scene.at(2027, 2, 1, 9)
    secret = {"title": "Hemmelig sak", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, **secret)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await kinds_told(scene) == ["visit_open"]
    words = await scene.words(SIRI, "agenda.show", meeting_id=meeting_id)
    assert "Du har møterett fordi du sitter i Forum." in words and "Hemmelig" not in words and "Oslo" in words
    for name in ("meeting.show", "minutes.show", "body.show"):
        given = {"body_id": scene.body_id} if name == "body.show" else {"meeting_id": meeting_id}
        assert (await scene.refused(SIRI, name, **given)).status in (403, 404), name
    refused = await scene.refused(SIRI, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert refused.status in (403, 404)
    view = await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    assert view.visit.response == "comes"
    forecast = await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert (forecast.coming, forecast.voting) == (0, 3)
    assert [g.name for g in (await scene.ok(RAGNHILD, "guest_invitation.list", meeting_id=meeting_id)).guests] == [
        "Siri Nord"
    ]
    siri = await scene.person(SIRI)
    assert not await scene.all(Attendance, person_id=siri)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", starts="11:00")
    assert len(await kinds_told(scene)) == 2
    # What was answered for another hour says nothing of this one.
    view = await scene.ok(SIRI, "agenda.show", meeting_id=meeting_id)
    assert view.visit.response is None
    await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    scene.at(2027, 3, 10, 16)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert [(guest.name, guest.affiliation) for guest in view.guests] == [("Siri Nord", "Forum (møterett)")]
    assert not any(line.name == "Siri Nord" for line in view.present)


async def test_who_says_no_or_is_not_of_the_body_any_more_does_not_come(scene, forum):
    await grant(scene, forum)
    meeting_id = (await scene.published())[0]
    assert (await scene.refused(HILDE, "visit.respond", meeting_id=meeting_id, response="comes")).status == 403
    await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="absent")
    right_id = (await scene.one(MeetingRight)).id
    await scene.ok(RAGNHILD, "meeting_right.end", right_id=right_id, to_on="2027-02-01")
    scene.at(2027, 2, 2, 9)
    assert (await scene.refused(SIRI, "agenda.show", meeting_id=meeting_id)).status == 404
    assert (await scene.refused(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")).status in (403, 404)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert not (await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)).guests


async def test_what_is_confidential_is_theirs_only_where_that_is_said(scene, forum):
    await grant(scene, forum, sees_confidential=True)
    meeting_id = await scene.planned()
    scene.at(2027, 2, 1, 9)
    secret = {"title": "Hemmelig sak", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, **secret)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "Hemmelig sak" in await scene.words(SIRI, "agenda.show", meeting_id=meeting_id)


async def test_they_are_told_of_another_place_and_another_link(scene, forum):
    await grant(scene, forum)
    meeting_id = (await scene.published())[0]
    await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    where = {"place": "Et annet hus", "link": "https://møte.example/2"}
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", **where)
    assert (await kinds_told(scene))[-1] == "meeting_changed"
    view = await scene.ok(SIRI, "agenda.show", meeting_id=meeting_id)
    assert view.visit.response == "comes"  # the hour is the same


async def test_whoever_sits_in_both_bodies_is_a_member_and_no_visitor(scene, forum):
    """Astrid represents a hospital in the council, and speaks for another seat in the forum."""
    async with scene.runtime.db.write() as db:
        theirs = await scene.one(Body, id=forum)
        place = seat(theirs, await scene.one(Organisation, key="fjord"), "Overlege", Standing.VOTING)
        db.add(place)
        await db.flush()
        db.add(term(place, await scene.one(Person, email=ASTRID)))
    await grant(scene, forum, sees_confidential=True)
    meeting_id = (await scene.published())[0]
    assert "visit_open" not in await kinds_told(scene, ASTRID)
    assert (await scene.ok(ASTRID, "agenda.show", meeting_id=meeting_id)).visit is None
    refused = await scene.refused(ASTRID, "visit.respond", meeting_id=meeting_id, response="comes")
    assert refused.status == 403
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert not await scene.all(Guest)
    assert (await scene.ok(SIRI, "agenda.show", meeting_id=meeting_id)).visit is not None


@pytest.mark.parametrize("ends", ["the right", "the seat"])
async def test_an_answer_holds_no_longer_than_the_right_to_meet(scene, forum, ends):
    await grant(scene, forum)
    meeting_id, _ = await scene.published()
    await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    if ends == "the right":
        right_id = (await scene.one(MeetingRight)).id
        await scene.ok(RAGNHILD, "meeting_right.end", right_id=right_id, to_on="2027-03-09")
    else:
        async with scene.runtime.db.write() as db:
            seats = select(Seat.id).where(Seat.body_id == forum)
            theirs = (Term.seat_id.in_(seats), Term.person_id == await scene.person(SIRI))
            await db.execute(update(Term).where(*theirs).values(to_on=date(2027, 3, 9)))
    assert not (await scene.ok(RAGNHILD, "guest_invitation.list", meeting_id=meeting_id)).guests
    scene.at(2027, 3, 10, 16)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert not (await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)).guests


async def test_a_right_that_ends_afterwards_takes_nobody_out_of_approved_minutes(scene, forum):
    await grant(scene, forum)
    meeting_id, item_id = await scene.published()
    await scene.ok(SIRI, "visit.respond", meeting_id=meeting_id, response="comes")
    guest = {"meeting_id": meeting_id, "item_id": item_id, "name": "Gunn Gjest", "email": "gunn@firma.example"}
    await scene.ok(RAGNHILD, "guest_invitation.send", **guest)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    named = ["Siri Nord"]
    shown = (await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)).guests
    assert [each.name for each in shown] == named
    async with scene.runtime.db.write() as db:
        await db.execute(update(MeetingRight).values(to_on=date(2027, 3, 9)))
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert [each.name for each in view.guests] == named
    assert [each.name for item in view.items for each in item.guests] == []
    # Whoever nobody has spoken of can still be noted.
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="En gjest manglet")
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert [each.name for each in view.guests] == named
    asked_about = [(each.name, each.is_unsure) for item in view.items for each in item.guests]
    assert asked_about == [("Gunn Gjest", True)]
