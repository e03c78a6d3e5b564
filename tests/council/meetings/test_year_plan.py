"""The year plan: set in one go, warned about with names, moved, cancelled."""

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, KARI, PAAL, RAGNHILD, SIRI
from lisbot.council.models import Delivery, Meeting


async def test_a_year_is_set_in_one_go(scene):
    given = {"body_id": scene.body_id, "dates": "10.03.2027; 9.6.2027\n2027-09-15", "starts": "9.30"}
    sheet = await scene.sheet(RAGNHILD, "year_plan.set_dates", **given)
    assert [row.title for row in sheet.sections[0].rows] == [
        "onsdag 10. mars 2027",
        "onsdag 9. juni 2027",
        "onsdag 15. september 2027",
    ]
    assert {str(m.starts) for m in await scene.all(Meeting)} == {"09:30:00"}


async def test_lead_times_follow_from_the_bodys_settings(scene):
    meeting_id = await scene.planned()
    m = await scene.one(Meeting, id=meeting_id)
    assert [str(d) for d in (m.call_opens_on, m.call_closes_on, m.notice_on, m.minutes_on)] == [
        "2027-01-27",
        "2027-02-17",
        "2027-02-24",
        "2027-03-22",  # the Monday after ten days
    ]


async def test_a_year_is_shown_with_every_meeting_of_it_and_what_was_cancelled(scene):
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="For få saker")
    view = await scene.ok(ASTRID, "year_plan.show", body_id=scene.body_id, year=2027)
    assert [(str(line.meeting.held_on), line.state) for line in view.meetings] == [
        ("2027-03-10", "cancelled"),
        ("2027-06-09", "planned"),
    ]
    assert (await scene.ok(ASTRID, "year_plan.show", body_id=scene.body_id, year=2026)).meetings == ()


async def test_only_the_secretariat_plans(scene):
    plan = {"body_id": scene.body_id, "dates": "2027-03-10"}
    for who in (ASTRID, FRODE, BJORN, ELI, PAAL, HILDE, SIRI):
        assert (await scene.refused(who, "year_plan.set_dates", **plan)).status == 403
    await scene.ok(KARI, "year_plan.set_dates", **plan)


async def test_a_holiday_and_a_weekend_are_warned_about_and_saved_when_confirmed(scene):
    plan = {"body_id": scene.body_id, "dates": "2027-05-17, 2027-06-12"}
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", **plan)
    assert reply.status == 409
    assert "Grunnlovsdag" in reply.words and "lørdag 12. juni 2027 er i en helg" in reply.words
    keys = {each.partition("~")[0] for each in reply.form["context"]["confirm"].split(",")}
    assert keys == {"holiday", "weekend"}
    assert reply.form["submit"] == "Lagre likevel"
    values = {f["id"]: f["value"] for f in reply.form["fields"]}
    assert values["dates"] == plan["dates"]
    await scene.ok(RAGNHILD, "year_plan.set_dates", **plan, confirm=True)


async def test_a_place_used_twice_is_warned_about(scene, second_council):
    await scene.planned()
    plan = {"body_id": second_council, "dates": "2027-03-10", "place": "oslo"}
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", **plan)
    assert "er oslo også satt opp for Samordningsrådet" in reply.words
    await scene.ok(RAGNHILD, "year_plan.set_dates", **plan | {"starts": "15:00", "ends": "16:00"})


async def test_a_person_in_two_meetings_at_once_is_named(scene, second_council):
    await scene.planned()
    plan = {"body_id": second_council, "dates": "2027-03-10", "starts": "14:00", "ends": "16:00"}
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", **plan)
    assert "disse sitter i begge: Bjørn Ås" in reply.words


async def test_one_date_is_not_planned_twice(scene):
    await scene.planned()
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-10")
    assert "Samordningsrådet har allerede et møte onsdag 10. mars 2027." in reply.words
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-04-07,2027-04-07")
    assert reply.status == 409


async def test_last_year_two_years_and_today_are_refused(scene):
    for dates, words in (
        ("2025-11-03", "2025 er over"),
        ("2026-12-01, 2027-01-12", "samme kalenderår"),
        ("2026-11-02", "er ikke fram i tid"),
    ):
        reply = await scene.refused(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates=dates)
        assert words in reply.words
        assert "dates" in reply.fields


async def test_hours_that_are_skipped_or_doubled_are_refused(scene):
    plan = {"body_id": scene.body_id, "confirm": True}
    reply = await scene.refused(RAGNHILD, "year_plan.set_dates", **plan, dates="2027-03-28", starts="02:30")
    assert "Klokken 02.30 finnes ikke nøyaktig én gang" in reply.words
    scene.at(2026, 10, 1, 9)
    reply = await scene.refused(
        RAGNHILD, "year_plan.set_dates", **plan, dates="2026-10-25", starts="01:00", ends="02:30"
    )
    assert set(reply.fields) == {"ends"}


async def test_many_councils_are_planned_from_a_csv(scene, second_council):
    plan = "body;date;starts;ends;place\nsamrad;10.03.2027;09:00;12:00;Oslo\nfkm;11.03.2027;;;Bergen\n"
    view = await scene.ok(RAGNHILD, "year_plan.load", plan=plan)
    planned = {plan.body.name: [str(line.meeting.held_on) for line in plan.meetings] for plan in view.plans}
    assert planned == {"Samordningsrådet": ["2027-03-10"], "FKM-rådet": ["2027-03-11"]}
    assert {m.place for m in await scene.all(Meeting)} == {"Oslo", "Bergen"}


async def test_a_csv_is_saved_whole_or_not_at_all_and_every_line_is_told(scene):
    plan = "body,date,starts\nsamrad,2027-03-10,\nukjent,2027-03-11,\nsamrad,2027-02-30,\nsamrad,2027-03-12,25:00\n"
    reply = await scene.refused(RAGNHILD, "year_plan.load", plan=plan)
    assert "Linje 3: finner ikke rådet «ukjent»" in reply.words
    assert "Linje 4: date kan ikke være «2027-02-30»" in reply.words
    assert "Linje 5: starts kan ikke være «25:00»" in reply.words
    assert next(f["value"] for f in reply.form["fields"] if f["id"] == "plan") == plan


async def test_another_regions_council_is_as_unknown_in_a_csv_as_none(scene):
    replies = [
        await scene.refused(RAGNHILD, "year_plan.load", plan=f"body;date\n{key};2027-03-10\n")
        for key in ("nordrad", "ingenting")
    ]
    assert replies[0].words.replace("nordrad", "ingenting") == replies[1].words


async def test_fifty_councils_fit_in_one_csv(scene):
    days = [f"2027-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    place = "Et langt navn på et møtested som finnes i mange kalendere, plan 2, inngang C"
    plan = "body;date;starts;ends;place\n" + "".join(f"samrad;{d};09:00;15:00;{place}\n" for d in days[:200])
    assert len(plan) > 10_000
    await scene.ok(RAGNHILD, "year_plan.load", plan=plan, confirm=True)


async def test_a_moved_meeting_keeps_what_was_not_given(scene):
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-11")
    m = await scene.one(Meeting, id=meeting_id)
    assert (str(m.held_on), str(m.starts), m.place) == ("2027-03-11", "09:00:00", "Oslo")
    assert str(m.call_closes_on) == "2027-02-18"
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-11", place="")
    assert (await scene.one(Meeting, id=meeting_id)).place == ""


async def test_a_moved_meeting_is_told_once_to_all_who_knew_of_it(scene):
    meeting_id, _ = await scene.published()
    before = len(await scene.all(Delivery))
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-11")
    told = (await scene.all(Delivery))[before:]
    people = [await scene.person(who) for who in (ASTRID, BJORN, ELI, PAAL, HILDE)]
    assert sorted(d.person_id for d in told) == sorted(people)
    assert {d.kind for d in told} == {"meeting_moved"}
    assert {d.command for d in told if d.person_id == people[-1]} == {"agenda.show"}
    assert (await scene.refused(RAGNHILD, "notice.send", meeting_id=meeting_id)).status == 409


async def test_a_move_to_a_taken_date_or_a_holiday_is_refused_or_warned_about(scene):
    meeting_id = await scene.planned()
    assert (
        "allerede et møte"
        in (await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-06-09")).words
    )
    assert (
        "Grunnlovsdag" in (await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-05-17")).words
    )


async def test_a_cancelled_meeting_stays_with_its_reason_and_takes_nothing_more(scene):
    meeting_id = await scene.called()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="For få saker")
    assert {d.kind for d in await scene.all(Delivery)} == {"call_opened", "meeting_cancelled"}
    assert "avlyst: For få saker" in await scene.words(ASTRID, "meeting.show", meeting_id=meeting_id)
    for name, given in (
        ("proposal.submit", {"title": "Sak", "kind": "advice"}),
        ("call.decline", {}),
    ):
        reply = await scene.refused(ASTRID, name, meeting_id=meeting_id, **given)
        assert (reply.status, reply.key) == (409, "meeting_cancelled")
    await scene.refused(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Igjen")
    await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-10")
