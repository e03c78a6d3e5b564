"""What happens to a case that was sent on a day, a move or a correction later."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update

from builders import ASTRID, BJORN, ELI, KARI, RAGNHILD, SIRI
from council.referrals.test_referrals import DIRECTORS, disagreed, joined, party, sent, ticked, told
from lisbot import commands
from lisbot.council.core.fields import MAX_PROSE
from lisbot.council.enums import ReferralState
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    CaseLink,
    Delivery,
    Meeting,
    OutsideParty,
    Person,
    Referral,
    ReferralAnswer,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import CLOCK
from people import form
from stages import JUNE, Scene


async def answers(scene: Scene, referral_id: int, words: str, who: str = DIRECTORS, **more: Any) -> None:
    given = {"referral_id": referral_id, "answer_kind": "answer", "answer": words} | more
    await scene.ok(who, "referral.answer", **given)


async def home_items(scene: Scene) -> list[AgendaItem]:
    ids = {each.home_item_id for each in await scene.all(ReferralAnswer)} - {None}
    return [each for each in await scene.all(AgendaItem) if each.id in ids]


async def june(scene: Scene) -> int:
    return (await scene.one(Meeting, held_on=JUNE)).id


async def put_on_june(scene: Scene) -> int:
    """The id of the case's item on the agenda for June."""
    case_id = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=await june(scene), case_id=case_id)
    return (await scene.one(AgendaItem, meeting_id=await june(scene), case_id=case_id)).id


async def edit(scene: Scene, item_id: int, **changed: Any) -> None:
    item = await scene.one(AgendaItem, id=item_id)
    given = {"title": item.title, "kind": item.kind, "background": item.background} | changed
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item_id, **given)


def offered(view: Any) -> set[str]:
    return {each.command for each in view.actions}


async def sent_inside(scene: Scene, **more: Any) -> tuple[int, int, int]:
    """The ids of a case sent to the other region's council, and of that council and its meeting."""
    item_id = await disagreed(scene)
    body_id, meeting_id = await joined(scene)
    given = {"cause": "bottleneck", "receiver": f"body-{body_id}"} | more
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **given)
    return (await scene.one(Referral)).id, body_id, meeting_id


async def test_what_becomes_confidential_where_it_came_from_is_withheld_where_it_went(scene: Scene, room: int) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    await scene.ok(KARI, "referral.answer", referral_id=referral_id, answer_kind="answer", answer="Nord støtter Ås.")

    async def found_by_room() -> str:
        reply = await commands.run(scene.runtime, "outcome.search", {"text": "støtter"}, Caller("room", str(room)))
        return str(reply.view)

    assert "Nord støtter Ås" in await found_by_room()
    assert not (await scene.ok(RAGNHILD, "referral.show", referral_id=referral_id)).confidential
    await edit(scene, await put_on_june(scene), confidential=True)
    assert "Nord støtter Ås" not in await found_by_room()
    assert "Nord støtter Ås" in str(await scene.ok(ELI, "outcome.search", text="støtter"))
    assert (await scene.ok(RAGNHILD, "referral.show", referral_id=referral_id)).confidential
    theirs = (await scene.one(Referral)).to_case_id
    assert (await scene.one(Case, id=theirs)).confidential
    assert (await scene.one(AgendaItem, case_id=theirs)).confidential


async def test_what_is_confidential_no_more_comes_home_openly(scene: Scene) -> None:
    item_id = await scene.on_agenda(confidential="true")
    await party(scene)
    given = {"item_id": item_id, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"}
    await scene.ok(RAGNHILD, "referral.send", **given)
    about = {"referral_id": (await scene.one(Referral)).id}
    assert (await scene.ok(RAGNHILD, "referral.show", **about)).confidential
    async with scene.runtime.db.write() as db:
        await db.execute(update(Case).values(confidential=False))
    await edit(scene, item_id, confidential=False)
    assert not (await scene.ok(RAGNHILD, "referral.show", **about)).confidential
    assert not (await scene.ok(RAGNHILD, "referral.list")).waiting[0].confidential
    await answers(scene, about["referral_id"], "Løst.")
    await ticked(scene)
    assert [each.confidential for each in await home_items(scene)] == [False]


async def test_a_case_that_was_taken_off_an_agenda_again_is_not_taken_in_anew(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    about = {"referral_id": referral_id}
    await scene.ok(KARI, "referral.receive", **about)
    assert "referral.receive" in offered(await scene.ok(KARI, "referral.show", **about))
    await scene.ok(KARI, "referral.receive", **about, meeting_id=meeting_id)
    item = await scene.one(AgendaItem, case_id=(await scene.one(Referral)).to_case_id)
    await scene.ok(KARI, "agenda_item.remove", item_id=item.id)
    assert offered(await scene.ok(KARI, "referral.show", **about)) == {"referral.answer", "referral.send_on"}
    assert (await scene.refused(KARI, "referral.receive", **about, meeting_id=meeting_id)).key == "referral_received"


async def test_a_received_case_on_no_agenda_is_put_on_one_from_its_own_page_even_when_it_is_withdrawn(
    scene: Scene,
) -> None:
    referral_id, _, meeting_id = await sent_inside(scene, background="Hvor mange plasser?")
    await scene.ok(KARI, "referral.receive", referral_id=referral_id)
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=referral_id, reason="Løst")
    case_id = (await scene.one(Referral)).to_case_id
    assert "agenda_item.add_case" in offered(await scene.ok(KARI, "case.show", case_id=case_id))
    await scene.ok(KARI, "agenda_item.add_case", case_id=case_id, meeting_id=meeting_id)
    item = await scene.one(AgendaItem, case_id=case_id)
    assert (item.title, item.background) == ("Felles rotasjon", "Hvor mange plasser?")


async def test_what_is_corrected_before_anybody_was_told_comes_home_as_corrected_alone(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Ikke vår sak.", answer_kind="refuse")
    await answers(scene, referral_id, "Vi tar den likevel.")
    await ticked(scene)
    await ticked(scene)
    (item,) = await home_items(scene)
    assert "Vi tar den likevel" in item.background
    assert "Ikke vår sak" not in item.background
    assert "Dette retter" not in item.background
    assert all(each.home_at is not None for each in await scene.all(ReferralAnswer))


async def test_an_answer_that_is_home_is_corrected_there_by_whom_it_was_sent_on_to(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Vi ser på den.")
    await ticked(scene)
    await answers(scene, referral_id, "Det er deres bord.", answer_kind="send_on", sent_on_to="HR-direktørmøtet")
    assert (await scene.ok(RAGNHILD, "referral.list")).ended[0].waits_for_agenda
    await ticked(scene)
    await ticked(scene)
    (item,) = await home_items(scene)
    assert item.background.count("sendt videre til HR-direktørmøtet") == 1
    assert "Dette retter" in item.background


async def test_what_was_never_told_and_was_sent_on_instead_does_not_come_home(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Vi ser på den.")
    await answers(scene, referral_id, "Det er deres bord.", answer_kind="send_on", sent_on_to="HR-direktørmøtet")
    await ticked(scene)
    assert await home_items(scene) == []
    assert (await scene.ok(RAGNHILD, "referral.list")).ended == ()


async def test_an_answer_goes_with_its_case_onto_an_agenda_that_was_sent_out_and_the_secretariat_is_told(
    scene: Scene,
) -> None:
    referral_id = await sent(scene)
    item_id = await put_on_june(scene)
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=await june(scene))
    await answers(scene, referral_id, "Løst.")
    await ticked(scene)
    assert [each.id for each in await home_items(scene)] == [item_id]
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
    assert await home_items(scene) == []
    assert (await scene.one(AgendaItem, id=item_id)).background == full
    assert (await scene.ok(RAGNHILD, "referral.list")).ended[0].waits_for_agenda
    await edit(scene, item_id, background="Kortere.")
    await ticked(scene)
    (item,) = await home_items(scene)
    assert item.background.startswith("Kortere.")
    assert "«Løst.»" in item.background


async def test_long_papers_are_shortened_with_a_note_and_each_of_them_is_there(scene: Scene) -> None:
    prose = {name: name[0] * 9_000 for name in ("background", "wording", "sides")}
    referral_id, _, meeting_id = await sent_inside(scene, **prose)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    item = await scene.one(AgendaItem, case_id=(await scene.one(Referral)).to_case_id)
    assert item.background.count("Forkortet her") == 3
    for words in ("bbb", "www", "sss"):
        assert words in item.background
    assert len(item.background) <= MAX_PROSE


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
    (home,) = await home_items(scene)
    assert home.title == "Felles rotasjon: svar fra Fagdirektørmøtet, HR-direktørmøtet"
    assert "«Ja.»" in home.background
    assert "«Nei.»" in home.background


async def test_a_case_whose_answer_was_told_goes_on_as_what_it_is_about(scene: Scene) -> None:
    referral_id = await sent(scene, background="Hvor mange plasser?")
    await answers(scene, referral_id, "Løst.")
    await ticked(scene)
    (home,) = await home_items(scene)
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


async def test_a_case_does_not_come_back_through_another_councils_own_referral(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    await scene.ok(KARI, "body.create", name="Rådet for hud", kind="fagråd")
    skin = (await scene.one(Body, name="Rådet for hud")).id
    theirs = (await scene.one(Referral)).to_case_id
    await scene.ok(KARI, "referral.send", case_id=theirs, cause="other", receiver=f"body-{skin}")
    second = (await scene.one(Referral, to_body_id=skin)).id
    await scene.ok(KARI, "referral_rule.add", receiver="body-1", level=2)
    back = {"referral_id": second, "receiver": "body-1", "reason": "Hører dit"}
    assert (await scene.refused(KARI, "referral.send_on", **back)).key == "referral_in_circle"


async def test_what_was_split_off_is_not_sent_back_to_where_it_came_from(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    theirs = (await scene.one(Referral)).to_case_id
    await scene.ok(KARI, "agenda_item.add", meeting_id=meeting_id, title="Bare Ås", kind="advice")
    split = (await scene.one(AgendaItem, title="Bare Ås")).case_id
    async with scene.runtime.db.write() as db:
        db.add(CaseLink(case_id=split, other_id=theirs, kind="split_from", made_at=scene.clock()))
    await scene.ok(KARI, "referral_rule.add", receiver="body-1", level=2)
    given = {"case_id": split, "cause": "other", "receiver": "body-1"}
    assert (await scene.refused(KARI, "referral.send", **given)).key == "referral_in_circle"


async def test_a_council_that_did_not_take_a_case_up_may_be_asked_again(scene: Scene) -> None:
    referral_id, body_id, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    given = {"referral_id": referral_id, "answer_kind": "refuse", "answer": "Ikke nå."}
    await scene.ok(KARI, "referral.answer", **given)
    case_id = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "referral.send", case_id=case_id, cause="other", receiver=f"body-{body_id}")
    assert len(await scene.all(Referral)) == 2


async def test_what_a_council_sent_on_and_took_back_waits_for_it_again(scene: Scene) -> None:
    first, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=first, meeting_id=meeting_id)
    await scene.ok(KARI, "outside_party.create", name="HR-sjefmøtet", org_kind="rhf", email=DIRECTORS)
    on = {"referral_id": first, "receiver": "HR-sjefmøtet", "reason": "Hører til linjen"}
    await scene.ok(KARI, "referral.send_on", **on)
    second = await scene.one(Referral, previous_id=first)
    # Whose case it is may take it back too, by a button that is there.
    assert {"referral.withdraw", "referral.remind"} <= offered(
        await scene.ok(RAGNHILD, "referral.show", referral_id=second.id)
    )
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=second.id, reason="Vi spør rådet likevel")
    assert await told(scene, "referral_withdrawn") == sorted([ASTRID, DIRECTORS, KARI])
    view = await scene.ok(KARI, "referral.show", referral_id=first)
    assert (view.state, view.sent_on_as) == (ReferralState.RECEIVED, "")
    assert {"referral.answer", "referral.send_on"} <= offered(view)
    await scene.ok(KARI, "referral.send_on", **on)
    third = await scene.one(Referral, previous_id=first)
    assert third.id != second.id
    assert (await scene.one(Referral, id=second.id)).state is ReferralState.WITHDRAWN


async def test_who_said_to_whom_it_sent_a_case_on_answers_again_once_that_is_taken_back(scene: Scene) -> None:
    first = await sent(scene)
    await answers(scene, first, "Deres bord.", answer_kind="send_on", sent_on_to="HR-direktørmøtet")
    hr = await party(scene, "HR-direktørmøtet", "hr@rhf.example")
    case_id = (await scene.one(Referral)).case_id
    on = {"case_id": case_id, "cause": "other"}
    await scene.ok(RAGNHILD, "referral.send", **on, receiver=f"party-{hr}")
    second = (await scene.one(Referral, previous_id=first)).id
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=second, reason="Feil mottaker")
    assert (
        await scene.refused(RAGNHILD, "referral.send", **on, receiver="Fagdirektørmøtet")
    ).key == "referral_in_circle"
    await scene.ok(RAGNHILD, "referral.send", **on, receiver=f"party-{hr}")
    third = await scene.one(Referral, previous_id=first)
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=third.id, reason="Løst")
    await answers(scene, first, "Vi tar den likevel.")
    await ticked(scene)
    assert len(await home_items(scene)) == 1


async def test_whoever_cannot_be_reached_is_not_said_to_be_reminded(scene: Scene) -> None:
    referral_id = await sent(scene)
    about = {"referral_id": referral_id}
    party_id = (await scene.one(OutsideParty)).id
    await scene.ok(RAGNHILD, "outside_party.close", party_id=party_id)
    assert "referral.remind" not in offered(await scene.ok(RAGNHILD, "referral.show", **about))
    assert (await scene.refused(RAGNHILD, "referral.remind", **about)).key == "party_is_closed"
    before = len(await told(scene, "referral_asked_by"))
    edited = {"party_id": party_id, "name": "Fagdirektørmøtet", "org_kind": "rhf", "email": "ny@rhf.example"}
    assert (await scene.refused(RAGNHILD, "outside_party.edit", **edited)).key == "party_is_closed"
    scene.at(2027, 4, 26, 9)
    await ticked(scene)
    await ticked(scene)
    assert await told(scene, "referral_silent_unreached") == sorted([KARI, RAGNHILD])
    assert not [each for each in await scene.all(Delivery) if each.kind.startswith("referral_reminder")]
    assert len(await told(scene, "referral_asked_by")) == before
    assert (await scene.ok(RAGNHILD, "referral.show", **about)).reminded_at is None
    asked = await commands.run(scene.runtime, "referral.withdraw", about | {"reason": "x"}, Caller("cli", RAGNHILD))
    assert "referral_withdraws_by_hand" in asked.view.asked


async def test_what_is_handed_over_by_hand_has_no_button_that_reminds(scene: Scene) -> None:
    await disagreed(scene)
    await party(scene, email="")
    given = {"case_id": 1, "cause": "other", "receiver": "Fagdirektørmøtet"}
    given["case_id"] = (await scene.one(Case)).id
    await scene.ok(RAGNHILD, "referral.send", **given)
    about = {"referral_id": (await scene.one(Referral)).id}
    view = await scene.ok(RAGNHILD, "referral.show", **about)
    assert offered(view) == {"referral.note_answer", "referral.withdraw"}
    assert (await scene.refused(RAGNHILD, "referral.remind", **about)).key == "receiver_without_address"


async def test_a_receivers_address_is_where_mail_to_it_goes(scene: Scene) -> None:
    item_id = await disagreed(scene)
    party_id = await party(scene)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email == DIRECTORS).values(email="nytt@rhf.example"))
    assert "nytt@rhf.example" in await scene.words(RAGNHILD, "outside_party.list")
    assert "nytt@rhf.example" in str(await scene.form(RAGNHILD, "outside_party.edit", party_id=party_id))
    given = {"item_id": item_id, "cause": "other", "receiver": f"party-{party_id}"}
    asked = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert "nytt@rhf.example" in str(asked.view.facts)
    await scene.ok(RAGNHILD, "referral.send", **given)
    assert await told(scene, "referral_asked") == ["nytt@rhf.example"]


async def test_a_form_is_not_opened_for_what_would_be_refused(scene: Scene) -> None:
    referral_id = await sent(scene)
    about = {"referral_id": referral_id}
    case_id = (await scene.one(Referral)).case_id
    assert (await form(scene.runtime, RAGNHILD)("referral.send", case_id=case_id)).key == "referral_waits"
    await scene.ok(RAGNHILD, "referral.withdraw", **about, reason="Løst")
    for who, name in (
        (DIRECTORS, "referral.answer"),
        (RAGNHILD, "referral.note_answer"),
        (RAGNHILD, "referral.remind"),
        (RAGNHILD, "referral.withdraw"),
    ):
        assert (await form(scene.runtime, who)(name, **about)).key == "referral_withdrawn", name


async def test_the_newest_of_many_that_are_over_are_listed(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lisbot.council.referrals.referrals.MAX_LISTED", 2)
    await disagreed(scene)
    await party(scene)
    case_id = (await scene.one(Case)).id
    for day in (12, 13, 14):
        scene.at(2027, 3, day, 9)
        await scene.ok(RAGNHILD, "referral.send", case_id=case_id, cause="other", receiver="Fagdirektørmøtet")
        newest = max(each.id for each in await scene.all(Referral))
        if day < 14:
            await scene.ok(RAGNHILD, "referral.withdraw", referral_id=newest, reason="Løst")
    view = await scene.ok(RAGNHILD, "referral.list", done=True)
    assert [each.sent_at.day for each in (*view.waiting, *view.ended)] == [14, 13]
    assert view.has_more


async def test_several_processes_bring_one_answer_home_once(scene: Scene) -> None:
    first = await sent(scene)
    await answers(scene, first, "Løst.")
    about = {"referral_id": first}
    replies = await asyncio.gather(
        *(commands.run(scene.runtime, "referral.bring_home", about, CLOCK) for _ in range(4))
    )
    assert sorted(each.status for each in replies) == [200, 409, 409, 409]
    (item,) = await home_items(scene)
    assert item.background.count("Løst.") == 1
    async with scene.runtime.db.read() as db:
        count = await db.scalar(select(func.count()).select_from(AgendaItem).where(AgendaItem.case_id == item.case_id))
    assert count == 2


async def test_answers_of_two_receivers_that_come_home_at_once_stand_on_one_item(scene: Scene) -> None:
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
    (item,) = await home_items(scene)
    assert "«Ja.»" in item.background
    assert "«Nei.»" in item.background


async def test_a_member_of_the_sending_council_is_not_led_to_a_case_they_may_not_open(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    assert (await scene.ok(BJORN, "referral.show", referral_id=referral_id)).to_case_id is None
    assert (await scene.ok(KARI, "referral.show", referral_id=referral_id)).to_case_id is not None
    assert (await scene.refused(SIRI, "referral.show", referral_id=referral_id)).status == 404
