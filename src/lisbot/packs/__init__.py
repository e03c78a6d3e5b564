"""Council packs: who sits where, written in TOML and CSV by a secretariat, brought into the register.

The format, by example: demo/packs/README.md.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from lisbot.commands import House
from lisbot.council import loading
from lisbot.council.act import Act, Hold, Member, Permission, Role
from lisbot.council.entries import Pack
from lisbot.council.loading import Change, Plan
from lisbot.packs.reading import read

__all__ = ["SHIPPED", "Change", "Plan", "load", "read"]

# The example packs, with invented people.
SHIPPED = tuple(
    Path(__file__).parents[1] / "demo" / "packs" / name for name in ("samordningsrad", "hmn-specialty")
)
OPERATOR = Member(None, "operator", "nb", (Hold(Role.OPERATOR, 0),))


async def load(
    house: House, place: Path, *, dry_run: bool = False, tick: Callable[[int], None] = lambda _total: None
) -> Plan:
    """Bring the register to what the pack says: all of it, or none of it when the plan has faults.

    `tick` is called with the number of changes, once for each that is made.
    """
    pack = read(place)
    try:
        return await bring(house, pack, dry_run, tick)
    except IntegrityError:
        # Somebody loaded the same at the same time, and was first. What is left to do may be nothing.
        return await bring(house, pack, dry_run, tick)


async def bring(house: House, pack: Pack, dry_run: bool, tick: Callable[[int], None]) -> Plan:
    at = house.now()
    async with house.db.read() if dry_run or pack.faults else house.db.write() as db:
        act = Act(db, OPERATOR, at, "cli", house.tz, Permission.KEEP_REGISTER, not dry_run, house.key)
        plan = await loading.compare(act, pack)
        if not dry_run and not plan.faults:
            await loading.apply(act, plan, lambda: tick(len(plan.changes)))
    return plan
