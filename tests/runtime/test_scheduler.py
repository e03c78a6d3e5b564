"""What is due is done, once, also on the two nights a year when an hour is missing or comes twice."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from lisbot.commands import COMMANDS, Reply
from lisbot.db import Database
from lisbot.demo.clock import Clock
from lisbot.scheduler import SCHEDULE, ScheduledCommand, Scheduler, hours_of, trigger

OSLO = ZoneInfo("Europe/Oslo")
SPRING, AUTUMN = datetime(2027, 3, 28, tzinfo=OSLO), datetime(2027, 10, 31, tzinfo=OSLO)


def scheduled(due=(), upcoming=None, command="body.write", cron="* * * * *") -> ScheduledCommand:
    async def found(db, at, tz):
        if isinstance(due, Exception):
            raise due
        return list(due)

    async def ahead(db, at, tz):
        return upcoming

    return ScheduledCommand(cron, command, due=found, upcoming=ahead)


class Doer:
    """Runs nothing, remembers everything, and fails as it is told to."""

    def __init__(self, **statuses: int) -> None:
        self.done, self.statuses = [], statuses

    async def __call__(self, runtime, name, given, caller) -> Reply:
        self.done.append((name, dict(given), caller.platform))
        return Reply(self.statuses.get(str(given["body_id"]), 200))


async def test_each_due_thing_is_done_by_the_clock_and_one_that_fails_stops_none(runtime):
    doer = Doer(**{"2": 500})
    schedule = [
        scheduled(RuntimeError("no such column")),
        scheduled([{"body_id": 1}, {"body_id": 2}, {"body_id": 3}]),
        scheduled([{"body_id": 4}], command="other.thing"),
    ]
    assert await Scheduler(runtime, schedule, doer).run_all_due() == 3
    assert doer.done == [
        ("body.write", {"body_id": 1}, "clock"),
        ("body.write", {"body_id": 2}, "clock"),
        ("body.write", {"body_id": 3}, "clock"),
        ("other.thing", {"body_id": 4}, "clock"),
    ]


async def test_the_councils_own_schedule_runs_on_an_empty_database(runtime):
    scheduler = Scheduler(runtime)
    assert await scheduler.run_all_due() == 0
    assert await scheduler.next_moment() is None


def test_every_scheduled_command_is_one_there_is():
    assert {scheduled.command for scheduled in SCHEDULE} <= set(COMMANDS)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("each", [*SCHEDULE, scheduled(cron="30 8 * * *"), scheduled(cron="15 1,3 * * *")])
def test_nothing_is_skipped_or_doubled_when_the_clocks_change(night, each):
    ticks, before = [], night.astimezone(UTC) - timedelta(seconds=1)
    last = before
    while (tick := trigger(each, OSLO).get_next_fire_time(None, last + timedelta(seconds=1))) is not None:
        last = tick.astimezone(UTC)
        if last.astimezone(OSLO).date() != night.date():
            break
        ticks.append(last)
    hours = hours_of(each.cron)
    assert ticks == sorted(set(ticks))
    if len(hours) == 24:
        # In every hour of a day of 23 or of 25.
        minute, _, often = each.cron.split()[0].partition("/")
        an_hour = 60 // int(often or 1) if minute == "*" else 1
        assert len(ticks) == (23 if night is SPRING else 25) * an_hour
    else:
        assert [tick.astimezone(OSLO).hour for tick in ticks] == sorted(hours)


@pytest.mark.parametrize("cron", ["30 2 * * *", "0 1-4 * * *", "0 */2 * * *"])
def test_an_hour_that_may_be_missing_is_refused(cron):
    with pytest.raises(ValueError, match="summer time"):
        scheduled(cron=cron)


async def test_the_next_moment_is_the_earliest_ahead(runtime):
    now = runtime.now()
    schedule = [scheduled(upcoming=now + timedelta(days=n)) for n in (9, -1, 2)] + [scheduled()]
    assert await Scheduler(runtime, schedule).next_moment() == now + timedelta(days=2)
    assert await Scheduler(runtime, [scheduled()]).next_moment() is None


async def test_it_looks_every_minute_whatever_was_missed(runtime):
    scheduler = Scheduler(runtime, [scheduled()])
    scheduler.start()
    job = scheduler.ticker.get_job("body.write")
    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
    await scheduler.stop()
    assert not scheduler.ticker.running


async def test_what_is_being_done_when_it_stops_is_finished(runtime):
    begun, done = asyncio.Event(), []

    async def slowly(runtime, name, given, caller) -> Reply:
        begun.set()
        await asyncio.sleep(0.1)
        done.append(given["body_id"])
        return Reply(200)

    slow = scheduled([{"body_id": 1}, {"body_id": 2}])
    scheduler = Scheduler(runtime, [slow], slowly)
    scheduler.start()
    looking = asyncio.create_task(scheduler.run_due(slow))
    await begun.wait()
    await scheduler.stop()
    assert done == [1, 2]
    assert await looking == 2


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_of_several_processes_one_runs_what_is_due_and_the_others_take_over_when_it_dies(runtime, database):
    chore, other, doer = scheduled([{"body_id": 1}]), scheduled([{"body_id": 2}], command="other.thing"), Doer()
    second = Scheduler(replace(runtime, db=Database(str(database.url.render_as_string(hide_password=False)))), [], doer)
    begun, dying = asyncio.Event(), asyncio.Event()

    async def forever(runtime, name, given, caller) -> Reply:
        begun.set()
        await dying.wait()
        return Reply(200)

    working = asyncio.create_task(Scheduler(runtime, [], forever).run_due(chore))
    await begun.wait()
    assert (await second.run_due(chore), await second.run_due(other)) == (0, 1), "each is somebody's own"
    async with second.runtime.db.read() as db:
        own = "pid <> pg_backend_pid() AND datname = current_database()"
        # A minute to be gone in: without it the call returns when the signal is sent, and the lock may still be held.
        ended = await db.scalars(text(f"SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE {own}"))
        assert all(ended.all())
    assert await second.run_due(chore) == 1
    dying.set()
    await working
    await second.runtime.db.close()


async def test_the_demos_clock_moves_to_what_is_due_and_stays_moved(runtime):
    clock = Clock(runtime.db)
    assert abs(clock() - datetime.now(UTC)) < timedelta(seconds=5)
    due = clock() + timedelta(days=40)
    seen = []

    async def next_moment():
        return due

    async def look() -> int:
        seen.append(clock())
        return 1

    told = await clock.forward(next_moment, look)
    assert due < told < due + timedelta(seconds=10)
    assert due < seen[0] <= told, "what is due is done at the new time"
    again = Clock(runtime.db)
    await again.read()
    assert again() > due, "also after a restart"


async def test_the_demos_clock_never_goes_back(runtime):
    clock = Clock(runtime.db)
    await clock.move(clock() + timedelta(days=10))
    later = clock()
    await clock.move(later - timedelta(days=20))
    assert clock() >= later

    async def nothing():
        return None

    async def look() -> int:
        raise AssertionError("nothing was due")

    assert await clock.forward(nothing, look) >= later
