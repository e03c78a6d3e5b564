"""What reaches many people costs the database as many statements as what reaches few."""

import asyncio

import pytest
from sqlalchemy import func, select

import crowd
import statements
from lisbot.council.models import Attendance, Delivery, Posting
from lisbot.outbox import Outbox, worker
from outbox.chat import Chat

# The transaction that sends a notice, and the one that sends it again, by database.
# At most 25 on PostgreSQL; on SQLite the log is linked in the same transaction, which takes four more.
NOTICE = {"sqlite": (28, 27), "postgresql": (24, 23)}
# The cards of a crowd: members in each language, and the chair's.
DRAWN = ("nb", "nn", "en", "nb to the chair")
# Looking, claiming, finding where everybody is reached, whom it concerns still,
# drawing those cards, and ending the batch.
BATCH = {"sqlite": 24, "postgresql": 21}


async def count(runtime, model) -> int:
    async with runtime.db.read() as db:
        return await db.scalar(select(func.count()).select_from(model))


async def council_with_meeting(runtime, people: int, readers: int = 0):
    runtime.now.at = crowd.NOW
    secretary = await crowd.fill(runtime.db, people, readers)
    [meeting_id] = await crowd.plan_meetings(runtime, secretary)
    return secretary, meeting_id


@pytest.mark.parametrize("people", [10, 100, 1000])
async def test_a_notice_is_as_many_statements_however_many_it_goes_to(runtime, people):
    secretary, meeting_id = await council_with_meeting(runtime, people, readers=people // 10)
    with statements.sent_to(runtime.db) as first:
        await crowd.done(runtime, secretary, "notice.send", meeting_id=meeting_id, confirm=True)
    given = {"meeting_id": meeting_id, "title": "Noe nytt", "kind": "advice"}
    await crowd.done(runtime, secretary, "agenda_item.add", **given)
    with statements.sent_to(runtime.db) as again:
        await crowd.done(runtime, secretary, "notice.send", meeting_id=meeting_id, confirm=True)
    assert await count(runtime, Delivery) == 2 * people
    assert await count(runtime, Attendance) == people - people // 10
    assert (len(first), len(again)) == NOTICE[runtime.db.engine.dialect.name], "\n".join(first)


@pytest.mark.parametrize("people", [10, 100])
async def test_a_batch_is_as_many_statements_however_many_are_in_it(runtime, people, monkeypatch):
    monkeypatch.setattr(worker, "END_SOON", 60)  # however long it takes here
    monkeypatch.setattr(worker, "END_LATER", 60)
    secretary, meeting_id = await council_with_meeting(runtime, people)
    await crowd.done(runtime, secretary, "notice.send", meeting_id=meeting_id)
    chat = Chat()
    outbox = Outbox(runtime, {"teams": chat})
    with statements.sent_to(runtime.db) as seen:
        assert await outbox.take_up() == people
        await asyncio.wait(outbox.under_way)
    assert len(chat.sent) == await count(runtime, Posting) == people
    assert len({id(message) for _, message in chat.sent}) == len(DRAWN)
    draws = [statement for statement in seen if "FROM meeting LEFT OUTER JOIN body" in statement]
    assert len(draws) == len(DRAWN), "one card for each role and language"
    assert len(seen) == BATCH[runtime.db.engine.dialect.name], "\n".join(seen)
