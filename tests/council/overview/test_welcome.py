"""A council to whoever is new in it: theirs who have a part there, and nobody else's."""

from builders import ASTRID, HILDE, PAAL, RAGNHILD, SIRI


async def test_a_council_is_shown_whole_to_whoever_has_a_part_in_it(scene):
    await scene.called()
    for who in (ASTRID, PAAL, RAGNHILD):
        view = await scene.ok(who, "welcome.show", body_id=scene.body_id)
        assert [meeting.id for meeting in view.meetings] == [1, 2]
        assert view.minutes is None
    assert [task.meeting.id for task in (await scene.ok(ASTRID, "welcome.show", body_id=scene.body_id)).calls] == [1]
    sheet = await scene.sheet(ASTRID, "welcome.show", body_id=scene.body_id)
    assert sheet.title == "Velkomen til Samordningsrådet"
    for who, status in ((HILDE, 403), (SIRI, 403)):
        assert (await scene.refused(who, "welcome.show", body_id=scene.body_id)).status in (status, 404)
