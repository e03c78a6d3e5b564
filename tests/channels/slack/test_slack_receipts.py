"""What changes something is done once, however often it is sent: its receipt is in its own transaction.

Slack's signature is good for five minutes. Until then whoever got hold of a request, or Slack itself, may send it
again.
"""

import pytest

from channels.slack.helpers import ASTRID, RAGNHILD, press_command, put_card, reply, settle, with_button
from dumps import rows, written
from fakes.slack_ui import shown
from lisbot.council.models import Receipt, RollEntry, Room
from lisbot.texts import text


@pytest.fixture
def sent(real):
    """What is sent to lisbot, to be sent again."""
    found = []
    send = real.transport.send

    async def recorded(kind, payload, retry=None):
        found.append((kind, payload))
        return await send(kind, payload, retry)

    real.transport.send = recorded
    return found


async def open_vote(slack, person, scene):
    """A question that somebody has before them, opened by the button among their own things, and its id."""
    vote_id = await scene.asked()
    await slack.say(person, "min side")
    await settle(slack)
    on = slack.fake.messages_to(person)[-1]
    await press_command(slack, person, on, "vote.show", vote_id=vote_id)
    return on, vote_id


async def choices(runtime):
    return [entry.choice for entry in await rows(runtime.db, RollEntry) if entry.choice]


async def test_an_old_ballot_that_is_sent_again_stays_under_the_newer_one(real, scene, runtime, sent):
    on, _ = await open_vote(real, ASTRID, scene)
    await press_command(real, ASTRID, on, "vote.cast", choice="for")
    old = sent[-1]
    await press_command(real, ASTRID, on, "vote.cast", choice="against")
    before, card = await written(runtime.db), shown(on)
    heard = await real.transport.send(*old)
    await settle(real)
    assert heard.status == 200
    assert await choices(runtime) == ["against"]
    assert await written(runtime.db) == before
    assert shown(on) == card, "nothing is shown of it either"


async def test_the_same_button_pressed_again_is_another_deed(real, scene, runtime):
    on, _ = await open_vote(real, ASTRID, scene)
    for choice in ("for", "against", "for"):
        await press_command(real, ASTRID, on, "vote.cast", choice=choice)
        assert await choices(runtime) == [choice]
    assert len(await rows(runtime.db, Receipt)) >= 3


async def test_what_was_refused_left_no_receipt(real, scene, runtime, sent):
    """It may be sent again, and is then judged anew."""
    on, vote_id = await open_vote(real, ASTRID, scene)
    await scene.ok(RAGNHILD.email, "vote.close", vote_id=vote_id)
    receipts = await rows(runtime.db, Receipt)
    await press_command(real, ASTRID, on, "vote.cast", choice="for")
    assert await choices(runtime) == []
    assert len(await rows(runtime.db, Receipt)) == len(receipts)
    await real.transport.send(*sent[-1])
    await settle(real)
    assert len(await rows(runtime.db, Receipt)) == len(receipts)


async def test_a_slash_command_that_is_sent_again_is_done_once(real, scene, runtime, fake, sent):
    room = fake.channel("samrad", RAGNHILD, ASTRID)
    await real.slash(RAGNHILD, "koble samrad", room)
    linked = sent[-1]
    await real.slash(RAGNHILD, "koble fra", room)
    await settle(real)
    said = len(fake.messages_in(room))
    heard = await real.transport.send(*linked)
    await settle(real)
    assert (heard.status, heard.words) == (200, "")
    assert await rows(runtime.db, Room) == []
    assert len(fake.messages_in(room)) == said


async def test_a_mention_that_changes_something_is_done_once_though_slack_sends_it_again(real, scene, runtime, fake):
    room = fake.channel("samrad", RAGNHILD, ASTRID)
    await real.say(RAGNHILD, "koble samrad", room)
    linked = real.last
    await real.say(RAGNHILD, "koble fra", room)
    await settle(real)
    said = len(fake.messages_in(room))
    for number in (1, 2):
        assert (await real.retry(number, last=linked)).status == 200
    await settle(real)
    assert await rows(runtime.db, Room) == []
    assert len(fake.messages_in(room)) == said


async def test_what_only_looks_takes_no_receipt_and_may_be_sent_again(real, scene, runtime, fake, sent):
    await real.slash(ASTRID, "min side")
    await settle(real)
    assert await rows(runtime.db, Receipt) == []
    heard = await real.transport.send(*sent[-1])
    assert heard.status == 200 and heard.words


async def test_a_press_without_a_trigger_is_done_all_the_same(recorded, run):
    """Slack gives every press one; lisbot does not rely on it."""
    run.replies["vote.cast"] = reply("Du har stemt")
    on = put_card(recorded, with_button("vote.cast", vote_id=7))
    send = recorded.transport.send

    async def without(kind, payload, retry=None):
        return await send(kind, {name: value for name, value in payload.items() if name != "trigger_id"}, retry)

    recorded.transport.send = without
    await press_command(recorded, ASTRID, on, "vote.cast", vote_id=7)
    assert set(run.receipts) == {None}
    assert shown(on) == "Du har stemt"


async def test_a_repeat_is_no_refusal_to_anybody(real, scene, fake, sent):
    """Nobody is told «that is done already» of what they did not do."""
    on, _ = await open_vote(real, ASTRID, scene)
    await press_command(real, ASTRID, on, "vote.cast", choice="for")
    messages = len(fake.messages_to(ASTRID))
    await real.transport.send(*sent[-1])
    await settle(real)
    assert len(fake.messages_to(ASTRID)) == messages
    assert text("nn", "error.already_done") not in shown(on)
