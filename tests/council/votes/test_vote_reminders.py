"""Reminding those who have not answered a question, by hand: of a secret one nobody is named too early."""

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.models import Delivery
from lisbot.council.register.identity import Caller

KINDS = ("vote_reminder", "vote_reminder_open")  # with a deadline, and without
NAMES = ("Astrid Fjord", "Bjørn Ås", "Eli Union")


async def asked_first(scene, who, **given):
    reply = await commands.run(scene.runtime, "vote.remind", given, Caller("cli", who))
    assert (reply.status, reply.shows) == (409, "form"), reply.words
    return " ".join(reply.view.facts)


async def reminded(scene):
    return {each.person_id for each in await scene.all(Delivery) if each.kind in KINDS}


async def test_those_who_have_not_answered_are_reminded_and_nobody_else(scene, room):
    vote_id = await scene.asked(closes_on="2027-03-12")
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="for")
    said = await asked_first(scene, RAGNHILD, vote_id=vote_id)
    assert "2 av 3 har ikke svart." in said
    assert "Astrid Fjord og Eli Union får beskjed på e-post." in said
    view = await scene.ok(RAGNHILD, "vote.remind", vote_id=vote_id)
    assert "vote.remind" in [each.command for each in view.actions]
    assert await reminded(scene) == {await scene.person(ASTRID), await scene.person(ELI)}
    scene.at(2027, 3, 10, 10, 30)
    assert "De ble påminnet 10. mars 2027 kl. 10.00" in await asked_first(scene, RAGNHILD, vote_id=vote_id)


async def test_the_deputy_who_comes_is_reminded_in_the_representatives_place(scene):
    meeting_id, item_id = await scene.published()
    absent = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    vote_id = await scene.question(item_id=item_id)
    await scene.ok(RAGNHILD, "vote.remind", vote_id=vote_id)
    assert await reminded(scene) == {await scene.person(each) for each in (FRODE, BJORN, ELI)}


async def test_where_all_have_answered_nobody_is_reminded(scene):
    vote_id = await scene.asked()
    for who in (ASTRID, BJORN, ELI):
        await scene.ok(who, "vote.cast", vote_id=vote_id, choice="for")
    assert (await scene.refused(RAGNHILD, "vote.remind", vote_id=vote_id)).key == "nobody_to_ask_again"
    view = await scene.ok(RAGNHILD, "vote.show", vote_id=vote_id)
    assert "vote.remind" not in [each.command for each in view.actions]
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote_id)
    assert (await scene.refused(RAGNHILD, "vote.remind", vote_id=vote_id)).key == "vote_closed"


async def test_of_a_secret_question_it_is_not_said_who_is_reminded(scene):
    vote_id = await scene.asked(secret=True)
    await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="for")
    said = await asked_first(scene, RAGNHILD, vote_id=vote_id)
    assert "2 av 3 har ikke svart." in said
    assert not any(name in said for name in NAMES)
    await scene.ok(RAGNHILD, "vote.remind", vote_id=vote_id)
    assert await reminded(scene) == {await scene.person(ASTRID), await scene.person(ELI)}
    view = await scene.ok(RAGNHILD, "delivery.show", vote_id=vote_id)
    message = next(each for each in view.messages if each.kind.startswith("vote_reminder"))
    assert (message.recipients, sum(message.counts.values())) == ((), 2)


@pytest.mark.parametrize(("who", "status"), [(ASTRID, 403), (PAAL, 403), (HILDE, 403), (SIRI, 403)])
async def test_only_those_who_conduct_the_vote_remind(scene, who, status):
    vote_id = await scene.asked()
    assert (await scene.refused(who, "vote.remind", vote_id=vote_id)).status == status
