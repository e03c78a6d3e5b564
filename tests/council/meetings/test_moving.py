"""A meeting moved: what may be changed and when, who is asked again, and what is told of it."""

from datetime import date

import pytest
from sqlalchemy import select, update

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, OSLO, RAGNHILD
from lisbot.council.core.written_dates import read_day
from lisbot.council.delivery.notifications import decode_facts
from lisbot.council.models import AgendaItem, Attendance, Body, Delivery, Meeting, Term, Vote
from lisbot.texts import text
from stages import MARCH


async def told(scene, kind=None):
    """The words of each message, by recipient's address, newest last."""
    found = []
    for each in await scene.all(Delivery):
        if kind in (None, each.kind):
            found.append((each.person_id, text("nb", f"notification.{each.kind}", **decode_facts(each.facts)).strip()))
    return found


async def words_told(scene, kind):
    return {words for _, words in await told(scene, kind)}


async def move(scene, **given):
    return await scene.ok(RAGNHILD, "meeting.move", **{"day": "2027-03-10"} | given)


async def test_on_the_day_itself_place_link_and_end_are_changed(scene):
    meeting_id, _ = await scene.published()
    for hour in (8, 10):  # before it begins, and while it is running
        scene.at(2027, 3, 10, hour)
        view = await move(scene, meeting_id=meeting_id, place=f"Rom {hour}", ends="16:00", link="https://v.example/m")
        assert view.line.meeting.place == f"Rom {hour}"
    assert "Sted: Oslo → Rom 8." in " ".join(await words_told(scene, "meeting_changed"))


async def test_the_form_of_the_day_is_the_one_that_is_saved(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 10, 10)
    form = await scene.form(RAGNHILD, "meeting.move", meeting_id=meeting_id)
    values = {f["id"]: f["value"] for f in form["fields"]}
    await move(scene, meeting_id=meeting_id, **values | {"place": "Rom B"})
    assert (await scene.one(Meeting, id=meeting_id)).place == "Rom B"


async def test_only_a_time_that_is_past_may_not_be_chosen(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 10, 8)
    for given in ({"day": "2027-03-09"}, {"day": "2027-03-10", "starts": "07:00"}):
        reply = await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, **given)
        assert (reply.status, "er ikke fram i tid" in reply.words) == (422, True)
    await move(scene, meeting_id=meeting_id, starts="10:00")
    scene.at(2027, 3, 10, 15, 1)
    assert (
        await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10")
    ).key == "meeting_over"


async def test_a_room_alone_is_told_as_a_room(scene):
    meeting_id, _ = await scene.published()
    await move(scene, meeting_id=meeting_id, place="Rom B")
    assert await words_told(scene, "meeting_changed") == {
        "Møtet i Samordningsrådet onsdag 10. mars 2027 er endret. Sted: Oslo → Rom B."
    }
    assert not await words_told(scene, "meeting_moved")
    await move(scene, meeting_id=meeting_id, ends="14:30", link="https://v.example/2", place="")
    bjorn = await scene.person(BJORN)
    words = [words for who, words in await told(scene, "meeting_changed") if who == bjorn][-1]
    assert "Slutter: kl. 15.00 → kl. 14.30." in words
    assert "Rom B er ikke lenger møtested." in words and "Møtelenke: https://v.example/2" in words
    await move(scene, meeting_id=meeting_id, starts="10:00")
    assert [words for _, words in await told(scene, "meeting_begins")][-1].startswith(
        "Møtet i Samordningsrådet onsdag 10. mars 2027 begynner kl. 10.00, ikke kl. 09.00."
    )


async def test_readers_of_the_agenda_are_told_the_time_and_neither_place_nor_link(scene):
    meeting_id, _ = await scene.published()
    hilde = await scene.person(HILDE)
    await move(scene, meeting_id=meeting_id, place="Rom B", link="https://v.example/2")
    assert hilde not in {who for who, _ in await told(scene, "meeting_changed")}
    await move(scene, meeting_id=meeting_id, day="2027-03-17", place="Rom C")
    words = next(words for who, words in await told(scene, "meeting_moved") if who == hilde)
    assert "onsdag 17. mars 2027" in words and "Rom C" not in words


async def test_a_reader_who_has_not_had_the_agenda_is_not_told_that_it_moved_away_from_them(scene):
    meeting_id = await scene.called()
    async with scene.runtime.db.write() as db:
        (term,) = await db.scalars(select(Term).where(Term.person_id == await scene.person(HILDE)))
        term.from_on, term.to_on = date(2027, 3, 5), date(2027, 3, 31)
    await move(scene, meeting_id=meeting_id, day="2027-04-07")
    assert await scene.all(Delivery, person_id=await scene.person(HILDE)) == []


async def test_nothing_that_differs_tells_nobody(scene):
    meeting_id, _ = await scene.published()
    reply = await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", place="Oslo")
    assert (reply.status, reply.key) == (409, "meeting_unchanged")


async def test_a_change_says_first_what_differs_and_how_many_answers_it_costs(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    form = await scene.form(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    asked = form["question"] if "question" in form else str(form)
    assert "Flyttet fra onsdag 10. mars 2027 til onsdag 17. mars 2027 kl. 09.00." in asked
    assert "1 svar gjaldt det gamle tidspunktet" in asked


async def test_another_day_or_hour_asks_everybody_again_and_keeps_what_they_said(scene):
    meeting_id, _ = await scene.published()
    frode = await scene.person(FRODE)
    absent = {"response": "absent", "reason": "Kurs den dagen", "deputy_id": frode}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")
    await scene.ok(BJORN, "attendance.respond", meeting_id=meeting_id, response="comes")
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="digital")
    await move(scene, meeting_id=meeting_id, place="Rom B", ends="16:00")
    assert (await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)).coming == 3
    await move(scene, meeting_id=meeting_id, day="2027-03-24", starts="17:00", ends="18:00")
    forecast = await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert (forecast.coming, {line.response for line in forecast.seats}) == (0, {None})
    assert "Svarte «forfall» for onsdag 10. mars 2027" in await scene.words(
        RAGNHILD, "attendance.forecast", meeting_id=meeting_id
    )
    assert [task.meeting.id for task in (await scene.ok(ASTRID, "worklist.show")).invitations] == [meeting_id]
    assert "Du svara «forfall» for onsdag 10. mars 2027" in await scene.words(
        ASTRID, "meeting.show", meeting_id=meeting_id
    )
    # The deputy is released, told so once, and asked nothing.
    assert frode in {who for who, _ in await told(scene, "meeting_moved_from_deputy")}
    assert [d.kind for d in await scene.all(Delivery, person_id=frode)][-1] == "meeting_moved_from_deputy"
    assert (await scene.ok(FRODE, "worklist.show")).stand_ins == ()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    assert "Du svara" not in await scene.words(ASTRID, "meeting.show", meeting_id=meeting_id)


@pytest.mark.parametrize(
    "change", [{"starts": "10:00"}, {"ends_on": "2027-03-11"}], ids=["an hour later", "a day more"]
)
async def test_another_hour_or_a_day_more_alone_asks_everybody_again(scene, change):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await move(scene, meeting_id=meeting_id, **change)
    assert (await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)).coming == 0
    assert [task.meeting.id for task in (await scene.ok(ASTRID, "worklist.show")).invitations] == [meeting_id]


async def test_what_was_answered_first_is_kept_through_two_moves(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await move(scene, meeting_id=meeting_id, starts="10:00")
    await move(scene, meeting_id=meeting_id, day="2027-03-24")
    row = await scene.one(Attendance, seat_id=await scene.seat("fjord"))
    assert (row.response, row.former_response, str(row.former_on)) == (None, "comes", "2027-03-10")


async def test_an_open_calls_deadline_follows_the_meeting_and_is_told(scene):
    meeting_id = await scene.called()
    assert str((await scene.one(Meeting, id=meeting_id)).call_closes_on) == "2027-02-17"
    await move(scene, meeting_id=meeting_id, day="2027-04-14")
    m = await scene.one(Meeting, id=meeting_id)
    assert str(m.call_closes_on) == "2027-03-24"
    assert "Fristen for å melde inn saker er nå onsdag 24. mars 2027." in " ".join(
        await words_told(scene, "meeting_moved")
    )
    await move(scene, meeting_id=meeting_id, day="2027-02-05")
    assert str((await scene.one(Meeting, id=meeting_id)).call_closes_on) == "2027-02-04"


async def test_lead_times_step_off_weekends_and_public_holidays(scene):
    async with scene.runtime.db.write() as db:
        await db.execute(update(Body).values(call_days=42, deadline_days=21, notice_days=14, minutes_days=10))
    # 42 days before 27 April is a Tuesday; 14 days before 8 January is Christmas Day, a Friday, after
    # Christmas Eve.
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-01-08")
    m = await scene.one(Meeting)
    assert (str(m.notice_on), str(m.minutes_on)) == ("2026-12-23", "2027-01-18")
    # 14 days before 15 April is Maundy Thursday's week: 1 April; 21 before is Maundy Thursday itself, 25 March.
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-04-15")
    m = await scene.one(Meeting, held_on=read_day("2027-04-15"))
    assert (str(m.call_closes_on), str(m.notice_on), str(m.minutes_on)) == ("2027-03-24", "2027-04-01", "2027-04-26")


async def test_a_meeting_set_up_at_short_notice_makes_nobody_late(scene):
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2026-11-19")
    m = await scene.one(Meeting)
    assert (m.call_opens_on, m.call_closes_on, str(m.notice_on)) == (None, None, "2026-11-05")
    view = await scene.ok(ASTRID, "proposal.submit", meeting_id=m.id, title="Hastesak", kind="advice")
    assert not view.late
    form = await scene.form(RAGNHILD, "call.open", meeting_id=m.id)
    values = {f["id"]: f["value"] for f in form["fields"]}
    assert values["closes_on"] == "2026-11-18"
    assert str((await scene.ok(RAGNHILD, "call.open", meeting_id=m.id)).closes_on) == "2026-11-18"


async def test_an_urgent_meeting_is_set_up_for_later_today(scene):
    plan = {"body_id": scene.body_id, "dates": "2026-11-02"}
    assert (await scene.refused(RAGNHILD, "year_plan.set_dates", **plan, starts="09:00")).status == 422
    await scene.ok(RAGNHILD, "year_plan.set_dates", **plan, starts="14:00", ends="15:00")
    m = await scene.one(Meeting)
    assert str(m.notice_on) == "2026-11-02"
    assert str((await scene.ok(RAGNHILD, "call.open", meeting_id=m.id)).closes_on) == "2026-11-02"
    await scene.ok(RAGNHILD, "notice.send", meeting_id=m.id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=m.id, response="comes")


async def test_a_meeting_from_lunch_to_lunch_is_one_meeting(scene):
    lunch = {"starts": "12:00", "ends": "12:00", "ends_on": "2027-03-11"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-10", **lunch)
    m = await scene.one(Meeting)
    assert (str(m.ends_on), str(m.minutes_on)) == ("2027-03-11", "2027-03-22")
    words = await scene.words(ASTRID, "meeting.show", meeting_id=m.id)
    assert "onsdag 10. mars 2027 kl. 12.00 – torsdag 11. mars 2027 kl. 12.00" in words
    await scene.ok(RAGNHILD, "notice.send", meeting_id=m.id)
    scene.at(2027, 3, 11, 10)  # its second day
    assert [ref.id for ref in (await scene.ok(ASTRID, "worklist.show")).meetings] == [m.id]
    assert [line.state for line in (await scene.ok(ASTRID, "body.show", body_id=scene.body_id)).meetings] == [
        "in_progress"
    ]
    assert (await scene.ok(ASTRID, "meeting.show")).line.meeting.id == m.id
    await scene.ok(ELI, "attendance.respond", meeting_id=m.id, response="digital")
    await move(scene, meeting_id=m.id, place="Rom B")
    assert str((await scene.one(Meeting)).ends_on) == "2027-03-11"


async def test_a_meeting_of_several_days_keeps_its_length_when_moved(scene):
    lunch = {"starts": "12:00", "ends": "12:00", "ends_on": "11.03.2027"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-10", **lunch)
    meeting_id = (await scene.one(Meeting)).id
    await move(scene, meeting_id=meeting_id, day="2027-04-14")
    assert str((await scene.one(Meeting)).ends_on) == "2027-04-15"
    await move(scene, meeting_id=meeting_id, day="2027-04-14", ends_on="2027-04-14", ends="15:00")
    assert str((await scene.one(Meeting)).ends_on) == "2027-04-14"
    for given, key in (
        ({"ends_on": "2027-04-13"}, "last_day_before_first"),
        ({"ends_on": "2027-06-13"}, "too_many_days"),
        ({"ends": "11:00"}, "ends_before_start"),
    ):
        reply = await scene.refused(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-04-14", **given)
        assert reply.key == key


async def test_two_meetings_on_one_day_are_told_apart_by_their_hours(scene):
    await scene.planned()
    plan = {"body_id": scene.body_id, "dates": "2027-03-10"}
    assert (await scene.refused(RAGNHILD, "year_plan.set_dates", **plan, starts="14:00", ends="16:00")).status == 409
    await scene.ok(RAGNHILD, "year_plan.set_dates", **plan, starts="15:00", ends="16:00")
    one, two = sorted(await scene.all(Meeting, held_on=MARCH), key=lambda m: m.starts)
    form = await scene.form(RAGNHILD, "meeting.cancel", meeting_id=two.id)
    assert form["about"] == "Samordningsrådet, onsdag 10. mars 2027 kl. 15.00"
    choices = (await scene.form(ASTRID, "proposal.submit"))["fields"][0]["choices"]
    assert len({choice["title"] for choice in choices}) == 3
    scene.at(2027, 3, 10, 15, 30)
    assert (await scene.ok(ASTRID, "meeting.show")).line.meeting.id == two.id
    scene.at(2027, 3, 10, 8)
    reply = await scene.refused(RAGNHILD, "meeting.move", meeting_id=one.id, day="2027-03-10", ends="15:30")
    assert reply.key == "date_taken"


async def test_a_date_is_read_as_lisbot_writes_it():
    for given in (
        "12. mai 2027",
        "onsdag 12. mai 2027",
        "12 May 2027",
        "Wednesday 12 May 2027",
        "12. Mai 2027",
        "12.5.2027",
        "12. 05. 2027",
    ):
        assert str(read_day(given)) == "2027-05-12"
    assert str(read_day("onsdag 10. februar 2027")) == str(read_day("Wednesday, 10 February 2027")) == "2027-02-10"


async def test_a_question_that_closes_at_the_meeting_follows_it(scene):
    meeting_id, item_id = await scene.published()
    at_the_meeting = await scene.question(item_id=item_id, closes_on="2027-03-10", closes_at="14:00")
    before = await scene.question("Og før det?", item_id=item_id, closes_on="2027-03-01", closes_at="12:00")
    await move(scene, meeting_id=meeting_id, day="2027-04-07")
    closes = [(await scene.one(Vote, id=vote_id)).closes_at for vote_id in (at_the_meeting, before)]
    assert [at.astimezone(OSLO).isoformat()[:16] for at in closes] == ["2027-04-07T14:00", "2027-03-01T12:00"]
    assert "Fristen for 1 åpen avstemning følger møtet." in " ".join(await words_told(scene, "meeting_moved"))


async def test_another_last_day_alone_moves_when_the_minutes_are_due(scene):
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-04-05")
    m = await scene.one(Meeting)
    before = m.call_opens_on, m.call_closes_on, m.notice_on
    assert str(m.minutes_on) == "2027-04-15"
    await move(scene, meeting_id=m.id, day="2027-04-05", ends_on="2027-04-07")
    m = await scene.one(Meeting)
    assert (str(m.minutes_on), (m.call_opens_on, m.call_closes_on, m.notice_on)) == ("2027-04-19", before)


async def test_questions_of_a_meeting_nobody_knows_of_are_told_when_they_move(scene):
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Egen sak", kind="advice")
    item_id = (await scene.one(AgendaItem, title="Egen sak")).id
    given = {"closes_on": "2027-03-10", "closes_at": "12:00"}
    vote_id = await scene.question(item_id=item_id, **given)
    await move(scene, meeting_id=meeting_id, day="2027-03-17")
    assert (await scene.one(Vote, id=vote_id)).closes_at.astimezone(OSLO).date() == read_day("2027-03-17")
    astrid = await scene.person(ASTRID)
    words = [words for who, words in await told(scene, "meeting_moved") if who == astrid]
    assert len(words) == 1 and "1 åpen avstemning" in words[0]
