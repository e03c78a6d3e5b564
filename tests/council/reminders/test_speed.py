"""A tick with nothing due, over fifty councils and twenty years: a handful of statements, each by an index."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import event, insert, text

from builders import OSLO, RECORDED, START
from lisbot.council.enums import Authority, MinutesState, Standing
from lisbot.council.models import Body, Meeting, Organisation, Seat, Secretariat, Term, Vote, table
from lisbot.scheduler import SCHEDULE, Scheduler

COUNCILS, YEARS, SEATS = 50, 20, 6
LARGE = ("meeting", "vote", "term", "follow_up", "delivery", "reminder")


async def grow(scene):
    """Fifty councils with twenty years behind them, and their next meeting ahead."""
    async with scene.runtime.db.write() as db:
        secretariat = (await scene.one(Secretariat, key="regut-south")).id
        organisation = (await scene.one(Organisation, key="fjord")).id
        person = await scene.person("astrid@fjord.example")
        bodies = [
            {
                "key": f"raad{n}",
                "secretariat_id": secretariat,
                "name": f"Råd {n}",
                "kind": "råd",
                "region": "Sør",
                "authority": Authority.ADVISORY,
                "lang": "nb",
            }
            for n in range(COUNCILS)
        ]
        ids = (await db.scalars(insert(table(Body)).returning(table(Body).c.id), bodies)).all()
        seats = [
            {
                "key": f"plass{body}-{n}",
                "body_id": body,
                "organisation_id": organisation,
                "role": "Rep",
                "standing": Standing.VOTING,
                "chairs": False,
                "position": n,
            }
            for body in ids
            for n in range(SEATS)
        ]
        seat_ids = (await db.scalars(insert(table(Seat)).returning(table(Seat).c.id), seats)).all()
        terms = [
            {
                "seat_id": seat,
                "person_id": person,
                "rank": 0,
                "from_on": START - timedelta(days=730 * n),
                "to_on": START - timedelta(days=730 * (n - 1) + 1) if n else None,
                "recorded_at": RECORDED,
            }
            for seat in seat_ids
            for n in range(YEARS // 2)
        ]
        await db.execute(insert(table(Term)), terms)
        today = date(2026, 11, 2)
        days = [today + timedelta(days=45)] + [today - timedelta(days=200 + 91 * n) for n in range(4 * YEARS)]
        common = {"starts": time(10), "ends": time(12), "zone": "Europe/Oslo", "place": "", "link": ""}
        meetings = [
            {
                **common,
                "body_id": body,
                "held_on": day,
                "ends_on": day,
                "minutes_state": MinutesState.APPROVED if day < today else MinutesState.NONE,
                "minutes_version": int(day < today),
                "calendar_sequence": 0,
                "call_opens_on": day - timedelta(days=30),
                "call_closes_on": day - timedelta(days=20),
                "call_opened_at": datetime.combine(day, time(), OSLO) - timedelta(days=30) if day < today else None,
                "call_closed_at": datetime.combine(day, time(), OSLO) - timedelta(days=20) if day < today else None,
            }
            for body in ids
            for day in days
        ]
        await db.execute(insert(table(Meeting)), meetings)
        votes = [
            {
                "body_id": body,
                "question": "?",
                "form": "motion",
                "options": ["for", "against"],
                "secret": False,
                "live": False,
                "opened_at": RECORDED,
                "closes_at": RECORDED + timedelta(days=n),
                "closed_at": RECORDED + timedelta(days=n),
                "result": {},
            }
            for body in ids
            for n in range(40)
        ]
        await db.execute(insert(table(Vote)), votes)


async def test_a_tick_with_nothing_due_is_a_handful_of_indexed_statements(scene):
    await grow(scene)
    scene.at(2026, 11, 2, 9)
    scheduler = Scheduler(scene.runtime)
    assert await scheduler.run_all_due() == 0
    seen = []

    def on_execute(_connection, _cursor, statement, parameters, *_rest):
        if not statement.startswith(("BEGIN", "PRAGMA")):
            seen.append((statement, parameters))

    event.listen(scene.runtime.db.engine.sync_engine, "before_cursor_execute", on_execute)
    try:
        assert await scheduler.run_all_due() == 0
    finally:
        event.remove(scene.runtime.db.engine.sync_engine, "before_cursor_execute", on_execute)
    asked = [statement for statement, _ in seen if "pg_try_advisory_xact_lock" not in statement]
    assert len(asked) <= len(SCHEDULE) + 8, asked  # what is looked for once a day asks several things
    assert len(seen) - len(asked) <= len(SCHEDULE), "one lock for each command of the schedule"
    if not scene.runtime.db.is_sqlite:
        return
    async with scene.runtime.db.read() as db:
        await db.execute(text("SELECT 1"))
        for statement, parameters in seen:
            connection = await db.connection()
            plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            scanned = [row[3] for row in plan if row[3].startswith(tuple(f"SCAN {name}" for name in LARGE))]
            assert [each for each in scanned if "INDEX" not in each] == [], statement
