"""What happens when its time comes: who is reminded of what, once, and nobody of what is past."""

import asyncio
from datetime import date, datetime, time

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, FRODE, KARI, OSLO, PAAL, RAGNHILD
from lisbot import commands
from lisbot.council.models import Delivery, FollowUp, Reminder, Seat, Term
from lisbot.council.register.identity import Caller
from lisbot.scheduler import SCHEDULE, Scheduler
from statements import sent_to

OFFICE = (KARI, RAGNHILD)


async def tick(scene, *when):
    """What the clock does at a moment."""
    if when:
        scene.at(*when)
    return await Scheduler(scene.runtime).run_all_due()


async def told(scene, kind):
    people = {await scene.person(email): email for email in (ASTRID, BJORN, ELI, FRODE, KARI, PAAL, RAGNHILD)}
    return sorted(people[each.person_id] for each in await scene.all(Delivery, kind=kind))


async def words_of(scene, kind, who):
    return (await scene.all(Delivery, kind=kind, person_id=await scene.person(who)))[-1]


async def test_a_call_reminds_only_those_who_have_neither_proposed_nor_declined(scene):
    await scene.called()  # until 17 February
    await scene.ok(BJORN, "call.decline", meeting_id=1)
    await tick(scene, 2027, 2, 10, 5, 59)
    assert await told(scene, "call_reminder") == []
    await tick(scene, 2027, 2, 10, 6)
    assert await told(scene, "call_reminder") == [ASTRID, ELI]
    held = await words_of(scene, "call_reminder", ELI)
    assert held.next_at.astimezone(OSLO) == datetime(2027, 2, 10, 7, tzinfo=OSLO), "not before the night is over"
    for hour in (6, 7, 12, 23):
        await tick(scene, 2027, 2, 10, hour, 30)
    assert len(await scene.all(Delivery, kind="call_reminder")) == 2
    await scene.ok(ASTRID, "proposal.submit", meeting_id=1, title="Felles rotasjon", kind="advice")
    await tick(scene, 2027, 2, 16, 6)
    assert await told(scene, "call_reminder") == [ASTRID, ELI, ELI]
    await tick(scene, 2027, 2, 18, 0, 1)
    assert await told(scene, "call_closed_silent") == [*OFFICE]
    closed = await words_of(scene, "call_closed_silent", RAGNHILD)
    assert (closed.facts["count"], closed.facts["names"]) == (1, "Eli Union")
    steps = [(each.what, each.step, each.people) for each in await scene.all(Reminder, what="call")]
    assert steps == [("call", "first:2027-02-17", 2), ("call", "second:2027-02-17", 1)]


async def test_of_several_steps_that_are_overdue_only_the_latest_is_taken_and_none_after_the_deadline(scene):
    await scene.called()
    await tick(scene, 2027, 2, 16, 20)
    assert [each.step for each in await scene.all(Reminder)] == ["second:2027-02-17"]
    assert len(await scene.all(Delivery, kind="call_reminder")) == 3
    await tick(scene, 2027, 2, 19, 9)
    assert len(await scene.all(Delivery, kind="call_reminder")) == 3


async def test_a_deadline_that_is_moved_is_reminded_of_anew_but_not_on_the_day_it_is_told(scene):
    await scene.called()
    await tick(scene, 2027, 2, 10, 6)
    scene.at(2027, 2, 16, 10)
    await scene.ok(RAGNHILD, "call.extend", meeting_id=1, closes_on="2027-02-19")
    await tick(scene, 2027, 2, 16, 10, 1)
    assert len(await scene.all(Delivery, kind="call_reminder")) == 3
    await tick(scene, 2027, 2, 18, 6)
    assert len(await scene.all(Delivery, kind="call_reminder")) == 6


async def test_a_notice_reminds_those_who_have_not_answered_then_tells_the_secretariat_then_reminds_of_the_meeting(
    scene,
):
    await scene.published()  # on 1 February, of 10 March
    absent = {"response": "absent", "reason": "Vakt", "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=1, **absent)
    await scene.ok(FRODE, "attendance.respond_as_deputy", meeting_id=1, response="comes")
    await scene.ok(BJORN, "attendance.respond", meeting_id=1, response="comes")
    await tick(scene, 2027, 3, 3, 6)
    assert await told(scene, "notice_reminder") == [ELI, PAAL]
    await scene.ok(PAAL, "attendance.respond", meeting_id=1, response="absent", reason="Syk")
    await tick(scene, 2027, 3, 5, 6)  # a Friday: 7 March is a Sunday
    assert await told(scene, "notice_reminder") == [ELI, ELI, PAAL]
    await tick(scene, 2027, 3, 8, 6)
    assert await told(scene, "notice_unheard") == [*OFFICE]
    assert (await words_of(scene, "notice_unheard", KARI)).facts["names"] == "Eli Union"
    await tick(scene, 2027, 3, 9, 6)
    assert await told(scene, "meeting_reminder") == [BJORN, ELI, FRODE]
    await tick(scene, 2027, 3, 10, 15)
    assert len(await scene.all(Delivery, kind="meeting_reminder")) == 3


async def test_of_a_meeting_on_a_monday_the_secretariat_hears_on_friday_too(scene):
    await scene.published()
    await scene.ok(RAGNHILD, "meeting.move", meeting_id=1, day="2027-03-08")
    await tick(scene, 2027, 3, 5, 6)
    assert await told(scene, "notice_reminder") == [ASTRID, BJORN, ELI, PAAL]
    assert await told(scene, "notice_unheard") == [*OFFICE]


async def test_whoever_is_told_the_same_day_is_not_reminded_and_everybody_else_is(scene):
    await scene.published()
    scene.at(2027, 3, 2, 19)
    new = {"name": "Nina Ny", "email": "nina@union.example", "from_on": "2027-03-03", "anchored_by": "Styret"}
    await scene.ok(ELI, "seat_change.report", seat_id=await scene.seat("union"), anchored=True, **new)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    nina = await scene.person("nina@union.example")
    *_, notice = await scene.all(Delivery, kind="notice", person_id=nina)
    assert notice.next_at.astimezone(OSLO).date() == date(2027, 3, 3)
    await tick(scene, 2027, 3, 3, 6)
    assert await told(scene, "notice_reminder") == [ASTRID, BJORN, PAAL], "hers has just come"
    assert (await scene.one(Reminder, what="notice")).people == 3


@pytest.mark.parametrize("state", ["failed", "unreachable"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whom_the_same_day_did_not_reach_is_reminded(scene, state):
    await scene.published()
    eli = await scene.person(ELI)
    scene.at(2027, 3, 2, 19)
    async with scene.runtime.db.write() as db:
        notice = update(Delivery).where(Delivery.kind == "notice", Delivery.person_id == eli)
        await db.execute(notice.values(next_at=scene.clock.at, state=state, reason="lost"))
    await tick(scene, 2027, 3, 3, 6)
    assert await told(scene, "notice_reminder") == [ASTRID, BJORN, ELI, PAAL]


async def test_nobody_is_reminded_of_a_meeting_that_is_over_or_cancelled(scene):
    await scene.published()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="Streik")
    for day in (3, 5, 8, 9, 10):
        await tick(scene, 2027, 3, day, 6)
    assert [each.kind for each in await scene.all(Delivery) if "remind" in each.kind or "unheard" in each.kind] == []


async def test_a_question_that_closes_soon_reminds_its_voters_and_of_a_secret_one_names_nobody(scene):
    await scene.published()
    given = {"body_id": scene.body_id, "closes_on": "2027-02-12", "closes_at": "12:00"}
    named = await scene.question("Åpent?", **given)
    secret = await scene.question("Hemmelig?", secret=True, **given)
    for vote_id in (named, secret):
        await scene.ok(BJORN, "vote.cast", vote_id=vote_id, choice="for")
    await tick(scene, 2027, 2, 10, 6)
    assert await told(scene, "vote_reminder") == [ASTRID, ASTRID, ELI, ELI]
    await tick(scene, 2027, 2, 11, 6)
    assert "names" not in (await words_of(scene, "vote_unheard_unnamed", KARI)).facts
    assert (await words_of(scene, "vote_unheard", KARI)).facts["names"] == "Astrid Fjord, Eli Union"
    await tick(scene, 2027, 2, 12, 6)
    last = (await scene.all(Delivery, kind="vote_reminder"))[-1]
    assert last.next_at.astimezone(OSLO).time() == time(7)
    assert last.can_wait is False, "one that closes today is held back by nothing but the night"
    view = await scene.ok(RAGNHILD, "delivery.show", vote_id=secret)
    assert all(not each.recipients for each in view.messages if each.kind == "vote_reminder")
    await tick(scene, 2027, 2, 12, 13)
    assert len(await scene.all(Delivery, kind="vote_reminder")) == 8


async def test_the_secretariat_is_told_what_it_has_to_do(scene):
    await scene.called()
    await tick(scene, 2027, 2, 19, 6)
    assert await told(scene, "agenda_due") == [*OFFICE]
    await tick(scene, 2027, 2, 24, 6)
    assert await told(scene, "notice_due") == [*OFFICE]
    await scene.ok(RAGNHILD, "notice.send", meeting_id=1)
    await tick(scene, 2027, 3, 22, 6)
    assert await told(scene, "minutes_due") == [*OFFICE]
    said = await words_of(scene, "minutes_due", KARI)
    assert (said.command, said.facts["until_on"]) == ("meeting.show", "2027-03-22")
    await tick(scene, 2027, 3, 23, 6)
    for kind in ("agenda_due", "notice_due", "minutes_due"):
        assert len(await scene.all(Delivery, kind=kind)) == 2


async def test_who_has_not_commented_is_reminded_of_the_deadline_for_it(scene):
    meeting_id, _ = await scene.minuted()
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-19")
    await scene.ok(ELI, "minutes.comment", meeting_id=meeting_id, text="Fint.")
    await tick(scene, 2027, 3, 17, 6)
    assert await told(scene, "comments_reminder") == [ASTRID, BJORN, PAAL]


async def test_a_follow_up_reminds_its_organisation_and_once_overdue_the_secretariat(scene):
    meeting_id, item_id = await scene.minuted()
    fjord = (await scene.one(Term, person_id=await scene.person(ASTRID))).seat_id
    organisation = (await scene.one(Seat, id=fjord)).organisation_id
    given = {"organisation_id": [organisation], "what": "Ta det opp i linjen", "due_on": "2027-04-14"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", item_id=item_id, **given)
    await tick(scene, 2027, 4, 7, 6)
    assert await told(scene, "follow_up_reminder") == [], "nothing is to be followed up before the minutes are approved"
    scene.at(2027, 4, 6, 10)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    await tick(scene, 2027, 4, 7, 6, 1)
    assert await told(scene, "follow_up_reminder") == [ASTRID]
    await tick(scene, 2027, 4, 14, 6)
    assert await told(scene, "follow_up_reminder") == [ASTRID, ASTRID]
    await tick(scene, 2027, 4, 15, 6)
    assert await told(scene, "follow_up_overdue") == [*OFFICE]
    await scene.ok(ASTRID, "follow_up.complete", follow_up_id=(await scene.one(FollowUp)).id)
    await tick(scene, 2027, 4, 16, 6)
    assert len(await scene.all(Delivery, kind="follow_up_overdue")) == 2


async def test_a_term_that_ends_with_nobody_to_follow_is_told_of_and_so_is_who_takes_over(scene):
    async with scene.runtime.db.write() as db:
        term = await scene.one(Term, person_id=await scene.person(ELI))
        (await db.get_one(Term, term.id)).to_on = date(2027, 4, 30)
    await tick(scene, 2027, 3, 31, 6)
    assert await told(scene, "term_ends") == [BJORN, ELI, *OFFICE]
    new = {"name": "Nina Ny", "email": "nina@union.example", "from_on": "2027-05-03", "anchored_by": "Styret"}
    await scene.ok(ELI, "seat_change.report", seat_id=await scene.seat("union"), anchored=True, **new)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    await tick(scene, 2027, 5, 3, 6)
    assert await told(scene, "term_starts") == [BJORN, *OFFICE]
    assert len(await scene.all(Delivery, kind="term_ends")) == 4


async def test_what_should_have_been_told_long_ago_is_told_no_more(scene):
    await scene.called()
    await tick(scene, 2027, 6, 1, 9)
    assert await told(scene, "minutes_due") == []


@pytest.mark.parametrize("who", [RAGNHILD, BJORN, ASTRID])
async def test_only_the_clock_sends_what_is_due(scene, who):
    await scene.called()
    given = {"what": "call", "stage": "first", "meeting_id": 1}
    scene.at(2027, 2, 10, 6)
    assert (await scene.refused(who, "reminder.send", **given)).status == 403
    clock = Caller("clock", "lisbot")
    assert (await commands.run(scene.runtime, "reminder.send", given, clock)).status == 200
    again = await commands.run(scene.runtime, "reminder.send", given, clock)
    assert (again.status, again.key) == (409, "reminder_not_due")


async def test_a_tick_with_nothing_due_is_a_handful_of_statements(scene):
    """Of what is asked every minute; what is asked once an hour or a day is not counted."""
    await scene.published()
    scene.at(2027, 2, 2, 9)
    await tick(scene)
    scene.at(2027, 2, 2, 9, 1)
    with sent_to(scene.runtime.db) as seen:
        await Scheduler(scene.runtime, [each for each in SCHEDULE if each.cron == "* * * * *"]).run_all_due()
    asked = [statement for statement in seen if "pg_try_advisory_xact_lock" not in statement]
    assert len(asked) <= 14, asked
    assert len(seen) - len(asked) <= len(SCHEDULE), "one lock for each command of the schedule"


async def test_two_processes_that_tick_at_the_same_time_remind_once(scene):
    await scene.called()
    scene.at(2027, 2, 10, 6)
    await asyncio.gather(*(Scheduler(scene.runtime).run_all_due() for _ in range(4)))
    assert len(await scene.all(Delivery, kind="call_reminder")) == 3
    assert len(await scene.all(Reminder)) == 1
