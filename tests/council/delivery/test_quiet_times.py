"""When somebody wishes to be left in peace: their own choice, by card and page, that the outbox follows."""

from datetime import time

import pytest

from builders import ASTRID, BJORN, HILDE, RAGNHILD, SIRI
from lisbot.council.models import QuietTime


@pytest.mark.parametrize("who", [RAGNHILD, ASTRID, BJORN, HILDE, SIRI])
async def test_everybody_sees_and_chooses_their_own(scene, who):
    view = await scene.ok(who, "quiet_time.show")
    assert (view.quiet_from, view.quiet_to, view.on_free_days, view.one_by_one) == (time(20), time(7), False, False)
    assert (view.is_own, [each.command for each in view.actions]) == (False, ["quiet_time.set"])
    given = {"quiet_from": "16:30", "quiet_to": "8", "on_free_days": "true", "alarm_minutes": "15"}
    view = await scene.ok(who, "quiet_time.set", **given)
    assert (view.quiet_from, view.quiet_to, view.on_free_days, view.alarm_minutes) == (time(16, 30), time(8), True, 15)
    rows = await scene.all(QuietTime)
    assert [(row.person_id, row.free_days, row.digest) for row in rows] == [(await scene.person(who), False, True)]
    form = await scene.form(who, "quiet_time.set")
    assert "16:30" in str(form) or "16.30" in str(form)


async def test_no_hours_are_no_quiet_and_one_hour_alone_is_refused(scene):
    refused = await scene.refused(ASTRID, "quiet_time.set", quiet_from="20:00")
    assert (refused.key, set(refused.fields)) == ("quiet_needs_both", {"quiet_to"})
    view = await scene.ok(ASTRID, "quiet_time.set")
    assert (view.quiet_from, view.quiet_to) == (None, None)
    assert "ingen faste timar" in await scene.words(ASTRID, "quiet_time.show")
