"""What the secretariat plans of a consultation: whom it asks, what and until when, and who is reminded."""

from datetime import date

import pytest
from sqlalchemy import select, update

from builders import ASTRID, BJORN, ELI, KARI, PAAL, RAGNHILD
from council.consultations.consulting import (
    TITLE,
    asked,
    registered,
    says,
    ticked,
    told,
)
from lisbot import commands
from lisbot.council.consultations.deadlines import STEPS, plan_days
from lisbot.council.core.calendar import is_working_day
from lisbot.council.models import (
    Body,
    Consultation,
    Delivery,
    Staff,
)
from lisbot.scheduler import CLOCK
from stages import Scene


async def test_the_right_councils_are_found_by_specialty_and_region(scene: Scene) -> None:
    for name, region in (("Rådet for hud", "Helse Sør"), ("Rådet for øye", "Helse Sør"), ("Hudrådet", "Helse Øst")):
        await scene.ok(RAGNHILD, "body.create", name=name, kind="fagråd", region=region)
    given = {"title": "Nytt læringsmål", "answer_by": "2027-03-19", "specialty": "hud"}
    scene.at(2027, 2, 1, 9)
    both = await scene.ok(RAGNHILD, "consultation.register", **given)
    assert {each.body.name for each in both.bodies} == {"Rådet for hud", "Hudrådet"}
    one = await scene.ok(RAGNHILD, "consultation.register", **given, region="helse sør")
    assert [each.body.name for each in one.bodies] == ["Rådet for hud"]
    none = await scene.refused(RAGNHILD, "consultation.register", **given | {"specialty": "hjerte"})
    assert none.key == "consultation_no_body_found"
    nothing = await scene.refused(RAGNHILD, "consultation.register", **given | {"specialty": ""})
    assert nothing.key == "consultation_bodies_needed"
    north = (await scene.one(Body, key="nordrad")).id
    assert (await scene.refused(RAGNHILD, "consultation.register", **given, body_ids=str(north))).status == 404
    past = await scene.refused(RAGNHILD, "consultation.register", **given | {"answer_by": "2027-02-01"})
    assert past.key == "answer_by_is_past"


@pytest.mark.parametrize("days", [1, 2, 3, 5, 10, 21, 42, 90])
@pytest.mark.parametrize("today", [date(2027, 3, 1), date(2026, 12, 20), date(2027, 4, 30)])
def test_the_days_are_in_order_step_off_holidays_and_are_within_the_deadline(today: date, days: int) -> None:
    answer_by = date.fromordinal(today.toordinal() + days)
    planned = plan_days(today, answer_by)
    assert tuple(planned) == STEPS
    assert list(planned.values()) == sorted(planned.values())
    assert all(today <= day <= answer_by for day in planned.values())
    assert all(is_working_day(day) for day in planned.values() if day > today)


async def test_a_deadline_that_is_moved_moves_the_days_that_nobody_set(scene: Scene) -> None:
    about = await asked(scene)
    now = await scene.one(Consultation)
    aas = now.applicant_id
    given = {"title": TITLE, "answer_by": "2027-04-30", "applicant_id": aas, "send_by": "2027-04-20"}
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    moved = await scene.one(Consultation)
    assert moved.statements_by > now.statements_by
    assert moved.send_by == date(2027, 4, 20)
    assert await told(scene, "consultation_moved") == sorted([ASTRID, ELI, PAAL])
    wrong = given | {"statements_by": "2027-04-29", "draft_by": "2027-04-01"}
    assert (await scene.refused(RAGNHILD, "consultation.edit", **about, **wrong)).key == "consultation_days_order"


async def test_whoever_is_silent_is_reminded_and_the_secretariat_told(scene: Scene) -> None:
    about = await asked(scene)
    assert (await commands.run(scene.runtime, "consultation.remind_due", about, CLOCK)).status == 409
    due = (await scene.one(Consultation)).statements_by
    assert due == date(2027, 2, 19)
    await scene.ok(ASTRID, "consultation.answer", **about, **says())
    for month, day, reminded, silent in ((2, 11, 0, 0), (2, 12, 2, 0), (2, 18, 4, 0), (2, 19, 4, 0), (2, 22, 6, 2)):
        scene.at(2027, month, day, 10)
        await ticked(scene)
        await ticked(scene)
        kinds = [each.kind for each in await scene.all(Delivery)]
        count = sum(kind.startswith("consultation_reminder") for kind in kinds)
        assert (count, kinds.count("consultation_silent")) == (reminded, silent), (month, day)
    await scene.ok(RAGNHILD, "consultation.remind", **about)
    await scene.ok(RAGNHILD, "consultation.withdraw", **about, reason="Søknaden er trukket")
    assert await told(scene, "consultation_withdrawn") == sorted([ASTRID, BJORN, ELI, PAAL])
    assert (await scene.refused(ELI, "consultation.answer", **about, **says())).key == "consultation_withdrawn"
    before = len(await scene.all(Delivery))
    scene.at(2027, 5, 3, 10)
    await ticked(scene)
    assert not [each for each in (await scene.all(Delivery))[before:] if each.kind.startswith("consultation_")]


async def test_questions_are_made_before_anybody_is_asked_and_not_changed_after(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    one = {"questions.1.place": "1", "questions.1.question": "Hvor?", "questions.1.question_kind": "choice"}
    wrong = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **one)
    assert wrong.key == "consultation_options_needed"
    none = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **{"questions.1.question": ""})
    assert none.key == "consultation_question_needed"
    await scene.ok(RAGNHILD, "consultation.set_questions", **about, **one | {"questions.1.options": "Nord\nSør\nNord"})
    (question,) = (await scene.ok(RAGNHILD, "consultation.show", **about)).questions
    assert question.options == ("Nord", "Sør")
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    late = await scene.refused(RAGNHILD, "consultation.set_questions", **about, **one)
    assert late.key == "consultation_questions_asked"


async def test_a_council_that_another_secretariat_runs_from_now_on_brings_its_consultations(scene: Scene) -> None:
    about = await asked(scene)
    async with scene.runtime.db.write() as db:
        north = (await db.scalars(select(Body.secretariat_id).where(Body.key == "nordrad"))).one()
        kari = await scene.person(KARI)
        await db.execute(update(Staff).where(Staff.person_id == kari).values(secretariat_id=north))
        await db.execute(update(Body).where(Body.id == scene.body_id).values(secretariat_id=north))
    assert (await scene.refused(RAGNHILD, "consultation.show", **about)).status == 404
    assert [each.number for each in (await scene.ok(KARI, "consultation.list")).open] == ["1/27"]
    await scene.ok(KARI, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")


async def test_nobody_is_asked_once_the_reply_is_overdue_before_a_new_day_is_set(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    scene.at(2027, 3, 22, 9)
    assert (await scene.refused(RAGNHILD, "consultation.ask", **about)).key == "consultation_overdue"
    await scene.ok(RAGNHILD, "consultation.edit", **about, title=TITLE, answer_by="2027-04-30")
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert (await scene.one(Consultation)).statements_by > date(2027, 3, 22)
