"""What the letter and the list of follow-ups say to whoever is asked what their organisation did."""

from datetime import date

from sqlalchemy import select

from builders import BJORN, ELI, RAGNHILD
from lisbot.council.models import Delivery, FollowUp, Meeting, Organisation, Person, Term
from lisbot.texts import text
from stages import JUNE


async def nobody_represents(scene, email):
    """End the term of whoever holds a seat."""
    async with scene.runtime.db.write() as db:
        term = (
            await db.scalars(select(Term).join(Person, Term.person_id == Person.id).where(Person.email == email))
        ).one()
        term.to_on = date(2027, 3, 1)


async def question_of(scene, key):
    organisation = await scene.one(Organisation, key=key)
    return (await scene.one(FollowUp, organisation_id=organisation.id)).id


async def test_whoever_is_asked_reads_what_was_decided_who_asks_and_by_when(scene):
    await scene.approved()
    for command, given in (("follow_up.list", {}), ("carry_through.show", {"body_id": scene.body_id})):
        words = await scene.words(BJORN, command, **given)
        assert "Tilråding: Rådet tilrår." in words
        assert "Samordningsrådet spør: Hva er gjort med saken?" in words
        assert "Svar ønskes før møtet onsdag 9. juni 2027." in words
    form = await scene.form(BJORN, "follow_up.answer", follow_up_id=await question_of(scene, "aas"))
    assert "Rådet tilrår" in str(form)


async def test_whoever_is_asked_at_a_meeting_is_to_answer_before_the_one_after_it(scene):
    await scene.approved()
    given = {"body_id": scene.body_id, "dates": "2027-09-08", "starts": "12:00", "ends": "14:00", "place": "Rom 1"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", **given)
    for hour, day in ((7, "onsdag 9. juni 2027"), (13, "onsdag 8. september 2027")):
        scene.at(2027, 6, 9, hour)
        for command, about in (("follow_up.list", {}), ("carry_through.show", {"body_id": scene.body_id})):
            assert f"Svar ønskes før møtet {day}." in await scene.words(BJORN, command, **about)


async def test_a_reminder_names_no_meeting_where_none_is_planned(scene):
    await scene.approved()
    june = await scene.one(Meeting, held_on=JUNE)
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=june.id, reason="Snø")
    scene.at(2027, 4, 1, 9)
    await scene.ok(RAGNHILD, "carry_through.remind", body_id=scene.body_id)
    (told,) = [
        each
        for each in await scene.all(Delivery, kind="follow_up_asked_again")
        if each.person_id == await scene.person(BJORN)
    ]
    words = text("nb", f"notification.{told.kind}", **told.facts)
    assert words == "Samordningsrådet spør igjen: Hva har dere gjort med sakene siden sist?"
    assert "før møtet" not in await scene.words(BJORN, "follow_up.list")


async def test_nobody_is_told_what_is_being_corrected_in_what_was_decided(scene):
    meeting_id, item_id = await scene.approved()
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil ord")
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Hemmelig utkast")
    about = {"follow_up_id": await question_of(scene, "aas")}
    shown = [
        await scene.words(BJORN, "follow_up.list"),
        await scene.words(BJORN, "carry_through.show", body_id=scene.body_id),
        str(await scene.form(BJORN, "follow_up.answer", **about)),
    ]
    assert not any("Hemmelig utkast" in each for each in shown)


async def test_what_is_answered_stands_apart_from_what_waits_for_an_answer(scene):
    await scene.approved()
    await scene.ok(BJORN, "follow_up.answer", follow_up_id=await question_of(scene, "aas"), answer="waits")
    sheet = await scene.sheet(RAGNHILD, "follow_up.list")
    found = {part.heading: len(part.rows) for part in sheet.sections if part.rows}
    assert found == {"Venter": 2, "Besvart": 1}


async def test_no_reminder_is_offered_to_an_organisation_that_nobody_represents_but_the_way_to_its_seat(scene):
    await nobody_represents(scene, BJORN)
    await scene.approved()
    sheet = await scene.sheet(RAGNHILD, "follow_up.list")
    (row,) = [each for part in sheet.sections for each in part.rows if "Ås sykehus HF" in each.text]
    offered = [each.command for each in row.actions]
    assert "follow_up.remind" not in offered
    assert "body.show_settings" in offered
    assert "Ingen representerer dem i rådet nå" in row.text
    sheet = await scene.sheet(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    (row,) = [each for part in sheet.sections for each in part.rows if each.title == "Ås sykehus HF"]
    assert [each.command for each in row.actions] == ["body.show_settings"]
    sheet = await scene.sheet(RAGNHILD, "follow_up.list")
    others = [each for part in sheet.sections for each in part.rows if "Fjord sykehus HF" in each.text]
    assert "follow_up.remind" in [each.command for each in others[0].actions]


async def test_a_union_is_not_asked_as_if_it_were_a_hospital(scene):
    await scene.approved()
    for command, given in (("follow_up.list", {}), ("carry_through.show", {"body_id": scene.body_id})):
        assert "has the organisation done" not in await scene.words(ELI, command, **given)


async def test_the_minutes_offer_no_reminder_to_an_organisation_that_nobody_represents(scene):
    await nobody_represents(scene, BJORN)
    meeting_id, item_id = await scene.minuted()
    both = [(await scene.one(Organisation, key=key)).id for key in ("aas", "fjord")]
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, what="Lage utkast", organisation_id=both)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    view = await scene.ok(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    offered = {line.organisation: [each.command for each in line.actions] for line in view.items[0].follow_ups}
    assert "follow_up.remind" not in offered["Ås sykehus HF"]
    assert "follow_up.remind" in offered["Fjord sykehus HF"]
