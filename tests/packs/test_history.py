"""Loading a pack again brings the register to what it says, and never rewrites who sat where."""

import asyncio
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, text

from lisbot import packs
from lisbot.council.models import Body, FormerTerm, LogArguments, LogLine, Person, Seat, Staff, Term
from lisbot.council.register.renaming import keep_for_packs
from lisbot.runtime import Runtime

TODAY = date(2026, 11, 2)
LOADED = datetime(2026, 11, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture
async def loaded(runtime: Runtime, pack, clock):
    """The sensible pack, loaded an hour ago."""
    assert (await packs.load(runtime, pack.place)).faults == []
    clock.at = LATER
    return pack


async def load(runtime: Runtime, pack, **options):
    plan = await packs.load(runtime, pack.place, **options)
    assert plan.faults == []
    return plan


async def terms(runtime: Runtime, seat: str = "nes-leder", rank: int = 0) -> list[tuple]:
    async with runtime.db.read() as db:
        return [
            tuple(row)
            for row in await db.execute(
                select(Person.key, Term.from_on, Term.to_on, Term.recorded_at, Term.ended_at)
                .join(Person, Person.id == Term.person_id)
                .join(Seat, Seat.id == Term.seat_id)
                .where(Seat.key == seat, Term.rank == rank)
                .order_by(Term.from_on)
            )
        ]


async def test_a_new_name_is_the_only_change(runtime: Runtime, loaded):
    loaded.change("people.csv", "Kari Neslia", "Kari Nesheim")
    plan = await load(runtime, loaded)
    assert [(c.what, c.kind, c.key, c.fields) for c in plan.changes] == [
        ("changed", "person", "kari", {"name": ("Kari Neslia", "Kari Nesheim")})
    ]
    assert (await load(runtime, loaded)).changes == []


async def test_a_dry_run_shows_the_same_and_writes_nothing(runtime: Runtime, loaded):
    loaded.change("people.csv", "Kari Neslia", "Kari Nesheim")
    loaded.change("terms.csv", "kari,0,2026-01-01,", "per,0,2027-01-01,")
    shown = await load(runtime, loaded, dry_run=True)
    assert await terms(runtime) == [("kari", date(2026, 1, 1), None, LOADED, None)]
    done = await load(runtime, loaded)
    assert [(c.what, c.kind, c.key) for c in shown.changes] == [(c.what, c.kind, c.key) for c in done.changes]
    assert shown.count("ended") == 1


async def test_a_seat_given_to_somebody_else_ends_the_term_before(runtime: Runtime, loaded):
    loaded.change("terms.csv", "kari,0,2026-01-01,", "per,0,2027-01-01,")
    await load(runtime, loaded)
    handed_over = [
        ("kari", date(2026, 1, 1), date(2026, 12, 31), LOADED, LATER),
        ("per", date(2027, 1, 1), None, LATER, None),
    ]
    assert await terms(runtime) == handed_over
    assert (await load(runtime, loaded)).changes == []
    assert await terms(runtime) == handed_over


async def test_a_person_changed_in_place_takes_over_today(runtime: Runtime, loaded):
    loaded.change("terms.csv", "kari,0", "per,0")
    await load(runtime, loaded)
    handed_over = [
        ("kari", date(2026, 1, 1), date(2026, 11, 1), LOADED, LATER),
        ("per", TODAY, None, LATER, None),
    ]
    assert await terms(runtime) == handed_over
    assert (await load(runtime, loaded)).changes == []
    assert await terms(runtime) == handed_over


async def test_before_a_term_has_begun_its_person_can_be_put_right(runtime: Runtime, pack):
    pack.change("terms.csv", "kari,0,2026-01-01", "kari,0,2027-01-01")
    await load(runtime, pack)
    pack.change("terms.csv", "kari,0", "per,0")
    await load(runtime, pack)
    assert [row[:3] for row in await terms(runtime)] == [("per", date(2027, 1, 1), None)]


async def test_a_term_that_is_over_is_not_given_to_another(runtime: Runtime, pack):
    pack.change("terms.csv", "kari,0,2026-01-01,", "kari,0,2025-01-01,2025-12-31")
    await load(runtime, pack)
    pack.change("terms.csv", "kari,0", "per,0")
    plan = await packs.load(runtime, pack.place)
    assert [(f.line, f.key) for f in plan.faults] == [(2, "packs.fault.past_person")]
    assert [row[0] for row in await terms(runtime)] == ["kari"]


async def test_a_wrong_from_date_is_put_right(runtime: Runtime, loaded):
    for day in ("2025-06-01", "2026-03-01"):
        loaded.write("terms.csv", f"seat,person,rank,from,to\nnes-leder,kari,0,{day},\n")
        await load(runtime, loaded)
        assert await terms(runtime) == [("kari", date.fromisoformat(day), None, LOADED, None)]


async def test_a_term_that_is_no_longer_in_the_pack_is_left_alone(runtime: Runtime, loaded):
    loaded.change("terms.csv", "nes-leder,ola,1,2026-01-01,\n", "")
    assert (await load(runtime, loaded)).changes == []
    assert [row[0] for row in await terms(runtime, rank=1)] == ["ola"]


async def test_an_end_date_is_recorded_with_the_moment_it_was_known(runtime: Runtime, loaded):
    loaded.change("terms.csv", "kari,0,2026-01-01,", "kari,0,2026-01-01,2026-12-31")
    plan = await load(runtime, loaded)
    assert [(c.what, c.name) for c in plan.changes] == [("ended", "Kari Neslia – Leder, Nes sykehus")]
    assert await terms(runtime) == [("kari", date(2026, 1, 1), date(2026, 12, 31), LOADED, LATER)]


async def test_an_end_date_the_register_has_is_not_taken_away_but_told_of(runtime: Runtime, loaded):
    """The seat was handed over in lisbot itself after the pack was written."""
    loaded.change("terms.csv", "kari,0,2026-01-01,", "kari,0,2026-01-01,2026-12-31")
    await load(runtime, loaded)
    loaded.change("terms.csv", "2026-12-31", "")
    plan = await load(runtime, loaded)
    assert plan.changes == []
    assert [(f.line, f.key) for f in plan.warnings] == [(2, "packs.warning.ended_here")]


async def test_a_newcomer_cannot_sit_where_the_register_has_somebody_later(runtime: Runtime, loaded):
    loaded.change("terms.csv", "kari,0,2026-01-01,", "per,0,2025-06-01,")
    plan = await packs.load(runtime, loaded.place)
    assert [(f.line, f.key, f.values["person"]) for f in plan.faults] == [(2, "packs.fault.overlap_known", "kari")]


async def test_two_people_can_trade_addresses(runtime: Runtime, loaded):
    loaded.change("people.csv", "kari@example.no", "x@example.no")
    loaded.change("people.csv", "ola@example.no", "kari@example.no")
    loaded.change("people.csv", "x@example.no", "ola@example.no")
    await load(runtime, loaded)
    async with runtime.db.read() as db:
        found = dict((await db.execute(select(Person.key, Person.email))).all())
    assert (found["kari"], found["ola"]) == ("ola@example.no", "kari@example.no")


async def test_an_address_that_another_in_the_register_has(runtime: Runtime, loaded):
    loaded.write("people.csv", "key,name,email\npål,Pål Nesland,kari@example.no\n")
    plan = await packs.load(runtime, loaded.place)
    assert [(f.line, f.key, f.values["name"]) for f in plan.faults] == [(2, "packs.fault.email_taken", "Kari Neslia")]


async def test_a_pack_may_refer_to_what_is_in_the_register(runtime: Runtime, loaded):
    loaded.write("people.csv", "key,name,email\nliv,Liv Nesland,liv@example.no\n")
    loaded.write("terms.csv", "seat,person,rank,from\nnes-uko,liv,0,2026-01-01\nnes-uko,ola,1,2026-01-01\n")
    await load(runtime, loaded)
    assert [row[0] for row in await terms(runtime, "nes-uko")] == ["liv"]


async def test_a_language_somebody_has_chosen_is_theirs(runtime: Runtime, loaded):
    async with runtime.db.write() as db:
        for person in await db.scalars(select(Person)):
            person.lang = "en"
    assert (await load(runtime, loaded)).changes == []


async def test_a_rule_taken_out_of_the_pack_is_no_longer_set(runtime: Runtime, loaded):
    loaded.change("pack.toml", "deadline_days = 21", 'quorum = "half"')
    await load(runtime, loaded)
    loaded.change("pack.toml", 'quorum = "half"', "")
    plan = await load(runtime, loaded)
    assert [set(c.fields) for c in plan.changes] == [{"quorum"}]
    async with runtime.db.read() as db:
        rules = (await db.execute(select(Body.call_days, Body.deadline_days, Body.quorum))).one()
    assert rules == (42, None, None)


async def test_a_seat_does_not_move_to_another_council(runtime: Runtime, loaded):
    body = '\n[[body]]\nkey = "annet"\nsecretariat = "regut"\nname = "Annet"\nkind = "Råd"\nregion = "Fjord"\n'
    loaded.change("pack.toml", "deadline_days = 21\n", f'deadline_days = 21\n{body}authority = "deciding"\n')
    loaded.change("seats.csv", "nes-uko,radet", "nes-uko,annet")
    plan = await packs.load(runtime, loaded.place)
    assert [(f.line, f.key) for f in plan.faults] == [(3, "packs.fault.moved_seat")]


async def test_a_post_at_the_secretariat_changes_and_ends(runtime: Runtime, loaded):
    head = "secretariat,person,post,from,to\n"
    for row in (
        "regut,per,adviser,2026-01-01,",
        "regut,per,leader,2026-01-01,",
        "regut,per,leader,2026-02-01,2026-12-31",
    ):
        loaded.write("staff.csv", f"{head}{row}\n")
        await load(runtime, loaded)
        assert (await load(runtime, loaded)).changes == []
    async with runtime.db.read() as db:
        post = (await db.execute(select(Staff.post, Staff.from_on, Staff.to_on))).one()
    assert post == ("leader", date(2026, 2, 1), date(2026, 12, 31))


async def test_each_load_that_changes_something_is_one_line_in_the_log(runtime: Runtime, loaded):
    loaded.change("people.csv", "Kari Neslia", "Kari Nesheim")
    await load(runtime, loaded)
    await load(runtime, loaded)
    async with runtime.db.read() as db:
        query = select(LogLine.command, LogArguments.args).join(LogArguments).order_by(LogLine.id)
        lines = (await db.execute(query)).all()
    assert [line.command for line in lines] == ["pack.load", "pack.load"]
    assert '"person":{"changed":["kari"]}' in lines[1].args
    assert "Nesheim" not in lines[1].args


async def test_two_who_load_the_same_pack_at_once_both_succeed(runtime: Runtime, pack):
    plans = await asyncio.gather(load(runtime, pack), load(runtime, pack))
    assert sorted(plan.count("added") > 0 for plan in plans) == [False, True]


async def test_what_somebody_commits_while_the_register_is_read_does_not_break_the_load(runtime: Runtime, loaded):
    """The register is read table by table. PostgreSQL holds the reader at the seats while a body comes."""
    if runtime.db.is_sqlite:
        return  # one snapshot for the whole transaction: there is no in between
    body = '\n[[body]]\nkey = "nytt"\nsecretariat = "regut"\nname = "Nytt råd"\nkind = "Råd"\n'
    loaded.change("pack.toml", "\n[[body]]", body + 'region = "Fjord"\nauthority = "advisory"\n\n[[body]]')
    loaded.add("seats.csv", "ny-plass,nytt,nes,Overlege,voting")
    async with runtime.db.write() as db:
        await db.execute(text("LOCK TABLE seat IN ACCESS EXCLUSIVE MODE"))
        new = copy(await db.scalar(select(Body)), key="nytt", name="Nytt råd")
        db.add(new)
        await db.flush()
        db.add(copy(await db.scalar(select(Seat)), key="ny-plass", body_id=new.id))
        loading = asyncio.create_task(load(runtime, loaded))
        await until_somebody_waits(runtime)
    await loading
    assert (await load(runtime, loaded)).changes == []


def copy(row, **other):
    values = {c.name: getattr(row, c.name) for c in row.__table__.columns if c.name != "id"}
    return type(row)(**values | other)


async def until_somebody_waits(runtime: Runtime) -> None:
    for _ in range(200):
        async with runtime.db.read() as db:
            if await db.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                return
        await asyncio.sleep(0.02)
    raise AssertionError("the load reads no seats")


async def renamed(runtime: Runtime, key: str, name: str, email: str) -> None:
    """As person.edit does it."""
    async with runtime.db.write() as db:
        person = (await db.scalars(select(Person).where(Person.key == key))).one()
        keep_for_packs(person)
        person.name, person.email = name, email


async def test_a_pack_that_says_the_old_name_and_address_changes_nothing_back(runtime: Runtime, loaded):
    await renamed(runtime, "kari", "Kari Nygift", "kari.nygift@example.no")
    await renamed(runtime, "kari", "Kari Nygift-Neslia", "kari.nn@example.no")
    plan = await load(runtime, loaded)
    assert plan.changes == []
    kept = {(w.key, w.column, w.line) for w in plan.warnings}
    assert kept == {("packs.warning.changed_here", column, 2) for column in ("name", "email")}


async def test_what_a_pack_says_anew_holds(runtime: Runtime, loaded):
    await renamed(runtime, "kari", "Kari Nygift", "kari.nygift@example.no")
    loaded.change("people.csv", "Kari Neslia", "Kari Nesheim")
    plan = await load(runtime, loaded)
    assert [c.fields for c in plan.changes] == [{"name": ("Kari Nygift", "Kari Nesheim")}]
    async with runtime.db.read() as db:
        kari = (await db.scalars(select(Person).where(Person.key == "kari"))).one()
    assert (kari.name, kari.email) == ("Kari Nesheim", "kari.nygift@example.no")
    assert (await load(runtime, loaded)).changes == []


async def test_the_address_that_somebody_kept_is_given_to_nobody_else(runtime: Runtime, loaded):
    await renamed(runtime, "kari", "Kari Neslia", "per.ny@example.no")
    loaded.change("people.csv", "per@example.no", "per.ny@example.no")
    assert [f.key for f in (await packs.load(runtime, loaded.place)).faults] == ["packs.fault.email_taken"]


async def test_the_day_when_a_seat_was_handed_over_is_put_right_both_ways(runtime: Runtime, pack, clock):
    """No two terms of a rank may overlap, not even while a pack is being loaded: what makes room goes first."""
    clock.at = LOADED
    for ended, began in (("2026-06-30", "2026-07-01"), ("2026-09-30", "2026-10-01"), ("2026-03-31", "2026-04-01")):
        text = f"nes-leder,kari,0,2026-01-01,{ended}\nnes-leder,per,0,{began},\n"
        pack.write("terms.csv", f"seat,person,rank,from,to\n{text}")
        await load(runtime, pack)
        assert [row[:3] for row in await terms(runtime)] == [
            ("kari", date(2026, 1, 1), date.fromisoformat(ended)),
            ("per", date.fromisoformat(began), None),
        ]
        clock.at = datetime(2026, 11, clock.at.day + 1, 8, tzinfo=UTC)
    async with runtime.db.read() as db:
        former = (await db.execute(select(FormerTerm.to_on, FormerTerm.known_from, FormerTerm.known_to))).all()
    days = [(row.to_on, row.known_from.day, row.known_to.day) for row in former if row.to_on]
    assert days == [(date(2026, 6, 30), 2, 3), (date(2026, 9, 30), 3, 4)]
