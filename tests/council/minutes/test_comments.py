"""Comments on minutes: asked for before they are approved, answered, and kept to be read afterwards."""

from builders import ASTRID, BJORN, ELI, FRODE, KARI, RAGNHILD
from lisbot import commands
from lisbot.council.models import Delivery, MinutesComment
from lisbot.council.register.identity import Caller


async def sent(scene):
    meeting_id, item_id = await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    return meeting_id, item_id


async def test_approving_within_the_comment_period_asks_first_with_figures(scene):
    meeting_id, _ = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi sa noe annet.")
    asked = await commands.run(scene.runtime, "minutes.approve", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
    assert asked.status == 409
    assert {"comment_period", "comments_unanswered"} <= set(asked.view.questions)
    assert "10 dager igjen" in asked.words and "1 kommentar er ikke besvart" in asked.words
    assert not await scene.all(Delivery, kind="minutes_approved")
    yes = {"meeting_id": meeting_id, "confirm": ",".join(asked.view.asked)}
    assert (await commands.run(scene.runtime, "minutes.approve", yes, Caller("cli", RAGNHILD))).status == 200


async def test_nothing_is_asked_of_the_period_once_it_is_over_and_all_are_answered(scene):
    meeting_id, _ = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi sa noe annet.")
    scene.at(2027, 3, 21, 9)
    comment_id = (await scene.one(MinutesComment)).id
    await scene.ok(RAGNHILD, "minutes.answer_comment", comment_id=comment_id, answer="Rettet.")
    asked = await commands.run(scene.runtime, "minutes.approve", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
    assert set(asked.view.questions) <= {"tells", "tells_rooms", "tells_unreachable"}


async def test_minutes_that_nobody_was_asked_to_comment_on_say_so_first(scene):
    meeting_id, _ = await scene.minuted()
    asked = await commands.run(scene.runtime, "minutes.approve", {"meeting_id": meeting_id}, Caller("cli", RAGNHILD))
    assert "not_out_for_comments" in asked.view.questions


async def test_a_comment_is_about_an_item_and_is_answered_and_who_commented_is_told(scene):
    meeting_id, item_id = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi var imot.", item_id=item_id)
    choices = next(f for f in (await scene.form(ELI, "minutes.comment", meeting_id=meeting_id))["fields"])
    assert choices["id"] == "text"
    wrong = {"meeting_id": meeting_id, "text": "Om hva?", "item_id": 999}
    assert set((await scene.refused(ELI, "minutes.comment", **wrong)).fields) == {"item_id"}
    comment_id = (await scene.one(MinutesComment)).id
    for who in (ELI, BJORN):
        given = {"comment_id": comment_id, "answer": "Nei."}
        assert (await scene.refused(who, "minutes.answer_comment", **given)).status == 403
    view = await scene.ok(RAGNHILD, "minutes.answer_comment", comment_id=comment_id, answer="Rettet i andre avsnitt.")
    assert [(c.item, c.answer, c.answered_by) for c in view.comments] == [
        ("Felles rotasjon", "Rettet i andre avsnitt.", "Ragnhild Regut")
    ]
    told = await scene.all(Delivery, kind="comment_answered")
    assert [row.person_id for row in told] == [await scene.person(ELI)]
    assert "Rettet i andre avsnitt." in await scene.words(ELI, "minutes.show", meeting_id=meeting_id)


async def test_the_secretariat_is_told_of_a_comment_and_opens_the_minutes(scene):
    meeting_id, _ = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi var imot.")
    told = await scene.all(Delivery, kind="minutes_commented")
    assert {row.person_id for row in told} == {await scene.person(RAGNHILD), await scene.person(KARI)}
    assert {(row.command, row.args["meeting_id"]) for row in told} == {("minutes.show", meeting_id)}


async def test_comments_stay_to_be_read_after_approval_and_who_commented_is_told_the_result(scene):
    meeting_id, _ = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi var imot.")
    await scene.ok(FRODE, "minutes.comment", meeting_id=meeting_id, text="Enig med Eli.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert "Vi var imot." in await scene.words(ASTRID, "minutes.show", meeting_id=meeting_id)
    sheet = await scene.sheet(ASTRID, "minutes.show", meeting_id=meeting_id)
    assert any(section.is_detail and section.rows for section in sheet.sections)  # folded
    told = {
        row.person_id: row.kind
        for row in await scene.all(Delivery)
        if row.kind.startswith(("comments_", "minutes_approved"))
    }
    assert told[await scene.person(ELI)] == told[await scene.person(FRODE)] == "comments_considered"
    assert told[await scene.person(ASTRID)] == "minutes_approved"
    comment_id = (await scene.all(MinutesComment))[0].id
    await scene.ok(RAGNHILD, "minutes.answer_comment", comment_id=comment_id, answer="Takk.")  # still


async def test_comments_stay_to_be_read_while_approved_minutes_are_corrected(scene):
    meeting_id, _ = await sent(scene)
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Vi var imot.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    scene.at(2027, 3, 12, 9)
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Skrivefeil")
    assert "Vi var imot." in await scene.words(ASTRID, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Fortsatt imot.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    first = await scene.ok(ASTRID, "minutes.show", meeting_id=meeting_id, version=1)
    assert [line.text for line in first.comments] == ["Vi var imot."]
