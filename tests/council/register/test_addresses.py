"""Two addresses that look alike are one, wherever they are typed and by whomever they are shown."""

from importlib import import_module

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from builders import ASTRID, BJORN, ELI, FRODE, PAAL, RAGNHILD
from council.register.test_seat_changes import report
from lisbot.commands import run
from lisbot.council.addresses import fold_address
from lisbot.council.models import Person
from lisbot.council.register.identity import Caller
from lisbot.council.register.sign_in import create_link, find_by_email

BIDI = ("\u200e", "\u202a")  # refused in a name, as in any text
UNSEEN = (
    "\u200b",
    "\u00ad",
    "\ufeff",
    "\u2060",
    "\u200d",
    "\u200e",
    "\u202a",
    "\u00a0",
    "\u3164",
    "\ufe0f",
    "\U000e0020",
)


@pytest.mark.parametrize("unseen", UNSEEN, ids=lambda char: f"U+{ord(char):04X}")
async def test_an_address_is_kept_without_what_nobody_sees(scene, unseen):
    name = "Ny Person" if unseen in BIDI else f"{unseen}Ny Person"
    given = await report(scene, email=f"{unseen}Ny@fjord.example{unseen}", name=name)
    await scene.ok(ASTRID, "seat_change.report", **given)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    person = await scene.one(Person, email="ny@fjord.example")
    assert person.name == "Ny Person"
    scene.at(2027, 4, 2)
    roster = Caller("teams", "29:ny", "tenant", email="ny@fjord.example")
    assert (await run(scene.runtime, "menu.show", {}, roster)).status == 200


@pytest.mark.parametrize("given", ["n\u200by@fjord.example", "ny@fjo\u00adrd.example", "ny@fjord.exam\u2060ple"])
async def test_inside_an_address_too(scene, given):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, email=given))
    assert (await scene.refused(ASTRID, "seat_change.report", **await report(scene))).key == "reported_already"


@pytest.mark.parametrize(
    "given", ["ny person@fjord.example", "ny@fjord .example", "\u200b", "\u200b@\u200b", "ny\x00@a.no"]
)
async def test_what_is_no_address_is_refused_at_its_field(scene, given):
    assert set((await scene.refused(ASTRID, "seat_change.report", **await report(scene, email=given))).fields) == {
        "email"
    }


@pytest.mark.parametrize("blank", ["\u200b\u200c", "\u00ad", "\u3164", "\ufeff \u2060", "\ufe0f"])
async def test_a_name_of_nothing_is_no_name(scene, blank):
    for field in ("name", "anchored_by"):
        reply = await scene.refused(ASTRID, "seat_change.report", **await report(scene, **{field: blank}))
        assert field in reply.fields


@pytest.mark.parametrize(
    "shown",
    [
        BJORN,
        BJORN.upper(),
        "bjorn@xn--s-1fa.example",
        "Bjorn@XN--S-1FA.example",
        "bjorn@a\u030as.example",
        f"\ufeff{BJORN} ",
    ],
)
async def test_one_address_is_one_person_at_every_door(scene, shown):
    bjorn = await scene.person(BJORN)
    assert (await run(scene.runtime, "menu.show", {}, Caller("cli", shown))).status == 200
    assert (await run(scene.runtime, "menu.show", {}, Caller("slack", "U1", "T1", email=shown))).status == 200
    async with scene.runtime.db.write() as db:
        assert await find_by_email(db, shown) == bjorn
        assert (await create_link(db, shown, scene.clock())).email == BJORN
    given = await report(scene, seat_id=await scene.seat("aas"), rank=1, email=shown, name="Bjørn Ås")
    assert (await scene.refused(BJORN, "seat_change.report", **given)).status == 422  # it is he who sits there


async def test_an_address_kept_with_such_a_character_is_found_again(scene):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Person, await scene.person(FRODE))).email = "\u200bFrode@fjord.example"
    assert (await run(scene.runtime, "menu.show", {}, Caller("cli", FRODE))).status == 200
    assert (await scene.one(Person, name="Frode Vara")).email == FRODE


@pytest.mark.parametrize("label", ["xn--example-", "xn--", "xn--a", "xn--99999999"])
def test_no_domain_is_taken_for_anothers(label):
    assert fold_address(f"Kari@{label}.no") == f"kari@{label}.no"


async def test_addresses_of_before_are_brought_to_one_form_and_stay_one_persons(scene):
    """The migration's own step, on rows as an older version wrote them."""
    revision = import_module("lisbot.migrations.versions.0004_a_meetings_later_life")
    raw = {FRODE: "\u200bfrode@fjord.example", BJORN: "Bjorn@xn--s-1fa.example", ELI: f"\ufeff{PAAL}"}
    async with scene.runtime.db.engine.begin() as connection:
        for email, written in raw.items():
            await connection.execute(
                text("UPDATE person SET email = :written WHERE email = :email"), {"written": written, "email": email}
            )

        def clean(sync):
            with Operations.context(MigrationContext.configure(sync)):
                revision.clean_addresses()

        await connection.run_sync(clean)
    found = {person.name: person.email for person in await scene.all(Person)}
    assert found["Frode Vara"] == FRODE
    assert found["Bjørn Ås"] == BJORN
    assert (found["Pål Region"], found["Eli Union"]) == (PAAL, None)
