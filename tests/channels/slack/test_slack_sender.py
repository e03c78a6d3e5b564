"""What lisbot sends and edits of its own accord: no faster than Slack takes it, and never cut in silence."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import text as text_of

import builders
from channels.slack.helpers import ASTRID, BJORN, RAGNHILD, card, settle
from dumps import rows
from fakes.slack_ui import shown
from lisbot.channels.slack.message_cache import MessageCache
from lisbot.channels.slack.sender import SlackSender
from lisbot.council.models import Account, Delivery, Posting
from lisbot.messaging import Address, GoneError, Message, PermanentError, SendError, TransientError
from lisbot.outbox import Outbox
from lisbot.outbox.attempts import Postponed
from lisbot.outbox.budgets import OwnStore, Turns
from lisbot.texts import text

LONG = {
    "type": "AdaptiveCard",
    "lang": "nb",
    "body": [{"type": "TextBlock", "text": f"Sak {n}: " + "ord " * 40} for n in range(40)],
}


def to(where):
    return Address("slack", where.team, where.team, where.id)


def message(shown, **more):
    return Message("Til deg.", shown, "nb", **more)


def left_of(words):
    """The line that says how much more there is, of the number that stands in the last line."""
    count = "".join(filter(str.isdecimal, words.splitlines()[-1]))
    return text("nb", "blocks.more_lines", count=int(count))


class Clock:
    def __init__(self):
        self.at = 0.0

    def __call__(self):
        return self.at


@pytest.fixture
def direct(fake):
    return fake.direct(fake.has(ASTRID))


@pytest.fixture
def sender(recorded):
    return recorded.channel.sender


def another_sender(slack, clock):
    """The sender of another process, whose clock a test moves."""
    return SlackSender(slack.channel.api, slack.channel.sender.people, MessageCache(clock))


# Limits (trap 20, S-ref)


async def test_an_edit_takes_less_text_than_a_message_and_says_so(sender, fake, direct):
    ts = await sender.send(to(direct), message(card("Kort")))
    await sender.edit(to(direct), ts, message(LONG))
    (hanging,) = fake.messages_to(ASTRID)
    assert len(hanging.text) <= 4000
    assert "Sak 1:" in hanging.text
    assert hanging.text.splitlines()[-1] == left_of(hanging.text)
    assert "Sak 39" in shown(hanging), "the blocks still say all of it"


async def test_a_message_takes_forty_thousand_characters_and_says_what_is_left(sender, fake, direct):
    long = {**LONG, "body": LONG["body"] * 8}
    await sender.send(to(direct), message(long, command="agenda.show", args={"meeting_id": 1}))
    (sent,) = fake.messages_to(ASTRID)
    assert 4000 < len(sent.text) <= 40_000
    assert sent.text.splitlines()[-1] == left_of(sent.text)


async def test_twelve_facts_are_no_more_fields_than_slack_takes(sender, fake, direct):
    """Trap 36: a title and a value as a field each would be twenty-four."""
    facts = [{"title": f"Navn {n}", "value": f"Verdi {n}"} for n in range(12)]
    await sender.send(to(direct), message({"type": "AdaptiveCard", "body": [{"type": "FactSet", "facts": facts}]}))
    assert all(f"Verdi {n}" in shown(fake.messages_to(ASTRID)[0]) for n in range(12))


async def test_words_alone_are_escaped_and_fit(sender, fake, direct):
    await sender.send(to(direct), Message("<!channel> " + "& " * 30_000, {}, "nb"))
    assert fake.messages_to(ASTRID)[0].text.startswith("&lt;!channel&gt; &amp;")
    assert not fake.messages_to(ASTRID)[0].text.endswith(("&", "&a", "&am", "&amp"))


async def test_links_people_put_in_are_not_unfolded_into_previews(sender, fake, direct):
    await sender.send(to(direct), message(card("Se https://fjord.example/")))
    (call,) = [c for c in fake.calls if c.method == "chat.postMessage"]
    assert (call.args["unfurl_links"], call.args["unfurl_media"]) == (False, False)


# Rate limits (S-rate)


async def test_at_the_outboxs_rate_nothing_is_refused(outbox, real, fake):
    fake.rate_limiter.is_on = True
    where = to(fake.direct(BJORN))
    turns = Turns(outbox.budgets, dict.fromkeys(range(5), outbox.attempts.scopes(where)))
    await turns.take(range(5))
    before, began = fake.count("chat.postMessage"), time.monotonic()

    async def send(n):
        call = partial(real.channel.sender.send, where, message(card(str(n))))
        try:
            await outbox.attempts.in_turn(n, where, turns, call)
            outbox.attempts.in_flight.leave()  # as when it is written down
        except Postponed as later:
            await asyncio.sleep(later.seconds)
            await turns.take([n])  # as its next claim does
            await send(n)

    await asyncio.gather(*(send(n) for n in range(5)))
    assert [c.error for c in fake.calls if c.method == "chat.postMessage"][before:] == [""] * 5
    assert time.monotonic() - began > 1.5


async def test_messages_that_slack_takes_at_once_are_not_made_to_wait_by_the_sender(sender, fake, direct):
    began = time.monotonic()
    for n in range(5):
        await sender.send(to(direct), message(card(str(n))))
    assert time.monotonic() - began < 1.0


# What cannot be reached


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("not_in_channel", GoneError),
        ("channel_not_found", GoneError),
        ("is_archived", GoneError),
        ("user_disabled", GoneError),
        ("messages_tab_disabled", GoneError),
        ("msg_too_long", PermanentError),
        ("invalid_blocks", PermanentError),
        ("invalid_auth", PermanentError),
        ("internal_error", TransientError),
        ("fatal_error", TransientError),
        ("service_unavailable", TransientError),
    ],
)
async def test_what_slacks_refusals_mean(sender, fake, direct, error, kind):
    fake.refuse_next("chat.postMessage", error)
    with pytest.raises(SendError) as refused:
        await sender.send(to(direct), message(card("x")))
    assert (refused.value.reason, type(refused.value)) == (error, kind)


async def test_a_message_whose_answer_got_lost_is_not_sent_again_by_slacks_client(sender, fake, direct):
    """Slack has no way to say that it is the same message."""
    fake.lose_next("chat.postMessage")
    with pytest.raises(TransientError):
        await sender.send(to(direct), message(card("x")))
    assert len(fake.messages_to(ASTRID)) == 1


async def test_slack_that_is_not_there_is_the_outboxs_to_try_again(recorded, fake, direct):
    await fake.server.close()
    with pytest.raises(TransientError):
        await recorded.channel.sender.send(to(direct), message(card("x")))


async def test_an_edit_that_changes_nothing_is_not_made(sender, fake, direct):
    ts = await sender.send(to(direct), message(card("Likt")))
    await sender.edit(to(direct), ts, message(card("Likt")))
    assert fake.count("chat.update") == 0
    await sender.edit(to(direct), ts, message(card("Ulikt")))
    await sender.edit(to(direct), ts, message(card("Ulikt")))
    assert fake.count("chat.update") == 1
    assert "Ulikt" in shown(fake.messages_to(ASTRID)[0])


async def test_a_message_another_process_has_edited_meanwhile_is_put_right(recorded, fake, direct):
    clocks = Clock(), Clock()
    ours, theirs = (
        SlackSender(recorded.channel.api, recorded.channel.sender.people, MessageCache(clock)) for clock in clocks
    )
    ts = await ours.send(to(direct), message(card("Før")))
    await theirs.edit(to(direct), ts, message(card("Etter")))
    clocks[0].at = 11.0
    await ours.edit(to(direct), ts, message(card("Før")))
    assert "Før" in shown(fake.messages_to(ASTRID)[0])


# Through the outbox, with the real commands


class Letters:
    platform = "mail"

    def __init__(self):
        self.sent = []

    async def send(self, to, message):
        self.sent.append(to.conversation_id)
        return ""


@pytest.fixture
def letters():
    return Letters()


@pytest.fixture
async def outbox(real, scene, runtime, fake, letters):
    """Astrid, Bjørn and Ragnhild can be reached."""
    for person in (ASTRID, BJORN, RAGNHILD):
        await real.say(person, "hjelp")
    await settle(real)
    return Outbox(runtime, {"slack": real.channel.sender, "mail": letters})


async def calling(scene):
    """The call for items is out: everybody is recorded."""
    await scene.planned()
    scene.at(2027, 2, 1, 9)
    await scene.ok(builders.RAGNHILD, "call.open", meeting_id=1)


async def states(runtime):
    return [(row.state, row.reason) for row in await rows(runtime.db, Delivery) if row.kind.startswith("call")]


async def end_pauses(outbox):
    """What a platform asked for is over on the real clock, too, on which budgets run."""
    outbox.budgets.resting.clear()
    if isinstance(outbox.budgets.store, OwnStore):
        outbox.budgets.store.free_at.clear()
    async with outbox.runtime.db.write() as db:
        await db.execute(text_of("DELETE FROM send_budget"))
        await db.execute(text_of("UPDATE delivery SET lease_until = NULL"))


async def test_429_waits_as_long_as_slack_asks_and_then_it_is_sent_once(scene, outbox, runtime, fake):
    await calling(scene)
    fake.limit_next("chat.postMessage", 40, times=9)
    before = len(fake.messages_to(BJORN))
    await outbox.drain()
    assert len(fake.messages_to(BJORN)) == before
    asked = fake.count("chat.postMessage")
    runtime.now.at += timedelta(seconds=39)
    fake.rate_limiter.forced.clear()
    await outbox.drain()
    assert fake.count("chat.postMessage") == asked
    runtime.now.at += timedelta(seconds=2)
    await end_pauses(outbox)
    await outbox.drain()
    assert len(fake.messages_to(BJORN)) == before + 1
    assert ("sent", None) in await states(runtime)
    assert not [state for state, _ in await states(runtime) if state == "waiting"]


async def test_whoever_cannot_be_reached_in_slack_gets_mail(scene, outbox, runtime, fake, letters):
    await calling(scene)
    fake.people[BJORN.id] = replace(BJORN, deleted=True)
    fake.channels[fake.direct(BJORN).id].is_archived = True
    await outbox.drain()
    assert builders.BJORN in letters.sent
    assert builders.ASTRID not in letters.sent
    assert ("fell_back", "is_archived") in await states(runtime)
    (account,) = [a for a in await rows(runtime.db, Account) if a.external_id == BJORN.id]
    assert account.conversation_id is None


async def test_whoever_comes_back_and_writes_is_reached_again(real, scene, outbox, runtime, fake):
    await calling(scene)
    fake.channels[fake.direct(BJORN).id].is_archived = True
    await outbox.drain()
    fake.channels[fake.direct(BJORN).id].is_archived = False
    await real.say(BJORN, "hjelp")
    await settle(real)
    (account,) = [a for a in await rows(runtime.db, Account) if a.external_id == BJORN.id]
    assert account.conversation_id == fake.direct(BJORN).id


async def test_a_message_that_is_gone_is_no_longer_edited(scene, outbox, runtime, fake):
    await calling(scene)
    await outbox.drain()
    assert len(await rows(runtime.db, Posting)) >= 2
    gone = fake.messages_to(BJORN)[-1]
    gone.is_deleted = True
    await scene.ok(builders.RAGNHILD, "call.close", meeting_id=1)
    runtime.now.at += timedelta(seconds=5)
    await outbox.drain()
    errors = [c.error for c in fake.calls if c.method == "chat.update"]
    assert "message_not_found" in errors
    assert gone.ts not in {row.message_id for row in await rows(runtime.db, Posting)}
    assert fake.messages_to(ASTRID)[-1].history, "everybody else's is edited"
