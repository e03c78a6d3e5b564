"""Every number that is shown is how long the list is that it leads to, and every task leads to its own thing."""

import re
from datetime import date
from typing import Any

import pytest

from builders import ASTRID, BJORN, ELI, KARI, RAGNHILD
from council.consultations.consulting import asked as consulted
from lisbot.cards.views import Action, Opens, Row, Sheet
from lisbot.council.models import Meeting
from lisbot.render.words import every_action
from stages import Scene
from statements import sent_to

# How many there are in what a number leads to.
LISTED = {
    "proposal.triage": lambda view: len(view.waiting),
    "register.show": lambda view: len(view.changes),
    "call.show": lambda view: len(view.silent),
    "delivery.list": lambda view: view.late,
    "attendance.forecast": lambda view: sum(seat.response is None for seat in view.seats),
}
NUMBERED = re.compile(r"(\d+) \D")


async def check_counts(scene: Scene, who: str, name: str, **about: Any) -> list[tuple[str, int]]:
    """Every number in a row or on a button, opened and counted. Returns where each led, and how many there were."""
    sheet = await scene.sheet(who, name, **about)
    found = []
    for words, opens in numbered(sheet):
        view = await scene.ok(who, opens.command, **opens.arguments)
        number = int(words.split()[0])
        assert LISTED[opens.command](view) == number, f"{name}: «{words}» leads to {opens}"
        found.append((opens.command, number))
    return found


def numbered(sheet: Sheet) -> list[tuple[str, Opens]]:
    rows = [row for section in sheet.sections for row in section.rows]
    led = [(row.title, row.opens) for row in rows]
    led += [(action.title, Opens(action.command, action.arguments)) for action in sheet.actions]
    return [(words, opens) for words, opens in led if opens and NUMBERED.match(words)]


async def check_table(scene: Scene) -> None:
    """Every number in the dashboard's table, against the council's page that its line leads to."""
    view = await scene.ok(RAGNHILD, "dashboard.show")
    for status in view.bodies:
        body = await scene.ok(RAGNHILD, "body.show", body_id=status.body.id)
        assert body.status == status
        assert status.open_votes == len(body.votes)
        counts = [(each, "call.show") for each in status.calls]
        counts += [(each, "attendance.forecast") for each in status.notices]
        for each, command in counts:
            listed = LISTED[command](await scene.ok(RAGNHILD, command, meeting_id=each.meeting.id))
            assert listed == each.count
        assert status.silent == sum(each.count for each in status.calls)
        assert status.unanswered == sum(each.count for each in status.notices)
        await check_counts(scene, RAGNHILD, "body.show", body_id=status.body.id)


async def much_goes_on(scene: Scene) -> None:
    """Proposals for two meetings, one of which is over; two open calls; a notice half answered; a change reported; an
    open question."""
    meeting_id, _ = await scene.published()
    await scene.ok(ASTRID, "attendance.respond", meeting_id=meeting_id, response="comes")
    for who, title in ((BJORN, "En"), (ELI, "To"), (ELI, "Tre")):
        await scene.proposed(who, title=title)
    await scene.ok(BJORN, "proposal.submit", meeting_id=2, title="I juni", kind="advice")
    await scene.ok(ELI, "proposal.withdraw", proposal_id=4)
    await scene.ok(RAGNHILD, "call.open", meeting_id=2, closes_on="2027-05-01")
    await scene.ok(ELI, "call.decline", meeting_id=2)
    await scene.ok(RAGNHILD, "vote.open", body_id=1, question="Digitalt?")
    given = {"name": "Nina Ny", "email": "nina@fjord.example", "from_on": "2027-05-01", "anchored_by": "Direktøren"}
    await scene.ok(ASTRID, "seat_change.report", seat_id=1, anchored=True, **given)


@pytest.mark.parametrize("when", ["before", "after", "cancelled"])
async def test_every_number_is_the_length_of_the_list_it_leads_to(scene, second_council, when):
    await much_goes_on(scene)
    if when == "after":
        scene.at(2027, 3, 11, 9)
    if when == "cancelled":
        await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="For få saker")
    for name in ("dashboard.show", "worklist.show"):
        found = dict(await check_counts(scene, RAGNHILD, name))
        assert bool(found.pop("delivery.list", 0)) == (when == "after")  # nothing is sent here: all of it waits
        assert found == {"proposal.triage": 3, "register.show": 1}
    await check_table(scene)
    for meeting_id in (1, 2):
        await check_counts(scene, RAGNHILD, "meeting.show", meeting_id=meeting_id)
        await check_counts(scene, RAGNHILD, "call.show", meeting_id=meeting_id)
        view = await scene.ok(RAGNHILD, "call.show", meeting_id=meeting_id)
        assert view.answered == len(view.proposed) + len(view.declined)
        assert view.asked == view.answered + len(view.silent)


async def test_on_the_overviews_what_waits_opens_all_that_waits_in_the_council(scene):
    await much_goes_on(scene)
    scene.at(2027, 3, 11, 9)
    row = await row_of(scene, "3 forslag venter på svar")
    assert row.opens == Opens("proposal.triage", {"body_id": 1})


async def row_of(scene: Scene, title: str, who: str = RAGNHILD) -> Row:
    sheet = await scene.sheet(who, "dashboard.show")
    return next(row for section in sheet.sections for row in section.rows if row.title == title)


async def attention(scene: Scene, name: str = "dashboard.show") -> list[Row]:
    return list((await scene.sheet(KARI, name)).sections[0].rows)


async def test_both_of_two_meetings_without_minutes_are_offered_each_by_itself_the_older_first(scene):
    await scene.published()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=2, title="Sak", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=2)
    scene.at(2027, 7, 1, 9)
    for name in ("dashboard.show", "worklist.show"):
        rows = [row for row in await attention(scene, name) if "referatet mangler" in row.title]
        assert [row.title for row in rows] == [
            "Møtet onsdag 10. mars 2027 er holdt, og referatet mangler",
            "Møtet onsdag 9. juni 2027 er holdt, og referatet mangler",
        ]
        for meeting_id, row in enumerate(rows, start=1):
            (action,) = row.actions
            assert row.opens == Opens("meeting.show", {"meeting_id": meeting_id})
            assert action == Action(
                "Begynn på referatet", "minutes.start", {"meeting_id": meeting_id}, style="positive"
            )
    for meeting_id in (1, 2):
        await scene.ok(RAGNHILD, "minutes.start", meeting_id=meeting_id)
    rows = [row for row in await attention(scene) if "er ikke sendt ut" in row.title]
    assert [row.opens for row in rows] == [Opens("minutes.show", {"meeting_id": each}) for each in (1, 2)]


async def test_a_meeting_is_in_progress_between_its_start_and_its_end_only(scene):
    await scene.published()
    meeting_hours = [((2027, 3, 10, 8, 59), []), ((2027, 3, 10, 9, 0), ["i gang"]), ((2027, 3, 10, 14, 59), ["i gang"])]
    for when, said in [*meeting_hours, ((2027, 3, 10, 15, 0), ["mangler"]), ((2027, 4, 20, 9), ["mangler"])]:
        scene.at(*when)
        titles = [row.title for row in await attention(scene)]
        assert [words for words in ("i gang", "mangler") if any(words in title for title in titles)] == said


async def test_what_is_due_opens_its_own_meeting_and_has_its_own_deed(scene):
    await scene.planned()
    scene.at(2027, 1, 27, 9)
    (row,) = await attention(scene)
    assert (row.opens, row.actions[0].command) == (Opens("call.show", {"meeting_id": 1}), "call.open")
    scene.at(2027, 3, 9, 9)
    (row,) = [row for row in await attention(scene) if row.opens.arguments == {"meeting_id": 1}]
    assert (row.opens.command, row.actions[0].command) == ("meeting.show", "notice.send")


async def test_what_is_due_for_a_later_meeting_opens_that_one_and_not_the_next(scene):
    await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-03-24", place="Oslo")
    later = (await scene.one(Meeting, held_on=date(2027, 3, 24))).id
    scene.at(2027, 2, 10, 9)  # its call is due, and the meeting on 10 March is the next
    rows = [row for row in await attention(scene) if row.opens.arguments.get("meeting_id") == later]
    assert [(row.opens.command, row.actions[0].command) for row in rows] == [("call.show", "call.open")]
    assert rows[0].actions[0].arguments == {"meeting_id": later}


async def test_a_call_whose_deadline_is_past_is_no_task(scene):
    await scene.planned()
    scene.at(2027, 2, 18, 9)
    assert await attention(scene) == []
    scene.at(2027, 2, 1, 9)
    await scene.ok(RAGNHILD, "call.open", meeting_id=1)
    scene.at(2027, 2, 18, 9)
    assert not any(row.opens.command == "call.show" for row in await attention(scene))
    assert (await scene.ok(ASTRID, "worklist.show")).calls == ()


async def test_a_meeting_that_is_cancelled_leaves_no_dead_task(scene):
    await scene.published()
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=1, reason="For få saker")
    scene.at(2027, 3, 11, 9)
    assert not any((row.opens.arguments.get("meeting_id")) == 1 for row in await attention(scene) if row.opens)
    view = await scene.ok(ASTRID, "worklist.show")
    assert (view.calls, view.invitations, view.comments) == ((), (), ())


async def test_the_nearest_deadline_comes_first(scene):
    await scene.called()
    await scene.ok(RAGNHILD, "call.open", meeting_id=2, closes_on="2027-02-05")
    for closes_on, question in (("2027-02-20", "Sist?"), ("2027-02-03", "Først?")):
        given = {"closes_on": closes_on, "closes_at": "12:00"}
        await scene.ok(RAGNHILD, "vote.open", body_id=1, question=question, **given)
    sheet = await scene.sheet(BJORN, "worklist.show")
    assert [row.mark for row in sheet.sections[0].rows] == ["3. feb.", "5. feb.", "17. feb.", "20. feb."]


async def test_in_a_chat_every_row_has_a_button(scene):
    await much_goes_on(scene)
    scene.at(2027, 3, 11, 9)
    for name in ("dashboard.show", "worklist.show"):
        rows = await attention(scene, name)
        verbs = [action.get("verb") for action in every_action(await scene.card(KARI, name))]
        assert len(rows) >= 3
        for row in rows:
            assert row.opens is not None
            assert row.opens.command in verbs


@pytest.mark.parametrize("name", ["dashboard.show", "worklist.show"])
async def test_an_overview_takes_few_statements_however_much_goes_on(scene, second_council, name):
    await much_goes_on(scene)
    scene.at(2027, 3, 11, 9)
    with sent_to(scene.runtime.db) as statements:
        await scene.ok(RAGNHILD, name)
    assert len(statements) <= 10


@pytest.mark.parametrize("name", ["dashboard.show", "worklist.show"])
async def test_an_overview_takes_few_statements_also_where_consultations_wait(scene, name):
    await much_goes_on(scene)
    await consulted(scene)
    scene.at(2027, 3, 11, 9)
    with sent_to(scene.runtime.db) as statements:
        view = await scene.ok(RAGNHILD, name)
    assert view.consultations
    assert len(statements) <= 10, "\n\n".join(statements)
