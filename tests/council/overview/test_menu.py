"""The menu: what lisbot can do for somebody."""

from builders import ASTRID, HILDE, RAGNHILD, SIRI


async def test_everybody_is_offered_what_they_may_do(scene):
    await scene.called()  # or there is no meeting to propose anything for
    offered = {who: [each.command for each in (await scene.ok(who, "menu.show")).actions] for who in (ASTRID, HILDE)}
    assert offered[ASTRID] == ["worklist.show", "proposal.submit", "follow_up.list", "outcome.search"]
    assert offered[HILDE] == ["worklist.show"]
    assert "dashboard.show" in [each.command for each in (await scene.ok(RAGNHILD, "menu.show")).actions]


async def test_only_ones_own_councils_are_listed_by_the_alphabet_of_ones_language(scene, second_council):
    assert [body.name for body in (await scene.ok(RAGNHILD, "menu.show")).bodies] == ["FKM-rådet", "Samordningsrådet"]
    assert [body.name for body in (await scene.ok(ASTRID, "menu.show")).bodies] == ["Samordningsrådet"]
    assert [body.name for body in (await scene.ok(SIRI, "menu.show")).bodies] == ["Rådet i nord"]
