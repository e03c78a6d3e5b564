"""Follow-ups: a task of each organisation's until it is done."""

from builders import ASTRID, BJORN, ELI, FRODE, HILDE, PAAL, RAGNHILD, SIRI
from lisbot.council.models import FollowUp, Organisation


async def organisation(scene, key):
    return (await scene.one(Organisation, key=key)).id


async def followed_up(scene, *, approve=True):
    """The meeting's id, and the follow-ups' ids by organisation: two hospitals, one form."""
    meeting_id, item_id = await scene.minuted()
    both = [await organisation(scene, "fjord"), await organisation(scene, "aas")]
    given = {"item_id": item_id, "what": "Ta opp i linjen", "due_on": "2027-05-01"}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=",".join(map(str, both)))
    if approve:
        await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    return meeting_id, {row.organisation_id: row.id for row in await scene.all(FollowUp)}


async def asked(scene, who):
    view = await scene.ok(who, "worklist.show")
    return [task.line.what for task in view.follow_ups]


async def test_several_organisations_in_one_form_and_only_those_that_lack_it(scene):
    _, ids = await followed_up(scene, approve=False)
    assert len(ids) == 2
    item_id = (await scene.all(FollowUp))[0].item_id
    union = await organisation(scene, "union")
    given = {"item_id": item_id, "what": "Ta opp i linjen", "due_on": "2027-05-01"}
    more = f"{union},{next(iter(ids))}"
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=more)
    assert len(await scene.all(FollowUp)) == 3
    assert (
        await scene.refused(RAGNHILD, "minutes.add_follow_up", **given, organisation_id=more)
    ).key == "written_already"


async def test_it_is_edited_and_removed_while_the_minutes_are_written(scene):
    meeting_id, ids = await followed_up(scene, approve=False)
    first, second = ids.values()
    early = {"follow_up_id": first, "what": "Ta opp", "due_on": "2027-03-01"}
    assert set((await scene.refused(RAGNHILD, "follow_up.edit", **early)).fields) == {"due_on"}
    await scene.ok(RAGNHILD, "follow_up.edit", follow_up_id=first, what="Ta opp i ledergruppen", due_on="2027-06-01")
    assert "Ta opp i ledergruppen" in await scene.words(RAGNHILD, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "follow_up.remove", follow_up_id=second)
    assert [row.id for row in await scene.all(FollowUp)] == [first]
    for who in (ASTRID, BJORN):
        assert (await scene.refused(who, "follow_up.remove", follow_up_id=first)).status == 403
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    for name, given in (("follow_up.edit", {"what": "Nei"}), ("follow_up.remove", {})):
        assert (await scene.refused(RAGNHILD, name, follow_up_id=first, **given)).key == "minutes_locked"


async def test_it_is_a_task_of_the_organisations_people_until_it_is_done(scene):
    meeting_id, ids = await followed_up(scene)
    assert [await asked(scene, who) for who in (ASTRID, BJORN, ELI, PAAL)] == [["Ta opp i linjen"]] * 2 + [[]] * 2
    fjord = ids[await organisation(scene, "fjord")]
    for who in (ELI, PAAL, BJORN):
        assert (await scene.refused(who, "follow_up.complete", follow_up_id=fjord)).status == 403
    assert (await scene.refused(SIRI, "follow_up.complete", follow_up_id=fjord)).status == 404
    assert (await scene.refused(HILDE, "follow_up.complete", follow_up_id=fjord)).status == 403
    await scene.ok(ASTRID, "follow_up.complete", follow_up_id=fjord)
    assert (await asked(scene, ASTRID), await asked(scene, BJORN)) == ([], ["Ta opp i linjen"])
    shown = await scene.words(ELI, "minutes.show", meeting_id=meeting_id)
    assert "Astrid Fjord" in shown
    assert (await scene.refused(FRODE, "follow_up.complete", follow_up_id=fjord)).key == "follow_up_is_done"
    await scene.ok(RAGNHILD, "follow_up.reopen", follow_up_id=fjord)
    assert await asked(scene, ASTRID) == ["Ta opp i linjen"]
    assert (await scene.refused(ASTRID, "follow_up.reopen", follow_up_id=fjord)).key == "follow_up_is_open"


async def test_nobody_is_asked_before_the_minutes_are_approved(scene):
    meeting_id, ids = await followed_up(scene, approve=False)
    assert await asked(scene, ASTRID) == []
    await scene.refused(ASTRID, "follow_up.complete", follow_up_id=next(iter(ids.values())))
    await scene.ok(RAGNHILD, "minutes.send", meeting_id=meeting_id, until="2027-03-20")
    assert await asked(scene, ASTRID) == []


async def test_while_minutes_are_corrected_what_was_approved_is_asked(scene):
    meeting_id, ids = await followed_up(scene)
    fjord = ids[await organisation(scene, "fjord")]
    await scene.ok(RAGNHILD, "minutes.reopen", meeting_id=meeting_id, reason="Feil frist")
    await scene.ok(RAGNHILD, "follow_up.edit", follow_up_id=fjord, what="Noe helt annet")
    item_id = (await scene.all(FollowUp))[0].item_id
    given = {"item_id": item_id, "what": "Nytt punkt", "organisation_id": await organisation(scene, "fjord")}
    await scene.ok(RAGNHILD, "minutes.add_follow_up", **given)
    assert await asked(scene, ASTRID) == ["Ta opp i linjen"]
    await scene.ok(ASTRID, "follow_up.complete", follow_up_id=fjord)
    assert "Astrid Fjord" in await scene.words(ELI, "minutes.show", meeting_id=meeting_id)
    await scene.ok(RAGNHILD, "minutes.approve", meeting_id=meeting_id)
    assert await asked(scene, ASTRID) == ["Nytt punkt"]


async def test_the_secretariat_sees_all_and_what_is_overdue(scene):
    _, ids = await followed_up(scene)
    view = await scene.ok(RAGNHILD, "follow_up.list")
    assert [task.is_overdue for task in view.found] == [False, False]
    scene.at(2027, 5, 2, 9)
    await scene.ok(RAGNHILD, "follow_up.complete", follow_up_id=ids[await organisation(scene, "aas")])
    view = await scene.ok(RAGNHILD, "follow_up.list")
    assert [(task.line.organisation, task.is_overdue) for task in view.found] == [("Fjord sykehus HF", True)]
    assert len((await scene.ok(RAGNHILD, "follow_up.list", done=True)).found) == 2
    assert (await scene.ok(ELI, "follow_up.list")).found == ()
    assert len((await scene.ok(ASTRID, "follow_up.list")).found) == 1
    assert (await scene.refused(HILDE, "follow_up.list")).status == 403
    assert (await scene.ok(SIRI, "follow_up.list", body_id=scene.body_id)).found == ()
    rows = [row for section in (await scene.sheet(RAGNHILD, "dashboard.show")).sections for row in section.rows]
    led = [row.title for row in rows if row.opens and row.opens.command == "follow_up.list"]
    assert len(led) == 1 and led[0].startswith("1 "), led
