"""Who is said to be silent in a consultation, and whom nobody can ask."""

from sqlalchemy import update

from builders import ASTRID, ELI, RAGNHILD
from council.consultations.consulting import asked, form_words, registered
from lisbot.council.models import Organisation
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
