"""How all councils of a secretariat stand."""

from datetime import date

import pytest

from builders import ASTRID, BJORN, KARI, RAGNHILD, SIRI
from lisbot.council.overview.views import Due


async def status(scene):
    view = await scene.ok(RAGNHILD, "dashboard.show")
    return next(each for each in view.bodies if each.body.id == scene.body_id)


async def test_it_is_the_secretariats_own_councils_in_the_order_of_their_names(scene, second_council):
    for who in (RAGNHILD, KARI):
        names = [each.body.name for each in (await scene.ok(who, "dashboard.show")).bodies]
        assert names == ["FKM-rådet", "Samordningsrådet"]
    for who in (ASTRID, SIRI):
        assert (await scene.refused(who, "dashboard.show")).status == 403


async def test_what_is_due_next_is_told_with_its_day(scene):
    meeting_id = await scene.planned()
    stands = await status(scene)
    assert stands.next.id == meeting_id
    assert stands.due == (
        Due("call", date(2027, 1, 27), meeting_id),
        Due("notice", date(2027, 2, 24), meeting_id),
    )
    scene.at(2027, 2, 1, 9)
    await scene.ok(RAGNHILD, "call.open", meeting_id=meeting_id)
    assert (await status(scene)).due[0] == Due("deadline", date(2027, 2, 17), meeting_id)


async def test_those_who_are_silent_and_what_waits_are_counted(scene):
    meeting_id = await scene.called()
    assert ((await status(scene)).silent, (await status(scene)).waiting) == (3, 0)
    await scene.proposed(ASTRID)
    await scene.ok(BJORN, "call.decline", meeting_id=meeting_id)
    assert ((await status(scene)).silent, (await status(scene)).waiting) == (1, 1)
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=1)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    stands = await status(scene)
    assert (stands.waiting, stands.unanswered) == (0, 4)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert (await status(scene)).unanswered == 3


async def test_a_meeting_whose_minutes_are_not_approved_stays_on_it(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 11, 9)
    stands = await status(scene)
    assert [each.meeting.id for each in stands.unfinished] == [meeting_id]
    assert [each.command for each in stands.unfinished[0].actions] == ["minutes.start"]
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert (await status(scene)).unfinished[0].actions == ()
    await scene.ok(RAGNHILD, "outcome.record", item_id=2, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert (await status(scene)).unfinished == ()


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
async def test_every_council_and_meeting_on_it_can_be_opened(scene, second_council, lang):
    scene.lang = lang
    await scene.planned()
    sheet = await scene.sheet(RAGNHILD, "dashboard.show")
    lines = [line for section in sheet.sections for line in (section.table.rows if section.table else section.rows)]
    assert len(lines) == 2
    assert all(line.opens for line in lines)
