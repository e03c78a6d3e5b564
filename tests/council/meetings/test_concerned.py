"""Whom a meeting concerns, today and on its day: who is told, who is asked, and whose answer counts."""

import tomllib
from collections import Counter
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import update

import builders
from builders import ASTRID, BJORN, ELI, FRODE, HILDE, OSLO, PAAL, RAGNHILD
from lisbot.council.enums import Response
from lisbot.council.models import Attendance, Delivery, Person, RollEntry, Term
from lisbot.scheduler import SCHEDULE, Scheduler

NY = "ny@fjord.example"
ABSENT = {"response": "absent", "reason": "Vakt"}


async def hand_over(scene: Any, from_on: str, *, email: str = NY, name: str = "Ny Person", rank: int = 0) -> None:
    given = {"seat_id": await scene.seat("fjord"), "rank": rank, "name": name, "email": email, "from_on": from_on}
    view = await scene.ok(ASTRID, "seat_change.report", **given, anchored_by="Direktøren", anchored=True)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=view.id)


async def end_term(scene: Any, email: str, on: date) -> None:
    """The register says that somebody's part is over, and nobody follows."""
    async with scene.runtime.db.write() as db:
        person = await scene.person(email)
        await db.execute(update(Term).where(Term.person_id == person).values(to_on=on, ended_at=builders.RECORDED))


async def told(scene: Any, kind: str, *, in_words: bool = False) -> set[str]:
    """The addresses of those who are told something at once, with a card or in words alone: of one deed once each,
    whichever way."""
    names = {person.id: person.email for person in await scene.all(Person)}
    at_once = [d for d in await scene.all(Delivery, kind=kind) if d.person_id and d.next_at == d.made_at]
    doubles = Counter((d.person_id, d.made_at, d.subject, str(d.args), str(sorted(d.facts.items()))) for d in at_once)
    assert set(doubles.values()) <= {1}, kind
    return {names[d.person_id] for d in at_once if (d.command == "") == in_words}


async def sent_but_reminders(scene: Any) -> int:
    """Returns how many messages there are beside those that remind, tell of a call's end, or thank who leaves."""
    words = files("lisbot.texts").joinpath("nb/reminders.toml").read_text("utf-8")
    others = {*tomllib.loads(words)["notification"], "call_closed_silent", "seat_left"}
    return sum(each.kind not in others for each in await scene.all(Delivery))


async def line(scene: Any, seat: str = "fjord") -> Attendance:
    (found,) = await scene.all(Attendance, seat_id=await scene.seat(seat))
    return found


async def deputy_comes(scene: Any, meeting_id: int) -> None:
    given = {"meeting_id": meeting_id, "deputy_id": await scene.person(FRODE), **ABSENT}
    await scene.ok(ASTRID, "attendance.respond", **given)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="comes")


# The deputy who comes.


async def test_the_deputy_who_comes_is_told_what_the_seat_is_told(scene):
    meeting_id, _ = await scene.published()
    await deputy_comes(scene, meeting_id)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10", place="Rom B")
    assert await told(scene, "meeting_changed") == {ASTRID, FRODE, BJORN, ELI, PAAL}


async def test_the_deputy_who_comes_is_told_of_a_changed_agenda_and_of_cancelling(scene):
    meeting_id, _ = await scene.published()
    await deputy_comes(scene, meeting_id)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Noe nytt", kind="advice")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert await told(scene, "agenda_changed") == {ASTRID, FRODE, BJORN, ELI, PAAL}
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Snø")
    assert FRODE in await told(scene, "meeting_cancelled")


async def test_a_deputy_who_was_asked_is_told_and_one_who_declined_is_not(scene):
    meeting_id, _ = await scene.published()
    given = {"meeting_id": meeting_id, "deputy_id": await scene.person(FRODE), **ABSENT}
    await scene.ok(ASTRID, "attendance.respond", **given)
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Noe nytt", kind="advice")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert FRODE in await told(scene, "agenda_changed")
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=meeting_id, response="declined")
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Snø")
    assert FRODE not in await told(scene, "meeting_cancelled")


async def test_the_deputy_who_came_is_told_of_the_minutes(scene):
    meeting_id, item_id = await scene.published()
    await deputy_comes(scene, meeting_id)
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "outcome.record", item_id=item_id, outcome="advice", words="Rådet tilrår.")
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    assert FRODE in await told(scene, "minutes_sent")
    scene.at(2027, 3, 22, 9)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert FRODE in await told(scene, "minutes_approved")
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Skrivefeil")
    assert FRODE in await told(scene, "minutes_reopened")


# A seat that changes hands.


async def test_a_notice_sent_before_the_seat_changes_hands_tells_both(scene):
    await hand_over(scene, "2027-03-01")
    meeting_id, _ = await scene.published()
    assert await told(scene, "notice") == {ASTRID, BJORN, ELI, PAAL}
    assert await told(scene, "notice", in_words=True) == {NY}
    (planned,) = [d for d in await scene.all(Delivery, kind="notice") if d.next_at > d.made_at]
    assert (planned.person_id, planned.command) == (await scene.person(NY), "meeting.show")
    assert planned.next_at == datetime(2027, 3, 1, 8, tzinfo=OSLO)
    # Whoever has the seat on the day answers for it.
    assert (await line(scene)).person_id == await scene.person(NY)
    assert (await scene.refused(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")).status == 403
    scene.at(2027, 3, 1, 9)
    assert [task.meeting.id for task in (await scene.ok(NY, "worklist.show")).invitations] == [meeting_id]
    await scene.ok(NY, "attendance.respond", meeting_id=meeting_id, response="comes")


async def test_taking_over_after_the_notice_reopens_the_seats_answer(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await hand_over(scene, "2027-03-01")
    found = await line(scene)
    assert (found.person_id, found.name, found.response) == (await scene.person(NY), "Ny Person", None)
    assert await told(scene, "notice", in_words=True) == {NY}
    forecast = await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    assert (forecast.seats[0].name, forecast.seats[0].response) == ("Ny Person", None)
    assert (await scene.ok(ASTRID, "worklist.show")).invitations == ()


async def test_taking_over_today_brings_the_notice_at_once(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await hand_over(scene, "2027-02-01")
    assert NY in await told(scene, "notice")
    await scene.ok(NY, "attendance.respond", meeting_id=meeting_id, response="digital")
    assert (await line(scene)).response is Response.DIGITAL


async def test_the_predecessors_deputy_is_released(scene):
    meeting_id, _ = await scene.published()
    await deputy_comes(scene, meeting_id)
    await hand_over(scene, "2027-03-01")
    assert (await line(scene)).deputy_id is None
    assert await told(scene, "deputy_no_longer_asked") == {FRODE}


async def test_a_deputy_who_becomes_the_representative_is_not_his_own_deputy(scene):
    meeting_id, _ = await scene.published()
    await deputy_comes(scene, meeting_id)
    await hand_over(scene, "2027-03-01", email=FRODE, name="Frode Vara")
    assert await told(scene, "deputy_no_longer_asked") == set()
    assert FRODE in await told(scene, "notice")
    given = {"meeting_id": meeting_id, "deputy_id": await scene.person(FRODE), **ABSENT}
    scene.at(2027, 3, 1, 9)
    assert (await scene.refused(FRODE, "attendance.respond", **given)).status == 422


async def test_a_change_after_the_meeting_leaves_its_answers(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await hand_over(scene, "2027-03-11")
    assert (await line(scene)).response is Response.COMES
    assert NY not in await told(scene, "notice", in_words=True)


async def test_a_meeting_moved_past_a_change_asks_the_one_who_has_the_seat_then(scene):
    meeting_id, _ = await scene.published()
    await hand_over(scene, "2027-03-15")
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-17")
    assert await told(scene, "meeting_moved", in_words=True) == {NY}
    assert (await line(scene)).person_id == await scene.person(NY)
    (planned,) = [d for d in await scene.all(Delivery, kind="notice") if d.next_at > d.made_at]
    assert planned.facts["day_on"]["first"] == "2027-03-17"


async def test_nobody_is_told_twice(scene):
    await scene.published()
    await hand_over(scene, "2027-03-01")
    before = await sent_but_reminders(scene)
    scheduler = Scheduler(scene.runtime)
    await scheduler.run_all_due()
    scene.at(2027, 3, 1, 9)
    await scheduler.run_all_due()
    assert await sent_but_reminders(scene) == before


async def test_a_term_that_comes_another_way_is_found_by_the_clock(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await end_term(scene, ASTRID, date(2027, 2, 28))
    scheduler = Scheduler(scene.runtime, [each for each in SCHEDULE if each.command == "attendance.hand_over"])
    assert await scheduler.run_all_due() == 1
    found = await line(scene)
    assert (found.person_id, found.response) == (await scene.person(FRODE), None)
    assert FRODE in await told(scene, "notice")
    assert await scheduler.run_all_due() == 0


async def test_the_secretariat_may_have_the_lines_looked_at_and_members_may_not(scene):
    meeting_id, _ = await scene.published()
    await end_term(scene, ASTRID, date(2027, 2, 28))
    for who in (BJORN, FRODE, HILDE):
        assert (await scene.refused(who, "attendance.hand_over", meeting_id=meeting_id)).status == 403
    forecast = await scene.ok(RAGNHILD, "attendance.hand_over", meeting_id=meeting_id)
    assert forecast.seats[0].name == "Frode Vara"
    scene.at(2027, 3, 11, 9)
    assert (await scene.refused(RAGNHILD, "attendance.hand_over", meeting_id=meeting_id)).status == 409


async def test_the_minutes_mark_nobody_present_for_a_predecessors_answer(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    await end_term(scene, ASTRID, date(2027, 2, 28))
    scene.at(2027, 3, 11, 9)
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    found = await line(scene)
    assert (found.name, found.present) == ("Frode Vara", False)


async def test_the_newcomer_is_shown_what_waits_on_the_first_day(scene):
    await hand_over(scene, "2027-03-01")
    (welcome,) = await scene.all(Delivery, kind="seat_taken_over")
    assert (welcome.command, welcome.next_at) == ("welcome.show", datetime(2027, 3, 1, 8, tzinfo=OSLO))


async def test_the_newcomer_is_welcomed_with_the_mandate_the_last_minutes_and_what_comes(scene):
    """The card is theirs from the first day, and whoever left sees none of it then, by whatever way."""
    await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=1)
    mandate = {"mandate_by": "Fagdirektørmøtet", "mandate_on": "2026-05-01", "legal_basis": "Oppdragsdokumentet"}
    await scene.ok(RAGNHILD, "body.set_mandate", body_id=1, mandate_text="Rådet gir råd om rotasjon.", **mandate)
    await scene.ok(RAGNHILD, "call.open", meeting_id=2)
    await hand_over(scene, "2027-04-01")
    assert (await scene.refused(NY, "welcome.show", body_id=1)).status == 403
    await scene.ok(ASTRID, "welcome.show", body_id=1)
    scene.at(2027, 4, 1, 8)
    view = await scene.ok(NY, "welcome.show", body_id=1)
    assert (view.minutes.id, [meeting.id for meeting in view.meetings]) == (1, [2])
    assert [task.meeting.id for task in view.calls] == [2]
    words = await scene.words(NY, "welcome.show", body_id=1)
    for said in ("Rådet gir råd om rotasjon.", "Fagdirektørmøtet", "Oppdragsdokumentet", "Utdanningsleder, Fjord"):
        assert said in words
    await scene.ok(NY, "minutes.show", meeting_id=view.minutes.id)
    for command, about in (("welcome.show", {"body_id": 1}), ("minutes.show", {"meeting_id": 1})):
        assert (await scene.refused(ASTRID, command, **about)).status == 403


async def test_a_newcomer_while_a_call_is_open_is_shown_it_at_once(scene):
    await scene.called()
    await hand_over(scene, "2027-02-01")
    assert await told(scene, "seat_taken_over") == {NY}
    assert len((await scene.ok(NY, "worklist.show")).calls) == 1


# A seat that nobody holds.


async def test_the_first_deputy_speaks_for_a_seat_that_nobody_holds(scene):
    await end_term(scene, ASTRID, date(2027, 1, 31))
    meeting_id = await scene.called()
    assert FRODE in await told(scene, "call_opened")
    await scene.ok(FRODE, "call.decline", meeting_id=meeting_id)
    await scene.proposed(BJORN)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert FRODE in await told(scene, "notice")
    await scene.ok(FRODE, "attendance.respond", meeting_id=meeting_id, response="comes")
    vote_id = await scene.question(body_id=scene.body_id)
    assert FRODE in await told(scene, "vote_opened")
    assert (await scene.one(RollEntry, vote_id=vote_id, seat_id=await scene.seat("fjord"))).holder == "Frode Vara"
    await scene.ok(FRODE, "vote.cast", vote_id=vote_id, choice="for")


async def test_a_deputy_speaks_for_no_seat_that_somebody_holds(scene):
    meeting_id = await scene.called()
    assert FRODE not in await told(scene, "call_opened")
    assert (await scene.refused(FRODE, "call.decline", meeting_id=meeting_id)).status == 403
    vote_id = await scene.question(body_id=scene.body_id)
    assert (await scene.refused(FRODE, "vote.cast", vote_id=vote_id, choice="for")).status == 403
    assert (await scene.ok(FRODE, "worklist.show")).votes == ()


# A meeting moved out of somebody's term.


async def all_told(scene: Any, email: str) -> list[str]:
    person = await scene.person(email)
    return [each.kind for each in await scene.all(Delivery, person_id=person) if each.next_at == each.made_at]


async def test_whoever_a_moved_meeting_no_longer_concerns_is_told_that_it_moved(scene):
    await hand_over(scene, "2027-03-01")
    meeting_id, _ = await scene.published()
    before = await all_told(scene, NY)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-02-24")
    assert await all_told(scene, NY) == [*before, "meeting_moved"]
    assert NY in await told(scene, "meeting_moved", in_words=True)
    assert not [d for d in await scene.all(Delivery, kind="notice") if d.next_at > d.made_at]
    # Moved once more: it is none of theirs any more.
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-02-25")
    assert await all_told(scene, NY) == [*before, "meeting_moved"]
    # And moved back it is.
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-03-10")
    assert await all_told(scene, NY) == [*before, "meeting_moved", "meeting_moved"]
    (planned,) = [d for d in await scene.all(Delivery, kind="notice") if d.next_at > d.made_at]
    assert planned.person_id == await scene.person(NY)


async def test_a_deputy_who_takes_over_after_the_new_day_is_told_that_it_moved(scene):
    await hand_over(scene, "2027-03-01", email=FRODE, name="Frode Vara")
    meeting_id, _ = await scene.published()
    assert "notice" in await all_told(scene, FRODE)
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=meeting_id, day="2027-02-24")
    assert (await all_told(scene, FRODE))[-1] == "meeting_moved"
