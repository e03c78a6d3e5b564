"""What is sent for calendars, played into two that are not ours: icalendar, and ical.js in Node. Both read the zone off
the message, and agree with the clocks of Oslo on both sides of both changes."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil import tz
from icalendar import Calendar

from builders import ASTRID, ELI, OSLO, RAGNHILD
from lisbot.render.invitation import name_parameter
from lisbot.render.time_zone import time_zone_lines

READER = Path(__file__).parent / "foreign_calendar.mjs"
CHANGES = (date(2027, 3, 28), date(2027, 10, 31), date(2031, 3, 30), date(2036, 10, 26), date(2050, 3, 27))


async def play(messages: list[str], hours: list[str] = []) -> dict:  # noqa: B006
    """What another calendar makes of messages, one after another."""
    node = await asyncio.create_subprocess_exec(
        "node", str(READER), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await node.communicate(json.dumps({"messages": messages, "hours": hours}).encode())
    assert node.returncode == 0
    return json.loads(said)


def hours_by_icalendar(message: str) -> tuple[datetime, datetime]:
    event = Calendar.from_ical(message).walk("VEVENT")[0]
    return event["DTSTART"].dt.astimezone(UTC), event["DTEND"].dt.astimezone(UTC)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
async def test_other_calendars_follow_a_meeting_through_all_that_happens_to_it(post, scene):
    meeting_id, _ = await scene.published()
    sent: list[str] = []

    async def keep() -> bool:
        await post.deliver()
        last = post.calendar(ELI) if any(to == [ELI] for to, _ in post.postman.letters) else None
        sent.extend([last] if last else [])
        return last is not None

    assert await keep()
    where = {"meeting_id": meeting_id, "ends": "15:00", "place": "Oslo, rom «2; A»"}
    # The last working day before clocks are changed, and the first after.
    days = ("2027-03-24", "2027-03-30", "2027-10-29", "2027-11-01")
    for day in days:
        await scene.ok(RAGNHILD, "meeting.move", day=day, starts="09:30", **where)
        assert await keep()
    await scene.refused(RAGNHILD, "meeting.move", day="2027-11-01", starts="09:30", **where)
    await scene.ok(ELI, "attendance.respond", meeting_id=meeting_id, response="comes")
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="Budsjett", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert not await keep()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    assert await keep()
    after = (await play([*sent, sent[0]]))["seen"]
    assert [each["sequence"] for each in after] == [0, 1, 2, 3, 4, 5, 5]
    assert not after[-1]["isNewer"]  # the first once more is old, and is known as such
    assert [each["isThere"] for each in after] == [*[True] * 5, False, False]
    for day, there, message in zip(days, after[1:], sent[1:], strict=False):
        starts, ends = hours_by_icalendar(message)
        assert starts.astimezone(OSLO).isoformat()[:16] == f"{day}T09:30"
        assert ends.astimezone(OSLO).isoformat()[:16] == f"{day}T15:00"
        assert [datetime.fromisoformat(there[name]) for name in ("starts", "ends")] == [starts, ends]
        assert there["place"] == where["place"]
        assert there["attendee"].casefold() == f"mailto:{ELI}" and there["organizer"] == "mailto:lisbot@example.no"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.browser
async def test_the_zone_of_an_invitation_is_oslos_on_both_sides_of_every_change(post, scene):
    await scene.published()
    await post.deliver()
    message = post.calendar(ELI)
    assert "RDATE" not in message and message.count("RRULE:FREQ=YEARLY") == 2
    walls = [
        datetime(day.year, day.month, day.day, hour)
        for change in CHANGES
        for day in (change - timedelta(1), change, change + timedelta(1))
        for hour in (0, 1, 4, 9, 23)
    ]
    ours = [wall.replace(tzinfo=ZoneInfo("Europe/Oslo")).astimezone(UTC) for wall in walls]
    lines = "\r\n".join(["BEGIN:VCALENDAR", *time_zone_lines("Europe/Oslo"), "END:VCALENDAR"])
    by_rules = tz.tzical(StringIO(lines)).get()
    assert [wall.replace(tzinfo=by_rules).astimezone(UTC) for wall in walls] == ours
    there = (await play([message], [wall.isoformat() for wall in walls]))["hours"]
    assert [datetime.fromisoformat(each) for each in there] == ours


async def test_a_successor_is_invited_on_their_first_day_and_the_predecessor_is_told_it_is_off(post, scene):
    _meeting_id, _ = await scene.published()
    await post.deliver()
    new = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-03-01", "anchored_by": "Direktøren"}
    await scene.ok(ASTRID, "seat_change.report", seat_id=await scene.seat("fjord"), anchored=True, **new)
    await scene.ok(RAGNHILD, "seat_change.approve", change_id=1)
    await post.deliver()
    withdrawn = [each for to, each in post.postman.letters if to == [ASTRID] and "text/calendar" in str(each)]
    assert len(withdrawn) == 1
    file = withdrawn[0].get_payload()[-1].get_content()
    assert "METHOD:CANCEL" in file and "SEQUENCE:1" in file and "ikkje lenger" in withdrawn[0]["Subject"]
    assert all("text/calendar" not in str(each) for to, each in post.postman.letters if to == ["nina@fjord.example"])
    scene.at(2027, 3, 1, 12)
    await post.deliver()
    assert "METHOD:REQUEST" in next(
        part.get_content()
        for to, each in post.postman.letters
        for part in each.walk()
        if to == ["nina@fjord.example"] and part.get_content_type() == "text/calendar"
    )


@pytest.mark.parametrize(
    ("zone", "rules"),
    [("UTC", 0), ("Europe/London", 2), ("America/New_York", 2), ("Australia/Sydney", 2), ("Asia/Kolkata", 0)],
)
def test_every_zone_that_lisbot_may_run_in_is_told_by_its_rules(zone, rules):
    lines = time_zone_lines(zone)
    assert sum(line.startswith("RRULE") for line in lines) == rules
    told = tz.tzical(StringIO("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]))).get()
    for month in range(1, 13):
        wall = datetime(2027, month, 15, 12)
        assert wall.replace(tzinfo=told).utcoffset() == wall.replace(tzinfo=ZoneInfo(zone)).utcoffset()


def test_a_name_ends_nothing_that_it_stands_in():
    assert name_parameter('Eli "E"\r\nATTENDEE:x') == ';CN="Eli EATTENDEE:x"'
    assert name_parameter("") == ""
