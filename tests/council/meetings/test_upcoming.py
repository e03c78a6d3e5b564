"""Where no meeting is named the nearest is meant, as by whoever types «møte» or «referat»."""

import pytest

from builders import ASTRID, BJORN, HILDE, RAGNHILD, SIRI
from lisbot.council.models import Body, Meeting
from stages import JUNE, MARCH


@pytest.mark.parametrize("who", [ASTRID, RAGNHILD])
async def test_the_nearest_meeting_is_the_next_and_else_the_last(scene, who):
    march = await scene.planned()
    june = (await scene.one(Meeting, held_on=JUNE)).id
    for day, nearest in (((2027, 3, 10, 23), march), ((2027, 3, 11, 0), june), ((2027, 6, 10, 0), june)):
        scene.at(*day)
        assert (await scene.ok(who, "meeting.show")).line.meeting.id == nearest


async def test_a_cancelled_meeting_and_another_councils_are_not_meant(scene):
    march = await scene.planned()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    assert (await scene.ok(ASTRID, "meeting.show")).line.meeting.held_on == JUNE
    assert (await scene.refused(SIRI, "meeting.show")).key == "no_meeting"


async def test_the_agenda_of_the_nearest_meeting_is_shown(scene):
    meeting_id, _ = await scene.published()
    for who in (RAGNHILD, HILDE):
        shown = await scene.ok(who, "agenda.show")
        assert (shown.meeting.id, shown.meeting.held_on) == (meeting_id, MARCH)


async def test_the_newest_minutes_are_those_one_may_read(scene):
    await scene.published()
    assert (await scene.refused(BJORN, "minutes.show")).key == "no_minutes_yet"
    scene.at(2027, 3, 11, 9)
    meeting_id = (await scene.one(Meeting, held_on=MARCH)).id
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert (await scene.ok(RAGNHILD, "minutes.show")).meeting.id == meeting_id
    assert (await scene.refused(BJORN, "minutes.show")).key == "no_minutes_yet"
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-25")
    assert (await scene.ok(BJORN, "minutes.show")).meeting.id == meeting_id


async def test_the_nearest_is_of_the_council_that_is_named(scene):
    march = await scene.planned()
    other = await scene.one(Body, key="nordrad")
    for command in ("meeting.show", "agenda.show", "call.show"):
        assert (await scene.refused(RAGNHILD, command, body_id=other.id)).key == "no_meeting"
    assert (await scene.ok(RAGNHILD, "meeting.show", body_id=scene.body_id)).line.meeting.id == march
    assert (await scene.ok(RAGNHILD, "call.show")).meeting.id == march
    assert (await scene.ok(RAGNHILD, "agenda.show", body_id=scene.body_id)).meeting.id == march
    assert (await scene.refused(SIRI, "minutes.show", body_id=scene.body_id)).key == "no_minutes_yet"
