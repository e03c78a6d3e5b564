"""`python -m tests.bench.journeys [postgres|sqlite]`: how long a case's journey of 30 stations takes, the matrix of
200 cases and 12 organisations, and the table of consultations, with ten years behind them to with one."""

import asyncio
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

TESTS = Path(__file__).parents[1]
if __name__ == "__main__":
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "src")]

import postgres  # noqa: E402
from bench import history  # noqa: E402
from bench.figures import Figure, show  # noqa: E402
from bench.history import MEMBER, NOW, SECRETARY, TODAY, Rows  # noqa: E402
from bench.pages import MAX_STATEMENTS, Asked, runtime_for, statements, time_all  # noqa: E402
from lisbot.commands import load_functions  # noqa: E402
from lisbot.council.enums import (  # noqa: E402
    FollowUpState,
    ItemKind,
    MinutesState,
    OutcomeKind,
    ReferralAnswerKind,
    ReferralReason,
    ReferralState,
)
from lisbot.council.models import (  # noqa: E402
    AgendaItem,
    Case,
    FollowUp,
    Meeting,
    Referral,
    ReferralAnswer,
)
from lisbot.db import Database, migrate  # noqa: E402

GOAL = 1.3  # median with ten years to median with one
BODIES, ONE_YEAR, TEN_YEARS, ROUNDS = 5, 4, 40, 40  # what is asked is of one council
CASES, ORGANISATIONS, ITEMS_A_MEETING = 200, 12, 50
STATIONS, TREATED, SENT_ON = 30, 6, 6  # the rest are organisations that follow it up
FIRST = 9_000_000  # the ids here begin where no other's do
LONG = FIRST  # the case with the long journey
JOURNEY = tuple(Asked("journey.show", who, {"case_id": LONG}) for who in (MEMBER, SECRETARY))
MATRIX = tuple(Asked("carry_through.show", who, {"body_id": 1, "year": TODAY.year - 1}) for who in (MEMBER, SECRETARY))
CONSULTATIONS = tuple(Asked("consultation.list", who) for who in (MEMBER, SECRETARY))


def meeting_row(number: int, day: date) -> dict[str, object]:
    rows: Rows = {}
    history.add_meeting(rows, 1, 1)
    own = dict(rows[Meeting][0])
    return own | {
        "id": FIRST + number,
        "held_on": day,
        "ends_on": day,
        "published": None,
        "minutes_state": MinutesState.APPROVED,
        "minutes_version": 1,
    }


def case_row(key: int, year: int, number: int) -> dict[str, object]:
    row = {"id": key, "body_id": 1, "year": year, "number": number, "title": f"Sak {number}", "confidential": False}
    return row | {"opened_at": NOW - timedelta(days=700), "story_id": None}


def item_row(key: int, meeting: int, position: int, case: int) -> dict[str, object]:
    said = {"outcome": OutcomeKind.ADVICE, "outcome_text": "Rådet tilrår.", "agreement": None, "sides": ""}
    texts = {"title": "Sak", "background": "Notat", "wording": "", "links": "", "discussed": "", "standing": None}
    kept = {"kind": ItemKind.ADVICE, "confidential": False, "duration_minutes": None, "break_minutes": None}
    where = {"id": key, "meeting_id": FIRST + meeting, "position": position, "case_id": case}
    return where | said | texts | kept | {"is_carried_through": True}


def follow_up_row(key: int, item: int, organisation: int) -> dict[str, object]:
    row = {"id": key, "item_id": item, "organisation_id": organisation, "organisation_name": f"Sykehus {organisation}"}
    said = {"answer": FollowUpState.RAISED, "words": "Tatt opp.", "answered_by": "Noen", "answered_at": NOW}
    rest = {"what": "", "due_on": None, "done_on": None, "done_by": "", "asked_at": NOW, "answer_on": TODAY}
    return row | said | rest


def referral_row(number: int) -> dict[str, object]:
    at = NOW - timedelta(days=400 - number)
    item = {"id": FIRST + number, "title": "Sak"}
    ended = {"answer_by": None, "received_at": None, "reminded_at": None, "previous_id": None, "item_id": None}
    where = {"case_id": LONG, "to_body_id": None, "to_case_id": None, "to_item_id": None}
    kind = {"reason": ReferralReason.OTHER, "state": ReferralState.ANSWERED}
    return history.sent_on(item, 1, at) | where | kind | ended


def answer_row(number: int) -> dict[str, object]:
    row = {"id": FIRST + number, "referral_id": FIRST + number, "number": 1, "kind": ReferralAnswerKind.ANSWER}
    said = {"text": "Møtet slutter seg til.", "sent_on_to": "", "by_name": "Noen", "noted_by": "", "via": "mail"}
    home = {"is_late": False, "home_at": NOW, "home_item_id": None, "has_own_item": False, "by_id": None}
    return row | said | home | {"at": NOW - timedelta(days=300)}


async def lay(db: Database) -> None:
    """Lay a case with 30 stations, and a year's 200 cases, each asked of 12 organisations."""
    rows: Rows = {Meeting: [], Case: [case_row(LONG, TODAY.year - 2, 999)], AgendaItem: [], FollowUp: []}
    for n in range(TREATED):
        rows[Meeting].append(meeting_row(n, date(TODAY.year - 2, 1 + n, 20)))
        rows[AgendaItem].append(item_row(FIRST + n, n, 90, LONG))
    for n in range(STATIONS - TREATED - SENT_ON):
        rows[FollowUp].append(follow_up_row(FIRST + n, FIRST + n % TREATED, 1 + n % ORGANISATIONS))
    rows[Referral] = [referral_row(n) for n in range(SENT_ON)]
    rows[ReferralAnswer] = [answer_row(n) for n in range(SENT_ON)]
    for n in range(CASES // ITEMS_A_MEETING):
        rows[Meeting].append(meeting_row(100 + n, date(TODAY.year - 1, 2 + 2 * n, 21)))
    for n in range(CASES):
        key = FIRST + 1_000 + n
        rows[Case].append(case_row(key, TODAY.year - 1, 1_000 + n))
        rows[AgendaItem].append(item_row(key, 100 + n // ITEMS_A_MEETING, 1 + n % ITEMS_A_MEETING, key))
        for organisation in range(1, ORGANISATIONS + 1):
            rows[FollowUp].append(follow_up_row(key * 20 + organisation, key, organisation))
    await history.write(db, rows)


async def found(db: Database, bodies: int, meetings: int) -> None:
    await history.found(db, range(1, bodies + 1))
    await history.lay(db, range(1, bodies + 1), range(1, meetings + 1))
    await lay(db)


async def compare(one_url: str, ten_url: str, bodies: int, rounds: int) -> list[Figure]:
    load_functions()
    one, ten = Database(one_url), Database(ten_url)
    try:
        for db, meetings in ((one, ONE_YEAR), (ten, TEN_YEARS)):
            await found(db, bodies, meetings)
            await history.link(db)
            await history.analyse(db)
        new, aged = runtime_for(one), runtime_for(ten)
        figures = []
        for what, asked in (("30 stations", JOURNEY), ("200 × 12", MATRIX), ("the table", CONSULTATIONS)):
            for each in asked:
                count = len(await statements(aged, each))
                if count > MAX_STATEMENTS:
                    raise RuntimeError(f"{each.title} sends {count} statements")
                on_new, on_aged = await time_all((new, aged), each, rounds)
                note = f"{on_aged * 1000:.1f} ms to {on_new * 1000:.1f} ms, {count} statements"
                figures.append(Figure(f"{each.title}, {what}", on_aged / on_new, "lower", GOAL, note))
        return figures
    finally:
        await one.close()
        await ten.close()


async def main(kind: str, place: Path) -> None:
    if kind == "sqlite":
        urls = [f"sqlite+aiosqlite:///{place / name}.db" for name in ("one", "ten")]
    else:
        server = postgres.start(durable=True)
        for name in ("journeys_one", "journeys_ten"):
            await postgres.order(server, f"CREATE DATABASE {name}")
        urls = [postgres.named(server, name) for name in ("journeys_one", "journeys_ten")]
    for url in urls:
        await migrate(url)
    show(await compare(urls[0], urls[1], BODIES, ROUNDS), [])


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="lisbot-journeys-") as folder:
        asyncio.run(main(*sys.argv[1:2] or ["postgres"], Path(folder)))
