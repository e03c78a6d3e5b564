"""The council's list of cases that wait, each with the button that puts it on an agenda."""

from builders import ASTRID, RAGNHILD
from lisbot.council.models import Meeting
from stages import MARCH


async def test_cases_that_wait_are_listed_with_a_button(scene):
    await scene.on_agenda()
    meeting_id = (await scene.one(Meeting, held_on=MARCH)).id
    assert "Ingen saker venter." in await scene.words(RAGNHILD, "case.list_waiting", body_id=scene.body_id)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Streik")
    sheet = await scene.sheet(RAGNHILD, "case.list_waiting", body_id=scene.body_id)
    (row,) = sheet.sections[0].rows
    assert row.title == "1/27 Felles rotasjon"
    assert [each.command for each in row.actions] == ["agenda_item.add_case"]
    assert "onsdag 10. mars 2027 ble avlyst" in await scene.words(RAGNHILD, "case.list_waiting", body_id=scene.body_id)


async def test_the_list_is_reached_from_the_councils_page_by_the_secretariat(scene):
    for who, is_there in ((RAGNHILD, True), (ASTRID, False)):
        sheet = await scene.sheet(who, "body.show", body_id=scene.body_id)
        shown = [each.command for section in sheet.sections for each in section.actions]
        assert ("case.list_waiting" in shown) is is_there


async def test_a_case_that_waits_for_an_answer_from_outside_is_among_those_that_wait(scene):
    await scene.on_agenda()
    referral_id = await scene.sent_on()
    sheet = await scene.sheet(RAGNHILD, "case.list_waiting", body_id=scene.body_id)
    (row,) = [row for part in sheet.sections for row in part.rows]
    assert row.title == "1/27 Felles rotasjon"
    assert "Fagdirektørmøtet" in row.text
    assert row.opens.arguments == {"referral_id": referral_id}
    assert "Ingen saker venter." not in await scene.words(RAGNHILD, "case.list_waiting", body_id=scene.body_id)
    given = {"referral_id": referral_id, "answer_kind": "answer", "answer": "Løst.", "on_behalf_of": "Direktøren"}
    await scene.ok(RAGNHILD, "referral.note_answer", **given)
    assert "Ingen saker venter." in await scene.words(RAGNHILD, "case.list_waiting", body_id=scene.body_id)
