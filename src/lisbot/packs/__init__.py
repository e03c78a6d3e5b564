"""Council packs: who sits where, written in TOML and CSV by a secretariat, brought into the register.

schema    the format: columns, and what may stand in them
files     TOML and CSV as rows, each with its file and line
reading   rows as entries, with every fault at once
terms     terms and posts compared with the register's
relations receivers, rules, lines, rights, coordinations and derived roles likewise
processes change processes likewise
sync      all the rest compared, and the changes made
following what follows from them: who runs a council, who holds a derived seat
names     what people call what is changed

The format, by example: demo/packs/README.md.
"""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from lisbot.council.core.context import Act, Hold, Member, Permission, Role
from lisbot.packs.reading import read
from lisbot.packs.schema import Pack
from lisbot.packs.sync import Change, Plan, apply, compare
from lisbot.runtime import Runtime

__all__ = ["EXAMPLES", "SHIPPED", "Change", "Plan", "load", "read"]

# The example packs, with invented people; the demo loads the first two.
EXAMPLES = tuple(
    Path(__file__).parents[1] / "demo" / "packs" / name
    for name in ("samordningsrad", "hmn-specialty", "nord", "tverregionalt")
)
SHIPPED = EXAMPLES[:2]
OPERATOR = Member(None, "operator", "nb", (Hold(Role.OPERATOR, 0),))


async def load(
    runtime: Runtime, place: Path, *, dry_run: bool = False, tick: Callable[[int], None] = lambda _total: None
) -> Plan:
    """Bring the register to what the pack says: all of it, or none of it when the plan has faults.

    Returns Plan. `tick` is called with the number of changes, once for each that is made.
    """
    pack = read(place)
    try:
        return await compare_and_apply(runtime, pack, dry_run, tick)
    except IntegrityError:
        # Somebody loaded the same at the same time, and was first. What is left to do may be nothing.
        return await compare_and_apply(runtime, pack, dry_run, tick)


async def compare_and_apply(runtime: Runtime, pack: Pack, dry_run: bool, tick: Callable[[int], None]) -> Plan:
    at = runtime.now()
    async with runtime.db.read() if dry_run or pack.faults else runtime.db.write() as db:
        act = Act(
            db,
            OPERATOR,
            at,
            "cli",
            runtime.tz,
            Permission.KEEP_REGISTER,
            not dry_run,
            runtime.key,
            runtime.former_keys,
        )
        plan = await compare(act, pack)
        if not dry_run and not plan.faults:
            await apply(act, plan, lambda: tick(len(plan.changes)))
    return plan
