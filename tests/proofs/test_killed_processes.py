"""Three processes, one PostgreSQL, a platform that throttles and fails, and a process killed every second."""

import asyncio
import os
from collections import Counter
from datetime import UTC, datetime
from time import perf_counter

import pytest
from sqlalchemy import func, insert, select

import crowd
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Attempt, Delivery, Posting
from proofs.platform import BusyConnector
from proofs.servers import serving

PEOPLE = 2_000 if os.environ.get("LISBOT_PROOFS") else 200
KILLS = max(3, PEOPLE // 100)
PATIENCE = 100.0 + PEOPLE / 4  # seconds
S = DeliveryState


def message(person_id: int) -> dict:
    now = datetime.now(UTC)
    about = {"kind": "notice", "command": "body.show", "args": {"body_id": 1}, "body_id": 1, "subject": "body:1"}
    facts = {"body": "Samordningsrådet", "day_on": "2027-03-10", "hour": "09:00", "count": 1}
    made = {"state": "waiting", "attempts": 0, "made_at": now, "next_at": now}
    return {**about, **made, "facts": facts, "drawn_for_role": True, "person_id": person_id, "room_id": None}


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.postgres
async def test_everybody_is_told_whoever_is_killed(database, database_url, unused_tcp_port):
    tenants = {f"c{n}": f"t{n % 3}" for n in range(1, PEOPLE + 1)}
    async with BusyConnector(tenants) as platform:
        await crowd.fill(database, PEOPLE, tenants=3, service_url=platform.url)
        async with serving(unused_tcp_port, {"DATABASE_URL": database_url, **platform.env}, 3) as fleet:
            async with database.write() as db:
                await db.execute(insert(Delivery), [message(n) for n in range(1, PEOPLE + 1)])
            started = perf_counter()
            while await waiting(database) and perf_counter() - started < PATIENCE:
                await asyncio.sleep(1)
                if fleet.kills < KILLS:
                    await fleet.kill()
                    await fleet.start()  # the others serve meanwhile
            took = perf_counter() - started
    async with database.read() as db:
        states = Counter((await db.execute(select(Delivery.state))).scalars())
        tried = (await db.execute(select(func.count(Attempt.delivery_id.distinct())))).scalar_one()
        ids = list(await db.scalars(select(Delivery.message_id).where(Delivery.state == S.SENT)))
        posted = (await db.execute(select(func.count()).select_from(Posting))).scalar_one()
        attempts = (await db.execute(select(func.sum(Delivery.attempts)))).scalar_one()
        kept = (await db.execute(select(func.count()).select_from(Attempt))).scalar_one()
    repeats = sum(count - 1 for count in platform.taken.values())
    # Sent once more by a process that lives, since a call timed out that the platform took all the same.
    given_up = sum(count for process, count in platform.unheard.items() if process not in fleet.killed)
    told = f"{states}, {fleet.kills} kills, {repeats} repeats, {given_up} given up, {platform.refused}, {took:.1f} s"
    print(told)
    assert sum(states.values()) == PEOPLE, told
    assert set(states) <= {S.SENT, S.FAILED}, told
    # What fails for good is what the platform answered with 500, which is not tried again, and nothing else.
    assert await failed(database) <= platform.answered_500, told
    assert set(platform.taken) >= {f"c{n}" for n in range(1, PEOPLE + 1)} - await failed(database)
    assert fleet.kills >= 3, told
    assert repeats - given_up <= fleet.kills, told
    assert platform.over_limits() == [], told
    assert tried == PEOPLE
    assert attempts <= kept, "a claim that was killed before its try is none"
    assert all(ids), "each has the platform's own number"
    assert posted == states[S.SENT]


async def waiting(database) -> int:
    async with database.read() as db:
        counted = select(func.count()).select_from(Delivery).where(Delivery.state == S.WAITING)
        return (await db.execute(counted)).scalar_one()


async def failed(database) -> set[str]:
    async with database.read() as db:
        return {f"c{n}" for n in await db.scalars(select(Delivery.person_id).where(Delivery.state == S.FAILED))}
