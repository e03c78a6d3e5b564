"""A seat that is abolished: nobody comes onto it any more by any way, and what is to come follows at once."""

from datetime import date

from builders import ASTRID, ELI, RAGNHILD
from lisbot.council.enums import SeatChangeState
from lisbot.council.models import Attendance, Delivery, LogLine, SeatChange, Term
from lisbot.scheduler import Scheduler

NY = "ny@fjord.example"
LAST_DAY, FROM = date(2026, 12, 31), "2027-01-01"


async def report(scene, from_on, **more):
    who = {"name": "Ny Person", "email": NY, "anchored_by": "Klinikksjef Dag", "anchored": True}
    return {"seat_id": await scene.seat("fjord"), "from_on": from_on, **who, **more}


async def abolish(scene, seat="fjord", from_on=FROM):
    return await scene.ok(RAGNHILD, "seat.abolish", seat_id=await scene.seat(seat), from_on=from_on)


async def test_a_change_that_waits_is_sent_back_and_whoever_leaves_is_told(scene):
    await scene.ok(
        ASTRID, "seat_change.report", **await report(scene, "2027-02-01", deputies=["Kim Nes <kim@f.example>"])
    )
    await abolish(scene)
    changes = await scene.all(SeatChange)
    assert {(each.state, each.reason) for each in changes} == {
        (SeatChangeState.RETURNED, "Plassen legges ned fra fredag 1. januar 2027.")
    }
    (told,) = await scene.all(Delivery, kind="change_returned")
    assert told.person_id == await scene.person(ASTRID)
    ended = {each.person_id for each in await scene.all(Delivery, kind="term_ended")}
    assert await scene.person(ASTRID) in ended
    assert (await scene.refused(RAGNHILD, "seat_change.approve", change_id=changes[0].id)).key == "change_settled"


async def test_a_change_before_that_day_is_approved_and_ends_with_the_seat(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, "2026-12-01"))
    await abolish(scene)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    (term,) = await scene.all(Term, person_id=await scene.person(NY))
    assert (term.from_on, term.to_on) == (date(2026, 12, 1), LAST_DAY)
    scene.at(2027, 1, 1, 9)
    assert (await scene.refused(NY, "body.show", body_id=scene.body_id)).status in (403, 404)


async def test_nobody_comes_onto_it_by_any_way(scene):
    await abolish(scene)
    seat = await scene.seat("fjord")
    given = await report(scene, FROM)
    for who in (ASTRID, RAGNHILD):
        assert (await scene.refused(who, "seat_change.report", **given)).key == "seat_abolished"
    ended = next(each for each in await scene.all(Term, seat_id=seat) if each.rank == 0)
    held = {"name": "Astrid Fjord", "email": ASTRID, "from_on": ended.from_on.isoformat()}
    for to_on in (None, FROM):
        answer = await scene.refused(RAGNHILD, "term.correct", term_id=ended.id, **held, to_on=to_on)
        assert (answer.key, set(answer.fields)) == ("seat_abolished", {"to_on"}), to_on
    added = {"seat_id": seat, "name": "Ny Person", "email": NY, "rank": 3, "from_on": "2026-06-01"}
    assert (await scene.refused(RAGNHILD, "term.add", **added)).key == "seat_abolished"
    begun = {"seat_id": seat, "name": "Ny Person", "email": NY, "from_on": FROM}
    assert (await scene.refused(RAGNHILD, "term.begin", **begun)).key == "seat_abolished"
    # What was before that day may still be corrected.
    await scene.ok(RAGNHILD, "term.add", **added, to_on="2026-06-30")


async def test_no_change_of_it_is_offered_once_it_is_gone(scene):
    async def offered(who):
        seats = (await scene.ok(who, "register.show", body_id=scene.body_id)).seats
        (found,) = [each for each in seats if each.id == seat]
        return "seat_change.report" in [action.command for action in found.actions]

    seat = await scene.seat("fjord")
    await abolish(scene)
    assert await offered(ASTRID) and await offered(RAGNHILD)
    scene.at(2027, 1, 1, 9)
    assert not await offered(RAGNHILD)
    assert (await scene.refused(RAGNHILD, "seat_change.report", **await report(scene, "2026-12-15"))).status == 409


async def test_a_term_that_outlasts_its_seat_gives_no_role(scene):
    """However it came to be written."""
    await abolish(scene)
    async with scene.runtime.db.write() as db:
        for term in await scene.all(Term, seat_id=await scene.seat("fjord")):
            (await db.get_one(Term, term.id)).to_on = None
    scene.at(2027, 1, 1, 9)
    assert (await scene.refused(ASTRID, "body.show", body_id=scene.body_id)).status in (403, 404)


async def test_a_meeting_that_is_called_follows_at_once(scene):
    meeting_id, _ = await scene.published()
    seat = await scene.seat("fjord")
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason="Permisjon")
    assert len(await scene.all(Attendance, seat_id=seat)) == 1
    await abolish(scene, from_on="2027-03-01")
    assert await scene.all(Attendance, seat_id=seat) == []
    lines = len(await scene.all(LogLine))
    for _ in range(2):
        await Scheduler(scene.runtime).run_all_due()
    assert "attendance.hand_over" not in {line.command for line in (await scene.all(LogLine))[lines:]}
    scene.at(2027, 3, 11, 9)
    view = await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert "Astrid Fjord" not in str(view)


async def test_minutes_are_started_without_a_seat_that_was_gone_on_the_day(scene):
    meeting_id, _ = await scene.published()
    scene.at(2027, 3, 11, 9)
    await abolish(scene, from_on="2027-03-01")
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    assert await scene.all(Attendance, seat_id=await scene.seat("fjord")) == []


async def test_a_council_with_what_waits_is_closed_down_and_all_is_sent_back(scene):
    await scene.ok(ASTRID, "seat_change.report", **await report(scene, "2027-02-01"))
    await scene.ok(RAGNHILD, "body.close", body_id=scene.body_id, from_on=FROM)
    assert [each.state for each in await scene.all(SeatChange)] == [SeatChangeState.RETURNED]
    told = {each.person_id for each in await scene.all(Delivery, kind="term_ended")}
    assert {await scene.person(each) for each in (ASTRID, ELI)} <= told
