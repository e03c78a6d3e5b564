"""Whatever the register goes through, who held a seat on a day has one answer for each moment of knowledge, and no
correction changes what was answered before it."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

import builders
import postgres
from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD
from lisbot.council.core.periods import in_force
from lisbot.council.models import Person, Seat, SeatChange, Term
from lisbot.council.register.known_terms import SEATS_IN_TWO_TIMES
from lisbot.db import Database
from lisbot.runtime import Runtime
from people import member

BEGIN = date(2026, 1, 1)
DAYS = [BEGIN + timedelta(days=days) for days in (-60, 0, 20, 90, 150, 299, 330, 420)]
PEOPLE = (
    ("Astrid Fjord", ASTRID),
    ("Frode Vara", FRODE),
    ("Bjørn Ås", BJORN),
    ("Eli Union", ELI),
    ("Ny En", "ny@x.example"),
)
NUMBERS = count(1)

Answer = dict[tuple[int, int], list[int]]  # by seat and rank, who holds it


class Register:
    """A register whose clock moves on an hour with each thing that is done to it."""

    def __init__(self, db: Database) -> None:
        self.at = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/Oslo"))
        self.runtime = Runtime(db, lambda: self.at, builders.OSLO, key=b"k" * 32, base_url="http://127.0.0.1:3978")
        self.body_id = 0
        self.seats: list[int] = []
        self.known: dict[datetime, dict[date, Answer]] = {}
        self.done: Counter[str] = Counter()

    async def begin(self) -> None:
        self.body_id = await builders.council(self.runtime.db)
        async with self.runtime.db.read() as db:
            query = select(Seat.id).where(Seat.body_id == self.body_id).order_by(Seat.id).limit(2)
            self.seats = list(await db.scalars(query))
        await self.look()

    async def look(self) -> None:
        """Remember what is known now, as the terms themselves have it."""
        async with self.runtime.db.read() as db:
            answers = {}
            for day in DAYS:
                held = await db.execute(select(Term.seat_id, Term.rank, Term.person_id).where(in_force(Term, day)))
                answer: Answer = {}
                for seat_id, rank, person_id in held:
                    answer.setdefault((seat_id, rank), []).append(person_id)
                answers[day] = answer
        self.known[self.at] = answers
        self.at += timedelta(hours=1)

    async def run(self, command: str, **arguments: Any) -> int:
        reply = await member(self.runtime, RAGNHILD)(command, **arguments)
        assert reply.status in (200, 404, 409, 422), (command, arguments, reply.words)
        self.done[command] += reply.status == 200
        await self.look()
        return reply.status

    async def term(self, number: int) -> dict[str, Any]:
        async with self.runtime.db.read() as db:
            query = select(Term, Person).join(Person, Person.id == Term.person_id).where(Term.seat_id.in_(self.seats))
            terms = (await db.execute(query.order_by(Term.id))).all()
        term, person = terms[number % len(terms)]
        about = {"name": person.name, "email": person.email or "", "rank": term.rank}
        return {"term_id": term.id, **about, "from_on": str(term.from_on), "to_on": str(term.to_on or "")}

    async def ask(self, day: date, at: datetime) -> tuple[Answer, Answer]:
        """What the one query answers: as it was known at a moment, and as it is known now."""
        then: Answer = {}
        now: Answer = {}
        async with self.runtime.db.read() as db:
            asked = {"body": self.body_id, "day": day, "known_at": at}
            for row in await db.execute(SEATS_IN_TWO_TIMES, asked):
                for is_known, answer in ((row.is_then, then), (row.is_now, now)):
                    if is_known:
                        answer.setdefault((row.id, row.rank), []).append(row.person_id)
        return then, now


async def report(register: Register, seat: int, who: int, day: int, rank: int) -> None:
    name, email = PEOPLE[who]
    about = {"seat_id": register.seats[seat], "rank": rank, "from_on": str(DAYS[day]), "anchored_by": "Direktøren"}
    await register.run("seat_change.report", **about, name=name, email=email, anchored="true")


async def report_vacancy(register: Register, seat: int, _who: int, day: int, rank: int) -> None:
    about = {"seat_id": register.seats[seat], "rank": rank, "from_on": str(DAYS[day]), "anchored_by": "Direktøren"}
    await register.run("seat_change.report", **about, anchored="true")


async def settle(register: Register, seat: int, who: int, _day: int, _rank: int) -> None:
    async with register.runtime.db.read() as db:
        change_id = await db.scalar(select(func.max(SeatChange.id)))
    if change_id is not None and (seat or who):
        await register.run("seat_change.approve", change_id=change_id)
    elif change_id is not None:
        await register.run("seat_change.send_back", change_id=change_id, reason="Mangler noe.")


async def correct_dates(register: Register, seat: int, who: int, day: int, rank: int) -> None:
    to_on = str(DAYS[(day + rank + 1) % len(DAYS)]) if seat else ""
    await register.run("term.correct", **await register.term(who) | {"from_on": str(DAYS[day]), "to_on": to_on})


async def correct_person(register: Register, seat: int, who: int, day: int, rank: int) -> None:
    name, email = PEOPLE[who]
    await register.run("term.correct", **await register.term(day) | {"name": name, "email": email, "rank": rank})


async def retract(register: Register, _seat: int, who: int, _day: int, _rank: int) -> None:
    term = await register.term(who)
    await register.run("term.retract", term_id=term["term_id"], reason="Har aldri vært.")


async def add(register: Register, seat: int, who: int, day: int, rank: int) -> None:
    name, email = PEOPLE[who]
    about = {"seat_id": register.seats[seat], "name": name, "email": email, "rank": rank}
    await register.run("term.add", **about, from_on=str(DAYS[day]), to_on=str(DAYS[min(day + 1, len(DAYS) - 1)]))


STEPS = (report, report_vacancy, settle, settle, correct_dates, correct_person, retract, add)
LIVES = st.lists(
    st.tuples(
        st.sampled_from(STEPS), st.integers(0, 1), st.integers(0, 4), st.integers(0, len(DAYS) - 1), st.integers(0, 2)
    ),
    min_size=6,
    max_size=14,
)
SETTINGS = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "derandomize": True,
    "phases": (Phase.generate,),
    "database": None,
}
Life = Sequence[tuple[Any, int, int, int, int]]


async def live(db: Database, life: Life) -> None:
    register = Register(db)
    await register.begin()
    for step, *numbers in life:
        if await has_terms(register):
            await step(register, *numbers)
    for moment, answers in register.known.items():
        for day, answer in answers.items():
            then, now = await register.ask(day, moment)
            assert all(len(held) == 1 for held in (*then.values(), *now.values())), (day, moment)
            assert then == in_body(answer, then), (day, moment)
            assert now == in_body(register.known[max(register.known)][day], now)


async def has_terms(register: Register) -> bool:
    async with register.runtime.db.read() as db:
        return await db.scalar(select(Term.id).where(Term.seat_id.in_(register.seats)).limit(1)) is not None


def in_body(answer: Answer, asked: Answer) -> Answer:
    """What was known, without the other council's one seat."""
    other = max((seat for seat, _ in answer), default=0)
    return {place: held for place, held in answer.items() if place[0] != other or place in asked}


@settings(max_examples=10, **SETTINGS)
@given(life=LIVES)
def test_a_seat_has_one_answer_for_any_day_and_any_moment_of_knowledge(sqlite_template: Path, life: Life) -> None:
    async def play(url: str) -> None:
        db = Database(url)
        try:
            await live(db, life)
        finally:
            await db.close()

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lisbot.db"
        shutil.copy(sqlite_template, path)
        asyncio.run(play(f"sqlite+aiosqlite:///{path}"))


@pytest.mark.postgres
@settings(max_examples=3, **SETTINGS)
@given(life=LIVES)
def test_a_seat_has_one_answer_on_postgres_too(postgres_server: Any, postgres_template: str, life: Life) -> None:
    async def play() -> None:
        async with postgres_database(postgres_server, postgres_template) as db:
            await live(db, life)

    asyncio.run(play())


@asynccontextmanager
async def postgres_database(server: Any, template: str) -> Any:
    name = f"two_times_{template}_{next(NUMBERS)}"
    await postgres.order(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    db = Database(postgres.named(server, name))
    try:
        yield db
    finally:
        await db.close()
        await postgres.order(server, f"DROP DATABASE {name} WITH (FORCE)")
