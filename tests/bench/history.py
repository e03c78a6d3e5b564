"""Councils with their past, on either database, for what only looks: pages.py reads them.

Every row's id follows from what it is, so that more can be laid beside or behind what there is: a body is its
number, a seat and who holds it body × 100 + n, a meeting body × 1,000 + n (0 is the one to come), an item and its case
meeting × 10 + n. Body 1 has a secretariat of its own; all others share another.
"""

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from bench.history_of_travel import consulted, distributed, in_process, processes, sent_on, shared
from lisbot.council.enums import (
    Authority,
    Distributed,
    ItemKind,
    MinutesState,
    OrgKind,
    OutcomeKind,
    Post,
    ProposalState,
    PublishedOn,
    Response,
    SeatChangeState,
    Standing,
    VoteForm,
)
from lisbot.council.log.chain import digest
from lisbot.council.log.link import link_committed
from lisbot.council.models import (
    AgendaItem,
    Attendance,
    Base,
    Body,
    Case,
    Delivery,
    DistributionLine,
    FollowUp,
    Guest,
    LineConfirmation,
    LogArguments,
    LogLine,
    Meeting,
    Organisation,
    OutsideParty,
    Person,
    Posting,
    Proposal,
    Referral,
    RegisterImport,
    RollEntry,
    Seat,
    SeatChange,
    Secretariat,
    Staff,
    Term,
    Vote,
)
from lisbot.council.models import table as table_of
from lisbot.db import Database

TODAY = date(2026, 11, 2)
NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
SEATS, ITEMS, QUESTIONS = 25, 8, 2  # of a council, of a meeting, and of a meeting's items
LINES = 60  # of the log for each meeting: its ballots, and what the secretariat did
DAYS_BETWEEN = 91  # four meetings a year
# Who asks: a member of body 1, and who works at its secretariat or at the others'.
MEMBER, SECRETARY, OTHERS_SECRETARY = 101, 1, 2
COMING, PAST = 1_000, 1_001  # of body 1: the meeting to come and the newest that is over
RARE = "kveldspoliklinikk"  # stands in one item of body 1
COMMON = "turnus"  # stands in every item
SECRET_KEY = b"k" * 32
SALT, ARGS = "0" * 32, "{}"  # of every line
ARGS_DIGEST = digest(SALT, ARGS)
NOTHING_READ: dict[str, Any] = {"columns": {}, "unknown": [], "rows": [], "left_out": [], "formulas": 0, "filled": 0}
CHUNK = 20_000  # rows of one statement

Rows = dict[type[Base], list[dict[str, Any]]]


def made_up_words(seed: int, count: int) -> str:
    """Returns words of three syllables, always the same ones for a seed."""
    syllables = ["ba", "de", "fo", "gi", "hu", "kå", "læ", "mø", "ny", "pa", "ro", "se", "ti", "ve"]
    pick = random.Random(seed)
    return " ".join("".join(pick.choices(syllables, k=3)) for _ in range(count))


async def write(db: Database, rows: Rows) -> None:
    order = [table.name for table in Base.metadata.sorted_tables]
    async with db.engine.begin() as connection:
        for model, values in sorted(rows.items(), key=lambda each: order.index(table_of(each[0]).name)):
            for at in range(0, len(values), CHUNK):
                await connection.execute(insert(table_of(model)), values[at : at + CHUNK])


async def found(db: Database, bodies: Iterable[int]) -> None:
    """Write councils as they are today, each with a meeting to come: its call open, two proposals for it, its agenda
    published and a question put. Body 1 comes with what all share."""
    rows: Rows = {model: [] for model in (Secretariat, Organisation, Person, Body, Seat, Term, Staff)}
    for body in bodies:
        if body == 1:
            add_shared(rows)
        rows[Body].append(
            {
                "id": body,
                "key": f"body{body}",
                "secretariat_id": 1 if body == 1 else 2,
                "name": f"Samordningsråd {body}",
                "kind": "samordningsråd",
                "region": "Helse Sør",
                "authority": Authority.ADVISORY,
                "call_days": 42,
                "deadline_days": 21,
                "notice_days": 14,
                "minutes_days": 10,
                "meetings_per_year": 4,
                "lang": "nb",
            }
        )
        for n in range(1, SEATS + 1):
            add_seat(rows, body, n)
        rows.setdefault(SeatChange, []).append(
            {
                "id": body,
                "seat_id": body * 100 + 2,
                "rank": 0,
                "name": "Ny Leder",
                "email": "ny@hospital.example",
                "from_on": TODAY + timedelta(days=30),
                "anchored_by": "Direktøren",
                "state": SeatChangeState.REPORTED,
                "reported_by_id": body * 100 + 1,
                "reported_at": NOW,
            }
        )
        add_what_waits(rows, body)
        add_meeting(rows, body, 0)
    await write(db, rows)


def add_what_waits(rows: Rows, body: int) -> None:
    """Ask somebody whether they approved the reported change, and begin to bring in a spreadsheet."""
    asked = {"id": body, "seat_change_id": body, "person_id": body * 100 + 1, "asked_at": NOW, "reason": "", "via": ""}
    rows.setdefault(LineConfirmation, []).append(asked)
    by = {"secretariat_id": 1 if body == 1 else 2, "by_id": SECRETARY if body == 1 else OTHERS_SECRETARY}
    brought = {"id": body, "file_name": "råd.csv", "made_at": NOW, "read": NOTHING_READ, "answers": {}}
    rows.setdefault(RegisterImport, []).append(by | brought)
    guest = {"id": body, "meeting_id": body * 1_000, "name": "Gjest", "affiliation": "", "invited_at": NOW}
    rows.setdefault(Guest, []).append(guest | {"person_id": body * 100 + 1})
    line = {"body_id": body, "from_on": NOW.date() - timedelta(days=3_660), "recorded_at": NOW, "role": ""}
    of = ({"to_body_id": body}, {"organisation_id": 1}, {"person_id": body * 100 + 2}, {"to_party_id": body})
    empty = {"to_body_id": None, "organisation_id": None, "person_id": None, "to_party_id": None, "published_on": None}
    lines = [line | empty | each | {"what": Distributed.MINUTES} for each in of]
    web = line | empty | {"published_on": PublishedOn.WEB}
    lines += [web | {"what": what} for what in (Distributed.AGENDA, Distributed.SUMMARY)]
    rows.setdefault(DistributionLine, []).extend(lines)
    party = {"id": body, "secretariat_id": by["secretariat_id"], "name": f"Direktørmøtet {body}", "kind": OrgKind.RHF}
    rows.setdefault(OutsideParty, []).append(party | {"contact": "", "lang": "nb"})


def add_shared(rows: Rows) -> None:
    rows |= processes((SECRETARY, OTHERS_SECRETARY))
    rows[Secretariat] += [{"id": n, "key": f"regut{n}", "name": f"RegUt {n}", "region": "Helse Sør"} for n in (1, 2)]
    rows[Organisation] += [
        {
            "id": n,
            "key": f"org{n}",
            "name": f"Sykehus {n} HF",
            "short_name": f"S{n}",
            "kind": OrgKind.HOSPITAL,
            "region": "Helse Sør",
        }
        for n in range(1, SEATS + 1)
    ]
    for n in (SECRETARY, OTHERS_SECRETARY):
        rows[Person].append(person(n))
        rows[Staff].append(
            {
                "secretariat_id": n,
                "person_id": n,
                "post": Post.LEADER,
                "from_on": date(2016, 1, 1),
                "recorded_at": NOW,
            }
        )


def person(n: int) -> dict[str, Any]:
    return {
        "id": n,
        "key": f"person{n}",
        "name": f"Person {n}",
        "email": f"person{n}@hospital.example",
        "lang": "nb",
    }


def add_seat(rows: Rows, body: int, n: int) -> None:
    seat_id = body * 100 + n
    rows[Person].append(person(seat_id))
    rows[Seat].append(
        {
            "id": seat_id,
            "key": f"seat{seat_id}",
            "body_id": body,
            "organisation_id": n,
            "role": "Utdanningsleder",
            "standing": Standing.VOTING,
            "chairs": n == 2,
            "position": n,
        }
    )
    rows[Term].append({"seat_id": seat_id, "person_id": seat_id, "rank": 0, "from_on": TODAY, "recorded_at": NOW})
    rows[Term][-1]["from_on"] = date(2025, 1, 1)


async def lay(db: Database, bodies: Iterable[int], meetings: Iterable[int]) -> None:
    """Lay meetings behind councils, no. 1 the newest, each with its agenda, outcomes, closed votes, roll and log; and
    for each four the earlier holders of the seats."""
    meetings = list(meetings)
    for body in bodies:
        rows: Rows = {}
        for n in meetings:
            add_meeting(rows, body, n)
            if n % 13 == 0:  # three years and a quarter
                add_former_terms(rows, body, n)
        await write(db, rows)


def add_former_terms(rows: Rows, body: int, n: int) -> None:
    until = date(2025, 1, 1) - timedelta(days=DAYS_BETWEEN * (n - 13) + 1)
    rows.setdefault(Term, []).extend(
        {
            "seat_id": body * 100 + seat,
            "person_id": body * 100 + (seat + n) % SEATS + 1,
            "rank": 0,
            "from_on": until - timedelta(days=DAYS_BETWEEN * 13 - 2),
            "to_on": until,
            "recorded_at": NOW,
            "ended_at": NOW,
        }
        for seat in range(1, SEATS + 1)
    )


def add_meeting(rows: Rows, body: int, n: int) -> None:
    """Add a meeting and all that hangs on it. No. 0 is to come."""
    is_over = n > 0
    meeting = body * 1_000 + n
    held_on = TODAY - timedelta(days=DAYS_BETWEEN * n) if is_over else TODAY + timedelta(days=28)
    at = datetime.combine(held_on, time(9), UTC)
    items = [item(meeting, k, held_on.year, is_over) for k in range(1, ITEMS + 1)]
    told = ("id", "case_id", "title", "duration_minutes", "background", "wording", "links", "confidential")
    published = [
        {name: each[name] for name in told} | {"kind": "advice", "number": f"{each['id']}/{held_on.year % 100:02d}"}
        for each in items
    ]
    for each in items:
        each.setdefault("outcome", None)
    add = {
        Meeting: [
            {
                "id": meeting,
                "body_id": body,
                "held_on": held_on,
                "starts": time(9),
                "ends": time(15),
                "zone": "Europe/Oslo",
                "place": "Oslo",
                "link": "",
                "call_opens_on": held_on - timedelta(days=42),
                "call_closes_on": held_on - timedelta(days=21),
                "call_opened_at": at - timedelta(days=42),
                "call_closed_at": at - timedelta(days=21) if is_over else None,
                "notice_on": held_on - timedelta(days=14),
                "minutes_on": held_on + timedelta(days=10),
                "published_at": at - timedelta(days=42),
                "published": {
                    "items": published,
                    "held_on": held_on.isoformat(),
                    "starts": "09:00:00",
                    "ends": "15:00:00",
                    "place": "Oslo",
                    "link": "",
                },
                "minutes_state": MinutesState.APPROVED if is_over else MinutesState.NONE,
                "minutes_at": at + timedelta(days=10) if is_over else None,
            }
        ],
        Case: [
            {
                "id": each["id"],
                "body_id": body,
                "year": held_on.year,
                "number": each["id"],
                "title": each["title"],
                "confidential": False,
                "opened_at": at - timedelta(days=20),
            }
            for each in items
        ],
        AgendaItem: items,
        Proposal: [proposal(meeting, k, at, is_over) for k in (1, 2)],
        Attendance: [attendance(meeting, body * 100 + k, is_over) for k in range(1, SEATS + 1)],
        FollowUp: [
            {
                "id": each["id"],
                "item_id": each["id"],
                "organisation_id": 1,
                "organisation_name": "Sykehus 1 HF",
                "what": made_up_words(each["id"] + 3, 6),
                "due_on": held_on,
            }
            for each in items[:2]
            if is_over
        ],
        Vote: [vote(each["id"], body, at, is_over) for each in items[: QUESTIONS if is_over else 1]],
        Referral: [sent_on(items[0], body, at)] if is_over else [],
    }
    add |= consulted(meeting, body, at, is_open=not is_over)
    add |= shared(meeting, body, at)
    if is_over:
        add |= distributed(meeting, body, at)
        add |= in_process(items[0]["id"], body, at, TODAY)
    add[RollEntry] = [entry for each in add[Vote] for entry in roll(each, body, is_over)]
    add |= told_and_logged(add[RollEntry] if is_over else [], meeting, body, at)
    for model, values in add.items():
        rows.setdefault(model, []).extend(values)


def item(meeting: int, k: int, year: int, is_over: bool) -> dict[str, Any]:
    number = meeting * 10 + k
    rare = f" {RARE}" if (meeting, k) == (PAST, 1) else ""
    over = {
        "discussed": f"{COMMON.title()} {made_up_words(number, 60)}.{rare}",
        "outcome": OutcomeKind.ADVICE,
        "outcome_text": f"Rådet tilrår {made_up_words(number + 1, 20)}.",
    }
    return {
        "id": number,
        "meeting_id": meeting,
        "position": k,
        "case_id": number,
        "title": f"Fordeling av {made_up_words(number + 2, 3)}",
        "kind": ItemKind.ADVICE,
        "duration_minutes": 30,
        "background": made_up_words(number + 4, 60),
        "wording": "",
        "links": "",
        "confidential": False,
        "discussed": "",
        "outcome_text": "",
        "sides": "",
    } | (over if is_over else {})


def proposal(meeting: int, k: int, at: datetime, is_over: bool) -> dict[str, Any]:
    seat = meeting // 1_000 * 100 + k
    return {
        "id": meeting * 10 + k,
        "meeting_id": meeting,
        "sent_for_id": meeting,
        "seat_id": seat,
        "organisation_id": k,
        "by_id": seat,
        "title": "Forslag",
        "background": "",
        "kind": ItemKind.ADVICE,
        "wording": "",
        "links": "",
        "confidential": False,
        "late": False,
        "state": ProposalState.ACCEPTED if is_over else ProposalState.SENT,
        "sent_at": at,
        "changed_at": at,
        "case_id": meeting * 10 + k if is_over else None,
    }


def attendance(meeting: int, seat: int, is_over: bool) -> dict[str, Any]:
    return {
        "id": meeting * 100 + seat % 100,
        "meeting_id": meeting,
        "seat_id": seat,
        "person_id": seat,
        "response": Response.COMES if is_over else None,
        "reason": "",
        "responded_at": NOW if is_over else None,
        "present": True if is_over else None,
        "name": f"Person {seat}",
        "deputy_name": "",
        "role": "Utdanningsleder",
        "organisation_name": f"Sykehus {seat % 100} HF",
    }


def vote(item_id: int, body: int, at: datetime, is_over: bool) -> dict[str, Any]:
    counts = {"for": SEATS, "against": 0, "abstain": 0}
    result = {
        "counts": counts,
        "entitled": SEATS,
        "answered": SEATS,
        "recused": 0,
        "quorum": None,
        "majority": None,
        "verdict": "no_rule",
        "reasons": [],
    }
    return {
        "id": item_id,
        "body_id": body,
        "item_id": item_id,
        "question": f"Tilrår rådet {made_up_words(item_id, 4)}?",
        "form": VoteForm.MOTION,
        "options": ["for", "against", "abstain"],
        "secret": False,
        "live": False,
        "opened_at": min(at, NOW),
        "closed_at": at if is_over else None,
        "result": result if is_over else None,
    }


def roll(of: dict[str, Any], body: int, is_over: bool) -> Iterator[dict[str, Any]]:
    for k in range(1, SEATS + 1):
        seat = body * 100 + k
        yield {
            "id": of["id"] * 100 + k,
            "vote_id": of["id"],
            "seat_id": seat,
            "seat_name": f"Utdanningsleder, Sykehus {k} HF",
            "holder": f"Person {seat}",
            "recused": False,
            "answered": is_over,
            "changed": 0,
            "choice": "for" if is_over else None,
            "by_id": seat if is_over else None,
            "by_name": f"Person {seat}" if is_over else None,
            "at": of["closed_at"],
        }


def told_and_logged(entries: list[dict[str, Any]], meeting: int, body: int, at: datetime) -> Rows:
    """Returns a message and a posted card for each ballot, and the log's lines of a meeting, not linked yet."""
    rows: Rows = {Delivery: [], Posting: [], LogLine: [], LogArguments: []}
    for entry in entries:
        shown = {"command": "vote.show", "args": {"vote_id": entry["vote_id"]}, "person_id": entry["by_id"]}
        rows[Delivery].append(
            shown
            | {
                "id": entry["id"],
                "kind": "vote_opened",
                "facts": {"title": "Sak"},
                "drawn_for_role": False,
                "state": "sent",
                "channel": "teams",
                "attempts": 1,
                "made_at": at,
                "next_at": at,
                "sent_at": at,
            }
        )
        rows[Posting].append(
            shown
            | {
                "id": entry["id"],
                "subject": f"vote:{entry['vote_id']}",
                "platform": "teams",
                "service_url": "http://127.0.0.1/",
                "conversation_id": f"a:{entry['by_id']}",
                "message_id": f"m{entry['id']}",
            }
        )
    for n in range(LINES):
        by = body * 100 + n % SEATS + 1
        line_id = meeting * 100 + n
        is_ballot = bool(entries) and n < len(entries)
        about = f"vote:{meeting * 10 + 1 + n // SEATS}" if is_ballot else f"item:{meeting * 10 + 1 + n % ITEMS}"
        rows[LogLine].append(
            {
                "id": line_id,
                "v": 2,
                "at": at,
                "by_id": by,
                "by_name": f"Person {by}",
                "as_role": "representative",
                "via": "teams",
                "command": "vote.cast" if is_ballot else "agenda_item.edit",
                "subject": about,
                "context": f"meeting:{meeting}",
                "body_id": body,
                "args_digest": ARGS_DIGEST,
            }
        )
        rows[LogArguments].append({"line_id": line_id, "salt": SALT, "args": ARGS})
    return rows


async def link(db: Database) -> None:
    """Link the log's lines, as a running lisbot does a moment after each."""
    await link_committed(db, SECRET_KEY)


async def analyse(db: Database) -> None:
    """Have the database count its rows, as PostgreSQL does by itself after a while."""
    async with db.engine.connect() as connection:
        await connection.exec_driver_sql("ANALYZE")
        await connection.commit()
