"""Carry-through whose day an organisation has given: how it is told, that it has passed, and when it is asked again."""

from builders import ASTRID, BJORN, ELI, OSLO, RAGNHILD
from lisbot import commands
from lisbot.council.models import Delivery, FollowUp, Organisation
from lisbot.council.register.identity import Caller
from lisbot.council.reminders import chores


async def asked_of(scene):
    """Each follow-up's id by its organisation's key."""
    keys = {each.id: each.key for each in await scene.all(Organisation)}
    return {keys[row.organisation_id]: row.id for row in await scene.all(FollowUp)}


async def matrix(scene, who):
    """The picture of carry-through and the cells of its table's first row."""
    sheet = await scene.sheet(who, "carry_through.show", body_id=scene.body_id)
    (part,) = [each for each in sheet.sections if each.grid]
    return part.grid, part.table.rows[0].cells[1:]


async def test_a_day_to_come_is_said_to_be_planned_and_one_that_has_passed_stands_out(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="will_be", day="2027-05-01")
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="waits", day="2028-08-01")
    grid, cells = await matrix(scene, BJORN)
    assert cells == ("innført 11. mars", "venter, planlagt 1. aug. 2028", "skal innføres, planlagt 1. mai")
    assert [(cell.sign, cell.day) for cell in grid.rows[0].cells] == [("✓", "11.3."), ("…", "1.8.28"), ("→", "1.5.")]
    assert "planlagt lørdag 1. mai 2027, meldt av" in await scene.words(BJORN, "follow_up.list")
    scene.at(2027, 5, 2, 9)
    grid, cells = await matrix(scene, BJORN)
    assert cells[2] == "skal innføres, planlagt 1. mai, som er passert"
    assert [(cell.sign, cell.status) for cell in grid.rows[0].cells] == [
        ("✓", "good"),
        ("…", "warning"),
        ("!", "attention"),
    ]
    assert ("!", "planlagt dag er passert") in [(each.sign, each.words) for each in grid.legend]
    assert "som er passert" in await scene.words(BJORN, "follow_up.list")


async def test_whoever_gave_a_day_far_off_is_asked_again_once_it_has_come(scene):
    await scene.approved()
    ids = await asked_of(scene)
    for who, key in ((ASTRID, "fjord"), (ELI, "union")):
        await scene.ok(who, "follow_up.answer", follow_up_id=ids[key], answer="introduced")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="will_be", day="2029-02-01")
    scene.at(2029, 2, 2, 9)  # nearly two years after the meeting
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert len(view.cases) == 1
    assert [each.command for each in view.actions] == ["carry_through.remind"]
    assert "Ås sykehus HF" in await scene.words(RAGNHILD, "journey.show", case_id=view.cases[0].case_id)
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2029-03-07", **TIMES)
    scene.at(2029, 2, 28, 9)  # a week before the next meeting
    async with scene.runtime.db.read() as db:
        due = await chores.due(db, scene.clock(), OSLO)
    for given in due:
        await commands.run(scene.runtime, "reminder.send", given, Caller("clock", "lisbot"))
    told = {row.person_id for row in await scene.all(Delivery, kind="follow_up_asked_again")}
    assert told == {await scene.person(BJORN)}


async def test_a_council_tells_its_secretariat_alone_what_is_over_its_time(scene):
    meeting_id, item_id = await scene.minuted()
    fjord = (await scene.one(Organisation, key="fjord")).id
    given = {"what": "Lage utkast", "due_on": "2027-04-30", "organisation_id": [fjord]}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[fjord])
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    asked = await scene.one(FollowUp, what="")
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=asked.id, answer="will_be", day="2027-04-30")
    told = ("1 oppfølging er over fristen", "1 planlagt dag er passert uten at noe er meldt")
    for day, are_told in (((2027, 4, 30), False), ((2027, 5, 1), True)):
        scene.at(*day, 9)
        words = await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)
        assert [each in words for each in told] == [are_told, are_told]
    words = await scene.words(BJORN, "body.show", body_id=scene.body_id)
    assert not any(each in words for each in told)


TIMES = {"starts": "12:00", "ends": "14:00", "place": "Møterom 1"}
