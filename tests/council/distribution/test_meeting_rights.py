"""That the people of one body may meet in another: who keeps it, and who sees it."""

import pytest

from builders import ASTRID, HILDE, RAGNHILD, SIRI
from distribution_scene import second_body
from lisbot.council.models import MeetingRight


@pytest.fixture
async def forum(scene):
    return await second_body(scene)


async def grant(scene, forum, **more):
    given = {"body_id": scene.body_id, "of_body_id": forum, **more}
    return await scene.ok(RAGNHILD, "meeting_right.add", **given)


async def test_the_secretariat_keeps_it_and_members_see_it(scene, forum):
    given = {"body_id": scene.body_id, "of_body_id": forum}
    for who in (ASTRID, HILDE, SIRI):
        assert (await scene.refused(who, "meeting_right.add", **given)).status in (403, 404)
    own = {"body_id": scene.body_id, "of_body_id": scene.body_id}
    assert (await scene.refused(RAGNHILD, "meeting_right.add", **own)).key == "meets_in_itself"
    assert (await scene.refused(RAGNHILD, "meeting_right.add", body_id=scene.body_id, of_body_id=2)).status == 404
    await grant(scene, forum)
    assert (await scene.refused(RAGNHILD, "meeting_right.add", **given)).key == "may_meet_already"
    right_id = (await scene.one(MeetingRight)).id
    for who in (ASTRID, SIRI):
        refused = await scene.refused(who, "meeting_right.end", right_id=right_id, to_on="2027-01-01")
        assert refused.status in (403, 404)
    (right,) = (await scene.ok(ASTRID, "distribution_line.list", body_id=scene.body_id)).rights
    assert (right.of_body, right.actions) == ("Forum", ())


async def test_a_right_that_is_over_is_not_begun_again_and_one_that_was_is_not_undone(scene, forum):
    await grant(scene, forum, to_on="2027-06-30")
    right_id = (await scene.one(MeetingRight)).id
    scene.at(2027, 2, 1, 9)
    for to_on, key in (("2027-12-31", "ends_later"), ("2026-10-01", "ends_before_it_begins")):
        assert (await scene.refused(RAGNHILD, "meeting_right.end", right_id=right_id, to_on=to_on)).key == key
    await scene.ok(RAGNHILD, "meeting_right.end", right_id=right_id, to_on="2027-01-31")
    again = await scene.refused(RAGNHILD, "meeting_right.end", right_id=right_id, to_on="2027-06-30")
    assert again.key == "ended_already"
