"""How long a claim takes from a long queue, beside one from a short queue: on a PostgreSQL that waits for its disk."""

from datetime import UTC, datetime
from statistics import median
from time import perf_counter

from sqlalchemy import text

import crowd
import postgres
from bench.figures import Figure
from lisbot.db import Database, migrate
from lisbot.outbox.claims import BATCH, LEASE, Claims

FEW, MANY = BATCH, 1_000_000
GOAL = 1.3
PEOPLE = """INSERT INTO person (id, key, name) SELECT n, 'q' || n, 'P ' || n
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"""
WAITING = """INSERT INTO delivery (kind, facts, command, args, body_id, subject, audience, drawn_for_role, person_id,
        state, attempts, made_at, next_at, can_wait)
    SELECT 'notice', '{}', 'body.show', '{}', 1, 'body:1', '', true, n, 'waiting', 0, :at, :at, false
    FROM generate_series(CAST(:first AS int), CAST(:last AS int)) AS n"""
RELEASE = "UPDATE delivery SET lease_until = NULL, attempts = 0 WHERE lease_until IS NOT NULL"


async def measure(many: int = MANY, rounds: int = 25) -> list[float]:
    """Returns the seconds of a claim of a batch, in the middle of the rounds, where few wait and where many do."""
    server = postgres.start(durable=True)
    await postgres.order(server, "DROP DATABASE IF EXISTS bench_depth", "CREATE DATABASE bench_depth")
    url = postgres.named(server, "bench_depth")
    await migrate(url)
    db = Database(url, timeout=None)
    await crowd.fill(db, 1)
    claims = Claims(db, lambda: datetime.now(UTC))
    found: list[float] = []
    for first, last in ((1_001, 1_000 + FEW), (1_001 + FEW, 1_000 + many)):
        at = datetime.now(UTC).replace(tzinfo=None)
        async with db.write() as session:
            for statement in (PEOPLE, WAITING):
                given = {"first": first, "last": last} | ({"at": at} if statement is WAITING else {})
                await session.execute(text(statement), given)
        await tidy(db, "ANALYZE")
        found.append(median([await claim_once(db, claims) for _ in range(rounds)]))
    await db.close()
    await postgres.order(server, "DROP DATABASE bench_depth")
    return found


async def claim_once(db: Database, claims: Claims) -> float:
    started = perf_counter()
    rows = await claims.claim(BATCH, datetime.now(UTC) + LEASE)
    took = perf_counter() - started
    if len(rows) != BATCH:
        raise RuntimeError(f"{len(rows)} messages claimed, and not {BATCH}")
    async with db.write() as session:
        await session.execute(text(RELEASE))
    await tidy(db, "VACUUM delivery")
    return took


async def tidy(db: Database, order: str) -> None:
    async with db.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql(order)


async def compare(many: int = MANY) -> list[Figure]:
    few, deep = await measure(many)
    note = f"{deep * 1000:.1f} ms from {many:,} to {few * 1000:.1f} ms from {FEW}"
    return [Figure("claim_from_many_to_claim_from_few", deep / few, "lower", GOAL, note)]
