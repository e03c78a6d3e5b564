"""Cases that belong together: linked, merged, split, and before several councils."""

from builders import ASTRID, BJORN, KARI, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.enums import CaseLinkKind, WaitsFor
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    CaseLink,
    Meeting,
    OutsideParty,
    Process,
    Referral,
    ReferralAnswer,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import Scheduler
from stages import JUNE, MARCH, Scene

K = CaseLinkKind


async def meeting_on(scene: Scene, day: object) -> int:
    return (await scene.one(Meeting, held_on=day)).id


async def treated(scene: Scene, *more: str) -> list[int]:
    """The ids of cases that one meeting treated and something came of, its minutes approved."""
    meeting_id = await scene.planned()
    titles = ("Felles rotasjon", *more)
    for title in titles:
        given = {"meeting_id": meeting_id, "title": title, "kind": "advice", "background": f"Om {title}"}
        await scene.ok(RAGNHILD, "agenda_item.add", **given)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    for item in await scene.all(AgendaItem, meeting_id=meeting_id):
        if item.case_id is not None:
            await scene.ok(RAGNHILD, "outcome.record", item_id=item.id, outcome="noted")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return [(await scene.one(Case, title=title)).id for title in titles]


async def other_council(scene: Scene) -> tuple[int, int]:
    """The ids of another council of the secretariat's and of a meeting of its."""
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    body_id = (await scene.one(Body, name="Rådet for hud")).id
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=body_id, dates="2027-09-29")
    return body_id, (await scene.one(Meeting, body_id=body_id)).id


async def test_linked_cases_tell_of_each_other_until_the_link_is_taken_back(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    await scene.ok(RAGNHILD, "case_link.add", case_id=first, other_case_id=second)
    for case_id, other in ((first, "2/27 Simulering"), (second, "1/27 Felles rotasjon")):
        assert other in await scene.words(BJORN, "journey.show", case_id=case_id)
    again = {"case_id": second, "other_case_id": first, "link_kind": "merged_into"}
    assert (await scene.refused(RAGNHILD, "case_link.add", **again)).key == "cases_are_linked"
    assert (await scene.refused(RAGNHILD, "case_link.add", case_id=first, other_case_id=first)).key == "case_itself"
    assert (await scene.refused(BJORN, "case_link.add", case_id=first, other_case_id=second)).status == 403
    link = (await scene.ok(RAGNHILD, "journey.show", case_id=first)).others[0].actions[0]
    await scene.ok(RAGNHILD, link.command, **link.arguments)
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=first)).others == ()
    assert (await scene.refused(RAGNHILD, link.command, **link.arguments)).status == 404


async def test_a_link_says_nothing_of_a_case_that_somebody_may_not_know(scene: Scene) -> None:
    [first] = await treated(scene)
    june = await meeting_on(scene, JUNE)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=june, title="Ikke sendt ut", kind="discussion")
    hidden = (await scene.one(Case, title="Ikke sendt ut")).id
    await scene.ok(RAGNHILD, "case_link.add", case_id=first, other_case_id=hidden)
    assert len((await scene.ok(RAGNHILD, "journey.show", case_id=first)).others) == 1
    assert (await scene.ok(BJORN, "journey.show", case_id=first)).others == ()
    assert (await scene.refused(SIRI, "journey.show", case_id=hidden)).status == 404


async def test_a_case_that_is_merged_while_it_travels_has_its_answer_reported_to_the_other(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": "direktorene@rhf.example"}
    await scene.ok(RAGNHILD, "outside_party.create", **party)
    receiver = f"party-{(await scene.one(OutsideParty)).id}"
    await scene.ok(RAGNHILD, "referral.send", case_id=first, cause="bottleneck", receiver=receiver)
    merged = {"case_id": first, "other_case_id": second, "link_kind": "merged_into"}
    view = await scene.ok(RAGNHILD, "case_link.add", **merged)
    assert view.waits.state == WaitsFor.ANSWER
    given = {"answer_kind": "answer", "answer": "Ja.", "referral_id": (await scene.one(Referral)).id}
    await scene.ok("direktorene@rhf.example", "referral.answer", **given)
    await Scheduler(scene.runtime).run_all_due()
    home = await scene.one(ReferralAnswer)
    assert (await scene.one(AgendaItem, id=home.home_item_id)).case_id == second
    view = await scene.ok(BJORN, "journey.show", case_id=first)
    assert (view.waits.state, view.waits.whom) == (WaitsFor.OTHER_CASE, ("2/27 Simulering",))
    # The other goes on under its own name, not as the answer that came to it.
    view = await scene.ok(RAGNHILD, "journey.show", case_id=first)
    assert view.waits.whom == ("2/27 Simulering",)
    for name in ("case.show", "journey.show"):
        assert (await scene.ok(RAGNHILD, name, case_id=second)).title == "Simulering"
    back = {"case_id": second, "other_case_id": first, "link_kind": "merged_into"}
    assert (await scene.refused(RAGNHILD, "case_link.add", **back)).key == "cases_are_linked"
    june = await meeting_on(scene, JUNE)
    refused = await scene.refused(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=first)
    assert refused.key == "case_is_merged"


async def test_what_is_under_way_is_not_merged_and_nothing_goes_round_in_a_circle(scene: Scene) -> None:
    first, second, third = await treated(scene, "Simulering", "Kurs")
    june = await meeting_on(scene, JUNE)
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=first)
    merged = {"link_kind": "merged_into"}
    refused = await scene.refused(RAGNHILD, "case_link.add", case_id=first, other_case_id=second, **merged)
    assert refused.key == "case_is_on_agenda"
    await scene.ok(RAGNHILD, "case_link.add", case_id=second, other_case_id=third, **merged)
    refused = await scene.refused(RAGNHILD, "case_link.add", case_id=second, other_case_id=first, **merged)
    assert refused.key == "case_is_merged"
    await scene.ok(RAGNHILD, "case_link.add", case_id=third, other_case_id=first, **merged)
    body_id, meeting_id = await other_council(scene)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Hud", kind="discussion")
    elsewhere = (await scene.one(Case, body_id=body_id)).id
    refused = await scene.refused(RAGNHILD, "case_link.add", case_id=elsewhere, other_case_id=first, **merged)
    assert refused.key == "merges_in_one_council"


async def test_a_part_is_a_case_of_its_own_and_goes_back_where_the_split_is_undone(scene: Scene) -> None:
    [first] = await treated(scene)
    june = await meeting_on(scene, JUNE)
    given = {"case_id": first, "meeting_id": june, "title": "Rotasjon i kirurgi", "background": "Bare kirurgi."}
    view = await scene.ok(RAGNHILD, "case.split", **given)
    assert (view.number, view.waits.state, view.waits.until) == ("2/27", WaitsFor.MEETING, JUNE)
    assert [(each.number, each.kind, each.is_reversed) for each in view.others] == [("1/27", K.SPLIT_FROM, False)]
    of_first = await scene.ok(RAGNHILD, "journey.show", case_id=first)
    assert [(each.number, each.is_reversed) for each in of_first.others] == [("2/27", True)]
    link = (await scene.one(CaseLink)).id
    view = await scene.ok(RAGNHILD, "case_link.remove", case_link_id=link)
    assert (view.number, view.waits.state) == ("2/27", WaitsFor.OTHER_CASE)
    assert await scene.all(AgendaItem, case_id=view.case_id) == []
    assert (await scene.one(CaseLink)).kind is K.MERGED_INTO


async def test_a_split_that_members_have_seen_is_not_undone(scene: Scene) -> None:
    [first] = await treated(scene)
    june = await meeting_on(scene, JUNE)
    await scene.ok(RAGNHILD, "case.split", case_id=first, meeting_id=june, title="Rotasjon i kirurgi")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    link = {"case_link_id": (await scene.one(CaseLink)).id}
    assert (await scene.refused(RAGNHILD, "case_link.remove", **link)).key == "case_is_under_way"
    wrong = {"case_id": first, "meeting_id": (await other_council(scene))[1], "title": "Annet"}
    assert (await scene.refused(RAGNHILD, "case.split", **wrong)).key == "not_the_bodys_meeting"


async def test_one_case_before_two_councils_has_a_number_in_each_and_one_story(scene: Scene) -> None:
    [first] = await treated(scene)
    body_id, meeting_id = await other_council(scene)
    given = {"case_id": first, "meeting_id": meeting_id, "title": "Felles rotasjon", "background": "Til hudrådet."}
    asked = await run(scene.runtime, "case.share", given, Caller("cli", RAGNHILD))
    assert (asked.status, set(asked.view.questions)) == (409, {"case_is_shared"})
    view = await scene.ok(RAGNHILD, "case.share", **given)
    assert [(each.number, each.body, each.kind) for each in view.others] == [("1/27", "Rådet for hud", None)]
    assert [(each.name, each.number) for each in view.stations] == [
        ("Samordningsrådet", "1/27"),
        ("Rådet for hud", "1/27"),
    ]
    also = await scene.one(Case, body_id=body_id)
    assert also.story_id == first
    same = await scene.ok(KARI, "journey.show", case_id=also.id)
    assert same.stations == view.stations
    assert (await scene.refused(RAGNHILD, "case.share", **given)).key == "council_treats_it"
    # Whoever has a part in one council alone learns of that one.
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert [each.name for each in (await scene.ok(ASTRID, "journey.show", case_id=first)).stations] == [
        "Samordningsrådet"
    ]
    assert (await scene.ok(ASTRID, "journey.show", case_id=first)).others == ()
    assert (await scene.refused(ASTRID, "journey.show", case_id=also.id)).status == 404
    march = await meeting_on(scene, MARCH)
    assert (await scene.refused(RAGNHILD, "case.share", **given | {"meeting_id": march})).key == "not_another_council"


async def test_undoing_a_split_never_makes_a_case_go_round_in_a_circle(scene: Scene) -> None:
    first, third = await treated(scene, "Kurs")
    june = await meeting_on(scene, JUNE)
    part = (await scene.ok(RAGNHILD, "case.split", case_id=first, meeting_id=june, title="Rotasjon i kirurgi")).case_id
    split = (await scene.one(CaseLink)).id
    merged = {"link_kind": "merged_into"}
    await scene.ok(RAGNHILD, "case_link.add", case_id=first, other_case_id=third, **merged)
    await scene.ok(RAGNHILD, "case_link.add", case_id=third, other_case_id=part, **merged)
    refused = await scene.refused(RAGNHILD, "case_link.remove", case_link_id=split)
    assert (refused.key, refused.status) == ("case_is_merged", 409)
    view = await scene.ok(RAGNHILD, "journey.show", case_id=part)
    assert (view.waits.state, view.waits.until) == (WaitsFor.MEETING, JUNE)
    assert (await scene.one(CaseLink, id=split)).kind is K.SPLIT_FROM


async def test_a_merged_case_is_neither_sent_on_nor_put_into_a_process_nor_split(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    await scene.ok(RAGNHILD, "process.create", like="shipped-tka")
    process_id = (await scene.one(Process)).id
    await scene.ok(RAGNHILD, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email="d@rhf.example")
    receiver = f"party-{(await scene.one(OutsideParty, name='Fagdirektørmøtet')).id}"
    _, elsewhere = await other_council(scene)
    of_case = {"case_process.start", "referral.send", "agenda_item.add_case", "consultation.register"}
    assert {each.command for each in (await scene.ok(RAGNHILD, "case.show", case_id=first)).actions} == of_case
    await scene.ok(RAGNHILD, "case_link.add", case_id=first, other_case_id=second, link_kind="merged_into")
    assert (await scene.ok(RAGNHILD, "case.show", case_id=first)).actions == ()
    shown = await scene.ok(RAGNHILD, "journey.show", case_id=first)
    assert {each.command for each in shown.actions} == {"case_link.add"}
    june = await meeting_on(scene, JUNE)
    for name, given in (
        ("case_process.start", {"process_id": process_id}),
        ("referral.send", {"cause": "bottleneck", "receiver": receiver}),
        ("case.split", {"meeting_id": june, "title": "Del"}),
        ("case.share", {"meeting_id": elsewhere, "title": "Samme"}),
    ):
        refused = await scene.refused(RAGNHILD, name, case_id=first, **given)
        assert (name, refused.key, refused.status) == (name, "case_is_merged", 409)
    assert {each.command for each in (await scene.ok(RAGNHILD, "case.show", case_id=second)).actions} == of_case


async def test_a_case_in_a_process_is_not_merged_with_another(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    await scene.ok(RAGNHILD, "process.create", like="shipped-tka")
    process_id = (await scene.one(Process)).id
    started = await scene.ok(RAGNHILD, "case_process.start", case_id=first, process_id=process_id)
    merged = {"case_id": first, "other_case_id": second, "link_kind": "merged_into"}
    assert (await scene.refused(RAGNHILD, "case_link.add", **merged)).key == "case_is_in_process"
    await scene.ok(RAGNHILD, "case_process.move", case_process_id=started.id, to="out", reason="Slås sammen")
    await scene.ok(RAGNHILD, "case_link.add", **merged)


async def test_the_minutes_do_not_offer_to_send_on_what_was_merged(scene: Scene) -> None:
    meeting_id, item_id = await scene.minuted()
    given = {"outcome": "disagreement", "sides": "Fjord: nei. Ås: ja.", "agreement": "none"}
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, **given)
    june = await meeting_on(scene, JUNE)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=june, title="Simulering", kind="discussion")
    other = (await scene.one(Case, title="Simulering")).id

    async def offered() -> list[str]:
        items = (await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)).items
        return [each.command for item in items for each in item.actions if each.command == "referral.send"]

    assert await offered() == ["referral.send"]
    first = (await scene.one(AgendaItem, id=item_id)).case_id
    await scene.ok(RAGNHILD, "case_link.add", case_id=first, other_case_id=other, link_kind="merged_into")
    assert await offered() == []
