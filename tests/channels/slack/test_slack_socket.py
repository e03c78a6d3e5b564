"""Over a socket that lisbot opens itself, everything is as over HTTP."""

import asyncio
import logging

import pytest

from channels.slack.helpers import ASTRID, form_refused, form_reply, put_card, reply, settle, with_button
from fakes.slack_ui import shown


@pytest.fixture
def socket(open_channel, run, ask, fake):
    """Opens a channel that has been given an app token; what Slack sends goes down its socket."""

    async def open_it(do=run, waits=True):
        slack = await open_channel(do, ask, fake.env(SLACK_APP_TOKEN=fake.app_token))
        slack.http, slack.transport = slack.transport, fake.sockets
        if waits:
            await fake.sockets.connected()
        return slack

    return open_it


@pytest.fixture(autouse=True)
def answers(run, ask):
    ask.known |= run.known
    run.replies |= {
        "vote.cast": reply("Du har stemt"),
        "menu.show": reply("Meny"),
    }
    ask.replies |= {"proposal.submit": form_reply("proposal.submit", "title")}


async def test_a_press_words_and_a_form_are_done_as_over_http(socket, run, fake):
    slack = await socket()
    on = put_card(slack, with_button("vote.cast", vote_id=7))
    assert (await slack.press(ASTRID, on, "Trykk")).status == 200
    await slack.say(ASTRID, "hjelp")
    await slack.slash(ASTRID, "hjelp")
    await slack.slash(ASTRID, "foreslå sak")
    await settle(slack)
    run.replies["proposal.submit"] = form_refused("proposal.submit", "title", fields={"title": "For kort."})
    await slack.submit(ASTRID, {"Tittel": "x"})
    assert fake.modal(ASTRID).errors == {"title": "For kort."}
    run.replies["proposal.submit"] = reply("Sendt")
    await slack.submit(ASTRID, {"Tittel": "Sak"})
    await settle(slack)
    assert fake.modal(ASTRID) is None
    assert shown(on) == "Du har stemt"
    assert [shown(m) for m in fake.messages_to(ASTRID)][1:] == ["Meny", "Meny", "Sendt"]
    assert slack.warnings == []


async def test_nothing_listens_for_http_then(socket):
    slack = await socket()
    assert (await slack.http.post(b"{}", {})).status == 404


async def test_when_slack_asks_lisbot_to_come_again_it_does(socket, run, fake):
    slack = await socket()
    await fake.sockets.disconnect()
    await fake.sockets.connected()
    await slack.say(ASTRID, "hjelp")
    await settle(slack)
    assert run.names == ["menu.show"]
    assert fake.count("apps.connections.open") >= 2


async def test_slack_that_is_away_when_lisbot_starts_is_tried_again(socket, run, fake, monkeypatch, caplog):
    monkeypatch.setattr("lisbot.channels.slack.socket_mode.FIRST_WAIT", 0.05)
    caplog.set_level(logging.INFO)
    theirs, fake.app_token = fake.app_token, "another"
    fake.env, env = lambda **more: env(SLACK_APP_TOKEN=theirs), fake.env
    await socket(waits=False)
    await asyncio.sleep(0.2)
    fake.app_token = theirs
    await fake.sockets.connected()
    assert "Slack cannot be reached" in caplog.text
    assert fake.app_token not in caplog.text


async def test_an_address_that_opens_no_connection_is_not_tried_for_ever(socket, fake, monkeypatch):
    monkeypatch.setattr("lisbot.channels.slack.socket_mode.FIRST_WAIT", 0.05)
    monkeypatch.setattr("lisbot.channels.slack.socket_mode.CONNECT_TIMEOUT", 0.3)
    ticket, spent = fake.sockets.ticket, iter([1])
    fake.sockets.ticket = lambda: ticket().replace("ticket=", "ticket=spent" if next(spent, None) else "ticket=")
    await socket()


async def test_an_event_sent_again_over_another_connection_is_done_once(socket, run, fake):
    one, other = await socket(), await socket()
    await fake.sockets.connected(2)
    await one.say(ASTRID, "hjelp")
    for number in (1, 2):
        assert (await one.retry(number)).status == 200
    await settle(one, other)
    assert run.names == ["menu.show"]


async def test_what_is_being_done_when_lisbot_stops_is_answered_first(socket, run, fake):
    async def slow(*args, **more):
        await asyncio.sleep(0.5)
        return await run(*args, **more)

    slack = await socket(slow)
    press = asyncio.create_task(slack.press(ASTRID, put_card(slack, with_button("vote.cast")), "Trykk"))
    await asyncio.sleep(0.2)
    await slack.channel.close()
    assert (await press).status == 200
    assert "vote.cast" in run.names
    assert shown(fake.messages_to(ASTRID)[0]) == "Du har stemt"


async def test_a_bug_is_said_with_its_reference_and_slack_is_answered(socket, fake, caplog):
    async def broken(*args, **more):
        raise RuntimeError("a bug")

    slack = await socket(broken)
    heard = await slack.press(ASTRID, put_card(slack, with_button("vote.cast")), "Trykk")
    await settle(slack)
    assert heard.status == 200
    (record,) = [r for r in caplog.records if r.levelname == "ERROR"]
    assert record.getMessage().split()[-1] in shown(fake.messages_to(ASTRID)[-1])


async def test_nothing_secret_is_in_the_log(socket, fake, caplog):
    caplog.set_level(logging.INFO)
    slack = await socket()
    await slack.say(ASTRID, "noe fortrolig")
    await fake.sockets.disconnect()
    await fake.sockets.connected()
    await settle(slack)
    ours = [r for r in caplog.records if r.name.split(".")[0] in ("lisbot", "slack_bolt", "slack_sdk")]
    said = "\n".join(logging.Formatter().format(record) for record in ours)
    assert "connected to Slack by socket" in said
    for secret in (fake.app_token, "xoxb-", "xapp-", "ticket=", "fortrolig"):
        assert secret not in said
