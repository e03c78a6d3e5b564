"""Carry-through: what each organisation did with what came of a case."""

import asyncio
from datetime import date

import pytest
from sqlalchemy import select

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, OSLO, PAAL, RAGNHILD, SIRI
from lisbot import commands
from lisbot.council.models import AgendaItem, Delivery, FollowUp, MailTrouble, Organisation, Person, Reminder, Term
from lisbot.council.register.identity import Caller
from lisbot.council.reminders import chores


async def organisation(scene, key):
    return (await scene.one(Organisation, key=key)).id


async def asked_of(scene):
    """Each follow-up's id by its organisation's key."""
    keys = {each.id: each.key for each in await scene.all(Organisation)}
    return {keys[row.organisation_id]: row.id for row in await scene.all(FollowUp)}


async def states(scene, who=RAGNHILD):
    """What each organisation has answered of the one case, as the matrix shows it."""
    view = await scene.ok(who, "carry_through.show", body_id=scene.body_id)
    (case,) = view.cases
    names = [each.short_name for each in view.organisations]
    return {name: [each.state.value for each in answers] for name, answers in zip(names, case.answers, strict=True)}


async def tick(scene):
    """Send what the clock would send now."""
    async with scene.runtime.db.read() as db:
        due = await chores.due(db, scene.clock(), OSLO)
    for given in due:
        await commands.run(scene.runtime, "reminder.send", given, Caller("clock", "lisbot"))


async def told(scene, kind):
    return {row.person_id for row in await scene.all(Delivery, kind=kind)}


async def test_all_with_a_voting_seat_are_asked_when_the_minutes_are_approved_and_answer_for_themselves_alone(scene):
    await scene.approved()
    ids = await asked_of(scene)
    assert set(ids) == {"fjord", "aas", "union"}
    assert await told(scene, "follow_up_asked") == {await scene.person(who) for who in (ASTRID, BJORN, ELI)}
    assert [task.title for task in (await scene.ok(ASTRID, "worklist.show")).follow_ups] == ["Felles rotasjon"]
    given = {"follow_up_id": ids["fjord"], "answer": "raised", "words": "Tatt opp i <b>ledergruppen</b>."}
    for who, status in ((BJORN, 403), (PAAL, 403), (HILDE, 403), (SIRI, 404)):
        assert (await scene.refused(who, "follow_up.answer", **given)).status == status
    assert (await scene.refused(BJORN, "follow_up.answer", **given)).key == "not_your_follow_up"
    early = await scene.refused(ASTRID, "follow_up.answer", **given, day="2027-04-01")
    assert set(early.fields) == {"day"}
    none = await scene.refused(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="open")
    assert set(none.fields) == {"answer"}
    await scene.ok(FRODE, "follow_up.answer", **given, day="2027-03-11")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="will_be", day="2027-08-01")
    assert await states(scene, ELI) == {"Fjord": ["raised"], "Ås": ["will_be"], "LF": ["open"]}
    shown = await scene.words(ELI, "carry_through.show", body_id=scene.body_id)
    assert "Raised in the line of management Thursday 11 March 2027" in shown
    assert "ledergruppen" in shown
    assert "Frode Vara" in shown
    # What was raised waits for nobody any more; an answer can be corrected, and the secretariat answers for them.
    assert (await scene.ok(ASTRID, "worklist.show")).follow_ups == ()
    form = await scene.form(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"])
    assert "ledergruppen" in str(form)
    await scene.ok(RAGNHILD, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced")
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="not_relevant")
    assert await states(scene) == {"Fjord": ["introduced"], "Ås": ["will_be"], "LF": ["not_relevant"]}
    assert (await scene.refused(RAGNHILD, "follow_up.remind", follow_up_id=ids["union"])).key == "follow_up_is_done"


async def test_who_is_asked_is_chosen_while_the_minutes_are_written_and_afterwards(scene):
    meeting_id, item_id = await scene.minuted()
    fjord, rhf = await organisation(scene, "fjord"), await organisation(scene, "rhf")
    form = await scene.form(RAGNHILD, "carry_through.choose", item_id=item_id)
    assert "Legenes forening" in str(form)
    await scene.ok(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[fjord, rhf])
    assert (await scene.refused(ASTRID, "carry_through.choose", item_id=item_id)).status == 403
    nord = await organisation(scene, "nord")
    refused = await scene.refused(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[nord])
    assert set(refused.fields) == {"organisation_id"}
    assert await told(scene, "follow_up_asked") == set()
    ids = await asked_of(scene)
    assert (await scene.refused(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="raised")).status == 404
    shown = await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    assert "Oppfølging: Fjord" not in shown  # the minutes say nothing of it
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert set(await asked_of(scene)) == {"fjord", "rhf"}
    assert await told(scene, "follow_up_asked") == {await scene.person(who) for who in (ASTRID, PAAL)}
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="waits", words="På budsjettet.")
    aas = await organisation(scene, "aas")
    kept = await scene.refused(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[aas])
    assert kept.key == "answered_already"
    assert "Fjord" in kept.words
    await scene.ok(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[fjord, aas])
    assert await told(scene, "follow_up_asked") == {await scene.person(who) for who in (ASTRID, PAAL, BJORN)}
    assert set(await states(scene)) == {"Fjord", "Ås"}


@pytest.mark.parametrize("outcome", ["noted", "postponed", "disagreement"])
async def test_nobody_is_asked_of_what_leaves_nothing_to_do(scene, outcome):
    meeting_id, item_id = await scene.minuted()
    sides = {"sides": "To syn."} if outcome == "disagreement" else {}
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome=outcome, words="", **sides)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert await scene.all(FollowUp) == []
    assert (await scene.ok(ELI, "carry_through.show", body_id=scene.body_id)).cases == ()


async def test_what_minutes_say_that_one_is_to_do_is_the_same_thing(scene):
    meeting_id, item_id = await scene.minuted()
    fjord = await organisation(scene, "fjord")
    given = {"what": "Lage utkast", "due_on": "2027-05-01", "organisation_id": [fjord]}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    ids = await asked_of(scene)
    assert set(ids) == {"fjord"}
    await scene.ok(ASTRID, "follow_up.complete", follow_up_id=ids["fjord"])
    assert await states(scene) == {"Fjord": ["done"]}
    await scene.ok(ASTRID, "follow_up.reopen", follow_up_id=ids["fjord"])
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="raised")
    # Its deadline still waits, and it is reminded of by that.
    assert len((await scene.ok(ASTRID, "worklist.show")).follow_ups) == 1
    assert await states(scene) == {"Fjord": ["raised"]}


async def test_before_the_next_meeting_those_are_asked_who_have_more_to_say_and_the_secretariat_learns_who_is_silent(
    scene,
):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="waits")
    scene.at(2027, 5, 20, 9)
    await tick(scene)
    assert await told(scene, "follow_up_asked_again") == set()
    scene.at(2027, 6, 2, 9)  # a week before the meeting in June
    await tick(scene)
    await tick(scene)
    assert await told(scene, "follow_up_asked_again") == {await scene.person(who) for who in (BJORN, ELI)}
    assert len(await scene.all(Reminder, what="follow_up")) == 1
    scene.at(2027, 6, 8, 9)
    await tick(scene)
    (silent,) = [row for row in await scene.all(Delivery, kind="follow_up_silent") if row.person_id == 1]
    assert silent.facts["names"] == "Legenes forening"
    assert silent.command == "carry_through.show"


async def test_the_secretariat_sees_who_is_silent_and_reminds_them_by_hand(scene):
    await scene.approved()
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert [(each.organisation.short_name, each.count) for each in view.silent] == [("Fjord", 1), ("LF", 1), ("Ås", 1)]
    assert (await scene.ok(ELI, "carry_through.show", body_id=scene.body_id)).silent == ()
    for who, status in ((ASTRID, 403), (HILDE, 403), (SIRI, 403)):
        assert (await scene.refused(who, "carry_through.remind", body_id=scene.body_id)).status == status
    for who, status in ((HILDE, 403), (SIRI, 404)):
        assert (await scene.refused(who, "carry_through.show", body_id=scene.body_id)).status == status
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="raised")
    given = {"body_id": scene.body_id}
    reply = await commands.run(scene.runtime, "carry_through.remind", given, Caller("cli", RAGNHILD))
    assert "for under en time siden" in " ".join(reply.view.facts)
    assert await told(scene, "follow_up_asked_again") == set()
    await scene.ok(RAGNHILD, "carry_through.remind", **given)
    assert await told(scene, "follow_up_asked_again") == {await scene.person(who) for who in (BJORN, ELI)}
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="raised")
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="raised")
    assert (await scene.refused(RAGNHILD, "carry_through.remind", **given)).key == "everybody_answered"


async def test_whoever_has_answered_is_reminded_by_hand_once_the_day_they_gave_has_passed(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="will_be", day="2027-05-01")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="waits")
    scene.at(2027, 4, 1, 9)
    done = await scene.done(RAGNHILD, "carry_through.remind", body_id=scene.body_id)
    assert await told(scene, "follow_up_asked_again") == {await scene.person(ELI)}
    assert "1 virksomhet" in done.reply.done
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="raised")
    scene.at(2027, 5, 1, 9)  # the day itself has not passed
    assert (await scene.refused(RAGNHILD, "carry_through.remind", body_id=scene.body_id)).key == "everybody_answered"
    assert (await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)).actions == ()
    scene.at(2027, 5, 3, 9)
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert [each.command for each in view.actions] == ["carry_through.remind"]
    await scene.ok(RAGNHILD, "carry_through.remind", body_id=scene.body_id)
    assert await scene.person(ASTRID) in await told(scene, "follow_up_asked_again")
    assert await scene.person(BJORN) not in await told(scene, "follow_up_asked_again")


async def test_before_a_meeting_nobody_is_asked_who_has_given_a_day_after_it(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="will_be", day="2027-09-01")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="will_be", day="2027-06-01")
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="waits")
    scene.at(2027, 6, 2, 9)  # a week before the meeting in June
    await tick(scene)
    assert await told(scene, "follow_up_asked_again") == {await scene.person(who) for who in (BJORN, ELI)}


async def test_a_reminder_says_how_many_it_reaches_and_whom_it_does_not(scene):
    await scene.approved()
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ELI, reason="550", at=scene.runtime.now()))
        bjorn = (
            await db.scalars(select(Term).join(Person, Term.person_id == Person.id).where(Person.email == BJORN))
        ).one()
        bjorn.to_on = date(2027, 3, 1)
    given = {"body_id": scene.body_id}
    reply = await commands.run(scene.runtime, "carry_through.remind", given, Caller("cli", RAGNHILD))
    facts = " ".join(reply.view.facts)
    assert "Ingen representerer disse nå, og de får ikke påminnelsen: Ås sykehus HF." in facts
    assert "Eli Union" in facts
    done = (await scene.done(RAGNHILD, "carry_through.remind", **given)).reply.done
    assert done == "Påminnelsen er sendt til 1 virksomhet. Ikke nådd: Legenes forening og Ås sykehus HF."
    async with scene.runtime.db.write() as db:
        db.add(MailTrouble(email=ASTRID, reason="550", at=scene.runtime.now()))
    scene.at(2027, 4, 1, 9)
    done = (await scene.done(RAGNHILD, "carry_through.remind", **given)).reply.done
    assert done == "Ingen ble nådd: Fjord sykehus HF, Legenes forening og Ås sykehus HF."


async def test_a_year_in_which_nobody_is_silent_names_nobody_and_offers_no_reminder(scene):
    await scene.approved()
    about = {"body_id": scene.body_id, "year": 2026}
    words = await scene.words(RAGNHILD, "carry_through.show", **about)
    assert "Har ikke svart" not in words
    sheet = await scene.sheet(RAGNHILD, "carry_through.show", **about)
    offered = [each.command for part in sheet.sections for each in part.actions]
    assert "carry_through.remind" not in offered
    assert "Har ikke svart" in await scene.words(RAGNHILD, "carry_through.show", body_id=scene.body_id)


async def test_what_is_still_open_is_not_lost_at_new_year(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="waits")
    scene.at(2028, 1, 3, 9)
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert (view.year, view.earlier) == (2028, 1)
    assert [each.organisation.short_name for each in view.silent] == ["LF"]
    assert [each.command for each in view.actions] == ["carry_through.remind"]
    assert await states(scene) == {"Fjord": ["introduced"], "LF": ["open"], "Ås": ["waits"]}
    shown = await scene.words(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert "1 sak fra tidligere år som ikke er ferdig, står her også." in shown
    assert "Ingen virksomheter" not in shown
    # Whoever has still to answer finds it on the page of now, too.
    own = await scene.sheet(ELI, "carry_through.show", body_id=scene.body_id)
    assert [action.command for part in own.sections for row in part.rows for action in row.actions] == [
        "follow_up.answer"
    ]
    await scene.ok(ELI, "follow_up.answer", follow_up_id=ids["union"], answer="raised")
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="not_relevant")
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert (view.cases, view.earlier, view.silent) == ((), 0, ())


async def test_what_is_too_old_to_be_asked_of_stands_under_its_own_year_alone(scene):
    await scene.approved()
    scene.at(2028, 6, 1, 9)
    assert (await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)).cases == ()
    assert len((await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id, year=2027)).cases) == 1


async def test_the_picture_has_a_sign_for_each_answer_and_a_table_that_says_the_same(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced")
    sheet = await scene.sheet(BJORN, "carry_through.show", body_id=scene.body_id)
    (grid,) = [each.grid for each in sheet.sections if each.grid]
    assert grid.columns == ("Fjord", "LF", "Ås")
    assert [[cell.sign for cell in row.cells] for row in grid.rows] == [["✓", "?", "?"]]
    assert [(each.sign, each.words) for each in grid.legend] == [("?", "ikke besvart"), ("✓", "innført")]
    (table,) = [each.table for each in sheet.sections if each.table]
    assert table.rows[0].cells == ("1/27 Felles rotasjon", "innført 11. mars", "ikke besvart", "ikke besvart")
    own = [row for each in sheet.sections for row in each.rows if row.actions]
    assert [[action.command for action in row.actions] for row in own] == [["follow_up.answer"]]


async def test_a_confidential_case_is_withheld_from_the_channel(scene, room):
    item_id = await scene.on_agenda(confidential="true")
    meeting_id = (await scene.one(AgendaItem, id=item_id)).meeting_id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="raised", words="Internt notat")
    given = {"body_id": scene.body_id}
    reply = await commands.run(scene.runtime, "carry_through.show", given, Caller("room", str(room)))
    (case,) = reply.view.cases
    assert (case.title, case.is_withheld, case.outcome) == ("", True, None)
    assert not any(case.answers)
    assert "Internt notat" not in str(reply.view)
    assert "Internt notat" in str(await scene.ok(ELI, "carry_through.show", **given))


async def test_while_minutes_are_corrected_what_was_approved_stands(scene):
    meeting_id, item_id = await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="raised")
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil ord")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="noted", words="")
    assert await states(scene, BJORN) == {"Fjord": ["raised"], "LF": ["open"], "Ås": ["open"]}
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="waits")
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert await states(scene) == {"Fjord": ["raised"], "Ås": ["waits"]}  # what was answered is kept
    assert len(await scene.all(Delivery, kind="follow_up_asked")) == 3


async def test_what_is_added_while_minutes_are_corrected_is_seen_and_asked_of_nobody_until_they_are_approved_again(
    scene,
):
    meeting_id, item_id = await scene.approved()
    ids = await asked_of(scene)
    for who, key in ((ASTRID, "fjord"), (BJORN, "aas"), (ELI, "union")):
        await scene.ok(who, "follow_up.answer", follow_up_id=ids[key], answer="raised")
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil ord")
    aas, rhf = await organisation(scene, "aas"), await organisation(scene, "rhf")
    chosen = [await organisation(scene, key) for key in ("fjord", "aas", "union")] + [rhf]
    await scene.ok(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=chosen)
    task = {"item_id": item_id, "organisation_id": [aas], "what": "Hemmelig utkast"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **task)
    shown = await scene.words(ELI, "carry_through.show", body_id=scene.body_id)
    assert "Hemmelig utkast" not in shown
    assert await states(scene, ELI) == {"Fjord": ["raised"], "LF": ["raised"], "Ås": ["raised"]}
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert (view.silent, view.actions) == ((), ())
    assert (await scene.refused(RAGNHILD, "carry_through.remind", body_id=scene.body_id)).key == "everybody_answered"
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert "Hemmelig utkast" in await scene.words(ELI, "carry_through.show", body_id=scene.body_id)
    assert await scene.person(PAAL) in await told(scene, "follow_up_asked")


async def test_an_organisation_that_nobody_represents_was_not_asked_and_stands_in_the_picture_all_the_same(scene):
    async with scene.runtime.db.write() as db:
        bjorn = (
            await db.scalars(select(Term).join(Person, Term.person_id == Person.id).where(Person.email == BJORN))
        ).one()
        bjorn.to_on = date(2027, 3, 1)
    meeting_id, _ = await scene.approved()
    rows = {row.id: row for row in await scene.all(FollowUp)}
    ids = await asked_of(scene)
    assert rows[ids["aas"]].asked_at is None
    assert rows[ids["fjord"]].asked_at is not None
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil ord")
    assert set(await states(scene)) == {"Fjord", "LF", "Ås"}


async def test_what_is_done_or_open_again_says_nothing_of_what_was_said_before(scene):
    meeting_id, item_id = await scene.minuted()
    fjord = await organisation(scene, "fjord")
    given = {"what": "Lage utkast", "due_on": "2027-09-01", "organisation_id": [fjord]}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    about = {"follow_up_id": (await asked_of(scene))["fjord"]}
    later = {"answer": "will_be", "words": "På budsjettet.", "day": "2027-08-01"}
    await scene.ok(ASTRID, "follow_up.answer", **about, **later)
    await scene.ok(ASTRID, "follow_up.complete", **about)
    words = await scene.words(ELI, "carry_through.show", body_id=scene.body_id)
    assert "budsjettet" not in words
    assert "August" not in words
    assert "11 March 2027" in words
    await scene.ok(ASTRID, "follow_up.reopen", **about)
    row = await scene.one(FollowUp)
    assert (row.words, row.answer_on, row.answered_by) == ("", None, "")


async def test_that_it_is_asked_what_was_done_is_neither_done_nor_edited_in_the_minutes(scene):
    meeting_id, _ = await scene.approved()
    about = {"follow_up_id": (await asked_of(scene))["fjord"]}
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil ord")
    for who in (ASTRID, RAGNHILD):
        found = (await scene.ok(who, "follow_up.list")).found
        offered = {
            action.command for task in found if task.line.id == about["follow_up_id"] for action in task.line.actions
        }
        assert "follow_up.answer" in offered
        assert not offered & {"follow_up.complete", "follow_up.edit", "follow_up.remove"}
    assert (await scene.refused(ASTRID, "follow_up.complete", **about)).key == "answer_instead"
    assert (await scene.refused(RAGNHILD, "follow_up.edit", **about, what="Noe annet")).status == 404
    assert (await scene.refused(RAGNHILD, "follow_up.remove", **about)).status == 404
    done = await scene.refused(ASTRID, "follow_up.answer", **about, answer="done")
    assert set(done.fields) == {"answer"}


async def test_nobody_is_reminded_by_a_button_of_what_is_too_old_to_be_asked(scene):
    await scene.approved()
    scene.at(2028, 6, 1, 9)
    view = await scene.ok(RAGNHILD, "carry_through.show", body_id=scene.body_id, year=2027)
    assert len(view.silent) == 3
    assert view.actions == ()
    assert (await scene.refused(RAGNHILD, "carry_through.remind", body_id=scene.body_id)).key == "everybody_answered"


async def test_of_two_who_say_at_once_that_it_is_done_one_is_told_that_it_is(scene):
    meeting_id, item_id = await scene.minuted()
    given = {"what": "Lage utkast", "organisation_id": [await organisation(scene, "fjord")]}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    about = {"follow_up_id": (await asked_of(scene))["fjord"]}
    answers = await asyncio.gather(*(scene(who, "follow_up.complete", **about) for who in (ASTRID, FRODE, RAGNHILD)))
    assert sorted(each.status for each in answers) == [200, 409, 409]
    assert {each.key for each in answers if each.status == 409} == {"follow_up_is_done"}


async def test_a_row_says_what_is_asked_where_the_minutes_give_nothing_to_do(scene):
    await scene.approved()
    for command, given in (("follow_up.list", {}), ("carry_through.show", {"body_id": scene.body_id})):
        assert "Samordningsrådet spør: Hva er gjort med saken?" in await scene.words(BJORN, command, **given)
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=(await asked_of(scene))["aas"], answer="waits")
    assert "Hva er gjort med saken" not in await scene.words(BJORN, "carry_through.show", body_id=scene.body_id)


async def test_the_day_of_what_will_be_is_no_day_of_an_answer_in_the_journey(scene):
    await scene.approved()
    ids = await asked_of(scene)
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=ids["aas"], answer="will_be", day="2028-01-26")
    await scene.ok(ASTRID, "follow_up.answer", follow_up_id=ids["fjord"], answer="introduced", day="2027-03-11")
    words = await scene.words(RAGNHILD, "journey.show", case_id=1)
    assert "Skal innføres, planlagt 26. jan. 2028, Bjørn Ås" in words
    assert "Innført, 11. mars" in words


async def test_the_day_before_is_meant_as_it_was_though_no_year_is_written(scene):
    await scene.approved()
    about = {"follow_up_id": (await asked_of(scene))["fjord"]}
    later = await scene.refused(ASTRID, "follow_up.answer", **about, answer="will_be", day="10. mars")
    assert set(later.fields) == {"day"}
    await scene.ok(ASTRID, "follow_up.answer", **about, answer="introduced", day="10. mars")
    assert (await scene.one(FollowUp, id=about["follow_up_id"])).answer_on == date(2027, 3, 10)
