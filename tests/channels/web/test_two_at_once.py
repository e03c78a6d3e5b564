"""Two secretaries with one form on the pages: nothing either of them wrote is lost."""

import pytest

from browser import Visitor, become
from lisbot.council.models import AgendaItem, Meeting

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both

EDIT, WRITE = "/do/agenda_item.edit", "/do/minutes.write"


@pytest.fixture
async def kari(demo, scene):
    """The other one at the secretariat's desk, at a browser of her own."""
    async with Visitor(demo) as somebody:
        await become(somebody, "Ragnhild")
        yield somebody


async def test_the_second_to_save_sees_both_texts_whole_and_saves_with_the_next_press(scene, ragnhild, kari):
    _, item_id = await scene.minuted()
    for somebody in (ragnhild, kari):
        await somebody.get(f"/form/minutes.write?item_id={item_id}")
    pages = "\n\n".join(f"Avsnitt {n}: rådet drøftet ordningen." for n in range(60))
    assert await ragnhild.send(WRITE, {"discussed": pages}) == 200
    assert await kari.send(WRITE, {"discussed": "Kort merknad."}) == 409
    assert kari.fields(WRITE)["discussed"] == "Kort merknad."
    assert "Nå står det her:" in kari.page
    assert all(f"Avsnitt {n}: rådet" in kari.page for n in range(60))
    assert (await scene.one(AgendaItem, id=item_id)).discussed == pages
    assert await kari.send(WRITE, {"discussed": f"{pages}\n\nKort merknad."}) == 200
    assert (await scene.one(AgendaItem, id=item_id)).discussed == f"{pages}\n\nKort merknad."


async def test_what_nobody_else_touched_is_saved_and_what_one_did_not_touch_stays_the_others(scene, ragnhild, kari):
    item_id = await scene.on_agenda(background="Bakgrunn", duration_minutes="20")
    for somebody in (ragnhild, kari):
        await somebody.get(f"/form/agenda_item.edit?item_id={item_id}")
    assert await ragnhild.send(EDIT, {"background": "Ny bakgrunn", "confidential": "true"}) == 200
    assert await kari.send(EDIT, {"duration_minutes": "45"}) == 200
    item = await scene.one(AgendaItem, id=item_id)
    assert (item.background, item.duration_minutes, item.confidential) == ("Ny bakgrunn", 45, True)


async def test_after_a_clash_an_untouched_field_is_the_others(scene, ragnhild, kari):
    item_id = await scene.on_agenda(background="Bakgrunn", wording="Ordlyd")
    for somebody in (ragnhild, kari):
        await somebody.get(f"/form/agenda_item.edit?item_id={item_id}")
    await ragnhild.send(EDIT, {"background": "Ragnhilds", "wording": "Ragnhilds ordlyd"})
    assert await kari.send(EDIT, {"background": "Karis"}) == 409
    fields = kari.fields(EDIT)
    assert (fields["background"], fields["wording"]) == ("Karis", "Ragnhilds ordlyd")
    assert await kari.send(EDIT) == 200
    item = await scene.one(AgendaItem, id=item_id)
    assert (item.background, item.wording) == ("Karis", "Ragnhilds ordlyd")


async def test_a_form_that_comes_back_for_another_reason_still_knows_what_it_started_from(scene, ragnhild, kari):
    """What was wrong with one field is no reason to write over another's text with the next press."""
    item_id = await scene.on_agenda(background="Bakgrunn")
    for somebody in (ragnhild, kari):
        await somebody.get(f"/form/agenda_item.edit?item_id={item_id}")
    await ragnhild.send(EDIT, {"background": "Ragnhilds"})
    assert await kari.send(EDIT, {"background": "Karis", "duration_minutes": "900"}) == 422
    assert await kari.send(EDIT, {"duration_minutes": "30"}) == 409
    assert "Ragnhilds" in kari.page
    assert (await scene.one(AgendaItem, id=item_id)).background == "Ragnhilds"


async def test_what_is_asked_first_is_no_reason_to_write_over_anothers_change(scene, ragnhild, kari):
    await scene.published()
    for somebody in (ragnhild, kari):
        await somebody.get("/form/meeting.move?meeting_id=1")
    assert await ragnhild.send("/do/meeting.move", {"place": "Bergen"}) == 409
    assert await ragnhild.send("/do/meeting.move") == 200
    # A holiday is asked about, and whatever else there is to know: the form comes back before it is done.
    assert await kari.send("/do/meeting.move", {"day": "2027-05-17"}) == 409
    while kari.status == 409 and "Nå står det her:" not in kari.page:
        asked = kari.page
        await kari.send("/do/meeting.move")
        assert kari.page != asked
    assert kari.status == 200
    meeting = await scene.one(Meeting, id=1)
    assert (str(meeting.held_on), meeting.place) == ("2027-05-17", "Bergen")


async def test_choices_stand_there_by_name(scene, ragnhild, kari):
    meeting_id, _ = await scene.minuted()
    for somebody in (ragnhild, kari):
        await somebody.get(f"/form/minutes.record_presence?meeting_id={meeting_id}")
    aas, fjord = await scene.seat("aas"), await scene.seat("fjord")
    await ragnhild.send("/do/minutes.record_presence", {"present": str(aas)})
    assert await kari.send("/do/minutes.record_presence", {"present": str(fjord)}) == 409
    said = kari.page.split("Nå står det her:")[1].split("</p>")[0]
    assert said.split() == ["Bjørn", "Ås,", "Ås", "sykehus", "HF,", "Utdanningsleder"]
