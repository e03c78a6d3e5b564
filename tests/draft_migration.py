"""Draft a migration from what the models say that the migrations do not.

    python tests/draft_migration.py 0002 "Seats have a colour"
    python tests/draft_migration.py 0001 "The first tables" --anew   # only until the first release

Read the draft through before it is committed: Alembic does not see changed check constraints.
"""

import argparse
import asyncio
import subprocess
import sys

from alembic import command
from sqlalchemy import Connection

import postgres
from lisbot.db import MIGRATIONS, Database, revisions


async def draft(number: str, message: str, anew: bool) -> None:
    if anew:
        for file in (MIGRATIONS / "versions").glob(f"{number}_*.py"):
            file.unlink()
    # PostgreSQL, because Alembic cannot see an index on an expression in SQLite.
    db = Database(postgres.start().render_as_string(hide_password=False))

    def write(connection: Connection) -> None:
        config = revisions()
        config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        command.revision(config, message, autogenerate=True, rev_id=number)

    async with db.engine.begin() as connection:
        await connection.run_sync(write)
    await db.close()


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("number")
    asked.add_argument("message")
    asked.add_argument("--anew", action="store_true", help="write this revision again from nothing")
    given = asked.parse_args()
    asyncio.run(draft(given.number, given.message, given.anew))
    for deed in (["format", "-q"], ["check", "-q", "--fix"]):
        subprocess.run([sys.executable, "-m", "ruff", *deed, str(MIGRATIONS)], check=True)
