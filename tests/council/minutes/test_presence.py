"""Who was there: what the form says is what is written."""

import pytest

from builders import ASTRID, ELI, FRODE, RAGNHILD
from lisbot.council.enums import Response
from lisbot.council.models import AgendaItem, Attendance, Guest


async def deputy_named(scene):
    """Minutes begun of a meeting that Astrid could not come to; Frode, whom she named, never pressed a button."""
    meeting_id, _ = await scene.published()
    given = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **given)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    return meeting_id


async def choices(scene, meeting_id):
    """What may be ticked in the form: value and words."""
    form = await scene.form(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id)
    return {choice["title"]: choice["value"] for choice in form["fields"][0]["choices"]}


@pytest.mark.parametrize(
    ("ticked", "written"),
    [("Frode Vara", ("Frode Vara", "Astrid Fjord")), ("Astrid Fjord", ("Astrid Fjord", ""))],
)
async def test_who_is_ticked_is_who_is_written(scene, ticked, written):
    meeting_id = await deputy_named(scene)
    offered = await choices(scene, meeting_id)
    value = next(value for words, value in offered.items() if words.startswith(ticked))
    view = await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=value)
    assert [(line.name, line.deputy_for) for line in view.present] == [written]
    form = await scene.form(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id)
    assert form["fields"][0]["value"] == value
    row = await scene.one(Attendance, seat_id=await scene.seat("fjord"), meeting_id=meeting_id)
    assert row.response is Response.ABSENT  # what was answered, and who came, are two facts


async def test_a_seat_alone_stands_for_whoever_was_to_come(scene):
    meeting_id = await deputy_named(scene)
    seat_id = await scene.seat("fjord")
    view = await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=str(seat_id))
    assert [(line.name, line.deputy_for) for line in view.present] == [("Frode Vara", "Astrid Fjord")]


async def test_two_cannot_sit_in_one_seat_nor_somebody_of_another(scene):
    meeting_id = await deputy_named(scene)
    seat_id, astrid, eli = await scene.seat("fjord"), await scene.person(ASTRID), await scene.person(ELI)
    for present, key in (
        (f"{seat_id},{seat_id}:{astrid}", "two_in_one_seat"),
        (f"{seat_id}:{eli}", "not_of_the_seat"),
        ("nobody", "invalid"),
    ):
        reply = await scene.refused(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=present)
        assert (reply.key, set(reply.fields)) == (key, {"present"})


async def test_somebody_else_sat_there_by_name_and_came_late(scene):
    meeting_id = await deputy_named(scene)
    seat_id = await scene.seat("fjord")
    given = {"meeting_id": meeting_id, "seat_id": seat_id, "name": "Gro Gjest", "arrived": "10.30", "left": "12.00"}
    await scene.ok(RAGNHILD, "minutes.record_seat", **given)
    assert "Gro Gjest (i stedet for Astrid Fjord)" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert "kl. 10.30 til 12.00" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    offered = await choices(scene, meeting_id)
    kept = offered[next(words for words in offered if words.startswith("Gro Gjest"))]
    view = await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=kept)
    assert [(line.name, line.instead_of, line.arrived.hour) for line in view.present] == [
        ("Gro Gjest", "Astrid Fjord", 10)
    ]
    wrong = given | {"arrived": "12:00", "left": "11:00"}
    assert set((await scene.refused(RAGNHILD, "minutes.record_seat", **wrong)).fields) == {"left"}
    other = {"meeting_id": meeting_id, "seat_id": seat_id, "person_id": await scene.person(ELI)}
    assert (await scene.refused(RAGNHILD, "minutes.record_seat", **other)).key == "not_of_the_seat"
    await scene.ok(RAGNHILD, "minutes.record_seat", **other | {"person_id": await scene.person(FRODE)})
    assert "Frode Vara (vara for Astrid Fjord)" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)


async def test_guests_are_written_for_the_meeting_or_for_one_item(scene):
    meeting_id, item_id = await scene.minuted()
    given = {"meeting_id": meeting_id, "name": "Ola Taler", "affiliation": "Universitetet"}
    await scene.ok(RAGNHILD, "guest.add", **given, item_id=item_id)
    await scene.ok(RAGNHILD, "guest.add", meeting_id=meeting_id, name="Kim Kursleder", left="11:00")
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert [guest.name for guest in view.guests] == ["Kim Kursleder"]
    assert {item.id: [g.name for g in item.guests] for item in view.items if item.guests} == {item_id: ["Ola Taler"]}
    assert (await scene.refused(RAGNHILD, "guest.add", **given, item_id=999)).key == "not_on_the_agenda"
    for who in (ASTRID, ELI):
        assert (await scene.refused(who, "guest.add", **given)).status == 403
    guest_id = (await scene.one(Guest, name="Ola Taler")).id
    await scene.ok(RAGNHILD, "guest.edit", guest_id=guest_id, name="Ola Taler", affiliation="NTNU", item_id=item_id)
    assert "Ola Taler, NTNU" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "guest.remove", guest_id=guest_id)
    assert "Ola Taler" not in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    for name, more in (
        ("guest.add", given),
        ("guest.remove", {"guest_id": 2}),
        ("guest.edit", {"guest_id": 2, "name": "X"}),
    ):
        assert (await scene.refused(RAGNHILD, name, **more)).key == "minutes_locked"


async def test_those_who_never_answered_are_no_public_list_of_absentees(scene):
    meeting_id = await deputy_named(scene)
    await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present="")
    assert "Eli Union" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)  # while it is written
    item_id = (await scene.one(AgendaItem, title="Felles rotasjon")).id
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    shown = await scene.words(ASTRID, "minutes.show", meeting_id=meeting_id)
    assert "Eli Union" not in shown and "Astrid Fjord" in shown  # who sent word is named
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    for who in (ASTRID, RAGNHILD):
        view = await scene.ok(who, "minutes.show", meeting_id=meeting_id)
        assert (view.missing, view.missing_count) == ((), 3)


async def test_who_is_chosen_sits_there_though_the_name_of_somebody_else_stands_beside(scene):
    meeting_id = await deputy_named(scene)
    seat_id, frode = await scene.seat("fjord"), await scene.person(FRODE)
    await scene.ok(RAGNHILD, "minutes.record_seat", meeting_id=meeting_id, seat_id=seat_id, name="Gro Gjest")
    form = await scene.form(RAGNHILD, "minutes.record_seat", meeting_id=meeting_id, seat_id=seat_id)
    assert "Gro Gjest" in [field.get("value") for field in form["fields"]]
    given = {"meeting_id": meeting_id, "seat_id": seat_id, "name": "Gro Gjest", "person_id": frode}
    view = await scene.ok(RAGNHILD, "minutes.record_seat", **given)
    assert [(line.name, line.deputy_for) for line in view.present] == [("Frode Vara", "Astrid Fjord")]


async def test_who_is_written_stays_to_be_ticked_when_their_term_has_ended_since(scene):
    meeting_id = await deputy_named(scene)
    seat_id, frode = await scene.seat("aas"), await scene.person(FRODE)
    sat_there = {"seat_id": seat_id, "rank": 1, "name": "Frode Vara", "email": FRODE, "from_on": "2027-01-01"}
    settled = {"anchored_by": "Sjefen", "anchored": "true"}
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=await reported(scene, sat_there | settled))
    ticked = f"{seat_id}:{frode}"
    await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=ticked)
    left = {"seat_id": seat_id, "rank": 1, "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=await reported(scene, left | settled))
    offered = await choices(scene, meeting_id)
    assert ticked in offered.values()
    view = await scene.ok(RAGNHILD, "minutes.record_presence", meeting_id=meeting_id, present=ticked)
    assert [line.name for line in view.present] == ["Frode Vara"]


async def reported(scene, given):
    return (await scene.ok(RAGNHILD, "seat_change.report", **given)).id
