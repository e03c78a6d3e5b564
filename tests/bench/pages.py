"""`python -m tests.bench.pages [postgres|sqlite]`: how long each command takes that only looks, and what it asks of
the database.

In one run, in turns: on an empty database (one council with one meeting over and one to come) and with ten years of
fifty councils. What is measured is the command itself, from who asks to its view; drawing it is not.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

TESTS = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

import postgres  # noqa: E402
from bench import history  # noqa: E402
from bench.figures import Figure, show  # noqa: E402
from bench.history import COMING, COMMON, MEMBER, OTHERS_SECRETARY, PAST, RARE, SECRETARY  # noqa: E402
from lisbot.commands import load_functions, run  # noqa: E402
from lisbot.council.register.identity import Caller  # noqa: E402
from lisbot.db import Database, migrate  # noqa: E402
from lisbot.runtime import Runtime  # noqa: E402
from statements import sent_to  # noqa: E402

BODIES, MEETINGS = 50, 40  # ten years, four meetings a year
ROUNDS, WARM = 40, 3
GOAL = 1.2  # median with ten years to median on an empty database
MAX_STATEMENTS = 10


@dataclass(frozen=True)
class Asked:
    """A command, who asks and of what.

    `grows`: why it takes longer where there is more, where it must: it shows or reads as much more. `most`: how many
    statements it may send.
    """

    command: str
    who: int
    given: Mapping[str, Any] = field(default_factory=dict)
    grows: str = ""
    name: str = ""
    most: int = MAX_STATEMENTS

    @property
    def title(self) -> str:
        by = {MEMBER: "member", SECRETARY: "secretariat", OTHERS_SECRETARY: "secretariat of 49"}[self.who]
        return f"{self.command}{f' {self.name}' if self.name else ''}, {by}"


def about(noun: str, number: int) -> dict[str, Any]:
    return {f"{noun}_id": number}


ASKED = (
    *(Asked(name, who) for name in ("menu.show", "worklist.show") for who in (MEMBER, SECRETARY)),
    Asked("dashboard.show", SECRETARY),
    Asked("welcome.show", MEMBER, about("body", 1)),
    *(
        Asked(name, who, about("body", 1))
        for name in ("body.show", "register.look_back", "year_plan.show", "carry_through.show")
        for who in (MEMBER, SECRETARY)
    ),
    *(Asked("register.show", who, about("body", 1), grows="shows 100 terms, not 25") for who in (MEMBER, SECRETARY)),
    *(
        Asked(name, SECRETARY, about("body", 1))
        for name in ("reminder_plan.show", "standing_item.show", "composition.show", "coordination.show")
    ),
    *(
        Asked(name, SECRETARY, about("body", 1))
        for name in ("body.show_settings", "roster.show", "consent.list", "consent_text.show")
    ),
    *(Asked(name, SECRETARY) for name in ("composition.list", "secretariat.show", "reading.list")),
    Asked("retention.show", SECRETARY, grows="counts all that may be erased"),
    # Asks every table that may be of a council.
    Asked("body.export", SECRETARY, about("body", 1), grows="reads all of a council", most=60),
    *(Asked("distribution_line.list", who, about("body", 1)) for who in (MEMBER, SECRETARY)),
    Asked("summary.show", MEMBER, about("meeting", PAST)),
    Asked("publication.list", MEMBER, about("body", 1), grows="shows 81 lines, not 3"),
    *(Asked("publication.show", MEMBER, {"meeting_id": PAST, "what": what}) for what in ("agenda", "summary")),
    *(Asked("dispatch.show", MEMBER, {"meeting_id": PAST, "what": what}) for what in ("agenda", "minutes")),
    Asked("guest_invitation.list", SECRETARY, about("meeting", COMING)),
    Asked("guest_invitation.show", MEMBER, about("guest", 1)),
    Asked("consent.show", MEMBER),
    # Asks every table that may know something of somebody.
    Asked("person.show_data", MEMBER, grows="shows 2,600 rows, not 30", most=47),
    Asked("line_confirmation.show", MEMBER, about("confirmation", 1)),
    Asked("register_import.show", SECRETARY, about("import", 1), grows="reads 1,252 people, not 27"),
    *(Asked("term.list", who, about("seat", MEMBER)) for who in (MEMBER, SECRETARY)),
    *(Asked(name, MEMBER) for name in ("calendar_feed.show", "quiet_time.show")),
    *(Asked(name, SECRETARY) for name in ("delivery.list", "inbound_mail.list")),
    Asked("seat_change.show", SECRETARY, about("change", 1)),
    Asked("person.show", SECRETARY, about("person", MEMBER)),
    Asked("referral.show", MEMBER, about("referral", PAST * 10 + 1)),
    *(Asked(name, SECRETARY) for name in ("referral.list", "outside_party.list", "process.list")),
    Asked("process.show", SECRETARY, about("process", SECRETARY)),
    Asked("case_process.show", SECRETARY, about("case_process", PAST * 10 + 1)),
    *(Asked("consultation.list", who) for who in (MEMBER, SECRETARY)),
    *(Asked("consultation.show", who, about("consultation", PAST * 10 + 1)) for who in (MEMBER, SECRETARY)),
    Asked("local_input.list", MEMBER, grows="shows 41 lines, not 2"),
    Asked("local_input.show", MEMBER, about("local_input", COMING * 10 + 1)),
    Asked("case.show", MEMBER, about("case", PAST * 10 + 1)),
    Asked("case.show", MEMBER, about("case", COMING * 10 + 1), name="(coming)"),
    *(Asked("journey.show", who, about("case", PAST * 10 + 1)) for who in (MEMBER, SECRETARY)),
    Asked("case.list_waiting", SECRETARY, about("body", 1)),
    *(Asked("follow_up.list", who) for who in (MEMBER, SECRETARY)),
    Asked("delivery.show", SECRETARY, about("meeting", COMING), name="(meeting)"),
    Asked("delivery.show", SECRETARY, about("vote", PAST * 10 + 1), name="(vote)"),
    *(
        Asked(name, who, about("meeting", COMING))
        for name in ("meeting.show", "call.show", "agenda.show")
        for who in (MEMBER, SECRETARY)
    ),
    Asked("meeting.show", MEMBER, about("meeting", PAST), name="(over)"),
    Asked("proposal.show", MEMBER, about("proposal", COMING * 10 + 1)),
    Asked("proposal.triage", SECRETARY, about("meeting", COMING)),
    Asked("attendance.forecast", SECRETARY, about("meeting", COMING)),
    Asked("vote.show", MEMBER, about("vote", COMING * 10 + 1), name="(open)"),
    Asked("vote.show", MEMBER, about("vote", PAST * 10 + 1), name="(closed)"),
    Asked("minutes.show", MEMBER, about("meeting", PAST)),
    Asked("outcome.search", MEMBER, {"text": RARE}, name="(a word)"),
    Asked("outcome.search", MEMBER, {"text": RARE[3:-4]}, name="(part of a word)"),
    Asked("outcome.search", MEMBER, {"text": f"{PAST * 10 + 1}/26"}, name="(a number)"),
    Asked("outcome.search", MEMBER, {"text": f"fordeling {RARE} tilrår"}, name="(three words)"),
    Asked("outcome.search", MEMBER, {"text": "finnes-ikke"}, name="(nothing)"),
    Asked("outcome.search", MEMBER, name="(no text)", grows="shows 100 outcomes, not 8"),
    Asked("outcome.search", MEMBER, {"text": COMMON}, name="(a common word)", grows="shows 100 outcomes, not 8"),
    Asked("log.show", SECRETARY, about("meeting", PAST), name="(meeting)"),
    Asked("log.show", SECRETARY, about("case", PAST * 10 + 1), name="(case)"),
    Asked("log.show", SECRETARY, about("seat", MEMBER), name="(seat)"),
    Asked("log.show", SECRETARY, about("person", MEMBER), name="(person)", grows="shows 100 lines and more, not 6"),
    Asked("log.verify", SECRETARY, grows="reads the whole log"),
)
# Where there is one council alone these see none.
OF_MANY = (
    Asked("dashboard.show", OTHERS_SECRETARY),
    Asked("worklist.show", OTHERS_SECRETARY),
    Asked("composition.list", OTHERS_SECRETARY),
    Asked("menu.show", OTHERS_SECRETARY),
    Asked("outcome.search", OTHERS_SECRETARY, {"text": "finnes-ikke"}, name="(nothing)"),
    Asked("outcome.search", OTHERS_SECRETARY, {"text": COMMON}, name="(a common word)"),
    Asked("outcome.search", OTHERS_SECRETARY, name="(no text)"),
)


def runtime_for(db: Database) -> Runtime:
    return Runtime(
        db, lambda: history.NOW, ZoneInfo("Europe/Oslo"), key=history.SECRET_KEY, base_url="http://127.0.0.1"
    )


async def ask(runtime: Runtime, asked: Asked) -> Any:
    """Returns what a command shows. Raises RuntimeError where it is refused."""
    reply = await run(runtime, asked.command, asked.given, Caller("web", str(asked.who)))
    if reply.status != 200:
        raise RuntimeError(f"{asked.title}: {reply.status} {reply.words}")
    return reply.view


async def statements(runtime: Runtime, asked: Asked) -> list[str]:
    """Returns the statements that a command sends."""
    with sent_to(runtime.db) as sent:
        await ask(runtime, asked)
    return sent


async def time_all(runtimes: tuple[Runtime, ...], asked: Asked, rounds: int) -> tuple[float, ...]:
    """Returns the median of each, in seconds, asked in turns."""
    times: list[list[float]] = [[] for _ in runtimes]
    for number in range(rounds + WARM):
        for n, runtime in enumerate(runtimes):
            started = perf_counter()
            await ask(runtime, asked)
            if number >= WARM:
                times[n].append(perf_counter() - started)
    return tuple(map(median, times))


async def compare(
    empty_url: str, old_url: str, bodies: int, meetings: int, rounds: int
) -> tuple[list[Figure], list[str]]:
    """Returns the figures, and in words what they were made of and what has no goal."""
    load_functions()
    empty, old = Database(empty_url), Database(old_url)
    try:
        await history.found(empty, [1])
        await history.lay(empty, [1], [1])
        await history.found(old, range(1, bodies + 1))
        await history.lay(old, range(1, bodies + 1), range(1, meetings + 1))
        for db in (empty, old):
            await history.link(db)
            await history.analyse(db)
        new, aged = runtime_for(empty), runtime_for(old)
        figures, notes = [], []
        for asked in ASKED:
            count = len(await statements(aged, asked))
            few = rounds if asked.command != "log.verify" else min(rounds, 2)
            on_new, on_aged = await time_all((new, aged), asked, few)
            note = f"{on_aged * 1000:.1f} ms to {on_new * 1000:.1f} ms, {count} statements"
            note += f"; {asked.grows}" if asked.grows else ""
            figures.append(
                Figure(asked.title, on_aged / on_new, "lower", None if asked.grows else GOAL, note),
            )
        for asked in OF_MANY if bodies > 1 else ():
            count = len(await statements(aged, asked))
            (took,) = await time_all((aged,), asked, rounds)
            notes.append(f"{asked.title}: {took * 1000:.1f} ms, {count} statements")
        return figures, notes
    finally:
        await empty.close()
        await old.close()


async def main(kind: str, place: Path) -> None:
    if kind == "sqlite":
        urls = [f"sqlite+aiosqlite:///{place / name}.db" for name in ("empty", "old")]
    else:
        server = postgres.start(durable=True)
        for name in ("pages_empty", "pages_old"):
            await postgres.order(server, f"CREATE DATABASE {name}")
        urls = [postgres.named(server, name) for name in ("pages_empty", "pages_old")]
    for url in urls:
        await migrate(url)
    show(*await compare(urls[0], urls[1], BODIES, MEETINGS, ROUNDS))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lisbot-pages-") as folder:
        asyncio.run(main(*sys.argv[1:2] or ["postgres"], Path(folder)))
