"""Consent to publish a name: asked personally, given and withdrawn at one press, asked anew, and what else counts."""

from datetime import date, timedelta

import pytest

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.council.enums import ConsentStanding, LegalBasis
from lisbot.council.models import Consent, ConsentRequest, ConsentText, Delivery
from lisbot.council.register.identity import Caller
from lisbot.scheduler import SCHEDULE, Scheduler
from people import run_confirmed

WORDS = {"nb": "Jeg samtykker.", "nn": "Eg samtykker.", "en": "I consent."}


async def publish(scene, **more):
    return await scene.ok(RAGNHILD, "consent_text.publish", **{"body_id": scene.body_id, **WORDS, **more})


async def request_of(scene, who, version=1):
    text = await scene.one(ConsentText, version=version)
    return (await scene.one(ConsentRequest, person_id=await scene.person(who), text_id=text.id)).id


async def give(scene, who, version=1):
    return await scene.ok(who, "consent.give", request_id=await request_of(scene, who, version))


async def named(scene, who=None):
    """The names on the public roster, as anybody reads it."""
    caller = Caller("public", "")
    reply = await run_confirmed(scene.runtime, "roster.show", {"body_id": scene.body_id}, caller)
    assert reply.status == 200
    return {person.name for body in reply.view.bodies for seat in body.seats for person in seat.people}


@pytest.fixture
async def asked(scene):
    """Everybody was asked to consent to the first text, and the roster is published."""
    await publish(scene)
    await scene.ok(RAGNHILD, "roster.set", body_id=scene.body_id, is_published=True)
    return scene


async def test_everybody_with_a_seat_is_asked_in_their_own_language(asked):
    told = await asked.all(Delivery, kind="consent_asked")
    seated = {await asked.person(who) for who in (ASTRID, BJORN, ELI, PAAL, "frode@fjord.example")}
    assert {each.person_id for each in told} == seated  # not who is only sent the agenda
    for who, words, button in ((ASTRID, WORDS["nn"], "Ja, eg samtykkjer"), (ELI, WORDS["en"], "Yes, I consent")):
        sheet = await asked.sheet(who, "consent.show")
        assert words in sheet.lines and sheet.answers[0].title == button
        assert len(sheet.answers) == 2
    assert (await asked.ok(HILDE, "consent.show")).questions == ()


async def test_a_consent_says_who_to_what_when_and_by_which_press(asked):
    view = await give(asked, ASTRID)
    consent = await asked.one(Consent)
    text = await asked.one(ConsentText)
    assert (consent.person_id, consent.text_id, consent.lang) == (await asked.person(ASTRID), text.id, "nn")
    assert (consent.given_at, consent.given_via, consent.basis) == (asked.clock(), "cli", LegalBasis.CONSENT)
    assert consent.given_ref == f"cli:consent_request:{await request_of(asked, ASTRID)}"
    (line,) = view.given
    assert (line.words, line.version, view.questions) == (WORDS["nn"], 1, ())
    assert await named(asked) == {"Astrid Fjord"}


async def test_withdrawing_is_one_press_and_the_name_is_gone_at_once(asked):
    view = await give(asked, ASTRID)
    sheet = await asked.sheet(ASTRID, "consent.show")
    (button,) = [each for section in sheet.sections for each in section.actions]
    assert (button.command, dict(button.arguments)) == ("consent.withdraw", {"consent_id": view.given[0].id})
    await asked.ok(ASTRID, button.command, **button.arguments)
    assert await named(asked) == set()
    told = await asked.all(Delivery, kind="consent_withdrawn")
    assert {each.person_id for each in told} == {await asked.person(who) for who in (RAGNHILD, KARI)}
    consent = await asked.one(Consent)
    assert (consent.withdrawn_at, consent.withdrawn_via) == (asked.clock(), "cli")
    assert "Representant, Fjord sykehus HF" in await asked.words(RAGNHILD, "roster.show", body_id=asked.body_id)
    assert (await asked.refused(ASTRID, "consent.withdraw", consent_id=1)).key == "consent_withdrawn_already"
    await give(asked, ASTRID)  # and may be given again
    assert await named(asked) == {"Astrid Fjord"}


async def test_what_is_approved_keeps_its_names(asked):
    await give(asked, ASTRID)
    meeting_id, item_id = await asked.published()
    await asked.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    asked.at(2027, 3, 11, 9)
    await asked.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await asked.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await asked.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    before = await asked.words(BJORN, "minutes.show", meeting_id=meeting_id)
    assert "Astrid Fjord" in before
    await asked.ok(ASTRID, "consent.withdraw", consent_id=1)
    assert await asked.words(BJORN, "minutes.show", meeting_id=meeting_id) == before


async def test_a_consent_is_nobody_elses(asked):
    request_id = await request_of(asked, ASTRID)
    await give(asked, ASTRID)
    for who in (BJORN, RAGNHILD, SIRI):
        assert (await asked.refused(who, "consent.give", request_id=request_id)).status == 404
        assert (await asked.refused(who, "consent.withdraw", consent_id=1)).status == 404
    assert (await asked.refused(ASTRID, "consent.give", request_id=request_id)).key == "consent_given_already"


async def test_no_is_an_answer_too(asked):
    request_id = await request_of(asked, BJORN)
    await asked.ok(BJORN, "consent.decline", request_id=request_id)
    assert (await asked.refused(BJORN, "consent.decline", request_id=request_id)).key == "consent_declined_already"
    assert {each.person_id for each in await asked.all(Delivery, kind="consent_declined")} == {
        await asked.person(who) for who in (RAGNHILD, KARI)
    }
    view = await asked.ok(RAGNHILD, "consent.list", body_id=asked.body_id)
    assert {each.person.name: each.state for each in view.people}["Bjørn Ås"] is ConsentStanding.DECLINED
    # Whoever has said no is not asked again together with the others.
    await asked.ok(RAGNHILD, "consent.ask", body_id=asked.body_id)
    assert (await asked.one(ConsentRequest, id=request_id)).answered_at is not None
    await give(asked, BJORN)
    assert await named(asked) == {"Bjørn Ås"}


async def test_a_new_text_asks_again_and_the_old_consent_counts_until_its_day(asked):
    await give(asked, ASTRID)
    await give(asked, ELI)
    asked.at(2026, 12, 1, 9)
    old_request = await request_of(asked, BJORN)
    await publish(asked, nb="Ny tekst.", former_until="2026-12-31")
    assert await named(asked) == {"Astrid Fjord", "Eli Union"}
    assert (await asked.refused(BJORN, "consent.give", request_id=old_request)).key == "consent_text_newer"
    sheet = await asked.sheet(ASTRID, "consent.show")
    assert len(sheet.answers) == 2 and any("31. desember 2026" in line for line in sheet.lines)
    await give(asked, ELI, 2)
    asked.at(2026, 12, 31, 23, 59)
    assert await named(asked) == {"Astrid Fjord", "Eli Union"}
    asked.at(2027, 1, 1, 0, 0)
    assert await named(asked) == {"Eli Union"}
    view = await asked.ok(RAGNHILD, "consent.list", body_id=asked.body_id)
    assert {each.person.name: each.state for each in view.people}["Astrid Fjord"] is ConsentStanding.ASKED
    # Withdrawing the new one lets no old one count.
    await asked.ok(ELI, "consent.withdraw", consent_id=max(c.id for c in await asked.all(Consent)))
    assert await named(asked) == set()


async def test_a_consent_expires_and_is_asked_for_again(asked):
    await publish(asked, nb="For et år.", months=12)
    await give(asked, ASTRID, 2)
    (consent,) = await asked.all(Consent)
    assert consent.expires_on == date(2027, 11, 2)
    # A month before, they are asked anew, once; the old one counts until its day.
    assert {each.command for each in SCHEDULE} >= {"consent.renew"}
    scheduler = Scheduler(asked.runtime)
    before = len(await asked.all(Delivery, kind="consent_asked"))
    for day in (1, 4, 5):
        asked.at(2027, 10, day, 9)
        await scheduler.run_all_due()
    assert len(await asked.all(Delivery, kind="consent_asked")) == before + 1
    asked.at(2027, 11, 2, 23, 0)
    assert await named(asked) == {"Astrid Fjord"}
    asked.at(2027, 11, 3, 0, 1)
    assert await named(asked) == set()
    assert (await asked.refused(ASTRID, "consent.withdraw", consent_id=consent.id)).key == "consent_expired"


async def test_a_former_answer_is_reminded_of_before_it_ends_and_its_end_is_told(asked):
    """Once each, however often it is looked, and of nobody whose name may be published all the same."""
    for who in (ASTRID, BJORN, ELI, PAAL):
        await give(asked, who)
    asked.at(2026, 11, 10, 9)
    await publish(asked, nb="Ny tekst.", former_until="2026-12-15")
    await give(asked, ELI, 2)
    basis = {"legal_basis": "public_task", "reason": "Verv.", "expires_on": "2026-12-20"}
    await asked.ok(RAGNHILD, "consent.record_basis", body_id=1, person_id=await asked.person(PAAL), **basis)

    async def told_on(kind, *days):
        before = {each.id for each in await asked.all(Delivery, kind=kind)}
        for day in days:
            asked.at(2026, 12, day, 9)
            await Scheduler(asked.runtime).run_all_due()
        names = {await asked.person(who): who for who in (ASTRID, BJORN, ELI, PAAL, FRODE, RAGNHILD, KARI)}
        return sorted(names[each.person_id] for each in await asked.all(Delivery, kind=kind) if each.id not in before)

    assert await told_on("consent_reminder", 7) == []
    assert await told_on("consent_reminder", 8, 9, 15) == sorted([ASTRID, BJORN, FRODE])  # his other basis counts
    assert await named(asked) == {"Astrid Fjord", "Bjørn Ås", "Eli Union", "Pål Region"}
    assert await told_on("consent_ended", 15) == []
    assert await told_on("consent_ended", 16, 17) == sorted([RAGNHILD, KARI] * 2)
    assert await named(asked) == {"Eli Union", "Pål Region"}
    (about,) = {each.facts["name"] for each in await asked.all(Delivery, kind="consent_ended")} - {"Bjørn Ås"}
    assert about == "Astrid Fjord"
    assert await told_on("consent_lapsed", 18) == []  # told with the secretariat, on the sixteenth
    assert len(await asked.all(Delivery, kind="consent_lapsed")) == 2
    assert await told_on("consent_ended", 21, 22) == sorted([RAGNHILD, KARI])  # the other basis of one of them
    clock, given = Caller("clock", ""), max(each.id for each in await asked.all(Consent, end_told_at=None))
    for name, about in (
        ("consent.report_end", {"consent_id": given}),
        ("consent.remind", {"request_id": await request_of(asked, ASTRID, 2)}),
    ):
        again = await run_confirmed(asked.runtime, name, about, clock)
        assert (again.status, again.key) == (409, "reminder_not_due"), name
        assert (await asked.refused(ASTRID, name, **about)).status in (403, 404)


async def test_another_basis_than_consent_is_recorded_with_words(asked):
    person_id = await asked.person(PAAL)
    given = {"body_id": asked.body_id, "person_id": person_id, "reason": "Verv i offentlig organ."}
    refusal = await asked.refused(RAGNHILD, "consent.record_basis", **given, legal_basis="consent")
    assert set(refusal.fields) == {"legal_basis"}
    for who in (ASTRID, PAAL):
        assert (await asked.refused(who, "consent.record_basis", **given, legal_basis="public_task")).status == 403
    assert await asks(asked, PAAL) == (1, 1)
    await asked.ok(RAGNHILD, "consent.record_basis", **given, legal_basis="public_task")
    assert await asks(asked, PAAL) == (0, 0)  # nothing that he would answer changes anything
    assert await named(asked) == {"Pål Region"}
    (told,) = await asked.all(Delivery, kind="consent_basis")
    assert told.person_id == person_id
    assert (await asked.refused(PAAL, "consent.withdraw", consent_id=1)).key == "basis_is_not_consent"
    await asked.ok(RAGNHILD, "consent.end_basis", body_id=asked.body_id, consent_id=1)
    assert await named(asked) == set()
    assert await asks(asked, PAAL) == (1, 1)


async def asks(scene, who) -> tuple[int, int]:
    """What somebody is asked to consent to, on the page about it and on their own."""
    own = await scene.ok(who, "worklist.show")
    return len((await scene.ok(who, "consent.show")).questions), len(own.consents)


async def test_one_person_is_asked_again_and_nobody_twice_at_once(asked):
    await give(asked, ASTRID)
    before = len(await asked.all(Delivery, kind="consent_asked"))
    asked.clock.at += timedelta(days=1)
    await asked.ok(RAGNHILD, "consent.ask", body_id=asked.body_id, person_id=await asked.person(BJORN))
    assert len(await asked.all(Delivery, kind="consent_asked")) == before + 1
    reply = await asked.refused(RAGNHILD, "consent.ask", body_id=asked.body_id, person_id=await asked.person(ASTRID))
    assert reply.key == "nobody_to_ask_for_consent"
    for who, status in ((ASTRID, 403), (SIRI, 403)):
        assert (await asked.refused(who, "consent.ask", body_id=asked.body_id)).status == status
        assert (await asked.refused(who, "consent.list", body_id=asked.body_id)).status == status


async def test_the_text_is_never_changed_and_asks_first(scene):
    form = await scene.form(RAGNHILD, "consent_text.publish", body_id=scene.body_id)
    assert "RegUt Sør" in {f["id"]: f["value"] for f in form["fields"]}["nn"]
    assert (await scene.refused(RAGNHILD, "consent.ask", body_id=scene.body_id)).key == "no_consent_text"
    await publish(scene)
    assert (await scene.refused(RAGNHILD, "consent_text.publish", body_id=scene.body_id, **WORDS)).key
    await publish(scene, nb="Annen.")
    view = await scene.ok(RAGNHILD, "consent_text.show", body_id=scene.body_id)
    assert [(each.version, each.nb) for each in view.versions] == [(2, "Annen."), (1, WORDS["nb"])]
    assert (await scene.refused(ASTRID, "consent_text.show", body_id=scene.body_id)).status == 403


async def test_a_no_ends_what_was_consented_to_before(asked):
    await give(asked, ASTRID)
    await publish(asked, nb="Ny tekst.")  # sets no day for the former
    assert await named(asked) == {"Astrid Fjord"}
    reply = await asked.done(ASTRID, "consent.decline", request_id=await request_of(asked, ASTRID, 2))
    assert await named(asked) == set()
    assert "Namnet ditt blir ikkje publisert" in reply.reply.done
    (first,) = await asked.all(Consent)
    assert (first.withdrawn_at, first.withdrawn_via) == (asked.clock(), "cli")
    view = await asked.ok(RAGNHILD, "consent.list", body_id=asked.body_id)
    assert {each.person.name: each.state for each in view.people}["Astrid Fjord"] is ConsentStanding.WITHDRAWN
    # And so it stays: no form of it may be used again.
    assert (await asked.refused(ASTRID, "consent.withdraw", consent_id=first.id)).key == "consent_withdrawn_already"


async def test_a_no_to_renewing_ends_the_consent_too(asked):
    await publish(asked, nb="For et år.", months=12)
    await give(asked, ASTRID, 2)
    asked.at(2027, 10, 4, 9)
    await Scheduler(asked.runtime).run_all_due()
    await asked.ok(ASTRID, "consent.decline", request_id=await request_of(asked, ASTRID, 2))
    assert await named(asked) == set()


@pytest.mark.parametrize("command", ["consent.decline", "consent.withdraw"])
async def test_a_no_is_not_said_to_remove_a_name_that_another_basis_keeps(asked, command):
    about = {"body_id": asked.body_id, "person_id": await asked.person(PAAL), "reason": "Verv"}
    if command == "consent.withdraw":
        await give(asked, PAAL)
        given = {"consent_id": 1}
    else:
        given = {"request_id": await request_of(asked, PAAL)}
    await asked.ok(RAGNHILD, "consent.record_basis", **about, legal_basis="public_task")
    reply = await asked.done(PAAL, command, **given)
    assert "annet grunnlag" in reply.reply.done and "tatt bort" not in reply.reply.done
    assert await named(asked) == {"Pål Region"}
    told = {each.kind for each in await asked.all(Delivery)} & {"consent_declined", "consent_withdrawn"}
    assert told == set()
    # Once that basis is ended, the no holds.
    basis = next(each for each in await asked.all(Consent) if each.text_id is None)
    await asked.ok(RAGNHILD, "consent.end_basis", body_id=asked.body_id, consent_id=basis.id)
    assert await named(asked) == set()
