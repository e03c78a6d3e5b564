"""How long a tenant of many takes to be told of something, beside what the documented limit allows: on a simulated
clock, by the budgets that all messages have their turns from."""

from bench.figures import Figure
from lisbot.channels.teams import limits as teams
from lisbot.messaging import Address
from lisbot.outbox.budgets import OwnStore
from lisbot.outbox.claims import BATCH

GOAL = 1.05
STEP = 0.05  # seconds until those are asked for again who had no turn


async def last_turn(people: int) -> float:
    """Returns in how many seconds the last of so many recipients in one tenant has its turn, each in a chat of its
    own."""
    now, last = 0.0, 0.0
    store = OwnStore(lambda: now)
    waiting = [teams.scopes_of(Address("teams", "t", "https://teams.example/", f"c{n}")) for n in range(people)]
    while waiting:
        turns = await store.reserve(dict(enumerate(waiting[:BATCH])))
        granted = [now + turn.wait for turn in turns.values() if turn.is_granted]
        last = max([last, *granted])
        waiting = [scopes for n, scopes in enumerate(waiting) if n not in turns or not turns[n].is_granted]
        now += STEP
    return last


async def compare(people: int) -> list[Figure]:
    took, allowed = await last_turn(people), people / a_second()
    note = f"{people:,} in one tenant: {took:.1f} s to {allowed:.1f} s, on a simulated clock"
    return [Figure("last_delivery_to_documented_limit", took / allowed, "lower", GOAL, note)]


def a_second() -> float:
    """Returns how many calls a second a tenant takes for as long as one likes, as documented."""
    return min(calls / seconds for seconds, calls in teams.TENANT.windows)
