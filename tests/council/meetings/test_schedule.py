"""An agenda ordered on one page: numbers, minutes and breaks for all items at once, and whether there is time."""

from datetime import time

import pytest

from builders import ASTRID, BJORN, ELI, RAGNHILD
from lisbot.council.meetings.schedule import reorder_by_place
from lisbot.council.models import AgendaItem, Meeting
from people import form

COMMAND = "agenda.schedule"


async def arranged(scene, count=3):
    """A draft agenda of so many cases: the meeting's id, and its items' ids in their order."""
    await scene.on_agenda(title="Sak 1")
    (meeting,) = [each for each in await scene.all(Meeting) if each.held_on.month == 3]
    for number in range(2, count + 1):
        given = {"meeting_id": meeting.id, "title": f"Sak {number}", "kind": "discussion"}
        await scene.ok(RAGNHILD, "agenda_item.add", **given)
    return meeting.id, await order_of(scene, meeting.id)


async def order_of(scene, meeting_id):
    items = await scene.all(AgendaItem, meeting_id=meeting_id)
    return [item.id for item in sorted(items, key=lambda item: item.position)]


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({5: 1}, [5, 1, 2, 3, 4]),
        ({1: 5}, [2, 3, 4, 5, 1]),
        ({1: 99}, [2, 3, 4, 5, 1]),
        ({4: 2, 5: 2}, [1, 4, 5, 2, 3]),
        ({1: 50, 2: 40, 3: 30, 4: 20, 5: 10}, [5, 4, 3, 2, 1]),
        ({1: 2, 2: 1}, [2, 1, 3, 4, 5]),
    ],
)
def test_an_item_comes_to_stand_where_its_new_number_says(places, order):
    numbered = {item_id: item_id for item_id in range(1, 6)} | places
    assert reorder_by_place([1, 2, 3, 4, 5], numbered) == order


async def test_order_minutes_and_breaks_are_set_at_once_and_the_clock_follows(scene):
    meeting_id, order = await arranged(scene)
    first, second, third = order[-4:-1]
    given = {f"items.{third}.place": str(order.index(first) + 1)}
    for item_id in order:
        given[f"items.{item_id}.duration_minutes"] = "20"
    given[f"items.{third}.break_minutes"] = "15"
    view = await scene.ok(RAGNHILD, COMMAND, meeting_id=meeting_id, **given)
    shown = {item.id: item for item in view.items}
    assert [item.id for item in view.items][-4:-1] == [third, first, second]
    assert [item.place for item in view.items] == list(range(1, len(order) + 1))
    start = shown[third].starts
    assert shown[first].starts == time(start.hour, start.minute + 35)
    words = await scene.words(RAGNHILD, "agenda.show", meeting_id=meeting_id)
    assert "Pause, 15 minutter" in words
    assert f"{20 * len(order) + 15} av møtets 360 minutter" in words
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    assert "Pause, 15 minutt" in await scene.words(ASTRID, "agenda.show", meeting_id=meeting_id)
    assert "360" not in await scene.words(ASTRID, "agenda.show", meeting_id=meeting_id)
    gone = {f"items.{third}.break_minutes": ""}
    view = await scene.ok(RAGNHILD, COMMAND, meeting_id=meeting_id, **gone)
    assert [change.kind for change in view.changes] == ["changed"]


async def test_too_long_an_agenda_is_said_before_the_notice_goes(scene):
    meeting_id, order = await arranged(scene)
    given = {f"items.{item_id}.duration_minutes": "120" for item_id in order}
    await scene.ok(RAGNHILD, COMMAND, meeting_id=meeting_id, **given)
    asked = await scene.form(RAGNHILD, "notice.send", meeting_id=meeting_id)
    too_long = f"Sakene og pausene tar {120 * len(order)} minutter, men møtet varer bare 360."
    assert too_long in asked["asked"]
    assert too_long in await scene.words(RAGNHILD, "meeting.show", meeting_id=meeting_id)


async def test_what_is_no_number_or_no_item_is_refused(scene):
    meeting_id, order = await arranged(scene)
    for name, value in (("place", ""), ("place", "0"), ("place", "to"), ("break_minutes", "481")):
        key = f"items.{order[0]}.{name}"
        assert set((await scene.refused(RAGNHILD, COMMAND, meeting_id=meeting_id, **{key: value})).fields) == {key}
    answer = await scene.refused(RAGNHILD, COMMAND, meeting_id=meeting_id, **{"items.9999.place": "1"})
    assert answer.status == 422
    for who in (ASTRID, BJORN):
        assert (await scene.refused(who, COMMAND, meeting_id=meeting_id)).status == 403
        assert (await form(scene.runtime, who)(COMMAND, meeting_id=meeting_id)).status == 403


async def test_standing_items_are_in_the_language_of_the_reader(scene):
    await scene.minuted()
    (june,) = [each.id for each in await scene.all(Meeting) if each.held_on.month == 6]
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=june, title="Budsjett", kind="information")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    for who, minutes, other in (
        (RAGNHILD, "Godkjenning av referat fra onsdag 10. mars 2027", "Eventuelt"),
        (ASTRID, "Godkjenning av referat frå onsdag 10. mars 2027", "Eventuelt"),
        (ELI, "Approval of the minutes from Wednesday 10 March 2027", "Any other business"),
    ):
        titles = [item.title for item in (await scene.ok(who, "agenda.show", meeting_id=june)).items]
        assert titles == [minutes, "Budsjett", other]
    first = (await scene.ok(RAGNHILD, "agenda.show", meeting_id=june)).items[0]
    given = {"item_id": first.id, "title": "Referatet", "kind": "discussion"}
    await scene.ok(RAGNHILD, "agenda_item.edit", **given)
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    assert (await scene.ok(ELI, "agenda.show", meeting_id=june)).items[0].title == "Referatet"  # as somebody wrote it
