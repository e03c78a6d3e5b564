"""A year's spreadsheet as people have it, and loaded again."""

from datetime import date, timedelta

import pytest

from builders import ASTRID, RAGNHILD
from lisbot import commands
from lisbot.council.models import Attendance, Meeting
from lisbot.council.register.identity import Caller
from stages import MARCH

HEAD = "råd;dato;start;slutt;sted\n"
ROW = "Samordningsrådet;10.02.2027;12:00;15:00;Rom A\n"


async def load(scene, plan):
    return await scene.ok(RAGNHILD, "year_plan.load", plan=plan)


async def asked(scene, plan):
    """What is asked before a plan is loaded."""
    reply = await commands.run(scene.runtime, "year_plan.load", {"plan": plan}, Caller("cli", RAGNHILD))
    return reply.words


@pytest.mark.parametrize(
    "plan",
    [
        f"{HEAD}{ROW};;;;\n;;;;\n",
        f";;;;\n\n{HEAD}\n{ROW}\n   \n;;;;",
        f"\ufeff{HEAD}{ROW}",
        f"sep=;\n{HEAD}{ROW}",
        "råd;dato;start;slutt;sted;;\nSamordningsrådet;10.02.2027;12:00;15:00;Rom A;;\n;;;;;;\n",
        f"{HEAD}{ROW}".replace(";", "\t"),
        f"{HEAD}{ROW}".replace(";", ","),
        f"{HEAD}{ROW}".replace("\n", "\r\n"),
        'Råd; Dato ;START;slutt;sted\n"Samordningsrådet";"onsdag 10. februar 2027";"kl. 12.00";15.00;"Rom A"\n',
        f"{HEAD}Samordningsrådet;10. februar 2027;12:00;15:00;Rom A\u00a0\n\u00a0;;;;\n",
        f"{HEAD}Samordningsrådet;2027-02-10 00:00:00;12:00:00;15:00;Rom A\n",
    ],
)
async def test_a_spreadsheet_is_read_as_it_was_saved(scene, plan):
    await load(scene, plan)
    (m,) = await scene.all(Meeting)
    assert (str(m.held_on), str(m.starts), str(m.ends), m.place) == ("2027-02-10", "12:00:00", "15:00:00", "Rom A")


async def test_a_meeting_of_several_days_stands_in_the_file(scene):
    await load(scene, "råd;dato;start;siste dag;slutt\nsamrad;10.02.2027;12:00;11.02.2027;12:00\n")
    assert str((await scene.one(Meeting)).ends_on) == "2027-02-11"


async def test_a_cell_beside_the_columns_is_told(scene):
    reply = await scene.refused(RAGNHILD, "year_plan.load", plan=f"{HEAD}{ROW.strip()};noe mer\n")
    assert "Linje 2" in reply.words and "noe mer" in reply.words


async def test_the_same_file_again_changes_nothing_and_one_date_more_is_added(scene):
    await load(scene, HEAD + ROW)
    view = await load(scene, HEAD + ROW)
    assert (view.added, view.changed, view.unchanged, len(await scene.all(Meeting))) == (0, 0, 1, 1)
    view = await load(scene, HEAD + ROW + ROW.replace("10.02", "10.03"))
    assert (view.added, view.changed, view.unchanged, len(await scene.all(Meeting))) == (1, 0, 1, 2)
    # What is past is the same as before.
    scene.at(2027, 2, 11, 9)
    assert (await load(scene, HEAD + ROW)).unchanged == 1


async def test_a_row_that_differs_is_asked_about_and_keeps_the_answers(scene):
    await load(scene, HEAD + ROW)
    meeting_id = (await scene.one(Meeting)).id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    other = HEAD + ROW.replace("Rom A", "Rom B")
    assert "Samordningsrådet, onsdag 10. februar 2027: Sted: Rom A → Rom B." in await asked(scene, other)
    assert (await scene.one(Meeting)).place == "Rom A"
    await load(scene, other)
    assert (await scene.one(Meeting)).place == "Rom B"
    row = await scene.one(Attendance, seat_id=await scene.seat("fjord"))
    assert row.response == "comes"
    later = other.replace("12:00", "13:00")
    assert "1 svar gjaldt det gamle tidspunktet" in await asked(scene, later)
    await load(scene, later)
    row = await scene.one(Attendance, seat_id=await scene.seat("fjord"))
    assert (row.response, row.former_response) == (None, "comes")


async def test_what_a_row_does_not_say_stays(scene):
    await load(scene, HEAD + ROW)
    view = await load(scene, "råd;dato\nsamrad;10.02.2027\n")
    assert (view.unchanged, (await scene.one(Meeting)).place) == (1, "Rom A")


async def test_all_clashes_are_told_at_once(scene):
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-02-10, 2027-03-10", ends_on=None)
    plan = (
        "råd;dato;start;slutt\n"
        "samrad;10.02.2027;09:00;15:00\n"
        "samrad;10.02.2027;14:00;16:00\n"
        "samrad;10.03.2027;09:00;15:00\n"
        "samrad;10.03.2027;10:00;11:00\n"
        "samrad;01.10.2026;10:00;11:00\n"
    )
    reply = await scene.refused(RAGNHILD, "year_plan.load", plan=plan)
    for words in (
        "Linje 3: Samordningsrådet har allerede et møte onsdag 10. februar 2027.",
        "Linje 5: Samordningsrådet har allerede et møte onsdag 10. mars 2027.",
        "Linje 6: torsdag 1. oktober 2026 er ikke fram i tid.",
    ):
        assert words in reply.words
    reply = await scene.refused(
        RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-02-10, 2027-03-10, 2027-04-14"
    )
    assert "10. februar 2027" in reply.words and "10. mars 2027" in reply.words


async def test_a_cancelled_meeting_and_one_that_is_over_are_left_as_they_are(scene):
    plan = HEAD + ROW + ROW.replace("10.02", "10.03")
    await load(scene, plan)
    march = (await scene.one(Meeting, held_on=MARCH)).id
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=march, reason="Streik")
    assert "er avlyst og blir ikke satt opp igjen" in await asked(scene, plan)
    await load(scene, plan)
    assert len(await scene.all(Meeting)) == 2
    scene.at(2027, 2, 11, 9)
    changed = plan.replace("Rom A", "Rom B")
    assert "Linje 2: møtet i Samordningsrådet onsdag 10. februar 2027 er over" in await asked(scene, changed)


async def test_a_meeting_whose_minutes_are_approved_is_left_as_it_is(scene):
    await load(scene, HEAD + ROW)
    meeting_id = (await scene.one(Meeting)).id
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    scene.at(2027, 2, 10, 13, 30)  # it was over sooner than planned
    await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    later = HEAD + ROW.replace("12:00;15:00", "14:00;17:00")
    assert "Linje 2: møtet i Samordningsrådet onsdag 10. februar 2027 er over" in await asked(scene, later)
    view = await load(scene, later)
    assert (view.changed, str((await scene.one(Meeting)).starts)) == (0, "12:00:00")
    assert (await scene.one(Attendance, seat_id=await scene.seat("fjord"))).response == "comes"


async def test_two_meetings_of_one_day_are_moved_together(scene):
    morning, noon = "samrad;10.02.2027;09:00;12:00;Rom A\n", "samrad;10.02.2027;13:00;16:00;Rom A\n"
    await load(scene, HEAD + morning + noon)
    first, second = (m.id for m in await scene.all(Meeting))
    for hours in (("11:00;14:00", "15:00;18:00"), ("08:00;11:30", "12:00;14:30")):
        one, other = (f"samrad;10.02.2027;{each};Rom A\n" for each in hours)
        assert "har allerede et møte" not in await asked(scene, HEAD + one + other)
        view = await load(scene, HEAD + one + other)
        assert (view.changed, view.added) == (2, 0)
    begins = {m.id: str(m.starts) for m in await scene.all(Meeting)}
    assert begins == {first: "08:00:00", second: "12:00:00"}


async def test_what_is_odd_is_counted_first_and_each_day_told_once_for_all_councils(scene, second_council):
    days = ("16.05.2027", "17.05.2027", "23.10.2027", "24.10.2027")
    rows = "".join(f"{body};{day};09:00;12:00;Rom A\n" for body in ("Samordningsrådet", "FKM-rådet") for day in days)
    said = await asked(scene, f"{HEAD}{rows}")
    lines = said.splitlines()
    counted = next(number for number, line in enumerate(lines) if line.startswith("Verdt å vite, men ingen feil"))
    assert "2 helligdager" in lines[counted] and "2 dager i helg" in lines[counted]
    assert "4 dager da noen har to møter samtidig" in lines[counted]
    for day in (
        "mandag 17. mai 2027 er Andre",
        "søndag 24. oktober 2027 er i en helg",
        "lørdag 23. oktober 2027 er i en helg",
    ):
        told = [line for line in lines if line.startswith(day)]
        assert len(told) == 1 and told[0].endswith("FKM-rådet og Samordningsrådet")
        assert lines.index(told[0]) > counted


async def test_a_long_list_of_odd_days_is_cut_and_says_how_many_more(scene):
    days = [f"{day:%d.%m.%Y}" for day in (date(2027, 1, 2) + timedelta(days=7 * week) for week in range(10, 40))]
    said = await asked(scene, HEAD + "".join(f"samrad;{day};09:00;12:00;Rom A\n" for day in days))
    assert "29 dager i helg" in said and "… og 9 dager til" in said
