"""What is asked first in Slack, and two at one form: a modal with the facts, sent by its one button."""

import pytest

import builders
from channels.slack.helpers import BJORN, RAGNHILD, put_card, settle, with_button
from dumps import row
from fakes.slack_client import Slack
from fakes.slack_ui import shown
from fakes.slack_world import SlackPerson
from lisbot.council.models import AgendaItem, Delivery, Meeting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
KARI = SlackPerson("Kari Sekretær", builders.KARI)


async def asked(slack: Slack, person: SlackPerson, command: str, **given: object) -> None:
    """Somebody presses a card's button for a command that asks first."""
    data = {"command": command, "args": given}
    message = put_card(slack, with_button("ask", "Spør", **data), to=person)
    await slack.press(person, message, "Spør")
    await settle(slack)


async def test_a_button_opens_a_modal_with_the_facts_and_nothing_to_fill_in(real, scene, runtime, fake):
    await scene.on_agenda()
    await asked(real, RAGNHILD, "notice.send", meeting_id=1)
    modal = fake.modal(RAGNHILD)
    assert [each["type"] for each in modal.blocks if each["type"] == "input"] == []
    assert modal.body["submit"]["text"] == "Send til 5"
    assert "5 personer får beskjed" in shown(modal)
    assert (await row(runtime.db, Meeting, id=1)).published_at is None
    assert await scene.all(Delivery, kind="notice") == []
    await real.submit(RAGNHILD)
    await settle(real)
    assert fake.modal(RAGNHILD) is None
    assert (await row(runtime.db, Meeting, id=1)).published_at is not None
    assert "innkalling sendt" in shown(fake.messages_to(RAGNHILD)[-1])


async def test_a_plain_button_from_before_opens_the_same_modal(real, scene, runtime, fake):
    """A card that was sent before the command asked first."""
    await scene.on_agenda()
    message = put_card(real, with_button("notice.send", "Send innkalling", meeting_id=1), to=RAGNHILD)
    await real.press(RAGNHILD, message, "Send innkalling")
    await settle(real)
    assert "5 personer får beskjed" in shown(fake.modal(RAGNHILD))
    assert (await row(runtime.db, Meeting, id=1)).published_at is None
    await real.submit(RAGNHILD)
    await settle(real)
    assert (await row(runtime.db, Meeting, id=1)).published_at is not None


async def test_a_modal_that_asks_for_nothing_says_why_it_is_refused(real, scene, runtime, fake):
    vote_id = await scene.asked()
    await asked(real, BJORN, "vote.close", vote_id=vote_id)
    await scene.ok(builders.RAGNHILD, "vote.close", vote_id=vote_id)
    await real.submit(BJORN)
    await settle(real)
    assert "er avsluttet" in shown(fake.modal(BJORN))


async def test_a_plain_button_that_says_too_little_opens_its_form(real, scene, fake):
    await scene.published()
    message = put_card(real, with_button("meeting.cancel", "Avlys", meeting_id=1), to=RAGNHILD)
    await real.press(RAGNHILD, message, "Avlys")
    await settle(real)
    await real.submit(RAGNHILD, {"Begrunnelse": "Streik"})
    await settle(real)
    assert "får beskjed" in shown(fake.modal(RAGNHILD))
    await real.submit(RAGNHILD)
    await settle(real)
    assert fake.modal(RAGNHILD) is None


async def test_both_texts_stand_there_and_the_next_press_saves(real, scene, runtime, fake):
    _, item_id = await scene.minuted()
    await asked(real, RAGNHILD, "minutes.write", item_id=item_id)
    pages = "\n".join(f"Avsnitt {n}: rådet drøftet." for n in range(120))
    await scene.ok(builders.KARI, "minutes.write", item_id=item_id, discussed=pages)
    await real.submit(RAGNHILD, {"Hva som ble sagt": "Kort merknad."})
    await settle(real)
    modal = fake.modal(RAGNHILD)
    assert "Nå står det her:" in shown(modal)
    assert "Avsnitt 0: rådet" in shown(modal) and "Avsnitt 119: rådet" in shown(modal)
    assert (await row(runtime.db, AgendaItem, id=item_id)).discussed == pages
    await real.submit(RAGNHILD)
    await settle(real)
    assert fake.modal(RAGNHILD) is None
    assert (await row(runtime.db, AgendaItem, id=item_id)).discussed == "Kort merknad."


async def test_an_untouched_input_that_slack_leaves_as_it_was_does_not_write_over_anothers(real, scene, runtime, fake):
    """Slack keeps what stands in an input when the modal changes around it."""
    item_id = await scene.on_agenda(background="Bakgrunn", wording="Ordlyd")
    await asked(real, RAGNHILD, "agenda_item.edit", item_id=item_id)
    given = {"title": "Felles rotasjon", "kind": "advice", "background": "Karis", "wording": "Karis ordlyd"}
    await scene.ok(builders.KARI, "agenda_item.edit", item_id=item_id, **given)
    await real.submit(RAGNHILD, {"Bakgrunn": "Ragnhilds"})
    await settle(real)
    await real.submit(RAGNHILD)
    await settle(real)
    item = await row(runtime.db, AgendaItem, id=item_id)
    assert (item.background, item.wording) == ("Ragnhilds", "Karis ordlyd")
