"""Guests: what they are invited to, what they see of it and until when, and that they stand in the minutes."""

import pytest

from builders import ASTRID, BJORN, HILDE, KARI, RAGNHILD, SIRI
from lisbot.council.meetings.guest_calendars import read_guest_news, record_guest_told
from lisbot.council.models import AgendaItem, Delivery, Guest, Person

NORA = "nora@sykehuspartner.example"


@pytest.fixture
async def invited(scene):
    """The ids of the meeting, its item and of Nora, who is invited to that item."""
    meeting_id, item_id = await scene.published()
    given = {"name": "Nora Partner", "email": NORA, "affiliation": "Sykehuspartner", "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    return meeting_id, item_id, (await scene.one(Guest)).id


async def kinds_told(scene, email=NORA):
    return [each.kind for each in await scene.all(Delivery, person_id=await scene.person(email))]


async def news(scene, guest_id, *, tell=True):
    """What the guest's calendar is to be told now; afterwards it knows."""
    async with scene.runtime.db.write() as db:
        person_id = await scene.person(NORA)
        found = await read_guest_news(db, guest_id, person_id, NORA, scene.runtime.now())
        if found and tell:
            await record_guest_told(db, found, "rad@regut.example", scene.runtime.now())
    return found


async def test_a_guest_sees_the_item_they_are_invited_to_and_nothing_else(scene, invited):
    meeting_id, _, guest_id = invited
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Felles rotasjon" in words and "Eventuelt" not in words
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="En annen sak", kind="discussion")
    other = (await scene.one(AgendaItem, title="En annen sak")).case_id
    for name, given in (
        ("meeting.show", {"meeting_id": meeting_id}),
        ("agenda.show", {"meeting_id": meeting_id}),
        ("case.show", {"case_id": other}),
        ("guest_invitation.list", {"meeting_id": meeting_id}),
    ):
        assert (await scene.refused(NORA, name, **given)).status in (403, 404), name
    for who in (ASTRID, SIRI, RAGNHILD):  # whose invitation it is not
        assert (await scene.refused(who, "guest_invitation.show", guest_id=guest_id)).status == 404
    for who in (ASTRID, BJORN, HILDE, SIRI):
        for name, given in (("list", {"meeting_id": meeting_id}), ("withdraw", {"guest_id": guest_id})):
            assert (await scene.refused(who, f"guest_invitation.{name}", **given)).status in (403, 404)


async def test_access_ends_with_the_meeting_and_the_guest_stands_in_the_minutes(scene, invited):
    meeting_id, item_id, guest_id = invited
    assert (await scene.ok(NORA, "guest_invitation.respond", guest_id=guest_id, response="comes")).state == "comes"
    scene.at(2027, 3, 10, 15, 30)
    assert (await scene.refused(NORA, "guest_invitation.show", guest_id=guest_id)).key == "guest_over"
    assert (await scene.refused(NORA, "guest_invitation.respond", guest_id=guest_id, response="absent")).status == 409
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    (item,) = [each for each in view.items if each.id == item_id]
    assert [(line.name, line.affiliation) for line in item.guests] == [("Nora Partner", "Sykehuspartner")]
    assert not any(line.name == "Nora Partner" for line in view.present)
    await scene.ok(RAGNHILD, "guest.remove", guest_id=guest_id)
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert not any(item.guests for item in view.items)


async def test_their_calendar_has_the_hours_of_their_item_and_follows_it(scene, invited):
    meeting_id, item_id, guest_id = invited
    first = await news(scene, guest_id)
    assert (first.starts_at.hour, first.ends_at.hour, first.sequence, first.is_withdrawn) == (9, 15, 0, False)
    assert first.body == "Samordningsrådet: Felles rotasjon"
    assert await news(scene, guest_id) is None
    # A draft of the agenda is nobody's hour; what is told is.
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Først", kind="discussion")
    new = (await scene.one(AgendaItem, title="Først")).id
    hours = {f"items.{new}.place": 1, f"items.{new}.duration_minutes": 45, f"items.{item_id}.duration_minutes": 30}
    await scene.ok(RAGNHILD, "agenda.schedule", meeting_id=meeting_id, **hours)
    assert await news(scene, guest_id) is None
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await kinds_told(scene) == ["guest_invited", "guest_changed"]
    second = await news(scene, guest_id)
    told = second.starts_at.strftime("%H:%M"), second.ends_at.strftime("%H:%M"), second.sequence
    assert told == ("09:45", "10:15", 1)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-11", starts="10:00", ends="16:00")
    assert (await news(scene, guest_id)).starts_at.strftime("%d %H:%M") == "11 10:45"
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Streik")
    last = await news(scene, guest_id)
    assert (last.is_withdrawn, last.sequence) == (True, 3)
    assert await kinds_told(scene) == ["guest_invited", "guest_changed", "guest_moved", "guest_cancelled"]
    assert (await scene.refused(NORA, "guest_invitation.show", guest_id=guest_id)).key == "guest_withdrawn"


async def test_an_invitation_is_taken_back_with_the_item_or_by_itself(scene, invited):
    meeting_id, item_id, guest_id = invited
    await news(scene, guest_id)
    asked = await scene.form(RAGNHILD, "agenda_item.remove", item_id=item_id)
    assert "Nora Partner" in str(asked)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    assert (await news(scene, guest_id)).is_withdrawn
    given = {"name": "Nora Partner", "email": NORA, "item_id": 0}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    again = (await scene.all(Guest))[-1].id
    assert (await scene.refused(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)).key == (
        "guest_invited_already"
    )
    await scene.ok(RAGNHILD, "guest_invitation.withdraw", guest_id=again, reason="Saken er utsatt.")
    assert (await scene.refused(NORA, "guest_invitation.show", guest_id=again)).key == "guest_withdrawn"
    assert (await scene.refused(RAGNHILD, "guest_invitation.withdraw", guest_id=again)).key == "guest_withdrawn"
    assert await kinds_told(scene) == ["guest_invited", "guest_withdrawn"] * 2
    assert len(await scene.all(Person, email=NORA)) == 1


async def test_who_is_in_the_meeting_already_is_no_guest_and_a_no_reaches_the_secretariat(scene, invited):
    meeting_id, item_id, guest_id = invited
    for email in (ASTRID, KARI):
        given = {"name": "En", "email": email, "item_id": item_id}
        refused = await scene.refused(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
        assert refused.key == "guest_has_part"
    await scene.ok(NORA, "guest_invitation.respond", guest_id=guest_id, response="absent")
    assert (await kinds_told(scene, RAGNHILD))[-1] == "guest_declined"
    view = await scene.ok(RAGNHILD, "guest_invitation.list", meeting_id=meeting_id)
    assert [guest.state for guest in view.guests] == ["absent"]


async def test_a_guest_of_a_confidential_item_sees_it_and_that_is_asked_about_first(scene):
    meeting_id, _ = await scene.published()
    secret = {"title": "Hemmelig sak", "kind": "discussion", "confidential": True, "background": "Bare for oss."}
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, **secret)
    item_id = (await scene.one(AgendaItem, title="Hemmelig sak")).id
    given = {"meeting_id": meeting_id, "name": "Nora Partner", "email": NORA, "item_id": item_id}
    done = await scene.done(RAGNHILD, "guest_invitation.send", **given)
    guest_id = (await scene.one(Guest)).id
    assert done.view.guests[0].item.endswith("Hemmelig sak")
    # Its papers are a draft until the notice goes out.
    assert "Bare for oss." not in await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Bare for oss." in words and "Dette er konfidensielt." in words


async def test_an_item_that_becomes_confidential_is_the_guests_only_once_that_is_said(scene, invited):
    meeting_id, item_id, guest_id = invited
    await news(scene, guest_id)
    await scene.ok(
        RAGNHILD, "agenda_item.edit", item_id=item_id, title="Felles rotasjon", kind="discussion", confidential=True
    )
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Felles rotasjon" not in words and "Saken er blitt konfidensiell, og vises ikke." in words
    assert (await news(scene, guest_id)).body == "Samordningsrådet"
    assert "gjesten ser den ikke" in await scene.words(RAGNHILD, "guest_invitation.list", meeting_id=meeting_id)
    again = {"meeting_id": meeting_id, "name": "Nora Partner", "email": NORA, "item_id": item_id}
    asked = await scene.form(RAGNHILD, "guest_invitation.send", **again)
    assert "Gjesten får se saken" in str(asked)
    await scene.ok(RAGNHILD, "guest_invitation.send", **again)
    assert "Felles rotasjon" in await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert len(await scene.all(Guest)) == 1
    assert (await scene.refused(RAGNHILD, "guest_invitation.send", **again)).key == "guest_invited_already"


async def test_a_moved_meeting_asks_guests_again_and_keeps_what_they_answered(scene, invited):
    meeting_id, _, guest_id = invited
    await scene.ok(NORA, "guest_invitation.respond", guest_id=guest_id, response="comes")
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    assert (await kinds_told(scene))[-1] == "guest_moved"
    view = await scene.ok(NORA, "guest_invitation.show", guest_id=guest_id)
    assert (view.response, view.state) == (None, "invited")
    assert "Svarte «kommer» for" in await scene.words(RAGNHILD, "guest_invitation.list", meeting_id=meeting_id)


async def test_what_the_minutes_say_of_a_guest_opens_and_closes_nothing(scene, invited):
    meeting_id, item_id, guest_id = invited
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="En annen sak", kind="discussion")
    await scene.ok(NORA, "guest_invitation.respond", guest_id=guest_id, response="comes")
    scene.at(2027, 3, 10, 10)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    other = (await scene.one(AgendaItem, title="En annen sak")).id
    given = {"name": "Nora Partner", "affiliation": "Sykehuspartner", "item_id": other}
    view = await scene.ok(RAGNHILD, "guest.edit", guest_id=guest_id, **given)
    assert [(item.id, line.name) for item in view.items for line in item.guests] == [(other, "Nora Partner")]
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Felles rotasjon" in words and "En annen sak" not in words
    noted = next(line.id for item in view.items for line in item.guests)
    view = await scene.ok(RAGNHILD, "guest.edit", guest_id=noted, **given | {"item_id": item_id})
    assert [(item.id, line.name) for item in view.items for line in item.guests] == [(item_id, "Nora Partner")]
    view = await scene.ok(RAGNHILD, "guest.remove", guest_id=noted)
    assert not any(item.guests for item in view.items)
    assert (await scene.ok(NORA, "guest_invitation.show", guest_id=guest_id)).state == "comes"
    assert (await kinds_told(scene)) == ["guest_invited"]


async def test_a_guest_who_never_answered_is_in_the_minutes_once_somebody_says_that_they_were_there(scene, invited):
    meeting_id, item_id, guest_id = invited
    scene.at(2027, 3, 10, 16)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert "Har ikke svart." in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)

    async def named():
        await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
        for who in (ASTRID, RAGNHILD):
            assert "Har ikke svart." not in await scene.words(who, "minutes.show", meeting_id=meeting_id)
        view = await scene.ok(ASTRID, "minutes.show", meeting_id=meeting_id)
        return [line.name for item in view.items for line in item.guests]

    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="input", words="Innspill.")
    assert await named() == []
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Nora var der")
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    (line,) = [line for item in view.items for line in item.guests]
    assert line.is_unsure and "guest.edit" in {each.command for each in line.actions}
    await scene.ok(RAGNHILD, "guest.edit", guest_id=guest_id, name="Nora Partner", item_id=item_id)
    assert await named() == ["Nora Partner"]


async def test_an_invitation_stands_on_the_guests_own_page_until_it_is_answered_and_then_with_the_answer(
    scene, invited
):
    _, _, guest_id = invited
    sheet = await scene.sheet(NORA, "worklist.show")
    (row,) = [row for section in sheet.sections for row in section.rows if "Felles rotasjon" in row.title]
    assert row.opens.arguments == {"guest_id": guest_id}
    comes = next(each for each in row.actions if each.arguments["response"] == "comes")
    await scene.ok(NORA, comes.command, **comes.arguments)
    view = await scene.ok(NORA, "worklist.show")
    assert [each.response for each in view.guest_invitations] == ["comes"]
    words = await scene.words(NORA, "worklist.show")
    assert "Felles rotasjon" in words and "kommer" in words
    for other in (ASTRID, RAGNHILD):
        assert (await scene.ok(other, "worklist.show")).guest_invitations == ()
    scene.at(2027, 3, 10, 15, 30)  # it is over
    assert (await scene.ok(NORA, "worklist.show")).guest_invitations == ()


async def test_whoever_invites_chooses_the_item_and_from_an_item_it_is_chosen(scene):
    meeting_id, item_id = await scene.published()
    form = await scene.form(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id)
    (field,) = [each for each in form["fields"] if each["id"] == "item_id"]
    assert field["required"] and field["value"] == ""
    assert [each["title"] for each in field["choices"]][-1] == "Hele møtet"
    given = {"meeting_id": meeting_id, "name": "Nora Partner", "email": NORA}
    assert (await scene.refused(RAGNHILD, "guest_invitation.send", **given)).key == "guest_item_needed"
    agenda = await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)
    (item,) = [each for each in agenda.items if each.id == item_id]
    (invite,) = [each for each in item.actions if each.command == "guest_invitation.send"]
    form = await scene.form(RAGNHILD, invite.command, **invite.arguments)
    assert next(each for each in form["fields"] if each["id"] == "item_id")["value"] == str(item_id)
    await scene.ok(RAGNHILD, invite.command, **invite.arguments, name="Nora Partner", email=NORA)
    assert (await scene.one(Guest)).item_id == item_id


async def test_a_guest_who_is_invited_before_the_notice_is_told_when_the_papers_are_there(scene):
    item_id = await scene.on_agenda(background="Rotasjonen er for kort.", links="https://fjord.example/notat")
    meeting_id = (await scene.one(AgendaItem, id=item_id)).meeting_id
    given = {"name": "Nora Partner", "email": NORA, "item_id": item_id}
    await scene.ok(RAGNHILD, "guest_invitation.send", meeting_id=meeting_id, **given)
    guest_id = (await scene.one(Guest)).id
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Rotasjonen er for kort." not in words and "når innkallingen er sendt" in words
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await kinds_told(scene) == ["guest_invited", "guest_papers"]
    words = await scene.words(NORA, "guest_invitation.show", guest_id=guest_id)
    assert "Rotasjonen er for kort." in words and "https://fjord.example/notat" in words
    assert "når innkallingen er sendt" not in words
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="En annen sak", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await kinds_told(scene) == ["guest_invited", "guest_papers"]  # the other item is not theirs


async def test_an_item_says_who_comes_to_it_without_a_seat_and_what_they_answered_to_the_secretariat_alone(scene):
    meeting_id, item_id = await scene.published()
    about = {"meeting_id": meeting_id}
    nora = {"name": "Nora Partner", "email": "nora@sykehuspartner.example", "affiliation": "Sykehuspartner"}
    await scene.ok(RAGNHILD, "guest_invitation.send", **about, **nora, item_id=item_id)
    omar = {"name": "Omar Leder", "email": "omar@fjord.example"}
    await scene.ok(RAGNHILD, "guest_invitation.send", **about, **omar, item_id=0)
    for command in ("meeting.show", "agenda.show"):
        (row,) = await item_rows(scene, BJORN, command, about)
        assert "Gjest: Nora Partner, Sykehuspartner" in row.text
        assert "(" not in row.text.partition("Gjest: ")[2]
        (row,) = await item_rows(scene, RAGNHILD, command, about)
        assert "Gjest: Nora Partner, Sykehuspartner (invitert)" in row.text
    sheet = await scene.sheet(BJORN, "meeting.show", **about)
    assert ("Gjester", "Omar Leder") in [(each.title, each.value) for each in sheet.facts]
    nora_id = (await scene.one(Guest, name="Nora Partner")).id
    await scene.ok("nora@sykehuspartner.example", "guest_invitation.respond", guest_id=nora_id, response="absent")
    (row,) = await item_rows(scene, BJORN, "meeting.show", about)
    assert "Nora" not in row.text
    assert "Nora" not in await scene.words(HILDE, "agenda.show", **about)
    await scene.ok(RAGNHILD, "guest_invitation.withdraw", guest_id=nora_id, reason="Utsatt.")
    (row,) = await item_rows(scene, RAGNHILD, "meeting.show", about)
    assert "Nora" not in row.text


async def item_rows(scene, who, command, about):
    """The rows of an agenda that say who comes to an item, or might."""
    sheet = await scene.sheet(who, command, **about)
    return [each for part in sheet.sections for each in part.rows if "Felles rotasjon" in each.title]
