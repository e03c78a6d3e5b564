"""Reminding an organisation of what it is to follow up, by hand."""

import pytest

from builders import ASTRID, BJORN, HILDE, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.models import Delivery, FollowUp, MailTrouble, Organisation
from lisbot.council.register.identity import Caller


@pytest.fixture
async def follow_up(scene):
    """What Fjord is to follow up, by approved minutes."""
    meeting_id, item_id = await scene.minuted()
    given = {"organisation_id": [(await scene.one(Organisation, key="fjord")).id], "what": "Ta det opp i linjen"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    found = (await scene.one(FollowUp)).id
    assert (await scene.refused(RAGNHILD, "follow_up.remind", follow_up_id=found)).key == "not_approved"
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return found


async def test_its_representatives_are_reminded_and_not_once_it_is_done(scene, follow_up):
    reply = await commands.run(scene.runtime, "follow_up.remind", {"follow_up_id": follow_up}, Caller("cli", RAGNHILD))
    assert (reply.status, reply.shows) == (409, "form")
    assert "Astrid Fjord får beskjed på e-post." in " ".join(reply.view.facts)
    view = await scene.ok(RAGNHILD, "follow_up.remind", follow_up_id=follow_up)
    offered = [each.command for each in view.found[0].line.actions]
    assert "follow_up.remind" in offered
    (told,) = await scene.all(Delivery, kind="follow_up_reminder_open")
    assert (told.person_id, told.command) == (await scene.person(ASTRID), "follow_up.list")
    again = await commands.run(scene.runtime, "follow_up.remind", {"follow_up_id": follow_up}, Caller("cli", RAGNHILD))
    assert "for under en time siden" in " ".join(again.view.facts)
    await scene.ok(ASTRID, "follow_up.complete", follow_up_id=follow_up)
    assert (await scene.refused(RAGNHILD, "follow_up.remind", follow_up_id=follow_up)).key == "follow_up_is_done"


@pytest.mark.parametrize(("who", "status"), [(ASTRID, 403), (BJORN, 403), (HILDE, 403), (SIRI, 403)])
async def test_only_the_secretariat_reminds(scene, follow_up, who, status):
    assert (await scene.refused(who, "follow_up.remind", follow_up_id=follow_up)).status == status


async def test_whoever_reminds_is_told_what_was_answered_and_whom_it_does_not_reach(scene, follow_up):
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=follow_up, answer="will_be", day="2027-08-01")
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ASTRID, reason="550", at=scene.runtime.now()))
    asked = await commands.run(scene.runtime, "follow_up.remind", {"follow_up_id": follow_up}, Caller("cli", RAGNHILD))
    assert "Fjord sykehus HF har svart: skal innføres, planlagt søndag 1. august 2027." in asked.view.facts
    done = (await scene.done(RAGNHILD, "follow_up.remind", follow_up_id=follow_up)).reply.done
    assert done == "Ingen ble nådd: Fjord sykehus HF."
