"""Consultations: from an authority's question, through each hospital's statement, to the reply; and one's own."""

from datetime import date

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from council.consultations.consulting import (
    HDIR,
    QUESTIONS,
    asked,
    registered,
    request_of,
    says,
    told,
)
from lisbot.council.core.calendar import is_working_day
from lisbot.council.enums import ConsultationState
from lisbot.council.models import (
    Body,
    Consultation,
    ConsultationStatement,
    Organisation,
    Term,
)
from stages import Scene


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
    (over,) = (await scene.sheet(RAGNHILD, "consultation.list", done=True)).sections
    assert over.table.columns[3] == "Avsluttet"  # and nothing that it waits for
    assert over.table.rows[0].cells[3] == "besvart 26. februar 2027"


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
    ("given", "wrong"),
    [
        ({"answers.2.answer": "Ja"}, {"answers.1.answer": "Du må svare på dette spørsmålet."}),
        (says("perhaps"), {"answers.1.answer": "Vel eitt av svara."}),
        (says(many="fire"), {"answers.3.answer": "Skriv eit tal, til dømes 12 eller 2,5."}),
        (says(since="snart"), {"answers.4.answer": "Skriv ein dato, til dømes 10.02.2027."}),
        (says(long="Tre år"), {"answers.5.answer": "Vel eitt av svara."}),
        (
            {"answers.2.answer": "Ja", "answers.3.answer": "fire"},
            {
                "answers.1.answer": "Du må svare på dette spørsmålet.",
                "answers.3.answer": "Skriv eit tal, til dømes 12 eller 2,5.",
            },
        ),
    ],
)
async def test_an_answer_of_another_kind_is_refused_where_it_stands(
    scene: Scene, given: dict[str, str], wrong: dict[str, str]
) -> None:
    about = await asked(scene)
    refused = await scene.refused(ASTRID, "consultation.answer", **about, **given)
    assert refused.status == 422
    assert refused.reply.view.problems == wrong


async def test_every_question_that_must_be_answered_and_is_not_says_so(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    required = {f"questions.{number}.is_required": "true" for number in (1, 2, 3)}
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **QUESTIONS | required)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    refused = await scene.refused(ASTRID, "consultation.answer", **about, **{"answers.3.answer": "4"})
    assert sorted(refused.reply.view.problems) == ["answers.1.answer", "answers.2.answer"]


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
    assert await waits(BJORN) == await waits(ELI) == [("", "consultation.comment")]
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
