"""What a platform refuses for good is remembered: nothing is tried there until somebody speaks or it is installed."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from lisbot import commands
from lisbot.council.models import Account, Attempt
from lisbot.council.register.identity import Caller
from lisbot.messaging import GoneError, TransientError
from lisbot.outbox.outcomes import MAX_ATTEMPTS


@pytest.fixture
def speak(runtime, cast):
    async def as_astrid(**more) -> None:
        given = {"service_url": "https://teams.example/", "conversation_id": "astrid"} | more
        caller = Caller("teams", "aad-astrid", "t")
        assert (await commands.run(runtime, "account.update_address", given, caller)).is_done

    return as_astrid


async def test_nothing_is_tried_in_a_lost_chat_until_the_person_speaks(cast, tell, outbox, chat, letters, rows, speak):
    chat.refused["astrid"] = GoneError("BotDisabledByAdmin")
    await tell("En", cast.astrid)
    await outbox.drain()
    [account] = [each for each in await rows(Account) if each.person_id == cast.astrid]
    assert (account.lost_reason, account.lost_at is not None) == ("BotDisabledByAdmin", True)
    del chat.refused["astrid"]
    await tell("To", cast.astrid)
    await outbox.drain()
    assert chat.signs() == [], "it would be taken now, and is not tried"
    assert [row.state for row in await rows()] == ["fell_back", "fell_back"]
    assert [row.reason for row in await rows()] == ["BotDisabledByAdmin"] * 2, "and it says why"
    await speak()
    await tell("Tre", cast.astrid)
    await outbox.drain()
    assert chat.signs() == ["Tre"]
    assert len(letters.sent) == 2
    tried = [(each.delivery_id, each.number, each.channel, each.outcome) for each in await rows(Attempt)]
    assert tried == [(1, 1, "teams", "gone"), (1, 2, "mail", "sent"), (2, 1, "mail", "sent"), (3, 1, "teams", "sent")]


async def test_a_rooms_roster_is_not_asked_for_somebody_who_is_lost(cast, tell, outbox, chat, monkeypatch, rows):
    asked = []

    async def find_person(room, email):
        asked.append(email)

    monkeypatch.setattr(chat, "find_person", find_person, raising=False)
    chat.refused["astrid"] = GoneError("ConversationBlockedByUser")
    for sign in ("En", "To"):
        await tell(sign, cast.astrid, by="bjarne")
        await outbox.drain()
    assert asked == []
    await tell("Tre", cast.cecilie)
    await outbox.drain()
    assert asked == ["cecilie@example.no"], "somebody who was never met is looked for"


async def test_what_chat_put_off_till_it_was_lost_has_all_of_mails_attempts(
    runtime, cast, tell, outbox, chat, letters, rows, clock
):
    """A mail server that refuses a sender's first attempt takes the next (RFC 6647, greylisting)."""
    chat.refused["astrid"] = TransientError("Throttled")
    letters.refusals.append(TransientError("450"))
    await tell("En", cast.astrid)
    for _ in range(MAX_ATTEMPTS - 1):
        await outbox.drain()
        clock.at += timedelta(hours=2)
    lost = {"lost_at": clock.at, "lost_reason": "BotDisabledByAdmin"}
    async with runtime.db.write() as db:
        await db.execute(update(Account).where(Account.person_id == cast.astrid).values(**lost))
    await outbox.drain()
    assert [(row.state, row.channel, row.attempts) for row in await rows()] == [("waiting", "mail", 1)]
    clock.at += timedelta(hours=2)
    await outbox.drain()
    assert [(row.state, row.reason) for row in await rows()] == [("fell_back", "BotDisabledByAdmin")]
    assert len(letters.sent) == 1


async def test_the_account_somebody_was_seen_on_last_is_written_to(runtime, cast, tell, outbox, chat, clock, speak):
    async with runtime.db.write() as db:
        newer = {"tenant": "u", "external_id": "other", "service_url": "https://teams.example/"}
        db.add(Account(platform="teams", person_id=cast.astrid, conversation_id="newer", linked_at=clock.at, **newer))
    await tell("En", cast.astrid)
    await outbox.drain()
    assert [to for to, _ in chat.sent] == ["newer"], "what was linked last, where nobody has spoken"
    await speak(from_roster=True)
    await tell("To", cast.astrid)
    await outbox.drain()
    clock.at += timedelta(minutes=1)
    await speak()
    await tell("Tre", cast.astrid)
    await outbox.drain()
    assert [to for to, _ in chat.sent] == ["newer", "newer", "astrid"], "a roster is nobody speaking"
    async with runtime.db.read() as db:
        kept = dict((await db.execute(select(Account.tenant, Account.conversation_id).order_by(Account.id))).all())
    assert kept["u"] == "newer", "what is said in one tenant changes nothing in another"
