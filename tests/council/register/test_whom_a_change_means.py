"""Whom a reported change means: nobody's address changes hands by it, and nobody learns whom the register knows."""

from datetime import date

import pytest
from sqlalchemy import select, update

from builders import ASTRID, FRODE, RAGNHILD, SIRI
from lisbot.council.enums import Post
from lisbot.council.models import Delivery, FormerName, Organisation, Person, Secretariat, Staff

NY, EVIL = "ny@fjord.example", "evil@x.example"


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
