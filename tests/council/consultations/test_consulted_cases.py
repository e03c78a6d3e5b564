"""A consultation about a case: who chooses which, who learns of it, and how the case's journey tells it."""

from datetime import date
from typing import Any

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, RAGNHILD, RECORDED, SIRI
from council.consultations.consulting import QUESTIONS, TITLE, asked, says
from council.journeys.test_case_links import other_council, treated
from lisbot import commands
from lisbot.council.enums import ConsultationState, StationRole, WaitsFor
from lisbot.council.models import AgendaItem, Body, Case, Consultation, Meeting, Organisation, Person, Seat, Staff, Term
from lisbot.council.register.identity import Caller
from stages import JUNE, Scene
from statements import sent_to

DAY = "2027-06-18"


async def hud(scene: Scene, who: str = FRODE) -> int:
    """The id of another council of the secretariat's, in which one alone represents somebody."""
    body_id, _ = await other_council(scene)
    fjord = (await scene.one(Organisation, key="fjord")).id
    given = {"body_id": body_id, "organisation_ids": str(fjord), "role": "Overlege", "standing": "voting"}
    await scene.ok(RAGNHILD, "seat.create", **given)
    seat_id, person_id = (await scene.one(Seat, body_id=body_id)).id, await scene.person(who)
    async with scene.runtime.db.write() as db:
        db.add(Term(seat_id=seat_id, person_id=person_id, rank=0, from_on=builders.START, recorded_at=RECORDED))
    return body_id


async def of_case(scene: Scene, *bodies: int, **more: Any) -> tuple[int, dict[str, int]]:
    """The id of a case that was treated, and the arguments that name a consultation that asked councils about it."""
    [case_id] = await treated(scene)
    given = {"title": "Kurskomité for hud", "answer_by": DAY, "case_id": case_id}
    body_ids = ",".join(map(str, bodies or (scene.body_id,)))
    view = await scene.ok(RAGNHILD, "consultation.register", **given | {"body_ids": body_ids} | more)
    about = {"consultation_id": view.id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    return case_id, about


async def filled_form(scene: Scene, name: str, **given: Any) -> dict[str, str]:
    """What the fields that the secretariat is asked for start from."""
    drawn = (await scene.form(RAGNHILD, name, **given))["fields"]
    return {each["id"]: str(each.get("value") or "") for each in drawn}


async def consulted(scene: Scene, who: str, case_id: int) -> dict[str, Any]:
    """The councils that a case's journey says were asked, by name, as somebody sees it."""
    view = await scene.ok(who, "journey.show", case_id=case_id)
    stations = [each for each in view.stations if each.consultation_id is not None]
    assert {each.role for each in stations} <= {StationRole.CONSULTED, StationRole.ASKS}
    return {each.name: each for each in stations if each.role is StationRole.CONSULTED}


async def test_the_secretariat_asks_councils_from_the_case_that_it_is_about(scene: Scene) -> None:
    [case_id] = await treated(scene)
    card = await scene.sheet(RAGNHILD, "case.show", case_id=case_id)
    [button] = [each for each in card.actions if each.command == "consultation.register"]
    assert button.title == "Spør råd om saken"
    filled = await filled_form(scene, "consultation.register", **button.arguments)
    assert (filled["title"], filled["background"]) == ("Felles rotasjon", "Om Felles rotasjon")
    given = {"title": "Kurskomité", "answer_by": DAY, "body_ids": str(scene.body_id)}
    view = await scene.ok(RAGNHILD, "consultation.register", **button.arguments, **given)
    assert (view.case.id, view.case.number, view.case.title) == (case_id, "1/27", "Felles rotasjon")
    sheet = await scene.sheet(ASTRID, "case.show", case_id=case_id)
    assert "consultation.register" not in {each.command for each in sheet.actions}


async def test_the_case_can_be_chosen_changed_and_taken_away(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    given = {"title": "Kurskomité", "answer_by": DAY}
    view = await scene.ok(RAGNHILD, "consultation.register", **given, body_ids=str(scene.body_id))
    about = {"consultation_id": view.id}
    assert view.case is None
    assert (await scene.ok(RAGNHILD, "consultation.edit", **about, **given, case_id=first)).case.id == first
    filled = await filled_form(scene, "consultation.edit", **about)
    assert filled["case_id"] == str(first)
    assert (await scene.ok(RAGNHILD, "consultation.edit", **about, **given)).case.id == first
    assert (await scene.ok(RAGNHILD, "consultation.edit", **about, **given, case_id=second)).case.id == second
    assert (await scene.ok(RAGNHILD, "consultation.edit", **about, **given, case_id="")).case is None


async def test_a_case_of_another_secretariat_is_not_found_and_a_merged_one_is_refused(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    north = (await scene.one(Body, key="nordrad")).id
    async with scene.runtime.db.write() as db:
        db.add(Case(body_id=north, year=2027, number=1, title="Deres sak", opened_at=scene.clock()))
    theirs = (await scene.one(Case, title="Deres sak")).id
    given = {"title": "Kurskomité", "answer_by": DAY, "body_ids": str(scene.body_id)}
    assert (await scene.refused(RAGNHILD, "consultation.register", **given, case_id=theirs)).status == 404
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given, case_id=first)).id}
    changed = about | given | {"case_id": theirs}
    assert (await scene.refused(RAGNHILD, "consultation.edit", **changed)).status == 404
    await scene.ok(RAGNHILD, "case_link.add", case_id=second, other_case_id=first, link_kind="merged_into")
    refused = await scene.refused(RAGNHILD, "consultation.register", **given, case_id=second)
    assert refused.key == "case_is_merged"
    assert (await scene.refused(RAGNHILD, "consultation.edit", **changed | {"case_id": second})).key == "case_is_merged"
    sheet = await scene.sheet(RAGNHILD, "case.show", case_id=second)
    assert "consultation.register" not in {each.command for each in sheet.actions}


async def test_a_case_waits_for_the_councils_that_are_asked_about_it_until_they_are_told(scene: Scene) -> None:
    case_id, about = await of_case(scene)
    for who in (RAGNHILD, ASTRID):
        waits = (await scene.ok(who, "journey.show", case_id=case_id)).waits
        assert (waits.state, waits.whom) == (WaitsFor.CONSULTATION, ("Samordningsrådet",))
        assert waits.until == (await scene.one(Consultation)).statements_by
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "Venter på svar fra Samordningsrådet i høringen" in words
    card = await scene.sheet(RAGNHILD, "journey.show", case_id=case_id)
    assert about in [each.arguments for each in card.actions if each.command == "consultation.show"]
    scene.at(2027, 6, 17, 9)
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits.is_overdue
    # What is to be treated at a coming meeting waits for that.
    day = {"body_id": scene.body_id, "dates": "2027-09-08"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", **day)
    meeting_id = (await scene.one(Meeting, held_on=date(2027, 9, 8))).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=meeting_id, case_id=case_id)
    item_id = (await scene.one(AgendaItem, case_id=case_id, meeting_id=meeting_id)).id
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits.state is WaitsFor.MEETING
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item_id)
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Løst")
    assert (await scene.ok(RAGNHILD, "journey.show", case_id=case_id)).waits.state is not WaitsFor.CONSULTATION


async def test_what_is_asked_about_a_case_stays_with_it_when_that_is_merged(scene: Scene) -> None:
    first, second = await treated(scene, "Simulering")
    given = {"title": "Kurskomité", "answer_by": DAY, "body_ids": str(scene.body_id)}
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given, case_id=second)).id}
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await scene.ok(RAGNHILD, "case_link.add", case_id=second, other_case_id=first, link_kind="merged_into")
    assert set(await consulted(scene, RAGNHILD, second)) == {"Samordningsrådet"}
    edited = await scene.ok(RAGNHILD, "consultation.edit", **about, title="Kurskomité for hud", answer_by=DAY)
    assert edited.case.id == second
    assert "Går videre i sak 1/27" in await scene.words(BJORN, "journey.show", case_id=second)


async def test_a_split_part_that_councils_are_asked_about_is_not_put_back(scene: Scene) -> None:
    [case_id] = await treated(scene)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    view = await scene.ok(RAGNHILD, "case.split", case_id=case_id, meeting_id=june, title="En del")
    part, [link] = view.case_id, [action for each in view.others for action in each.actions]
    given = {"title": "Kurskomité", "answer_by": DAY, "body_ids": str(scene.body_id), "case_id": part}
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    assert (await scene.refused(RAGNHILD, link.command, **link.arguments)).key == "case_is_under_way"
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Feil")
    await scene.ok(RAGNHILD, link.command, **link.arguments)


async def test_a_journey_tells_what_each_organisation_of_a_council_stated(scene: Scene) -> None:
    other = await hud(scene)
    case_id, about = await of_case(scene, scene.body_id, other)
    view = await scene.ok(RAGNHILD, "consultation.show", **about)
    due = next(each.day for each in view.days if each.step == "statements_by")
    before = await consulted(scene, RAGNHILD, case_id)
    assert set(before) == {"Samordningsrådet", "Rådet for hud"}
    own = before["Samordningsrådet"]
    assert (own.from_on, own.to_on, own.answer_by) == (scene.clock().date(), None, due)
    assert (own.state, own.said) == (ConsultationState.ASKED, ())
    for who, words in ((ELI, "Kanskje."), (FRODE, "Ja, i hud.")):
        request = next(each for each in (await scene.ok(who, "consultation.show", **about)).requests if each.is_own)
        await scene.ok(who, "consultation.answer", **about, request_id=request.id, **{"answers.1.answer": words})
    # Until there is a draft a member reads their own organisation's alone.
    assert [each.by for each in (await consulted(scene, BJORN, case_id))["Samordningsrådet"].said] == []
    assert [each.by for each in (await consulted(scene, ELI, case_id))["Samordningsrådet"].said] == ["Legenes forening"]
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådene er delt.")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    seen = await consulted(scene, RAGNHILD, case_id)
    said = {name: [(each.by, each.answers[0].words) for each in one.said if each.answers] for name, one in seen.items()}
    assert said == {
        "Samordningsrådet": [("Legenes forening", "Kanskje.")],
        "Rådet for hud": [("Fjord sykehus HF", "Ja, i hud.")],
    }
    assert all(one.to_on == scene.clock().date() and one.said[-1].words == "Rådene er delt." for one in seen.values())
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    for told in ("spurt i en høring", "Kurskomité for hud", "Høring 1/27", "Kanskje.", "Ja, i hud.", "Rådene er delt."):
        assert told in words
    member = await scene.words(BJORN, "journey.show", case_id=case_id)
    assert "Kanskje." in member
    assert "Rådet for hud" not in member
    assert "Ja, i hud." not in member


async def test_the_picture_and_the_table_tell_of_the_councils_that_were_asked(scene: Scene) -> None:
    other = await hud(scene)
    case_id, about = await of_case(scene, other)
    sheet = await scene.sheet(RAGNHILD, "journey.show", case_id=case_id)
    [drawn] = [each for each in sheet.sections if each.grid is not None]
    row = next(each for each in drawn.grid.rows if each.label == "Rådet for hud")
    assert [cell.words for cell in row.cells if cell is not None] == ["spurt i en høring"]
    [line] = [each for each in drawn.table.rows if each.cells[1] == "Rådet for hud"]
    assert line.cells[2] == "spurt i en høring, ute til uttalelse"
    assert (line.opens.command, dict(line.opens.arguments)) == ("consultation.show", about)


async def test_a_journey_tells_the_reply_that_a_council_adopted(scene: Scene) -> None:
    [case_id] = await treated(scene)
    about = await asked(scene, case_id=case_id)
    scene.at(2027, 2, 15, 9)
    await scene.ok(ELI, "consultation.answer", **about, **says("no", "For få spesialister"))
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet frarår godkjenning.")
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="by_vote", note="Fem mot én")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    station = (await consulted(scene, ELI, case_id))["Samordningsrådet"]
    assert (station.title, station.affiliation, station.to_on) == (TITLE, "Helsedirektoratet", scene.clock().date())
    assert [(each.adopted, each.words, each.is_reply) for each in station.said] == [("by_vote", "Fem mot én", False)]
    stations = (await scene.ok(ELI, "journey.show", case_id=case_id)).stations
    [authority] = [each for each in stations if each.role is StationRole.ASKS]
    assert (authority.name, authority.is_outside) == ("Helsedirektoratet", True)
    assert [each.words for each in authority.said] == ["Rådet frarår godkjenning."]
    assert stations.index(authority) < stations.index(station)
    assert "Adopted the reply by a vote" in await scene.words(ELI, "journey.show", case_id=case_id)
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "Sluttet seg til svaret ved avstemning" in words
    assert "For få spesialister" not in words
    # Björn represents the applicant: he is told that the council has, and the reply.
    notes = [each.words for each in (await consulted(scene, BJORN, case_id))["Samordningsrådet"].said]
    assert notes == [""]
    assert "Rådet frarår godkjenning." in await scene.words(BJORN, "journey.show", case_id=case_id)


async def test_a_journey_tells_a_long_reply_in_short(scene: Scene) -> None:
    [case_id] = await treated(scene)
    about = await asked(scene, case_id=case_id)
    reply = "Rådet frarår godkjenning. " * 40 + "Slutt."
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft=reply)
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    await scene.ok(RAGNHILD, "consultation.send", **about)
    words = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "Rådet frarår godkjenning." in words
    assert "Slutt." not in words
    sheet = await scene.sheet(RAGNHILD, "journey.show", case_id=case_id)
    told = [row.title for row in sheet.sections[0].rows if "frarår" in row.text]
    assert told == ["Helsedirektoratet"]


async def test_nobody_learns_of_a_consultation_or_its_case_who_may_not(scene: Scene, room: int) -> None:
    other = await hud(scene)
    case_id, about = await of_case(scene, other)
    north = (await scene.one(Body, key="nordrad")).secretariat_id
    async with scene.runtime.db.write() as db:
        kari = await scene.person(KARI)
        (await db.get_one(Staff, (await scene.one(Staff, person_id=kari)).id)).secretariat_id = north
        db.add(Person(key="nobody", name="Noen Andre", email="nobody@fjord.example"))
    # The case's own council was not asked: its members see the case, and not that another was.
    assert await consulted(scene, BJORN, case_id) == {}
    assert (await scene(BJORN, "consultation.show", **about)).status == 404
    assert set(await consulted(scene, RAGNHILD, case_id)) == {"Rådet for hud"}
    in_channel = await commands.run(scene.runtime, "journey.show", {"case_id": case_id}, Caller("room", str(room)))
    assert in_channel.status == 200
    assert all(each.consultation_id is None for each in in_channel.view.stations)
    for who in (KARI, SIRI, HILDE, "nobody@fjord.example"):
        for name, given in (("journey.show", {"case_id": case_id}), ("consultation.show", about)):
            assert (await scene(who, name, **given)).status in (403, 404)


async def test_a_council_that_is_asked_is_not_told_of_anothers_case_that_has_been_treated(scene: Scene) -> None:
    other = await hud(scene, SIRI)
    case_id, about = await of_case(scene, other)
    assert (await scene.ok(RAGNHILD, "consultation.show", **about)).case.id == case_id
    assert (await scene.ok(SIRI, "consultation.show", **about)).case is None
    assert "Felles rotasjon" not in await scene.words(SIRI, "consultation.show", **about)


async def test_another_secretariats_case_is_neither_told_of_nor_taken_away(scene: Scene) -> None:
    north = (await scene.one(Body, key="nordrad")).id
    case_id, about = await of_case(scene)
    async with scene.runtime.db.write() as db:
        asks = await db.get_one(Consultation, about["consultation_id"])
        asks.case_id = case_id
        theirs = Case(body_id=north, year=2027, number=9, title="Lukket sak", opened_at=scene.clock())
        db.add(theirs)
    assert (await scene.ok(ELI, "consultation.show", **about)).case.title == "Felles rotasjon"
    async with scene.runtime.db.write() as db:
        closed = (await scene.one(Case, title="Lukket sak")).id
        (await db.get_one(Consultation, about["consultation_id"])).case_id = closed
    for who in (ELI, RAGNHILD):
        assert (await scene.ok(who, "consultation.show", **about)).case is None
        assert "Lukket sak" not in await scene.words(who, "consultation.show", **about)
    # Whoever may not know of the case does not take it away by saving the form either.
    assert "case_id" not in await filled_form(scene, "consultation.edit", **about)
    given = {"title": "Kurskomité", "answer_by": DAY}
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    assert (await scene.one(Consultation)).case_id == closed
    assert (await scene.refused(RAGNHILD, "consultation.edit", **about, **given, case_id="")).status == 404


async def test_a_confidential_cases_title_is_not_read_in_other_councils(scene: Scene) -> None:
    other = await hud(scene, SIRI)
    [case_id] = await treated(scene)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=june, case_id=case_id)
    item = await scene.one(AgendaItem, case_id=case_id, meeting_id=june)
    kept = {"title": item.title, "kind": item.kind.value, "confidential": True}
    await scene.ok(RAGNHILD, "agenda_item.edit", item_id=item.id, **kept)
    filled = await filled_form(scene, "consultation.register", case_id=case_id)
    assert not filled.get("title")
    assert not filled.get("background")
    given = {"answer_by": DAY, "case_id": case_id, "body_ids": str(other)}
    refused = await scene.refused(RAGNHILD, "consultation.register", **given, title="felles Rotasjon")
    assert refused.key == "consultation_title_confidential"
    view = await scene.ok(RAGNHILD, "consultation.register", **given, title="Kurskomité")
    about = {"consultation_id": view.id}
    edited = about | {"title": "Felles rotasjon", "answer_by": DAY}
    refused = await scene.refused(RAGNHILD, "consultation.edit", **edited)
    assert refused.key == "consultation_title_confidential"
    asks = await commands.run(scene.runtime, "consultation.ask", about, Caller("cli", RAGNHILD))
    assert any("konfidensiell" in each for each in asks.view.facts)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert (await scene.ok(SIRI, "consultation.show", **about)).case is None
    assert "Felles rotasjon" not in await scene.words(SIRI, "consultation.show", **about)
    own = await scene.ok(
        RAGNHILD, "consultation.register", **given | {"body_ids": str(scene.body_id)}, title="Rotasjon"
    )
    assert own.case.title == "Felles rotasjon"


async def test_a_consultation_need_not_be_about_a_case(scene: Scene) -> None:
    assert "case_id" not in await filled_form(scene, "consultation.register")  # there is none
    await treated(scene)
    fields = (await scene.form(RAGNHILD, "consultation.register"))["fields"]
    [offered] = [each for each in fields if each["id"] == "case_id"]
    assert offered["choices"]
    assert not offered["required"]
    given = {"title": TITLE, "answer_by": DAY, "body_ids": str(scene.body_id), "case_id": ""}
    assert (await scene.ok(RAGNHILD, "consultation.register", **given)).case is None


async def test_what_was_asked_about_a_case_costs_its_journey_one_statement(scene: Scene) -> None:
    other = await hud(scene)
    case_id, about = await of_case(scene, scene.body_id, other)
    for who, words in ((ELI, "Kanskje."), (ASTRID, "Ja.")):
        await scene.ok(who, "consultation.answer", **about, **{"answers.1.answer": words})
    for name, given in (("journey.show", {"case_id": case_id}), ("consultation.show", about)):
        for who in (RAGNHILD, ELI):
            with sent_to(scene.runtime.db) as seen:
                await scene.ok(who, name, **given)
            assert len(seen) <= 10, seen


async def test_a_case_tells_in_which_consultations_councils_are_asked_about_it(scene: Scene) -> None:
    """To the secretariat from the moment it is registered, to members of the councils that are asked once they are."""
    [case_id] = await treated(scene)
    given = {"title": "Kurskomité", "answer_by": DAY, "case_id": case_id, "body_ids": str(scene.body_id)}
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}

    async def told(who: str) -> list[tuple[str, str, Any]]:
        sheet = await scene.sheet(who, "case.show", case_id=case_id)
        rows = [row for section in sheet.sections for row in section.rows]
        led = [row for row in rows if row.opens and row.opens.command == "consultation.show"]
        return [(row.title, row.note, row.opens.arguments) for row in led]

    [(title, note, opens)] = await told(RAGNHILD)
    assert (title, opens) == ("1/27 Kurskomité", about)
    assert note == "under forberedelse · Svar ønskes innen fredag 18. juni 2027"
    assert await told(ASTRID) == []
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    [(_, note, opens)] = await told(ASTRID)
    assert note.startswith("ute til fråsegn") and opens == about
    await scene.ok(ASTRID, "consultation.show", **opens)
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Ikke lenger aktuelt")
    [(_, note, _)] = await told(ASTRID)
    assert note == "trekt tilbake"


async def test_a_case_tells_nobody_of_a_consultation_that_asks_other_councils_alone(scene: Scene) -> None:
    other = await hud(scene)
    case_id, about = await of_case(scene, other)
    assert (await scene.ok(ASTRID, "case.show", case_id=case_id)).consultations == ()
    assert (await scene.refused(ASTRID, "consultation.show", **about)).status == 404
    [line] = (await scene.ok(RAGNHILD, "case.show", case_id=case_id)).consultations
    assert line.id == about["consultation_id"]


async def test_a_case_about_which_councils_are_asked_takes_few_statements(scene: Scene) -> None:
    case_id, _ = await of_case(scene)
    for who in (RAGNHILD, ASTRID):
        with sent_to(scene.runtime.db) as statements:
            assert (await scene.ok(who, "case.show", case_id=case_id)).consultations
        assert len(statements) <= 10, who


async def test_a_journey_keeps_apart_what_was_asked_and_what_was_answered(scene: Scene) -> None:
    [case_id] = await treated(scene)
    given = {"title": "Kurskomité", "answer_by": DAY, "case_id": case_id, "body_ids": str(scene.body_id)}
    about = {"consultation_id": (await scene.ok(RAGNHILD, "consultation.register", **given)).id}
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **QUESTIONS)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await scene.ok(ELI, "consultation.answer", **about, **says("yes", "Nok veiledere."))
    said = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "Bør virksomheten godkjennes? – ja; Hvorfor? – Nok veiledere." in said
