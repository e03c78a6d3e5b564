"""A council's own plan of reminders: what it says is followed, and what it leaves empty is not sent."""

import pytest

from builders import ASTRID, BJORN, HILDE, RAGNHILD, SIRI
from lisbot.council.enums import ReminderKind, ReminderStage
from lisbot.council.models import Delivery, ReminderStep
from lisbot.scheduler import Scheduler


async def test_lisbots_own_plan_holds_until_another_is_set(scene):
    view = await scene.ok(RAGNHILD, "reminder_plan.show", body_id=scene.body_id)
    days = {(step.what, step.stage): step.days for step in view.steps}
    assert days[ReminderKind.CALL, ReminderStage.FIRST] == 7
    assert days[ReminderKind.CALL, ReminderStage.UNHEARD] is None
    assert [each.command for each in view.actions] == ["reminder_plan.set"]
    form = await scene.form(RAGNHILD, "reminder_plan.set", body_id=scene.body_id)
    assert "7" in str(form)


async def test_what_is_set_is_followed_and_what_is_left_empty_is_not_sent(scene):
    given = {"call_first": "5", "call_unheard": "0", "notice_first": "7"}
    await scene.ok(RAGNHILD, "reminder_plan.set", body_id=scene.body_id, **given)
    assert len(await scene.all(ReminderStep, days=5)) == 1
    await scene.called()
    for day, reminders, unheard in ((10, 0, 0), (12, 3, 0), (16, 3, 0), (17, 3, 2)):
        scene.at(2027, 2, day, 6)
        await Scheduler(scene.runtime).run_all_due()
        assert len(await scene.all(Delivery, kind="call_reminder")) == reminders, day
        assert len(await scene.all(Delivery, kind="call_unheard")) == unheard, day


async def test_a_number_that_is_none_is_refused(scene):
    refused = await scene.refused(RAGNHILD, "reminder_plan.set", body_id=scene.body_id, call_first="61")
    assert set(refused.fields) == {"call_first"}


@pytest.mark.parametrize(("who", "status"), [(ASTRID, 403), (BJORN, 403), (HILDE, 403), (SIRI, 403)])
async def test_only_the_secretariat_sees_it_and_sets_it(scene, who, status):
    assert (await scene.refused(who, "reminder_plan.show", body_id=scene.body_id)).status == status
    assert (await scene.refused(who, "reminder_plan.set", body_id=scene.body_id, call_first=5)).status == status
