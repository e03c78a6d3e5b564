"""Reminding those who have not answered a notice, by hand: those alone, and not twice without saying so."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.models import Account, Delivery
from lisbot.council.register.identity import Caller
from lisbot.outbox import Outbox
from outbox.chat import Chat


async def asked_first(scene, who, name, **given):
    reply = await commands.run(scene.runtime, name, given, Caller("cli", who))
    assert (reply.status, reply.shows) == (409, "form"), reply.words
    return " ".join(reply.view.facts)


async def reminded(scene, kind="notice_reminder"):
    return {each.person_id for each in await scene.all(Delivery, kind=kind)}


async def people(scene, *emails):
    return {await scene.person(email) for email in emails}


async def test_those_who_have_not_answered_are_reminded_and_nobody_else(scene, room):
    meeting_id, _ = await scene.published()
    await scene.ok(BJORN, "attendance.respond", meeting_id=meeting_id, response="comes")
    absent = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    said = await asked_first(scene, RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    assert "3 personer har ikke svart på innkallingen." in said
    assert "Eli Union, Frode Vara og Pål Region får beskjed på e-post." in said
    sheet = await scene.sheet(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert "meeting.remind" in [each.command for each in sheet.actions]
    view = await scene.ok(RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    assert view.meeting.id == meeting_id
    assert await reminded(scene) == await people(scene, ELI, PAAL)
    assert await reminded(scene, "deputy_reminder") == await people(scene, FRODE)
    assert all(each.room_id is None for each in await scene.all(Delivery, kind="notice_reminder"))


async def test_another_within_the_hour_says_when_the_last_one_was(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    scene.at(2027, 2, 1, 9, 59)
    said = await asked_first(scene, RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    assert "De ble påminnet 1. februar 2027 kl. 09.00, for under en time siden." in said
    scene.at(2027, 2, 1, 10, 0)
    assert "for under en time siden" not in await asked_first(scene, RAGNHILD, "meeting.remind", meeting_id=meeting_id)


async def test_nobody_is_reminded_where_all_have_answered_or_nothing_is_sent(scene):
    meeting_id = await scene.called()
    assert (await scene.refused(RAGNHILD, "meeting.remind", meeting_id=meeting_id)).key == "not_published"
    await scene.published()
    for who in (ASTRID, BJORN, ELI, PAAL):
        await scene.ok(who, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert (await scene.refused(RAGNHILD, "meeting.remind", meeting_id=meeting_id)).key == "nobody_to_remind"
    assert (await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)).actions == ()


async def test_nobody_is_reminded_of_a_meeting_that_has_begun_or_is_cancelled(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 10, 9)
    assert (await scene.refused(RAGNHILD, "meeting.remind", meeting_id=meeting_id)).key == "meeting_over"
    scene.at(2027, 3, 9, 9)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Streik")
    assert (await scene.refused(RAGNHILD, "meeting.remind", meeting_id=meeting_id)).key == "meeting_cancelled"


@pytest.mark.parametrize(("who", "status"), [(ASTRID, 403), (BJORN, 403), (PAAL, 403), (HILDE, 403), (SIRI, 403)])
async def test_only_the_secretariat_reminds(scene, who, status):
    meeting_id, _ = await scene.published()
    assert (await scene.refused(who, "meeting.remind", meeting_id=meeting_id)).status == status


async def test_whoever_has_answered_when_it_is_sent_does_not_get_it(scene):
    meeting_id, _ = await scene.published()
    chat, letters = Chat(), Chat(platform="mail")
    async with scene.runtime.db.write() as db:
        for who in (ASTRID, BJORN):
            about = {"external_id": who, "person_id": await scene.person(who), "linked_at": scene.clock()}
            db.add(Account(platform="teams", service_url="https://teams.example/", conversation_id=who, **about))
    outbox = Outbox(scene.runtime, {"teams": chat, "mail": letters})
    await outbox.drain()
    await scene.ok(RAGNHILD, "meeting.remind", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await outbox.drain()
    told = [to for to, message in chat.sent if "mangl" in message.words]
    assert told == [BJORN]
    states = {each.person_id: each.state for each in await scene.all(Delivery, kind="notice_reminder")}
    assert states[await scene.person(ASTRID)] == "failed"
    assert "waiting" not in states.values()
