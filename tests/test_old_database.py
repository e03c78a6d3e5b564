"""A database from before the council was divided into subjects: it migrates, verifies, and shows the same story.

`old_database/rows.json` is every row of it at revision 0002: its demo of 26 November 2026, and a secret vote, an
account, a room, a change of seat and cards in chats besides. `old_database/story.json` is what its commands
showed four people that day.
"""

import asyncio
import itertools
import json
import re
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Boolean, Connection, Date, DateTime, LargeBinary, MetaData, Time, text, update

from lisbot import commands
from lisbot.council.log.link import link_committed
from lisbot.council.log.views import Fault
from lisbot.council.models import Delivery, LogLine, Posting, Vote, table
from lisbot.db import Database, migrate
from lisbot.render.words import words
from lisbot.runtime import Runtime
from people import member
from stages import Scene

OLD = Path(__file__).parent / "old_database"
REVISION = "0002"
# SQLite cannot tell what an index on an expression is made of.
pytestmark = pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression")
SECRETARY = "ragnhild.soltunet@example.no"
STORY = json.loads((OLD / "story.json").read_text("utf-8"))
PARSERS = {Date: date.fromisoformat, Time: time.fromisoformat, DateTime: datetime.fromisoformat, Boolean: bool}


@pytest.fixture
async def old(runtime: Runtime, database_url: str, clock: Any) -> Scene:
    """The old database, migrated to today."""
    await migrate(database_url, "base")
    await migrate(database_url, REVISION)
    database = Database(database_url)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(put_back)
    finally:
        await database.close()
    await migrate(database_url)
    clock.at = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)
    return Scene(runtime, clock, 1)


def put_back(connection: Connection) -> None:
    """Put every row back where it was."""
    tables = MetaData()
    tables.reflect(connection)
    rows = json.loads((OLD / "rows.json").read_text("utf-8"))
    for each in tables.sorted_tables:
        if found := rows.get(each.name):
            types = {column.name: column.type for column in each.columns}
            for kind in types.values():
                if isinstance(kind, JSON):
                    kind.none_as_null = True
            values = [{name: parse(types[name], value) for name, value in row.items()} for row in found]
            connection.execute(each.insert(), values)
            if connection.dialect.name == "postgresql" and "id" in types and isinstance(values[0]["id"], int):
                connection.execute(
                    text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
                    if connection.scalar(text("SELECT pg_get_serial_sequence(:t, 'id')"), {"t": each.name})
                    else text("SELECT CAST(:table AS text), CAST(:last AS int)"),
                    {"table": each.name, "last": max(row["id"] for row in values)},
                )


def parse(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value["hex"])
    if isinstance(kind, JSON):
        return json.loads(value)
    return next((parser(value) for of, parser in PARSERS.items() if isinstance(kind, of)), value)


# What is not said any more, and why.
GONE = (
    "Åpne siden for å se alt.",  # a list is whole
    "Opne sida for å sjå alt.",
    "Nils Romeriksmo, Wenche Skedsmolia",  # a list ends with "og"
    "Utkast til sakliste (ikke sendt ut)",  # a cancelled meeting drafts no agenda
    "Sakliste",  # nor has it an empty one
    "Saklisten er ikke sendt ut ennå.",  # who drafts it is told that it is empty
    "Saklista er ikkje send ut enno.",
    "https://video.example.no/samordning",  # nobody joins a meeting that is over or cancelled
    "er sett opp.",  # «står på planen»: møte is one or several
)


# What one page says otherwise, and why.
SAID_OTHERWISE = {
    # Nobody is silent before a call opens, and a deadline that passed is told of a call that was open.
    "call.show": re.compile(r"0 av 26|Har ikke svart|Fristen var |Leder |Utdanningskoordinerende |\S+ \S+$"),
    # A deputy is asked of what concerns the meeting they come to.
    "me.page": re.compile(r"Samordningsrådet spør deg|Bør rådet |Frist 3\. desember|Dette venter på deg$"),
    # The menu says more of what may be typed.
    "menu.show": re.compile(r"Trykk på e"),
    # A heading has other words.
    "register.show": re.compile("Meldte skifter$"),
    # Standing items are in the reader's language.
    **dict.fromkeys(("agenda.show", "meeting.show"), re.compile("Godkjenning av referat fra ")),
}


ROLES = re.compile("Leder|Utdanningskoordinerende|Pedagogisk|Administrativ|Tillitsvalgt|Spesialrådgiver|Direktør")

# One word for one thing.
REWORDED = {
    "Åpne spørsmål": "Åpne avstemninger",
    "Opne spørsmål": "Opne avrøystingar",
    "meldt skifte": "meldt endring",
    "Har ikke svart:": "Innkalling uten svar:",
    "Forslag til ordlyd": "Innstilling",
}


def absentees(lines: list[str]) -> set[str]:
    """Who did not answer and did not come: they are a count now, and no list of names."""
    heading = next((at for at, line in enumerate(lines) if line in ("Møtte ikke", "Møtte ikkje")), None)
    if heading is None:
        return set()
    names = itertools.takewhile(lambda line: ", " in line, lines[heading + 1 :])
    return {lines[heading], *names}


def is_said(line: str, now: str) -> bool:
    """Whether a line stands there, or each of its cells, or its sentence with more behind it. A role and its
    organisation, which is a heading above it now, are two."""
    cells = [part for cell in line.split(" · ") for part in (cell.rsplit(", ", 1) if cell.endswith(" HF") else [cell])]
    if line.rstrip(".") in now or all(cell in now for cell in cells):
        return True
    # Roles are short now, and stand at whoever has them: the names and organisations are said.
    parts = [part for cell in cells for part in cell.split(", ") if not ROLES.match(part)]
    return len(parts) < len(line.split(", ")) and all(part in now for part in parts)


def as_said_now(line: str) -> str:
    """A line of that day as it is written now: an hour after «kl.» and with a full stop, periods without weekdays, an
    address in parentheses, no cells with nothing."""
    line = " · ".join(cell for cell in line.split(" · ") if not cell.endswith(": –"))
    line = re.sub(r"(\d{4}) (\d\d:\d\d)$", r"\1 kl. \2", line.split(": ", 1)[-1])
    line = re.sub(r"\b(\d\d):(\d\d)\b", r"\1.\2", line)
    line = re.sub(r"<(\S+@\S+)>", r"(\1)", line)
    for former, word in REWORDED.items():
        line = line.replace(former, word)
    line = re.sub(
        r" (Ingen flertallsregel er satt|Ingen fleirtalsregel er sett)\.$", "", line
    )  # goes unsaid in minutes
    return re.sub(r"\w+dag (?=\d)", "", line) if " – " in line or line.startswith("fra ") else line


async def test_it_shows_the_same_story(old: Scene):
    changed = {}
    for told in STORY:
        answer = await member(old.runtime, told["who"])(told["command"], **told["args"])
        assert answer.status == told["status"], told
        now = words(answer.card) if answer.status == 200 else answer.words
        # What a fact is called may have changed, and where it stands: what it says may not.
        said = [as_said_now(line) for line in told["words"] if line not in absentees(told["words"])]
        excused = SAID_OTHERWISE.get(told["command"])
        missing = [
            line
            for line in said
            if not is_said(line, now) and not line.endswith(GONE) and not (excused and excused.match(line))
        ]
        if missing:
            changed[f"{told['command']} {told['args']} {told['who']}"] = missing
    assert changed == {}


async def test_its_log_is_whole_before_and_after_it_is_linked(old: Scene):
    lines = len(await old.all(LogLine))
    check = await old.ok(SECRETARY, "log.verify")
    assert (check.is_whole, check.lines, check.unlinked) == (True, 0, lines)
    check = await linked(old)
    assert (check.is_whole, check.lines, check.unlinked) == (True, lines, 0)
    history = await old.words(SECRETARY, "log.show", meeting_id=1)
    assert history.count("Ragnhild Soltunet") == 3


@pytest.mark.parametrize("column", ["by_name", "command", "at", "hash_v1"])
async def test_what_was_altered_in_its_old_lines_is_found_also_by_the_first_check(old: Scene, column: str):
    value = {"at": datetime(2026, 1, 1, tzinfo=UTC)}.get(column, "0" * 64)
    async with old.runtime.db.write() as db:
        await db.execute(update(table(LogLine)).where(LogLine.id == 7).values({column: value}))
    check = await linked(old)
    assert (check.fault, check.broken_at) == (Fault.LINE, 7)


async def test_its_secret_answers_are_counted(old: Scene):
    (vote,) = await old.all(Vote, secret=True)
    view = await old.ok(SECRETARY, "vote.close", vote_id=vote.id)
    assert view.counts == {"Lørenskog": 0, "Oslo": 2, "Skien": 0}
    assert (await linked(old)).is_whole


async def test_what_it_has_to_send_and_to_edit_is_asked_for_by_todays_names(old: Scene):
    asked = [(each.command, each.args) for each in (*await old.all(Delivery), *await old.all(Posting))]
    assert len(asked) == 326
    for name, given in asked:
        assert set(given) <= set(commands.COMMANDS[name].parameters)


async def linked(old: Scene) -> Any:
    """The check of the log when everything committed is linked, which other databases' transactions delay."""
    for _ in range(200):
        await link_committed(old.runtime.db, old.runtime.key)
        check = await old.ok(SECRETARY, "log.verify")
        if not check.unlinked:
            break
        await asyncio.sleep(0.02)
    return check
