"""Who reads addresses, reasons or all about somebody is noted in the log, once for each time, and shown."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from builders import ASTRID, BJORN, ELI, KARI, RAGNHILD
from lisbot.commands import ask, run
from lisbot.council.models import Account, Attendance, LogArguments, LogLine, SeatChange
from lisbot.council.register.identity import Caller


async def noted(scene):
    return [(line.command, dict(line.counts)) for line in (await scene.ok(KARI, "reading.list")).lines]


async def test_reading_of_many_is_logged_once_each_time_and_shown_to_whoever_oversees_it(scene):
    body = {"body_id": scene.body_id}
    meeting_id, _ = await scene.published()
    assert await noted(scene) == []
    await scene.ok(ASTRID, "register.show", **body)
    assert await noted(scene) == [], "a member sees no addresses"
    view = await scene.ok(RAGNHILD, "register.show", **body)
    many = len({term.person_id for seat in view.seats for term in seat.terms if term.email})
    await scene.ok(RAGNHILD, "person.show_data", person_id=await scene.person(ELI))
    await scene.ok(ELI, "person.show_data")
    await scene.ok(RAGNHILD, "attendance.forecast", meeting_id=meeting_id)
    expected = [("person.show_data", {"personal_data": 1}), ("register.show", {"addresses": many})]
    assert many >= 3
    assert await noted(scene) == expected
    await scene.ok(RAGNHILD, "register.show", **body)
    assert len(await noted(scene)) == 3
    line = (await scene.all(LogLine, command="register.show"))[0]
    assert (line.by_name, line.as_role, line.subject, line.context, line.body_id) == (
        "Ragnhild Regut",
        "secretary",
        f"body:{scene.body_id}",
        "reading",
        scene.body_id,
    )
    assert (await scene.ok(KARI, "log.verify")).fault is None
    words = await scene.words(KARI, "reading.list")
    assert f"E-postadresser: {many}" in words
    assert "Eli Union" in words


async def test_reasons_for_absence_of_many_are_noted_and_those_of_few_are_not(scene):
    meeting_id, _ = await scene.published()
    rows = (await scene.all(Attendance, meeting_id=meeting_id))[:3]
    for count in (2, 3):
        async with scene.runtime.db.write() as db:
            ids = [row.id for row in rows[:count]]
            await db.execute(update(Attendance).where(Attendance.id.in_(ids)).values(reason="Syk"))
        await scene.ok(KARI, "meeting.show", meeting_id=meeting_id)
    assert await noted(scene) == [("meeting.show", {"reasons": 3})]


@pytest.mark.parametrize("who", [ASTRID, BJORN])
async def test_who_oversees_nothing_sees_no_readings(scene, who):
    assert (await scene.refused(who, "reading.list")).status == 403


async def test_what_is_drawn_before_anybody_looks_is_nobodys_reading(scene):
    person = str(await scene.person(RAGNHILD))
    for platform in ("outbox", "web"):
        reply = await run(scene.runtime, "register.show", {"body_id": scene.body_id}, Caller(platform, person))
        assert reply.is_done
    assert [line.via for line in await scene.all(LogLine, command="register.show")] == ["web"]


async def test_a_card_in_a_chat_that_is_drawn_anew_is_read_once_in_ten_minutes(scene):
    async with scene.runtime.db.write() as db:
        about = {"person_id": await scene.person(RAGNHILD), "linked_at": scene.clock()}
        db.add(Account(platform="teams", tenant="t", external_id="29:ragnhild", **about))

    async def looks():
        caller = Caller("teams", "29:ragnhild", tenant="t")
        assert (await run(scene.runtime, "register.show", {"body_id": scene.body_id}, caller)).is_done
        return len(await scene.all(LogLine, command="register.show"))

    assert [await looks(), await looks()] == [1, 1]
    scene.clock.at += timedelta(minutes=11)
    assert await looks() == 2


async def test_what_a_form_shows_of_many_is_noted_too(scene):
    """Whom somebody may be merged with is told with their addresses."""
    given = {"person_id": await scene.person(ELI)}
    form = await ask(scene.runtime, "person.merge", given, Caller("cli", RAGNHILD))
    (field,) = [each for each in form.view.fields if each.name == "other_id"]
    many = sum("@" in str(words) for _, words in field.choices)
    assert many >= 3
    assert await noted(scene) == [("person.merge", {"addresses": many})]


async def test_what_is_shown_after_a_change_is_noted_where_it_is_shown(scene):
    """A chat shows what a command returns. A page is asked for anew after it, and that is noted instead."""
    person = str(await scene.person(RAGNHILD))
    given = {"seat_id": await scene.seat("fjord"), "name": "Nina Ny", "email": "nina@fjord.example"}
    given |= {"from_on": "2026-12-01", "anchored": "true", "anchored_by": "Dag Direktør"}
    given["deputies"] = "Kim Nes <kim@fjord.example>\nTor Lie <tor@fjord.example>"
    assert (await run(scene.runtime, "seat_change.report", given, Caller("web", person))).is_done
    assert await noted(scene) == []
    change = (await scene.all(SeatChange))[0]
    back = {"change_id": change.id, "reason": "Feil dato"}
    assert (await run(scene.runtime, "seat_change.send_back", back, Caller("cli", RAGNHILD))).is_done
    assert await noted(scene) == [("seat_change.send_back", {"addresses": 3})]
    (line,) = await scene.all(LogLine, command="seat_change.send_back", context="reading")
    (arguments,) = await scene.all(LogArguments, line_id=line.id)
    assert "Feil dato" not in arguments.args
