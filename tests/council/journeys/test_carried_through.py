"""What a case's journey and its page say of the organisations that were asked what they did with it."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select

from builders import BJORN, RAGNHILD
from council.referrals.steps import answers
from council.referrals.test_referrals import sent
from lisbot.cards.views import Chip
from lisbot.council.models import Case, FollowUp, Person, Term
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
        "Sist spurt torsdag 11. mars 2027."
    )
    for name in ("Ås sykehus HF", "Legenes forening"):
        await answer(scene, name, answer="introduced")
    sheet = await scene.sheet(BJORN, "journey.show", case_id=case_id)
    assert sheet.lines[0] == "Fjord sykehus HF har svart, men er ikke ferdig og blir spurt igjen."


async def test_whom_nobody_could_be_asked_for_is_said_not_to_be_asked_and_has_no_day_of_its_own(scene: Scene) -> None:
    async with scene.runtime.db.write() as db:
        query = select(Term).join(Person, Term.person_id == Person.id).where(Person.email == BJORN)
        (await db.scalars(query)).one().to_on = date(2027, 3, 1)
    case_id = await asked(scene)
    sheet = await scene.sheet(RAGNHILD, "journey.show", case_id=case_id)
    assert "Ingen representerer Ås sykehus HF i rådet, og ingen er spurt der." in sheet.lines[0]
    (row,) = [row for row in sheet.sections[0].rows if row.title == "Ås sykehus HF"]
    assert row.chips[1].words == "ikke spurt"
    assert row.note == ""


async def test_a_cases_page_says_how_far_its_carry_through_has_come_and_leads_to_it(scene: Scene) -> None:
    case_id = await asked(scene)
    await answer(scene, "Fjord sykehus HF", answer="introduced")
    sheet = await scene.sheet(RAGNHILD, "case.show", case_id=case_id)
    (part,) = [each for each in sheet.sections if each.heading == "Gjennomføring i virksomhetene"]
    assert part.lines == ("1 av 3 spørsmål er besvart.", "Har ikke svart: Ås sykehus HF, Legenes forening")
    (button,) = part.actions
    shown = await scene.ok(BJORN, button.command, **button.arguments)
    assert [each.case_id for each in shown.cases] == [case_id]


async def test_the_badge_of_a_case_says_that_its_answer_has_come(scene: Scene) -> None:
    referral_id = await sent(scene)
    case_id = (await scene.one(Case)).id
    sheet = await scene.sheet(BJORN, "case.show", case_id=case_id)
    before = words_of(sheet.chips)
    await answers(scene, referral_id, "Én avtale.")
    sheet = await scene.sheet(BJORN, "case.show", case_id=case_id)
    assert before == ("ikke enighet",)
    assert words_of(sheet.chips) == ("svar fra Fagdirektørmøtet",)
