"""People whom the secretariat brings into the register, their further addresses and what they were called."""

from builders import ASTRID, ELI, FRODE, RAGNHILD
from lisbot.commands import run
from lisbot.council.models import Account, FormerName, Organisation, Person, PersonAddress, SignInLink
from lisbot.council.register.identity import Caller
from lisbot.council.register.sign_in import create_link

OTHER = "eli.privat@post.example"


async def test_somebody_without_a_seat_is_in_the_register_and_is_found_again(scene):
    fjord = await scene.one(Organisation, key="fjord")
    view = await scene.ok(
        RAGNHILD, "person.create", name="Nina Ny", email="nina@fjord.example", organisation_id=fjord.id, language="en"
    )
    assert (view.organisation, view.lang) == ("Fjord sykehus HF", "en")
    assert [person.name for person in (await scene.ok(RAGNHILD, "secretariat.show")).unseated] == ["Nina Ny"]
    assert (await scene.done(RAGNHILD, "person.show", person_id=view.id)).status == 200
    again = await scene.refused(RAGNHILD, "person.create", name="Nina Ny", email="NINA@fjord.example")
    assert again.key == "email_taken"
    asked = await run(scene.runtime, "person.create", {"name": "Ny, Nina"}, Caller("cli", RAGNHILD))
    assert "Nina Ny står allerede i registeret" in asked.words
    assert (await scene.refused(ASTRID, "person.create", name="X")).status == 403


async def test_any_of_their_addresses_finds_somebody_everywhere(scene):
    eli = await scene.person(ELI)
    view = await scene.ok(RAGNHILD, "person.add_address", person_id=eli, email=OTHER)
    assert view.addresses == (OTHER,)
    assert (await scene.done(OTHER, "worklist.show")).status == 200
    async with scene.runtime.db.write() as db:
        link = await create_link(db, OTHER.upper(), scene.clock())
        assert (link.email, link.lang) == (OTHER, "en")
    assert len(await scene.all(SignInLink, person_id=eli)) == 1
    caller = Caller("teams", "29:eli", tenant="tenant", email=OTHER)
    given = {"service_url": "https://smba.example/", "conversation_id": "a:1"}
    assert (await run(scene.runtime, "account.update_address", given, caller)).status == 200
    assert [account.person_id for account in await scene.all(Account)] == [eli]
    taken = await scene.refused(RAGNHILD, "person.create", name="En annen", email=OTHER)
    assert taken.key == "email_taken"
    frode = await scene.person(FRODE)
    assert (await scene.refused(RAGNHILD, "person.add_address", person_id=frode, email=OTHER)).key == "email_taken"
    same = await scene.refused(RAGNHILD, "person.add_address", person_id=eli, email=ELI)
    assert same.key == "address_there_already"


async def test_an_address_that_is_removed_opens_nothing(scene):
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.add_address", person_id=eli, email=OTHER)
    view = await scene.ok(RAGNHILD, "person.remove_address", person_id=eli, email=OTHER)
    assert view.addresses == ()
    assert (await scene.refused(OTHER, "worklist.show")).key == "stranger"
    assert (await scene.refused(RAGNHILD, "person.remove_address", person_id=eli, email=OTHER)).key == "no_such_address"
    await scene.ok(RAGNHILD, "person.add_address", person_id=await scene.person(FRODE), email=OTHER)
    assert len(await scene.all(PersonAddress)) == 2


async def test_a_former_name_is_remembered(scene):
    eli = await scene.person(ELI)
    await scene.ok(RAGNHILD, "person.edit", person_id=eli, name="Eli Nygift", email=ELI)
    view = await scene.ok(RAGNHILD, "person.show", person_id=eli)
    assert view.former_names == ("Eli Union",)
    assert [row.name for row in await scene.all(FormerName)] == ["Eli Union"]


async def test_who_has_left_the_hospital_keeps_a_seat_and_is_shown_so(scene):
    union = await scene.one(Organisation, key="union")
    eli = await scene.person(ELI)
    given = {"person_id": eli, "name": "Eli Union", "email": ELI, "organisation_id": union.id, "left_on": "2026-12-31"}
    asked = await run(scene.runtime, "person.edit", given, Caller("cli", RAGNHILD))
    assert "beholder plassene sine" in asked.words
    await scene.ok(RAGNHILD, "person.edit", **given)
    assert "Legenes forening, sluttet 31. desember 2026" in await scene.words(RAGNHILD, "person.show", person_id=eli)
    scene.at(2027, 1, 5)
    assert "Eli Union" in await scene.words(RAGNHILD, "register.show", body_id=scene.body_id)
    assert (await scene.one(Person, id=eli)).left_on is not None
