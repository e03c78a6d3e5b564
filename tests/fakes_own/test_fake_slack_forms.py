"""What the fake's client does with forms and buttons is what Slack's does: docs.slack.dev/surfaces/modals."""

import re
from typing import Any

import pytest

from fakes.slack_ui import Stopped
from fakes.slack_world import TEAM
from fakes_own.pieces import asks, button, modal


async def shows(desk, person, view):
    await desk.api.views_open(trigger_id=desk.fake.trigger(TEAM, person), view=view)


async def test_the_client_stops_what_slacks_own_stops(desk, kari):
    number = {"type": "number_input", "is_decimal_allowed": False, "max_value": "9"}
    await shows(
        desk,
        kari,
        modal(
            asks("Tittel", "title", element={"max_length": 5}),
            asks("Antall", "count", element=number, optional=True),
        ),
    )
    for given in (
        {},
        {"Tittel": "for lang"},
        {"Tittel": "a\nb"},
        {"Tittel": "A", "Antall": "10"},
        {"Nei": "A"},
    ):
        with pytest.raises(Stopped):
            await desk.slack.submit(kari, given)
    assert desk.seen == []


async def test_a_form_is_changed_stacked_and_cleared_as_the_app_answers(desk, kari):
    answers = iter(
        [
            {"response_action": "update", "view": modal(asks("Navn", "name"))},
            {"response_action": "push", "view": modal(asks("Mer", "more"))},
            {"response_action": "clear"},
        ]
    )

    @desk.app.view("")
    async def submitted(ack):
        await ack(**next(answers))

    await shows(desk, kari, modal(asks("Tittel", "title")))
    await desk.slack.submit(kari, Tittel="A")
    assert list(desk.fake.modal(kari).values) == ["name"]
    await desk.slack.submit(kari, Navn="B")
    assert len(desk.fake.stacks[kari.id]) == 2
    await desk.slack.submit(kari, Mer="C")
    assert desk.fake.modal(kari) is None


async def test_an_error_beside_no_input_is_trouble(desk, kari):
    @desk.app.view("")
    async def submitted(ack):
        await ack(response_action="errors", errors={"name": "Mangler"})

    await shows(desk, kari, modal(asks("Tittel", "title")))
    with pytest.raises(Stopped):
        await desk.slack.submit(kari, Tittel="A")


async def test_what_was_typed_stays_where_block_and_action_keep_their_ids(desk, kari):
    await shows(desk, kari, modal(asks("Tittel", "title", element={"initial_value": "Før"})))
    desk.slack.type(kari, {"Tittel": "Skrevet"})
    view = desk.fake.modal(kari)
    again = asks("Tittel", "title", element={"initial_value": "Nytt"})
    await desk.api.views_update(view_id=view.id, view=modal(again, asks("Mer", "more", optional=True)))
    assert view.values["title"]["title"]["value"] == "Skrevet"
    other = asks("Tittel", "title-2", element={"initial_value": "Nytt"})
    await desk.api.views_update(view_id=view.id, view=modal(other))
    assert view.values["title-2"]["title-2"]["value"] == "Nytt"


async def test_closing_a_form_is_told_when_the_app_asked_for_it(desk, kari):
    closed: list[Any] = []

    @desk.app.view_closed("")
    async def happened(ack, body):
        closed.append(body["is_cleared"])
        await ack()

    await shows(desk, kari, modal(asks("Tittel", "title")))
    assert await desk.slack.close(kari) is None
    await shows(desk, kari, modal(asks("Tittel", "title"), notify_on_close=True))
    await desk.slack.close(kari, is_whole=True)
    assert closed == [True]


async def test_a_button_is_found_in_its_row_and_never_guessed(desk, kari):
    sent: list[str] = []

    @desk.app.action(re.compile("item$"))
    async def pressed(ack, action):
        sent.append(action["action_id"])
        await ack()

    room = desk.fake.channel("styret", kari)
    rows = [
        {
            "type": "section",
            "text": {"type": "mrkdwn", "text": f"*Sak {n}*"},
            "accessory": button("Åpne", f"{n}:item"),
        }
        for n in (1, 2)
    ]
    await desk.api.chat_postMessage(channel=room.id, text="Saker", blocks=rows)
    (card,) = desk.fake.messages_in(room)
    await desk.slack.press(kari, card, "Åpne", beside="Sak 2")
    assert sent == ["2:item"]
    with pytest.raises(Stopped):
        await desk.slack.press(kari, card, "Åpne")
    with pytest.raises(Stopped):
        await desk.slack.press(kari, card, "Lukk")
