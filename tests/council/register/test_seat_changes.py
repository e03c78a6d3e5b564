"""Who represents whom: reported, anchored, approved, and kept."""

from datetime import date

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Delivery, Person, SeatChange, Term

NY = "ny@fjord.example"


async def report(scene, **more):
    return {
        "seat_id": await scene.seat("fjord"),
        "name": "Ny Person",
        "email": NY,
        "from_on": "2027-04-01",
        "anchored_by": "Direktøren",
        "anchored": True,
    } | more


async def test_a_change_is_reported_approved_and_takes_effect_on_its_date(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    told = await scene.all(Delivery, kind="change_reported")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (RAGNHILD, KARI)}
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    old, new = [t for t in await scene.all(Term, seat_id=await scene.seat("fjord")) if t.rank == 0]
    assert (old.to_on, new.from_on, new.to_on) == (date(2027, 3, 31), date(2027, 4, 1), None)
    assert old.ended_at == new.recorded_at == scene.clock()
    body = {"body_id": scene.body_id}
    scene.at(2027, 3, 31, 23, 59)
    await scene.ok(ASTRID, "body.show", **body)
    assert (await scene.refused(NY, "body.show", **body)).status == 403
    scene.at(2027, 4, 1, 0, 0)
    await scene.ok(NY, "body.show", **body)
    assert (await scene.refused(ASTRID, "body.show", **body)).status == 403
    history = await scene.words(RAGNHILD, "register.show", **body)
    assert "Astrid Fjord (astrid@fjord.example), 1. januar 2026 – 31. mars 2027" in history


async def test_whoever_takes_over_is_told_at_once_in_words(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    reporter, newcomer = await scene.all(Delivery, kind="change_approved")
    assert (reporter.person_id, reporter.command) == (await scene.person(ASTRID), "body.show")
    # The council's card is theirs to see from the day they take over.
    assert (newcomer.person_id, newcomer.command) == (await scene.person(NY), "")


async def test_who_may_report_and_who_may_approve(scene):
    for who, status in ((BJORN, 403), (FRODE, 403), (HILDE, 403), (PAAL, 403), (SIRI, 404)):
        assert (await scene.refused(who, "seat_change.report", **await report(scene))).status == status
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    for who in (ASTRID, BJORN, FRODE, SIRI):
        assert (await scene.refused(who, "seat_change.approve", change_id=1)).status == 403
    for who, status in ((BJORN, 404), (PAAL, 404), (SIRI, 404)):
        assert (await scene.refused(who, "seat_change.show", change_id=1)).status == status
    await scene.ok(ASTRID, "seat_change.show", change_id=1)


async def test_a_change_must_be_anchored_in_the_line(scene):
    reply = await scene.refused(ASTRID, "seat_change.report", **await report(scene, anchored=False))
    assert (set(reply.fields), reply.lang) == ({"anchored"}, "nn")
    assert {f["id"]: f["value"] for f in reply.form["fields"]}["name"] == "Ny Person"
    assert set((await scene.refused(ASTRID, "seat_change.report", **await report(scene, anchored_by=" "))).fields) == {
        "anchored_by"
    }


async def test_a_change_is_returned_with_a_reason(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    assert set((await scene.refused(RAGNHILD, "seat_change.send_back", change_id=1)).fields) == {"reason"}
    await scene.ok(RAGNHILD, "seat_change.send_back", change_id=1, reason="Mangler e-post fra linjen")
    (told,) = await scene.all(Delivery, kind="change_returned")
    assert told.person_id == await scene.person(ASTRID)
    assert (await scene.one(SeatChange)).state is SeatChangeState.RETURNED
    for name, given in (("seat_change.send_back", {"reason": "Igjen"}), ("seat_change.approve", {})):
        assert (await scene.refused(RAGNHILD, name, change_id=1, **given)).key == "change_settled"


async def test_a_double_press_reports_once(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    assert (await scene.refused(ASTRID, "seat_change.report", **await report(scene))).key == "reported_already"


async def test_an_address_is_one_persons(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, email=FRODE.upper(), name="frode vara"))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert len(await scene.all(Person)) == 9


async def test_a_long_address_is_an_address(scene):
    email = "n" * 60 + "@" + "sykehus-" * 20 + "hf.example"
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, email=email))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert await scene.person(email)


async def test_a_seat_has_one_holder_on_any_day(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    early = await report(scene, name="En Til", email="en@fjord.example", from_on="2027-03-01")
    assert set((await scene.refused(ASTRID, "seat_change.report", **early)).fields) == {"from_on"}
    # A term with an end that is not reached yet ends earlier when somebody takes over before.
    async with scene.runtime.db.write() as db:
        newest = max(await scene.all(Term, seat_id=await scene.seat("fjord")), key=lambda t: t.id)
        (await db.get_one(Term, newest.id)).to_on = date(2027, 12, 31)
    later = await report(scene, name="En Til", email="en@fjord.example", from_on="2027-09-01")
    await scene.ok(RAGNHILD, "seat_change.report", **later)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=2)
    terms = sorted((t.from_on, t.to_on) for t in await scene.all(Term, seat_id=later["seat_id"]) if not t.rank)
    assert [str(to) for _, to in terms] == ["2027-03-31", "2027-08-31", "None"]


async def test_deputies_are_changed_the_same_way(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, rank="2"))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert (await scene.one(Term, rank=2)).person_id == await scene.person(NY)
    assert (await scene.refused(ASTRID, "seat_change.report", **await report(scene, rank="7"))).key == "no_such_rank"


async def test_addresses_are_seen_by_the_secretariat_and_by_oneself(scene):
    body = {"body_id": scene.body_id}
    assert "eli@union.example" in await scene.words(RAGNHILD, "register.show", **body)
    shown = await scene.words(ASTRID, "register.show", **body)
    assert "astrid@fjord.example" in shown and "eli@union.example" not in shown


async def test_a_person_without_an_address_has_a_seat_and_is_said_to_have_none(scene):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Person, await scene.person(ELI))).email = None
    assert "Eli Union (uten e-post)" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    for nobody in ("", "None", ELI):
        assert (await scene.refused(nobody, "worklist.show")).key == "stranger"


@pytest.mark.parametrize("field", ["from_on", "name", "email", "rank", "anchored", "basis", "confirm"])
async def test_half_a_character_is_refused_wherever_it_stands(scene, field):
    report = {"seat_id": 1, "name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01"}
    given = {**report, "anchored_by": "Sjefen", "anchored": "true", "from_on": "5.13.2027", field: "\ud800"}
    assert (await scene.refused(RAGNHILD, "seat_change.report", **given)).status == 422
