"""What was decided in a transaction reaches people afterwards: each in their channel, in order, once."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select, update

from lisbot import commands
from lisbot.council.enums import Post
from lisbot.council.models import Account, Attempt, Body, Delivery, Person, Posting, Room, Staff, Term
from lisbot.council.register.identity import Caller
from lisbot.messaging import GoneError, TransientError
from lisbot.outbox import Outbox
from lisbot.outbox.outcomes import MAX_ATTEMPTS
from lisbot.texts import catalogue, look_up
from outbox.chat import Chat, blocked, throttled

LATER = datetime(2100, 1, 1, tzinfo=UTC)


async def test_each_gets_it_in_their_channel_and_language(cast, tell, outbox, chat, letters, rows):
    await tell("Hei", cast.astrid, cast.bjarne, cast.cecilie)
    await outbox.drain()
    assert {(to, m.words, m.lang) for to, m in chat.sent} == {
        ("astrid", "Hei på tavla 2. november 2026 kl. 09.00", "nb"),
        ("bjarne", "Hei on the board", "en"),
    }
    assert [to for to, _ in letters.sent] == ["cecilie@example.no"]
    assert {(row.state, row.channel) for row in await rows()} == {("sent", "teams"), ("sent", "mail")}


async def test_who_has_chosen_no_language_is_told_in_that_of_their_platform(runtime, cast, tell, outbox, chat):
    given = {"service_url": "https://teams.example/", "conversation_id": "astrid"}
    for lang in ("en", "nn"):
        await commands.run(runtime, "account.update_address", given, Caller("teams", "aad-astrid", "t", lang=lang))
    await tell("Hei", cast.astrid)
    await outbox.drain()
    assert [(to, message.lang) for to, message in chat.sent] == [("astrid", "nn")]


async def test_a_room_is_told_in_the_bodys_language(cast, tell, outbox, chat):
    await tell("Hei")
    await outbox.drain()
    [(to, message)] = chat.sent
    assert (to, message.lang, message.card["body"][0]["text"]) == ("kanalen", "nn", "Hei")


async def test_a_room_is_told_in_words_of_its_own(cast, tell, outbox, chat, monkeypatch):
    """A person is also told why they get it."""
    found = catalogue("nn")
    monkeypatch.setitem(found, "notification", found["notification"] | {"sign_in_room": "{sign} til alle"})
    look_up.cache_clear()
    await tell("Hei")
    await tell("Hei", cast.astrid)
    await outbox.drain()
    said = {to: message.words for to, message in chat.sent}
    assert said["kanalen"] == "Hei til alle"
    assert said["astrid"].startswith("Hei på tavla")


async def test_each_message_knows_the_page_that_shows_the_same(runtime, cast, tell, chat, letters):
    at = Outbox(replace(runtime, base_url="https://lisbot.example.no"), {"teams": chat, "mail": letters})
    await tell("Hei", cast.astrid, cast.cecilie)
    await tell("Hei alle")
    await at.drain()
    told = [message for _, message in (*letters.sent, *chat.sent)]
    assert {message.page_url for message in told} == {
        f"https://lisbot.example.no/show/body.board?body_id={cast.body_id}"
    }
    assert sorted(message.shared for message in told) == [False, False, True]


async def test_nothing_leaves_before_the_commit(runtime, cast, outbox, chat):
    async with runtime.db.sessions() as db:
        db.add(
            Delivery(
                kind="sign",
                facts={"sign": "x", "seen_at": None},
                command="body.board",
                args={"body_id": cast.body_id},
                person_id=cast.astrid,
                made_at=runtime.now(),
                next_at=runtime.now(),
            )
        )
        await db.flush()
        if not runtime.db.is_sqlite:  # whose readers wait for nobody, and writers for each other
            await outbox.drain()
        await db.rollback()
    await outbox.drain()
    assert chat.sent == []


async def test_who_has_neither_chat_nor_mail_is_unreachable_and_it_says_why(cast, tell, outbox, rows):
    await tell("Hei", cast.david, by="astrid")
    await outbox.drain()
    [row] = await rows()
    assert (row.state, row.reason) == ("unreachable", "no_chat_no_email")


async def test_with_mail_off_the_row_says_so(runtime, cast, tell, chat, rows):
    await tell("Hei", cast.cecilie)
    await Outbox(runtime, {"teams": chat}).drain()
    [row] = await rows()
    assert (row.state, row.reason) == ("unreachable", "no_chat_mail_off")


async def test_an_address_that_is_gone_is_forgotten_and_mail_takes_over(cast, tell, outbox, chat, letters, rows):
    chat.refused["astrid"] = blocked()
    await tell("Hei", cast.astrid)
    await outbox.drain()
    [row] = await rows()
    assert (row.state, row.channel, row.reason) == ("fell_back", "mail", "ConversationBlockedByUser")
    assert [to for to, _ in letters.sent] == ["astrid@example.no"]
    [account] = [a for a in await rows(Account) if a.person_id == cast.astrid]
    assert account.conversation_id is None


async def test_falling_back_survives_a_mail_server_that_is_away(runtime, cast, tell, outbox, chat, letters, rows):
    chat.refused["astrid"] = blocked()
    letters.refusals.append(TransientError("mail_server_unreachable"))
    await tell("Hei", cast.astrid)
    await outbox.drain()
    assert (await rows())[0].state == "waiting"
    runtime.now.at += timedelta(minutes=1)
    await outbox.drain()
    [row] = await rows()
    assert (row.state, row.reason) == ("fell_back", "ConversationBlockedByUser")


async def test_mail_that_chat_is_left_for_has_its_own_attempts(runtime, cast, tell, outbox, chat, letters, rows):
    """A mail server that greylists takes nothing the first time."""
    chat.refused["astrid"] = TransientError("ServiceError")
    letters.refusals.append(TransientError("mail_refused_451"))
    await tell("Hei", cast.astrid)
    for _ in range(MAX_ATTEMPTS + 1):
        await outbox.drain()
        runtime.now.at += timedelta(hours=2)
    [row] = await rows()
    assert (row.state, row.reason, row.attempts) == ("fell_back", "ServiceError", 2)
    tried = [(each.number, each.channel, each.outcome) for each in await rows(Attempt)]
    assert tried[-3:] == [(8, "teams", "failed"), (9, "mail", "later"), (10, "mail", "sent")]


async def test_what_the_platform_cannot_take_now_waits_as_long_as_it_asks(runtime, cast, tell, outbox, chat, rows):
    chat.refusals.append(throttled(40))
    await tell("Hei", cast.astrid)
    await outbox.drain()
    runtime.now.at += timedelta(seconds=39)
    await outbox.drain()
    assert chat.sent == []
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    assert chat.signs() == ["Hei"]
    assert [(row.state, row.attempts, row.reason) for row in await rows()] == [("sent", 2, None)]


async def test_later_messages_wait_their_turn_behind_one_that_is_held_up(runtime, cast, tell, outbox, chat):
    chat.refused["astrid"] = throttled(40)
    for sign in ("En", "To", "Tre"):
        await tell(sign, cast.astrid)
    await tell("Annen", cast.bjarne)
    await outbox.drain()
    assert chat.signs("astrid") == [], "nothing overtakes"
    assert chat.signs("bjarne") == ["Annen"], "and nobody else waits"
    chat.refused.clear()
    runtime.now.at += timedelta(minutes=1)
    await outbox.drain()
    assert chat.signs("astrid") == ["En", "To", "Tre"]


async def test_it_gives_up_after_eight_attempts_that_stretch_over_an_hour(runtime, cast, tell, chat, rows):
    outbox = Outbox(runtime, {"teams": chat})
    chat.refused["astrid"] = TransientError("ServiceError")
    await tell("Hei", cast.astrid)
    begun, moments = runtime.now(), []
    while (await rows())[0].state == "waiting":
        await outbox.drain()
        moments.append(runtime.now())
        runtime.now.at = (await rows())[0].next_at + timedelta(seconds=1)
    [row] = await rows()
    assert (row.state, row.reason, row.attempts) == ("failed", "ServiceError", MAX_ATTEMPTS)
    assert len(moments) == MAX_ATTEMPTS
    assert timedelta(hours=1) < moments[-1] - begun < timedelta(hours=3)


async def test_a_claim_whose_process_is_killed_before_it_tries_is_no_attempt(runtime, cast, tell, outbox, chat, rows):
    """However often that happens, the platform's next answer decides, and it is tried as often as any other."""
    await tell("Hei", cast.astrid)
    for _ in range(MAX_ATTEMPTS + 1):
        assert len(await outbox.claims.claim(8, LATER)) == 1
        async with runtime.db.write() as db:
            await db.execute(update(Delivery).values(lease_until=Delivery.made_at))
    assert [row.attempts for row in await rows()] == [0]
    chat.refusals.append(TransientError("ServiceError"))
    await outbox.drain()
    assert [(row.state, row.attempts, row.reason) for row in await rows()] == [("waiting", 1, "ServiceError")]
    runtime.now.at += timedelta(seconds=10)
    await outbox.drain()
    assert [(row.state, row.attempts) for row in await rows()] == [("sent", 2)]
    assert [each.number for each in await rows(Attempt)] == [1, 2], "as many as are kept"


async def test_who_may_no_longer_see_it_gets_nothing_and_no_traceback(runtime, cast, tell, outbox, chat, rows, caplog):
    await tell("Hei", cast.astrid)
    async with runtime.db.write() as db:
        await db.execute(update(Term).where(Term.person_id == cast.astrid).values(to_on=date(2021, 1, 1)))
    await outbox.drain()
    assert chat.sent == []
    [row] = await rows()
    assert (row.state, row.reason) == ("failed", "not_shown_403")
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_bug_in_one_message_does_not_stop_the_others(runtime, cast, tell, outbox, chat, rows):
    await tell("Hei", cast.astrid)
    async with runtime.db.write() as db:
        await db.execute(update(Delivery).values(kind="no_such_text"))
    await tell("Hei", cast.bjarne)
    await outbox.drain()
    assert chat.signs() == ["Hei"]
    assert [row.state for row in await rows()] == ["waiting", "sent"]


async def test_two_processes_send_each_message_once(runtime, cast, tell):
    class Slow(Chat):
        async def send(self, to, message):
            await asyncio.sleep(0.02)
            return await super().send(to, message)

    chats = Slow(), Slow()
    for n in range(6):
        await tell(f"{n}", cast.astrid, cast.bjarne)
    await asyncio.gather(*(Outbox(runtime, {"teams": chat}).drain() for chat in chats))
    both = chats[0].signs() + chats[1].signs()
    assert sorted(both) == sorted(2 * [f"{n}" for n in range(6)])


async def test_a_message_whose_sender_died_is_sent_when_its_lease_runs_out(runtime, cast, tell, outbox, chat):
    await tell("Hei", cast.astrid)
    assert len(await outbox.claims.claim(8, LATER)) == 1
    await outbox.drain()
    assert chat.sent == [], "somebody else has it"
    async with runtime.db.write() as db:
        await db.execute(update(Delivery).values(lease_until=Delivery.made_at))
    await outbox.drain()
    assert chat.signs() == ["Hei"]


async def test_a_posted_card_is_edited_once_for_a_burst_of_changes(runtime, cast, tell, outbox, chat):
    await tell("En")
    await outbox.drain()
    for sign in ("To", "Tre", "Fire"):
        await tell(sign, cast.bjarne)
    await outbox.drain()
    assert chat.edited == [], "more may be coming"
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    [(message_id, message)] = chat.edited
    assert (message_id, message.card["body"][0]["text"]) == ("m1", "Fire")


async def test_a_change_while_a_card_is_on_its_way_is_shown_too(runtime, cast, tell, chat):
    class Busy(Chat):
        async def send(self, to, message):
            if not self.sent:
                await tell("Nytt", cast.cecilie)
            return await super().send(to, message)

    busy = Busy()
    outbox = Outbox(runtime, {"teams": busy})
    await tell("Gammelt")
    await outbox.drain()
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    assert [m.card["body"][0]["text"] for _, m in busy.edited] == ["Nytt"]


async def test_a_change_while_a_card_is_being_edited_is_shown_too(runtime, cast, tell):
    class Busy(Chat):
        async def edit(self, to, message_id, message):
            if not self.edited:
                await tell("Tre", cast.cecilie)
            await super().edit(to, message_id, message)

    busy = Busy()
    outbox = Outbox(runtime, {"teams": busy})
    await tell("En")
    await outbox.drain()
    await tell("To", cast.cecilie)
    for _ in range(2):
        runtime.now.at += timedelta(seconds=2)
        await outbox.drain()
    assert [m.card["body"][0]["text"] for _, m in busy.edited] == ["To", "Tre"]


async def test_an_edit_that_must_wait_is_made_later(runtime, cast, tell, outbox, chat):
    await tell("En")
    await outbox.drain()
    await tell("To", cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    chat.refusals.append(throttled(20))
    await outbox.drain()
    runtime.now.at += timedelta(seconds=25)
    await outbox.drain()
    assert [m.card["body"][0]["text"] for _, m in chat.edited] == ["To"]


async def test_a_card_in_a_conversation_that_is_gone_is_forgotten(runtime, cast, tell, outbox, chat, rows):
    await tell("En")
    await outbox.drain()
    chat.refused["kanalen"] = blocked()
    await tell("To", cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    assert await rows(Posting) == []


async def test_a_card_whose_editor_died_is_edited_by_the_next(runtime, cast, tell, outbox, chat):
    await tell("En")
    await outbox.drain()
    await tell("To", cast.cecilie)
    runtime.now.at += timedelta(seconds=2)
    assert len(await outbox.claims.claim_stale(8, LATER)) == 1
    async with runtime.db.write() as db:
        await db.execute(update(Posting).values(lease_until=runtime.now() - timedelta(days=3650)))
    await outbox.drain()
    runtime.now.at += timedelta(seconds=2)
    await outbox.drain()
    assert [m.card["body"][0]["text"] for _, m in chat.edited] == ["To"]


async def test_it_works_when_woken_and_finishes_what_is_under_way_when_stopped(runtime, cast, tell):
    class Slow(Chat):
        begun = asyncio.Event()

        async def send(self, to, message):
            self.begun.set()
            await asyncio.sleep(0.2)
            return await super().send(to, message)

    slow = Slow()
    outbox = Outbox(runtime, {"teams": slow})
    working = asyncio.create_task(outbox.work())
    await asyncio.sleep(0.05)
    await tell("Hei", cast.astrid)
    outbox.wake()
    async with asyncio.timeout(5):
        await slow.begun.wait()
        outbox.stop()
        await working
    assert slow.signs() == ["Hei"]
    async with runtime.db.read() as db:
        assert await db.scalar(select(func.count()).where(Delivery.state == "sent")) == 1
        assert await db.scalar(select(func.count(Person.id))) == 4


async def test_a_room_that_is_gone_is_told_of_once_and_attempted_no_more(runtime, cast, tell, outbox, chat, rows):
    async with runtime.db.write() as db:
        body = await db.get_one(Body, cast.body_id)
        db.add(
            Staff(
                secretariat_id=body.secretariat_id,
                person_id=cast.bjarne,
                post=Post.LEADER,
                from_on=date(2020, 1, 1),
                recorded_at=datetime(2020, 1, 1, tzinfo=UTC),
            )
        )
    chat.refused["kanalen"] = GoneError("is_archived")
    await tell("ein")
    await outbox.drain()
    (room,) = await rows(Room)
    assert (room.gone_at is not None, room.gone_reason) == (True, "is_archived")
    await tell("to")
    await outbox.drain()
    told = [d for d in await rows() if d.kind == "room_gone"]
    assert [d.person_id for d in told] == [cast.bjarne]
    assert [d.room_id for d in await rows() if d.kind == "sign"] == [room.id]
