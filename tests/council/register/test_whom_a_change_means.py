"""Whom a reported change means: nobody's address changes hands by it, and nobody learns whom the register knows."""

from datetime import date

import pytest
from sqlalchemy import select, update

from builders import ASTRID, FRODE, PAAL, RAGNHILD, SIRI
from lisbot.council.enums import ChangeGap, ConsentStanding, DerivedFrom, Post
from lisbot.council.models import (
    Attendance,
    ConsentRequest,
    Delivery,
    FormerName,
    Organisation,
    Person,
    Seat,
    Secretariat,
    Staff,
)
from lisbot.render.words import words

NY, EVIL, CHIEF = "ny@fjord.example", "evil@x.example", "sjef@fjord.example"
WORDS = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}


async def given(scene, **more):
    return {
        "seat_id": await scene.seat("fjord"),
        "name": "Ny Person",
        "email": NY,
        "from_on": "2027-04-01",
        "anchored_by": "Klinikksjef Dag",
        "anchored": True,
    } | more


async def employ(scene, who):
    """Have somebody work at the other secretariat and be of the hospital of this one."""
    async with scene.runtime.db.write() as db:
        north = await db.scalar(select(Secretariat.id).where(Secretariat.key == "regut-north"))
        fjord = await db.scalar(select(Organisation.id).where(Organisation.key == "fjord"))
        person_id = await scene.person(who)
        await db.execute(update(Person).where(Person.id == person_id).values(organisation_id=fjord))
        day, at = date(2026, 1, 1), scene.clock()
        post = Post.LEADER
        db.add(Staff(secretariat_id=north, person_id=person_id, post=post, from_on=day, recorded_at=at))


async def test_who_works_at_another_secretariat_is_no_colleague_to_choose(scene):
    await employ(scene, SIRI)
    form = await scene.form(RAGNHILD, "seat_change.report", seat_id=await scene.seat("fjord"))
    known = next(field for field in form["fields"] if field["id"] == "known_id")
    assert "Siri Nord" not in {each["title"] for each in known["choices"]}
    about = await given(scene, name="", email="", known_id=await scene.person(SIRI))
    assert set((await scene.refused(RAGNHILD, "seat_change.report", **about)).fields) == {"known_id"}


async def test_who_is_chosen_from_the_list_keeps_their_address(scene):
    about = await given(scene, name="", email=EVIL, known_id=await scene.person(FRODE))
    for who in (ASTRID, RAGNHILD):
        assert set((await scene.refused(who, "seat_change.report", **about)).fields) == {"email"}


@pytest.mark.parametrize("about", [{"name": "Frode Vara", "email": EVIL}, {"name": "En Annen", "email": FRODE}])
async def test_approving_changes_nobody_who_works_at_another_secretariat(scene, about):
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, **about))
    await employ(scene, FRODE)  # since it was reported
    assert (await scene.refused(RAGNHILD, "seat_change.approve", change_id=1)).key == "works_elsewhere"


async def test_who_is_renamed_by_an_approval_keeps_their_former_name_and_is_told(scene):
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, name="Frode Nes", email=FRODE))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    frode = await scene.person(FRODE)
    assert [each.name for each in await scene.all(FormerName, person_id=frode)] == ["Frode Vara"]
    assert len(await scene.all(Delivery, kind="person_edited", person_id=frode)) == 1


async def test_who_reports_learns_nothing_of_whoever_has_the_leaders_address(scene):
    reply = await scene.done(ASTRID, "seat_change.report", **await given(scene, leader_email=SIRI))
    shown = await scene.words(ASTRID, "seat_change.show", change_id=1)
    for said in (shown, " ".join(reply.reply.told), words(reply.card)):
        assert "Siri" not in said and SIRI not in said
    assert "Klinikksjef Dag" in shown
    assert SIRI in await scene.words(RAGNHILD, "seat_change.show", change_id=1)


async def test_a_namesakes_consent_says_nothing_of_the_newcomer(scene):
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    request = await scene.one(ConsentRequest, person_id=await scene.person(PAAL))
    await scene.ok(PAAL, "consent.give", request_id=request.id)
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, name="Pål Region"))
    for who in (RAGNHILD, ASTRID):
        view = await scene.ok(who, "seat_change.show", change_id=1)
        assert (view.consent, view.gaps) == (ConsentStanding.NOT_ASKED, (ChangeGap.NO_CONSENT,))


async def test_nobody_confirms_what_they_reported_or_take_over_themselves(scene):
    private = "frode.vara@privat.example"
    await scene.ok(RAGNHILD, "person.add_address", person_id=await scene.person(FRODE), email=private)
    frode = {"name": "Frode Vara", "email": FRODE}
    for more in (frode | {"leader_email": private}, {"leader_email": ASTRID}, {"leader_email": NY}):
        refusal = await scene.refused(ASTRID, "seat_change.report", **await given(scene, **more))
        assert set(refusal.fields) == {"leader_email"}, more


async def test_who_is_found_by_a_further_address_is_no_namesake(scene):
    private = "frode.vara@privat.example"
    frode = await scene.person(FRODE)
    await scene.ok(RAGNHILD, "person.add_address", person_id=frode, email=private)
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, name="Frode Vara", email=private))
    view = await scene.ok(RAGNHILD, "seat_change.show", change_id=1)
    assert view.known is None and "seat_change.approve_namesake" not in {each.command for each in view.actions}
    assert (await scene.refused(RAGNHILD, "seat_change.approve_namesake", change_id=1)).key == "no_namesake"
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    assert (await scene.one(Person, id=frode)).email == FRODE


@pytest.mark.parametrize("has_text", [False, True])
async def test_an_address_that_somebody_had_before_may_be_another_persons(scene, has_text):
    if has_text:  # they come into the register to be asked, or else when it is approved
        await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    first = {"leader_email": CHIEF}
    await scene.ok(ASTRID, "seat_change.report", **await given(scene, **first))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    for email, name in ((NY, "Ny Person"), (CHIEF, "Klinikksjef Dag")):
        person_id = await scene.person(email)
        await scene.ok(RAGNHILD, "person.edit", person_id=person_id, name=name, email=f"x{email}")
    second = {"name": "En Helt Annen", "from_on": "2027-06-01", "leader_email": CHIEF}
    await scene.ok(RAGNHILD, "seat_change.report", **await given(scene, **second))
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=2)
    assert (await scene.one(Person, email=NY)).name == "En Helt Annen"


async def vacate(scene):
    about = await given(scene, name="", email="", from_on=scene.clock().date().isoformat())
    view = await scene.ok(RAGNHILD, "seat_change.report", **about)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)


async def test_who_is_given_an_empty_seat_is_told_asked_and_invited_like_whoever_takes_one_over(scene):
    await scene.ok(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)
    meeting_id, _ = await scene.published()
    await vacate(scene)
    begun = {"seat_id": await scene.seat("fjord"), "name": "Ny Person", "email": NY, "from_on": "2027-02-01"}
    await scene.ok(RAGNHILD, "term.begin", **begun)
    ny = await scene.person(NY)
    kinds = {each.kind for each in await scene.all(Delivery, person_id=ny)}
    assert kinds >= {"change_approved", "consent_asked"}
    assert [each.person_id for each in await scene.all(Attendance, meeting_id=meeting_id, person_id=ny)] == [ny]


async def test_an_empty_seat_is_given_only_as_its_rules_allow(scene):
    await vacate(scene)
    rule = {"kind": "credential", "words": "overlege", "is_enforced": True}
    await scene.ok(RAGNHILD, "composition.add_rule", body_id=scene.body_id, **rule)
    begun = {"seat_id": await scene.seat("fjord"), "name": "Ny Person", "email": NY, "from_on": "2026-12-01"}
    assert (await scene.refused(RAGNHILD, "term.begin", **begun)).key == "breaks_no_credential"
    await scene.ok(RAGNHILD, "term.begin", **begun, rank=2)  # a deputy needs none


async def test_a_seat_that_follows_another_is_not_given_to_anybody(scene):
    await vacate(scene)
    seat_id = await scene.seat("fjord")
    async with scene.runtime.db.write() as db:
        await db.execute(update(Seat).where(Seat.id == seat_id).values(derived_from=DerivedFrom.COORDINATING_SEAT))
    begun = {"seat_id": seat_id, "name": "Ny Person", "email": NY, "from_on": "2026-12-01"}
    assert (await scene.refused(RAGNHILD, "term.begin", **begun)).key == "seat_is_derived"
