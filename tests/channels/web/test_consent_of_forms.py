"""What somebody says yes to with a form, and what is sent as a whole: the form of a page sends no more than it said."""

import pytest

from builders import RAGNHILD
from lisbot.council.enums import ReferralReason
from lisbot.council.models import ConsultationStatement, OutsideParty, Referral

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what a form sends is the same on both

SEND, STATE = "/do/referral.send", "/do/consultation.answer"


@pytest.fixture
async def receivers(scene):
    """Two meetings of directors, by the names of their receivers in a form."""
    for name, email in (("Fagdirektørmøtet", "fag@rhf.example"), ("HR-direktørmøtet", "hr@rhf.example")):
        given = {"name": name, "org_kind": "rhf", "email": email, "contact": f"Sekretær i {name}"}
        await scene.ok(RAGNHILD, "outside_party.create", **given)
    return {each.name: f"party-{each.id}" for each in await scene.all(OutsideParty)}


async def test_a_yes_to_one_receiver_is_none_to_another_that_is_chosen_in_the_same_form(scene, receivers, ragnhild):
    _, item_id = await scene.minuted()
    await ragnhild.get(f"/form/referral.send?item_id={item_id}")
    first = {"cause": ReferralReason.BOTTLENECK, "receiver": receivers["Fagdirektørmøtet"], "answer_by": "2027-09-01"}
    assert await ragnhild.send(SEND, first) == 409
    assert "fag@rhf.example" in ragnhild.page
    assert await ragnhild.send(SEND, {"receiver": receivers["HR-direktørmøtet"]}) == 409
    assert "hr@rhf.example" in ragnhild.page
    assert "fag@rhf.example" not in ragnhild.page
    assert await scene.all(Referral) == []
    assert await ragnhild.send(SEND) == 200
    assert (await scene.one(Referral)).receiver_name == "HR-direktørmøtet"


async def test_another_day_that_is_typed_in_the_form_is_not_asked_about_again(scene, receivers, ragnhild):
    _, item_id = await scene.minuted()
    await ragnhild.get(f"/form/referral.send?item_id={item_id}")
    given = {"cause": ReferralReason.BOTTLENECK, "receiver": receivers["Fagdirektørmøtet"], "answer_by": "2027-09-01"}
    assert await ragnhild.send(SEND, given) == 409
    assert await ragnhild.send(SEND, {"answer_by": "2027-09-15"}) == 200
    assert f"{(await scene.one(Referral)).answer_by}" == "2027-09-15"


async def test_a_statement_of_several_questions_is_sent_as_a_whole(scene, bjorn):
    given = {"title": "Kurskomité", "body_ids": str(scene.body_id), "answer_by": "2027-06-01"}
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    questions = {
        f"questions.{number}.{name}": value
        for number, words in enumerate(("Bør det bli én?", "Hvorfor?"), start=1)
        for name, value in {"place": f"{number}", "question": words, "question_kind": "text"}.items()
    }
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **questions)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await bjorn.get(f"/form/consultation.answer?consultation_id={about['consultation_id']}")
    assert "Lagre og gå til neste" not in [button.words for button in bjorn.buttons]
    assert len(bjorn.form(STATE)["buttons"]) == 1
    typed = {"answers.1.answer": "Ja.", "answers.2.answer": "Det trengs."}
    assert await bjorn.send(STATE, typed) == 200
    assert (await scene.one(ConsultationStatement)).answers == {"1": "Ja.", "2": "Det trengs."}


async def test_what_is_saved_one_at_a_time_still_leads_to_the_next(scene, ragnhild):
    meeting_id, _ = await scene.minuted()
    await ragnhild.get(f"/form/minutes.write_items?meeting_id={meeting_id}")
    assert "Lagre og gå til neste" in [button.words for button in ragnhild.buttons]
