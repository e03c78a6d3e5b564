"""Calendars to subscribe to: of one's own meetings or a council's, read with a secret address alone, until it ends."""

from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy import update

from browser import Visitor
from builders import ASTRID, ELI, HILDE, RAGNHILD, SIRI
from lisbot.council.models import CalendarFeed, LogArguments, Term
from pages import serve_pages


@pytest.fixture
async def program(scene):
    """A calendar program: it keeps no cookies that matter, and signs in nowhere."""
    async with serve_pages(scene.runtime) as server, Visitor(server) as somebody:
        yield somebody


async def made(scene, who: str, **about) -> str:
    url = (await scene.ok(who, "calendar_feed.make", **about)).url
    return url.removeprefix(scene.runtime.base_url)


def events(page: str) -> list:
    return Calendar.from_ical(page).walk("VEVENT")


async def test_ones_own_calendar_has_the_meetings_one_is_called_to_and_no_agenda(scene, program):
    meeting_id, _ = await scene.published()
    path = await made(scene, ELI)
    assert await program.get(path) == 200
    assert program.headers["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = events(program.page)
    assert (event["UID"], event["SUMMARY"]) == (f"meeting-{meeting_id}@lisbot", "Samordningsrådet")
    assert event["DTSTART"].dt.isoformat() == "2027-03-10T09:00:00+01:00"
    assert "rotasjon" not in program.page and "VALARM" not in program.page and "RRULE" in program.page
    assert await program.get(path, headers={"If-None-Match": program.headers["ETag"]}) == 304
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="Sykdom")
    await program.get(path)
    [event] = events(program.page)
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 1)


async def test_a_councils_calendar_has_all_its_meetings_for_those_who_may_see_them(scene, program):
    await scene.planned()
    path = await made(scene, ELI, body_id=scene.body_id)
    await program.get(path)
    assert [event["DTSTART"].dt.date() for event in events(program.page)] == [date(2027, 3, 10), date(2027, 6, 9)]
    for who in (SIRI, HILDE):
        assert (await scene.refused(who, "calendar_feed.make", body_id=scene.body_id)).status in (403, 404)
    async with scene.runtime.db.write() as db:
        eli = Term.person_id == await scene.person(ELI)
        await db.execute(update(Term).where(eli).values(to_on=date(2026, 12, 31)))
    scene.at(2027, 1, 4, 9)
    assert await program.get(path) == 410


async def test_the_day_is_that_of_the_place_and_not_of_greenwich(scene, program):
    await scene.planned()
    path = await made(scene, ELI, body_id=scene.body_id)
    async with scene.runtime.db.write() as db:
        eli = Term.person_id == await scene.person(ELI)
        await db.execute(update(Term).where(eli).values(to_on=date(2027, 2, 1)))
    scene.at(2027, 2, 1, 23, 30)
    assert await program.get(path) == 200
    scene.at(2027, 2, 2, 0, 30)  # and still the first in UTC
    assert await program.get(path) == 410


async def test_an_address_is_told_once_and_ends_when_another_is_made_or_it_is_stopped(scene, program):
    await scene.published()
    first, second = await made(scene, ASTRID), await made(scene, ASTRID)
    token = second.rpartition("/")[2].removesuffix(".ics")
    kept = [str(vars(row)) for table in (CalendarFeed, LogArguments) for row in await scene.all(table)]
    assert not any(token in each for each in kept)
    assert (await program.get(first), await program.get(second)) == (410, 200)
    shown = await scene.ok(ASTRID, "calendar_feed.show")
    assert (len(shown.feeds), shown.url) == (1, "")
    await scene.ok(ASTRID, "calendar_feed.revoke")
    assert await program.get(second) == 410
    assert await program.get("/calendar/guessed.ics") == 404
