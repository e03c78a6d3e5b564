"""A case for a receiver without an address waits for whoever hands it over, and then for the receiver; everywhere
alike."""

from builders import ASTRID, BJORN, RAGNHILD
from council.referrals.steps import offered
from council.referrals.test_referrals import DIRECTORS, disagreed, party, sent, ticked, told
from lisbot.council.enums import WaitsFor
from lisbot.council.models import OutsideParty, Referral
from stages import Scene

TO_HAND_OVER = "skal overleveres"


async def by_hand(scene: Scene, **more: str) -> dict[str, int]:
    """What names a case that is to be handed over to the directors."""
    item_id = await disagreed(scene)
    await party(scene, email="")
    given = {"item_id": item_id, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"} | more
    await scene.ok(RAGNHILD, "referral.send", **given)
    return {"referral_id": (await scene.one(Referral)).id}


async def places(scene: Scene) -> dict[str, str]:
    """What is said of it, by the page that says it."""
    case_id = (await scene.one(Referral)).case_id
    about = {"referral_id": (await scene.one(Referral)).id}
    return {
        "referral": await scene.words(RAGNHILD, "referral.show", **about),
        "journey": await scene.words(RAGNHILD, "journey.show", case_id=case_id),
        "case": await scene.words(RAGNHILD, "case.show", case_id=case_id),
        "list": await scene.words(RAGNHILD, "referral.list"),
        "waiting": await scene.words(RAGNHILD, "case.list_waiting", body_id=scene.body_id),
        "own": await scene.words(RAGNHILD, "worklist.show"),
    }


async def test_a_case_that_is_to_be_handed_over_waits_for_that_wherever_it_is_told_of(scene: Scene) -> None:
    about = await by_hand(scene)
    scene.at(2027, 4, 20, 9)
    case_id = (await scene.one(Referral)).case_id
    for page, words in (await places(scene)).items():
        assert TO_HAND_OVER in words.casefold(), page
        assert "har ventet" not in words.casefold(), page
    facts = {each.title for each in (await scene.sheet(RAGNHILD, "referral.show", **about)).facts}
    assert "Registrert" in facts
    assert "Sendt" not in facts
    journey = await scene.ok(RAGNHILD, "journey.show", case_id=case_id)
    assert journey.waits.state is WaitsFor.HAND_OVER
    said = "Venter på at sekretariatet overleverer saken til Fagdirektørmøtet for hånd."
    assert said in await scene.words(BJORN, "journey.show", case_id=case_id)


async def test_once_it_was_handed_over_it_waits_for_the_receiver_from_that_day(scene: Scene) -> None:
    about = await by_hand(scene)
    scene.at(2027, 4, 20, 9)
    sheet = await scene.sheet(RAGNHILD, "worklist.show")
    (button,) = [
        each
        for part in sheet.sections
        for row in part.rows
        for each in row.actions
        if each.command == "referral.hand_over"
    ]
    assert button.arguments == about
    assert (await scene.refused(ASTRID, "referral.hand_over", **about)).status in (403, 404)
    later = await scene.refused(RAGNHILD, "referral.hand_over", **about, day="2027-04-21")
    assert later.key == "handed_over_later"
    await scene.ok(RAGNHILD, button.command, **button.arguments, day="2027-04-13")
    case_id = (await scene.one(Referral)).case_id
    waits = (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits
    assert (waits.state, str(waits.since)) == (WaitsFor.ANSWER, "2027-04-13")
    found = await places(scene)
    for page in ("referral", "journey", "case", "list"):
        assert "overlevert" in found[page].casefold(), page
    for page, words in found.items():
        assert TO_HAND_OVER not in words.casefold(), page
    for page in ("referral", "list"):
        assert "ventet" in found[page], page
        assert "7 dager" in found[page], page
    assert (await scene.refused(RAGNHILD, "referral.hand_over", **about)).key == "handed_over_already"


async def test_what_was_mailed_is_not_by_hand_though_its_receiver_has_no_address_now(scene: Scene) -> None:
    referral_id = await sent(scene)
    edited = {"party_id": (await scene.one(OutsideParty)).id, "name": "Fagdirektørmøtet", "org_kind": "rhf"}
    await scene.ok(RAGNHILD, "outside_party.edit", **edited, email="")
    scene.at(2027, 4, 20, 9)
    for page, words in (await places(scene)).items():
        assert "overlever" not in words.casefold(), page
    view = await scene.ok(RAGNHILD, "referral.show", referral_id=referral_id)
    assert "referral.hand_over" not in offered(view)
    asked = await scene.refused(RAGNHILD, "referral.hand_over", referral_id=referral_id)
    assert asked.key == "not_to_hand_over"


async def test_what_was_handed_over_stays_so_once_its_receiver_has_an_address(scene: Scene) -> None:
    about = await by_hand(scene)
    await scene.ok(RAGNHILD, "referral.hand_over", **about)
    edited = {"party_id": (await scene.one(OutsideParty)).id, "name": "Fagdirektørmøtet", "org_kind": "rhf"}
    await scene.ok(RAGNHILD, "outside_party.edit", **edited, email=DIRECTORS)
    assert "Overlevert" in await scene.words(RAGNHILD, "referral.show", **about)


async def test_what_is_to_be_handed_over_is_mailed_once_its_receiver_has_an_address(scene: Scene) -> None:
    about = await by_hand(scene)
    edited = {"party_id": (await scene.one(OutsideParty)).id, "name": "Fagdirektørmøtet", "org_kind": "rhf"}
    await scene.ok(RAGNHILD, "outside_party.edit", **edited, email=DIRECTORS)
    assert await told(scene, "referral_asked") == [DIRECTORS]
    for page, words in (await places(scene)).items():
        assert "overlever" not in words.casefold(), page
    assert "referral.hand_over" not in offered(await scene.ok(RAGNHILD, "referral.show", **about))


async def test_whoever_is_to_hand_a_case_over_is_reminded_of_that_and_not_of_an_answer(scene: Scene) -> None:
    about = await by_hand(scene, answer_by="2027-05-03")
    scene.at(2027, 4, 26, 9)
    await ticked(scene)
    assert RAGNHILD in await told(scene, "referral_not_handed_over")
    assert await told(scene, "referral_silent_unreached") == []
    await scene.ok(RAGNHILD, "referral.hand_over", **about)
    scene.at(2027, 5, 4, 9)
    await ticked(scene)
    assert RAGNHILD in await told(scene, "referral_silent_unreached")
