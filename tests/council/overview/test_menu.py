"""The menu: what lisbot can do for somebody."""

from builders import ASTRID, HILDE, RAGNHILD, SIRI
from lisbot.council.models import Body


async def test_everybody_is_offered_what_they_may_do(scene):
    await scene.called()  # or there is no meeting to propose anything for
    offered = {who: [each.command for each in (await scene.ok(who, "menu.show")).actions] for who in (ASTRID, HILDE)}
    own = ["worklist.show", "proposal.submit", "follow_up.list", "outcome.search", "quiet_time.show"]
    assert offered[ASTRID] == [*own, "calendar_feed.show", "person.show_data"]
    assert offered[HILDE] == ["worklist.show", "quiet_time.show", "person.show_data"]
    assert "dashboard.show" in [each.command for each in (await scene.ok(RAGNHILD, "menu.show")).actions]


async def test_only_ones_own_councils_are_listed_by_the_alphabet_of_ones_language(scene, second_council):
    assert [body.name for body in (await scene.ok(RAGNHILD, "menu.show")).bodies] == ["FKM-rådet", "Samordningsrådet"]
    assert [body.name for body in (await scene.ok(ASTRID, "menu.show")).bodies] == ["Samordningsrådet"]
    assert [body.name for body in (await scene.ok(SIRI, "menu.show")).bodies] == ["Rådet i nord"]


async def test_councils_and_organisations_stand_by_the_norwegian_alphabet_letter_case_apart(scene):
    async with scene.runtime.db.write() as db:
        own = await db.get_one(Body, scene.body_id)
        for name in ("Ålesundsrådet", "Ørlandsrådet", "Zoologirådet", "allmennrådet", "Ærfuglrådet"):
            db.add(
                Body(
                    key=name.casefold(),
                    secretariat_id=own.secretariat_id,
                    name=name,
                    kind="råd",
                    region=own.region,
                    authority=own.authority,
                    lang="nb",
                )
            )
    in_order = ["allmennrådet", "Samordningsrådet", "Zoologirådet", "Ærfuglrådet", "Ørlandsrådet", "Ålesundsrådet"]
    overview = await scene.ok(RAGNHILD, "dashboard.show")
    own = await scene.ok(RAGNHILD, "worklist.show")
    assert [body.name for body in (await scene.ok(RAGNHILD, "menu.show")).bodies] == in_order
    assert [status.body.name for status in overview.bodies] == in_order
    assert [body.name for body in own.bodies] == [status.body.name for status in own.overseen] == in_order
    for command, field in (("outcome.search", "body_id"), ("follow_up.list", "body_id"), ("room.link", "body")):
        form = await scene.form(RAGNHILD, command)
        choices = next(each["choices"] for each in form["fields"] if each["id"] == field)
        named = [each["title"] for each in choices if each["title"] != "Alle"]
        assert named == in_order, command
    _, item_id = await scene.minuted()
    form = await scene.form(RAGNHILD, "minutes.add_follow_up", item_id=item_id)
    organisations = [each["title"] for each in form["fields"][0]["choices"]]
    assert organisations[0] == "Direktoratet" and organisations[-1] == "Ås sykehus HF"


async def test_whoever_is_in_several_councils_finds_the_meetings_of_each(scene, second_council):
    sheet = await scene.sheet(RAGNHILD, "menu.show")
    rows = [row for part in sheet.sections for row in part.rows]
    assert [row.title for row in rows] == ["FKM-rådet", "Samordningsrådet"]
    led_to = [await scene.ok(RAGNHILD, each.command, **each.arguments) for row in rows for each in row.actions]
    assert [view.body.name for view in led_to] == ["FKM-rådet", "Samordningsrådet"]
