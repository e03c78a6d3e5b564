"""What is asked first in Teams, and two at one form: the pressed card becomes the form, with the facts."""

import pytest

from builders import KARI, RAGNHILD
from dumps import written
from fakes.teams import Client, Person, buttons, inputs, words_of
from lisbot.council.models import AgendaItem, Meeting
from stages import Scene

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SECRETARY = Person("Ragnhild Regut", RAGNHILD)


@pytest.fixture
def scene(real, runtime, clock):
    return Scene(runtime, clock, 1)


@pytest.fixture
async def client(real):
    somebody = Client(real, SECRETARY)
    await somebody.say("hjelp")
    return somebody


def plain(words: list[str]) -> str:
    return "\n".join(words).replace("\\", "").replace("\N{NO-BREAK SPACE}", " ")


async def test_a_button_becomes_a_card_with_the_facts_and_its_one_button_does_it(scene, client, runtime):
    await scene.on_agenda()
    await client.go_to("notice.send", {"meeting_id": 1})
    before = await written(runtime.db)
    card = await client.press("notice.send")
    assert "5 personer får beskjed" in plain(words_of(card))
    assert inputs(card) == []
    assert [action["title"] for _, _, action in buttons(card)] == ["Send til 5"]
    assert await written(runtime.db) == before
    card = await client.press("notice.send")
    assert "innkalling sendt" in plain(words_of(card))


@pytest.mark.parametrize("way", ["execute", "submit"])
async def test_a_plain_button_from_before_becomes_that_card(real, scene, client, runtime, way):
    await scene.on_agenda()
    if way == "execute":
        card = (await real.press(SECRETARY, "notice.send", {"meeting_id": 1}))["value"]
    else:
        value = {"verb": "notice.send", "args": {"meeting_id": 1}}
        assert (await real.submit(SECRETARY, value)).status == 200
        card = real.connector.sent[-1].card
    assert "5 personer får beskjed" in plain(words_of(card))
    assert (await scene.one(Meeting, id=1)).published_at is None
    ((_, carried, action),) = buttons(card)
    assert action["fallback"]["data"] == {"verb": "notice.send", "args": carried}
    client.card = card
    assert "innkalling sendt" in plain(words_of(await client.press("notice.send")))


async def test_what_has_come_to_be_so_meanwhile_is_asked_about_too(real, scene, client):
    """The form says yes to what it showed, and to nothing else."""
    await scene.on_agenda()
    answer = await real.press(SECRETARY, "notice.send", {"meeting_id": 1, "confirm": "tells_rooms"})
    assert "5 personer får beskjed" in plain(words_of(answer["value"]))
    assert (await scene.one(Meeting, id=1)).published_at is None


async def test_both_texts_stand_there_whole_and_the_next_press_saves(scene, client):
    _, item_id = await scene.minuted()
    await client.go_to("minutes.write", {"item_id": item_id})
    await client.press("minutes.write", {"item_id": item_id})
    pages = "\n".join(f"Avsnitt {n}: rådet drøftet." for n in range(60))
    await scene.ok(KARI, "minutes.write", item_id=item_id, discussed=pages)
    card = await client.press("minutes.write", discussed="Kort merknad.")
    assert [field["value"] for field in inputs(card)] == ["Kort merknad."]
    assert all(f"Avsnitt {n}: rådet drøftet." in plain(words_of(card)) for n in range(60))
    assert (await scene.one(AgendaItem, id=item_id)).discussed == pages
    await client.press("minutes.write")
    assert (await scene.one(AgendaItem, id=item_id)).discussed == "Kort merknad."
