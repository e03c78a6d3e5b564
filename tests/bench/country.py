"""`python -m tests.bench.country`: the processor time it takes to load all of a country's councils from a pack."""

import asyncio
import csv
import sys
import tempfile
from pathlib import Path
from time import process_time

TESTS = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

from bench.figures import Figure, show  # noqa: E402
from bench.pages import runtime_for  # noqa: E402
from lisbot import packs  # noqa: E402
from lisbot.db import Database, migrate  # noqa: E402

BODIES, SEATS, REGIONS, HOSPITALS = 172, 1_161, 4, 27
GOAL = 3.0  # seconds


def write_country(place: Path) -> None:
    """Write a pack with every council of four regions, and a holder for each of their seats."""

    def table(name: str, *rows: tuple[object, ...]) -> None:
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)

    regions = range(1, REGIONS + 1)
    secretariats = [f'[[secretariat]]\nkey = "regut{n}"\nname = "RegUt {n}"\nregion = "Region {n}"\n' for n in regions]
    (place / "pack.toml").write_text("\n".join(secretariats), "utf-8")
    table(
        "organisations",
        ("key", "name", "short_name", "kind", "region"),
        *((f"h{n}", f"Sykehus {n} HF", f"S{n}", "hospital", f"Region {n % REGIONS + 1}") for n in range(HOSPITALS)),
    )
    table(
        "bodies",
        ("key", "secretariat", "name", "kind", "region", "authority"),
        *(
            (f"b{n}", f"regut{n % REGIONS + 1}", f"Råd {n}", "fagråd", f"Region {n % REGIONS + 1}", "advisory")
            for n in range(BODIES)
        ),
    )
    table(
        "seats",
        ("key", "body", "organisation", "role", "standing"),
        *((f"s{n}", f"b{n % BODIES}", f"h{n % HOSPITALS}", f"Overlege {n}", "voting") for n in range(SEATS)),
    )
    table(
        "people",
        ("key", "name", "email"),
        *((f"p{n}", f"Person Nummer {n}", f"p{n}@example.no") for n in range(SEATS)),
    )
    table(
        "terms",
        ("seat", "person", "rank", "from"),
        *((f"s{n}", f"p{n}", 0, "2026-01-01") for n in range(SEATS)),
    )


async def main(place: Path) -> None:
    write_country(place)
    url = f"sqlite+aiosqlite:///{place}/country.db"
    await migrate(url)
    db = Database(url)
    try:
        started = process_time()
        plan = await packs.load(runtime_for(db), place)
        spent = process_time() - started
    finally:
        await db.close()
    assert plan.faults == [], plan.faults[:3]
    show(
        [Figure("a country loaded, of three seconds", spent / GOAL, "lower", 1.0, f"{spent:.2f} s of processor time")],
        [f"{BODIES} bodies, {SEATS} seats, as many people and terms, on SQLite"],
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lisbot-country-") as folder:
        asyncio.run(main(Path(folder)))
