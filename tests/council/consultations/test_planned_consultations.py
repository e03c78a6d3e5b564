"""What the secretariat plans of a consultation: whom it asks, what and until when, and who is reminded."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, RECORDED
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
from lisbot.council.enums import OrgKind
from lisbot.council.models import (
    Body,
    Consultation,
    Delivery,
    Organisation,
    Person,
    Seat,
    Staff,
    Term,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import CLOCK
from stages import Scene

MARCH = datetime(2027, 3, 16, 9, tzinfo=UTC)


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


@pytest.mark.parametrize("days", range(1, 60))
def test_nothing_is_due_on_christmas_eve_or_new_years_eve(days: int) -> None:
    today = date(2026, 12, 1)
    planned = plan_days(today, date.fromordinal(today.toordinal() + days))
    assert not {date(2026, 12, 24), date(2026, 12, 31)} & set(planned.values())


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


async def test_a_council_is_found_by_the_specialty_of_a_seat_there_is_and_not_of_one_that_was(scene: Scene) -> None:
    fjord = (await scene.one(Organisation, key="fjord")).id
    seat = {"organisation_ids": str(fjord), "role": "Overlege", "standing": "voting"}
    for name, specialty in (("Råd A", "Nevrologi"), ("Råd B", "nevrologi")):
        await scene.ok(RAGNHILD, "body.create", name=name, kind="fagråd")
        body_id = (await scene.one(Body, name=name)).id
        await scene.ok(RAGNHILD, "seat.create", body_id=body_id, specialty=specialty, **seat)
    abolished = await scene.one(Seat, body_id=(await scene.one(Body, name="Råd B")).id)
    await scene.ok(RAGNHILD, "seat.abolish", seat_id=abolished.id, from_on="2026-11-03")
    scene.at(2027, 2, 1, 9)
    given = {"title": "Nytt læringsmål", "answer_by": "2027-03-19", "specialty": "nevrologi"}
    view = await scene.ok(RAGNHILD, "consultation.register", **given)
    assert [each.body.name for each in view.bodies] == ["Råd A"]


async def test_whoever_is_asked_late_is_reminded_when_the_next_day_for_it_comes(scene: Scene) -> None:
    """The secretariat was reminded to ask, and asks a day before the statements are due."""
    about = {"consultation_id": await registered(scene)}
    days = await scene.one(Consultation)
    scene.at(2027, 2, 11, 10)
    await ticked(scene)
    assert await told(scene, "consultation_due") == sorted([KARI, RAGNHILD])
    assert days.statements_by == date(2027, 2, 19)
    scene.at(2027, 2, 17, 10)
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    await ticked(scene)
    assert await told(scene, "consultation_reminder") == []
    scene.at(2027, 2, 18, 10)
    await ticked(scene)
    assert await told(scene, "consultation_reminder") == sorted([ASTRID, ELI, PAAL])


async def test_a_reminder_by_hand_asks_first_after_another_of_those_who_are_silent_only(scene: Scene) -> None:
    """What went to the secretariat alone is no reminder of theirs."""
    about = await asked(scene)
    async with scene.runtime.db.write() as db:
        given = {"draft_by": date(2027, 3, 4), "send_by": date(2027, 3, 18), "comments_by": date(2027, 3, 18)}
        await db.execute(update(Consultation).values(**given, adopt_by=date(2027, 3, 18), reminded_at=MARCH))
    scene.at(2027, 3, 18, 10)
    await ticked(scene)
    assert await told(scene, "consultation_due") == sorted([KARI, RAGNHILD])
    assert "consultation_reminder_overdue" not in {each.kind for each in await scene.all(Delivery)}

    async def is_asked_first() -> bool:
        asks = await commands.run(scene.runtime, "consultation.remind", about, Caller("cli", RAGNHILD))
        return "De ble påminnet" in asks.words

    assert not await is_asked_first()
    await scene.ok(RAGNHILD, "consultation.remind", **about)
    assert await is_asked_first()


async def test_a_reminder_by_hand_does_not_keep_from_the_secretariat_who_is_silent(scene: Scene) -> None:
    about = await asked(scene)
    scene.at(2027, 2, 22, 7, 30)
    await scene.ok(RAGNHILD, "consultation.remind", **about)
    reminded = await told(scene, "consultation_reminder_overdue")
    assert reminded == sorted([ASTRID, ELI, PAAL])
    scene.at(2027, 2, 22, 8)
    await ticked(scene)
    assert await told(scene, "consultation_silent") == sorted([KARI, RAGNHILD])
    assert await told(scene, "consultation_reminder_overdue") == reminded  # nobody twice within the hour


async def test_each_message_is_filed_under_the_council_of_whoever_gets_it(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    hud = (await scene.one(Body, name="Rådet for hud")).id
    fjord = (await scene.one(Organisation, key="fjord")).id
    seat = {"body_id": hud, "organisation_ids": str(fjord), "role": "Overlege", "standing": "voting"}
    await scene.ok(RAGNHILD, "seat.create", **seat)
    seat_id = (await scene.one(Seat, body_id=hud)).id
    async with scene.runtime.db.write() as db:
        person = await scene.person(FRODE)
        db.add(Term(seat_id=seat_id, person_id=person, rank=0, from_on=builders.START, recorded_at=RECORDED))
    await asked(scene, body_ids=f"{scene.body_id},{hud}")
    filed = {each.person_id: each.body_id for each in await scene.all(Delivery, kind="consultation_asked")}
    assert (filed[await scene.person(FRODE)], filed[await scene.person(ELI)]) == (hud, scene.body_id)


async def sits_for_the_applicant_too(scene: Scene, who: str) -> None:
    """They have a seat of the applicant's in another council."""
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    hud = (await scene.one(Body, name="Rådet for hud")).id
    aas = (await scene.one(Organisation, key="aas")).id
    seat = {"body_id": hud, "organisation_ids": str(aas), "role": "Overlege", "standing": "voting"}
    await scene.ok(RAGNHILD, "seat.create", **seat)
    seat_id = (await scene.one(Seat, body_id=hud)).id
    async with scene.runtime.db.write() as db:
        person_id = await scene.person(who)
        db.add(Term(seat_id=seat_id, person_id=person_id, rank=0, from_on=builders.START, recorded_at=RECORDED))


async def test_the_applicants_people_are_recused_in_whatever_council_they_sit_for_it(scene: Scene) -> None:
    """Neither asked nor reminded for another organisation, and told why."""
    await sits_for_the_applicant_too(scene, ELI)
    await asked(scene)
    assert await told(scene, "consultation_asked") == sorted([ASTRID, PAAL])
    assert await told(scene, "consultation_recused") == sorted([BJORN, ELI])
    scene.at(2027, 2, 12, 10)
    await ticked(scene)
    assert await told(scene, "consultation_reminder") == sorted([ASTRID, PAAL])


async def test_who_the_applicant_is_stays_as_it_was_until_it_is_said(scene: Scene) -> None:
    about = await asked(scene)
    given = {"title": "Ny tittel", "answer_by": "2027-03-19"}
    view = await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    assert (view.title, view.applicant) == ("Ny tittel", "Ås sykehus HF")
    assert (await scene.refused(BJORN, "consultation.answer", **about, **says())).key == "consultation_recused"
    view = await scene.ok(RAGNHILD, "consultation.edit", **about, **given, applicant_id="")
    assert view.applicant == ""
    await scene.ok(BJORN, "consultation.answer", **about, **says())


async def test_another_applicant_is_told_to_those_who_are_recused_or_asked_from_now_on(scene: Scene) -> None:
    about = await asked(scene)
    fjord = (await scene.one(Organisation, key="fjord")).id
    given = {"title": TITLE, "answer_by": "2027-03-19", "applicant_id": fjord}
    former = {kind: await told(scene, kind) for kind in ("consultation_asked", "consultation_recused")}
    assert former == {"consultation_asked": sorted([ASTRID, ELI, PAAL]), "consultation_recused": [BJORN]}
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    assert await told(scene, "consultation_asked") == sorted([ASTRID, BJORN, ELI, PAAL])
    assert await told(scene, "consultation_recused") == sorted([ASTRID, BJORN])
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    assert len(await told(scene, "consultation_asked")) == 4  # nobody a second time


async def test_nobody_who_is_asked_late_is_told_a_day_that_has_passed(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(ASTRID, "consultation.answer", **about, **says())
    due = (await scene.one(Consultation)).statements_by
    scene.at(due.year, due.month, due.day, 9)
    scene.clock.at += timedelta(days=2)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    given = {"title": TITLE, "answer_by": "2027-03-19", "applicant_id": ""}
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)
    late = await scene.person(BJORN)
    (message,) = [d for d in await scene.all(Delivery, person_id=late) if d.kind == "consultation_asked"]
    assert str(due) not in str(message.facts)
    assert str(due + timedelta(days=2)) in str(message.facts)


@pytest.mark.parametrize(
    ("standing", "who", "is_asked"),
    [
        ("nonvoting", None, False),
        ("nonvoting", KARI, False),
        ("nonvoting", HILDE, True),
        ("voting", KARI, True),
    ],
)
async def test_a_secretariat_states_nothing_to_itself(
    scene: Scene, standing: str, who: str | None, is_asked: bool
) -> None:
    """Its own organisation has a seat: nobody sits there, or its staff do, or somebody else does, or it votes."""
    async with scene.runtime.db.write() as db:
        regut = Organisation(key="regut", name="RegUt Sør", short_name="RegUt", kind=OrgKind.SECRETARIAT, region="")
        db.add(regut)
        await db.flush()
        regut_id = regut.id
    seat = {"body_id": scene.body_id, "organisation_ids": str(regut_id), "role": "Leder", "standing": standing}
    await scene.ok(RAGNHILD, "seat.create", **seat)
    if who is not None:
        seat_id, person_id = (await scene.one(Seat, organisation_id=regut_id)).id, await scene.person(who)
        async with scene.runtime.db.write() as db:
            db.add(Term(seat_id=seat_id, person_id=person_id, rank=0, from_on=builders.START, recorded_at=RECORDED))
    about = await asked(scene)
    view = await scene.ok(RAGNHILD, "consultation.show", **about)
    assert ("RegUt Sør" in {each.organisation for each in view.requests}) == is_asked
    assert len(view.requests) == 4 + is_asked


async def test_the_councils_of_a_consultation_may_be_left_out_where_a_specialty_is_written_and_not_after(
    scene: Scene,
) -> None:
    form = await scene.form(RAGNHILD, "consultation.register")
    (field,) = [each for each in form["fields"] if each["id"] == "body_ids"]
    assert not field.get("required") and "Ett av de to må fylles ut" in str(field)
    about = {"consultation_id": await registered(scene)}
    form = await scene.form(RAGNHILD, "consultation.edit", **about)
    (field,) = [each for each in form["fields"] if each["id"] == "body_ids"]
    assert field["required"]


async def test_a_consultation_that_is_registered_from_a_council_has_that_one_ticked(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    hud = (await scene.one(Body, name="Rådet for hud")).id
    for given, ticked_bodies in (({"body_id": hud}, str(hud)), ({}, "")):
        sheet = await scene.sheet(RAGNHILD, "consultation.list", **given)
        (begin,) = [each for each in sheet.actions if each.command == "consultation.register"]
        form = await scene.form(RAGNHILD, begin.command, **begin.arguments)
        (bodies,) = [each for each in form["fields"] if each["id"] == "body_ids"]
        assert bodies["value"] == ticked_bodies


async def test_nobody_is_offered_as_applicant_who_applies_for_nothing(scene: Scene) -> None:
    async def offered(command: str, **about: int) -> list[str]:
        form = await scene.form(RAGNHILD, command, **about)
        (applicant,) = [each for each in form["fields"] if each["id"] == "applicant_id"]
        return [each["title"] for each in applicant["choices"] if each["title"]]

    found = await offered("consultation.register")
    assert "Ås sykehus HF" in found and "Legenes forening" not in found
    union = (await scene.one(Organisation, key="union")).id
    about = {"consultation_id": await registered(scene)}
    given = {"title": TITLE, "answer_by": "2027-03-19", "applicant_id": union}
    assert (await scene.refused(RAGNHILD, "consultation.edit", **about, **given)).status == 404
    async with scene.runtime.db.write() as db:  # as it was kept before
        await db.execute(update(Consultation).values(applicant_id=union))
    assert "Legenes forening" in await offered("consultation.edit", **about)
    await scene.ok(RAGNHILD, "consultation.edit", **about, **given)


async def test_the_table_tells_the_secretariat_when_the_reply_is_due_and_members_their_own_day(scene: Scene) -> None:
    await asked(scene)
    assert "Svarfrist: 19. mars 2027" in await scene.words(RAGNHILD, "consultation.list")
    assert "19 March 2027" not in await scene.words(ELI, "consultation.list")


async def test_a_councils_page_tells_its_secretariat_of_a_consultation_that_is_overdue(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    hud = (await scene.one(Body, name="Rådet for hud")).id
    await asked(scene)
    scene.at(2027, 2, 26, 9)
    overdue = "1 høring er over fristen"
    assert overdue not in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)
    scene.at(2027, 3, 1, 9)
    assert overdue in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)
    assert overdue not in await scene.words(RAGNHILD, "body.show", body_id=hud)
    assert "overdue" not in await scene.words(ELI, "body.show", body_id=scene.body_id)


async def test_nobody_is_said_to_be_asked_or_reminded_whom_lisbot_cannot_reach(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene)}
    async with scene.runtime.db.write() as db:
        await db.execute(update(Person).where(Person.email.not_in([RAGNHILD, BJORN])).values(email=None))
    done = await scene.done(RAGNHILD, "consultation.ask", **about)
    assert "lisbot når ingen av representantene" in done.reply.done, "the applicant's own are told, and not asked"
    refused = await scene.refused(RAGNHILD, "consultation.remind", **about)
    assert refused.key == "consultation_silent_unreached"
    assert "Fjord sykehus HF" in refused.words
