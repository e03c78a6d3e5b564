"""The day's work of a secretariat over all its councils: by what, by council, by when; and the same for several."""

from builders import ASTRID, RAGNHILD
from lisbot.council.models import Meeting
from people import form


async def two_councils(scene, second_council):
    """A meeting in each of two councils, whose calls open on 27 January: their ids."""
    first = await scene.planned()
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=second_council, dates="2027-03-17", place="Oslo")
    async with scene.runtime.db.write() as db:
        second = (await scene.one(Meeting, body_id=second_council)).id
        one, other = await db.get_one(Meeting, first), await db.get_one(Meeting, second)
        other.call_opens_on, other.call_closes_on = one.call_opens_on, one.call_closes_on
    scene.at(2027, 1, 20, 9)
    return [first, second]


def titles(sheet):
    return [(row.title, row.text) for row in sheet.sections[0].rows] if sheet.leads else []


async def test_what_is_due_later_is_shown_when_it_is_asked_for(scene, second_council):
    await two_councils(scene, second_council)
    today = await scene.sheet(RAGNHILD, "worklist.show")
    assert not any(title.startswith("Åpne innmelding") for title, _ in titles(today))
    weeks = await scene.sheet(RAGNHILD, "worklist.show", when="four_weeks", what="calls")
    assert [text for title, text in titles(weeks)] == ["FKM-rådet", "Samordningsrådet"]


async def test_it_is_filtered_by_what_and_by_council(scene, second_council):
    await two_councils(scene, second_council)
    await scene.proposed()
    every = await scene.ok(RAGNHILD, "worklist.show", when="quarter")
    assert sum(status.waiting for status in every.overseen) == 1
    assert sum(len(status.due) for status in every.overseen) > 1
    some = await scene.ok(RAGNHILD, "worklist.show", when="quarter", what="proposals")
    assert [(status.waiting, status.due) for status in some.overseen] == [(0, ()), (1, ())]
    one = await scene.ok(RAGNHILD, "worklist.show", when="quarter", body_id=str(second_council))
    assert [status.body.id for status in one.overseen] == [second_council]
    assert (await scene.ok(RAGNHILD, "worklist.show", body_id="99")).overseen == ()


async def test_the_same_is_offered_for_several_with_how_many(scene, second_council):
    ids = await two_councils(scene, second_council)
    view = await scene.ok(RAGNHILD, "worklist.show", when="four_weeks")
    (offered,) = view.several
    assert (offered.command, sorted(offered.arguments["meeting_id"].split(","))) == (
        "call.open_all",
        [str(key) for key in ids],
    )
    sheet = await scene.sheet(RAGNHILD, "worklist.show", when="four_weeks")
    assert "Åpne 2 innmeldinger" in [action.title for section in sheet.sections for action in section.actions]
    assert (await scene.ok(RAGNHILD, "worklist.show", when="four_weeks", body_id=ids[0])).several == ()
    await scene.ok(RAGNHILD, "call.open_all", **offered.arguments)
    view = await scene.ok(RAGNHILD, "worklist.show")
    assert [each.command for each in view.several] == ["call.remind_all"]


async def test_a_member_has_nothing_to_choose_among(scene, second_council):
    await two_councils(scene, second_council)
    view = await scene.ok(ASTRID, "worklist.show", when="quarter", what="calls")
    assert (view.filter, view.several, view.overseen) == (None, (), ())


async def test_the_button_counts_what_its_form_can_do(scene, second_council):
    """A notice that is due for an empty agenda is in the list, and is none of those that can be sent at once."""
    ids = await two_councils(scene, second_council)
    async with scene.runtime.db.write() as db:
        for key in ids:
            (await db.get_one(Meeting, key)).notice_on = scene.runtime.now().date()
    for number, key in enumerate(ids):
        view = await scene.ok(RAGNHILD, "worklist.show", what="notices")
        assert sum(due.what == "notice" for status in view.overseen for due in status.due) == 2
        assert view.several == (), number
        await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=key, title="Sak", kind="discussion")
    (offered,) = (await scene.ok(RAGNHILD, "worklist.show", what="notices")).several
    (field,) = (await form(scene.runtime, RAGNHILD)("notice.send_all", **offered.arguments)).form["fields"]
    assert sorted(field["value"].split(",")) == sorted(str(choice["value"]) for choice in field["choices"])
    await scene.ok(RAGNHILD, "notice.send", meeting_id=ids[0])
    older = (await form(scene.runtime, RAGNHILD)("notice.send_all", **offered.arguments)).form
    assert older["fields"][0]["value"] == str(ids[1]), "what an older button named and is done is not chosen"
    assert not any("blir stående" in line for line in older["asked"])
    gone = (await form(scene.runtime, RAGNHILD)("notice.send_all", meeting_id=str(ids[0]))).form
    assert "confirm" not in gone["context"], "what is offered instead was not asked for, and is previewed first"
