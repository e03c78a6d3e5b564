"""Who is said to be silent in a consultation, and whom nobody can ask."""

from datetime import date

from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, PAAL, RAGNHILD
from council.consultations.consulting import asked, form_words, registered, says, ticked
from lisbot.council.models import Delivery, Organisation, Seat, Term
from stages import Scene


async def test_hospitals_with_commas_in_their_names_are_told_apart(scene: Scene) -> None:
    async with scene.runtime.db.write() as db:
        named = update(Organisation).where(Organisation.key == "fjord")
        await db.execute(named.values(name="Yngre legers forening, Fjord HF, Nord sjukehus"))
    about = await asked(scene)
    silent = "Yngre legers forening, Fjord HF, Nord sjukehus; Legenes forening; Helse Sør RHF"
    assert silent in await scene.words(RAGNHILD, "consultation.show", **about)
    assert silent in await scene.words(RAGNHILD, "consultation.list")
    assert f"Uten uttalelse: {silent}." in await form_words(scene, RAGNHILD, "consultation.draft", **about)


async def test_an_answer_with_a_comma_is_counted_as_one(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    options = {"questions.1.question": "Hva mener dere?", "questions.1.question_kind": "choice"}
    options["questions.1.options"] = "Ja\nNei\nJa, med vilkår"
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **options, **{"questions.1.place": "1"})
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert "Ja; Nei; Ja, med vilkår" in await scene.words(ELI, "consultation.show", **about)
    for who, choice in ((ASTRID, "Ja"), (ELI, "Ja, med vilkår")):
        await scene.ok(who, "consultation.answer", **about, **{"answers.1.answer": choice})
    draft = await form_words(scene, RAGNHILD, "consultation.draft", **about)
    assert "Ja: 1; Ja, med vilkår: 1" in draft


async def vacated(scene: Scene, who: str = PAAL) -> None:
    """Nobody is appointed after whoever held this seat."""
    async with scene.runtime.db.write() as db:
        held = update(Term).where(Term.person_id == await scene.person(who))
        await db.execute(held.values(to_on=date(2026, 12, 31)))


async def test_a_hospital_that_nobody_represents_is_not_said_to_be_asked(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    await vacated(scene)
    asks = await form_words(scene, RAGNHILD, "consultation.ask", **about)
    assert "2 virksomheter blir bedt om uttalelse" in asks
    assert "Ingen kan uttale seg for disse nå, og de blir ikke spurt: Helse Sør RHF." in asks
    done = await scene.done(RAGNHILD, "consultation.ask", **about)
    assert done.reply.done == "Rådene er spurt i høring 1/27. Ikke nådd: Helse Sør RHF."
    vacant = "Ingen kan uttale seg for disse nå: Helse Sør RHF."
    assert vacant in await scene.words(RAGNHILD, "consultation.show", **about)
    assert "Nobody can make a statement" not in await scene.words(ELI, "consultation.show", **about)


async def test_a_hospital_whose_only_representative_is_recused_is_not_said_to_be_asked(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    async with scene.runtime.db.write() as db:
        seat = await scene.one(Seat, organisation_id=(await scene.one(Organisation, key="fjord")).id)
        both = update(Term).where(Term.seat_id == seat.id, Term.rank == 0)
        await db.execute(both.values(person_id=await scene.person(BJORN)))
    asks = await form_words(scene, RAGNHILD, "consultation.ask", **about)
    assert "og de blir ikke spurt: Fjord sykehus HF." in asks


async def test_a_hospital_that_nobody_represents_is_not_said_to_be_reminded(scene: Scene) -> None:
    await vacated(scene)
    about = await asked(scene)
    asks = await form_words(scene, RAGNHILD, "consultation.remind", **about)
    assert "Ingen kan uttale seg for disse nå, og de får ikke påminnelsen: Helse Sør RHF." in asks
    done = await scene.done(RAGNHILD, "consultation.remind", **about)
    assert done.reply.done == "Påminnelsen er sendt. Ikke nådd: Helse Sør RHF."
    scene.at(2027, 2, 22, 10)
    await ticked(scene)
    told = await scene.all(Delivery, kind="consultation_silent")
    assert {(each.facts["told_as"], each.facts["absent"]) for each in told} == {("in_part", "Helse Sør RHF")}
    await scene.ok(ASTRID, "consultation.answer", **about, **says())
    await scene.ok(ELI, "consultation.answer", **about, **says())
    refused = await scene.refused(RAGNHILD, "consultation.remind", **about)
    assert refused.key == "consultation_silent_unreached"


async def test_whoever_is_appointed_to_a_vacant_seat_is_reminded_like_the_others(scene: Scene) -> None:
    await vacated(scene)
    about = await asked(scene)
    async with scene.runtime.db.write() as db:
        held = update(Term).where(Term.person_id == await scene.person(PAAL))
        await db.execute(held.values(to_on=None))
    assert "Ingen kan uttale seg" not in await scene.words(RAGNHILD, "consultation.show", **about)
    done = await scene.done(RAGNHILD, "consultation.remind", **about)
    assert done.reply.done == "De som ikke har uttalt seg, er minnet på det."


async def test_the_list_tells_a_representative_for_whom_they_are_to_state_something(scene: Scene) -> None:
    """And not under a heading that means everybody: others are silent too."""
    about = await asked(scene)
    listed = await scene.words(ELI, "consultation.list")
    assert "No statement" not in listed
    assert "State the view of: Legenes forening" in listed
    await scene.ok(ELI, "consultation.answer", **about, **says())
    assert "Legenes forening" not in await scene.words(ELI, "consultation.list")
    assert "Har ikke uttalt seg: Fjord sykehus HF og Helse Sør RHF" in await scene.words(RAGNHILD, "consultation.list")
