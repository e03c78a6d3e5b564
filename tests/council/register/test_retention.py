"""What is over its time is erased by itself, once, and reported; minutes, votes and the log stay whole."""

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, FRODE, RAGNHILD
from lisbot.commands import ask, run
from lisbot.council.enums import DeliveryState, InboundKind
from lisbot.council.models import (
    Attendance,
    Delivery,
    InboundMail,
    LogArguments,
    LogLine,
    MailTrouble,
    Meeting,
    Person,
    PersonAddress,
    RegisterImport,
    RetentionRule,
    SeatChange,
    Secretariat,
    SignInLink,
    Term,
)
from lisbot.council.register.identity import Caller
from lisbot.scheduler import SCHEDULE, Scheduler

ILL = "Sykmeldt etter operasjon"
ERASE = next(each for each in SCHEDULE if each.command == "retention.erase")
SHEET = "Råd;Virksomhet;Navn;E-post;Rolle\nNytt råd;Fjord;Unni Unik;unni@fjord.example;Leder\n"


async def lines(scene, who=RAGNHILD):
    view = await scene.ok(who, "retention.show")
    return {line.what.value: line for line in (*view.shared, *view.lines)}, view


async def erases(scene) -> int:
    return await Scheduler(scene.runtime, [ERASE]).run_all_due()


async def test_a_year_of_a_council_is_erased_kind_by_kind_and_its_records_stay(scene):
    meeting_id, _ = await scene.published()
    absent = {"response": "absent", "reason": ILL, "deputy_id": await scene.person(FRODE)}
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, **absent)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    seat = await scene.seat("union")
    await scene.ok(RAGNHILD, "attendance.note", meeting_id=meeting_id, seat_id=seat, response="absent", reason=ILL)
    await scene.ok(RAGNHILD, "register_import.upload", sheet=SHEET, file_name="råd.csv")
    double = await scene.ok(RAGNHILD, "person.create", name="Kim Kort", email="kim@post.example")
    await scene.ok(RAGNHILD, "person.add_address", person_id=double.id, email="kim@gammel.example")
    await scene.ok(RAGNHILD, "person.remove_address", person_id=double.id, email="kim@gammel.example")
    answered = (await scene.all(LogLine, command="attendance.respond"))[0].id
    async with scene.runtime.db.write() as db:
        as_once_logged = update(LogArguments).where(LogArguments.line_id == answered)
        await db.execute(as_once_logged.values(args=json.dumps({"reason": ILL})))
        db.add(MailTrouble(email="borte@post.example", reason="5.1.1", at=scene.clock()))
        db.add(MailTrouble(email=ASTRID, reason="5.1.1", at=scene.clock()))
        db.add(SignInLink(person_id=double.id, digest="d", made_at=scene.clock()))
    assert await erases(scene) == 0, "nothing is over its time"
    view = await scene.ok(RAGNHILD, "register.show", body_id=scene.body_id)
    titles = [item.title for item in (await scene.ok(RAGNHILD, "meeting.show", meeting_id=meeting_id)).items]

    scene.at(2028, 9, 1)
    before, _ = await lines(scene)
    assert before["absence"].due > 1
    assert before["messages"].due == 0
    assert sorted(await asyncio.gather(erases(scene), erases(scene))) == [0, 1], (
        "two processes at once, and one does it"
    )
    assert {a.reason for a in await scene.all(Attendance)} == {""}
    assert ILL not in "".join(row.args for row in await scene.all(LogArguments))
    assert [row.email for row in await scene.all(MailTrouble)] == [ASTRID]
    for gone in (RegisterImport, SignInLink, PersonAddress):
        assert await scene.all(gone) == []
    assert await scene.all(Delivery)
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None
    assert (await scene.ok(RAGNHILD, "register.show", body_id=scene.body_id)).seats == view.seats
    agenda = (await scene.ok(RAGNHILD, "meeting.show", meeting_id=meeting_id)).items
    assert titles and [item.title for item in agenda] == titles

    after, page = await lines(scene)
    assert {what: line.due for what, line in after.items() if line.due} == {}
    counts = page.erasures[0].counts
    assert counts["absence"] == before["absence"].due
    assert (counts["imports"], counts["sign_in_links"], counts["dead_addresses"]) == (1, 1, 1)
    words = await scene.words(RAGNHILD, "retention.show")
    assert "Grunner til fravær: 2" in words
    assert await erases(scene) == 0, "once is enough"
    (line,) = await scene.all(LogLine, command="retention.erase")
    assert (line.as_role, line.context) == ("clock", "retention")

    scene.at(2033, 1, 1)
    async with scene.runtime.db.write() as db:
        await db.execute(update(Delivery).values(state=DeliveryState.SENT))
    assert await erases(scene) == 1
    assert await scene.all(Delivery) == []
    kept = {row.line_id for row in await scene.all(LogArguments)}
    assert {line.command for line in await scene.all(LogLine) if line.id in kept} == {
        "retention.erase",
        "register.show",
    }
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None
    assert (await scene.ok(RAGNHILD, "log.show", meeting_id=meeting_id)).lines


async def test_a_shorter_time_says_first_how_much_it_erases(scene):
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason=ILL)
    meeting = await scene.one(Meeting, id=meeting_id)
    scene.at(meeting.held_on.year, meeting.held_on.month + 2, 28)
    given = {"what": "absence", "months": "1"}
    asked = await run(scene.runtime, "retention.set", given, Caller("cli", RAGNHILD))
    assert asked.status == 409
    assert "Grunner til fravær: 1 opplysning er eldre enn 1 måned og slettes" in asked.words
    assert await scene.all(RetentionRule) == []
    assert await erases(scene) == 0
    await scene.ok(RAGNHILD, "retention.set", **given)
    assert (await lines(scene))[0]["absence"].is_own
    assert await erases(scene) == 1
    await scene.ok(RAGNHILD, "retention.set", what="absence", months="24")
    (rule,) = await scene.all(RetentionRule)
    assert (rule.what, rule.months) == ("absence", 24)


async def test_credentials_go_with_the_seat_and_not_before(scene):
    seat = await scene.seat("fjord")
    await scene.ok(RAGNHILD, "seat.edit", seat_id=seat, role="Overlege", standing="voting", credentials="overlege")
    report = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    report |= {"anchored_by": "Dag Direktør", "credentials": "overlege"}
    change = await scene.ok(ASTRID, "seat_change.report", seat_id=seat, **report)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=change.id)
    scene.at(2031, 1, 1)
    await erases(scene)
    assert (await scene.one(SeatChange, id=change.id)).credentials, "she holds the seat"
    scene.at(2031, 6, 1)
    report |= {"name": "Ola Ny", "email": "ola@fjord.example", "from_on": "2031-07-01"}
    await scene.ok(RAGNHILD, "seat_change.report", seat_id=seat, **report)
    later = (await scene.all(SeatChange))[-1]
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=later.id)
    scene.at(2032, 12, 1)
    await erases(scene)
    assert (await scene.one(SeatChange, id=change.id)).credentials == []
    assert (await scene.one(SeatChange, id=later.id)).credentials
    kept = {row.line_id for row in await scene.all(LogArguments)}
    reports = await scene.all(LogLine, command="seat_change.report")
    assert [line.id in kept for line in reports] == [False, True]


@pytest.mark.parametrize("command", ["retention.show", "retention.set", "retention.erase"])
async def test_only_the_secretariat_sees_and_sets_it_and_nobody_erases_by_hand(scene, command):
    given = {"what": "absence", "months": "2"} if command == "retention.set" else {}
    north = (await scene.one(Secretariat, key="regut-north")).id
    assert (await scene.refused(ASTRID, command, **given, secretariat_id=1)).status == 403
    if command == "retention.erase":
        assert (await scene.refused(RAGNHILD, command, secretariat_id=1)).status == 403
    else:
        assert (await scene.refused(RAGNHILD, command, **given, secretariat_id=north)).status == 404
        assert (await scene.done(RAGNHILD, command, **given)).status == 200


async def test_what_is_the_same_for_all_is_nobodys_to_set(scene):
    assert (await scene.refused(RAGNHILD, "retention.set", what="sign_in_links", months=9)).key == "retention_is_shared"
    for months in ("0", "-3", "1201", "to"):
        assert (await scene.refused(RAGNHILD, "retention.set", what="absence", months=months)).status == 422
    form = await ask(scene.runtime, "retention.set", {"what": "absence"}, Caller("cli", RAGNHILD))
    assert [field.value for field in form.view.fields if field.name == "months"] == [6]


async def test_what_the_page_says_is_erased_on_a_day_is_erased_on_that_day_and_not_before(scene):
    """Also of what was written a little before midnight, which is another day in London, and after a short month."""
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="absent", reason=ILL)
    scene.at(2027, 8, 31, 23, 30)
    async with scene.runtime.db.write() as db:
        db.add(SignInLink(person_id=await scene.person(ASTRID), digest="d", made_at=scene.clock()))
    for what, left in (("absence", Attendance), ("sign_in_links", SignInLink)):
        line = (await lines(scene))[0][what]
        assert line.kept and not line.due, what
        for day, is_due in ((line.next_on - timedelta(days=1), False), (line.next_on, True)):
            scene.at(day.year, day.month, day.day, 0, 30)
            assert bool((await lines(scene))[0][what].due) is is_due, (what, day)
        assert await erases(scene) == 1
        assert [row for row in await scene.all(left) if getattr(row, "reason", "x")] == []


async def test_who_has_no_part_any_more_is_not_reached_and_who_never_had_one_is_erased(scene):
    """A guest is erased two years after the meeting; who held a seat stays by name, and whoever sits is left alone."""
    meeting_id, _ = await scene.published()
    guest = {"meeting_id": meeting_id, "name": "Gry Gjest", "email": "gry@gjest.example", "item_id": 0}
    await scene.ok(RAGNHILD, "guest_invitation.send", **guest)
    gry, eli, bjorn = [await scene.person(each) for each in ("gry@gjest.example", ELI, BJORN)]
    day = (await scene.one(Meeting, id=meeting_id)).ends_on
    async with scene.runtime.db.write() as db:
        for term in await scene.all(Term, person_id=eli):
            row = await db.get_one(Term, term.id)
            row.to_on, row.ended_at = day, scene.clock()
    scene.at(day.year + 2, day.month, day.day, 1)
    await erases(scene)
    assert [(await scene.one(Person, id=each)).email for each in (gry, eli)] == ["gry@gjest.example", ELI]
    told = {row.id for row in await scene.all(Delivery)}
    scene.at(day.year + 2, day.month, day.day + 1, 1)
    assert (await lines(scene))[0]["people"].due == 2
    await erases(scene)
    names = {each: (await scene.one(Person, id=each)).name for each in (gry, eli, bjorn)}
    assert names == {gry: f"Slettet person {gry}", eli: "Eli Union", bjorn: "Bjørn Ås"}
    assert [(await scene.one(Person, id=each)).email for each in (gry, eli, bjorn)] == [None, None, BJORN]
    (report,) = [d for d in await scene.all(Delivery, kind="person_retention") if d.person_id == await ragnhild(scene)]
    assert report.id not in told and report.facts["count"] == 2
    assert (await lines(scene))[0]["people"].due == 0
    assert await erases(scene) == 0, "once is enough"
    assert (await scene.ok(RAGNHILD, "log.verify")).fault is None


async def ragnhild(scene) -> int:
    return await scene.person(RAGNHILD)


async def test_who_was_reported_and_never_came_and_what_nobody_dealt_with_go_too(scene):
    seat = await scene.seat("fjord")
    report = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2026-12-01", "anchored": "true"}
    change = await scene.ok(ASTRID, "seat_change.report", seat_id=seat, anchored_by="Dag Direktør", **report)
    await scene.ok(RAGNHILD, "seat_change.send_back", change_id=change.id, reason="Feil plass")
    async with scene.runtime.db.write() as db:
        sent = {"sender": "x@post.example", "subject": "Hei", "words": "Hei", "result": "", "handled_by": ""}
        db.add(InboundMail(digest="a", received_at=scene.clock(), kind=InboundKind.WORDS, **sent))
    scene.at(2027, 10, 1)
    await erases(scene)
    assert (await scene.one(SeatChange, id=change.id)).email
    assert await scene.all(InboundMail)
    scene.at(2027, 12, 1)
    await erases(scene)
    assert (await scene.one(SeatChange, id=change.id)).email == ""
    assert await scene.all(InboundMail) == []


async def test_who_never_had_a_part_is_erased_two_years_after_they_came_though_the_log_tells_nothing_of_them(scene):
    """As whoever read the mail of a party outside, which now has another address."""
    first = {"name": "Helsedirektoratet", "org_kind": "directorate", "email": "per@hdir.example"}
    kept = await scene.ok(RAGNHILD, "outside_party.create", **first)
    per = await scene.person("per@hdir.example")
    given = first | {"party_id": kept.parties[0].id, "email": "post@hdir.example"}
    await scene.ok(RAGNHILD, "outside_party.edit", **given)
    assert await scene.all(LogLine, subject=f"person:{per}") == []
    day = scene.clock.at.date()
    for later, email in ((0, "per@hdir.example"), (1, None)):
        scene.at(day.year + 2, day.month, day.day + later, 1)
        await erases(scene)
        assert (await scene.one(Person, id=per)).email == email
    assert (await scene.one(Person, id=per)).name == f"Slettet person {per}"
