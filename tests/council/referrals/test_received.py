"""A case that was sent to a council inside lisbot meets its secretariat where the rest of its work does."""

from datetime import timedelta

import pytest

from builders import BJORN, RAGNHILD
from lisbot.council.models import Body, Meeting, Referral


@pytest.fixture
async def skin(scene) -> int:
    """The id of a council that has been sent a case of another's, to be answered by the first of September."""
    await scene.minuted()
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    body_id = (await scene.one(Body, name="Rådet for hud")).id
    given = {"case_id": 1, "cause": "bottleneck", "receiver": f"body-{body_id}", "answer_by": "2027-09-01"}
    await scene.ok(RAGNHILD, "referral.send", **given)
    return body_id


async def on_agenda(scene, body_id: int) -> None:
    """It is put on the agenda of a meeting of that council's."""
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=body_id, dates="2027-09-29")
    meeting_id = (await scene.one(Meeting, body_id=body_id)).id
    await scene.ok(RAGNHILD, "referral.receive", referral_id=(await scene.one(Referral)).id, meeting_id=meeting_id)


async def test_without_a_coming_meeting_a_case_that_is_taken_in_offers_none(scene, skin):
    about = {"referral_id": (await scene.one(Referral)).id}
    view = await scene.ok(RAGNHILD, "referral.receive", **about)
    assert "referral.receive" not in [each.command for each in view.actions]
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=skin, dates="2027-09-29")
    view = await scene.ok(RAGNHILD, "referral.show", **about)
    assert "referral.receive" in [each.command for each in view.actions]


async def test_it_is_in_the_councils_triage_until_it_is_taken_in(scene, skin):
    for about in ({"body_id": skin}, {}):
        view = await scene.ok(RAGNHILD, "proposal.triage", **about)
        assert [(each.title, each.sender) for each in view.received] == [("Felles rotasjon", "Samordningsrådet")]
    assert (await scene.ok(RAGNHILD, "proposal.triage", body_id=scene.body_id)).received == ()
    action = view.received[0].actions[0]
    assert action.command == "referral.receive"
    await scene.ok(RAGNHILD, action.command, **action.arguments)
    (line,) = (await scene.ok(RAGNHILD, "proposal.triage", body_id=skin)).received
    assert (line.is_taken_in, line.is_placed) == (True, False), "it waits for a meeting"
    assert [each.id for each in (await scene.ok(RAGNHILD, "worklist.show")).awaited] == [line.id]
    await on_agenda(scene, skin)
    assert (await scene.ok(RAGNHILD, "proposal.triage", body_id=skin)).received == ()


async def test_it_is_among_the_secretariats_work_and_on_the_overview_at_once(scene, skin):
    for command in ("worklist.show", "dashboard.show"):
        line = (await scene.ok(RAGNHILD, command)).awaited[0]
        assert (line.title, line.is_own, line.is_taken_in, line.is_overdue) == ("Felles rotasjon", True, False, False)
    assert (await scene.ok(BJORN, "worklist.show")).awaited == ()


async def test_taken_in_it_is_there_again_when_its_answer_is_due(scene, skin):
    await on_agenda(scene, skin)
    assert (await scene.ok(RAGNHILD, "worklist.show")).awaited == ()
    scene.at(2027, 8, 31, 9)
    assert (await scene.ok(RAGNHILD, "worklist.show")).awaited == ()
    assert [each.is_taken_in for each in (await scene.ok(RAGNHILD, "worklist.show", when="week")).awaited] == [True]
    scene.at(2027, 9, 2, 9)
    line = (await scene.ok(RAGNHILD, "worklist.show")).awaited[0]
    assert (line.is_overdue, [each.command for each in line.actions]) == (True, ["referral.answer"])


async def test_an_answer_from_outside_that_does_not_come_is_among_the_senders_work(scene, clock):
    await scene.minuted()
    await scene.ok(RAGNHILD, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email="fag@rhf.example")
    given = {"case_id": 1, "cause": "bottleneck", "receiver": "Fagdirektørmøtet"}
    await scene.ok(RAGNHILD, "referral.send", **given, answer_by="2027-09-01")
    assert (await scene.ok(RAGNHILD, "worklist.show")).awaited == ()
    clock.at += timedelta(days=365)
    for command in ("worklist.show", "dashboard.show"):
        line = (await scene.ok(RAGNHILD, command)).awaited[0]
        assert (line.is_own, line.is_overdue, line.receiver, line.actions) == (False, True, "Fagdirektørmøtet", ())


async def test_a_council_that_answers_is_asked_for_no_receiver_of_its_own(scene, skin):
    about = {"referral_id": (await scene.one(Referral)).id}
    await scene.ok(RAGNHILD, "referral.receive", **about)
    form = await scene.form(RAGNHILD, "referral.answer", **about)
    assert "sent_on_to" not in [each["id"] for each in form["fields"]]


async def test_the_page_of_a_case_that_was_sent_here_shows_what_came_with_it_before_it_has_a_meeting(scene):
    await scene.minuted()
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    body_id = (await scene.one(Body, name="Rådet for hud")).id
    given = {"case_id": 1, "cause": "bottleneck", "receiver": f"body-{body_id}", "answer_by": "2027-09-01"}
    await scene.ok(RAGNHILD, "referral.send", **given, background="Et notat.", wording="Én avtale.")
    await scene.ok(RAGNHILD, "referral.receive", referral_id=(await scene.one(Referral)).id)
    case_id = (await scene.one(Referral)).to_case_id
    sheet = await scene.sheet(RAGNHILD, "case.show", case_id=case_id)
    for said in ("Et notat.", "Én avtale."):
        assert said in str(sheet)
    headings = {each.heading: each.rows for each in sheet.sections}
    assert "Saker sendt videre" not in headings
    [row] = headings["Sendt hit"]
    assert (row.title, row.text) == ("Samordningsrådet", "Flaskehals · frist onsdag 1. september 2027")


async def test_the_page_of_a_case_that_was_sent_on_says_why_and_by_when(scene, skin):
    sheet = await scene.sheet(RAGNHILD, "case.show", case_id=1)
    [row] = next(each.rows for each in sheet.sections if each.heading == "Saker sendt videre")
    assert row.text == "Flaskehals · frist onsdag 1. september 2027"


async def test_a_journey_tells_that_a_case_was_sent_here_before_it_tells_that_it_is_treated_here(scene, skin):
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=skin, dates="2027-09-29")
    meeting_id = (await scene.one(Meeting, body_id=skin)).id
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Annet", kind="discussion")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 9, 1, 9)
    await scene.ok(RAGNHILD, "referral.receive", referral_id=(await scene.one(Referral)).id, meeting_id=meeting_id)
    case_id = (await scene.one(Referral)).to_case_id
    stations = (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).stations
    found = [(each.role, each.name) for each in stations if each.name == "Rådet for hud"]
    assert found == [("referred_to", "Rådet for hud"), ("treats", "Rådet for hud")]
    assert str(stations[-1].from_on) >= "2027-09-01"
