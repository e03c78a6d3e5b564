"""A meeting's steps: what it goes through, how far it has come, and on which day."""

from builders import ASTRID, RAGNHILD
from lisbot.council.models import AgendaItem

HELD = {"day": "2026-10-14", "starts": "10:00", "ends": "11:00"}


async def steps(scene, meeting_id: int, who: str = RAGNHILD) -> str:
    """Each step with its day, the one that goes on in brackets."""
    view = await scene.ok(who, "meeting.show", meeting_id=meeting_id)
    marks = {"done": "+{}", "now": "[{}]", "to_come": "{}"}
    return " ".join(
        marks[each.state].format(f"{each.kind}:{each.on:%d%m}" if each.on else each.kind) for each in view.steps
    )


async def test_the_steps_of_a_meeting_from_its_date_to_its_minutes(scene):
    meeting_id = await scene.planned()
    assert await steps(scene, meeting_id) == "[call:2701] agenda notice:2402 meeting:1003 minutes:2203"
    scene.at(2027, 2, 1, 9)
    await scene.ok(RAGNHILD, "call.open", meeting_id=meeting_id)
    await scene.on_agenda()
    assert await steps(scene, meeting_id) == "[call:1702] agenda notice:2402 meeting:1003 minutes:2203"
    scene.at(2027, 2, 12, 9)
    await scene.ok(RAGNHILD, "call.close", meeting_id=meeting_id)
    assert await steps(scene, meeting_id) == "+call:1202 [agenda] notice:2402 meeting:1003 minutes:2203"
    scene.at(2027, 2, 25, 9)
    assert await steps(scene, meeting_id) == "+call:1202 +agenda [notice:2402] meeting:1003 minutes:2203"
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await steps(scene, meeting_id) == "+call:1202 +agenda +notice:2502 [meeting:1003] minutes:2203"
    assert await steps(scene, meeting_id, ASTRID) == await steps(scene, meeting_id)
    scene.at(2027, 3, 10, 23)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert await steps(scene, meeting_id) == "+call:1202 +agenda +notice:2502 +meeting:1003 [minutes:2203]"
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-19")
    assert (await steps(scene, meeting_id)).endswith("[minutes:1903]")
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item.id, outcome="noted")
    scene.at(2027, 3, 23, 9)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert await steps(scene, meeting_id, ASTRID) == "+call:1202 +agenda +notice:2502 +meeting:1003 +minutes:2303"
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil navn")
    assert "[minutes" in await steps(scene, meeting_id)


async def test_what_was_never_done_is_no_step_of_a_meeting_that_is_over(scene):
    meeting_id = await scene.planned()
    scene.at(2027, 3, 11, 9)
    assert await steps(scene, meeting_id) == "+meeting:1003 [minutes:2203]"
    view = await scene.ok(RAGNHILD, "meeting.enter_held", body_id=scene.body_id, **HELD)
    assert await steps(scene, view.line.meeting.id) == "+meeting:1410 [minutes:1103]"


async def test_a_cancelled_meeting_goes_through_nothing(scene):
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="For få saker")
    assert await steps(scene, meeting_id) == ""


async def test_the_card_says_the_steps_in_one_line(scene):
    await scene.on_agenda()
    said = await scene.words(ASTRID, "meeting.show", meeting_id=1)
    assert "no: Innmelding 17. feb. → Sakliste → Innkalling 24. feb. → Møte 10. mars → Referat 22. mars" in said


async def test_on_paper_a_meeting_is_no_notice_before_it_is_sent(scene):
    """Neither to the members, whose page was headed as a notice of a day to come."""
    await scene.planned()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, title="Sak", kind="discussion")
    for who in (ASTRID, RAGNHILD):
        head = (await scene.sheet(who, "meeting.show", meeting_id=1)).letterhead
        assert (head.kind, head.on) == ("agenda_draft", scene.runtime.now().date())
    scene.at(2027, 2, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    scene.at(2027, 2, 25, 9)
    head = (await scene.sheet(ASTRID, "meeting.show", meeting_id=1)).letterhead
    assert (head.kind, str(head.on)) == ("notice", "2027-02-20")
