"""A seat that stands empty: its organisation is reminded once a period, until somebody is reported."""

from builders import ASTRID, BJORN, RAGNHILD
from lisbot.commands import run
from lisbot.council.models import Delivery, LineConfirmation
from lisbot.council.register.identity import Caller
from lisbot.scheduler import SCHEDULE, Scheduler

CHIEF = "sjef@fjord.example"
NOBODY = {"from_on": "2026-12-01", "anchored_by": "Klinikksjef Dag", "anchored": "true", "leader_email": CHIEF}


async def test_an_organisation_is_reminded_of_its_empty_seat_once_a_period_until_somebody_is_reported(scene):
    seat_id = await scene.seat("fjord")
    await scene.ok(ASTRID, "seat_change.report", seat_id=seat_id, **NOBODY)
    confirmation = await scene.one(LineConfirmation)
    await scene.ok(CHIEF, "line_confirmation.confirm", confirmation_id=confirmation.id)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert {each.command for each in SCHEDULE} >= {"seat.remind_of_vacancy"}

    async def reminded(*days: tuple[int, int, int]) -> list[int | None]:
        before = {each.id for each in await scene.all(Delivery, kind="vacancy_reminder")}
        for day in days:
            scene.at(*day, 9)
            await Scheduler(scene.runtime).run_all_due()
        return [each.person_id for each in await scene.all(Delivery, kind="vacancy_reminder") if each.id not in before]

    chief = await scene.person(CHIEF)
    assert await reminded((2026, 11, 27)) == []
    assert await reminded((2026, 12, 1), (2026, 12, 2), (2026, 12, 30)) == [chief]
    assert await reminded((2026, 12, 31), (2027, 1, 4)) == [chief]
    (told, *_) = await scene.all(Delivery, kind="vacancy_reminder")
    assert told.command == ""  # in words: the council is nothing of theirs to see
    words = await scene.words(RAGNHILD, "composition.show", body_id=scene.body_id)
    assert "Virksomheten er sist minnet torsdag 31. desember 2026." in words
    again = await run(scene.runtime, "seat.remind_of_vacancy", {"seat_id": seat_id}, Caller("clock", ""))
    assert (again.status, again.key) == (409, "reminder_not_due")
    for who in (ASTRID, BJORN, RAGNHILD):
        assert (await scene.refused(who, "seat.remind_of_vacancy", seat_id=seat_id)).status in (403, 404)
    report = {"name": "Ny Person", "email": "ny@fjord.example", "from_on": "2027-03-01", "anchored_by": "Dag"}
    await scene.ok(RAGNHILD, "seat_change.report", seat_id=seat_id, anchored="true", **report)
    assert await reminded((2027, 2, 2)) == []


async def test_a_body_whose_plan_reminds_of_no_term_that_ends_reminds_of_no_empty_seat(scene):
    await scene.ok(RAGNHILD, "reminder_plan.set", body_id=scene.body_id, call_first="7")
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), **NOBODY)
    await scene.ok(CHIEF, "line_confirmation.confirm", confirmation_id=(await scene.one(LineConfirmation)).id)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    scene.at(2026, 12, 1, 9)
    await Scheduler(scene.runtime).run_all_due()
    assert await scene.all(Delivery, kind="vacancy_reminder") == []
