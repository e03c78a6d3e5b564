"""What the fake's people do reaches a stock bolt app as what it is, and the answers come before them."""

import asyncio
from typing import Any

import pytest

from fakes.slack_transport import signature
from fakes.slack_ui import Stopped, shown
from fakes.slack_world import TEAM, SlackPerson
from fakes_own.pieces import ROW, actions, asks, button, modal


async def test_a_direct_message_a_mention_and_the_home_reach_the_app(desk, kari):
    heard: list[Any] = []

    @desk.app.event("message")
    async def said(event, say):
        heard.append((event["channel_type"], event["text"]))
        await say("God dag")

    @desk.app.event("app_mention")
    async def mentioned(event):
        heard.append(event["text"])

    @desk.app.event("app_home_opened")
    async def opened(event, client):
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [ROW]})

    room = desk.fake.channel("styret", kari)
    await desk.slack.say(kari, "hva nå? <!channel>")
    await desk.slack.say(kari, "saker", room)
    view = await desk.slack.home(kari)
    assert heard[0] == ("im", "hva nå? &lt;!channel&gt;")
    assert heard[1] == f"<@{desk.fake.workspaces[kari.team].bot_user}> saker"
    assert view and "Ny kaffemaskin" in shown(view)
    assert [m.text for m in desk.fake.messages_to(kari)] == ["God dag"]


async def test_a_press_opens_a_form_which_is_sent_refused_and_sent_again(desk, kari):
    sent: list[Any] = []

    @desk.app.action("0:vote.cast")
    async def pressed(ack, body, client):
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Tittel", "title")))

    @desk.app.view("")
    async def submitted(ack, view):
        sent.append(view["state"]["values"]["title"]["title"]["value"])
        await (ack(response_action="errors", errors={"title": "For kort"}) if len(sent) == 1 else ack())

    room = desk.fake.channel("styret", kari)
    await desk.api.chat_postMessage(channel=room.id, text="Ny kaffemaskin", blocks=[ROW, actions("For", "Mot")])
    (card,) = desk.fake.messages_in(room)
    await desk.slack.press(kari, card, "For")
    await desk.slack.submit(kari, Tittel="K")
    assert "For kort" in shown(desk.fake.modal(kari))
    await desk.slack.submit(kari, Tittel="Kaffe")
    assert desk.fake.modal(kari) is None
    assert sent == ["K", "Kaffe"]
    assert desk.slack.warnings == []


async def test_the_ack_of_a_slash_command_is_shown_to_its_writer_alone(desk, kari, ola):
    @desk.app.command("/lisbot")
    async def command(ack, body):
        await ack(f"Du skrev {body['text']}")

    room = desk.fake.channel("styret", kari, ola)
    await desk.slack.slash(kari, "saker", room)
    assert [m.text for m in desk.fake.messages_to(kari)] == ["Du skrev saker"]
    assert desk.fake.seen_by(ola) == []


async def test_nobody_presses_a_button_that_is_not_there_any_more(desk, kari):
    room = desk.fake.channel("styret", kari)
    posted = await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=[ROW, actions("For")])
    (card,) = desk.fake.messages_in(room)
    await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="Avgjort", blocks=[ROW])
    with pytest.raises(Stopped):
        await desk.slack.press(kari, card, "For")
    assert [v.text for v in card.history] == ["Sak"]


# The envelope


async def test_the_address_is_verified_and_a_wrong_signature_is_not_let_in(desk):
    assert await desk.slack.verifies_url()
    assert (await desk.slack.checks_ssl()).status == 200
    transport = desk.slack.transport
    body = b"{}"
    for told in ({"at": 0.0}, {"X-Slack-Signature": signature("another secret", "1", body)}):
        heard = await transport.post(body, transport.headers(body, "application/json", **told))
        assert heard.status == 401


async def test_an_event_that_fails_is_sent_three_times_more_with_the_same_id(desk, kari):
    ids: list[str] = []

    @desk.app.event("message")
    async def said(body):
        ids.append(body["event_id"])
        if len(ids) < 3:
            raise ValueError("not yet")

    heard = await desk.slack.say(kari, "hei")
    assert heard.status == 200
    assert len(set(ids)) == 1
    assert [h.get("X-Slack-Retry-Num") for h in desk.seen] == [None, "1", "2"]
    assert desk.seen[1]["X-Slack-Retry-Reason"] == "http_error"
    await desk.slack.retry()
    assert (len(ids), len(set(ids))) == (4, 1)


async def test_an_answer_that_takes_more_than_three_seconds_is_none(desk, kari):
    @desk.app.command("/lisbot")
    async def slow(ack):
        await asyncio.sleep(0.3)
        await ack("For sent")

    desk.slack.transport.patience = 0.1
    heard = await desk.slack.slash(kari)
    assert (heard.status, heard.reason) == (0, "http_timeout")
    assert desk.slack.warnings == ["/lisbot: operation_timeout"]
    assert desk.fake.messages_to(kari) == []
    await asyncio.sleep(0.3)


async def test_no_event_comes_without_its_scope_nor_from_where_the_app_is_not(desk, kari):
    room = desk.fake.channel("alle", kari, with_bot=False)
    with pytest.raises(Stopped):
        await desk.slack.say(kari, "hei", room)
    desk.fake.workspaces[TEAM].scopes = ("chat:write",)
    with pytest.raises(Stopped):
        await desk.slack.say(kari, "hei")


async def test_the_app_hears_of_joining_and_of_being_removed(desk, kari, ola):
    heard: list[Any] = []

    for kind in ("member_joined_channel", "app_uninstalled", "tokens_revoked"):

        @desk.app.event(kind)
        async def happened(event):
            heard.append((event["type"], event.get("user")))

    room = desk.fake.channel("styret", kari)
    await desk.slack.joins(ola, room)
    assert heard == [("member_joined_channel", ola.id)]
    assert room.members[-1] == ola.id
    await desk.slack.uninstalls(TEAM)
    with pytest.raises(Stopped):
        await desk.slack.slash(kari)


async def test_what_happens_in_a_shared_channel_says_whose_the_person_is(desk, kari):
    bodies: list[Any] = []

    @desk.app.event("app_mention")
    async def mentioned(body):
        bodies.append(body)

    @desk.app.action("1:vote.cast")
    async def pressed(ack, body, client):
        bodies.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Tittel", "title")))
        await ack()

    @desk.app.view("")
    async def submitted(ack, body):
        bodies.append(body)
        await ack()

    eva = SlackPerson("Eva Berg", "eva@andre.example", team="T0ANDRE")
    room = desk.fake.channel("felles", kari, eva)
    await desk.slack.say(eva, "hei", room)
    posted = {"type": "actions", "elements": [button("For")]}
    await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=[posted])
    await desk.slack.press(eva, desk.fake.messages_in(room)[-1], "For")
    await desk.slack.submit(eva, Tittel="Ny sak")
    said, pressed_, sent = bodies
    assert (said["team_id"], said["event"]["user_team"]) == (TEAM, "T0ANDRE")
    assert said["is_ext_shared_channel"] is True
    assert (pressed_["team"]["id"], pressed_["user"]["team_id"]) == (TEAM, "T0ANDRE")
    assert (sent["team"]["id"], sent["view"]["app_installed_team_id"]) == ("T0ANDRE", TEAM)
    with pytest.raises(Stopped):
        await desk.slack.slash(eva)


# Messages


async def test_a_press_on_an_ephemeral_brings_its_place_and_not_what_it_said(desk, kari, ola):
    bodies: list[Any] = []

    @desk.app.action("1:vote.cast")
    async def pressed(ack, body, respond):
        bodies.append(body)
        await ack()
        await respond(text="Du har stemt", replace_original=True)

    room = desk.fake.channel("styret", kari, ola)
    ballot = {"type": "actions", "elements": [button("For")]}
    await desk.api.chat_postEphemeral(channel=room.id, user=kari.id, text="Stem", blocks=[ballot])
    (whisper,) = desk.fake.messages_to(kari)
    with pytest.raises(Stopped):
        await desk.slack.press(ola, whisper, "For")
    await desk.slack.press(kari, whisper, "For")
    assert bodies[0]["container"]["is_ephemeral"] is True
    assert "message" not in bodies[0]
    assert whisper.text == "Du har stemt"
    assert desk.fake.seen_by(ola) == []
    with pytest.raises(Stopped):
        await desk.slack.press(kari, whisper, "For")


async def test_a_response_url_is_good_for_five_answers_in_thirty_minutes(desk, kari):
    answers: list[Any] = []

    @desk.app.command("/lisbot")
    async def command(ack, respond):
        await ack()
        answers.extend([(await respond(f"Svar {n}")) for n in range(6)])
        desk.fake.response_urls[next(iter(desk.fake.response_urls))].uses = 0
        answers.append(await respond(blocks=[{"type": "card"}], text="Svar"))
        desk.fake.clock.goes(30 * 60 + 1)
        answers.append(await respond("For sent"))

    await desk.slack.slash(kari)
    assert [a.status_code for a in answers] == [200] * 5 + [404, 400, 404]
    assert ["used_url" in answers[5].body, "expired_url" in answers[7].body] == [True, True]
    assert [m.text for m in desk.fake.messages_to(kari)] == [f"Svar {n}" for n in range(5)]


async def test_an_ack_that_slack_cannot_show_is_not_shown(desk, kari):
    @desk.app.command("/lisbot")
    async def command(ack):
        await ack(blocks=[{"type": "card"}], text="Sak")

    with pytest.raises(Stopped, match="invalid_blocks"):
        await desk.slack.slash(kari)


async def test_a_shortcut_brings_the_message_it_was_chosen_on(desk, kari):
    bodies: list[Any] = []

    @desk.app.shortcut("item.propose")
    async def proposed(ack, body, client):
        bodies.append(body)
        await client.views_open(trigger_id=body["trigger_id"], view=modal(asks("Tittel", "title")))
        await ack()

    room = desk.fake.channel("styret", kari)
    message = desk.slack.write(kari, "Vi trenger kaffe & te", room)
    await desk.slack.shortcut(kari, message, "item.propose")
    assert bodies[0]["message"]["text"] == "Vi trenger kaffe &amp; te"
    assert bodies[0]["channel"]["id"] == room.id
    assert desk.fake.modal(kari)


async def test_the_apps_own_direct_message_is_told_to_it(desk, kari):
    heard: list[Any] = []

    @desk.app.event("message")
    async def said(event):
        heard.append(event)

    where = desk.fake.direct(kari)
    posted = await desk.api.chat_postMessage(channel=where.id, text="Hei")
    (message,) = desk.fake.messages_to(kari)
    await desk.slack.echo(message)
    await desk.api.chat_update(channel=where.id, ts=posted["ts"], text="Hei igjen")
    await desk.slack.echo(message)
    assert len(desk.seen) == 2
    assert heard == []  # bolt knows both for its own
    await desk.slack.say(kari, "hei")
    assert [event["text"] for event in heard] == ["hei"]
