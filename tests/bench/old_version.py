"""An old version of lisbot to print figures beside: OLD_LISBOT names a checkout of it, with its .venv.

Its own bench fills its databases, since its tables are others; the ids are the same.
"""

import asyncio
import os
from dataclasses import replace
from pathlib import Path

from bench.servers import LISBOT, Program, environment

FILL = """
import asyncio, sys
from bench import councils
from lisbot.db import migrate
url, bodies, seats = sys.argv[1:]
asyncio.run(migrate(url))
asyncio.run(councils.fill(url, int(bodies), int(seats)))
"""


def find_old() -> Program | None:
    """Returns the old version's server; None where OLD_LISBOT is not set. Raises RuntimeError where it has none."""
    given = os.environ.get("OLD_LISBOT")
    if not given:
        return None
    root = Path(given).resolve()
    python = root / ".venv" / "bin" / "python"
    if not python.exists():
        raise RuntimeError(f"OLD_LISBOT: there is no {python}")
    return replace(LISBOT, python=str(python), root=root)


async def fill(old: Program, url: str, bodies: int, seats: int) -> None:
    """Make the old version's tables at `url`, and its councils in them."""
    process = await asyncio.create_subprocess_exec(
        old.python, "-c", FILL, url, str(bodies), str(seats), env=environment({}, old.root), cwd=old.root
    )
    if await process.wait():
        raise RuntimeError("the old version's councils were not made")
