"""A meeting that was held without being in the plan, entered afterwards so that its minutes can be written."""

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot.council.models import AgendaItem, Attendance, Delivery, Meeting

HELD = {"day": "2026-10-14", "starts": "10:00", "ends": "11:00"}


async def test_a_held_meeting_is_entered_and_its_minutes_are_written(scene):
    view = await scene.ok(RAGNHILD, "meeting.enter_held", body_id=scene.body_id, **HELD)
    meeting_id = view.line.meeting.id
    assert (view.line.state, view.line.is_entered_afterwards) == ("held", True)
    m = await scene.one(Meeting)
    assert (m.call_opens_on, m.call_closes_on, m.notice_on, m.published_at) == (None, None, None, None)
    assert await scene.all(Delivery) == [] and await scene.all(Attendance) == []
    assert "holdt, lagt inn etterpå" in await scene.words(RAGNHILD, "year_plan.show", body_id=scene.body_id, year=2026)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Hastesak", kind="advice")
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    item = await scene.one(AgendaItem, title="Hastesak")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item.id, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    case = await scene.ok(ASTRID, "case.show", case_id=item.case_id)
    assert (case.title, case.treatments[0].outcome) == ("Hastesak", "noted")


async def test_what_is_not_over_or_clashes_is_refused(scene):
    today = {"body_id": scene.body_id, "day": "2026-11-02"}
    assert (await scene.refused(RAGNHILD, "meeting.enter_held", **today, starts="08:00", ends="09:30")).key == (
        "not_over_yet"
    )
    await scene.ok(RAGNHILD, "meeting.enter_held", **today, starts="08:00", ends="08:30")
    assert (await scene.refused(RAGNHILD, "meeting.enter_held", **today, starts="08:15", ends="08:45")).key == (
        "date_taken"
    )


async def test_only_the_secretariat_enters_a_held_meeting(scene):
    for who in (ASTRID, FRODE, BJORN, ELI, PAAL, HILDE, SIRI):
        reply = await scene.refused(who, "meeting.enter_held", body_id=scene.body_id, **HELD)
        assert reply.status in (403, 404)
