"""`python -m tests.bench.register [sqlite|postgres]`: how long it takes to ask a register with twenty years of history.

In one run, in turns: fifty bodies with a thousand people whose terms began within the last year, and the same with
twenty years of them, 40,000 terms, every tenth of them corrected. What is measured is the command itself, from who asks
to its view; drawing it is not.
"""

import asyncio
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

import postgres  # noqa: E402
from bench import history  # noqa: E402
from bench.figures import Figure, show  # noqa: E402
from bench.history import SECRETARY, TODAY  # noqa: E402
from bench.pages import Asked, about, runtime_for, statements, time_all  # noqa: E402
from lisbot.commands import load_functions  # noqa: E402
from lisbot.council.enums import Authority, CompositionKind, OrgKind, Post, Standing  # noqa: E402
from lisbot.council.models import (  # noqa: E402
    Body,
    CompositionRule,
    FormerTerm,
    Organisation,
    Person,
    Seat,
    Secretariat,
    Staff,
    Term,
)
from lisbot.db import Database, migrate  # noqa: E402

BODIES, PEOPLE, YEARS = 50, 1_000, 20
SEATS, HOSPITALS = 20, 11  # of a body, and how many have them
HALF_YEAR = timedelta(days=182)  # how long a term lasts
CORRECTED = 10  # of how many terms one was corrected
ROUNDS = 40
GOAL = 1.3  # median with twenty years to median with one
ASKED = (
    Asked("composition.list", SECRETARY),
    Asked("composition.show", SECRETARY, about("body", 1)),
    Asked("register.look_back", SECRETARY, {"body_id": 1, "on": str(TODAY - timedelta(days=60))}, name="(as of a day)"),
    Asked("roster.show", SECRETARY, about("body", 1)),
)


@dataclass(frozen=True)
class Size:
    bodies: int = BODIES
    people: int = PEOPLE
    years: int = YEARS
    rounds: int = ROUNDS


def terms_of(seat_id: int, halves: int, people: int) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Yields a seat's terms, the newest first and without an end, each with what was known of it before it was
    corrected, where it was."""
    pick = random.Random(seat_id)
    last: date | None = None
    for n in range(halves):
        from_on = TODAY - HALF_YEAR * (n + 1) + timedelta(days=30)
        recorded = datetime(from_on.year, from_on.month, from_on.day, 8, tzinfo=UTC)
        about_it = {"seat_id": seat_id, "person_id": 10 + pick.randrange(people), "rank": 0, "from_on": from_on}
        is_corrected = pick.randrange(CORRECTED) == 0
        changed = recorded + timedelta(days=9) if is_corrected else None
        term = {**about_it, "to_on": last, "recorded_at": recorded, "ended_at": changed, "changed_at": changed}
        former = {**about_it, "term_id": 0, "to_on": None, "known_from": recorded, "known_to": changed}
        yield term, former if is_corrected else None
        last = from_on - timedelta(days=1)


async def lay(db: Database, size: Size, years: int) -> int:
    """Write a secretariat's bodies with some years of terms. Returns how many terms there are."""
    region = {"region": "Helse Sør"}
    everyone = [history.person(SECRETARY), *(history.person(10 + n) for n in range(size.people))]
    rows: history.Rows = {
        Secretariat: [{"id": 1, "key": "regut", "name": "RegUt", **region}],
        Organisation: [
            {
                "id": n,
                "key": f"org{n}",
                "name": f"Sykehus {n} HF",
                "short_name": f"S{n}",
                "kind": OrgKind.HOSPITAL,
                **region,
            }
            for n in range(1, HOSPITALS + 1)
        ],
        Person: everyone,
        Body: [],
        Seat: [],
        Staff: [
            {
                "secretariat_id": 1,
                "person_id": SECRETARY,
                "post": Post.LEADER,
                "from_on": date(2016, 1, 1),
                "recorded_at": history.NOW,
            }
        ],
        Term: [],
        FormerTerm: [],
        CompositionRule: [],
    }
    for body in range(1, size.bodies + 1):
        about_body = {"id": body, "key": f"body{body}", "secretariat_id": 1, "name": f"Råd {body}", "kind": "råd"}
        rows[Body].append({**about_body, **region, "authority": Authority.ADVISORY, "lang": "nb", "is_published": True})
        for kind, number in ((CompositionKind.MOST_SEATS, 3), (CompositionKind.UNION_PER_SPECIALTY, 1)):
            rule = {"body_id": body, "kind": kind, "number": number, "role": "", "words": "", "source": ""}
            rows[CompositionRule].append({**rule, "is_enforced": False})
        for n in range(SEATS):
            seat_id = body * 100 + n
            about_seat = {"id": seat_id, "key": f"seat{seat_id}", "body_id": body, "organisation_id": n % HOSPITALS + 1}
            seat = {"role": "Leder", "standing": Standing.VOTING, "chairs": n == 0, "position": n}
            rows[Seat].append({**about_seat, **seat})
            for term, former in terms_of(seat_id, years * 2, size.people):
                rows[Term].append(term)
                rows[FormerTerm] += [former] if former else []
    await history.write(db, {model: values for model, values in rows.items() if values})
    await history.analyse(db)
    return len(rows[Term])


async def compare(young_url: str, old_url: str, size: Size) -> tuple[list[Figure], list[str]]:
    """Returns the figures, and in words what they were made of."""
    load_functions()
    young, old = Database(young_url), Database(old_url)
    try:
        few, many = await lay(young, size, 1), await lay(old, size, size.years)
        runtimes = (runtime_for(young), runtime_for(old))
        figures = []
        for asked in ASKED:
            count = len(await statements(runtimes[1], asked))
            on_young, on_old = await time_all(runtimes, asked, size.rounds)
            note = f"{on_old * 1000:.1f} ms to {on_young * 1000:.1f} ms, {count} statements"
            figures.append(Figure(f"{asked.title}, {size.years} years to one", on_old / on_young, "lower", GOAL, note))
        return figures, [f"{size.bodies} bodies, {size.people} people, {few} terms and {many}"]
    finally:
        await young.close()
        await old.close()


async def main(kind: str, place: Path) -> None:
    if kind == "sqlite":
        urls = [f"sqlite+aiosqlite:///{place / name}.db" for name in ("young", "old")]
    else:
        server = postgres.start(durable=True)
        for name in ("register_young", "register_old"):
            await postgres.order(server, f"CREATE DATABASE {name}")
        urls = [postgres.named(server, name) for name in ("register_young", "register_old")]
    for url in urls:
        await migrate(url)
    show(*await compare(urls[0], urls[1], Size()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lisbot-register-") as folder:
        asyncio.run(main(*sys.argv[1:2] or ["sqlite"], Path(folder)))
