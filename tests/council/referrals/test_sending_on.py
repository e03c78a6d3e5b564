"""What happens to a case that was sent on where it went, and on its way there."""

from datetime import date

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, KARI, RAGNHILD, SIRI
from council.referrals.steps import answers, edit, june, offered, put_on_june, reporting_items, sent_inside
from council.referrals.test_referrals import DIRECTORS, SIDES, disagreed, party, sent, ticked, told
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
    Proposal,
    Referral,
)
from lisbot.council.register.identity import Caller
from people import form
from stages import Scene


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
    referral_id, _, meeting_id = await sent_inside(
        scene, background="Hvor mange plasser?", wording="Én avtale.", sides=SIDES
    )
    await scene.ok(KARI, "referral.receive", referral_id=referral_id)
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=referral_id, reason="Løst")
    case_id = (await scene.one(Referral)).to_case_id
    assert "agenda_item.add_case" in offered(await scene.ok(KARI, "case.show", case_id=case_id))
    await scene.ok(KARI, "agenda_item.add_case", case_id=case_id, meeting_id=meeting_id)
    item = await scene.one(AgendaItem, case_id=case_id)
    assert item.title == "Felles rotasjon"
    # As somebody else's words, with all that was sent.
    for words in ("«Hvor mange plasser?»", "«Én avtale.»", "«Fjord: for dyrt.»", "Samordningsrådet"):
        assert words in item.background


async def test_long_papers_are_shortened_with_a_note_and_each_of_them_is_there(scene: Scene) -> None:
    prose = {name: name[0] * 9_000 for name in ("background", "wording", "sides")}
    referral_id, _, meeting_id = await sent_inside(scene, **prose)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    item = await scene.one(AgendaItem, case_id=(await scene.one(Referral)).to_case_id)
    assert item.background.count("Forkortet her") == 3
    for words in ("bbb", "www", "sss"):
        assert words in item.background
    assert len(item.background) <= MAX_PROSE


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
    assert len(await reporting_items(scene)) == 1


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
    assert "referral_withdraws_by_hand" in asked.view.questions


async def test_what_is_handed_over_by_hand_has_no_button_that_reminds(scene: Scene) -> None:
    await disagreed(scene)
    await party(scene, email="")
    given = {"case_id": 1, "cause": "other", "receiver": "Fagdirektørmøtet"}
    given["case_id"] = (await scene.one(Case)).id
    await scene.ok(RAGNHILD, "referral.send", **given)
    about = {"referral_id": (await scene.one(Referral)).id}
    view = await scene.ok(RAGNHILD, "referral.show", **about)
    assert offered(view) == {"referral.hand_over", "referral.note_answer", "referral.withdraw"}
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


async def test_a_member_of_the_sending_council_is_not_led_to_a_case_they_may_not_open(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    assert (await scene.ok(BJORN, "referral.show", referral_id=referral_id)).to_case_id is None
    assert (await scene.ok(KARI, "referral.show", referral_id=referral_id)).to_case_id is not None
    assert (await scene.refused(SIRI, "referral.show", referral_id=referral_id)).status == 404


@pytest.mark.parametrize("is_removed_first", [True, False], ids=["removed first", "confidential first"])
async def test_what_becomes_confidential_is_off_the_web_also_where_its_receiver_takes_it_off_the_agenda(
    scene: Scene, is_removed_first: bool
) -> None:
    referral_id, body_id, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    await scene.ok(KARI, "agenda_item.add", meeting_id=meeting_id, title="Åpen sak", kind="discussion")
    await scene.ok(KARI, "notice.send", meeting_id=meeting_id)
    await scene.ok(KARI, "distribution_line.add", body_id=body_id, what="agenda", published_on="web")

    async def on_the_web() -> list[str]:
        given = {"meeting_id": meeting_id, "what": "agenda"}
        reply = await commands.run(scene.runtime, "publication.show", given, Caller("public", "", lang="nb"))
        return [line.title for line in reply.view.agenda]

    assert {"Felles rotasjon", "Åpen sak"} <= set(await on_the_web())
    theirs = await scene.one(AgendaItem, meeting_id=meeting_id, title="Felles rotasjon")
    own = await put_on_june(scene)
    if is_removed_first:
        await scene.ok(KARI, "agenda_item.remove", item_id=theirs.id)
    await edit(scene, own, confidential=True)
    assert "Felles rotasjon" not in await on_the_web()
    if not is_removed_first:
        await scene.ok(KARI, "agenda_item.remove", item_id=theirs.id)
    shown = await on_the_web()
    assert "Felles rotasjon" not in shown
    assert "Åpen sak" in shown
    # What is put on the agenda again is what it has become.
    waiting = await scene.one(Proposal, case_id=theirs.case_id)
    await scene.ok(KARI, "proposal.accept", proposal_id=waiting.id)
    assert (await scene.one(AgendaItem, case_id=theirs.case_id)).confidential


async def test_whoever_sent_a_case_is_told_also_where_it_is_put_on_an_agenda_from_its_own_page(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    await scene.ok(KARI, "referral.receive", referral_id=referral_id)
    assert await told(scene, "referral_received") == []
    case_id = (await scene.one(Referral)).to_case_id
    await scene.ok(KARI, "agenda_item.add_case", case_id=case_id, meeting_id=meeting_id)
    everybody = await told(scene, "referral_received")
    assert RAGNHILD in everybody
    assert ASTRID in everybody
    # That it is put on another agenda later is not told again.
    item = await scene.one(AgendaItem, case_id=case_id)
    scene.at(2027, 5, 6, 9)
    await scene.ok(KARI, "minutes.start", meeting_id=meeting_id)
    await scene.ok(KARI, "outcome.record", item_id=item.id, outcome="postponed", words="")
    await scene.ok(KARI, "year_plan.set_dates", body_id=(await scene.one(Referral)).to_body_id, dates="2027-09-15")
    later = (await scene.one(Meeting, held_on=date(2027, 9, 15))).id
    await scene.ok(KARI, "agenda_item.add_case", case_id=case_id, meeting_id=later)
    assert await told(scene, "referral_received") == everybody


async def test_a_council_whose_case_was_answered_higher_up_may_be_asked_again(scene: Scene) -> None:
    referral_id, body_id, meeting_id = await sent_inside(scene)
    case_id = (await scene.one(Referral)).case_id
    await scene.ok(KARI, "referral.receive", referral_id=referral_id, meeting_id=meeting_id)
    await scene.ok(KARI, "outside_party.create", name="HR-sjefmøtet", org_kind="rhf", email=DIRECTORS)
    await scene.ok(KARI, "referral.send_on", referral_id=referral_id, receiver="HR-sjefmøtet", reason="Hører dit")
    higher = (await scene.one(Referral, previous_id=referral_id)).id
    again = {"case_id": case_id, "cause": "other", "receiver": f"body-{body_id}"}
    assert (await scene.refused(RAGNHILD, "referral.send", **again)).key == "referral_waits"
    await answers(scene, higher, "Ja.")
    await scene.ok(RAGNHILD, "referral.send", **again)
    assert [each.state for each in await scene.all(Referral, to_body_id=body_id)] == [
        ReferralState.SENT_ON,
        ReferralState.SENT,
    ]


async def test_a_council_that_is_asked_about_one_part_of_a_matter_is_not_asked_about_another_meanwhile(
    scene: Scene,
) -> None:
    referral_id, body_id, _ = await sent_inside(scene)
    first = (await scene.one(Referral)).case_id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=await june(scene), title="Bare Ås", kind="advice")
    part = (await scene.one(AgendaItem, title="Bare Ås")).case_id
    async with scene.runtime.db.write() as db:
        db.add(CaseLink(case_id=part, other_id=first, kind="split_from", made_at=scene.clock()))
    given = {"case_id": part, "cause": "other", "receiver": f"body-{body_id}"}
    assert (await scene.refused(RAGNHILD, "referral.send", **given)).key == "referral_in_circle"
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=referral_id, reason="Løst")
    await scene.ok(RAGNHILD, "referral.send", **given)


async def test_members_open_what_their_council_sent_on_only_once_they_were_told_of_it(scene: Scene) -> None:
    referral_id, _, meeting_id = await sent_inside(scene)
    about = {"referral_id": referral_id}
    await scene.ok(KARI, "outside_party.create", name="HR-sjefmøtet", org_kind="rhf", email=DIRECTORS)
    on = {"receiver": "HR-sjefmøtet", "reason": "Hører dit"}
    await scene.ok(KARI, "referral.send_on", **about, **on)
    higher = (await scene.one(Referral, previous_id=referral_id)).id
    assert (await scene.refused(SIRI, "referral.show", referral_id=higher)).status == 404
    assert (await scene.ok(BJORN, "referral.show", referral_id=higher)).id == higher  # whose case it is
    await scene.ok(KARI, "referral.withdraw", referral_id=higher, reason="Vi tar den selv")
    await scene.ok(KARI, "referral.receive", **about, meeting_id=meeting_id)
    await scene.ok(KARI, "referral.send_on", **about, **on)
    second = (await scene.one(Referral, previous_id=referral_id, state=ReferralState.SENT)).id
    assert (await scene.refused(SIRI, "referral.show", referral_id=second)).status == 404
    await scene.ok(KARI, "notice.send", meeting_id=meeting_id)
    assert (await scene.ok(SIRI, "referral.show", referral_id=second)).id == second
