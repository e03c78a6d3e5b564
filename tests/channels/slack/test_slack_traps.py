"""What goes wrong silently between Slack and whoever answers it, each with the guard that keeps it out.

The numbers are those of the fact sheet's list of traps, and S those of its section on slack-bolt. The others
are met where they belong: 14 and 15 among people and forms, 20 and 36 with the sender, 21 with the forms, 23
with the secrets and 24 with the endpoint.
"""

import asyncio
from collections import Counter
from datetime import timedelta

from aiohttp.web_protocol import RequestHandler

from channels.slack.helpers import ASTRID, STRANGER, action, put_card, reply, settle, with_button
from fakes.recorded import viewer
from fakes.slack_ui import shown
from lisbot.commands import Reply
from lisbot.texts import text

BROKEN = Reply(200, view=7, shows="recorded", viewer=viewer("nn"), lang="nn")  # no sheet is drawn of a number


class Slow:
    """Commands that take their time, as over a database under load."""

    def __init__(self, run, seconds):
        self.run, self.seconds, self.done = run, seconds, 0

    async def __call__(self, *args, **more):
        await asyncio.sleep(self.seconds)
        answer = await self.run(*args, **more)
        self.done += 1
        return answer


def pressed_card(slack):
    """A card with one button, in Astrid's conversation with lisbot."""
    return put_card(slack, with_button("call.decline"))


# 17 and S: what fails once Slack has its answer


async def test_what_fails_after_the_answer_never_takes_the_answer_back(recorded, run, caplog):
    run.replies["call.decline"] = BROKEN
    heard = await recorded.press(ASTRID, pressed_card(recorded), "Trykk")
    await settle(recorded)
    assert (heard.status, recorded.warnings) == (200, [])
    assert run.names.count("call.decline") == 1
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    ref = record.getMessage().split()[-1]
    assert text("nn", "error.done_and_not_drawn", ref=ref) in shown(recorded.fake.messages_to(ASTRID)[-1])


async def test_a_bug_before_the_answer_is_said_with_a_reference_and_slack_hears_200(open_channel, ask, caplog):
    async def broken(name, given, caller, **more):
        raise RuntimeError("a bug")

    slack = await open_channel(broken, ask)
    heard = await slack.press(ASTRID, pressed_card(slack), "Trykk")
    typed = await slack.slash(ASTRID, "hjelp")
    await settle(slack)
    assert (heard.status, typed.status, slack.warnings) == (200, 200, [])
    refs = [r.getMessage().split()[-1] for r in caplog.records if r.levelname == "ERROR"]
    said = [shown(message) for message in slack.fake.messages_to(ASTRID)[1:]]
    assert len(refs) == len(said) == 2
    assert all(any(ref in words for words in said) for ref in refs)


async def test_an_answer_that_nothing_takes_leaves_slack_with_its_200(recorded, fake, caplog):
    on = pressed_card(recorded)
    for method in ("chat.update", "chat.postMessage", "conversations.open"):
        fake.refuse_next(method, "account_inactive", times=9)
    fake.clock.goes(31 * 60)  # and the message's own address is too old
    heard = await recorded.press(ASTRID, on, "Trykk")
    fake.clock.goes(31 * 60)
    await settle(recorded)
    assert (heard.status, recorded.warnings) == (200, [])
    assert "an answer was not taken: account_inactive" in caplog.text


# 17: an answer that comes late


async def test_a_command_that_takes_longer_than_slack_waits_is_done_once_and_shown(open_channel, run, ask):
    slow = Slow(run, 3.5)
    run.replies["call.decline"] = reply("Et kort", action("x.y"))
    slack = await open_channel(slow, ask)
    slack.transport.patience = 10  # to hear what lisbot does say: bolt itself says 404 after three seconds
    heard = await slack.press(ASTRID, pressed_card(slack), "Trykk")
    await settle(slack)
    assert heard.status == 200
    assert run.names.count("call.decline") == 1
    assert "Et kort" in shown(slack.fake.messages_to(ASTRID)[-1])


async def test_an_answer_means_that_it_is_committed(open_channel, run, ask):
    slow = Slow(run, 0.3)
    slack = await open_channel(slow, ask)
    await slack.press(ASTRID, pressed_card(slack), "Trykk")
    assert slow.done == 1


# S: work under way when the process stops


async def test_what_follows_an_answer_is_finished_before_the_process_stops(recorded, run, fake):
    run.replies["call.decline"] = reply("Et kort", action("x.y"))
    await recorded.press(ASTRID, pressed_card(recorded), "Trykk")
    assert recorded.channel.background.running
    await recorded.channel.close()
    assert "Et kort" in shown(fake.messages_to(ASTRID)[-1])


async def test_a_press_running_when_lisbot_stops_is_answered_and_shown(open_channel, run, ask, fake):
    slack = await open_channel(Slow(run, 0.5), ask)
    run.replies["call.decline"] = reply("Et kort", action("x.y"))
    press = asyncio.create_task(slack.press(ASTRID, pressed_card(slack), "Trykk"))
    await asyncio.sleep(0.2)
    await slack.transport.client.server.runner.cleanup()  # what a stop does first: nothing new, and what is begun
    await slack.channel.close()
    assert (await press).status == 200
    assert run.names.count("call.decline") == 1
    assert "Et kort" in shown(fake.messages_to(ASTRID)[-1])


# 18 and S: retries


async def test_an_event_that_slack_sends_again_is_done_once(recorded, run, fake):
    await recorded.say(ASTRID, "hjelp")
    for number in (1, 2, 3):
        assert (await recorded.retry(number)).status == 200
    await settle(recorded)
    assert run.names == ["menu.show"]
    assert len(fake.messages_to(ASTRID)) == 1


async def test_an_event_sent_again_while_the_first_is_running_is_done_once(open_channel, run, ask):
    slack = await open_channel(Slow(run, 0.5), ask)
    first = asyncio.create_task(slack.say(ASTRID, "hjelp"))
    await asyncio.sleep(0.2)
    again = await slack.retry(1)
    assert (await first).status == 200
    assert again.status == 503, "done cannot be said of what is not"
    assert (await slack.retry(2)).status == 200
    await settle(slack)
    assert run.names == ["menu.show"]


async def test_an_event_that_reaches_two_processes_at_once_is_done_once(open_channel, run, ask, fake):
    one, other = await open_channel(run, ask), await open_channel(run, ask)
    await one.say(ASTRID, "hjelp")
    await settle(one)
    for number in range(5):
        event = {**one.last, "event_id": f"Ev{number}"}
        await asyncio.gather(*(each.retry(1, last=event) for each in (one, other)))
    await settle(one, other)
    assert run.names == ["menu.show"] * 6
    assert len(fake.messages_to(ASTRID)) == 6


async def test_an_event_that_fails_is_sent_again_by_slack_and_then_done(open_channel, run, ask, fake):
    fails = ["the first time"]

    async def failing(*args, **more):
        if fails:
            raise RuntimeError(fails.pop())
        return await run(*args, **more)

    slack = await open_channel(failing, ask)
    heard = await slack.say(ASTRID, "hjelp")
    await settle(slack)
    assert slack.warnings == ["message: 500"]
    assert heard.status == 200
    assert len(fake.messages_to(ASTRID)) == 1


async def test_an_event_whose_process_died_is_done_at_a_later_retry(recorded, run, runtime, fake, monkeypatch):
    await recorded.say(ASTRID, "hjelp")
    event = {**recorded.last, "event_id": "EvLost"}
    await recorded.channel.endpoint.receipts.take("slack", "EvLost")  # as a process that then died
    assert (await recorded.retry(1, last=event)).status == 503
    monkeypatch.setattr("lisbot.idempotency.LEASE", timedelta(0))  # and so much time went by
    assert (await recorded.retry(2, last=event)).status == 200
    await settle(recorded)
    assert run.names == ["menu.show"] * 2


# 19 and S: what is never called


async def test_lisbot_never_schedules_sends_metadata_or_asks_who_it_is(real, fake):
    room = fake.channel("radet", ASTRID)
    await real.adds_bot(ASTRID, room)
    await real.say(ASTRID, "hjelp")
    await real.say(ASTRID, "saker", room)
    await real.home(ASTRID)
    await real.slash(STRANGER, "saker")
    await settle(real)
    called = {call.method for call in fake.calls}
    assert {"chat.postMessage", "chat.postEphemeral", "views.publish", "users.info"} <= called
    assert called.isdisjoint({"chat.scheduleMessage", "auth.test"})
    assert not [call for call in fake.calls if "metadata" in call.args]


# 22 and S: connections


async def test_all_calls_go_over_one_session_and_its_connections(recorded, run, fake, monkeypatch):
    made, begin = Counter(), RequestHandler.connection_made

    def counted(handler, transport):
        made[transport.get_extra_info("sockname")[1]] += 1
        begin(handler, transport)

    monkeypatch.setattr(RequestHandler, "connection_made", counted)
    run.replies["call.decline"] = reply("Et kort", action("call.decline"))
    on = pressed_card(recorded)
    for _ in range(20):
        await recorded.press(ASTRID, on)
        await recorded.say(ASTRID, "hjelp")
        await settle(recorded)
    assert fake.count("chat.postMessage") >= 20
    assert made[fake.server.port] <= 4
