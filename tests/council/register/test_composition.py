"""How bodies are composed: what their mandates ask for, soft, and what is missing now and soon."""

import pytest

from builders import ASTRID, BJORN, ELI, RAGNHILD, SIRI
from lisbot.council.enums import FindingKind as F
from lisbot.council.models import Body, CompositionRule, Organisation, Person, Seat, Term
from statements import sent_to


async def kinds(scene):
    view = await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)
    return [(found.kind, found.seat or found.words) for found in view.findings]


async def rule(scene, kind, **given):
    return await scene.ok(RAGNHILD, "composition.add_rule", body_id=scene.body_id, kind=kind, **given)


async def test_what_is_missing_is_found_without_any_rule_the_worst_first(scene):
    scene.at(2027, 5, 1, 12)
    async with scene.runtime.db.write() as db:
        (await db.get_one(Term, 3)).to_on = scene.clock().date().replace(day=20)
        (await db.get_one(Term, 4)).to_on = scene.clock().date().replace(year=2026)
        (await db.get_one(Seat, await scene.seat("fjord"))).credentials = ["Overlege"]
    view = await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)
    found = [(each.kind, each.organisation) for each in view.findings]
    assert found[:3] == [
        (F.VACANT, "Legenes forening"),
        (F.VACANT_SOON, "Ås sykehus HF"),
        (F.NO_CREDENTIAL, "Fjord sykehus HF"),
    ]
    # Who only gets the agenda is no part of it; a seat with a deputy has one.
    assert {organisation for kind, organisation in found if kind is F.NO_DEPUTY} == {"Ås sykehus HF", "Helse Sør RHF"}
    words = await scene.words(RAGNHILD, "composition.show", body_id=scene.body_id)
    assert "Utdanningsleder, Ås sykehus HF blir ledig 21. mai 2027, når perioden til Bjørn Ås er over." in words


async def test_what_a_mandate_asks_for_is_looked_at_and_enforced_by_nobody(scene):
    scene.at(2027, 5, 1, 12)
    fjord, aas = [(await scene.one(Organisation, key=key)).id for key in ("fjord", "aas")]
    # Helse Midt-Norge: who leads is preferably from St. Olavs; one union representative for the specialty.
    await rule(scene, "preferred_from", organisation_id=fjord, source="Mandatet, 3.1")
    await rule(scene, "union_per_specialty", words="Nevrologi")
    await rule(scene, "seats_of", organisation_id=aas, number="2", role="Utdanningsleder")
    await rule(scene, "credential", words="overlege", role="utdanningsleder")
    found = await kinds(scene)
    assert [kind for kind, _ in found if kind is not F.NO_DEPUTY] == [
        F.TOO_FEW_SEATS,
        F.NO_CREDENTIAL,
        F.NO_CREDENTIAL,
        F.NOT_PREFERRED,
    ]
    async with scene.runtime.db.write() as db:
        (await db.get_one(Seat, await scene.seat("union"))).specialty = "Øyesykdommer"
    assert (F.UNION_MISSING, "Nevrologi") in await kinds(scene)
    await scene.ok(RAGNHILD, "composition.remove_rule", rule_id=2)
    assert F.UNION_MISSING not in dict(await kinds(scene))


async def test_a_person_with_too_many_seats(scene, second_council):
    await rule(scene, "most_seats", number="1")
    view = await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)
    (found,) = [each for each in view.findings if each.kind is F.HOLDS_TOO_MANY]
    assert (found.name, found.count, found.number) == ("Bjørn Ås", 2, 1)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kind": "seats_of", "number": "2"}, "organisation_id"),
        ({"kind": "preferred_from"}, "organisation_id"),
        ({"kind": "credential"}, "words"),
        ({"kind": "most_seats"}, "number"),
        ({"kind": "most_seats", "number": "0"}, "number"),
    ],
)
async def test_a_rule_that_says_too_little_is_refused(scene, given, field):
    answer = await scene.refused(RAGNHILD, "composition.add_rule", body_id=scene.body_id, **given)
    assert set(answer.fields) == {field}


async def test_the_same_rule_is_there_once(scene):
    await rule(scene, "most_seats", number="2")
    given = {"body_id": scene.body_id, "kind": "most_seats", "number": "2"}
    assert (await scene.refused(RAGNHILD, "composition.add_rule", **given)).key == "rule_is_there"


async def test_a_rule_is_edited_and_its_former_words_are_in_the_log(scene):
    await rule(scene, "most_seats", number="2")
    await rule(scene, "credential", words="Overlege", source="Mandatet, 3.1")
    first, second = (await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)).rules
    assert [each.command for each in second.actions] == ["composition.edit_rule", "composition.remove_rule"]
    given = {"rule_id": second.id, "kind": "credential", "words": "Spesialist", "is_enforced": "true"}
    view = await scene.ok(RAGNHILD, "composition.edit_rule", **given)
    assert [(each.id, each.words, each.is_enforced) for each in view.rules] == [
        (first.id, "", False),
        (second.id, "Spesialist", True),
    ]
    line = (await scene.ok(RAGNHILD, "log.show", body_id=scene.body_id)).lines[0]
    assert line.arguments["former"]["words"] == "Overlege"
    same = given | {"kind": "most_seats", "number": "2", "words": ""}
    assert (await scene.refused(RAGNHILD, "composition.edit_rule", **same)).key == "rule_is_there"
    assert set((await scene.refused(RAGNHILD, "composition.edit_rule", **given | {"words": ""})).fields) == {"words"}
    assert (await scene.refused(SIRI, "composition.edit_rule", **given)).status == 403


async def test_a_specialty_has_one_union_representative_in_all_the_councils(scene, second_council):
    """Also where each council by itself has one."""
    await rule(scene, "union_across", words="Nevrologi")
    assert (F.UNION_MISSING, "Nevrologi") in await kinds(scene)
    async with scene.runtime.db.write() as db:
        seat = await db.get_one(Seat, await scene.seat("union"))
        seat.specialty = "Nevrologi"
        other = Seat(
            key="other-union",
            body_id=second_council,
            organisation_id=seat.organisation_id,
            role="Tillitsvalgt",
            standing="voting",
            position=9,
            specialty="nevrologi",
        )
        db.add(other)
    assert F.UNION_MISSING not in dict(await kinds(scene))
    async with scene.runtime.db.write() as db:
        made = (await scene.one(Seat, key="other-union")).id
        day = scene.clock().date().replace(day=1)
        db.add(Term(seat_id=made, person_id=await scene.person(ELI), rank=0, from_on=day, recorded_at=scene.clock()))
    assert (F.UNION_TWICE, "Nevrologi") in await kinds(scene)
    words = await scene.words(RAGNHILD, "composition.show", body_id=scene.body_id)
    assert "Tillitsvalgte for Nevrologi i alle rådene: 2; ønsket er 1." in words


async def test_a_change_against_a_rule_is_approved_unless_the_body_enforces_it(scene):
    change = {"seat_id": await scene.seat("fjord"), "name": "Ny Person", "email": "ny@fjord.example"}
    change |= {"from_on": "2027-04-01", "anchored_by": "Direktøren", "anchored": "true"}
    await scene.ok(ASTRID, "seat_change.report", **change)
    await rule(scene, "credential", words="Overlege", is_enforced="true")
    answer = await scene.refused(RAGNHILD, "seat_change.approve", change_id=1)
    assert (answer.status, answer.key) == (409, "breaks_no_credential")
    assert "Rådet krever «Overlege»" in answer.words
    await scene.ok(RAGNHILD, "composition.remove_rule", rule_id=1)
    await rule(scene, "credential", words="Overlege")
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)


@pytest.mark.parametrize(
    ("kind", "more", "key"),
    [
        ("union_per_specialty", {"words": "Nevrologi"}, "breaks_union_per_specialty"),
        ("union_across", {"words": "Nevrologi"}, "breaks_union_across"),
        ("seats_of", {"number": "1"}, "breaks_seats_of"),
    ],
)
async def test_one_more_than_a_body_enforces_is_not_approved_and_a_successor_is(scene, second_council, kind, more, key):
    """Who takes over the seat of another is one as before; who takes a second one is one too many."""
    seat_id = await scene.seat("union")
    async with scene.runtime.db.write() as db:
        seat = await db.get_one(Seat, seat_id)
        seat.specialty = "Nevrologi"
        of = {"organisation_id": seat.organisation_id, "role": "Tillitsvalgt", "standing": "voting", "position": 9}
        body_id = second_council if kind == "union_across" else scene.body_id
        db.add(Seat(key="other-union", body_id=body_id, specialty="nevrologi", **of))
        organisation_id = seat.organisation_id
    other_id = (await scene.one(Seat, key="other-union")).id
    if kind == "seats_of":
        more = more | {"organisation_id": organisation_id}
    await rule(scene, kind, is_enforced="true", **more)
    given = {"from_on": "2027-04-01", "anchored_by": "Lederen", "anchored": "true"}
    follows = {"name": "Uno Ny", "email": "uno@union.example"}
    view = await scene.ok(RAGNHILD, "seat_change.report", seat_id=seat_id, **follows, **given)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)
    if kind == "union_across":  # the rule of the other council, whose seat it is
        await scene.ok(RAGNHILD, "composition.add_rule", body_id=body_id, kind=kind, is_enforced="true", **more)
    second = {"name": "Due Ny", "email": "due@union.example"}
    view = await scene.ok(RAGNHILD, "seat_change.report", seat_id=other_id, **second, **given)
    answer = await scene.refused(RAGNHILD, "seat_change.approve", change_id=view.id)
    assert (answer.status, answer.key) == (409, key)
    assert "blir det 2" in answer.words


@pytest.fixture
async def two_union_seats(scene, second_council) -> dict[str, list[int]]:
    """Two seats of a union for one specialty that nobody has yet: in one council, and in two. Returns their numbers."""
    async with scene.runtime.db.write() as db:
        union = Organisation(key="eyes", name="Øyelegeforeningen", short_name="Øyelegene", kind="union", region="")
        db.add(union)
        await db.flush()
        of = {"organisation_id": union.id, "role": "Tillitsvalgt", "standing": "voting", "specialty": "Øyesykdommer"}
        bodies = [scene.body_id, scene.body_id, second_council]
        seats = [Seat(key=f"eyes-{n}", body_id=body_id, position=20 + n, **of) for n, body_id in enumerate(bodies)]
        db.add_all(seats)
        await db.flush()
        one, two, elsewhere = [seat.id for seat in seats]
    return {"here": [one, two], "across": [one, elsewhere]}


@pytest.mark.parametrize("is_later_first", [False, True])
@pytest.mark.parametrize("kind", ["union_per_specialty", "union_across", "seats_of"])
async def test_the_number_is_kept_in_whichever_order_two_are_approved(
    scene, second_council, two_union_seats, kind, is_later_first
):
    """One from April and one from June are two in June, also where June was approved first; who leaves in May is none
    too many."""
    given = {"kind": kind, "is_enforced": "true"}
    if kind == "seats_of":
        given |= {"number": "1", "organisation_id": (await scene.one(Organisation, key="eyes")).id}
    for body_id in (scene.body_id, second_council):
        await scene.ok(RAGNHILD, "composition.add_rule", body_id=body_id, **given)
    async with scene.runtime.db.write() as db:
        (await db.get_one(Seat, await scene.seat("union"))).specialty = "Nevrologi"
    seats = two_union_seats["across" if kind == "union_across" else "here"]
    days = ["2027-06-01", "2027-04-01"] if is_later_first else ["2027-04-01", "2027-06-01"]
    people = [{"name": "Una Øye", "email": "una@union.example"}, {"name": "Due Øye", "email": "due@union.example"}]
    terms = [{"seat_id": seat, "from_on": day} | person for seat, day, person in zip(seats, days, people, strict=True)]
    await scene.ok(RAGNHILD, "term.begin", **terms[0])
    answer = await scene.refused(RAGNHILD, "term.begin", **terms[1])
    assert (answer.status, answer.key) == (409, f"breaks_{kind}")
    assert "blir det 2" in answer.words
    if is_later_first:
        await scene.ok(RAGNHILD, "term.begin", **terms[1], to_on="2027-05-31")


async def test_a_held_seat_is_not_made_one_too_many_by_what_it_is_called(scene, two_union_seats):
    """It is asked also of who begins later, and of nothing that counts it as before."""
    await rule(scene, "union_per_specialty", is_enforced="true", words="Øyesykdommer")
    first, second = two_union_seats["here"]
    async with scene.runtime.db.write() as db:
        (await db.get_one(Seat, second)).specialty = "Nevrologi"
        (await db.get_one(Seat, await scene.seat("union"))).specialty = "Nevrologi"
    await scene.ok(RAGNHILD, "term.begin", seat_id=first, name="Una", email="una@union.example", from_on="2027-04-01")
    await scene.ok(RAGNHILD, "term.begin", seat_id=second, name="Due", email="due@union.example", from_on="2027-06-01")
    said = {"seat_id": second, "role": "Tillitsvalgt", "standing": "voting"}
    answer = await scene.refused(RAGNHILD, "seat.edit", **said | {"role": "Tillitsvald"}, specialty="øyesykdommer")
    assert (answer.status, answer.key) == (409, "breaks_union_per_specialty")
    assert (await scene.one(Seat, id=second)).specialty == "Nevrologi"
    await scene.ok(RAGNHILD, "seat.edit", **said, specialty="nevrologi", credentials="Overlege")
    await scene.ok(RAGNHILD, "seat.edit", **said | {"role": "Tillitsvald"}, specialty="Barnesjukdommar")


async def test_who_follows_another_on_a_second_seat_is_not_one_too_many(scene, two_union_seats):
    """One seat is left before the other is taken, both within the term of somebody on a third: with Eli, whose seat
    says no specialty, on no day more than three."""
    await rule(scene, "union_per_specialty", is_enforced="true", number="3")
    here = two_union_seats["here"]
    async with scene.runtime.db.write() as db:
        seat = await db.get_one(Seat, here[0])
        of = {"organisation_id": seat.organisation_id, "role": seat.role, "standing": "voting", "position": 30}
        db.add(Seat(key="eyes-third", body_id=scene.body_id, specialty=seat.specialty, **of))
    third = (await scene.one(Seat, key="eyes-third")).id
    first = {"seat_id": here[0], "from_on": "2027-04-01", "to_on": "2027-04-30"}
    await scene.ok(RAGNHILD, "term.begin", **first, name="Una Øye", email="una@union.example")
    second = {"seat_id": here[1], "from_on": "2027-05-01"}
    await scene.ok(RAGNHILD, "term.begin", **second, name="Due Øye", email="due@union.example")
    given = {"seat_id": third, "from_on": "2027-03-01"}
    await scene.ok(RAGNHILD, "term.begin", **given, name="Tre Øye", email="tre@union.example")


async def test_what_is_enforced_is_what_is_advised_where_a_seat_says_no_specialty(scene, two_union_seats):
    """In a council of several specialties it counts for none of them."""
    async with scene.runtime.db.write() as db:
        (await db.get_one(Seat, two_union_seats["here"][1])).specialty = "Nevrologi"
    held = await scene.seat("union")  # by Eli, and of no specialty
    assert (await scene.one(Seat, id=held)).specialty == ""
    given = {"from_on": "2026-11-02", "name": "Una Øye", "email": "una@union.example"}
    await rule(scene, "union_per_specialty", is_enforced="true")
    await scene.ok(RAGNHILD, "term.begin", seat_id=two_union_seats["here"][0], **given)
    view = await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)
    assert [each.words for each in view.findings if each.kind is F.UNION_MISSING] == ["Nevrologi"]
    async with scene.runtime.db.write() as db:
        (await db.get_one(Seat, held)).specialty = "nevrologi"
    view = await scene.ok(RAGNHILD, "composition.show", body_id=scene.body_id)
    assert F.UNION_MISSING not in {each.kind for each in view.findings}, "however it is written"


async def test_who_may_see_and_set_it(scene):
    await rule(scene, "most_seats", number="2")
    for who in (ASTRID, BJORN, ELI, SIRI):
        for command, given in (
            ("composition.show", {"body_id": scene.body_id}),
            ("composition.list", {}),
            ("composition.add_rule", {"body_id": scene.body_id, "kind": "most_seats", "number": "3"}),
            ("composition.edit_rule", {"rule_id": 1, "kind": "most_seats", "number": "3"}),
            ("composition.remove_rule", {"rule_id": 1}),
        ):
            assert (await scene.refused(who, command, **given)).status == 403
    await scene.ok(RAGNHILD, "composition.list")


async def test_all_councils_at_once_the_worst_first_in_as_many_statements_however_many(scene, second_council):
    await rule(scene, "most_seats", number="1")
    with sent_to(scene.runtime.db) as few:
        view = await scene.ok(RAGNHILD, "composition.list")
    assert [health.body.name for health in view.bodies] == ["Samordningsrådet", "FKM-rådet"]
    async with scene.runtime.db.write() as db:
        first = await db.get_one(Body, scene.body_id)
        fjord, eli = await scene.one(Organisation, key="fjord"), await scene.one(Person, email=ELI)
        for number in range(20):
            body = Body(
                key=f"b{number}",
                secretariat_id=first.secretariat_id,
                name=f"Råd {number}",
                kind="råd",
                region="",
                authority=first.authority,
                lang="nb",
            )
            db.add(body)
            await db.flush()
            db.add(
                Seat(
                    key=f"s{number}",
                    body_id=body.id,
                    organisation_id=fjord.id,
                    role="Leder",
                    standing="voting",
                    position=1,
                )
            )
            db.add(CompositionRule(body_id=body.id, kind="most_seats", number=eli.id))
    with sent_to(scene.runtime.db) as many:
        view = await scene.ok(RAGNHILD, "composition.list")
    assert len(many) == len(few) <= 10
    assert view.bodies[0].counts[0] == (F.VACANT, 1) and len(view.bodies) == 22
    only = await scene.ok(RAGNHILD, "composition.list", finding="holds_too_many")
    assert [health.body.name for health in only.bodies] == ["Samordningsrådet"]
    assert "Noe å se på i 1 av 22 råd" in await scene.words(RAGNHILD, "composition.list", finding="holds_too_many")
