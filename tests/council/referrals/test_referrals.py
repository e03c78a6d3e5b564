"""A case sent on: to a meeting of directors outside lisbot, to another council, and its answer's way home."""

from datetime import date
from typing import Any

from sqlalchemy import select, update

from builders import ASTRID, BJORN, HILDE, KARI, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.enums import ReferralState
from lisbot.council.models import (
    AgendaItem,
    Body,
    Case,
    Delivery,
    Meeting,
    OutsideParty,
    Person,
    Referral,
    ReferralAnswer,
    ReferralRule,
    Staff,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import CLOCK, Scheduler
from stages import JUNE, Scene

DIRECTORS = "direktorene@rhf.example"
SIDES = "Fjord: for dyrt.\nÅs: for viktig til å vente."
NO_AGREEMENT = {"outcome": "disagreement", "words": "Rådet er delt.", "sides": SIDES, "agreement": "none"}


async def party(scene: Scene, name: str = "Fagdirektørmøtet", email: str = DIRECTORS, **more: Any) -> int:
    """The id of whom the secretariat writes to, who receives where there is no agreement."""
    given = {"name": name, "org_kind": "rhf", "email": email, "contact": "Dagny Direktør"} | more
    await scene.ok(RAGNHILD, "outside_party.create", **given)
    return (await scene.one(OutsideParty, name=name)).id


async def disagreed(scene: Scene) -> int:
    """The id of an item that the council did not agree about, in approved minutes."""
    meeting_id, item_id = await scene.minuted()
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, **NO_AGREEMENT)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return item_id


async def sent(scene: Scene, **more: Any) -> int:
    """The id of a case sent to the directors."""
    item_id, party_id = await disagreed(scene), await party(scene)
    given = {"cause": "no_agreement", "receiver": f"party-{party_id}", "sides": SIDES, "answer_by": "2027-05-03"} | more
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **given)
    return (await scene.one(Referral)).id


async def ticked(scene: Scene) -> None:
    """What is due by itself is done."""
    await Scheduler(scene.runtime).run_all_due()


async def told(scene: Scene, kind: str) -> list[str]:
    """The addresses of those who were sent a kind of message."""
    found = [await scene.one(Person, id=each.person_id) for each in await scene.all(Delivery, kind=kind)]
    return sorted(person.email for person in found)


async def test_the_receiver_follows_from_the_councils_own_line(scene: Scene) -> None:
    item_id = await disagreed(scene)
    directors, hr = await party(scene), await party(scene, "HR-direktørmøtet", "hr@rhf.example")
    await scene.ok(RAGNHILD, "referral_rule.add", receiver=f"party-{hr}")
    rule = {"of_body_id": scene.body_id, "cause": "no_agreement", "receiver": f"party-{directors}"}
    await scene.ok(RAGNHILD, "referral_rule.add", **rule)
    assert (await scene.refused(RAGNHILD, "referral_rule.add", **rule)).key == "referral_rule_is_there"
    card = str(await scene.form(RAGNHILD, "referral.send", item_id=item_id))
    assert f"'value': 'party-{directors}'" in card
    assert "for viktig til å vente" in card
    given = {"cause": "no_agreement", "sides": SIDES, "item_id": item_id, "receiver": f"party-{hr}"}
    asked = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert asked.status == 409
    assert {"referral_not_by_rule", "referral_by_mail", "referral_goes", "referral_without_day"} <= set(
        asked.view.questions
    )
    assert await scene.all(Referral) == []
    assert "HR-direktørmøtet" in await scene.words(RAGNHILD, "outside_party.list")
    own = await scene.one(ReferralRule, body_id=scene.body_id)
    await scene.ok(RAGNHILD, "referral_rule.remove", referral_rule_id=own.id)
    assert len(await scene.all(ReferralRule)) == 1


async def test_what_was_sent_is_a_copy_and_waits_for_one_receiver(scene: Scene) -> None:
    referral_id = await sent(scene, wording="Én avtale.", document="26/01234-5", links="https://fjord.example/notat")
    assert await told(scene, "referral_asked_by") == [DIRECTORS]
    assert await told(scene, "referral_sent") == [ASTRID]
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    again = {"cause": "other", "receiver": "Fagdirektørmøtet", "item_id": item.id}
    assert (await scene.refused(RAGNHILD, "referral.send", **again)).key == "referral_waits"
    words = await scene.words(RAGNHILD, "referral.show", referral_id=referral_id)
    for said in ("Fagdirektørmøtet", "26/01234-5", "Én avtale.", "for dyrt", "3. mai 2027", "Ragnhild Regut"):
        assert said in words
    listed = await scene.ok(RAGNHILD, "referral.list")
    assert [(each.receiver, each.days, each.is_overdue) for each in listed.waiting] == [("Fagdirektørmøtet", 0, False)]
    member = await scene.ok(BJORN, "referral.show", referral_id=referral_id)
    assert member.sent is None
    assert member.actions == ()
    for stranger in (HILDE, SIRI):
        assert (await scene.refused(stranger, "referral.show", referral_id=referral_id)).status == 404
    scene.at(2027, 5, 4, 9)
    assert (await scene.ok(RAGNHILD, "referral.list")).waiting[0].is_overdue


async def test_an_answer_is_reported_once_whatever_is_pressed_twice(scene: Scene) -> None:
    referral_id = await sent(scene)
    about = {"referral_id": referral_id}
    scene.at(2027, 4, 20, 9)
    answer = {"answer_kind": "answer", "answer": "Møtet gjorde vedtak om én felles avtale."}
    await scene.ok(DIRECTORS, "referral.answer", **about, **answer)
    assert (await scene.refused(DIRECTORS, "referral.answer", **about, **answer)).key == "referral_answered_already"
    assert await told(scene, "referral_answered") == sorted([ASTRID, KARI, RAGNHILD])
    await ticked(scene)
    await ticked(scene)
    home = await scene.one(ReferralAnswer)
    item = await scene.one(AgendaItem, id=home.home_item_id)
    june = await scene.one(Meeting, held_on=JUNE)
    assert (item.meeting_id, item.kind, item.case_id) == (june.id, "information", (await scene.one(Case)).id)
    assert "«Møtet gjorde vedtak om én felles avtale.»" in item.background
    assert len([each for each in await scene.all(AgendaItem) if each.case_id == item.case_id]) == 2
    edited = {"title": item.title, "kind": "information", "background": item.background}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item.id, **edited)  # what others decided may be quoted
    about_home = await scene.words(ASTRID, "referral.show", **about)
    assert "vedtak" in about_home
    assert "9. juni 2027" in about_home
    found = await scene.words(ASTRID, "outcome.search", text="felles avtale")
    assert "Fagdirektørmøtet" in found
    case = await scene.words(ASTRID, "case.show", case_id=item.case_id)
    assert "én felles avtale" in case


async def test_a_second_answer_corrects_the_first_and_a_late_one_is_marked(scene: Scene) -> None:
    referral_id = await sent(scene)
    about = {"referral_id": referral_id}
    await scene.ok(DIRECTORS, "referral.answer", **about, answer_kind="refuse", answer="Ikke vår sak.")
    await ticked(scene)
    scene.at(2027, 5, 10, 9)
    await scene.ok(DIRECTORS, "referral.answer", **about, answer_kind="answer", answer="Vi tar den likevel.")
    view = await scene.ok(RAGNHILD, "referral.show", **about)
    assert [(each.is_corrected, each.is_late) for each in view.answers] == [(True, False), (False, True)]
    assert view.state is ReferralState.ANSWERED
    await ticked(scene)
    items = [each for each in await scene.all(AgendaItem) if "Ikke vår sak" in each.background]
    assert len(items) == 1
    assert "Vi tar den likevel" in items[0].background
    assert "Dette retter" in items[0].background
    assert {each.home_item_id for each in await scene.all(ReferralAnswer)} == {items[0].id}


async def test_an_answer_waits_for_an_agenda_that_is_not_sent_out(scene: Scene) -> None:
    referral_id = await sent(scene)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    about = {"referral_id": referral_id, "answer_kind": "answer"}
    noted = {"answer": "De slutter seg til Fjord.", "on_behalf_of": "Dagny Direktør"}
    await scene.ok(RAGNHILD, "referral.note_answer", **about, **noted)
    await ticked(scene)
    assert (await scene.one(ReferralAnswer)).home_at is None
    assert (await scene.ok(RAGNHILD, "referral.list")).ended[0].waits_for_agenda
    clock = commands.run(scene.runtime, "referral.bring_home", {"referral_id": referral_id}, CLOCK)
    assert (await clock).status == 409
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-09-15")
    await ticked(scene)
    answer = await scene.one(ReferralAnswer)
    assert (answer.by_name, answer.noted_by, answer.by_id) == ("Dagny Direktør", "Ragnhild Regut", None)
    item = await scene.one(AgendaItem, id=answer.home_item_id)
    assert item.meeting_id == (await scene.one(Meeting, held_on=date(2027, 9, 15))).id


async def test_whoever_is_silent_is_reminded_until_there_is_an_end(scene: Scene) -> None:
    referral_id = await sent(scene)
    assert (await commands.run(scene.runtime, "referral.remind_due", {"referral_id": referral_id}, CLOCK)).status == 409
    for month, day, hour, reminded, silent in (
        (4, 26, 7, 0, 0),
        (4, 26, 9, 1, 0),
        (4, 27, 9, 1, 0),
        (5, 4, 9, 2, 1),
        (5, 5, 9, 2, 1),
        (5, 18, 9, 3, 2),
    ):
        scene.at(2027, month, day, hour)
        await ticked(scene)
        await ticked(scene)
        kinds = [each.kind for each in await scene.all(Delivery)]
        count = sum(kind.startswith("referral_reminder") for kind in kinds)
        assert (count, kinds.count("referral_silent") // 2) == (reminded, silent), (month, day, hour)
    await scene.ok(RAGNHILD, "referral.remind", referral_id=referral_id)
    await scene.ok(RAGNHILD, "referral.withdraw", referral_id=referral_id, reason="Løst i rådet")
    scene.at(2027, 6, 1, 9)
    await ticked(scene)
    for name in ("referral.remind", "referral.withdraw"):
        given = {"referral_id": referral_id} | ({"reason": "Igjen"} if name.endswith("withdraw") else {})
        assert (await scene.refused(RAGNHILD, name, **given)).key == "referral_withdrawn"
    late = {"referral_id": referral_id, "answer_kind": "answer", "answer": "Hei"}
    assert (await scene.refused(DIRECTORS, "referral.answer", **late)).key == "referral_withdrawn"
    assert await told(scene, "referral_withdrawn") == sorted([ASTRID, DIRECTORS])


async def test_a_receiver_that_has_left_answers_no_more_and_one_that_is_closed_gets_nothing(scene: Scene) -> None:
    referral_id = await sent(scene)
    party_id = (await scene.one(OutsideParty)).id
    new = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": "ny@rhf.example", "contact": "Nils Ny"}
    await scene.ok(RAGNHILD, "outside_party.edit", party_id=party_id, **new)
    about = {"referral_id": referral_id}
    given = {"answer_kind": "answer", "answer": "Ja"}
    assert (await scene.refused(DIRECTORS, "referral.answer", **about, **given)).status == 404
    assert await told(scene, "referral_asked_by") == sorted([DIRECTORS, "ny@rhf.example"])
    await scene.ok(RAGNHILD, "outside_party.close", party_id=party_id)
    assert (await scene.refused(RAGNHILD, "outside_party.close", party_id=party_id)).key == "party_is_closed"
    await scene.ok("ny@rhf.example", "referral.answer", **about, **given)  # what was sent is still answered
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    again = {"cause": "other", "receiver": f"party-{party_id}", "item_id": item.id}
    assert (await scene.refused(RAGNHILD, "referral.send", **again)).key == "receiver_is_closed"
    for receiver, key in (("Samordningsrådet", "referral_to_itself"), ("Ingen", "no_such_receiver")):
        refused = await scene.refused(RAGNHILD, "referral.send", **again | {"receiver": receiver})
        assert refused.key == key


async def joined(scene: Scene) -> tuple[int, int]:
    """The ids of a council of the other region's that receives from this one, and of a meeting of its, with Kari at its
    secretariat."""
    async with scene.runtime.db.write() as db:
        north = (await db.scalars(select(Body).where(Body.key == "nordrad"))).one()
        kari = (await db.scalars(select(Person).where(Person.email == KARI))).one()
        await db.execute(update(Staff).where(Staff.person_id == kari.id).values(secretariat_id=north.secretariat_id))
        body_id = north.id
    await scene.ok(KARI, "year_plan.set_dates", body_id=body_id, dates="2027-05-05")
    await scene.ok(RAGNHILD, "referral_rule.add", of_body_id=scene.body_id, receiver=f"body-{body_id}")
    return body_id, (await scene.one(Meeting, body_id=body_id)).id


async def test_another_council_takes_a_case_in_under_its_own_number_and_answers(scene: Scene) -> None:
    item_id = await disagreed(scene)
    body_id, meeting_id = await joined(scene)
    given = {"cause": "no_agreement", "receiver": f"body-{body_id}", "sides": SIDES, "wording": "Én avtale."}
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, **given)
    about = {"referral_id": (await scene.one(Referral)).id}
    assert await told(scene, "referral_asked") == [KARI]
    assert [each.number for each in (await scene.ok(KARI, "referral.list")).incoming] == ["1/27"]
    assert (await scene.refused(SIRI, "referral.show", **about)).status == 404  # not before it is taken in
    wrong = {"meeting_id": (await scene.one(Meeting, held_on=JUNE)).id}
    assert (await scene.refused(KARI, "referral.receive", **about, **wrong)).status == 404
    await scene.ok(KARI, "referral.receive", **about, meeting_id=meeting_id)
    assert (await scene.refused(KARI, "referral.receive", **about, meeting_id=meeting_id)).key == "referral_received"
    own, theirs = sorted(await scene.all(Case), key=lambda case: case.id)
    assert (theirs.body_id, theirs.label, theirs.story_id) == (body_id, "1/27", own.id)
    item = await scene.one(AgendaItem, case_id=theirs.id)
    assert "«Fjord: for dyrt.»" in item.background
    assert (await scene.refused(SIRI, "referral.show", **about)).status == 404  # nor before its agenda is sent out
    await scene.ok(KARI, "notice.send", meeting_id=meeting_id)
    assert (await scene.ok(SIRI, "referral.show", **about)).sent is not None
    assert (await scene.refused(SIRI, "case.show", case_id=own.id)).status == 404
    back = {"item_id": item.id, "cause": "other", "receiver": "body-1"}
    assert (await scene.refused(KARI, "referral.send", **back)).key in ("no_such_receiver", "referral_in_circle")
    on = {"answer_kind": "send_on", "answer": "Til RHF", "sent_on_to": "RHF"}
    assert (await scene.refused(KARI, "referral.answer", **about, **on)).key == "send_on_instead"
    await scene.ok(KARI, "referral.answer", **about, answer_kind="answer", answer="Nord støtter Ås.")
    await ticked(scene)
    home = await scene.one(AgendaItem, id=(await scene.one(ReferralAnswer)).home_item_id)
    assert home.case_id == own.id
    assert "Nord støtter Ås" in home.background


async def test_a_case_is_sent_on_higher_and_its_answer_goes_to_where_it_began(scene: Scene) -> None:
    item_id = await disagreed(scene)
    body_id, _ = await joined(scene)
    await scene.ok(RAGNHILD, "referral.send", item_id=item_id, cause="bottleneck", receiver=f"body-{body_id}")
    first = (await scene.one(Referral)).id
    higher = {"name": "HR-sjefmøtet", "org_kind": "rhf", "email": DIRECTORS}
    await scene.ok(KARI, "outside_party.create", **higher)
    await scene.ok(KARI, "referral_rule.add", receiver="body-1", level=2)
    on = {"referral_id": first, "reason": "Hører til linjen"}
    assert (await scene.refused(KARI, "referral.send_on", **on, receiver="body-1")).key == "referral_in_circle"
    await scene.ok(KARI, "referral.send_on", **on, receiver="HR-sjefmøtet")
    assert (await scene.refused(KARI, "referral.send_on", **on, receiver="HR-sjefmøtet")).key == "referral_sent_on"
    assert await told(scene, "referral_sent_on") == sorted([ASTRID, RAGNHILD])
    second = await scene.one(Referral, previous_id=first)
    assert (await scene.ok(ASTRID, "referral.show", referral_id=first)).sent_on_as == "HR-sjefmøtet"
    again = {"item_id": item_id, "cause": "bottleneck", "receiver": f"body-{body_id}"}
    assert (await scene.refused(RAGNHILD, "referral.send", **again)).key == "referral_waits"
    await scene.ok(DIRECTORS, "referral.answer", referral_id=second.id, answer_kind="answer", answer="Løst.")
    await ticked(scene)
    home = await scene.one(AgendaItem, id=(await scene.one(ReferralAnswer, referral_id=second.id)).home_item_id)
    assert home.case_id == (await scene.one(AgendaItem, id=item_id)).case_id


async def test_an_outside_receiver_says_to_whom_it_sent_a_case_on(scene: Scene) -> None:
    first = await sent(scene)
    about = {"referral_id": first, "answer_kind": "send_on", "answer": "Det er deres bord."}
    assert (await scene.refused(DIRECTORS, "referral.answer", **about)).key == "sent_on_to_needed"
    await scene.ok(DIRECTORS, "referral.answer", **about, sent_on_to="HR-direktørmøtet")
    await ticked(scene)
    assert len(await scene.all(AgendaItem, title="Felles rotasjon: svar fra Fagdirektørmøtet")) == 0
    hr = await party(scene, "HR-direktørmøtet", "hr@rhf.example")
    item = await scene.one(AgendaItem, title="Felles rotasjon")
    on = {"item_id": item.id, "cause": "no_agreement", "sides": SIDES}
    assert (
        await scene.refused(RAGNHILD, "referral.send", **on, receiver="Fagdirektørmøtet")
    ).key == "referral_in_circle"
    await scene.ok(RAGNHILD, "referral.send", **on, receiver=f"party-{hr}")
    assert (await scene.one(Referral, previous_id=first)).receiver_name == "HR-direktørmøtet"
    again = about | {"answer_kind": "answer"}
    assert (await scene.refused(DIRECTORS, "referral.answer", **again)).key == "referral_went_on"
