"""What a secretariat is asked, and what its form is filled with, before a case is sent on."""

import re
from typing import Any

import pytest

from builders import RAGNHILD
from council.referrals.steps import answers
from council.referrals.test_referrals import SIDES, disagreed, party, sent
from lisbot import commands
from lisbot.council.enums import ReferralState
from lisbot.council.models import AgendaItem, Case, Referral
from lisbot.council.register.identity import Caller
from lisbot.texts import text
from people import Answer
from stages import Scene


async def asked(scene: Scene, **given: Any) -> Any:
    answer = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert answer.status == 409, answer.status
    return answer.view


async def test_sending_a_case_again_to_somebody_who_has_answered_it_is_asked_about(scene: Scene) -> None:
    referral_id = await sent(scene)
    await answers(scene, referral_id, "Én avtale.")
    given = {"case_id": (await scene.one(Case)).id, "cause": "bottleneck"}
    other = f"party-{await party(scene, 'HR-direktørmøtet', 'hr@rhf.example')}"
    assert "referral_answered_before" not in (await asked(scene, **given, receiver=other)).questions
    again = await asked(scene, **given, receiver="Fagdirektørmøtet")
    assert any(fact.startswith("Fagdirektørmøtet har svart på saken ") for fact in again.facts)
    await scene.ok(RAGNHILD, "referral.send", **given, receiver="Fagdirektørmøtet")
    assert len(await scene.all(Referral)) == 2


async def test_that_a_council_is_divided_is_no_recommendation(scene: Scene) -> None:
    item_id = await disagreed(scene)
    await party(scene)
    form = await scene.form(RAGNHILD, "referral.send", item_id=item_id)
    values = {each["id"]: each["value"] for each in form["fields"]}
    item = await scene.one(AgendaItem, id=item_id)
    assert item.outcome_text == "Rådet er delt."
    assert values["wording"] == item.wording


async def test_several_receivers_by_rule_are_named_with_or_and_whoever_gets_a_letter_once(scene: Scene) -> None:
    item_id = await disagreed(scene)
    for name in ("Fagdirektørmøtet", "HR-direktørmøtet"):
        party_id = await party(scene, name, f"{name[:2].lower()}@rhf.example", contact=f"Mottaker i {name}")
        rule = {"of_body_id": scene.body_id, "cause": "no_agreement", "receiver": f"party-{party_id}"}
        await scene.ok(RAGNHILD, "referral_rule.add", **rule)
    third = f"party-{await party(scene, 'Tredje møte', 'tredje@rhf.example', contact='Tor Tredje')}"
    view = await asked(scene, item_id=item_id, cause="no_agreement", sides=SIDES, receiver=third)
    rule_words = "Etter rådets regler går saken til Fagdirektørmøtet eller HR-direktørmøtet, ikke til Tredje møte."
    assert rule_words in view.facts
    assert sum("Tor Tredje" in fact for fact in view.facts) == 1


async def test_the_button_that_sends_a_case_says_no_number_of_people(scene: Scene) -> None:
    item_id = await disagreed(scene)
    await party(scene)
    given = {"item_id": item_id, "cause": "no_agreement", "sides": SIDES, "receiver": "Fagdirektørmøtet"}
    question = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert question.status == 409
    assert Answer(question).form["submit"] == "Send saken"


@pytest.mark.parametrize("state", ReferralState)
def test_what_has_happened_to_a_case_does_not_read_as_an_order_in_nynorsk(state: ReferralState) -> None:
    assert not re.match(r"send\b", text("nn", f"referral_state.{state}"))
    for key in ("referral.from", "card.referral.went_to", "card.referral.waits_today", "card.referrals.sent_on"):
        assert not re.match(r"[Ss]end\b", text("nn", key, sender="A", number="1", receiver="B", day="i dag"))
