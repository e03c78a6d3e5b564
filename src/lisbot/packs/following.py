"""What follows from a pack that is loaded: another secretariat runs a body, and derived seats have other holders."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from lisbot.council.core.context import Act
from lisbot.council.models import Body, Coordination
from lisbot.council.register.derived_roles import bring_about, read_derived

# What derived seats follow from (lisbot.council.register.derived_roles).
FOLLOWED = {"seat", "term", "staff", "coordination", "derived_role"}


def hand_over(coordinations: Iterable[Coordination], bodies: Mapping[int, Body]) -> list[Body]:
    """Let each of these bodies be run by the secretariat whose coordination of it came into effect last.

    Returns those that another one runs than before.
    """
    by_body: dict[int, list[Coordination]] = defaultdict(list)
    for each in coordinations:
        if each.in_effect_at is not None and each.body_id in bodies:
            by_body[each.body_id].append(each)
    moved = []
    for body_id, periods in by_body.items():
        body, latest = bodies[body_id], max(periods, key=lambda each: each.from_on)
        if body.secretariat_id != latest.secretariat_id:
            body.secretariat_id = latest.secretariat_id
            moved.append(body)
    return moved


async def follow(act: Act, kinds: Collection[str]) -> set[int]:
    """Have derived seats held by whoever should, where what they follow from may have changed. Returns these seats."""
    if not FOLLOWED & set(kinds):
        return set()
    register = await read_derived(act.db, act.today)
    seats = {each.id for each in register.derived} if register is not None else set()
    if seats:
        await bring_about(act, seats)
    return seats
