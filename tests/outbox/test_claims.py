"""Claiming: the oldest waiting message of each recipient, and nothing that is somebody else's."""

import asyncio
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Executable, delete, insert, select, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import ClauseElement

import crowd
from dumps import rows
from lisbot.council.enums import AttemptOutcome, DeliveryState, MailCopies
from lisbot.council.models import Account, Attempt, Body, Delivery, Posting, Room
from lisbot.messaging import Address
from lisbot.outbox.changes import LogPosition, read_position
from lisbot.outbox.claims import CLAIM, Claims
from lisbot.outbox.records import ClaimedDelivery, EditEnding, Ending, Posted, Tried
from outbox.test_changes import write

LATER = datetime(2100, 1, 1, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
PEOPLE, ROOMS = 12, 3


@pytest.fixture
async def claims(runtime) -> Claims:
    await crowd.fill(runtime.db, PEOPLE)
    async with runtime.db.write() as db:
        await db.execute(
            insert(Room),
            [
                {
                    "id": n,
                    "body_id": 1,
                    "platform": "teams",
                    "conversation_id": f"room{n}",
                    "service_url": "",
                    "linked_by_id": 1,
                    "linked_at": crowd.NOW,
                }
                for n in range(1, ROOMS + 1)
            ],
        )
    return Claims(runtime.db, runtime.now)


def delivery(now: datetime, **more) -> dict:
    given = {"kind": "sign", "facts": {}, "command": "", "args": {}, "drawn_for_role": False}
    plain = {"state": "waiting", "attempts": 0, "made_at": now, "next_at": now, "person_id": None, "room_id": None}
    return given | plain | {"lease_until": None, "reason": None} | more


def some_deliveries(pick: random.Random, now: datetime, count: int = 150) -> list[dict]:
    """Messages in every state there is, to a few recipients each."""
    found = []
    for _ in range(count):
        person = pick.choice([*range(1, PEOPLE + 1), None, None])
        found.append(
            delivery(
                now,
                person_id=person,
                room_id=None if person else pick.randint(1, ROOMS),
                state=pick.choice(["waiting"] * 6 + ["sent", "failed"]),
                reason="why",
                next_at=now + timedelta(minutes=pick.choice([-9, -5, -5, -1, 0, 1])),
                attempts=pick.choice([0, 0, 1]),
                lease_until=pick.choice([None] * 6 + [PAST, LATER]),
            )
        )
    return found


def claim_plainly(waiting: list[Delivery], now: datetime, limit: int) -> list[int]:
    """What a claim takes, by reading every row there is: the first of each recipient that is due or was tried, if it
    is due and free."""
    first: dict[tuple, Delivery] = {}
    for row in sorted(waiting, key=lambda row: row.id):
        if row.state is DeliveryState.WAITING and (row.attempts > 0 or row.next_at <= now):
            first.setdefault((row.person_id, row.room_id), row)
    due = [
        row
        for row in first.values()
        if row.next_at <= now and (row.lease_until is None or row.lease_until < datetime.now(UTC))
    ]
    return sorted(row.id for row in sorted(due, key=lambda row: (row.next_at, row.id))[:limit])


@pytest.mark.parametrize("seed", range(6))
async def test_a_claim_takes_what_a_plain_reading_of_all_rows_takes(runtime, claims, seed):
    pick, taken = random.Random(seed), []
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), some_deliveries(pick, runtime.now()))
    for limit in (3, 100, 100):
        expected = claim_plainly(await rows(runtime.db, Delivery), runtime.now(), limit)
        found = [claimed.id for claimed in await claims.claim(limit, LATER)]
        assert found == expected
        taken += found
    assert len(taken) > 5, "there was something to take"
    assert len(taken) == len(set(taken)), "and it is taken once"


@pytest.mark.parametrize(
    ("between", "taken"),
    [
        ({"can_wait": True}, [2, 3]),
        ({"can_wait": False}, []),
        ({"can_wait": True, "attempts": 1, "next_at": LATER}, []),
        ({"can_wait": True, "lease_until": LATER - timedelta(days=1)}, []),
        ({"can_wait": True, "next_at": LATER}, [3]),
    ],
    ids=["told with it", "told by itself", "tried again later", "waits for its turn", "planned for a day to come"],
)
async def test_what_is_told_together_overtakes_nothing(runtime, claims, between, taken):
    now = runtime.now()
    given = [delivery(now, id=1, person_id=1, body_id=1, can_wait=True)]
    given.append(delivery(now, id=2, person_id=1, body_id=None) | between)
    given.append(delivery(now, id=3, person_id=1, body_id=2, can_wait=True))
    async with runtime.db.write() as db:
        second = {each.name: getattr(await db.get_one(Body, 1), each.name) for each in Body.__table__.columns}
        await db.execute(insert(Body), [second | {"id": 2, "key": "second"}])
        for each in given:
            await db.execute(insert(Delivery), [each])
    assert [each.id for each in await claims.claim(9, LATER)] == [1]
    assert [each.id for each in await claims.claim_together({1}, LATER)] == taken


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # on SQLite one writes at a time
@pytest.mark.postgres
async def test_what_another_process_has_locked_is_passed_over(runtime, claims):
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), [delivery(runtime.now(), person_id=n) for n in (1, 1, 2)])
    async with runtime.db.sessions() as db:
        await db.execute(select(Delivery.id).where(Delivery.id == 1).with_for_update())
        assert [claimed.id for claimed in await claims.claim(9, LATER)] == [3]
    assert [claimed.id for claimed in await claims.claim(9, LATER)] == [1]


class explain(Executable, ClauseElement):
    """How the database means to run a statement."""

    inherit_cache = False
    _inline = True

    def __init__(self, statement) -> None:
        self.statement = statement


@compiles(explain)
def compile_explain(element: explain, compiler, **given) -> str:
    words = "EXPLAIN" if compiler.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return f"{words} {compiler.process(element.statement, **given)}"


async def test_claiming_reads_by_its_indexes_however_many_wait(runtime, claims):
    now = runtime.now()
    async with runtime.db.write() as db:
        for state in ("sent", "waiting"):
            given = [delivery(now, person_id=1 + n % PEOPLE, state=state) for n in range(10_000)]
            await db.execute(insert(Delivery), given)
    async with runtime.db.write() as db:
        await db.execute(text("ANALYZE"))
    async with runtime.db.read() as db:
        values = {**claims.times(), "limit": 100, "until": LATER}
        plan = "\n".join(str(row[-1]) for row in await db.execute(explain(CLAIM), values))
    assert "ix_delivery_due" in plan, plan
    assert "ix_delivery_waiting_person" in plan, plan
    # Which row to write is looked up by its id, or in so small a table by reading it.
    assert not re.search(r"Seq Scan on delivery (delivery_1|older)|SCAN (delivery|older)(?! USING)", plan), plan


async def test_a_batch_ends_as_its_messages_ended(runtime, claims):
    """Each in its own state, with where it was posted and which address is gone."""
    async with runtime.db.write() as db:
        given = [delivery(runtime.now(), person_id=n, command="vote.show", args={"vote_id": 7}) for n in range(1, 6)]
        await db.execute(insert(Delivery), given)
    claimed = {each.person_id: each for each in await claims.claim(9, LATER)}
    there = {n: Address("teams", "t", "https://teams.example/", f"c{n}") for n in claimed}
    endings = {
        1: Ending(DeliveryState.SENT, channel="teams", posted=Posted(there[1], "m1")),
        2: Ending(DeliveryState.SENT, channel="teams", posted=Posted(there[2], "m2")),
        3: Ending(DeliveryState.FELL_BACK, "blocked", "mail", gone=there[3]),
        4: Ending(DeliveryState.WAITING, "throttled", wait=timedelta(minutes=2)),
        5: Ending(DeliveryState.WAITING, is_released=True),
    }
    position = await position_of(runtime.db)
    about = await claims.end([(claimed[n], ending) for n, ending in endings.items()], position, LATER)
    assert about == {("vote:7", None)}
    assert [(row.state, row.reason, row.channel, row.attempts) for row in await rows(runtime.db, Delivery)] == [
        ("sent", None, "teams", 1),
        ("sent", None, "teams", 1),
        ("fell_back", "blocked", "mail", 1),
        ("waiting", "throttled", None, 1),
        ("waiting", None, None, 0),
    ]
    waiting = [row for row in await rows(runtime.db, Delivery) if row.state == "waiting"]
    assert [row.next_at - runtime.now() for row in waiting] == [timedelta(minutes=2), timedelta()]
    assert not [row for row in await rows(runtime.db, Delivery) if row.lease_until]
    assert [(row.subject, row.person_id, row.message_id) for row in await rows(runtime.db, Posting)] == [
        ("vote:7", 1, "m1"),
        ("vote:7", 2, "m2"),
    ]
    assert [row.person_id for row in await rows(runtime.db, Account) if row.conversation_id is None] == [3]


@pytest.mark.parametrize("seed", range(3))
async def test_postings_are_written_as_a_row_for_each_would_be(runtime, claims, seed):
    """For messages to people and rooms, about things and about nothing, some posted where a card is already, some
    changed meanwhile, some in words and signs that a statement might trip over."""
    pick = random.Random(seed)
    subjects = [("vote.show", {"vote_id": 7}), ("meeting.show", {"meeting_id": 3, "page": None}), ("menu.show", {})]
    given = []
    for n in range(60):
        command, args = pick.choice(subjects)
        person = pick.choice([*range(1, PEOPLE + 1), None])
        room = None if person else pick.randint(1, ROOMS)
        body = pick.choice([1, 2, None])
        about = {"command": command, "args": args, "body_id": None if body == 2 else body, "kind": f"n{n}"}
        given.append(delivery(runtime.now(), person_id=person, room_id=room, **about))
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), given)
    position = await position_of(runtime.db)
    async with runtime.db.write() as db:
        await write(db, "vote:7", body_id=None)
    expected: dict[tuple, tuple] = {}
    for _ in range(60):
        batch = await claims.claim(100, LATER)
        ended = []
        for claimed in batch:
            message_id = pick.choice(["m'1", 'm"2', "m:3", "мø\\n", "", f"m{claimed.id}"])
            to = Address("teams", "t", "https://teams.example/?a='b'", f"19:{pick.randint(1, 5)}@thread.v2;messageid=1")
            ended.append((claimed, Ending(DeliveryState.SENT, channel="teams", posted=Posted(to, message_id))))
            subject = {"vote.show": "vote:7", "meeting.show": "meeting:3"}.get(claimed.command)
            if subject and message_id:
                is_stale = subject == "vote:7" or claimed.body_id is None
                stale_at = runtime.now() if is_stale else None
                recipient = (claimed.person_id, claimed.room_id)
                row = (subject, claimed.command, claimed.args, *recipient, to.service_url, stale_at)
                expected.setdefault((to.conversation_id, message_id), row)
        await claims.end(ended, position, LATER)
        if not batch:
            break
    found = {
        (row.conversation_id, row.message_id): (
            row.subject,
            row.command,
            row.args,
            row.person_id,
            row.room_id,
            row.service_url,
            row.stale_at,
        )
        for row in await rows(runtime.db, Posting)
    }
    assert len(found) > 12
    assert found == expected


async def test_what_somebody_else_has_claimed_since_is_not_put_back(runtime, claims):
    """A process that was stopped for longer than its lease comes back while another sends the message."""
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), [delivery(runtime.now(), person_id=1)])
    soon = datetime.now(UTC) - timedelta(seconds=1)
    [slow] = await claims.claim(9, soon)
    [quick] = await claims.claim(9, LATER)
    position = await position_of(runtime.db)
    await claims.end([(slow, Ending(DeliveryState.WAITING, "throttled"))], position, soon)
    [row] = await rows(runtime.db, Delivery)
    assert (row.lease_until, row.reason) == (LATER, None)
    await claims.end([(quick, Ending(DeliveryState.SENT, channel="teams"))], position, LATER)
    await claims.end([(slow, Ending(DeliveryState.FAILED, "gone"))], position, soon)
    [row] = await rows(runtime.db, Delivery)
    assert (row.state, row.reason) == ("sent", None), "what has ended stays as it ended"


async def test_what_two_have_sent_is_copied_once(runtime, claims):
    """Its lease ran out while the platform took it, and somebody else sent it too: their copy by mail is not two."""
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), [delivery(runtime.now(), person_id=1)])
    soon = datetime.now(UTC) - timedelta(seconds=1)
    [slow], [quick] = await claims.claim(9, soon), await claims.claim(9, LATER)
    sent = Ending(DeliveryState.SENT, channel="teams", copies=MailCopies.ALL)
    for claimed, lease in ((quick, LATER), (slow, soon)):
        await claims.end([(claimed, sent)], await position_of(runtime.db), lease)
    assert [row.kind for row in await rows(runtime.db, Delivery)] == ["sign", "mail_copy"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # on SQLite one writes at a time
@pytest.mark.postgres
async def test_each_try_is_kept_where_two_end_one_message_at_a_time(runtime, claims):
    """What was sent twice says so."""
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), [delivery(runtime.now(), person_id=1)])
    soon = datetime.now(UTC) - timedelta(seconds=1)
    [slow], [quick] = await claims.claim(9, soon), await claims.claim(9, LATER)
    position = await position_of(runtime.db)

    def end(claimed: ClaimedDelivery, message_id: str) -> asyncio.Task:
        tried = (Tried("", AttemptOutcome.FAILED, "room"), Tried("teams", AttemptOutcome.SENT, message_id=message_id))
        ending = Ending(DeliveryState.SENT, channel="teams", tries=tried)
        return asyncio.create_task(claims.end([(claimed, ending)], position, LATER))

    async with runtime.db.sessions() as db:
        await db.execute(select(Delivery.id).with_for_update())
        ending = [end(quick, "m1"), end(slow, "m2")]
        await asyncio.wait(ending, timeout=0.5)  # both wait for the row
        await db.rollback()
    await asyncio.gather(*ending)
    kept = await rows(runtime.db, Attempt)
    assert sorted(each.number for each in kept) == [1, 2, 3, 4]
    assert sorted(each.message_id for each in kept if each.message_id) == ["m1", "m2"]


async def test_the_queue_alarms_nobody_of_what_nobody_misses(runtime, claims):
    """Neither what is planned for a day to come waits, nor did what concerns nobody any more fail to reach them."""
    now = runtime.now()
    given = [
        delivery(now, person_id=1),
        delivery(now, person_id=2, next_at=now + timedelta(days=30)),
        delivery(now, person_id=3, next_at=now + timedelta(minutes=5), attempts=1),
        delivery(now, person_id=4, state="failed", reason="not_concerned"),
        delivery(now, person_id=5, state="failed", reason="not_shown_403"),
        delivery(now, person_id=6, state="failed", reason="ServiceError"),
        delivery(now, person_id=7, state="unreachable", reason="no_chat_no_email"),
    ]
    async with runtime.db.write() as db:
        await db.execute(insert(Delivery), given)
    queue = await claims.read_queue()
    assert (queue.waiting, queue.lost) == (2, 2)


async def test_a_room_that_is_removed_while_it_is_told_takes_nothing_with_it(runtime, claims):
    """Its message is gone, and the batch's other messages end all the same."""
    async with runtime.db.write() as db:
        about = {"command": "vote.show", "args": {"vote_id": 7}}
        await db.execute(
            insert(Delivery),
            [delivery(runtime.now(), room_id=1, **about), delivery(runtime.now(), person_id=1, **about)],
        )
    batch = await claims.claim(9, LATER)
    async with runtime.db.write() as db:
        await db.execute(delete(Delivery).where(Delivery.room_id == 1))
        await db.execute(delete(Room).where(Room.id == 1))
    there = Address("teams", "t", "https://teams.example/", "somewhere")
    ended = [
        (claimed, Ending(DeliveryState.SENT, channel="teams", posted=Posted(there, f"m{claimed.id}")))
        for claimed in batch
    ]
    await claims.end(ended, await position_of(runtime.db), LATER)
    assert [row.state for row in await rows(runtime.db, Delivery)] == ["sent"]
    assert [row.person_id for row in await rows(runtime.db, Posting)] == [1]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # on SQLite one writes at a time
@pytest.mark.postgres
async def test_an_edit_is_written_down_later_where_a_command_holds_the_card(runtime, claims):
    """A command marks all cards about its subject in one statement: we wait for none of them with another in hand."""
    async with runtime.db.write() as db:
        given = [
            {
                "id": n,
                "subject": "vote:7",
                "command": "vote.show",
                "args": {},
                "person_id": n,
                "platform": "teams",
                "service_url": "",
                "conversation_id": f"c{n}",
                "message_id": "m",
                "stale_at": PAST,
            }
            for n in (1, 2)
        ]
        await db.execute(insert(Posting), given)
    assert len(await claims.claim_stale(9, LATER)) == 2
    async with runtime.db.sessions() as db:
        await db.execute(select(Posting.id).where(Posting.id == 1).with_for_update())
        assert await claims.end_edits({1: EditEnding("edited"), 2: EditEnding("gone")}) == {2}
    assert await claims.end_edits({1: EditEnding("later", wait=timedelta(minutes=1))}) == {1}
    [row] = await rows(runtime.db, Posting)
    assert (row.id, row.lease_until, row.stale_at) == (1, None, runtime.now() + timedelta(minutes=1))


async def position_of(db) -> LogPosition:
    async with db.read() as session:
        return await read_position(session)
