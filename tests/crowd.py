"""A council of any size, written at once: so many voting seats, each held by somebody in chat, one of whom chairs."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import insert, select

from lisbot.council.enums import Authority, OrgKind, Post, Standing
from lisbot.council.models import (
    Account,
    Base,
    Body,
    Meeting,
    Organisation,
    Person,
    Seat,
    Secretariat,
    Staff,
    Term,
)
from lisbot.council.register.identity import Caller
from lisbot.db import Database
from lisbot.runtime import Runtime
from people import run_confirmed

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
START = date(2024, 1, 1)
LANGS = ("nb", "nb", "nn", "en", None)
SERVICE_URL = "http://127.0.0.1/"


async def fill(
    db: Database, people: int, readers: int = 0, *, tenants: int = 1, service_url: str = SERVICE_URL
) -> Caller:
    """Write the council with the id 1; seats, holders and their accounts have the ids 1 to `people`, of whom the last
    `readers` are only sent the agenda. Their accounts are in so many tenants in turn. Returns its secretary."""
    everybody, secretary = range(1, people + 1), people + 1
    rows: dict[type[Base], list[dict[str, Any]]] = {
        Secretariat: [{"id": 1, "key": "regut", "name": "RegUt", "region": "Sør"}],
        Organisation: [
            {
                "id": n,
                "key": f"hf{n}",
                "name": f"Sykehus {n} HF",
                "short_name": f"S{n}",
                "kind": OrgKind.HOSPITAL,
                "region": "",
            }
            for n in everybody
        ],
        Person: [
            *({"id": n, "key": f"p{n}", "name": f"Person {n}", "lang": LANGS[n % len(LANGS)]} for n in everybody),
            {"id": secretary, "key": "regut", "name": "Ragnhild", "lang": "nb"},
        ],
        Body: [
            {
                "id": 1,
                "key": "samrad",
                "secretariat_id": 1,
                "name": "Samordningsrådet",
                "kind": "råd",
                "region": "Sør",
                "authority": Authority.ADVISORY,
                "lang": "nb",
            }
        ],
        Seat: [
            {
                "id": n,
                "key": f"seat{n}",
                "body_id": 1,
                "organisation_id": n,
                "role": "Utdanningsleder",
                "standing": Standing.VOTING if n <= people - readers else Standing.COPY,
                "chairs": n == 1,
                "position": n,
            }
            for n in everybody
        ],
        Term: [{"seat_id": n, "person_id": n, "rank": 0, "from_on": START, "recorded_at": NOW} for n in everybody],
        Staff: [
            {"secretariat_id": 1, "person_id": secretary, "post": Post.LEADER, "from_on": START, "recorded_at": NOW}
        ],
        Account: [
            {
                "platform": "teams",
                "tenant": f"t{n % tenants}" if tenants > 1 else "t",
                "external_id": f"a{n}",
                "person_id": n,
                "service_url": service_url,
                "conversation_id": f"c{n}",
                "linked_at": NOW,
            }
            for n in everybody
        ],
    }
    async with db.write() as session:
        for model, values in rows.items():
            await session.execute(insert(model), values)
    return Caller("web", str(secretary))


async def plan_meetings(runtime: Runtime, secretary: Caller, count: int = 1) -> list[int]:
    """Plan so many meetings in 2027, with three cases each. Returns their ids."""
    dates = ", ".join(f"2027-{n % 12 + 1:02}-{10 + n // 12:02}" for n in range(count))
    await done(runtime, secretary, "year_plan.set_dates", body_id=1, dates=dates, place="Oslo", confirm=True)
    async with runtime.db.read() as db:
        meetings = list(await db.scalars(select(Meeting.id).order_by(Meeting.id)))
    for meeting_id in meetings:
        for n in range(3):
            title = f"Felles rotasjon i LIS 1, del {n}"
            await done(runtime, secretary, "agenda_item.add", meeting_id=meeting_id, title=title, kind="advice")
    return meetings


async def done(runtime: Runtime, who: Caller, name: str, **given: Any) -> Any:
    """Run a command that must not be refused. Returns its view."""
    reply = await run_confirmed(runtime, name, given, who)
    if not reply.is_done:
        raise RuntimeError(f"{name}: {reply.status} {reply.words}")
    return reply.view
