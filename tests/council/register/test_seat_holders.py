"""Who comes and who goes: people under new names and addresses, seats that stand empty, deputies in their order."""

import pytest

from builders import ASTRID, BJORN, FRODE, KARI, RAGNHILD, SIRI
from council.register.test_seat_changes import NY, report
from lisbot.commands import run
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Delivery, Person, SeatChange, Term
from lisbot.council.register.identity import Caller


async def approved(scene, who=ASTRID, **more):
    view = await scene.ok(who, "seat_change.report", **await report(scene, **more))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)


async def leaving(scene, **more):
    return {name: value for name, value in (await report(scene, **more)).items() if name not in ("name", "email")}


async def terms(scene, rank=None):
    found = await scene.all(Term, seat_id=await scene.seat("fjord"))
    names = {person.id: person.name for person in await scene.all(Person)}
    return [
        (t.rank, names[t.person_id], str(t.from_on), str(t.to_on))
        for t in sorted(found, key=lambda t: (t.rank, t.from_on))
        if rank is None or t.rank == rank
    ]


# The same person under a new name.


@pytest.mark.parametrize("who", [ASTRID, RAGNHILD])
@pytest.mark.parametrize("name", ["Frode Vara-Fjell", "Dr. Frode Vara", "Frode Fjell"])
async def test_a_person_under_a_new_name_is_found_again(scene, who, name):
    given = await report(scene, name=name, email=FRODE)
    change = await scene.ok(who, "seat_change.report", **given)
    asked = await run(scene.runtime, "seat_change.approve", {"change_id": change.id}, Caller("cli", RAGNHILD))
    assert asked.status == 409 and f"Er dette Frode Vara under nytt navn? {FRODE}" in asked.words
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    person = await scene.one(Person, email=FRODE)
    # What a pack calls them is kept, so that loading it again does not change the name back.
    assert (person.name, person.pack_name) == (name, "Frode Vara")
    assert len(await scene.all(Person)) == 9
    assert await terms(scene, 0) == [
        (0, "Astrid Fjord", "2026-01-01", "2027-03-31"),
        (0, name, "2027-04-01", "None"),
    ]


@pytest.mark.parametrize("name", ["frode vara", "Vara, Frode", "Frode  Vara", "Frode\u00adVara".replace("\u00ad", " ")])
async def test_the_same_name_otherwise_written_is_asked_nothing(scene, name):
    change = await scene.ok(ASTRID, "seat_change.report", **await report(scene, name=name, email=FRODE))
    asked = await run(scene.runtime, "seat_change.approve", {"change_id": change.id}, Caller("cli", RAGNHILD))
    assert "Er dette" not in asked.words
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    assert (await scene.one(Person, email=FRODE)).name == "Frode Vara"


async def test_the_doubt_is_shown_to_those_who_settle_it_and_to_nobody_else(scene):
    given = await report(scene, name="Frode Vara-Fjell", email=FRODE)
    change = await scene.ok(ASTRID, "seat_change.report", **given)
    assert change.known is None
    assert (await scene.ok(RAGNHILD, "seat_change.show", change_id=change.id)).known.name == "Frode Vara"
    assert "står i registeret på Frode Vara" in await scene.words(RAGNHILD, "seat_change.show", change_id=change.id)


async def test_another_person_with_that_address_is_sent_back(scene):
    change = await scene.ok(ASTRID, "seat_change.report", **await report(scene, name="Ola Annen", email=BJORN))
    await scene.ok(RAGNHILD, "seat_change.send_back", change_id=change.id, reason="Adressen er Bjørns.")
    assert (await scene.one(Person, email=BJORN)).name == "Bjørn Ås"


async def test_a_known_name_with_a_new_address_is_the_same_person_or_a_namesake(scene):
    for which, count in (("approve", 9), ("approve_namesake", 10)):
        given = await report(scene, name="Frode Vara", email=f"{which}@fjord.example", from_on="2027-04-01", rank=2)
        given |= {"rank": 0} if which == "approve" else {"from_on": "2027-05-01"}
        change = await scene.ok(ASTRID, "seat_change.report", **given)
        shown = await scene.done(RAGNHILD, "seat_change.show", change_id=change.id)
        assert {"seat_change.approve", "seat_change.approve_namesake"} <= {a.command for a in shown.view.actions}
        await scene.ok(RAGNHILD, f"seat_change.{which}", change_id=change.id)
        assert len(await scene.all(Person)) == count
    assert (await scene.one(Person, email="approve@fjord.example")).key == "frode"


async def test_a_namesake_is_offered_only_where_there_is_one(scene):
    change = await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    shown = await scene.ok(RAGNHILD, "seat_change.show", change_id=change.id)
    assert "seat_change.approve_namesake" not in {a.command for a in shown.actions}
    assert (await scene.refused(RAGNHILD, "seat_change.approve_namesake", change_id=change.id)).key == "no_namesake"


async def test_nobody_gets_a_secretarys_address_or_another_regions_by_a_report(scene):
    for name, from_on in (("Kari Sekretær", "2027-04-01"), ("Siri Nord", "2027-05-01")):
        change = await scene.ok(
            ASTRID, "seat_change.report", **await report(scene, name=name, email=f"x{len(name)}@x.no", from_on=from_on)
        )
        known = len(await scene.all(Person))
        await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
        assert len(await scene.all(Person)) == known + 1, "a namesake"
    assert (await scene.one(Person, email=KARI)).name == "Kari Sekretær"
    assert (await scene.one(Person, email=SIRI)).name == "Siri Nord"


# A seat that nobody follows in.


async def test_a_seat_is_left_empty_from_a_day(scene):
    change = await scene.ok(ASTRID, "seat_change.report", **await leaving(scene))
    assert "Ingen følger ennå" in await scene.words(RAGNHILD, "seat_change.show", change_id=change.id)
    asked = await run(scene.runtime, "seat_change.approve", {"change_id": change.id}, Caller("cli", RAGNHILD))
    assert "Representant: Astrid Fjord til og med onsdag 31. mars 2027." in asked.words
    assert "Utdanningsleder, Fjord sykehus HF blir ledig fra torsdag 1. april 2027." in asked.words
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    assert await terms(scene, 0) == [(0, "Astrid Fjord", "2026-01-01", "2027-03-31")]
    shown = await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    assert "Representant: ledig fra 1. april 2027" in shown
    scene.at(2027, 4, 1, 9)
    assert (await scene.refused(ASTRID, "body.show", body_id=scene.body_id)).status == 403
    assert "Ledig" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    assert "Ledig" in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)


async def test_an_empty_seat_is_filled_again(scene):
    await approved(scene, name="", email="")
    await approved(scene, who=RAGNHILD, from_on="2027-06-01")
    assert await terms(scene, 0) == [
        (0, "Astrid Fjord", "2026-01-01", "2027-03-31"),
        (0, "Ny Person", "2027-06-01", "None"),
    ]


async def test_the_deputy_who_stood_in_for_an_empty_seat_is_told_when_it_is_filled(scene):
    await approved(scene, name="", email="")
    await approved(scene, who=RAGNHILD, from_on="2027-04-01")
    (told,) = await scene.all(Delivery, kind="seat_filled")
    assert (told.person_id, told.facts["name"]) == (await scene.person(FRODE), "Ny Person")
    await approved(scene, who=RAGNHILD, name="Frode Vara", email=FRODE, from_on="2027-06-01")
    assert len(await scene.all(Delivery, kind="seat_filled")) == 1  # the seat had a holder


async def test_nobody_leaves_an_empty_seat(scene):
    await approved(scene, name="", email="")
    again = await leaving(scene, from_on="2027-05-01")
    assert (await scene.refused(RAGNHILD, "seat_change.report", **again)).key == "nobody_sits"


async def test_name_and_address_come_together_or_not_at_all(scene):
    for missing in ("name", "email"):
        reply = await scene.refused(ASTRID, "seat_change.report", **await report(scene, **{missing: ""}))
        assert set(reply.fields) == {missing}


async def test_a_vacancy_is_reported_once_and_may_be_returned(scene):
    await scene.ok(ASTRID, "seat_change.report", **await leaving(scene))
    reply = await scene.refused(ASTRID, "seat_change.report", **await leaving(scene))
    assert reply.key == "reported_vacant_already"
    await scene.ok(RAGNHILD, "seat_change.send_back", change_id=1, reason="Hvem følger?")
    assert (await scene.one(SeatChange)).state is SeatChangeState.RETURNED
    assert [d.kind for d in await scene.all(Delivery, person_id=await scene.person(ASTRID))] == ["vacancy_returned"]
    assert (await scene.refused(RAGNHILD, "seat_change.approve", change_id=1)).words.startswith("Meldingen om Utdann")


async def test_who_leaves_before_the_successor_begins_leaves_the_seat_empty_between(scene):
    await approved(scene, from_on="2027-06-01")
    await approved(scene, who=RAGNHILD, name="", email="", from_on="2027-04-01")
    assert await terms(scene, 0) == [
        (0, "Astrid Fjord", "2026-01-01", "2027-03-31"),
        (0, "Ny Person", "2027-06-01", "None"),
    ]
    assert "ledig fra 1. april 2027" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)


# Deputies.


async def test_a_deputys_term_is_ended(scene):
    await approved(scene, name="", email="", rank=1)
    assert await terms(scene) == [
        (0, "Astrid Fjord", "2026-01-01", "None"),
        (1, "Frode Vara", "2026-01-01", "2027-03-31"),
    ]
    (told,) = await scene.all(Delivery, kind="term_ended")
    assert told.person_id == await scene.person(FRODE)


async def test_a_deputy_who_becomes_the_representative_is_deputy_no_longer_and_the_next_moves_up(scene):
    await approved(scene, name="To Vara", email="to@fjord.example", rank=2, from_on="2027-01-01")
    await approved(scene, name="Tre Vara", email="tre@fjord.example", rank=3, from_on="2027-01-01")
    await approved(scene, name="Frode Vara", email=FRODE)
    assert await terms(scene) == [
        (0, "Astrid Fjord", "2026-01-01", "2027-03-31"),
        (0, "Frode Vara", "2027-04-01", "None"),
        (1, "Frode Vara", "2026-01-01", "2027-03-31"),
        (1, "To Vara", "2027-04-01", "None"),
        (2, "To Vara", "2027-01-01", "2027-03-31"),
        (2, "Tre Vara", "2027-04-01", "None"),
        (3, "Tre Vara", "2027-01-01", "2027-03-31"),
    ]
    assert {d.person_id for d in await scene.all(Delivery, kind="deputy_moved_up")} == {
        await scene.person("to@fjord.example"),
        await scene.person("tre@fjord.example"),
    }


async def test_the_only_deputy_leaves_the_seat_without_one(scene):
    await approved(scene, name="Frode Vara", email=FRODE)
    assert await terms(scene, 1) == [(1, "Frode Vara", "2026-01-01", "2027-03-31")]


async def test_the_second_deputy_becomes_the_first(scene):
    await approved(scene, name="To Vara", email="to@fjord.example", rank=2, from_on="2027-01-01")
    await approved(scene, name="To Vara", email="to@fjord.example", rank=1)
    assert await terms(scene) == [
        (0, "Astrid Fjord", "2026-01-01", "None"),
        (1, "Frode Vara", "2026-01-01", "2027-03-31"),
        (1, "To Vara", "2027-04-01", "None"),
        (2, "To Vara", "2027-01-01", "2027-03-31"),
    ]


@pytest.mark.parametrize(
    ("who", "name", "rank"),
    [(ASTRID, "Astrid Fjord", 0), (ASTRID, "Astrid Fjord", 1), (FRODE, "Frode Vara", 1), (FRODE, "Frode Vara", 2)],
)
async def test_nobody_is_on_a_seat_twice(scene, who, name, rank):
    reply = await scene.refused(RAGNHILD, "seat_change.report", **await report(scene, name=name, email=who, rank=rank))
    assert reply.key == "already_on_seat"


async def test_who_represented_may_be_deputy_afterwards(scene):
    await approved(scene)
    await approved(scene, who=RAGNHILD, name="Astrid Fjord", email=ASTRID, rank=2)
    assert (2, "Astrid Fjord", "2027-04-01", "None") in await terms(scene)


# Dates.


async def test_a_change_of_last_month_is_recorded_and_asked_about(scene):
    change = await scene.ok(RAGNHILD, "seat_change.report", **await report(scene, from_on="2026-10-01"))
    asked = await run(scene.runtime, "seat_change.approve", {"change_id": change.id}, Caller("cli", RAGNHILD))
    assert "Endringen gjelder fra torsdag 1. oktober 2026, som er før i dag." in asked.words
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    assert await terms(scene, 0) == [
        (0, "Astrid Fjord", "2026-01-01", "2026-09-30"),
        (0, "Ny Person", "2026-10-01", "None"),
    ]


@pytest.mark.parametrize("day", ["2026-01-01", "2025-12-31"])
async def test_nobody_begins_on_or_before_the_day_of_who_sits(scene, day):
    for given in (await report(scene, from_on=day), await leaving(scene, from_on=day)):
        reply = await scene.refused(RAGNHILD, "seat_change.report", **given)
        assert set(reply.fields) == {"from_on"}


async def test_two_reports_for_one_day_are_not_both_approved(scene):
    first = await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    other = await report(scene, name="En Annen", email="en@fjord.example")
    second = await scene.ok(RAGNHILD, "seat_change.report", **other)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=first.id)
    reply = await scene.refused(RAGNHILD, "seat_change.approve", change_id=second.id)
    assert (reply.status, reply.key) == (409, "from_too_early")
    assert "Ny Person begynner torsdag 1. april 2027" in reply.words


# The register.


async def test_a_future_term_is_not_said_to_last_until_now(scene):
    await approved(scene)
    shown = await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    assert f"Ny Person ({NY}), fra 1. april 2027" in shown
    assert "1. april 2027 – nå" not in shown
    scene.at(2027, 4, 2, 9)
    assert "1. april 2027 – nå" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)


async def test_a_reported_change_names_the_seat_and_who_is_replaced(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    shown = await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    assert "Representant, Utdanningsleder, Fjord sykehus HF · etter Astrid Fjord" in shown
    assert "Etter: Astrid Fjord" in (await scene.words(RAGNHILD, "seat_change.show", change_id=1))


async def test_the_form_names_who_holds_each_rank(scene):
    form = await scene.form(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"))
    (field,) = [f for f in form["fields"] if f["id"] == "rank"]
    assert [c["title"] for c in field["choices"]][:3] == [
        "Representant: Astrid Fjord",
        "Vara nr. 1: Frode Vara",
        "Vara nr. 2: Ledig",
    ]
