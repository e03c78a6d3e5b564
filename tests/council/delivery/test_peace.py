"""People's peace: the night, weekends and public holidays hold back what can wait, and nothing else."""

from datetime import datetime, time

import pytest

from builders import ASTRID, BJORN, ELI, OSLO, RAGNHILD
from lisbot.council.delivery.peace import DEFAULT, Quiet, release_before, released_at
from lisbot.council.models import Delivery, QuietTime
from outbox.chat import throttled


def at(month, day, hour=9, minute=0, year=2027):
    return datetime(year, month, day, hour, minute, tzinfo=OSLO)


NEVER = Quiet(None, None, free_days=False)


@pytest.mark.parametrize(
    ("quiet", "now", "released"),
    [
        (DEFAULT, at(2, 3, 12), at(2, 3, 12)),
        (DEFAULT, at(2, 3, 20), at(2, 4, 7)),
        (DEFAULT, at(2, 3, 6, 59), at(2, 3, 7)),
        (DEFAULT, at(2, 5, 21), at(2, 8, 7)),  # Friday evening
        (DEFAULT, at(2, 6, 12), at(2, 8, 7)),  # Saturday
        (DEFAULT, at(3, 24, 21), at(3, 30, 7)),  # before Easter
        (DEFAULT, at(5, 14, 21), at(5, 18, 7)),  # Whit Monday is 17 May
        (DEFAULT, at(3, 27, 23), at(3, 30, 7)),  # summer time begins on Easter Day
        (DEFAULT, at(10, 30, 23), at(11, 1, 7)),  # winter time
        (NEVER, at(2, 6, 3), at(2, 6, 3)),
        (Quiet(time(12), time(13)), at(2, 3, 12, 30), at(2, 3, 13)),
        (Quiet(None, None), at(2, 6, 3), at(2, 8, 7)),
        (Quiet(time(20), time(7), free_days=False), at(2, 6, 3), at(2, 6, 7)),
    ],
)
def test_what_can_wait_waits_for_the_end_of_the_quiet(quiet, now, released):
    assert released_at(quiet, now, OSLO) == released


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (at(2, 3, 6), at(2, 10, 12), (at(2, 3, 7), True)),
        (at(2, 3, 6), at(2, 3, 12), (at(2, 3, 7), False)),  # closes today
        (at(2, 6, 6), at(2, 7, 12), (at(2, 6, 7), False)),  # a weekend leaves no time for it: the night alone is kept
        (at(2, 3, 6), at(2, 3, 7, 30), (at(2, 3, 6), False)),
    ],
)
def test_what_has_a_deadline_is_told_in_time_for_it(now, before, told):
    assert release_before(DEFAULT, now, before, OSLO) == told


async def planned_at(scene, kind):
    return {each.next_at.astimezone(OSLO) for each in await scene.all(Delivery, kind=kind)}


async def test_a_notice_at_night_waits_for_the_morning_and_a_meeting_tomorrow_for_nobody(scene):
    await scene.on_agenda()
    scene.at(2027, 2, 5, 21)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    assert await planned_at(scene, "notice") == {at(2, 8, 7)}
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=1, day="2027-03-11")
    assert await planned_at(scene, "meeting_moved") == {at(2, 8, 7)}
    scene.at(2027, 3, 9, 21)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="Snø")
    assert await planned_at(scene, "meeting_cancelled") == {at(3, 9, 21)}


async def test_a_notice_held_over_night_is_still_sent_where_its_agenda_changes_meanwhile(scene):
    await scene.on_agenda()
    scene.at(2027, 2, 3, 21)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=1, title="Noe nytt", kind="advice")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    assert len(await scene.all(Delivery, kind="notice")) == len(await scene.all(Delivery, kind="agenda_changed")) == 4


async def test_it_is_asked_again_when_it_is_sent(scene, chats):
    chat, outbox = chats
    await scene.called()  # by day: nothing holds it back
    async with scene.runtime.db.write() as db:
        own = {"quiet_from": time(8), "quiet_to": time(15), "free_days": True, "digest": True}
        db.add(QuietTime(person_id=await scene.person(ASTRID), **own))
    await outbox.drain()
    assert {to for to, message in chat.sent if "åpnet" in message.words or "opened" in message.words} == {BJORN, ELI}
    scene.at(2027, 2, 1, 15)
    await outbox.drain()
    assert ASTRID in {to for to, _ in chat.sent}


async def test_what_was_tried_by_day_and_waits_for_the_morning_holds_up_nothing_urgent(scene, chats):
    chat, outbox = chats
    await scene.called()
    chat.refused[ASTRID] = throttled(30)
    await outbox.drain()
    chat.refused.clear()
    scene.at(2027, 2, 1, 21)
    await outbox.drain()
    (call,) = await scene.all(Delivery, kind="call_opened", person_id=await scene.person(ASTRID))
    assert (call.state, call.attempts, call.next_at.astimezone(OSLO)) == ("waiting", 0, at(2, 2, 7))
    vote_id = await scene.question("Nå?", body_id=scene.body_id, closes_on="2027-02-01", closes_at="23:30")
    await outbox.drain()
    assert [message.args for to, message in chat.sent if to == ASTRID] == [{"vote_id": vote_id}]
    scene.at(2027, 2, 2, 7)
    await outbox.drain()
    assert [message.command for to, message in chat.sent if to == ASTRID] == ["vote.show", "call.show"]


@pytest.mark.parametrize("command", ["call.extend", "call.remind"])
async def test_what_was_delayed_into_the_night_comes_before_its_deadline_and_not_after(scene, chats, command):
    chat, outbox = chats
    await scene.called()
    closing = {"meeting_id": 1, "closes_on": "2027-02-24"}
    if command == "call.remind":
        await scene.ok(RAGNHILD, "call.extend", **closing)
    await outbox.drain()
    chat.sent.clear()
    scene.at(2027, 2, 24, 19, 50)  # by day
    await scene.ok(RAGNHILD, command, **closing if command == "call.extend" else {"meeting_id": 1})
    scene.at(2027, 2, 24, 20, 30)
    await outbox.drain()
    assert ASTRID in {to for to, _ in chat.sent}, "it closes at midnight"


async def test_a_reminder_that_leaves_time_for_the_night_is_held_over_it_alone(scene, chats):
    chat, outbox = chats
    await scene.called()
    await scene.ok(RAGNHILD, "call.extend", meeting_id=1, closes_on="2027-02-27")  # a Saturday
    await outbox.drain()
    chat.sent.clear()
    scene.at(2027, 2, 26, 19, 50)
    await scene.ok(RAGNHILD, "call.remind", meeting_id=1)
    scene.at(2027, 2, 26, 20, 30)
    await outbox.drain()
    assert chat.sent == []
    scene.at(2027, 2, 27, 7)
    await outbox.drain()
    assert ASTRID in {to for to, _ in chat.sent}, "although it is a Saturday"
