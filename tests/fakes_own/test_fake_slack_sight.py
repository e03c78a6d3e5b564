"""The fake knows what each person's Slack has ever been given, which is how a leak is found."""

from fakes.slack_world import TEAM, SlackPerson
from fakes_own.pieces import ROW, actions, modal

HOME = {"type": "home", "blocks": [ROW]}


def seen(desk, person):
    return [sight.kind for sight in desk.fake.seen_by(person)]


async def test_what_is_for_one_is_seen_by_nobody_else(desk, kari, ola):
    room = desk.fake.channel("styret", kari, ola)
    where = desk.fake.direct(kari)
    await desk.api.chat_postEphemeral(channel=room.id, user=kari.id, text="Bare du")
    await desk.api.chat_postMessage(channel=where.id, text="Til deg")
    await desk.api.views_open(trigger_id=desk.fake.trigger(TEAM, kari), view=modal(ROW))
    await desk.api.views_publish(user_id=kari.id, view=HOME)
    assert seen(desk, kari) == ["ephemeral", "message", "modal", "home"]
    assert seen(desk, ola) == []
    assert [m.text for m in desk.fake.messages_to(kari)] == ["Bare du", "Til deg"]


async def test_an_open_channel_is_read_by_all_of_the_workspace_but_its_guests_and_others(desk, kari, ola):
    guest = SlackPerson("Gro Lie", "gro@gjest.example", is_ultra_restricted=True)
    abroad = SlackPerson("Eva Berg", "eva@andre.example", team="T0ANDRE")
    room = desk.fake.channel("alle", kari)
    closed = desk.fake.channel("styret", kari, is_private=True)
    await desk.api.chat_postMessage(channel=room.id, text="Til alle")
    await desk.api.chat_postMessage(channel=closed.id, text="Til styret")
    assert [s.text for s in desk.fake.seen_by(ola)] == ["Til alle"]
    assert seen(desk, guest) == seen(desk, abroad) == []


async def test_what_is_edited_away_or_hidden_in_a_button_or_beside_the_message_is_still_found(desk, kari, ola):
    room = desk.fake.channel("styret", kari, ola)
    hidden = {"event_type": "ballot", "event_payload": {"choice": "mot"}}
    posted = await desk.api.chat_postMessage(channel=room.id, text="Kari: for", blocks=[actions("For")])
    await desk.api.chat_update(channel=room.id, ts=posted["ts"], text="Avgitt", metadata=hidden)
    first, last = desk.fake.seen_by(ola)
    assert "Kari: for" in first.whole
    assert '"ja"' in first.whole
    assert "mot" in last.whole


async def test_homes_and_forms_are_seen_as_they_were_too(desk, kari):
    desk.fake.has(kari)
    await desk.api.views_publish(user_id=kari.id, view={**HOME, "private_metadata": "før"})
    await desk.api.views_publish(user_id=kari.id, view=HOME)
    assert ["før" in sight.whole for sight in desk.fake.seen_by(kari)] == [True, False]
