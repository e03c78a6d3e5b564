"""Reporting an answer back a day, a move or a correction later."""

import asyncio
from typing import Any

from sqlalchemy import func, select

from builders import ASTRID, KARI, RAGNHILD
from council.referrals.steps import answers, edit, june, put_on_june, reporting_items
from council.referrals.test_referrals import party, sent, ticked, told
from lisbot import commands
from lisbot.council.core.fields import MAX_PROSE
from lisbot.council.enums import WaitsFor
from lisbot.council.models import (
    AgendaItem,
    Case,
    Meeting,
    Proposal,
    Referral,
    ReferralAnswer,
)
from lisbot.council.referrals.reporting_back import due_to_report
from lisbot.scheduler import CLOCK, SCHEDULE
from stages import JUNE, Scene


async def test_what_is_confidential_no_more_is_reported_back_openly(scene: Scene) -> None:
    item_id = await scene.on_agenda(confidential="true")
    await party(scene)
    given = {"item_id": item_id, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"}
    await scene.ok(RAGNHILD, "referral.send", **given)
    about = {"referral_id": (await scene.one(Referral)).id}
    assert (await scene.ok(RAGNHILD, "referral.show", **about)).confidential
    await edit(scene, item_id, confidential=False)
    assert not (await scene.ok(RAGNHILD, "referral.show", **about)).confidential
    assert not (await scene.ok(RAGNHILD, "referral.list")).waiting[0].confidential
    await answers(scene, about["referral_id"], "Løst.")
    await ticked(scene)
    assert [each.confidential for each in await reporting_items(scene)] == [False]


async def test_what_is_corrected_before_anybody_was_told_is_reported_as_corrected_alone(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Ikke vår sak.", answer_kind="refuse")
    await answers(scene, referral_id, "Vi tar den likevel.")
    await ticked(scene)
    await ticked(scene)
    (item,) = await reporting_items(scene)
    assert "Vi tar den likevel" in item.background
    assert "Ikke vår sak" not in item.background
    assert "Dette retter" not in item.background
    assert all(each.home_at is not None for each in await scene.all(ReferralAnswer))


async def test_an_answer_that_is_reported_is_corrected_there_by_whom_it_was_sent_on_to(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Vi ser på den.")
    await ticked(scene)
    await answers(scene, referral_id, "Det er deres bord.", answer_kind="send_on", sent_on_to="HR-direktørmøtet")
    assert (await scene.ok(RAGNHILD, "referral.list")).ended[0].waits_for_agenda
    await ticked(scene)
    await ticked(scene)
    (item,) = await reporting_items(scene)
    assert item.background.count("sendt videre til HR-direktørmøtet") == 1
    assert "Dette retter" in item.background


async def test_what_was_never_told_and_was_sent_on_instead_is_not_reported(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Vi ser på den.")
    await answers(scene, referral_id, "Det er deres bord.", answer_kind="send_on", sent_on_to="HR-direktørmøtet")
    await ticked(scene)
    assert await reporting_items(scene) == []
    assert (await scene.ok(RAGNHILD, "referral.list")).ended == ()
    case_id = (await scene.one(Referral, id=referral_id)).case_id
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits.state is WaitsFor.FOLLOWING
    # It is not waited for either once another has answered and that is on the agenda.
    other = await party(scene, "HR-direktørmøtet", "hr@midt.example")
    await scene.ok(RAGNHILD, "referral.send", case_id=case_id, cause="bottleneck", receiver=f"party-{other}")
    again = max([each.id for each in await scene.all(Referral)])
    await answers(scene, again, "Løst.", who="hr@midt.example")
    await ticked(scene)
    assert len(await reporting_items(scene)) == 1
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits.state is WaitsFor.MEETING


async def test_an_answer_goes_with_its_case_onto_an_agenda_that_was_sent_out_and_the_secretariat_is_told(
    scene: Scene,
) -> None:
    referral_id = await sent(scene)
    item_id = await put_on_june(scene)
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=await june(scene))
    await answers(scene, referral_id, "Løst.")
    await ticked(scene)
    assert [each.id for each in await reporting_items(scene)] == [item_id]
    assert await told(scene, "referral_home_changed") == sorted([KARI, RAGNHILD])
    agenda = await scene.words(RAGNHILD, "agenda.show", meeting_id=await june(scene))
    assert "Løst." in agenda
    assert "Løst." not in await scene.words(ASTRID, "agenda.show", meeting_id=await june(scene))


async def test_a_long_answer_says_on_the_agenda_where_all_of_it_is_and_cuts_nothing_that_stood_there(
    scene: Scene,
) -> None:
    referral_id = await sent(scene)
    item_id = await put_on_june(scene)
    await edit(scene, item_id, background="b" * (MAX_PROSE - 700))
    long = "\n".join(["Vi tilrår én avtale."] * 470)[:MAX_PROSE]
    await answers(scene, referral_id, long)
    await ticked(scene)
    item = await scene.one(AgendaItem, id=item_id)
    assert item.background.startswith("b" * (MAX_PROSE - 700))
    assert item.background.endswith("(Forkortet her. Hele teksten står i saken.)")
    assert "«Vi tilrår én avtale.»" in item.background
    assert len(item.background) <= MAX_PROSE
    assert long in await scene.words(ASTRID, "referral.show", referral_id=referral_id)
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, title=item.title, kind="advice", background="x")


async def test_an_answer_that_its_cases_item_has_no_room_for_waits_until_there_is(scene: Scene) -> None:
    referral_id = await sent(scene)
    item_id = await put_on_june(scene)
    full = "b" * (MAX_PROSE - 10)
    await edit(scene, item_id, background=full)
    await answers(scene, referral_id, "Løst.")
    await ticked(scene)
    assert await reporting_items(scene) == []
    assert (await scene.one(AgendaItem, id=item_id)).background == full
    assert (await scene.ok(RAGNHILD, "referral.list")).ended[0].waits_for_agenda
    await edit(scene, item_id, background="Kortere.")
    await ticked(scene)
    (item,) = await reporting_items(scene)
    assert item.background.startswith("Kortere.")
    assert "«Løst.»" in item.background


async def test_answers_of_two_receivers_on_one_item_stand_in_its_title(scene: Scene) -> None:
    first = await sent(scene)
    await answers(scene, first, "Ja.")
    await ticked(scene)
    hr = await party(scene, "HR-direktørmøtet", "hr@rhf.example")
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    await scene.ok(RAGNHILD, "referral.send", item_id=item.id, cause="other", receiver=f"party-{hr}")
    second = (await scene.one(Referral, to_party_id=hr)).id
    await answers(scene, second, "Nei.", "hr@rhf.example")
    await ticked(scene)
    (home,) = await reporting_items(scene)
    assert home.title == "Felles rotasjon: svar fra Fagdirektørmøtet, HR-direktørmøtet"
    assert "«Ja.»" in home.background
    assert "«Nei.»" in home.background


async def test_a_case_whose_answer_was_told_goes_on_as_what_it_is_about(scene: Scene) -> None:
    referral_id = await sent(scene, background="Hvor mange plasser?")
    await answers(scene, referral_id, "Løst.")
    await ticked(scene)
    (home,) = await reporting_items(scene)
    scene.at(2027, 6, 10, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=home.meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=home.id, outcome="noted", words="")
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-09-15")
    later = (await scene.one(Meeting, held_on=JUNE.replace(month=9, day=15))).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", case_id=home.case_id, meeting_id=later)
    item = await scene.one(AgendaItem, meeting_id=later, case_id=home.case_id)
    assert item.title == "Felles rotasjon"
    # What is sent on anew is what came of it, and not that an answer was noted.
    given = await scene.form(RAGNHILD, "referral.send", case_id=home.case_id)
    assert "for viktig til å vente" in str(given)


async def test_several_processes_report_one_answer_once(scene: Scene) -> None:
    first = await sent(scene)
    await answers(scene, first, "Løst.")
    about = {"referral_id": first}
    replies = await asyncio.gather(
        *(commands.run(scene.runtime, "referral.bring_home", about, CLOCK) for _ in range(4))
    )
    assert sorted(each.status for each in replies) == [200, 409, 409, 409]
    (item,) = await reporting_items(scene)
    assert item.background.count("Løst.") == 1
    async with scene.runtime.db.read() as db:
        count = await db.scalar(select(func.count()).select_from(AgendaItem).where(AgendaItem.case_id == item.case_id))
    assert count == 2


async def test_answers_of_two_receivers_that_are_reported_at_once_stand_on_one_item(scene: Scene) -> None:
    first = await sent(scene)
    await answers(scene, first, "Ja.")
    hr = await party(scene, "HR-direktørmøtet", "hr@rhf.example")
    case_id = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "referral.send", case_id=case_id, cause="other", receiver=f"party-{hr}")
    second = (await scene.one(Referral, to_party_id=hr)).id
    await answers(scene, second, "Nei.", "hr@rhf.example")
    replies = await asyncio.gather(
        *(commands.run(scene.runtime, "referral.bring_home", {"referral_id": each}, CLOCK) for each in (first, second))
    )
    assert [each.status for each in replies] == [200, 200]
    (item,) = await reporting_items(scene)
    assert "«Ja.»" in item.background
    assert "«Nei.»" in item.background


async def test_the_answer_of_a_merged_case_is_reported_when_the_other_has_an_agenda_and_not_tried_before(
    scene: Scene,
) -> None:
    referral_id = await sent(scene)
    first = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=await june(scene), title="Simulering", kind="advice")
    second = await scene.one(AgendaItem, title="Simulering")
    merged = {"case_id": first, "other_case_id": second.case_id, "link_kind": "merged_into"}
    await scene.ok(RAGNHILD, "case_link.add", **merged)
    scene.at(2027, 6, 10, 9)
    await answers(scene, referral_id, "Ja.")

    async def due() -> list[dict[str, Any]]:
        async with scene.runtime.db.read() as db:
            return list(await due_to_report(db, scene.clock(), scene.runtime.tz))

    assert await due() == []
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-09-15")
    assert await due() == [{"referral_id": referral_id}]
    await ticked(scene)
    assert [each.case_id for each in await reporting_items(scene)] == [second.case_id]
    assert await due() == []


async def test_a_case_whose_item_tells_of_what_became_confidential_is_so_itself(scene: Scene) -> None:
    referral_id = await sent(scene)
    first = (await scene.one(Referral)).case_id
    item_id = await put_on_june(scene)
    await edit(scene, item_id, confidential=True)
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    waiting = max(each.id for each in await scene.all(Proposal, case_id=first))
    await scene.ok(RAGNHILD, "proposal.reject", proposal_id=waiting, reason="Del av en annen sak")
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=await june(scene), title="Simulering", kind="advice")
    second = await scene.one(AgendaItem, title="Simulering")
    merged = {"case_id": first, "other_case_id": second.case_id, "link_kind": "merged_into"}
    await scene.ok(RAGNHILD, "case_link.add", **merged)
    assert not (await scene.one(Case, id=second.case_id)).confidential
    await answers(scene, referral_id, "Ja.")
    await ticked(scene)
    (item,) = await reporting_items(scene)
    assert (item.id, item.confidential) == (second.id, True)
    assert (await scene.one(Case, id=second.case_id)).confidential


async def test_the_register_of_outcomes_tells_which_of_two_answers_holds(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Ikke vår sak.", answer_kind="refuse")
    (only,) = (await scene.ok(ASTRID, "outcome.search", text="sak")).answers
    assert (only.is_corrected, only.corrects) == (False, False)
    await answers(scene, referral_id, "Vi tar den likevel.")
    for text in ("", "ikke"):  # what is corrected says so, whether what corrects it is found or not
        found = (await scene.ok(ASTRID, "outcome.search", text=text)).answers
        told_of = {each.text: (each.is_corrected, each.corrects) for each in found}
        assert told_of.pop("Ikke vår sak.") == (True, False)
        assert set(told_of.values()) <= {(False, True)}
    words = await scene.words(ASTRID, "outcome.search")
    assert "gjelder, retter" in words or "gjeld, rettar" in words
    assert "gjelder ikke" in words or "gjeld ikkje" in words


async def test_the_journey_says_where_an_answer_goes_until_it_is_there_within_a_minute(scene: Scene) -> None:
    referral_id = await sent(scene)
    case_id = (await scene.one(Referral)).case_id
    await answers(scene, referral_id, "Én avtale.")
    said = "lisbot setter det på den neste saklisten i Samordningsrådet som ikke er sendt ut"
    assert said in await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    (report,) = [each for each in SCHEDULE if each.command == "referral.bring_home"]
    assert report.cron == "* * * * *"
    await ticked(scene)
    assert said not in await scene.words(RAGNHILD, "journey.show", case_id=case_id)
