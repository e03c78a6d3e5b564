"""Whom a secretariat keeps in the register, and whom another does: nobody's name, address or accounts are another's
to read or to change."""

import pytest

import builders
from builders import ASTRID, ELI, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import Post
from lisbot.council.models import LineConfirmation, Person, Seat, Secretariat
from lisbot.council.register.identity import Caller
from people import form

NORA = "nora@regut-nord.example"
LEADER = "direktor@nord.example"
HEADINGS = "Råd;Virksomhet;Navn;E-post;Rolle;Fra;Til\n"


@pytest.fixture
async def nora(scene) -> int:
    """Nora leads the secretariat in the north. Returns her id."""
    async with scene.runtime.db.write() as db:
        person = Person(key="nora", name="Nora Nord", email=NORA, lang="nb")
        db.add(person)
        await db.flush()
        north = await scene.one(Secretariat, key="regut-north")
        db.add(builders.staff(north, person, Post.LEADER))
        return person.id


@pytest.fixture
async def bodyless(scene) -> int:
    """Somebody at a secretariat that has no council yet. Returns their id."""
    async with scene.runtime.db.write() as db:
        west = Secretariat(key="regut-west", name="RegUt Vest", region="Helse Vest")
        person = Person(key="vera", name="Vera Vest", email="vera@regut-vest.example", lang="nb")
        db.add_all([west, person])
        await db.flush()
        db.add(builders.staff(west, person, Post.LEADER))
        return person.id


async def asked_leader(scene) -> int:
    """A leader in the north who is asked about a change, and has no seat. Returns their id."""
    given = {"name": "Nils Ny", "email": "nils@nord.example", "from_on": "2026-12-01", "anchored": "true"}
    seat = (await scene.one(Seat, key="nordrad-nord")).id
    await scene.ok(SIRI, "seat_change.report", seat_id=seat, anchored_by="Dag Direktør", leader_email=LEADER, **given)
    return await scene.person(LEADER)


async def test_who_works_at_a_secretariat_without_a_council_is_not_anybodys(scene, bodyless):
    for command, given in (
        ("person.show", {}),
        ("person.show_data", {}),
        ("person.edit", {"name": "Vera Vest", "email": "evil@fjord.example"}),
        ("person.add_address", {"email": "evil@fjord.example"}),
        ("person.erase", {}),
    ):
        assert (await scene.refused(RAGNHILD, command, person_id=bodyless, **given)).status == 404


async def test_who_works_elsewhere_without_a_council_and_sits_here_keeps_their_address(scene, bodyless):
    seat_id = await scene.seat("aas")
    await scene.ok(
        RAGNHILD, "term.begin", seat_id=seat_id, email="vera@regut-vest.example", from_on="2026-11-02", rank=1
    )
    view = await scene.ok(RAGNHILD, "person.show", person_id=bodyless)
    assert view.actions == ()
    for command, given in (
        ("person.edit", {"name": "Vera Vest", "email": "evil@fjord.example"}),
        ("person.add_address", {"email": "evil@fjord.example"}),
        ("person.erase", {}),
    ):
        assert (await scene.refused(RAGNHILD, command, person_id=bodyless, **given)).key == "works_elsewhere"


async def test_a_leader_who_is_asked_belongs_to_the_secretariat_that_asks(scene, nora):
    leader = await asked_leader(scene)
    for command, given in (("person.show", {}), ("person.edit", {"name": "X", "email": "evil@fjord.example"})):
        assert (await scene.refused(RAGNHILD, command, person_id=leader, **given)).status == 404
    assert (await scene.ok(RAGNHILD, "secretariat.show")).unseated == ()
    assert [each.id for each in (await scene.ok(NORA, "secretariat.show")).unseated] == [leader]
    assert (await scene.ok(NORA, "person.show", person_id=leader)).email == LEADER


async def test_a_leader_whom_two_secretariats_ask_is_neithers_to_change(scene, nora):
    """Whoever changed the address would answer the other's question."""
    leader = await asked_leader(scene)
    given = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    seat = await scene.seat("fjord")
    await scene.ok(ASTRID, "seat_change.report", seat_id=seat, anchored_by="Dag Direktør", leader_email=LEADER, **given)
    assert len(await scene.all(LineConfirmation, person_id=leader)) == 2
    answer = await scene.refused(RAGNHILD, "person.edit", person_id=leader, name="X", email="evil@fjord.example")
    assert answer.key == "asked_elsewhere"


async def test_whom_another_secretariat_writes_to_outside_is_not_ones_to_change(scene, nora):
    """Whoever changed the address would be sent what is asked of the party, and answer for it."""
    party = {"name": "Direktørmøtet", "org_kind": "rhf", "contact": "Dag Direktør", "email": LEADER}
    await scene.ok(NORA, "outside_party.create", **party)
    leader = await scene.person(LEADER)
    double = await scene.ok(RAGNHILD, "person.create", name="Dag Dobbel", email="dobbel@fjord.example")
    for command, given in (
        ("person.show", {}),
        ("person.show_data", {}),
        ("person.edit", {"name": "X", "email": "evil@fjord.example"}),
        ("person.add_address", {"email": "evil@fjord.example"}),
        ("person.merge", {"other_id": double.id}),
        ("person.erase", {}),
    ):
        assert (await scene.refused(RAGNHILD, command, person_id=leader, **given)).status == 404, command
    answer = await scene.refused(RAGNHILD, "person.merge", person_id=double.id, other_id=leader)
    assert answer.status == 404
    assert LEADER not in str(await scene.form(RAGNHILD, "person.merge", person_id=double.id))
    assert (await scene.ok(NORA, "person.show", person_id=leader)).email == LEADER

    await scene.ok(RAGNHILD, "outside_party.create", **party)
    answer = await scene.refused(RAGNHILD, "person.edit", person_id=leader, name="X", email="evil@fjord.example")
    assert answer.key == "asked_elsewhere", "who is written to by two is neither's to change"


async def test_a_seat_is_given_by_number_only_to_whom_the_secretariat_knows(scene, nora):
    given = {"seat_id": await scene.seat("aas"), "from_on": "2026-11-02", "rank": 1}
    for person_id in (await scene.person(SIRI), nora, 4711):
        answer = await scene.refused(RAGNHILD, "term.begin", person_id=person_id, **given)
        assert (answer.status, "Siri" in answer.words) == (404, False)
    answer = await scene.refused(RAGNHILD, "term.begin", person_id=await scene.person(ELI), email=SIRI, **given)
    assert answer.key == "known_has_address", "and what is typed beside that is not lost"
    asked = await form(scene.runtime, RAGNHILD)("term.begin", seat_id=given["seat_id"])
    known = next(field for field in asked.view.inputs if field.name == "person_id")
    assert "Bjørn Ås" in [words for _, words in known.choices], "who is known is chosen by name"
    await scene.ok(RAGNHILD, "term.begin", person_id=await scene.person(ELI), **given)


async def test_nobodys_address_is_told_to_another_secretariat(scene, nora):
    for name, email, where in (("Siri Nord", SIRI, "Nord sykehus HF"), ("Nora Nord", NORA, "RegUt Nord")):
        asked = await run(scene.runtime, "person.create", {"name": name}, Caller("cli", RAGNHILD))
        assert name in asked.words
        assert where in asked.words
        assert email not in asked.words
        line = f"Nytt råd;Fjord;{name};;Rolle {name};;\n"
        view = await scene.ok(RAGNHILD, "register_import.upload", sheet=HEADINGS + line, file_name="råd.csv")
        form = await scene.form(RAGNHILD, "register_import.answer", import_id=view.id)
        assert f"{name} ({where})" in str(form["rows"])
        assert email not in str(form)
    asked = await run(scene.runtime, "person.create", {"name": "Eli Union"}, Caller("cli", RAGNHILD))
    assert ELI in asked.words


async def test_only_those_are_merged_whom_the_secretariat_keeps_alone(scene, nora):
    """Whoever else keeps one of the two has not been asked."""
    seat = await scene.seat("aas")
    given = {"from_on": "2026-11-02", "rank": 1}
    await scene.ok(RAGNHILD, "term.begin", seat_id=seat, name="Siri Nord", email=SIRI, **given)
    double = await scene.ok(RAGNHILD, "person.create", name="Siri Å. Nord", email="siri@post.example")
    siri = await scene.person(SIRI)
    form = await scene.form(RAGNHILD, "person.merge", person_id=double.id)
    for address in (SIRI, NORA):
        assert address not in str(form)
    for one, other in ((siri, double.id), (double.id, siri)):
        answer = await scene.refused(RAGNHILD, "person.merge", person_id=one, other_id=other)
        assert answer.key == "kept_elsewhere"
    view = await scene.ok(RAGNHILD, "person.show", person_id=siri)
    assert "person.merge" not in {each.command for each in view.actions}
    assert (await scene.one(Person, id=siri)).email == SIRI
