"""Consultations: from an authority's question, through each hospital's statement, to the reply; and one's own."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, update

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.consultations.deadlines import STEPS, plan_days
from lisbot.council.core.calendar import is_working_day
from lisbot.council.enums import ConsultationState
from lisbot.council.models import (
    Body,
    Consultation,
    ConsultationRequest,
    ConsultationStatement,
    Delivery,
    Organisation,
    OutsideParty,
    Person,
    Staff,
    Term,
)
from lisbot.scheduler import CLOCK, Scheduler
from stages import Scene

HDIR = "godkjenning@hdir.example"
TITLE = "Godkjenning av Ås sykehus HF som utdanningsvirksomhet"


async def authority(scene: Scene, email: str = HDIR) -> int:
    """The id of the authority, as the secretariat writes to it."""
    given = {"name": "Helsedirektoratet", "org_kind": "directorate", "email": email, "contact": "Dina Direktorat"}
    await scene.ok(RAGNHILD, "outside_party.create", **given)
    return (await scene.one(OutsideParty)).id


async def registered(scene: Scene, **more: Any) -> int:
    """The id of the authority's consultation about an application of one of the hospitals, that of the chair."""
    party_id = await authority(scene)
    aas = (await scene.one(Organisation, key="aas")).id
    given = {"title": TITLE, "answer_by": "2027-03-19", "party_id": party_id, "applicant_id": aas}
    given |= {"body_ids": str(scene.body_id), "reference": "27/123-4", "background": "Spesialistforskriften § 20."}
    scene.at(2027, 2, 1, 9)
    return (await scene.ok(RAGNHILD, "consultation.register", **given | more)).id


QUESTIONS = {
    "questions.1.place": "1",
    "questions.1.question": "Bør virksomheten godkjennes?",
    "questions.1.question_kind": "yes_no",
    "questions.1.is_required": "true",
    "questions.2.place": "2",
    "questions.2.question": "Hvorfor?",
    "questions.2.question_kind": "text",
    "questions.3.place": "3",
    "questions.3.question": "Hvor mange LIS kan rotere dit?",
    "questions.3.question_kind": "number",
    "questions.4.place": "4",
    "questions.4.question": "Fra når?",
    "questions.4.question_kind": "date",
    "questions.5.place": "5",
    "questions.5.question": "For hvor lang tid?",
    "questions.5.question_kind": "choice",
    "questions.5.options": "Varig\nTo år",
}


async def asked(scene: Scene, **more: Any) -> dict[str, int]:
    """The arguments that name a consultation whose councils have been asked."""
    about = {"consultation_id": await registered(scene, **more)}
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **QUESTIONS)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    return about


def says(yes_no: str = "yes", why: str = "", many: str = "", since: str = "", long: str = "") -> dict[str, str]:
    given = {"1": yes_no, "2": why, "3": many, "4": since, "5": long}
    return {f"answers.{key}.answer": value for key, value in given.items() if value}


async def told(scene: Scene, kind: str) -> list[str]:
    """The addresses of those who were sent a kind of message."""
    found = [await scene.one(Person, id=each.person_id) for each in await scene.all(Delivery, kind=kind)]
    return sorted(person.email for person in found)


async def ticked(scene: Scene) -> None:
    """What is due by itself is done."""
    await Scheduler(scene.runtime).run_all_due()


async def request_of(scene: Scene, key: str) -> int:
    organisation = (await scene.one(Organisation, key=key)).id
    return (await scene.one(ConsultationRequest, organisation_id=organisation)).id


async def test_the_directorates_consultation_from_arrival_to_reply_with_recusal(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    view = await scene.ok(RAGNHILD, "consultation.show", **about)
    assert (view.number, view.asker, view.applicant) == ("1/27", "Helsedirektoratet", "Ås sykehus HF")
    assert [each.day for each in view.days] == sorted(each.day for each in view.days)
    assert all(is_working_day(each.day) and each.day <= date(2027, 3, 19) for each in view.days)
    assert (await scene.refused(ASTRID, "consultation.show", **about)).status == 404  # nobody is asked yet
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **QUESTIONS)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert await told(scene, "consultation_asked") == sorted([ASTRID, ELI, PAAL])
    assert await told(scene, "consultation_recused") == [BJORN]

    card = await scene.sheet(ASTRID, "consultation.show", **about)
    (answering,) = card.answers
    assert answering.command == "consultation.answer"
    form = await scene.form(ASTRID, "consultation.answer", **answering.arguments)
    assert [each["title"] for each in form["rows"]] == [QUESTIONS[f"questions.{n}.question"] for n in range(1, 6)]
    kinds = [each["fields"][0]["kind"] for each in form["rows"]]
    assert kinds == ["choice", "prose", "prose", "prose", "choice"]
    await scene.ok(
        ASTRID, "consultation.answer", **answering.arguments, **says("yes", "De har «gode» veiledere.", "4", "1.8.2027")
    )
    await scene.ok(ELI, "consultation.answer", **about, **says("no", "Too few specialists.", long="To år"))

    recused = await scene.sheet(BJORN, "consultation.show", **about)
    assert recused.answers == ()
    assert "Du er inhabil" in str(recused)
    refused = await scene.refused(BJORN, "consultation.answer", **about, **says())
    assert (refused.status, refused.key) == (403, "consultation_recused")
    assert "inhabil" in refused.words
    own = await request_of(scene, "aas")
    assert (await scene.refused(BJORN, "consultation.answer", **about, request_id=own, **says())).status == 403
    noted = await scene.refused(RAGNHILD, "consultation.note_answer", **about, request_id=own, **says())
    assert noted.key == "consultation_applicant"

    listed = await scene.ok(RAGNHILD, "consultation.list")
    assert [(e.step, e.asked, e.stated, e.silent) for e in listed.open] == [("statements_by", 3, 2, ("Helse Sør RHF",))]
    scene.at(2027, 2, 26, 9)
    form = await scene.form(RAGNHILD, "consultation.draft", **about)
    compiled = form["fields"][0]["value"]
    for said in ("ja: 1 og nei: 1", "«De har ‘gode’ veiledere.»", "1. august 2027", "Uten uttalelse: Helse Sør RHF."):
        assert said in compiled
    assert "Inhabil: Ås sykehus HF." in compiled
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft=f"Rådet tilrår godkjenning.\n\n{compiled}")
    assert await told(scene, "consultation_drafted") == sorted([ASTRID, ELI, PAAL])
    assert "Rådet tilrår" not in await scene.words(BJORN, "consultation.show", **about)
    assert (await scene.refused(BJORN, "consultation.comment", **about, comment="Hei")).status == 403
    await scene.ok(ASTRID, "consultation.comment", **about, comment="Ta med bemanningen.")
    words = await scene.words(RAGNHILD, "consultation.show", **about)
    assert "Ta med bemanningen." in words
    assert (await scene.refused(RAGNHILD, "consultation.send", **about)).key == "consultation_not_adopted"
    assert (await scene.refused(BJORN, "consultation.adopt", **about, way="between_meetings")).status == 403
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="between_meetings", note="Ingen innvendinger")

    await scene.ok(RAGNHILD, "consultation.send", **about)
    assert await told(scene, "consultation_reply") == [HDIR]
    assert await told(scene, "consultation_replied") == sorted([ASTRID, ELI, PAAL])
    theirs = await scene.ok(HDIR, "consultation.show", **about)
    assert theirs.reply.startswith("Rådet tilrår godkjenning.")
    assert (theirs.requests, theirs.comments, theirs.silent, theirs.draft, theirs.actions) == ((), (), (), "", ())
    assert "Rådet tilrår" in await scene.words(BJORN, "consultation.show", **about)  # once it is sent
    for name in ("consultation.send", "consultation.withdraw", "consultation.draft"):
        given = {"consultation.withdraw": {"reason": "Nei"}, "consultation.draft": {"draft": "Nytt"}}.get(name, {})
        assert (await scene.refused(RAGNHILD, name, **about, **given)).key == "consultation_sent"
    kept = await scene.one(Consultation)
    assert (kept.state, kept.reply, kept.replied_by) == (ConsultationState.SENT, theirs.reply, "Ragnhild Regut")
    assert [each.state for each in (await scene.ok(RAGNHILD, "consultation.list", done=True)).over] == ["sent"]


async def test_a_late_statement_is_marked_and_a_second_one_corrects_the_first(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(ASTRID, "consultation.answer", **about, **says("yes"))
    assert (await scene.refused(ASTRID, "consultation.answer", **about, **says("yes"))).key == (
        "consultation_stated_already"
    )
    scene.at(2027, 3, 10, 9)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    await scene.ok(FRODE, "consultation.answer", **about, **says("no", "Vi tok feil."))  # her deputy
    view = await scene.ok(RAGNHILD, "consultation.show", **about)
    (line,) = [each for each in view.requests if each.organisation == "Fjord sykehus HF"]
    assert line.statement is not None
    assert (line.is_late, line.statement.corrected, line.statement.by_name) == (True, 1, "Frode Vara")
    assert await told(scene, "consultation_stated_late") == sorted([KARI, RAGNHILD])
    assert [each.number for each in await scene.all(ConsultationStatement)] == [1, 2]
    assert "etter fristen" in await scene.words(RAGNHILD, "consultation.show", **about)


async def test_nobody_states_anything_for_another_hospital(scene: Scene) -> None:
    about = await asked(scene)
    fjord = await request_of(scene, "fjord")
    refused = await scene.refused(ELI, "consultation.answer", **about, request_id=fjord, **says())
    assert (refused.status, refused.key) == (403, "consultation_not_yours")
    assert (await scene.refused(ELI, "consultation.answer", **about, request_id=999, **says())).status == 404
    for stranger in (HILDE, SIRI, HDIR):
        assert (await scene.refused(stranger, "consultation.answer", **about, **says())).status == 404
    noted = {**about, "request_id": fjord, **says("yes", "På telefon.")}
    assert (await scene.refused(RAGNHILD, "consultation.answer", **noted)).key == "consultation_not_yours"
    assert (await scene.refused(ELI, "consultation.note_answer", **noted)).status == 403
    await scene.ok(RAGNHILD, "consultation.note_answer", **noted)
    (statement,) = await scene.all(ConsultationStatement)
    assert (statement.request_id, statement.is_noted) == (fjord, True)
    assert "registrert av Ragnhild Regut" in await scene.words(RAGNHILD, "consultation.show", **about)


@pytest.mark.parametrize(
    ("given", "key", "field"),
    [
        ({"answers.2.answer": "Ja"}, "consultation_answer_needed", "answers.1.answer"),
        (says("perhaps"), "consultation_not_offered", "answers.1.answer"),
        (says(many="fire"), "consultation_not_number", "answers.3.answer"),
        (says(since="snart"), "consultation_not_date", "answers.4.answer"),
        (says(long="Tre år"), "consultation_not_offered", "answers.5.answer"),
    ],
)
async def test_an_answer_of_another_kind_is_refused_where_it_stands(
    scene: Scene, given: dict[str, str], key: str, field: str
) -> None:
    about = await asked(scene)
    refused = await scene.refused(ASTRID, "consultation.answer", **about, **given)
    assert refused.key == key
    assert field in str(refused.reply.view.problems)


async def test_a_form_that_comes_back_asks_for_all_and_what_is_not_given_is_as_it_was(scene: Scene) -> None:
    about = await asked(scene)
    back = await scene.refused(ASTRID, "consultation.answer", **about, **{"answers.2.answer": "Nok veiledere."})
    assert [each["title"] for each in back.form["rows"]] == [QUESTIONS[f"questions.{n}.question"] for n in range(1, 6)]
    assert back.form["rows"][1]["fields"][0]["value"] == "Nok veiledere."
    await scene.ok(ASTRID, "consultation.answer", **about, **says("yes", "Nok veiledere.", many="4"))
    corrected = {"answers.1.answer": "no", "answers.3.answer": ""}
    view = await scene.ok(ASTRID, "consultation.answer", **about, **corrected)
    (line,) = [each for each in view.requests if each.is_own]
    assert [(each.question_id, each.words) for each in line.statement.answers] == [(1, "no"), (2, "Nok veiledere.")]


async def test_who_may_see_what_of_a_consultation(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(ELI, "consultation.answer", **about, **says("no", "Hemmelig inntil utkastet."))

    async def seen(who: str) -> tuple[int, int, bool, tuple[str, ...]]:
        """How many organisations they know of, how many statements they read, the draft, and what they may do."""
        view = await scene.ok(who, "consultation.show", **about)
        offered = [each.command for each in view.actions]
        offered += [each.command for line in (*view.bodies, *view.requests) for each in line.actions]
        read = sum(each.statement is not None for each in view.requests)
        return len(view.requests), read, bool(view.draft), tuple(sorted({each.split(".")[1] for each in offered}))

    keeps = ("draft", "edit", "note_answer", "remind", "withdraw")
    assert await seen(RAGNHILD) == (4, 1, False, keeps)
    assert await seen(ELI) == (4, 1, False, ("answer",))
    assert await seen(ASTRID) == (4, 0, False, ("answer",))
    assert await seen(BJORN) == (4, 0, False, ())  # the applicant's, and chairs
    assert await seen(HDIR) == (0, 0, False, ())
    for stranger in (HILDE, SIRI):
        assert (await scene.refused(stranger, "consultation.show", **about)).status == 404
        assert (await scene.ok(stranger, "consultation.list")).open == ()
        for name in ("consultation.draft", "consultation.adopt", "consultation.comment", "consultation.edit"):
            given = {"draft": "x", "way": "in_meeting", "comment": "x", "title": "x", "answer_by": "2027-03-19"}
            argument = {"draft": ("draft",), "adopt": ("way",), "comment": ("comment",), "edit": ("title", "answer_by")}
            fits = {each: given[each] for each in argument[name.split(".")[1]]}
            assert (await scene.refused(stranger, name, **about, **fits)).status in (403, 404)
    scene.at(2027, 2, 26, 9)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    assert await seen(ASTRID) == (4, 1, True, ("answer", "comment"))
    assert await seen(BJORN) == (4, 0, False, ())
    assert await seen(HDIR) == (0, 0, False, ())
    assert await seen(RAGNHILD) == (4, 1, True, tuple(sorted((*keeps, "adopt", "comment"))))


async def test_a_chair_who_is_not_the_applicants_adopts_the_draft_that_was_read(scene: Scene) -> None:
    about = await asked(scene, applicant_id=(""))
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    sheet = await scene.sheet(BJORN, "consultation.show", **about)
    (adopting,) = [a for section in sheet.sections for row in section.rows for a in row.actions]
    assert adopting.command == "consultation.adopt"
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    stale = await scene.refused(BJORN, "consultation.adopt", **adopting.arguments, way="between_meetings")
    assert stale.key == "consultation_draft_changed"
    assert (await scene.refused(ASTRID, "consultation.adopt", **about, way="in_meeting")).status == 403
    given = {**adopting.arguments, "version": 2, "way": "between_meetings"}
    await scene.ok(BJORN, "consultation.adopt", **given)
    assert (await scene.refused(BJORN, "consultation.adopt", **given)).key == "consultation_adopted"
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning nå.")
    view = await scene.ok(RAGNHILD, "consultation.show", **about)
    assert (view.state, view.bodies[0].adopted_at) == (ConsultationState.DRAFTED, None)


async def test_the_right_councils_are_found_by_specialty_and_region(scene: Scene) -> None:
    for name, region in (("Rådet for hud", "Helse Sør"), ("Rådet for øye", "Helse Sør"), ("Hudrådet", "Helse Øst")):
        await scene.ok(RAGNHILD, "body.create", name=name, kind="fagråd", region=region)
    given = {"title": "Nytt læringsmål", "answer_by": "2027-03-19", "specialty": "hud"}
    scene.at(2027, 2, 1, 9)
    both = await scene.ok(RAGNHILD, "consultation.register", **given)
    assert {each.body.name for each in both.bodies} == {"Rådet for hud", "Hudrådet"}
    one = await scene.ok(RAGNHILD, "consultation.register", **given, region="helse sør")
    assert [each.body.name for each in one.bodies] == ["Rådet for hud"]
    none = await scene.refused(RAGNHILD, "consultation.register", **given | {"specialty": "hjerte"})
    assert none.key == "consultation_no_body_found"
    nothing = await scene.refused(RAGNHILD, "consultation.register", **given | {"specialty": ""})
    assert nothing.key == "consultation_bodies_needed"
    north = (await scene.one(Body, key="nordrad")).id
    assert (await scene.refused(RAGNHILD, "consultation.register", **given, body_ids=str(north))).status == 404
    past = await scene.refused(RAGNHILD, "consultation.register", **given | {"answer_by": "2027-02-01"})
    assert past.key == "answer_by_is_past"


@pytest.mark.parametrize("days", [1, 2, 3, 5, 10, 21, 42, 90])
@pytest.mark.parametrize("today", [date(2027, 3, 1), date(2026, 12, 20), date(2027, 4, 30)])
def test_the_days_are_in_order_step_off_holidays_and_are_within_the_deadline(today: date, days: int) -> None:
    answer_by = date.fromordinal(today.toordinal() + days)
    planned = plan_days(today, answer_by)
    assert tuple(planned) == STEPS
    assert list(planned.values()) == sorted(planned.values())
    assert all(today <= day <= answer_by for day in planned.values())
    assert all(is_working_day(day) for day in planned.values() if day > today)


async def test_a_deadline_that_is_moved_moves_the_days_that_nobody_set(scene: Scene) -> None:
    about = await asked(scene)
    now = await scene.one(Consultation)
    aas = now.applicant_id
    given = {"title": TITLE, "answer_by": "2027-04-30", "applicant_id": aas, "send_by": "2027-04-20"}
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    moved = await scene.one(Consultation)
    assert moved.statements_by > now.statements_by
    assert moved.send_by == date(2027, 4, 20)
    assert await told(scene, "consultation_moved") == sorted([ASTRID, ELI, PAAL])
    wrong = given | {"statements_by": "2027-04-29", "draft_by": "2027-04-01"}
    assert (await scene.refused(RAGNHILD, "consultation.edit", **about, **wrong)).key == "consultation_days_order"


async def test_whoever_is_silent_is_reminded_and_the_secretariat_told(scene: Scene) -> None:
    about = await asked(scene)
    assert (await commands.run(scene.runtime, "consultation.remind_due", about, CLOCK)).status == 409
    due = (await scene.one(Consultation)).statements_by
    assert due == date(2027, 2, 19)
    await scene.ok(ASTRID, "consultation.answer", **about, **says())
    for month, day, reminded, silent in ((2, 11, 0, 0), (2, 12, 2, 0), (2, 18, 4, 0), (2, 19, 4, 0), (2, 22, 6, 2)):
        scene.at(2027, month, day, 10)
        await ticked(scene)
        await ticked(scene)
        kinds = [each.kind for each in await scene.all(Delivery)]
        count = sum(kind.startswith("consultation_reminder") for kind in kinds)
        assert (count, kinds.count("consultation_silent")) == (reminded, silent), (month, day)
    await scene.ok(RAGNHILD, "consultation.remind", **about)
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Søknaden er trukket")
    assert await told(scene, "consultation_withdrawn") == sorted([ASTRID, BJORN, ELI, PAAL])
    assert (await scene.refused(ELI, "consultation.answer", **about, **says())).key == "consultation_withdrawn"
    before = len(await scene.all(Delivery))
    scene.at(2027, 5, 3, 10)
    await ticked(scene)
    assert not [each for each in (await scene.all(Delivery))[before:] if each.kind.startswith("consultation_")]


async def test_the_secretariat_asks_several_councils_compares_and_reports_back(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    hud = (await scene.one(Body, name="Rådet for hud")).id
    fjord = (await scene.one(Organisation, key="fjord")).id
    seat = {"body_id": hud, "organisation_ids": str(fjord), "role": "Overlege"}
    await scene.ok(RAGNHILD, "seat.create", **seat, standing="voting")
    scene.at(2027, 2, 1, 9)
    given = {"title": "Kurskomité", "answer_by": "2027-03-19", "body_ids": f"{scene.body_id},{hud}"}
    view = await scene.ok(RAGNHILD, "consultation.register", **given)
    assert view.is_own
    assert view.asker == "RegUt Sør"
    about = {"consultation_id": view.id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    for who, words in ((ASTRID, "Ja."), (ELI, "Kanskje.")):
        await scene.ok(who, "consultation.answer", **about, **{"answers.1.answer": words})
    sheet = await scene.sheet(RAGNHILD, "consultation.show", **about)
    (table,) = [each.table for each in sheet.sections if each.table is not None]
    assert [row.cells for row in table.rows] == [
        ("Samordningsrådet: Fjord sykehus HF", "Ja."),
        ("Samordningsrådet: Legenes forening", "Kanskje."),
    ]
    assert [each.body.name for each in (await scene.ok(ASTRID, "consultation.show", **about)).bodies] == [
        "Samordningsrådet"
    ]
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådene er delt.")
    refused = await scene.refused(RAGNHILD, "consultation.adopt", **about, way="in_meeting", body_id=hud)
    assert refused.key == "consultation_needs_no_adoption"
    await scene.ok(RAGNHILD, "consultation.send", **about)
    assert await told(scene, "consultation_reported") == sorted([ASTRID, BJORN, ELI, PAAL])
    assert "Rådene er delt." in await scene.words(BJORN, "consultation.show", **about)


async def test_questions_are_made_before_anybody_is_asked_and_not_changed_after(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    one = {"questions.1.place": "1", "questions.1.question": "Hvor?", "questions.1.question_kind": "choice"}
    wrong = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **one)
    assert wrong.key == "consultation_options_needed"
    none = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **{"questions.1.question": ""})
    assert none.key == "consultation_question_needed"
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **one | {"questions.1.options": "Nord\nSør\nNord"})
    (question,) = (await scene.ok(RAGNHILD, "consultation.show", **about)).questions
    assert question.options == ("Nord", "Sør")
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    late = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **one)
    assert late.key == "consultation_questions_asked"


async def test_an_advisory_councils_reply_calls_nothing_a_decision(scene: Scene) -> None:
    about = await asked(scene)
    refused = await scene.refused(RAGNHILD, "consultation.draft", **about, draft="Rådet gjorde vedtak.")
    assert refused.key == "word_of_decision"


async def test_what_a_consultation_waits_for_is_among_what_is_asked_of_somebody(scene: Scene) -> None:
    about = await asked(scene, applicant_id=(await scene.one(Organisation, key="fjord")).id)

    async def waits(who: str) -> list[tuple[str, str]]:
        found = (await scene.ok(who, "worklist.show")).consultations
        return [(each.organisation or each.body, each.actions[0].command) for each in found]

    assert await waits(ELI) == [("Legenes forening", "consultation.answer")]
    assert await waits(ASTRID) == []  # the applicant's
    assert await waits(BJORN) == [("Ås sykehus HF", "consultation.answer")]
    (row,) = (await scene.ok(ELI, "worklist.show")).consultations
    await scene.ok(ELI, "consultation.answer", **row.actions[0].arguments, **says())
    await scene.ok(BJORN, "consultation.answer", **about, **says())
    assert await waits(ELI) == await waits(BJORN) == []
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    assert await waits(BJORN) == []  # comments are still coming in
    scene.at(2027, 3, 11, 9)
    assert await waits(BJORN) == [("Samordningsrådet", "consultation.adopt")]
    assert await waits(ASTRID) == await waits(ELI) == []
    (row,) = (await scene.ok(BJORN, "worklist.show")).consultations
    await scene.ok(BJORN, "consultation.adopt", **row.actions[0].arguments, way="in_meeting")
    assert await waits(BJORN) == []


async def test_whoever_represents_a_hospital_now_takes_over_what_was_asked_of_it(scene: Scene) -> None:
    about = await asked(scene)
    async with scene.runtime.db.write() as db:
        eli, kari = await scene.person(ELI), await scene.person(KARI)
        await db.execute(update(Term).where(Term.person_id == eli).values(person_id=kari))
    assert (await scene.refused(ELI, "consultation.answer", **about, **says())).status == 404
    (row,) = (await scene.ok(KARI, "worklist.show")).consultations
    await scene.ok(KARI, "consultation.answer", **row.actions[0].arguments, **says("no"))
    assert (await scene.one(ConsultationStatement)).is_noted is False


async def test_a_council_that_another_secretariat_runs_from_now_on_brings_its_consultations(scene: Scene) -> None:
    about = await asked(scene)
    async with scene.runtime.db.write() as db:
        north = (await db.scalars(select(Body.secretariat_id).where(Body.key == "nordrad"))).one()
        kari = await scene.person(KARI)
        await db.execute(update(Staff).where(Staff.person_id == kari).values(secretariat_id=north))
        await db.execute(update(Body).where(Body.id == scene.body_id).values(secretariat_id=north))
    assert (await scene.refused(RAGNHILD, "consultation.show", **about)).status == 404
    assert [each.number for each in (await scene.ok(KARI, "consultation.list")).open] == ["1/27"]
    await scene.ok(KARI, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")


async def test_nobody_is_asked_once_the_reply_is_overdue_before_a_new_day_is_set(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    scene.at(2027, 3, 22, 9)
    assert (await scene.refused(RAGNHILD, "consultation.ask", **about)).key == "consultation_overdue"
    await scene.ok(RAGNHILD, "consultation.edit", **about, title=TITLE, answer_by="2027-04-30")
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert (await scene.one(Consultation)).statements_by > date(2027, 3, 22)
