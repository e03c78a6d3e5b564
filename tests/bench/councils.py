"""The bench's councils: fifty bodies of twenty-five seats, each with a question open to all of its seats.

`fill` makes them as they are today. `age` lays ten years behind them: meetings, cases, closed votes with
their rolls, attendances, messages long sent, and a log whose chain holds.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import insert, make_url

from bench.stock_store import Ballot, Member, Question, Store
from fakes.teams import TENANT, Person
from lisbot.council.enums import Authority, ItemKind, OrgKind, Standing, VoteForm
from lisbot.council.log.chain import COVERED, START, VERSION, compute_link, compute_seal, derive_key, digest
from lisbot.council.models import (
    Account,
    AgendaItem,
    Attendance,
    Body,
    Case,
    Meeting,
    Organisation,
    RollEntry,
    Seat,
    Secretariat,
    Term,
    Vote,
)
from lisbot.council.models import Person as PersonRow
from lisbot.db import Database

BODIES, SEATS = 50, 25
MEETINGS, QUESTIONS = 40, 2  # of one body in ten years, and of one meeting: 100,000 ballots
LINES = 1_000_000
QUESTION = "Rådet tilrår at plassene fordeles etter folketallet."
OPTIONS = ["for", "against", "abstain"]
SLACK_TEAM = "T0BENCH"
SECRET_KEY = "k" * 32  # of every server of the bench, and so of the log that is laid behind them


def slack_user(number: int) -> str:
    """The id in Slack of who holds seat no. `number`."""
    return f"U{number:08}"


def member(number: int) -> Person:
    """Who holds seat no. `number`, in any body."""
    return Person(f"Member {number}", f"member{number}@hospital.example")


def body_name(number: int) -> str:
    return f"Samordningsråd {number}"


def seat_name(number: int, seats: int) -> str:
    return f"Utdanningsleder, Sykehus {(number - 1) % seats + 1} HF"


async def fill(url: str, bodies: int = BODIES, seats: int = SEATS) -> None:
    """Write the register, meetings, and one open named question for each body. Ids start at 1, in order."""
    db = Database(url)
    at = datetime.now(UTC)
    today, everybody = at.date(), range(1, bodies * seats + 1)
    each, start = range(1, bodies + 1), date(2026, 1, 1)

    def body_of(number: int) -> int:
        return (number - 1) // seats + 1

    rows = {
        Secretariat: [{"id": 1, "key": "regut", "name": "RegUt", "region": "Helse Sør"}],
        Organisation: [
            {
                "id": n,
                "key": f"org{n}",
                "name": f"Sykehus {n} HF",
                "short_name": f"S{n}",
                "kind": OrgKind.HOSPITAL,
            }
            for n in range(1, seats + 1)
        ],
        Body: [
            {
                "id": n,
                "key": f"body{n}",
                "secretariat_id": 1,
                "name": body_name(n),
                "kind": "samordningsråd",
                "region": "Helse Sør",
                "authority": Authority.ADVISORY,
            }
            for n in each
        ],
        PersonRow: [
            {"id": n, "key": f"person{n}", "name": member(n).name, "email": member(n).email} for n in everybody
        ],
        Seat: [
            {
                "id": n,
                "key": f"seat{n}",
                "body_id": body_of(n),
                "organisation_id": (n - 1) % seats + 1,
                "role": "Utdanningsleder",
                "standing": Standing.VOTING,
                "position": n,
            }
            for n in everybody
        ],
        Term: [{"seat_id": n, "person_id": n, "from_on": start, "recorded_at": at} for n in everybody],
        Account: [
            {
                "platform": "teams",
                "tenant": TENANT,
                "external_id": member(n).object_id,
                "person_id": n,
                "linked_at": at,
            }
            for n in everybody
        ]
        + [
            {
                "platform": "slack",
                "tenant": SLACK_TEAM,
                "external_id": slack_user(n),
                "person_id": n,
                "linked_at": at,
            }
            for n in everybody
        ],
        Meeting: [
            {
                "id": n,
                "body_id": n,
                "held_on": today + timedelta(days=7),
                "starts": datetime(2026, 1, 1, 9).time(),
                "ends": datetime(2026, 1, 1, 15).time(),
                "zone": "Europe/Oslo",
            }
            for n in each
        ],
        Case: [
            {"id": n, "body_id": n, "year": today.year, "number": 1, "title": "LIS1-plasser", "opened_at": at}
            for n in each
        ],
        AgendaItem: [
            {
                "id": n,
                "meeting_id": n,
                "position": 1,
                "case_id": n,
                "title": "Fordeling av LIS1-plasser",
                "kind": ItemKind.ADVICE,
            }
            for n in each
        ],
        Attendance: [{"meeting_id": body_of(n), "seat_id": n, "person_id": n} for n in everybody],
        Vote: [
            {
                "id": n,
                "body_id": n,
                "item_id": n,
                "question": QUESTION,
                "form": VoteForm.MOTION,
                "options": OPTIONS,
                "secret": False,
                "live": False,
                "opened_at": at,
            }
            for n in each
        ],
        RollEntry: [
            {
                "vote_id": body_of(n),
                "seat_id": n,
                "seat_name": seat_name(n, seats),
                "holder": member(n).name,
            }
            for n in everybody
        ],
    }
    try:
        async with db.engine.begin() as connection:
            for table, values in rows.items():
                await connection.execute(insert(table), values)
            for table in rows if not db.is_sqlite else ():
                name = table.__tablename__
                await connection.exec_driver_sql(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"
                )
    finally:
        await db.close()


async def fill_stock(url: str, bodies: int = BODIES, seats: int = SEATS) -> None:
    """Write the same people, questions and rolls for the stock bots that store ballots, with the same ids."""
    everybody, store = range(1, bodies * seats + 1), Store(url)
    rows = {
        Member: [
            {
                "id": n,
                "name": member(n).name,
                "email": member(n).email,
                "teams_id": member(n).object_id,
                "slack_id": slack_user(n),
            }
            for n in everybody
        ],
        Question: [
            {"id": n, "council": body_name(n), "text": QUESTION, "options": OPTIONS} for n in range(1, bodies + 1)
        ],
        Ballot: [
            {"id": n, "question_id": (n - 1) // seats + 1, "member_id": n, "seat": seat_name(n, seats)}
            for n in everybody
        ],
    }
    try:
        await store.fill(rows)
    finally:
        await store.close()


# {m} meetings of each body in the past, a quarter apart; {q} questions at each.
DECADE = """
INSERT INTO meeting (body_id, held_on, ends_on, starts, ends, zone, place, link, minutes_state, minutes_at,
                     minutes_version)
SELECT b.id, current_date - 91 * n, current_date - 91 * n, '09:00', '15:00', 'Europe/Oslo', 'Oslo', '', 'approved',
       now(), 1
FROM body b, generate_series(1, {m}) n;

INSERT INTO council_case (body_id, year, number, title, confidential, opened_at)
SELECT b.id, 1990, (m.n - 1) * {q} + k, 'Sak ' || k, false, now()
FROM body b, generate_series(1, {m}) AS m(n), generate_series(1, {q}) k;

INSERT INTO agenda_item (meeting_id, position, case_id, title, kind, background, wording, links, confidential,
                         discussed, outcome, outcome_text, sides)
SELECT m.id, k, c.id, c.title, 'advice', repeat('Bakgrunn. ', 40), '', '', false,
       repeat('Drøftet. ', 40), 'advice', 'Tilrådd.', ''
FROM (SELECT id, body_id, row_number() OVER (PARTITION BY body_id ORDER BY id) n FROM meeting
      WHERE minutes_state = 'approved') m
CROSS JOIN generate_series(1, {q}) k
JOIN council_case c ON c.body_id = m.body_id AND c.year = 1990 AND c.number = (m.n - 1) * {q} + k;

INSERT INTO attendance (meeting_id, seat_id, person_id, response, reason, responded_at, present, name,
                        deputy_name, role, organisation_name, noted_by, sat_name)
SELECT m.id, t.seat_id, t.person_id, 'comes', '', now(), true, 'Navn', '', 'Utdanningsleder', 'Sykehus HF', '', ''
FROM meeting m JOIN seat s ON s.body_id = m.body_id JOIN term t ON t.seat_id = s.id AND t.to_on IS NULL
WHERE m.minutes_state = 'approved';

INSERT INTO vote (body_id, item_id, question, form, options, secret, live, opened_at, closed_at, result)
SELECT m.body_id, i.id, i.title, 'motion', '["for", "against", "abstain"]', false, false, m.held_on,
       m.held_on,
       '{{"counts": {{"for": 20, "against": 4, "abstain": 1}}, "entitled": 25, "answered": 25, "recused": 0,
          "quorum": null, "majority": null, "verdict": "no_rule", "reasons": []}}'
FROM agenda_item i JOIN meeting m ON m.id = i.meeting_id AND m.minutes_state = 'approved';

INSERT INTO roll_entry (vote_id, seat_id, seat_name, holder, recused, answered, changed, choice, by_id,
                        by_name, at, recused_reason, is_chair)
SELECT v.id, t.seat_id, 'Utdanningsleder, Sykehus HF', 'Navn', false, true, 0, 'for', t.person_id, 'Navn',
       v.opened_at, '', false
FROM vote v JOIN seat s ON s.body_id = v.body_id JOIN term t ON t.seat_id = s.id AND t.to_on IS NULL
WHERE v.closed_at IS NOT NULL;

INSERT INTO delivery (kind, facts, command, args, drawn_for_role, person_id, state, channel, attempts, made_at,
                      next_at, sent_at, audience)
SELECT 'vote_opened', '{{"title": "Sak"}}', 'vote.show', json_build_object('vote_id', e.vote_id), false, e.by_id,
       'sent', 'teams', 1, e.at, e.at, e.at, ''
FROM roll_entry e WHERE e.by_id IS NOT NULL;

INSERT INTO posting (subject, command, args, person_id, platform, service_url, conversation_id, message_id)
SELECT 'vote:' || e.vote_id, 'vote.show', json_build_object('vote_id', e.vote_id), e.by_id, 'teams',
       'http://127.0.0.1/', 'a:' || e.by_id, 'message-' || e.id
FROM roll_entry e WHERE e.by_id IS NOT NULL;

INSERT INTO term (seat_id, person_id, rank, from_on, to_on, recorded_at, ended_at)
SELECT t.seat_id, 1 + (t.person_id + 7 * n) % (SELECT max(id) FROM person), 0,
       t.from_on - 1200 * n, t.from_on - 1200 * (n - 1) - 1, now(), now()
FROM term t, generate_series(1, 3) n WHERE t.to_on IS NULL;
"""


async def age(url: str, meetings: int = MEETINGS, questions: int = QUESTIONS, lines: int = LINES) -> dict[str, int]:
    """Lay ten years behind every body. Returns how many rows of each sort there are then."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(DECADE.format(m=meetings, q=questions))
        members = await connection.fetchval("SELECT max(id) FROM person")
        await copy_log(connection, lines, members)
        await connection.execute("ANALYZE")
        return {
            name: await connection.fetchval(f"SELECT count(*) FROM {name}")
            for name in ("log_line", "roll_entry", "vote", "attendance", "delivery", "posting")
        }
    finally:
        await connection.close()


async def copy_log(connection: asyncpg.Connection, lines: int, members: int) -> None:
    """Write the log of ten years: each line linked to the one before, and its arguments."""
    columns = [*COVERED[VERSION], "id", "number", "link"]
    start = datetime.now(UTC) - timedelta(days=3650)
    step = timedelta(days=3650) / lines
    key = derive_key(SECRET_KEY.encode())
    args = '{"vote_id":1,"seat_id":null}'
    newest = START

    def salt_of(number: int) -> str:
        return f"{number:032x}"

    def chain(numbers: range) -> Iterator[tuple[Any, ...]]:
        nonlocal newest
        for number in numbers:
            by = number % members + 1
            line = {
                "v": VERSION,
                "at": start + step * number,
                "by_id": by,
                "by_name": member(by).name,
                "as_role": "representative",
                "via": "teams",
                "command": "vote.cast",
                "subject": "vote:1",
                "context": "meeting:1",
                "body_id": 1,
                "args_digest": digest(salt_of(number), args),
                "hash_v1": None,
            }
            newest = compute_link(key, newest, number, line)
            line["at"] = line["at"].replace(tzinfo=None)
            yield (*(line[name] for name in COVERED[VERSION]), number, number, newest)

    for first in range(1, lines + 1, 50_000):
        numbers = range(first, min(first + 50_000, lines + 1))
        await connection.copy_records_to_table("log_line", records=chain(numbers), columns=columns)
        records = ((number, salt_of(number), args) for number in numbers)
        await connection.copy_records_to_table("log_arguments", records=records, columns=["line_id", "salt", "args"])
    await connection.execute("SELECT setval(pg_get_serial_sequence('log_line', 'id'), $1)", lines)
    seal = compute_seal(key, lines, newest)
    head = "INSERT INTO log_head (id, last, link, seal, last_v1, hash_v1) VALUES (1, $1, $2, $3, 0, '')"
    await connection.execute(head, lines, newest, seal)
