"""Items that come again: put where they belong, or copied from the last agenda."""

from builders import ASTRID, BJORN, RAGNHILD
from lisbot.council.models import AgendaItem, Case, Meeting
from people import form

COMMAND = "agenda.copy"


async def june_of(scene):
    """The ids of the June meeting, and of the case that March's agenda has."""
    _, item_id = await scene.minuted()
    (june,) = [each.id for each in await scene.all(Meeting) if each.held_on.month == 6]
    return june, item_id


async def titles(scene, meeting_id):
    return [item.title for item in (await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting_id)).items]


async def test_items_of_the_last_agenda_are_put_on_the_next_as_new_cases(scene):
    june, item_id = await june_of(scene)
    filled = await scene.form(RAGNHILD, COMMAND, meeting_id=june)
    assert [choice["value"] for field in filled["fields"] for choice in field["choices"]] == [str(item_id)]
    view = await scene.ok(RAGNHILD, COMMAND, meeting_id=june, item_id=item_id)
    assert "Felles rotasjon" in [item.title for item in view.items]
    copied = next(item for item in await scene.all(AgendaItem, meeting_id=june) if item.title == "Felles rotasjon")
    assert (copied.outcome, copied.background, copied.wording) == (None, "", "")
    assert len({case.id for case in await scene.all(Case)}) == 2
    assert (await scene.refused(RAGNHILD, COMMAND, meeting_id=june, item_id=item_id)).key == "already_there"
    wrong = await scene.refused(RAGNHILD, COMMAND, meeting_id=june, item_id=copied.id)
    assert set(wrong.fields) == {"item_id"}
    for who in (ASTRID, BJORN):
        assert (await scene.refused(who, COMMAND, meeting_id=june, item_id=item_id)).status == 403
        assert (await form(scene.runtime, who)(COMMAND, meeting_id=june)).status == 403


async def test_it_is_offered_where_there_is_a_last_agenda(scene):
    june, _ = await june_of(scene)
    march = next(each.id for each in await scene.all(Meeting) if each.held_on.month == 3)
    offered = {
        meeting: {each.command for each in (await scene.ok(RAGNHILD, "agenda.show", meeting_id=meeting)).actions}
        for meeting in (march, june)
    }
    assert COMMAND in offered[june]
    assert COMMAND not in offered[march]


async def test_a_new_item_is_put_where_its_number_says(scene):
    await scene.on_agenda(title="Sak 1")
    (march,) = [each.id for each in await scene.all(Meeting) if each.held_on.month == 3]
    before = await titles(scene, march)
    given = {"meeting_id": march, "kind": "discussion"}
    await scene.ok(RAGNHILD, "agenda_item.add", title="Først", number="1", **given)
    await scene.ok(RAGNHILD, "agenda_item.add", title="Sist", **given)
    await scene.ok(RAGNHILD, "agenda_item.add", title="Etter alt", number="99", **given)
    assert await titles(scene, march) == ["Først", *before[:-1], "Sist", before[-1], "Etter alt"]
