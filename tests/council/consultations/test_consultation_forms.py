"""The forms of a consultation show what they are about: what is asked, the draft, and what was said of it."""

from builders import ASTRID, ELI, RAGNHILD
from council.consultations.consulting import asked, form_words, says, told
from stages import Scene


async def drafted(scene: Scene, comment: str = "") -> dict[str, int]:
    """A consultation whose draft is out, after two hospitals have stated themselves."""
    about = await asked(scene)
    for who in (ASTRID, ELI):
        await scene.ok(who, "consultation.answer", **about, **says())
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår *godkjenning*.")
    if comment:
        await scene.ok(ELI, "consultation.comment", **about, comment=comment)
    return about


async def test_whoever_states_something_reads_what_is_asked_who_applied_and_by_when(scene: Scene) -> None:
    about = await asked(scene)
    said = await form_words(scene, ELI, "consultation.answer", **about)
    assert "Applicant: Ås sykehus HF" in said
    assert "The statement is needed by Friday 19 February 2027." in said
    assert "Spesialistforskriften § 20." in said
    scene.at(2027, 2, 22, 9)
    assert "The deadline was Friday 19 February 2027." in await form_words(scene, ELI, "consultation.answer", **about)


async def test_whoever_comments_on_a_draft_reads_it(scene: Scene) -> None:
    about = await drafted(scene)
    assert "Rådet tilrår *godkjenning*." in await form_words(scene, ELI, "consultation.comment", **about)


async def test_whoever_adopts_or_sends_a_reply_reads_it_and_what_was_said_of_it(scene: Scene) -> None:
    about = await drafted(scene)
    said = await form_words(scene, RAGNHILD, "consultation.adopt", **about)
    assert "Rådet tilrår *godkjenning*." in said and "Ingen har kommentert utkastet." in said
    await scene.ok(ELI, "consultation.comment", **about, comment="Ta med bemanningen.")
    adopt = await form_words(scene, RAGNHILD, "consultation.adopt", **about)
    redraft = await form_words(scene, RAGNHILD, "consultation.draft", **about)
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    send = await form_words(scene, RAGNHILD, "consultation.send", **about)
    assert "Rådet tilrår *godkjenning*." in adopt and "Rådet tilrår *godkjenning*." in send
    for said in (adopt, redraft, send):
        assert "Eli Union, Legenes forening: «Ta med bemanningen.»" in said
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.")
    assert "(til et tidligere utkast)" in await form_words(scene, RAGNHILD, "consultation.adopt", **about)


async def test_a_step_is_done_when_nothing_more_of_it_is_awaited(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(ASTRID, "consultation.answer", **about, **says())
    scene.at(2027, 2, 4, 9)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")

    async def done() -> list[str]:
        sheet = await scene.sheet(RAGNHILD, "consultation.show", **about)
        return [each.title for each in sheet.steps if each.is_done]

    assert await done() == ["Spørre rådene", "Utkast"]
    scene.at(2027, 2, 22, 9)
    assert await done() == ["Spørre rådene", "Uttalelser", "Utkast"]
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    assert await done() == ["Spørre rådene", "Uttalelser", "Utkast", "Tilslutning"]
    scene.at(2027, 3, 11, 9)
    assert await done() == ["Spørre rådene", "Uttalelser", "Utkast", "Kommentarer", "Tilslutning"]


async def test_a_comment_is_taken_until_the_day_for_it_also_where_the_council_adopted_before(scene: Scene) -> None:
    about = await drafted(scene)
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    assert "Medlemmene kan kommentere til og med onsdag 10. mars 2027." in await form_words(
        scene, RAGNHILD, "consultation.send", **about
    )
    (row,) = (await scene.ok(ELI, "worklist.show")).consultations
    await scene.ok(ELI, row.actions[0].command, **row.actions[0].arguments, comment="Ta med bemanningen.")
    assert RAGNHILD in await told(scene, "consultation_commented")
    assert "Ta med bemanningen." in await scene.words(RAGNHILD, "consultation.show", **about)
    await scene.ok(RAGNHILD, "consultation.send", **about)
    assert (await scene.refused(ELI, "consultation.comment", **about, comment="For sent.")).status == 409


async def test_stating_something_is_the_main_thing_until_one_has(scene: Scene) -> None:
    about = await asked(scene)
    sheet = await scene.sheet(ELI, "consultation.show", **about)
    assert [each.command for each in sheet.answers] == ["consultation.answer"]
    await scene.ok(ELI, "consultation.answer", **about, **says())
    sheet = await scene.sheet(ELI, "consultation.show", **about)
    assert sheet.answers == ()
    assert "consultation.answer" in [each.command for each in sheet.actions], "it may still be corrected"


async def test_a_draft_may_be_kept_before_it_goes_out_for_comments(scene: Scene) -> None:
    about = await asked(scene)
    done = await scene.done(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.", is_kept="true")
    assert "ikke sendt ut" in done.reply.done
    assert await told(scene, "consultation_drafted") == []
    assert "Rådet tilrår det." in await scene.words(RAGNHILD, "consultation.show", **about)
    assert "Utkastet er ikke sendt ut til kommentarer ennå." in await scene.words(
        RAGNHILD, "consultation.show", **about
    )
    assert "Rådet tilrår det." not in await scene.words(ELI, "consultation.show", **about)
    assert (await scene.refused(ELI, "consultation.comment", **about, comment="Ja.")).key == "consultation_no_draft"
    filled = await scene.form(RAGNHILD, "consultation.draft", **about)
    assert [each["id"] for each in filled["fields"]] == ["draft", "is_kept"]
    assert filled["fields"][0]["value"] == "Rådet tilrår det."
    assert filled["fields"][1]["value"] == "true", "whoever saves it once more does not send it out by mistake"
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.")  # as it was kept
    assert ELI in await told(scene, "consultation_drafted")
    assert await told(scene, "consultation_draft_changed") == []
    assert [each["id"] for each in (await scene.form(RAGNHILD, "consultation.draft", **about))["fields"]] == ["draft"]
    refused = await scene.refused(RAGNHILD, "consultation.draft", **about, draft="Nei.", is_kept="true")
    assert refused.key == "consultation_draft_is_out"


async def test_the_form_of_a_draft_is_true_whether_it_is_kept_or_sent_out(scene: Scene) -> None:
    about = await asked(scene)
    first = await scene.form(RAGNHILD, "consultation.draft", **about)
    assert first["submit"] == "Lagre utkastet"
    told_of = [each for each in first["asked"] if "får beskjed" in each]
    condition = "Krysser du av for å vente, får ingen beskjed. Ellers sendes utkastet ut til kommentarer."
    assert first["asked"][first["asked"].index(told_of[0]) - 1] == condition
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.", is_kept="true")
    kept = await scene.form(RAGNHILD, "consultation.draft", **about)
    assert (kept["submit"], kept["asked"]) == ("Lagre utkastet", [])
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.", is_kept="false")
    out = await scene.form(RAGNHILD, "consultation.draft", **about)
    assert condition not in out["asked"]


async def test_whoever_states_something_is_told_who_will_read_it(scene: Scene) -> None:
    about = await asked(scene)
    told_of = "Once the draft reply is out, all who are asked see it too, and the reply may quote it."
    assert told_of in await form_words(scene, ELI, "consultation.answer", **about)
    for who, why in ((ASTRID, "Nok rettleiarar."), (ELI, "Too few specialists.")):
        await scene.ok(who, "consultation.answer", **about, **says("yes", why))
    assert "Nok rettleiarar." not in await scene.words(ELI, "consultation.show", **about)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår det.")
    assert "Nok rettleiarar." in await scene.words(ELI, "consultation.show", **about)
