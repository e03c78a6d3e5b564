"""Dates, hours and links as a secretary types them, and last time's offered. Today is Monday 2 November 2026."""

from builders import RAGNHILD
from lisbot.council.models import Meeting


async def test_a_year_is_typed_as_people_write_dates(scene):
    await scene.ok(
        RAGNHILD,
        "year_plan.set_dates",
        body_id=scene.body_id,
        dates="onsdag, 10. februar og 12/5, 15.09.27",
        starts="9:30-15",
        link="teams.microsoft.com/l/meetup-join/1",
    )
    found = sorted(await scene.all(Meeting), key=lambda m: m.held_on)
    assert [str(m.held_on) for m in found] == ["2027-02-10", "2027-05-12", "2027-09-15"]
    assert {(str(m.starts), str(m.ends), m.link) for m in found} == {
        ("09:30:00", "15:00:00", "https://teams.microsoft.com/l/meetup-join/1")
    }


async def test_a_day_that_may_be_two_is_refused_with_both(scene):
    meeting_id = await scene.planned()
    given = {"meeting_id": meeting_id, "day": "neste fredag"}
    reply = await scene.refused(RAGNHILD, "meeting.move", **given)
    assert "«neste fredag» kan være fredag 6. november 2026 eller fredag 13. november 2026." in reply.words
    reply = await scene.refused(RAGNHILD, "meeting.move", **given | {"day": "tirsdag 12. mai 2027"})
    assert "datoen er onsdag 12. mai 2027." in reply.words
    for day, meant in (("tysdag neste veke", 10), ("11.11.", 11), ("om ti dager", 12), ("Friday next week", 13)):
        await scene.ok(RAGNHILD, "meeting.move", **given | {"day": day})
        assert str((await scene.one(Meeting, id=meeting_id)).held_on) == f"2026-11-{meant}"


async def test_hours_in_one_field_that_differ_from_the_other_are_refused(scene):
    meeting_id = await scene.planned()
    given = {"meeting_id": meeting_id, "day": "2027-03-10", "starts": "10-14"}
    reply = await scene.refused(RAGNHILD, "meeting.move", **given, ends="16")
    assert "Slutter: Her står det noe annet enn i det andre feltet: 10-14" in reply.words
    # As the form stood, the other field says nothing of its own.
    await scene.ok(RAGNHILD, "meeting.move", **given, ends="15:00")
    m = await scene.one(Meeting, id=meeting_id)
    assert (str(m.starts), str(m.ends)) == ("10:00:00", "14:00:00")


async def test_last_times_hours_place_and_link_are_offered(scene):
    plan = {"body_id": scene.body_id, "dates": "2027-03-10", "starts": "10", "ends": "14:30"}
    await scene.ok(RAGNHILD, "year_plan.set_dates", **plan, place="Rom 7", link="https://moete.example/7")
    for command, link in (("year_plan.set_dates", "https://moete.example/7"), ("meeting.enter_held", None)):
        form = await scene.form(RAGNHILD, command, body_id=scene.body_id)
        values = {field["id"]: field["value"] for field in form["fields"]}
        assert (values["starts"], values["ends"], values["place"]) == ("10:00", "14:30", "Rom 7")
        assert values.get("link") == link


async def test_a_meeting_that_was_held_is_told_from_behind(scene):
    given = {"body_id": scene.body_id, "starts": "10-11"}
    view = await scene.ok(RAGNHILD, "meeting.enter_held", **given, day="14. oktober")
    assert str(view.line.meeting.held_on) == "2026-10-14"


async def test_a_file_says_from_when_until_when_in_one_column(scene):
    await scene.ok(RAGNHILD, "year_plan.load", plan="råd;dato;start\nSamordningsrådet;onsdag 10. mars 2027;kl. 9-14.30")
    m = await scene.one(Meeting)
    assert (str(m.held_on), str(m.starts), str(m.ends)) == ("2027-03-10", "09:00:00", "14:30:00")


async def test_a_link_is_taken_without_its_beginning_and_a_file_is_no_link(scene):
    meeting_id = await scene.planned()
    given = {"meeting_id": meeting_id, "day": "2027-03-10"}
    for link in ("notat.docx", "Rom 7", "kari@sykehus.example", "javascript:alert(1)", "ftp://a.example/b", "12.30"):
        assert (await scene.refused(RAGNHILD, "meeting.move", **given, link=link)).status == 422, link
    await scene.ok(RAGNHILD, "meeting.move", **given, link="moete.example:8443/rom?id=7")
    assert (await scene.one(Meeting, id=meeting_id)).link == "https://moete.example:8443/rom?id=7"
