"""One council as a whole."""

from builders import ASTRID, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import Majority
from lisbot.council.models import Body
from lisbot.council.register.identity import Caller


async def test_its_people_rules_and_next_meetings_are_there_for_its_members(scene):
    meeting_id = await scene.planned()
    for who in (ASTRID, FRODE, PAAL, RAGNHILD):
        view = await scene.ok(who, "body.show", body_id=scene.body_id)
        assert [line.meeting.id for line in view.meetings] == [meeting_id, meeting_id + 1]
        holders = {seat.organisation: seat.holder.name for seat in view.seats}
        assert holders["Fjord sykehus HF"] == "Astrid Fjord"
        assert view.rules.call_days == 42
    assert (await scene.refused(HILDE, "body.show", body_id=scene.body_id)).status == 403
    assert (await scene.refused(SIRI, "body.show", body_id=scene.body_id)).status == 404


async def test_a_rule_that_is_not_set_is_said_to_be_not_set(scene):
    assert "Flertallsregel: ikke satt" in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).majority = Majority.TWO_THIRDS
    assert "Flertallsregel: to tredeler" in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)


async def test_only_the_secretariat_is_offered_to_plan_and_to_ask(scene):
    for who, offered in ((ASTRID, []), (RAGNHILD, ["year_plan.set_dates", "vote.open"])):
        view = await scene.ok(who, "body.show", body_id=scene.body_id)
        assert [each.command for each in view.actions] == offered


async def test_its_open_questions_are_listed_and_one_about_a_confidential_item_only_inside(scene, room):
    await scene.planned()
    given = {"title": "Hemmelig sak", "kind": "discussion", "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, **given)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, title="Åpen sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    for item_id, question in ((2, "Om det hemmelige?"), (3, "Om det åpne?")):
        await scene.ok(RAGNHILD, "vote.open", item_id=item_id, question=question)
    view = await scene.ok(ASTRID, "body.show", body_id=scene.body_id)
    assert [vote.question for vote in view.votes] == ["Om det hemmelige?", "Om det åpne?"]
    reply = await run(scene.runtime, "body.show", {"body_id": scene.body_id}, Caller("room", str(room)))
    assert [vote.question for vote in reply.view.votes] == ["Om det åpne?"]


async def test_what_waits_on_its_own_page_does_not_say_again_which_council(scene):
    await scene.proposed()
    (waits, *_) = (await scene.sheet(RAGNHILD, "body.show", body_id=scene.body_id)).sections
    assert waits.rows[0].text == ""


async def test_before_its_first_meeting_is_held_nothing_is_headed_by_those_before(scene):
    await scene.planned()
    sheet = await scene.sheet(RAGNHILD, "body.show", body_id=scene.body_id)
    assert "Tidligere møter" not in [part.heading for part in sheet.sections]
    assert "outcome.search" in [each.command for part in sheet.sections for each in part.actions]


async def test_its_last_minutes_are_one_press_away(scene):
    meeting_id, _ = await scene.minuted()
    for who, reads in ((ASTRID, False), (RAGNHILD, True)):  # a draft is the secretariat's
        view = await scene.ok(who, "body.show", body_id=scene.body_id)
        assert [line.meeting.id for line in view.past] == [meeting_id]
        assert (meeting_id in view.with_minutes) is reads
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    sheet = await scene.sheet(ASTRID, "body.show", body_id=scene.body_id)
    rows = [row for part in sheet.sections for row in part.rows if row.actions]
    assert [(each.command, each.arguments) for row in rows for each in row.actions] == [
        ("minutes.show", {"meeting_id": meeting_id})
    ]


async def test_who_sits_there_stands_by_organisation(scene):
    view = await scene.ok(RAGNHILD, "body.show", body_id=scene.body_id)
    sheet = await scene.sheet(RAGNHILD, "body.show", body_id=scene.body_id)
    titles = [row.title for part in sheet.sections for row in part.rows]
    for organisation in {seat.organisation for seat in view.seats}:
        assert titles.count(organisation) == 1
