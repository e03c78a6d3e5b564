"""The items that stand on every agenda of one council: kept by its secretariat, on new agendas, and put on drafts."""

from builders import ASTRID, ELI, KARI, RAGNHILD, SIRI
from lisbot.council.models import AgendaItem, Body

SET, SHOW = "standing_item.set_all", "standing_item.show"
NEWS = {
    "place": 1,
    "title_nb": "Nytt fra RegUt",
    "title_nn": "Nytt frå RegUt",
    "title_en": "News",
    "duration_minutes": 10,
}
ROUND = {"place": 2, "title_nb": "Runde rundt bordet", "kind": "discussion", "comes_last": "true"}


def rows(*items):
    return {f"items.{key}.{name}": value for key, item in enumerate(items, start=1) for name, value in item.items()}


async def titles(scene, meeting_id):
    items = await scene.all(AgendaItem, meeting_id=meeting_id)
    return [item.title for item in sorted(items, key=lambda item: item.position)]


async def test_a_new_agenda_has_them_in_their_order_and_new_cases_come_between(scene):
    await scene.ok(RAGNHILD, SET, body_id=1, **rows(NEWS, ROUND))
    meeting_id = await scene.planned()
    for title in ("En sak", "En til"):
        await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title=title, kind="information")
    expected = ["Nytt fra RegUt", "En sak", "En til", "Runde rundt bordet", "Eventuelt"]
    assert await titles(scene, meeting_id) == expected
    item = await scene.one(AgendaItem, title="Nytt fra RegUt")
    assert (item.case_id, item.duration_minutes, item.kind) == (None, 10, "information")


async def test_the_last_minutes_stand_before_them(scene):
    await scene.minuted()
    await scene.ok(RAGNHILD, SET, body_id=1, **rows(NEWS))
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=2, title="En sak", kind="information")
    first, second, *_ = await titles(scene, 2)
    assert first.startswith("Godkjenning av referat") and second == "Nytt fra RegUt"


async def test_they_are_read_in_the_readers_language(scene):
    await scene.ok(RAGNHILD, SET, body_id=1, **rows(NEWS, ROUND))
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "notice.send", meeting_id=meeting_id)
    for lang, said in (("nb", "Nytt fra RegUt"), ("nn", "Nytt frå RegUt"), ("en", "News")):
        await scene.ok(ELI, "person.choose_language", language=lang)
        view = await scene.ok(ELI, "agenda.show", meeting_id=meeting_id)
        assert [line.title for line in view.items][:2] == [said, "Runde rundt bordet"]  # which stands in one only


async def test_a_draft_takes_them_over_and_keeps_what_is_there(scene):
    await scene.on_agenda(title="En sak")
    await scene.ok(RAGNHILD, SET, body_id=1, **rows(NEWS, ROUND))
    assert "Nytt fra RegUt" not in await titles(scene, 1)
    view = await scene.ok(RAGNHILD, "agenda.show", meeting_id=1)
    assert "agenda.add_standing" in [each.command for each in view.actions]
    view = await scene.ok(RAGNHILD, "agenda.add_standing", meeting_id=1)
    assert await titles(scene, 1) == ["Nytt fra RegUt", "En sak", "Runde rundt bordet", "Eventuelt"]
    assert "agenda.add_standing" not in [each.command for each in view.actions]


async def test_one_is_changed_moved_and_taken_away_and_may_be_taken_off_one_agenda(scene):
    await scene.ok(RAGNHILD, SET, body_id=1, **rows(NEWS, ROUND))
    meeting_id = await scene.planned()
    await scene.ok(RAGNHILD, "agenda_item.add", meeting_id=meeting_id, title="En sak", kind="information")
    item = await scene.one(AgendaItem, title="Nytt fra RegUt")
    await scene.ok(RAGNHILD, "agenda_item.remove", item_id=item.id)
    assert await titles(scene, meeting_id) == ["En sak", "Runde rundt bordet", "Eventuelt"]
    moved = {"items.1.place": "2", "items.2.place": "1"}
    view = await scene.ok(RAGNHILD, SET, body_id=1, **moved)
    assert [line.title for line in view.items] == ["Runde rundt bordet", "Nytt fra RegUt"]
    gone = dict.fromkeys(("items.1.title_nb", "items.1.title_nn", "items.1.title_en"), "")
    view = await scene.ok(RAGNHILD, SET, body_id=1, **gone)
    assert [line.title for line in view.items] == ["Nytt fra RegUt"]


async def test_what_cannot_be_a_standing_item_is_refused(scene):
    reply = await scene.refused(RAGNHILD, SET, body_id=1, **rows({**NEWS, "title_nb": "Vedtak"}))
    assert list(reply.fields) == ["items.1.title_nb"]
    assert (await scene.refused(RAGNHILD, SET, body_id=1, **rows(NEWS, NEWS))).key == "standing_twice"
    in_english = {**dict.fromkeys(NEWS, ""), **{name: NEWS[name] for name in NEWS if not name.startswith("title_")}}
    in_english["title_en"] = NEWS["title_nb"]
    for second in (in_english, {**NEWS, "title_nb": NEWS["title_nb"].upper()}):
        assert (await scene.refused(RAGNHILD, SET, body_id=1, **rows(NEWS, second))).key == "standing_twice"
    await scene.ok(RAGNHILD, SET, body_id=1, **rows({**NEWS, "title_nb": ""}, {**ROUND, "title_nb": ""}))


async def test_only_the_councils_secretariat_keeps_them(scene):
    for who in (ASTRID, SIRI):
        assert (await scene.refused(who, SET, body_id=1, **rows(NEWS))).status == 403
        assert (await scene.refused(who, SHOW, body_id=1)).status == 403
    assert (await scene.refused(RAGNHILD, SHOW, body_id=2)).status == 404
    assert (await scene.one(Body, id=1)).standing_items == []
    await scene.ok(KARI, SET, body_id=1, **rows(NEWS))
    assert "Nytt fra RegUt" in await scene.words(RAGNHILD, SHOW, body_id=1)
    sheet = await scene.sheet(RAGNHILD, "body.show", body_id=1)
    assert SHOW in [action.command for action in sheet.actions]
