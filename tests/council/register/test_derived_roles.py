"""Roles that somebody holds because of something else: change one date, and chair, secretariat and routing follow."""

from datetime import date

import pytest

import builders
from builders import ASTRID, ELI, HILDE, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ConsentPurpose, OrgKind, Post, Standing
from lisbot.council.models import (
    Body,
    ConsentRequest,
    ConsentText,
    Coordination,
    Delivery,
    Organisation,
    Person,
    Secretariat,
    Staff,
    Term,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import Scheduler

NORA, NILS, STIG = "nora@nord.example", "nils@nord.example", "stig@sør.example"


class Tka:
    """TKA, run by the south: HR directors of two regions, its leader's seat, and the leaders of both RegUts."""

    def __init__(self, scene, ids):
        self.scene, self.ids = scene, ids
        self.body_id = ids["body"]

    async def chair(self, day, known_on=None):
        asked = {"on": day} if known_on is None else {"on": day, "known_on": known_on}
        view = await self.scene.ok(ELI, "register.look_back", body_id=self.body_id, **asked)
        (seat,) = [each for each in view.seats if each.role == "Leder"]
        return tuple([held.name for held in each] for each in (seat.then, seat.now))

    async def holders(self, seat):
        terms = await self.scene.all(Term, seat_id=self.ids[seat])
        people = {person.id: person.name for person in await self.scene.all(Person)}
        return [(people[t.person_id], t.from_on, t.to_on) for t in sorted(terms, key=lambda t: t.from_on)]

    async def tick(self):
        return await Scheduler(self.scene.runtime).run_all_due()


@pytest.fixture
async def tka(scene) -> Tka:
    async with scene.runtime.db.write() as db:
        south, north = [await scene.one(Secretariat, key=f"regut-{key}") for key in ("south", "north")]
        first = await db.get_one(Body, scene.body_id)
        body = Body(
            key="tka",
            secretariat_id=south.id,
            name="TKA",
            kind="arbeidsgruppe",
            region="",
            authority=first.authority,
            lang="nb",
        )
        organisations = [
            Organisation(key=f"rhf-{key}", name=f"{key} RHF", short_name=key, kind=OrgKind.RHF, region=key)
            for key in ("Helse Sør", "Helse Nord")
        ]
        people = [
            Person(key=e, name=n, email=e) for n, e in (("Stig Sør", STIG), ("Nora Nord", NORA), ("Nils Nord", NILS))
        ]
        db.add_all([body, *organisations, *people])
        await db.flush()
        union = await scene.one(Organisation, key="union")
        seats = {
            "hr-south": builders.seat(body, organisations[0], "HR-direktør", Standing.VOTING),
            "hr-north": builders.seat(body, organisations[1], "HR-direktør", Standing.VOTING),
            "chair": builders.seat(body, organisations[0], "Leder", Standing.NONVOTING, chairs=True),
            "regut-south": builders.seat(body, organisations[0], "RegUt-leder", Standing.VOTING),
            "regut-north": builders.seat(body, organisations[1], "RegUt-leder", Standing.VOTING),
            "union": builders.seat(body, union, "Tillitsvalgt", Standing.VOTING),
        }
        for position, (key, seat) in enumerate(seats.items()):
            seat.position, seat.key = position, f"tka-{key}"
        db.add_all(seats.values())
        await db.flush()
        eli, siri = [await scene.one(Person, email=email) for email in (ELI, SIRI)]
        db.add_all(
            [
                builders.term(seats["hr-south"], people[0]),
                builders.term(seats["hr-north"], people[1]),
                builders.term(seats["union"], eli),
                builders.staff(north, siri, Post.LEADER),
            ]
        )
        ids = {key: seat.id for key, seat in seats.items()}
        ids |= {"body": body.id, "south": south.id, "north": north.id}
    return Tka(scene, ids)


async def follow(scene, tka, seat, **given):
    return await scene.done(RAGNHILD, "derived_role.set", seat_id=tka.ids[seat], **given)


async def test_the_coordinating_region_changes_and_chair_secretariat_and_routing_follow(scene, tka):
    """TKA «ledes av HR-/PO-direktøren i den regionen som til enhver tid har ansvaret for koordinerende RegUt»."""
    coordinating = {"derived_from": "coordinating_seat", "source_seat_id": tka.ids["hr-north"]}
    await follow(scene, tka, "chair", **coordinating)
    for seat in ("regut-south", "regut-north"):
        await follow(scene, tka, seat, derived_from="post", post="leader")
    today = date(2026, 11, 2)
    assert await tka.holders("chair") == [("Stig Sør", today, None)]
    assert await tka.holders("regut-south") == [("Ragnhild Regut", today, None)]
    assert await tka.holders("regut-north") == [("Siri Nord", today, None)]
    planned = {"body_id": tka.body_id, "secretariat_id": tka.ids["north"], "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "coordination.plan", **planned)
    assert await tka.holders("chair") == [
        ("Stig Sør", today, date(2027, 1, 31)),
        ("Nora Nord", date(2027, 2, 1), None),
    ]
    assert {d.person_id for d in await scene.all(Delivery, kind="coordination_planned")} >= {await scene.person(SIRI)}
    scene.at(2027, 1, 31, 23, 59)
    await tka.tick()
    await scene.ok(RAGNHILD, "composition.show", body_id=tka.body_id)
    assert (await scene.refused(SIRI, "composition.show", body_id=tka.body_id)).status == 403
    scene.at(2027, 2, 1, 0, 1)
    await tka.tick()
    assert (await scene.one(Body, key="tka")).secretariat_id == tka.ids["north"]
    await scene.ok(SIRI, "composition.show", body_id=tka.body_id)
    assert (await scene.refused(RAGNHILD, "composition.show", body_id=tka.body_id)).status in (403, 404)
    assert await tka.chair("2027-01-31") == (["Stig Sør"], ["Stig Sør"])
    assert await tka.chair("2027-02-01") == (["Nora Nord"], ["Nora Nord"])
    assert await tka.chair("2027-02-01", "2026-11-01") == ([], ["Nora Nord"])
    shown = await scene.words(SIRI, "coordination.show", body_id=tka.body_id)
    assert "Sekretariat nå: RegUt Nord" in shown
    # What members report goes to the one that runs it now.
    change = {"seat_id": tka.ids["union"], "name": "Ny Tillitsvalgt", "email": "ny@union.example"}
    await scene.ok(ELI, "seat_change.report", **change, from_on="2027-04-01", anchored_by="Lederen", anchored="true")
    told = {delivery.person_id for delivery in await scene.all(Delivery, kind="change_reported")}
    assert told == {await scene.person(SIRI)}
    assert await tka.tick() == 0


async def test_a_derived_seat_follows_whoever_takes_over_what_it_follows_from(scene, tka):
    await follow(scene, tka, "chair", derived_from="seat", source_seat_id=tka.ids["hr-south"])
    change = {"seat_id": tka.ids["hr-south"], "name": "Nils Nord", "email": NILS, "from_on": "2027-01-01"}
    await scene.ok(RAGNHILD, "seat_change.report", **change, anchored_by="Styret", anchored="true")
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    await tka.tick()
    assert await tka.holders("chair") == [
        ("Stig Sør", date(2026, 11, 2), date(2026, 12, 31)),
        ("Nils Nord", date(2027, 1, 1), None),
    ]
    report = {"seat_id": tka.ids["chair"], "from_on": "2027-02-01", "anchored_by": "Styret", "anchored": "true"}
    assert (await scene.refused(RAGNHILD, "seat_change.report", **report)).key == "seat_is_derived"
    # A post that is left is a seat that is empty.
    await follow(scene, tka, "regut-south", derived_from="post", post="leader")
    async with scene.runtime.db.write() as db:
        staff = await scene.one(Staff, person_id=await scene.person(RAGNHILD))
        (await db.get_one(Staff, staff.id)).to_on = date(2026, 11, 30)
    await tka.tick()
    assert await tka.holders("regut-south") == [("Ragnhild Regut", date(2026, 11, 2), date(2026, 11, 30))]
    await follow(scene, tka, "chair")
    assert await tka.tick() == 0


async def test_seats_do_not_follow_from_one_another_in_a_circle(scene, tka):
    async def refused(seat, **given):
        return (await scene.refused(RAGNHILD, "derived_role.set", seat_id=tka.ids[seat], **given)).key

    await follow(scene, tka, "chair", derived_from="seat", source_seat_id=tka.ids["hr-south"])
    await follow(scene, tka, "regut-north", derived_from="seat", source_seat_id=tka.ids["chair"])
    for seat, source in (("hr-south", "chair"), ("hr-south", "regut-north"), ("chair", "chair")):
        given = {"derived_from": "seat", "source_seat_id": tka.ids[source]}
        assert await refused(seat, **given) == "derived_in_a_circle"
    # Nor by way of the seats like it in another region.
    given = {"derived_from": "coordinating_seat", "source_seat_id": tka.ids["regut-south"]}
    assert await refused("hr-south", **given) == "derived_in_a_circle"
    assert await refused("union", derived_from="seat") == "derived_from_what"
    assert await refused("union", derived_from="post") == "derived_from_what"


async def test_what_cannot_be_planned_is_refused(scene, tka):
    planned = {"body_id": tka.body_id, "from_on": "2027-02-01"}
    south = await scene.refused(RAGNHILD, "coordination.plan", **planned, secretariat_id=tka.ids["south"])
    assert south.key == "coordinates_already"
    await scene.ok(RAGNHILD, "coordination.plan", **planned, secretariat_id=tka.ids["north"])
    for from_on in ("2027-02-01", "2027-01-01"):
        given = {"body_id": tka.body_id, "from_on": from_on, "secretariat_id": tka.ids["south"]}
        assert (await scene.refused(RAGNHILD, "coordination.plan", **given)).key == "coordination_is_planned"
    assert (await scene.refused(RAGNHILD, "coordination.plan", **planned, secretariat_id=99)).status == 404
    assert len(await scene.all(Coordination)) == 2


async def test_who_may_plan_and_what_the_clock_alone_does(scene, tka):
    planned = {"body_id": tka.body_id, "secretariat_id": tka.ids["north"], "from_on": "2027-02-01"}
    seat = {"seat_id": tka.ids["chair"], "derived_from": "post", "post": "leader"}
    for who in (ASTRID, PAAL, HILDE, SIRI, ELI):
        assert (await scene.refused(who, "coordination.plan", **planned)).status in (403, 404)
        assert (await scene.refused(who, "coordination.show", body_id=tka.body_id)).status in (403, 404)
        assert (await scene.refused(who, "derived_role.set", **seat)).status in (403, 404)
    for command, given in (
        ("coordination.take_effect", {"body_id": tka.body_id}),
        ("derived_role.follow", {"seat_id": tka.ids["chair"]}),
    ):
        assert (await scene.refused(RAGNHILD, command, **given)).status == 403
    await scene.ok(RAGNHILD, "coordination.plan", **planned)
    await scene.ok(RAGNHILD, "coordination.show", body_id=tka.body_id)


async def test_a_planned_change_is_cancelled_before_its_day(scene, tka):
    coordinating = {"derived_from": "coordinating_seat", "source_seat_id": tka.ids["hr-north"]}
    await follow(scene, tka, "chair", **coordinating)
    assert (await scene.refused(RAGNHILD, "coordination.cancel", body_id=tka.body_id)).key == "nothing_planned"
    planned = {"body_id": tka.body_id, "secretariat_id": tka.ids["north"], "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "coordination.plan", **planned)
    view = await scene.ok(RAGNHILD, "coordination.cancel", body_id=tka.body_id)
    assert [(each.secretariat, each.to_on) for each in view.periods] == [("RegUt Sør", None)]
    assert await tka.holders("chair") == [("Stig Sør", date(2026, 11, 2), None)]
    scene.at(2027, 2, 1, 9)
    assert await tka.tick() == 0


async def test_those_who_sit_in_one_council_sit_in_another_too(scene, tka):
    """Helse Nord: the Forum's people have «møterett» in Strategisk råd."""
    mirrored = {"body_id": tka.body_id, "source_body_id": scene.body_id}
    view = await scene.ok(RAGNHILD, "derived_role.mirror", **mirrored)
    held = {seat.seat: [name for name, _, _ in seat.holders] for seat in view.seats}
    assert held == {
        "Utdanningsleder, Fjord sykehus HF": ["Astrid Fjord"],
        "Utdanningsleder, Ås sykehus HF": ["Bjørn Ås"],
        "Tillitsvalgt, Legenes forening": ["Eli Union"],
        "Rådgiver, Helse Sør RHF": ["Pål Region"],
    }
    await scene.ok(ASTRID, "body.show", body_id=tka.body_id)
    assert (await scene.refused(ASTRID, "vote.open", body_id=tka.body_id, question="?")).status == 403
    assert (await scene.refused(RAGNHILD, "derived_role.mirror", **mirrored)).key == "mirrored_already"
    # Whoever comes from there is not taken back.
    back = {"body_id": scene.body_id, "source_body_id": tka.body_id}
    view = await scene.ok(RAGNHILD, "derived_role.mirror", **back)
    assert {"Stig Sør", "Nora Nord"} == {n for s in view.seats for n, *_ in s.holders} - {"Eli Union"}
    for who in (ASTRID, SIRI):
        assert (await scene.refused(who, "derived_role.mirror", **mirrored)).status in (403, 404)
        assert (await scene.refused(who, "coordination.cancel", body_id=tka.body_id)).status in (403, 404)


async def told(scene, kind):
    return {delivery.person_id for delivery in await scene.all(Delivery, kind=kind)}


async def test_a_derived_seat_that_is_abolished_stays_so(scene, tka):
    await follow(scene, tka, "regut-south", derived_from="post", post="leader")
    await follow(scene, tka, "chair", derived_from="coordinating_seat", source_seat_id=tka.ids["hr-north"])
    planned = {"body_id": tka.body_id, "secretariat_id": tka.ids["north"], "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "coordination.plan", **planned)
    # Whoever was to follow later is in nobody's way: nobody gave them the seat.
    for seat in ("regut-south", "chair"):
        await scene.ok(RAGNHILD, "seat.abolish", seat_id=tka.ids[seat], from_on="2027-01-01")
    today, last = date(2026, 11, 2), date(2026, 12, 31)
    kept = {"regut-south": [("Ragnhild Regut", today, last)], "chair": [("Stig Sør", today, last)]}
    assert await tka.tick() == 0
    scene.at(2027, 1, 2, 9)
    assert await tka.tick() == 0
    assert {seat: await tka.holders(seat) for seat in kept} == kept


async def test_a_council_of_mirrored_seats_that_is_closed_stays_so(scene, tka):
    body = await scene.ok(RAGNHILD, "body.create", name="Strategisk råd")
    await scene.ok(RAGNHILD, "derived_role.mirror", body_id=body.body.id, source_body_id=tka.body_id)
    await scene.ok(RAGNHILD, "body.close", body_id=body.body.id, from_on="2027-01-01")
    assert await tka.tick() == 0
    mirrored = {"body_id": body.body.id, "source_body_id": scene.body_id}
    assert (await scene.refused(RAGNHILD, "derived_role.mirror", **mirrored)).key == "body_closed"


async def test_nobody_loses_a_seat_by_deriving_it_unasked_and_untold(scene, tka):
    """The post that it follows from is nobody's."""
    given = {"seat_id": tka.ids["hr-north"], "derived_from": "post", "post": "adviser"}
    asked = await commands.run(scene.runtime, "derived_role.set", given, Caller("cli", RAGNHILD))
    assert asked.key == "needs_confirming" and "Nora Nord" in asked.words and "blir ledig" in asked.words
    assert await tka.holders("hr-north") == [("Nora Nord", date(2026, 1, 1), None)]
    await scene.ok(RAGNHILD, "derived_role.set", **given)
    assert [to_on for _, _, to_on in await tka.holders("hr-north")] == [date(2026, 11, 1)]
    assert await scene.person(NORA) in await told(scene, "seat_left")


async def test_who_leaves_by_the_clock_is_told_and_who_comes_is_asked_for_consent(scene, tka):
    words = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=tka.body_id, **words)
    await follow(scene, tka, "chair", derived_from="seat", source_seat_id=tka.ids["hr-south"])
    change = {"seat_id": tka.ids["hr-south"], "name": "Nils Nord", "email": NILS, "from_on": "2027-01-01"}
    await scene.ok(RAGNHILD, "seat_change.report", **change, anchored_by="Styret", anchored="true")
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    before = len(await scene.all(Delivery, kind="term_ended"))
    await tka.tick()
    ended = (await scene.all(Delivery, kind="term_ended"))[before:]
    assert [(each.person_id, each.facts["seat"]) for each in ended] == [
        (await scene.person(STIG), "Leder, Helse Sør RHF")
    ]
    await follow(scene, tka, "regut-south", derived_from="post", post="leader")
    assert await scene.person(RAGNHILD) in {each.person_id for each in await scene.all(ConsentRequest)}


async def test_the_secretariat_that_takes_over_asks_for_consent_of_its_own(scene, tka):
    words = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}
    async with scene.runtime.db.write() as db:
        made = {"made_at": scene.clock(), "made_by_id": await scene.person(SIRI), "version": 1, **words}
        db.add(ConsentText(secretariat_id=tka.ids["north"], purpose=ConsentPurpose.ROSTER, **made))
    planned = {"body_id": tka.body_id, "secretariat_id": tka.ids["north"], "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "coordination.plan", **planned)
    assert await scene.all(ConsentRequest) == []
    scene.at(2027, 2, 1, 9)
    await tka.tick()
    asked = {each.person_id for each in await scene.all(ConsentRequest)}
    assert asked == {await scene.person(each) for each in (STIG, NORA, ELI)}
    await tka.tick()
    assert len(await scene.all(Delivery, kind="consent_asked")) == len(asked)
