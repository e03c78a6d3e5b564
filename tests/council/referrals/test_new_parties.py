"""Somebody outside whom nobody keeps yet is named where a case is sent on or a consultation comes in."""

from builders import RAGNHILD
from council.consultations.consulting import TITLE, asked, registered, told
from council.referrals.test_referrals import DIRECTORS, SIDES, disagreed
from lisbot import commands
from lisbot.council.models import Consultation, OutsideParty, Referral
from lisbot.council.register.identity import Caller
from stages import Scene


def names(form: dict[str, list[dict[str, str]]]) -> list[str]:
    return [each["id"] for each in form["fields"]]


async def test_a_case_goes_to_somebody_whom_nobody_has_kept_yet(scene: Scene) -> None:
    item_id = await disagreed(scene)
    form = await scene.form(RAGNHILD, "referral.send", item_id=item_id)
    offered = [each for each in form["fields"] if each["id"] == "new_party"]
    assert [(each["required"], "«Eksterne parter»" in each["hint"]) for each in offered] == [(True, True)]
    assert "receiver" not in names(form)  # there is nobody to choose
    nobody = {"item_id": item_id, "cause": "no_agreement", "sides": SIDES}
    assert (await scene.refused(RAGNHILD, "referral.send", **nobody)).key == "receiver_needed"
    given = nobody | {"new_party": "Fagdirektørmøtet", "party_email": DIRECTORS}
    question = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    assert "Fagdirektørmøtet legges til under «Eksterne parter»." in question.view.facts
    assert await scene.all(OutsideParty) == []
    await scene.ok(RAGNHILD, "referral.send", **given)
    assert await told(scene, "referral_asked") == [DIRECTORS]
    assert (await scene.one(OutsideParty)).name == (await scene.one(Referral)).receiver_name == "Fagdirektørmøtet"
    again = await scene.form(RAGNHILD, "consultation.register")
    assert {"party_id", "new_party"} <= set(names(again))


async def test_a_new_name_that_is_kept_already_is_the_one_that_is_kept(scene: Scene) -> None:
    item_id = await disagreed(scene)
    party = {"name": "Fagdirektørmøtet", "org_kind": "rhf", "email": DIRECTORS}
    await scene.ok(RAGNHILD, "outside_party.create", **party)
    given = {"item_id": item_id, "cause": "bottleneck", "new_party": "fagdirektørmøtet"}
    other = await scene.refused(RAGNHILD, "referral.send", **given, party_email="andre@rhf.example")
    assert other.key == "party_is_there"
    await scene.ok(RAGNHILD, "referral.send", **given)
    assert (await scene.one(Referral)).to_party_id == (await scene.one(OutsideParty)).id


async def test_who_asks_is_named_though_nobody_is_kept_and_gets_the_reply(scene: Scene) -> None:
    form = await scene.form(RAGNHILD, "consultation.register")
    assert "new_party" in names(form)
    assert "party_id" not in names(form)
    given = {"title": TITLE, "answer_by": "2027-03-19", "body_ids": str(scene.body_id)}
    given |= {"new_party": "Helsedirektoratet", "party_email": "godkjenning@hdir.example"}
    view = await scene.ok(RAGNHILD, "consultation.register", **given)
    assert view.asker == "Helsedirektoratet"
    assert not view.is_own
    assert "godkjenning@hdir.example" in await scene.words(RAGNHILD, "outside_party.list")


async def test_who_asks_is_not_both_chosen_and_written(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email=DIRECTORS)
    chosen = {"party_id": (await scene.one(OutsideParty)).id, "body_ids": str(scene.body_id)}
    given = {"title": TITLE, "answer_by": "2027-03-19"} | chosen
    refusal = await scene.refused(RAGNHILD, "consultation.register", **given, new_party="Helsetilsynet")
    assert refusal.words == "Du har valgt Fagdirektørmøtet, og skrevet Helsetilsynet. Behold bare én av dem."
    assert await scene.all(Consultation) == []
    same = await scene.ok(RAGNHILD, "consultation.register", **given, new_party="fagdirektørmøtet")
    assert same.asker == "Fagdirektørmøtet"


async def test_who_asks_is_corrected_afterwards(scene: Scene) -> None:
    consultation_id = await registered(scene)
    form = await scene.form(RAGNHILD, "consultation.edit", consultation_id=consultation_id)
    values = {each["id"]: each["value"] for each in form["fields"]}
    kept = (await scene.one(OutsideParty)).id
    assert values["party_id"] == str(kept)
    given = {"consultation_id": consultation_id, "title": TITLE, "answer_by": "2027-03-19"}
    unchanged = await scene.ok(RAGNHILD, "consultation.edit", **given)
    assert unchanged.asker == "Helsedirektoratet"
    own = await scene.ok(RAGNHILD, "consultation.edit", **given, party_id="")
    assert own.is_own
    named = await scene.ok(RAGNHILD, "consultation.edit", **given, new_party="Statens helsetilsyn")
    assert (named.asker, named.is_own) == ("Statens helsetilsyn", False)
    back = await scene.ok(RAGNHILD, "consultation.edit", **given, party_id=str(kept))
    assert back.asker == (await scene.one(Consultation)).asker == "Helsedirektoratet"


async def test_what_nobody_is_reached_with_is_not_said_to_be_sent(scene: Scene) -> None:
    item_id = await disagreed(scene)
    given = {"item_id": item_id, "cause": "bottleneck", "new_party": "Fagdirektørmøtet"}
    done = await scene.done(RAGNHILD, "referral.send", **given)
    assert "Saken er registrert for Fagdirektørmøtet" in done.reply.done
    assert "har ikke sendt noe" in done.reply.done
    words = await scene.words(RAGNHILD, "referral.show", referral_id=done.view.id)
    assert "Saken må overleveres for hånd." in words
    party = {"party_id": (await scene.one(OutsideParty)).id, "name": "Fagdirektørmøtet", "org_kind": "rhf"}
    await scene.ok(RAGNHILD, "outside_party.edit", **party, email=DIRECTORS)
    assert "for hånd" not in await scene.words(RAGNHILD, "referral.show", referral_id=done.view.id)


async def test_a_reply_to_somebody_without_an_address_is_not_said_to_be_sent(scene: Scene) -> None:
    about = await asked(scene, party_id="", new_party="Helsetilsynet", applicant_id="")
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.")
    adopted = {"body_id": scene.body_id, "way": "between_meetings"}
    await scene.ok(RAGNHILD, "consultation.adopt", **about, **adopted)
    done = await scene.done(RAGNHILD, "consultation.send", **about)
    assert "Helsetilsynet er godkjent, men lisbot har ingen adresse dit" in done.reply.done


async def test_a_summary_of_what_the_secretariat_asked_is_said_to_go_to_the_councils(scene: Scene) -> None:
    about = await asked(scene, party_id="", applicant_id="")
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet mener ja.")
    done = await scene.done(RAGNHILD, "consultation.send", **about)
    assert done.reply.done.endswith("er sendt til rådene.")


async def test_a_new_receiver_beside_a_chosen_one_is_asked_about(scene: Scene) -> None:
    item_id = await disagreed(scene)
    await scene.ok(RAGNHILD, "outside_party.create", name="Fagdirektørmøtet", org_kind="rhf", email=DIRECTORS)
    chosen = {"item_id": item_id, "cause": "bottleneck", "receiver": f"party-{(await scene.one(OutsideParty)).id}"}
    given = chosen | {"new_party": "HR-direktørmøtet"}
    question = await commands.run(scene.runtime, "referral.send", given, Caller("cli", RAGNHILD))
    said = "Du har valgt Fagdirektørmøtet, og skrevet HR-direktørmøtet. "
    said += "Saken sendes til HR-direktørmøtet, ikke til Fagdirektørmøtet."
    assert (question.status, said in question.view.facts) == (409, True)
    assert await scene.all(Referral) == []
    same = await commands.run(
        scene.runtime, "referral.send", chosen | {"new_party": "fagdirektørmøtet"}, Caller("cli", RAGNHILD)
    )
    assert "referral_written_not_chosen" not in same.view.questions
    await scene.ok(RAGNHILD, "referral.send", **given)
    assert (await scene.one(Referral)).receiver_name == "HR-direktørmøtet"
