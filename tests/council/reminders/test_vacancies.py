"""A seat that stands empty: its organisation is reminded once a period, until somebody is reported."""

from datetime import date

from builders import ASTRID, BJORN, FRODE, RAGNHILD
from lisbot.commands import run
from lisbot.council.models import Delivery, LineConfirmation, Seat, Term
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

    async def reminded(*days: tuple[int, int, int]) -> list[int]:
        before = {each.id for each in await scene.all(Delivery, kind="vacancy_reminder")}
        for day in days:
            scene.at(*day, 9)
            await Scheduler(scene.runtime).run_all_due()
        found = [each for each in await scene.all(Delivery, kind="vacancy_reminder") if each.id not in before]
        return sorted(each.person_id for each in found)

    chief = await scene.person(CHIEF)
    told = sorted([chief, await scene.person(FRODE)])  # who speaks for the seat meanwhile
    assert await reminded((2026, 11, 27)) == []
    assert await reminded((2026, 12, 1), (2026, 12, 2), (2026, 12, 30)) == told
    assert await reminded((2026, 12, 31), (2027, 1, 4)) == told
    (first,) = [d for d in await scene.all(Delivery, kind="vacancy_reminder") if d.person_id == chief][:1]
    assert first.command == ""  # in words: the council is nothing of theirs to see
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


async def leaves_empty(scene, *, without_deputy):
    """The seat of Fjord stands empty from December on, and nobody in its line of management has confirmed anything."""
    seat_id = await scene.seat("fjord")
    async with scene.runtime.db.write() as db:
        for each in await scene.all(Term, seat_id=seat_id):
            if each.rank == 0 or without_deputy:
                row = await db.get_one(Term, each.id)
                row.to_on, row.ended_at = date(2026, 11, 30), scene.clock()
    scene.at(2026, 12, 1, 9)
    await Scheduler(scene.runtime).run_all_due()
    return seat_id


async def test_nobody_is_said_to_be_reminded_where_there_is_nobody_to_remind(scene):
    seat_id = await leaves_empty(scene, without_deputy=True)
    assert await scene.all(Delivery, kind="vacancy_reminder") == []
    assert (await scene.one(Seat, id=seat_id)).vacancy_reminded_at is None
    assert "Virksomheten er sist minnet" not in await scene.words(RAGNHILD, "composition.show", body_id=scene.body_id)
    # Once there is somebody, they are reminded.
    given = {"seat_id": seat_id, "rank": 1, "from_on": "2026-12-02", "name": "Vera Vara", "email": "vera@fjord.example"}
    await scene.ok(RAGNHILD, "term.begin", **given)
    scene.at(2026, 12, 2, 9)
    await Scheduler(scene.runtime).run_all_due()
    (told,) = await scene.all(Delivery, kind="vacancy_reminder")
    assert told.person_id == await scene.person("vera@fjord.example")


async def test_the_deputy_who_speaks_for_an_empty_seat_is_reminded_and_may_report(scene):
    seat_id = await leaves_empty(scene, without_deputy=False)
    (told,) = await scene.all(Delivery, kind="vacancy_reminder")
    assert told.person_id == await scene.person(FRODE)
    report = {"name": "Ny Person", "email": "ny@fjord.example", "from_on": "2027-03-01", "anchored_by": "Dag"}
    await scene.ok(FRODE, "seat_change.report", seat_id=seat_id, anchored="true", **report)
