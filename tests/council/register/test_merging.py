"""Two people of the register who turned out to be one, and what becomes of each."""

from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.models import FormerTerm, Person, PersonMerge, Term
from lisbot.council.register.identity import Caller

OTHER = "eli.dobbel@post.example"


async def doubled(scene):
    """Eli a second time, as deputy for Bjørn's seat. Returns the ids of both."""
    seat_id = await scene.seat("aas")
    given = {"seat_id": seat_id, "name": "Eli U. Dobbel", "email": OTHER, "from_on": "2026-11-02", "rank": 1}
    await scene.ok(RAGNHILD, "term.begin", **given)
    return await scene.person(ELI), await scene.person(OTHER)


async def test_two_who_are_one_are_merged_with_a_preview_and_unmerged(scene):
    eli, other = await doubled(scene)
    given = {"person_id": eli, "other_id": other}
    asked = await run(scene.runtime, "person.merge", given, Caller("cli", RAGNHILD))
    assert "1 verv" in asked.words
    assert (await scene.one(Person, id=other)).merged_into_id is None
    view = await scene.ok(RAGNHILD, "person.merge", **given)
    assert (len(view.terms), view.addresses) == (2, (OTHER,))
    assert "person.unmerge" in {each.command for each in view.actions}
    assert (await scene.done(OTHER, "worklist.show")).view.name == "Eli Union"
    assert [former.person_id for former in await scene.all(FormerTerm)] == [other]
    assert (await scene.refused(RAGNHILD, "person.merge", **given)).key == "merged_already"
    await scene.ok(RAGNHILD, "person.unmerge", person_id=eli)
    assert (await scene.done(OTHER, "worklist.show")).view.name == "Eli U. Dobbel"
    assert {term.person_id for term in await scene.all(Term, seat_id=await scene.seat("aas"))} >= {other}
    assert (await scene.refused(RAGNHILD, "person.unmerge", person_id=eli)).key == "nothing_to_unmerge"
    assert len(await scene.all(PersonMerge)) == 1


async def test_who_cannot_be_merged(scene):
    eli, other = await doubled(scene)
    astrid, frode, siri = [await scene.person(who) for who in (ASTRID, FRODE, SIRI)]
    for given, key in (
        ({"person_id": eli, "other_id": eli}, "merge_with_self"),
        ({"person_id": astrid, "other_id": frode}, "merge_shares_seat"),
        ({"person_id": eli, "other_id": siri}, "not_found"),
    ):
        assert (await scene.refused(RAGNHILD, "person.merge", **given)).key == key
    assert (await scene.refused(BJORN, "person.merge", person_id=eli, other_id=other)).status == 403
