"""What is taken along from the pages: texts, calendar files and spreadsheets. They hold what the page shows."""

import csv
import io
import json
import re
from datetime import time
from urllib.parse import urlencode

import pytest
from sqlalchemy import update

from browser import Forms, become
from builders import ASTRID, BJORN, RAGNHILD
from lisbot.council.models import Attendance, Meeting, Person
from lisbot.render.calendar_file import Event, render_event
from lisbot.render.csv_file import render_csv
from stages import JUNE

ADDRESS = re.compile(r"\S+@\S+\.example")


def ways_out(visitor):
    """Where the page's links and forms to take something along lead. No link leads to a file."""
    links = {link for link in visitor.links if link.startswith("/out/")}
    assert all(link.startswith("/out/text/") for link in links)
    forms = [form for form in Forms(visitor.page).forms if form["action"].startswith("/out/")]
    return links | {f"{form['action']}?{urlencode(form['fields'])}".rstrip("?") for form in forms}


async def fetch(visitor, path):
    assert await visitor.get(path) == 200, path
    return visitor.page


async def spreadsheet(visitor, path):
    page = await fetch(visitor, path)
    assert page.startswith("\ufeff") and visitor.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert visitor.headers["Content-Disposition"].startswith("attachment;")
    return list(csv.reader(io.StringIO(page.removeprefix("\ufeff"), newline=""), delimiter=";"))


async def test_each_page_leads_to_what_may_be_taken_along(busy, ragnhild):
    march = (await busy.all(Meeting))[0].id
    for page, ways in {
        f"/meeting/{march}": {
            f"/out/calendar/meeting.show?meeting_id={march}",
            f"/out/text/agenda.show?meeting_id={march}",
        },
        f"/meeting/{march}/minutes": {f"/out/text/minutes.show?meeting_id={march}"},
        f"/body/{busy.body_id}/register": {f"/out/csv/register.show?body_id={busy.body_id}"},
        "/overview": {"/out/csv/dashboard.show"},
        "/me": set(),
    }.items():
        await fetch(ragnhild, page)
        assert ways_out(ragnhild) == ways
        for way in ways:
            await fetch(ragnhild, way)


async def test_the_register_is_a_table_with_the_addresses_the_page_shows(busy, visitor):
    path = f"/out/csv/register.show?body_id={busy.body_id}"
    await become(visitor, "Ragnhild Regut")
    columns, *rows = await spreadsheet(visitor, path)
    assert columns == ["Plass", "Rett i rådet", "Rolle", "Navn", "E-post", "Fra", "Til"]
    assert any(row[3] == "Bjørn Ås" and row[4] == BJORN for row in rows)
    await become(visitor, "Astrid Fjord")
    whole = await fetch(visitor, f"/body/{busy.body_id}/register")
    _, *rows = await spreadsheet(visitor, path)
    assert {row[4] for row in rows if row[4]} == set(re.findall(r"[\w.]+@[\w.]+", whole)) == {ASTRID}


async def test_what_somebody_typed_is_no_formula(scene, ragnhild):
    for title in ("=1+1", "+47", "-2", "@SUM(A1)", "＝1"):
        scene.at(2027, 2, 1, 9)
        vote = await scene.question(
            body_id=scene.body_id, form="single", options=f"{title}\nnei", question=f"Hva med {title} nå?"
        )
        await scene.ok(BJORN, "vote.cast", vote_id=vote, choice=title)
        await scene.ok(RAGNHILD, "vote.close", vote_id=vote)
        _, *rows = await spreadsheet(ragnhild, f"/out/csv/vote.show?vote_id={vote}")
        assert [row[3] for row in rows if row[2] == "Bjørn Ås"] == [f"'{title}"]


def test_no_cell_begins_like_a_formula_whatever_stands_before():
    file = render_csv(["=a"], [[" =1"], ["\t=1"], ["\r-1"], ['to; "tre"'], ["a=b"]]).decode()
    assert file == '\ufeff\'=a\r\n\' =1\r\n\'\t=1\r\n"\'\r-1"\r\n"to; ""tre"""\r\na=b\r\n'


async def test_a_secret_vote_has_its_count_alone(scene, ragnhild):
    vote = await scene.question(body_id=scene.body_id, secret=True)
    for who in (ASTRID, BJORN, "eli@union.example"):
        await scene.ok(who, "vote.cast", vote_id=vote, choice="for")
    path = f"/out/csv/vote.show?vote_id={vote}"
    assert await spreadsheet(ragnhild, path) == [["Svar", "Antall"]]
    await scene.ok(RAGNHILD, "vote.close", vote_id=vote)
    assert await spreadsheet(ragnhild, path) == [["Svar", "Antall"], ["For", "3"], ["Mot", "0"], ["Avholdende", "0"]]


async def test_the_overview_has_a_line_for_each_council(busy, ragnhild):
    columns, *rows = await spreadsheet(ragnhild, "/out/csv/dashboard.show")
    assert len({len(row) for row in rows} | {len(columns)}) == 1
    assert [row[1] for row in rows if row[0] == "Samordningsrådet"] == ["2027-06-09"]


async def test_a_meeting_is_put_in_a_calendar_in_its_own_hours(busy, bjorn):
    june = (await busy.one(Meeting, held_on=JUNE)).id
    file = await fetch(bjorn, f"/out/calendar/meeting.show?meeting_id={june}")
    assert bjorn.headers["Content-Type"] == "text/calendar; charset=utf-8"
    lines = file.replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert f"UID:meeting-{june}@lisbot" in lines and "STATUS:CONFIRMED" in lines
    hours = [line.partition(":")[2] for line in lines if line.startswith(("DTSTART", "DTEND"))]
    meeting = await busy.one(Meeting, id=june)
    assert hours == [f"20270609T{hour.hour - 2:02}{hour.minute:02}00Z" for hour in (meeting.starts, meeting.ends)]
    assert any(line.startswith("URL:http") and line.endswith(f"/meeting/{june}") for line in lines)


async def test_a_cancelled_meeting_leaves_the_calendar(busy, ragnhild):
    june = (await busy.one(Meeting, held_on=JUNE)).id
    await busy.ok(RAGNHILD, "meeting.cancel", meeting_id=june, reason="Sykdom")
    for page in ("meeting.show", "agenda.show"):
        assert "\r\nSTATUS:CANCELLED\r\n" in await fetch(ragnhild, f"/out/calendar/{page}?meeting_id={june}")


def test_a_calendar_files_lines_are_folded_between_letters_and_hold_nothing_but_text(clock):
    title = "Råd; for, alle\\ på\nen linje\rEND:VEVENT " + "ø" * 100
    file = render_event(
        Event("u", title, clock.at, clock.at, "", "", is_cancelled=False), clock.at, "https://x.example/1"
    )
    lines = file.decode().split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines) and file.count(b"\nEND:VEVENT") == 1
    summary = "".join(file.decode().replace("\r\n ", "").split("SUMMARY:")[1].split("\r\n")[0])
    assert summary.startswith(r"Råd\; for\, alle\\ på\nen linje\nEND:VEVENT ø")


async def test_what_is_withheld_on_the_page_is_withheld_in_the_text(scene, visitor):
    meeting, item = await scene.published()
    await scene.ok(
        RAGNHILD, "agenda_item.edit", item_id=item, title="Felles rotasjon", kind="advice", confidential=True
    )
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting)
    for name, sees in (("Bjørn Ås", True), ("Hilde Leser", False)):
        await become(visitor, name)
        text = await fetch(visitor, f"/out/text/agenda.show?meeting_id={meeting}")
        assert ("Felles rotasjon" in text) is sees
        assert "<textarea readonly" in text


@pytest.mark.parametrize("form", ["csv", "calendar", "text", "pdf"])
async def test_only_what_may_be_taken_along_is_and_only_by_who_sees_the_page(busy, visitor, form):
    june = (await busy.one(Meeting, held_on=JUNE)).id
    await become(visitor, "Hilde Leser")
    for command in ("vote.cast", "menu.show", "no.such", "log.verify"):
        assert await visitor.get(f"/out/{form}/{command}?meeting_id={june}") == 404
    pages = {
        "csv": ["register.show", "dashboard.show"],
        "calendar": ["meeting.show"],
        "text": ["minutes.show"],
        "pdf": ["agenda.show"],
    }
    for command in pages[form]:
        given = f"body_id={busy.body_id}" if command == "register.show" else f"meeting_id={june}"
        assert await visitor.get(f"/out/{form}/{command}?{given}") in (403, 404)


async def test_what_is_known_about_oneself_is_a_file(busy, visitor):
    """Also where a column is called as a word of SQL: when somebody left a meeting."""
    march = (await busy.all(Attendance))[0]
    async with busy.runtime.db.write() as db:
        await db.execute(update(Attendance).where(Attendance.id == march.id).values(left=time(12, 30)))
        person = await db.get_one(Person, march.person_id)
    await become(visitor, person.name)
    data = json.loads(await fetch(visitor, "/out/json/person.show_data"))
    assert "12:30:00" in [row.get("left") for row in data["rows"]["attendance"]]
