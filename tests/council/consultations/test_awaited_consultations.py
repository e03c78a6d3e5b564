"""What a consultation waits for stands among the work of whoever is to do it, until it is done, and says when it is
overdue."""

from datetime import date

from builders import ASTRID, BJORN, ELI, HILDE, KARI, RAGNHILD, RECORDED, START
from council.consultations.consulting import TITLE, asked, registered, says, ticked, told
from lisbot.council.models import Body, Consultation, Delivery, Term
from lisbot.council.overview.views import WorklistView
from stages import Scene

LAST = {"when": "quarter"}


def steps(view: WorklistView) -> list[tuple[str, str]]:
    return [(each.step, each.actions[0].command if each.actions else "") for each in view.consultations]


async def test_what_the_secretariat_has_to_do_is_on_its_own_page_from_the_day_it_is_due(scene: Scene) -> None:
    about = {"consultation_id": await registered(scene, applicant_id="")}
    days = await scene.one(Consultation)

    async def waits(on: date, **chosen: str) -> list[tuple[str, str]]:
        scene.at(on.year, on.month, on.day, 9)
        return steps(await scene.ok(RAGNHILD, "worklist.show", **chosen))

    assert await waits(date(2027, 2, 1)) == []
    assert await waits(date(2027, 2, 1), **LAST) == [("ask_by", "consultation.ask")]
    assert await waits(days.ask_by) == [("ask_by", "consultation.ask")]
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert await waits(days.statements_by) == []
    assert await waits(days.draft_by) == [("draft_by", "consultation.draft")]
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    assert await waits(days.comments_by) == []
    assert await waits(days.adopt_by) == [("adopt_by", "")]
    await scene.ok(BJORN, "consultation.adopt", **about, way="in_meeting")
    assert await waits(days.adopt_by) == []
    assert await waits(days.send_by) == [("send_by", "consultation.send")]
    assert await waits(days.send_by, what="calls") == []
    assert await waits(days.send_by, what="consultations") == [("send_by", "consultation.send")]
    await scene.ok(RAGNHILD, "consultation.send", **about)
    assert await waits(days.answer_by, **LAST) == []


async def test_a_draft_or_reply_that_is_overdue_says_so_on_every_page_of_the_secretariats(scene: Scene) -> None:
    about = await asked(scene)
    days = await scene.one(Consultation)
    scene.at(2027, 3, 1, 9)
    assert days.draft_by < date(2027, 3, 1)
    for page in ("worklist.show", "dashboard.show"):
        said = await scene.words(RAGNHILD, page)
        assert f"Skriv utkast: {TITLE}" in said, page
        assert "Over fristen" in said and "19. mars 2027" in said, page
    assert "Over fristen: utkast innen fredag 26. februar 2027" in await scene.words(
        RAGNHILD, "consultation.show", **about
    )
    assert (await scene.ok(RAGNHILD, "consultation.show", **about)).is_overdue
    scene.at(2027, 2, 23, 9)
    said = await scene.words(RAGNHILD, "consultation.show", **about)
    assert "Neste: utkast innen fredag 26. februar 2027" in said and "Over fristen" not in said
    assert TITLE not in await scene.words(RAGNHILD, "dashboard.show")


async def test_a_draft_waits_for_the_comments_of_those_who_represent_somebody(scene: Scene) -> None:
    about = await asked(scene)
    for who in (ASTRID, ELI):
        await scene.ok(who, "consultation.answer", **about, **says())
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    out = [("comments_by", "consultation.comment")]
    assert steps(await scene.ok(ASTRID, "worklist.show")) == steps(await scene.ok(ELI, "worklist.show")) == out
    assert steps(await scene.ok(BJORN, "worklist.show")) == []  # the applicant's
    assert steps(await scene.ok(HILDE, "worklist.show")) == []
    (row,) = (await scene.ok(ELI, "worklist.show")).consultations
    assert row.until == (await scene.one(Consultation)).comments_by
    await scene.ok(ELI, row.actions[0].command, **row.actions[0].arguments, comment="Ta med bemanningen.")
    assert steps(await scene.ok(ELI, "worklist.show")) == []
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning nå.")
    assert steps(await scene.ok(ELI, "worklist.show")) == out  # another draft
    scene.at(2027, 3, 11, 9)
    assert steps(await scene.ok(ELI, "worklist.show")) == []


async def test_what_is_due_is_chosen_by_council_and_stands_once_however_many_are_asked(scene: Scene) -> None:
    await scene.ok(RAGNHILD, "body.create", name="Rådet for hud", kind="fagråd")
    await scene.ok(RAGNHILD, "body.create", name="Rådet for øye", kind="fagråd")
    hud, eye = [(await scene.one(Body, name=f"Rådet for {each}")).id for each in ("hud", "øye")]
    await asked(scene, body_ids=f"{scene.body_id},{hud}")
    scene.at(2027, 3, 1, 9)
    for body_id, found in ((None, 1), (scene.body_id, 1), (hud, 1), (eye, 0)):
        chosen = {} if body_id is None else {"body_id": body_id}
        assert len((await scene.ok(RAGNHILD, "worklist.show", **chosen)).consultations) == found


async def test_the_secretariat_is_told_that_a_draft_is_due_and_that_a_reply_is_overdue(scene: Scene) -> None:
    await asked(scene)
    for month, day, due, overdue in ((2, 25, 0, 0), (2, 26, 2, 0), (3, 18, 2, 0), (3, 22, 2, 2), (3, 29, 2, 4)):
        scene.at(2027, month, day, 10)
        await ticked(scene)
        counts = [len(await told(scene, f"consultation_{kind}")) for kind in ("draft_due", "overdue")]
        assert counts == [due, overdue], (month, day)
    assert set(await told(scene, "consultation_overdue")) == {KARI, RAGNHILD}
    (late, *_) = await scene.all(Delivery, kind="consultation_overdue")
    assert "2027-03-19" in str(late.facts)


async def test_a_consultation_stands_on_the_secretariats_page_from_the_start_with_what_it_waits_for(
    scene: Scene,
) -> None:
    about = {"consultation_id": await registered(scene, applicant_id="")}
    days = await scene.one(Consultation)

    async def running() -> list[tuple[str, date]]:
        view = await scene.ok(RAGNHILD, "worklist.show")
        assert len(view.consultations) + len(view.running) <= 1
        return [(each.step, each.until) for each in view.running]

    assert await running() == [("ask_by", days.ask_by)]
    await scene.ok(RAGNHILD, "consultation.ask", **about)
    assert await running() == [("statements_by", days.statements_by)]
    said = await scene.words(RAGNHILD, "worklist.show")
    assert "Høringer som pågår" in said and "Venter på uttalelser innen fredag 19. februar 2027" in said
    scene.at(2027, 2, 22, 9)
    assert await running() == [("draft_by", days.draft_by)]
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    assert await running() == [("comments_by", days.comments_by)]
    await scene.ok(RAGNHILD, "consultation.adopt", **about, way="in_meeting")
    assert await running() == [("send_by", days.send_by)]
    assert (await scene.ok(RAGNHILD, "worklist.show", what="calls")).running == ()
    assert (await scene.ok(ELI, "worklist.show")).running == ()
    await scene.ok(RAGNHILD, "consultation.send", **about)
    assert await running() == []


async def test_whoever_wrote_a_draft_is_not_asked_to_comment_on_it(scene: Scene) -> None:
    about = await asked(scene)
    await scene.ok(RAGNHILD, "consultation.draft", **about, draft="Rådet tilrår godkjenning.")
    given = {"person_id": await scene.person(RAGNHILD), "seat_id": await scene.seat("union"), "rank": 1}
    async with scene.runtime.db.write() as db:
        db.add(Term(**given, from_on=START, recorded_at=RECORDED))
    assert "comments_by" not in dict(steps(await scene.ok(RAGNHILD, "worklist.show")))
    assert ("comments_by", "consultation.comment") in steps(await scene.ok(ELI, "worklist.show"))
