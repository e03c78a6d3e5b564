"""The link by which a representative shares an item: what its page takes, and when it ends."""

from sharing import SECRET, give, path_of, share, shared

from browser import Forms
from builders import ASTRID, BJORN, RAGNHILD
from lisbot import commands
from lisbot.council.core.views import is_allowed
from lisbot.council.enums import LocalInputState
from lisbot.council.models import (
    LocalInput,
    LocalInputAnswer,
    Meeting,
)
from lisbot.scheduler import CLOCK
from stages import JUNE


async def test_the_link_stops_at_once_when_the_item_becomes_confidential_or_leaves_the_agenda(scene, doctor):
    _, item_id = await scene.published()
    mine = await share(scene, ASTRID, item_id)
    of_item = {"item_id": item_id, "title": "Felles rotasjon", "kind": "advice"}
    await doctor.get(path_of(mine))
    form = doctor.form(path_of(mine))
    await scene.ok(RAGNHILD, "agenda_item.edit", **of_item, confidential=True)
    assert await doctor.get(path_of(mine)) == 410
    assert "rotasjon" not in doctor.page
    assert await doctor.send_form(form, form["buttons"][0], {"stance": "supports"}) == 410
    assert await scene.all(LocalInputAnswer) == []
    seen = await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)
    assert (seen.state, seen.link) == (LocalInputState.WITHHELD, "")
    await scene.ok(RAGNHILD, "agenda_item.edit", **of_item, wording="Ny tilråding", confidential=False)
    meeting_id = (await scene.one(LocalInput)).meeting_id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await doctor.get(path_of(mine)) == 200
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    assert await doctor.get(path_of(mine)) == 410


async def test_a_link_that_is_stopped_opens_nothing_and_sharing_again_gives_another(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    assert is_allowed(mine.actions, "local_input.stop")
    stopped = await scene.ok(ASTRID, "local_input.stop", local_input_id=mine.id)
    assert stopped.link == ""
    assert await doctor.get(path_of(mine)) == 410
    (again,) = [each for each in stopped.actions if each.command == "local_input.share"]
    new = await scene.ok(ASTRID, again.command, **again.arguments)
    assert new.link != mine.link
    assert [each.words for each in new.answers] == [SECRET]
    assert await doctor.get(path_of(new)) == 200
    assert await doctor.get(path_of(mine)) == 410
    same = await scene.ok(ASTRID, again.command, **again.arguments)
    assert same.link == new.link


async def test_a_link_that_nobody_signed_is_not_found(scene, doctor):
    mine = await shared(scene)
    for path in (f"{path_of(mine)}x", path_of(mine)[:-1], "/input/1", "/input/1.", "/input/9999999999.a"):
        assert await doctor.get(path) == 404, path
        assert "rotasjon" not in doctor.page


async def test_what_cannot_be_taken_in_comes_back_as_it_was_typed(scene, doctor):
    mine = await shared(scene)
    long = "Ord. " * 1000
    assert await give(doctor, path_of(mine), words=long, name="Lise") == 422
    fields = doctor.fields(path_of(mine))
    assert (fields["words"].strip(), fields["name"], fields["stance"]) == (long.strip(), "Lise", "opposes")
    assert await give(doctor, path_of(mine), "comments", name="Lise") == 422
    assert doctor.fields(path_of(mine))["name"] == "Lise"
    await doctor.get(path_of(mine))
    assert await doctor.send(path_of(mine), {"stance": "nonsense", "words": "Hei"}) == 422
    assert await scene.all(LocalInputAnswer) == []
    await doctor.get(path_of(mine))
    assert await doctor.send(path_of(mine), {"stance": "supports", "words": "Hei", "_press": "x"}) == 403
    assert doctor.fields(path_of(mine))["words"].strip() == "Hei"
    assert await scene.all(LocalInputAnswer) == []


async def test_another_language_loses_nothing_that_was_typed(scene, doctor):
    mine = await shared(scene)
    await doctor.get(path_of(mine))
    assert "ber om innspel før møtet" in doctor.page
    form = doctor.form(path_of(mine))
    english = {"name": "_lang", "value": "en"}
    assert await doctor.send_form(form, english, {"stance": "opposes", "words": "Ikke nå", "name": "Lise"}) == 200
    assert "asks for input before the meeting" in doctor.page
    fields = doctor.fields(path_of(mine))
    assert (fields["words"].strip(), fields["name"], fields["stance"]) == ("Ikke nå", "Lise", "opposes")
    assert await scene.all(LocalInputAnswer) == []


async def test_a_browser_says_where_the_form_was_and_is_let_in(scene, doctor):
    """A page that forbade browsers to say where they come from would have them send no origin with its own form."""
    mine = await shared(scene)
    await doctor.get(path_of(mine))
    assert doctor.headers["Referrer-Policy"] == "same-origin"
    sent = {"stance": "supports"}
    assert await doctor.send(path_of(mine), sent, headers={"Origin": "null"}) == 403
    await doctor.get(path_of(mine))
    assert await doctor.send(path_of(mine), sent, headers={"Origin": doctor.base}) == 200
    assert len(await scene.all(LocalInputAnswer)) == 1


async def test_what_is_behind_a_link_is_said_by_it_alone(scene, doctor):
    """Nobody signed in runs what the page runs, and nobody is told before something has come."""
    mine = await shared(scene)
    token = path_of(mine).rpartition("/")[2]
    for who in (ASTRID, RAGNHILD, BJORN):
        await scene.refused(who, "local_input.read", token=token)
        await scene.refused(who, "local_input.give", token=token, stance="supports")
        await scene.refused(who, "local_input.tell_due", local_input_id=mine.id)
    reply = await commands.run(scene.runtime, "local_input.tell_due", {"local_input_id": mine.id}, CLOCK)
    assert reply.status == 409


async def test_one_machine_sends_only_so_much_in_a_quarter_of_an_hour(scene, doctor, server):
    mine = await shared(scene)
    await doctor.get(path_of(mine))
    form = doctor.form(path_of(mine))
    sent = [
        await doctor.send_form(form, form["buttons"][0], {"stance": "supports"}, allow_redirects=False)
        for _ in range(61)
    ]
    assert sent == [303] * 60 + [429]


async def test_the_link_ends_with_the_meeting_wherever_that_is_moved(scene, doctor):
    mine = await shared(scene)
    scene.at(2027, 3, 1, 9)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=mine.meeting.id, day="2027-03-17", starts="10:00", ends="14:00")
    scene.at(2027, 3, 17, 13, 59)
    assert await doctor.get(path_of(mine)) == 200
    assert "17. mars" in doctor.page
    await doctor.get(path_of(mine))
    form = doctor.form(path_of(mine))
    scene.at(2027, 3, 17, 14, 1)
    assert await doctor.get(path_of(mine)) == 410
    assert "Møtet er over" in doctor.page
    assert await doctor.send_form(form, form["buttons"][0], {"stance": "supports"}) == 410
    assert await scene.all(LocalInputAnswer) == []
    seen = await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)
    assert not is_allowed(seen.actions, "local_input.attach")
    await scene.refused(ASTRID, "local_input.attach", local_input_id=mine.id, text="For seint")


async def test_a_cancelled_meeting_ends_it_and_a_case_on_another_agenda_takes_it_along(scene, doctor):
    mine = await shared(scene)
    await give(doctor, path_of(mine), words=SECRET)
    await scene.ok(ASTRID, "local_input.attach", local_input_id=mine.id, text="Fjord er imot.")
    june = (await scene.one(Meeting, held_on=JUNE)).id
    scene.at(2027, 3, 1, 9)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=mine.meeting.id, reason="Sjukdom")
    assert await doctor.get(path_of(mine)) == 410
    await scene.ok(RAGNHILD, "meeting.carry_cases", meeting_id=mine.meeting.id, to_meeting_id=june)
    assert await doctor.get(path_of(mine)) == 410
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    assert await doctor.get(path_of(mine)) == 200
    seen = await scene.ok(ASTRID, "local_input.show", local_input_id=mine.id)
    assert (seen.meeting.id, [each.words for each in seen.answers]) == (june, [SECRET])
    assert "Fjord er imot." in await scene.words(BJORN, "agenda.show", meeting_id=june)


async def test_the_page_leads_nowhere_and_signs_nobody_in(scene, doctor):
    mine = await shared(scene)
    await doctor.get(path_of(mine))
    assert not [each for each in doctor.links if each.startswith(("/me", "/meeting", "/form", "/do", "/case"))]
    forms = {form["action"] for form in Forms(doctor.page).forms}
    assert forms == {"/language", path_of(mine)}
    await doctor.get("/me")
    assert doctor.url.path == "/signin"
