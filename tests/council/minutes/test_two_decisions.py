"""A case of which a council has decided twice: each decision has its own organisations, and their answers to it."""

from builders import BJORN, RAGNHILD
from lisbot.council.models import AgendaItem, Case, FollowUp, Meeting, Organisation
from stages import JUNE, Scene


async def decided_twice(scene: Scene) -> int:
    """The id of a case: of what came of it in March all were asked, and one has answered; of what came of it in June
    one was asked."""
    await scene.approved()
    case_id = (await scene.one(Case)).id
    fjord, aas = [(await scene.one(Organisation, key=key)).id for key in ("fjord", "aas")]
    answered = await scene.one(FollowUp, organisation_id=fjord)
    await scene.ok(RAGNHILD, "follow_up.answer", follow_up_id=answered.id, answer="introduced")
    meeting_id = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "agenda_item.add_case", meeting_id=meeting_id, case_id=case_id)
    item_id = (await scene.one(AgendaItem, meeting_id=meeting_id, case_id=case_id)).id
    scene.at(2027, 5, 20, 9)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    scene.at(2027, 6, 10, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår på nytt.")
    await scene.ok(RAGNHILD, "carry_through.choose", item_id=item_id, organisation_id=[aas])
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return case_id


async def test_each_decision_has_its_own_row_with_those_alone_who_were_asked_of_it(scene: Scene) -> None:
    await decided_twice(scene)
    sheet = await scene.sheet(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    (part,) = [each for each in sheet.sections if each.grid]
    assert [row.cells for row in part.table.rows] == [
        ("1/27 Felles rotasjon, 9. juni", "", "", "ikke besvart"),
        ("1/27 Felles rotasjon, 10. mars", "innført 11. mars", "ikke besvart", "ikke besvart"),
    ]
    assert [(row.label, [each and each.sign for each in row.cells]) for row in part.grid.rows] == [
        ("1/27, 9. juni", [None, None, "?"]),
        ("1/27, 10. mars", ["✓", "?", "?"]),
    ]


async def test_as_many_questions_are_said_to_be_open_as_stand_in_the_matrix(scene: Scene) -> None:
    case_id = await decided_twice(scene)
    sheet = await scene.sheet(RAGNHILD, "carry_through.show", body_id=scene.body_id)
    assert sheet.lines[0] == "1 av 4 spørsmål er besvart."
    (silent,) = [part for part in sheet.sections if part.heading == "Har ikke svart"]
    assert [(row.title, row.note) for row in silent.rows] == [
        ("Legenes forening", "1 spørsmål"),
        ("Ås sykehus HF", "2 spørsmål"),
    ]
    page = await scene.words(RAGNHILD, "case.show", case_id=case_id)
    assert "1 av 4 spørsmål er besvart." in page


async def test_whoever_is_asked_of_both_decisions_answers_each(scene: Scene) -> None:
    await decided_twice(scene)
    sheet = await scene.sheet(BJORN, "carry_through.show", body_id=scene.body_id)
    rows = [row for part in sheet.sections for row in part.rows if row.actions]
    assert [(row.title, row.text.split("\n")[0]) for row in rows] == [
        ("1/27 Felles rotasjon, 9. juni", "Tilråding: Rådet tilrår på nytt."),
        ("1/27 Felles rotasjon, 10. mars", "Tilråding: Rådet tilrår."),
    ]
    asked = {each.arguments["follow_up_id"] for row in rows for each in row.actions}
    assert len(asked) == 2
