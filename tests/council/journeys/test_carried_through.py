"""What a case's journey and its page say of the organisations that were asked what they did with it."""

from collections.abc import Iterable
from datetime import date

import pytest
from sqlalchemy import select

from builders import BJORN, RAGNHILD
from council.referrals.steps import answers
from council.referrals.test_referrals import sent
from lisbot.cards.views import Chip
from lisbot.council.enums import ConsultationState, FollowUpState
from lisbot.council.models import Case, FollowUp, Organisation, Person, Term
from lisbot.texts import format_value
from stages import Scene


async def asked(scene: Scene) -> int:
    """The id of a case of which three organisations were asked on 11 March what they did."""
    await scene.approved()
    return (await scene.one(Case)).id


def words_of(chips: Iterable[Chip]) -> tuple[str, ...]:
    return tuple(each.words for each in chips)


async def answer(scene: Scene, organisation: str, **given: str) -> None:
    row = await scene.one(FollowUp, organisation_name=organisation, what="")
    await scene.ok(RAGNHILD, "follow_up.answer", follow_up_id=row.id, **given)


async def test_a_journey_says_of_each_organisation_what_it_answered_and_not_that_it_follows_up(scene: Scene) -> None:
    case_id = await asked(scene)
    await answer(scene, "Fjord sykehus HF", answer="introduced")
    await answer(scene, "Ås sykehus HF", answer="not_relevant", words="Ingen LIS.")
    sheet = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    rows = {row.title: row for row in sheet.sections[0].rows}
    for name, words in (
        ("Fjord sykehus HF", "innført"),
        ("Ås sykehus HF", "ikke aktuelt"),
        ("Legenes forening", "ikke besvart"),
    ):
        assert words_of(rows[name].chips) == ("spurt om gjennomføring", words)
    assert rows["Legenes forening"].status == "attention"
    (picture,) = [part.grid for part in sheet.sections if part.grid]
    signs = {row.label: [each for each in row.cells if each][-1] for row in picture.rows}
    assert (signs["Fjord sykehus HF"].sign, signs["Fjord sykehus HF"].words) == ("✓", "innført")
    assert (signs["Ås sykehus HF"].sign, signs["Ås sykehus HF"].words) == ("–", "ikke aktuelt")
    assert (signs["Legenes forening"].sign, signs["Legenes forening"].words) == ("?", "ikke besvart")


async def test_a_journey_names_near_its_top_who_has_not_answered_and_since_when(scene: Scene) -> None:
    case_id = await asked(scene)
    await answer(scene, "Fjord sykehus HF", answer="will_be", day="2027-08-01")
    sheet = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    assert sheet.lines[0] == (
        "Venter på svar fra 2 virksomheter om hva de gjør med saken: Ås sykehus HF, Legenes forening. "
        "Spurt torsdag 11. mars 2027."
    )
    for name in ("Ås sykehus HF", "Legenes forening"):
        await answer(scene, name, answer="introduced")
    sheet = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    assert sheet.lines[0] == "Fjord sykehus HF har svart, men er ikke ferdig og blir spurt igjen."


async def test_a_reminder_leaves_the_day_on_which_an_organisation_was_asked(scene: Scene) -> None:
    case_id = await asked(scene)
    before = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    scene.at(2027, 4, 1, 9)
    await scene.ok(RAGNHILD, "carry_through.remind", body_id=scene.body_id)
    after = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    assert after.lines[0].endswith("Spurt torsdag 11. mars 2027.")
    for sheet in (before, after):
        (row,) = [row for row in sheet.sections[0].rows if row.title == "Ås sykehus HF"]
        assert row.note == "siden torsdag 11. mars 2027"
    columns = [part.grid.columns for sheet in (before, after) for part in sheet.sections if part.grid]
    assert columns[0] == columns[1]


async def test_whom_nobody_could_be_asked_for_is_said_not_to_be_asked_and_has_no_day_of_its_own(scene: Scene) -> None:
    async with scene.runtime.db.write() as db:
        query = select(Term).join(Person, Term.person_id == Person.id).where(Person.email == BJORN)
        (await db.scalars(query)).one().to_on = date(2027, 3, 1)
    case_id = await asked(scene)
    sheet = await scene.sheet(RAGNHILD, "journey.show", case_id=case_id)
    assert "Ingen representerer Ås sykehus HF i rådet, og ingen er spurt der." in sheet.lines[0]
    (row,) = [row for row in sheet.sections[0].rows if row.title == "Ås sykehus HF"]
    assert words_of(row.chips) == ("ikke spurt",)
    assert row.note == ""


@pytest.mark.parametrize(("given", "words"), [("will_be", "Skal innføres"), ("waits", "Venter")])
async def test_a_journey_gives_no_day_to_what_an_organisation_planned_without_one(
    scene: Scene, given: str, words: str
) -> None:
    case_id = await asked(scene)
    await answer(scene, "Ås sykehus HF", answer=given)
    for day in (11, 18):
        scene.at(2027, 3, day, 9)
        sheet = await scene.sheet(BJORN, "journey.show", case_id=case_id)
        (row,) = [row for row in sheet.sections[0].rows if row.title == "Ås sykehus HF"]
        assert row.text.split(", ")[0] == words
        assert "planlagt" not in row.text
        assert row.status == ""
        (picture,) = [part.grid for part in sheet.sections if part.grid]
        assert "!" not in [each.sign for each in picture.legend]


async def test_a_cases_page_says_how_far_its_carry_through_has_come_and_leads_to_it(scene: Scene) -> None:
    case_id = await asked(scene)
    await answer(scene, "Fjord sykehus HF", answer="introduced")
    sheet = await scene.sheet(RAGNHILD, "case.show", case_id=case_id)
    (part,) = [each for each in sheet.sections if each.heading == "Gjennomføring i virksomhetene"]
    assert part.lines == ("1 av 3 spørsmål er besvart.", "Har ikke svart: Ås sykehus HF, Legenes forening")
    (button,) = part.actions
    shown = await scene.ok(BJORN, button.command, **button.arguments)
    assert [each.case_id for each in shown.cases] == [case_id]


def test_in_nynorsk_a_state_says_who_has_answered_and_not_what_is_answered() -> None:
    assert format_value("nn", FollowUpState.OPEN) == "ikkje svara"
    assert format_value("nn", ConsultationState.SENT) == "har svara"


async def test_names_with_commas_in_them_stand_apart_by_semicolons(scene: Scene) -> None:
    async with scene.runtime.db.write() as db:
        aas = (await db.scalars(select(Organisation).where(Organisation.key == "aas"))).one()
        aas.name = "Ås forening, Ås sykehus HF"
    case_id = await asked(scene)
    await answer(scene, "Fjord sykehus HF", answer="introduced")
    page = await scene.words(RAGNHILD, "case.show", case_id=case_id)
    assert "Har ikke svart: Ås forening, Ås sykehus HF; Legenes forening" in page
    journey = await scene.words(RAGNHILD, "journey.show", case_id=case_id)
    assert "hva de gjør med saken: Ås forening, Ås sykehus HF; Legenes forening." in journey


async def test_the_badge_of_a_case_says_that_its_answer_has_come(scene: Scene) -> None:
    referral_id = await sent(scene)
    case_id = (await scene.one(Case)).id
    sheet = await scene.sheet(BJORN, "case.show", case_id=case_id)
    before = words_of(sheet.chips)
    await answers(scene, referral_id, "Én avtale.")
    sheet = await scene.sheet(BJORN, "case.show", case_id=case_id)
    assert before == ("ikke enighet",)
    assert words_of(sheet.chips) == ("svar fra Fagdirektørmøtet",)
