"""What several councils tell somebody the same morning comes in one message in chat, and everything else whole."""

import re
from datetime import time

import pytest
from sqlalchemy import delete, insert, update

from builders import BJORN, ELI, RAGNHILD
from lisbot import tracing
from lisbot.channels.teams import limits as teams
from lisbot.council.enums import DeliveryState, NotificationGroup
from lisbot.council.models import Account, Body, ChannelChoice, Delivery, Meeting, QuietTime
from lisbot.messaging import PermanentError
from lisbot.outbox import Outbox, attempts, worker
from outbox.chat import Chat, blocked, throttled


async def two_councils_call(scene, second_council):
    """Both councils' calls open at night, and both ask Bjørn."""
    given = {"dates": "2027-03-10", "place": "Oslo"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, **given)
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=second_council, **given | {"dates": "2027-03-12"})
    scene.at(2027, 2, 3, 22)
    for meeting in await scene.all(Meeting):
        await scene.ok(RAGNHILD, "call.open", meeting_id=meeting.id, closes_on="2027-02-19")


async def test_what_several_councils_tell_somebody_the_same_morning_comes_in_one_message(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    await outbox.drain()
    assert chat.sent == []
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    (digest,) = [message for to, message in chat.sent if to == BJORN]
    assert "fra 2 råd" in digest.words
    buttons = str(digest.card)
    assert buttons.count("call.show") >= 2
    own = await scene.all(Delivery, person_id=await scene.person(BJORN), kind="call_opened")
    assert [(each.state, each.channel) for each in own] == [(DeliveryState.SENT, "teams")] * 2
    assert len({each.message_id for each in own}) == 1
    assert len([1 for to, _ in chat.sent if to == ELI]) == 1, "who hears from one council alone gets its own card"
    assert not [each for each in await scene.all(Delivery) if each.state is DeliveryState.WAITING]


async def test_who_wants_no_digest_gets_each(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    async with scene.runtime.db.write() as db:
        own = {"quiet_from": time(20), "quiet_to": time(7), "free_days": True, "digest": False}
        db.add(QuietTime(person_id=await scene.person(BJORN), **own))
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    assert len([1 for to, _ in chat.sent if to == BJORN]) == 2


async def test_a_digest_that_does_not_come_through_is_tried_again_whole(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Body).where(Body.id == second_council).values(name="FKM"))
    scene.at(2027, 2, 4, 7)
    chat.refused[BJORN] = throttled(30)
    await outbox.drain()
    waiting = [each for each in await scene.all(Delivery) if each.state is DeliveryState.WAITING]
    assert [each.attempts for each in waiting] == [1, 1]
    chat.refused.clear()
    scene.at(2027, 2, 4, 7, 1)
    await outbox.drain()
    assert len([1 for to, _ in chat.sent if to == BJORN]) == 1


async def own_of(scene, who, *kinds):
    person_id = await scene.person(who)
    return [each for each in await scene.all(Delivery, person_id=person_id) if each.kind in (kinds or (each.kind,))]


async def test_a_mail_is_whole_and_one_kind_that_is_turned_off_takes_nothing_else_with_it(scene, chats, second_council):
    _, outbox = chats
    letters = outbox.senders["mail"]
    await two_councils_call(scene, second_council)
    bjorn, first = await scene.person(BJORN), (await scene.all(Delivery))[0]
    off = {"name": "N", "seat": "S", "body": "FKM", "from_on": "2027-02-05"}
    async with scene.runtime.db.write() as db:
        await db.execute(delete(Account).where(Account.person_id == bjorn))
        db.add(ChannelChoice(person_id=bjorn, what=NotificationGroup.REGISTER, channel="off"))
        kept = {each: getattr(first, each) for each in ("state", "made_at", "next_at", "attempts", "can_wait")}
        about = {"kind": "seat_filled", "facts": off, "command": "", "args": {}, "body_id": second_council}
        await db.execute(insert(Delivery).values(id=-1, person_id=bjorn, **kept, **about))
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    assert [message.command for to, message in letters.sent if to == BJORN] == ["call.show"] * 2
    ended = [(each.kind, each.state, each.reason) for each in await own_of(scene, BJORN)]
    assert ended == [
        ("seat_filled", DeliveryState.FAILED, "turned_off"),
        *[("call_opened", DeliveryState.SENT, None)] * 2,
    ]


async def test_what_is_chosen_for_one_kind_holds_in_the_morning_too(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    _, second = await scene.all(Meeting)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=second.id, reason="Snø")
    async with scene.runtime.db.write() as db:
        db.add(ChannelChoice(person_id=await scene.person(BJORN), what=NotificationGroup.CALL, channel="mail"))
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    assert [message.command for to, message in outbox.senders["mail"].sent if to == BJORN] == ["call.show"]
    assert [message.command for to, message in chat.sent if to == BJORN] == ["meeting.show"]


async def test_what_no_longer_concerns_somebody_is_not_among_what_they_are_told(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    first, second = await scene.all(Meeting)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=second.id, reason="Snø")
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    (digest,) = [message for to, message in chat.sent if to == BJORN]
    assert "fra 2 råd" in digest.words
    shown = re.findall(r"'verb': '(\w+.\w+)', 'args': {'meeting_id': (\d+)}", str(digest.card))
    assert set(shown) == {("call.show", str(first.id)), ("meeting.show", str(second.id))}
    said = {(each.kind, each.body_id): (each.state, each.reason) for each in await own_of(scene, BJORN)}
    assert said["call_opened", second_council] == (DeliveryState.FAILED, "not_concerned")
    assert said["meeting_cancelled", second_council] == said["call_opened", first.body_id] == ("sent", None)


async def test_a_digest_that_chat_takes_no_more_is_mailed_each_whole(scene, chats, second_council):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    chat.refused[BJORN] = blocked()
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    mailed = [message for to, message in outbox.senders["mail"].sent if to == BJORN]
    assert [message.command for message in mailed] == ["call.show"] * 2
    assert len({message.recipient.delivery_id for message in mailed}) == 2, "each answer finds its own thing"
    fell = [(each.state, each.channel, each.reason) for each in await own_of(scene, BJORN)]
    assert fell == [(DeliveryState.FELL_BACK, "mail", "ConversationBlockedByUser")] * 2
    (account,) = await scene.all(Account, external_id=BJORN)
    assert account.conversation_id is None, "and nothing is tried there again"


async def test_each_is_told_by_itself_where_chat_takes_no_digest(scene, chats, second_council, caplog):
    class Picky(Chat):
        """A platform with limits that refuses a digest, and nothing else."""

        def scopes(self, to, *, edits=False):
            return teams.scopes_of(to)

        async def send(self, to, message):
            called.append(tracing.current_id())
            if "2 råd" in message.words:
                raise PermanentError("MessageSizeTooBig")
            return await super().send(to, message)

    chat, called = Picky(), []
    await two_councils_call(scene, second_council)
    scene.at(2027, 2, 4, 7)
    await Outbox(scene.runtime, {"teams": chat, "mail": chats[1].senders["mail"]}).drain()
    assert [message.command for to, message in chat.sent if to == BJORN] == ["call.show"] * 2
    own = await own_of(scene, BJORN)
    assert [(each.state, each.channel, each.attempts) for each in own] == [(DeliveryState.SENT, "teams", 1)] * 2
    assert "bug" not in caplog.text
    assert set(called) == {each.request_id for each in await scene.all(Delivery)} and len(called) >= 3


async def test_a_digest_comes_in_parts_that_a_card_has_room_for(scene, chats, second_council, monkeypatch):
    chat, outbox = chats
    monkeypatch.setattr(attempts, "MOST_IN_ONE", 2)
    await two_councils_call(scene, second_council)
    _, second = await scene.all(Meeting)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=second.id, day="2027-03-15")
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=second.id, day="2027-03-16")
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    own = await own_of(scene, BJORN)
    assert [each.state for each in own] == [DeliveryState.SENT] * 4
    told = [str(message.card).count("Action.Execute") for to, message in chat.sent if to == BJORN]
    assert len(told) == 2, told


async def test_what_was_claimed_beside_a_batch_is_not_counted_when_the_database_drops(
    scene, chats, second_council, monkeypatch
):
    _, outbox = chats
    await two_councils_call(scene, second_council)
    scene.at(2027, 2, 4, 7)
    find_routes, calls = worker.find_routes, iter((True, False))

    async def drops(*given):
        if next(calls, True):
            return await find_routes(*given)
        raise ConnectionError

    monkeypatch.setattr(worker, "find_routes", drops)
    await outbox.drain()
    assert outbox.sending == 0, "there is room for others"


class Busy(Chat):
    """A platform that takes nothing for Bjørn the first time, and no digest where it is `picky`."""

    picky = False
    is_busy = True

    async def send(self, to, message):
        if self.picky and "2 råd" in message.words:
            raise PermanentError("MessageSizeTooBig")
        if self.is_busy and to.conversation_id == BJORN:
            self.is_busy = False
            raise throttled(30)
        return await super().send(to, message)


@pytest.mark.parametrize("picky", [False, True], ids=["in parts", "each by itself"])
async def test_what_comes_after_one_that_is_tried_again_waits_with_it(scene, chats, second_council, monkeypatch, picky):
    monkeypatch.setattr(attempts, "MOST_IN_ONE", 9 if picky else 2)
    chat = Busy()
    chat.picky = picky
    outbox = Outbox(scene.runtime, {"teams": chat, "mail": chats[1].senders["mail"]})
    await two_councils_call(scene, second_council)
    _, second = await scene.all(Meeting)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=second.id, day="2027-03-15")
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=second.id, day="2027-03-16")
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    assert [to for to, _ in chat.sent if to == BJORN] == []
    scene.at(2027, 2, 4, 7, 1)
    await outbox.drain()
    own = await own_of(scene, BJORN)
    assert own[0].attempts == 2
    assert [each.state for each in own] == [DeliveryState.SENT] * 4
    ids = [each.message_id for each in own]
    assert ids == sorted(ids, key=lambda each: int(each[1:])), "in their order"


async def test_nothing_is_told_before_one_that_could_not_be_drawn(scene, chats, second_council, monkeypatch):
    chat, outbox = chats
    await two_councils_call(scene, second_council)
    first, _ = await own_of(scene, BJORN)
    draw, away = outbox.drawing.draw, {first.id}

    async def draw_where_there_is_a_database(row, route):
        if row.id in away:
            raise ConnectionError
        return await draw(row, route)

    monkeypatch.setattr(outbox.drawing, "draw", draw_where_there_is_a_database)
    scene.at(2027, 2, 4, 7)
    await outbox.drain()
    assert [to for to, _ in chat.sent if to == BJORN] == []
    away.clear()
    scene.at(2027, 2, 4, 7, 1)
    await outbox.drain()
    assert [each.state for each in await own_of(scene, BJORN)] == [DeliveryState.SENT] * 2
