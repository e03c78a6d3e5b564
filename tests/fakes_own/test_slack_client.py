"""What the fake's people do reaches a stock bolt app as what it is, and the answers come before them."""

from typing import Any

import pytest

from fakes.slack_hands import Stopped, shown

ROW = {"type": "section", "text": {"type": "mrkdwn", "text": "Ny kaffemaskin"}}


def button(title: str, action_id: str = "1:vote.cast", **more: Any) -> dict[str, Any]:
    text = {"type": "plain_text", "text": title}
    return {"type": "button", "action_id": action_id, "text": text, "value": "ja", **more}


def actions(*titles: str) -> dict[str, Any]:
    return {"type": "actions", "elements": [button(t, f"{n}:vote.cast") for n, t in enumerate(titles)]}


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    words = {"type": "plain_text", "text": "Ny sak"}
    return {"type": "modal", "title": words, "submit": words, "blocks": list(blocks), **more}


def asks(label: str, block_id: str, **more: Any) -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": block_id, **more.pop("element", {})}
    return {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
        **more,
    }


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
    assert [m.text for m in desk.fake.told(kari)] == ["God dag"]


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
    await desk.api.chat_postMessage(
        channel=room.id, text="Ny kaffemaskin", blocks=[ROW, actions("For", "Mot")]
    )
    (card,) = desk.fake.hanging(room)
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
    assert [m.text for m in desk.fake.told(kari)] == ["Du skrev saker"]
    assert desk.fake.seen_by(ola) == []


async def test_nobody_presses_a_button_that_is_not_there_any_more(desk, kari):
    room = desk.fake.channel("styret", kari)
    posted = await desk.api.chat_postMessage(channel=room.id, text="Sak", blocks=[ROW, actions("For")])
    (card,) = desk.fake.hanging(room)
    await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="Avgjort", blocks=[ROW])
    with pytest.raises(Stopped):
        await desk.slack.press(kari, card, "For")
    assert [v.text for v in card.history] == ["Sak"]
