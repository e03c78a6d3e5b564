"""Channels that can be told nothing any more: the secretariat is told once, and nothing more is sent there."""

from builders import ASTRID, BJORN, KARI, RAGNHILD, SIRI
from council.register.test_rooms import in_channel
from lisbot.commands import run
from lisbot.council.models import Delivery, Room
from lisbot.council.register.identity import Caller

CLOCK = Caller("clock", "")


async def linked(scene):
    assert (await in_channel(scene, RAGNHILD, "room.link", body="samrad")).status == 200
    return (await scene.one(Room)).id


async def noted(scene, command="room.mark_gone", **more):
    given = {"platform": "teams", "tenant": "t"} | ({"reason": "teamDeleted"} if command == "room.mark_gone" else {})
    reply = await run(scene.runtime, command, given | more, CLOCK)
    assert reply.status == 200, reply.words


async def test_the_secretariat_is_told_once_and_sees_it(scene):
    await linked(scene)
    for _ in range(2):
        await noted(scene, conversation_id="19:room")
    told = await scene.all(Delivery, kind="room_gone")
    assert {d.person_id for d in told} == {await scene.person(who) for who in (RAGNHILD, KARI)}
    assert len(told) == 2
    room = await scene.one(Room)
    assert (room.gone_at, room.gone_reason) == (scene.clock(), "teamDeleted")
    assert "Kanalen i Teams er borte siden" in await scene.words(RAGNHILD, "body.show", body_id=scene.body_id)
    assert "1 kanal kan ikke nås" in await scene.words(RAGNHILD, "dashboard.show")
    assert "borte" not in await scene.words(BJORN, "body.show", body_id=scene.body_id)


async def test_nothing_more_is_sent_there_until_it_is_back(scene):
    await linked(scene)
    await noted(scene, conversation_id="19:room")
    meeting_id = await scene.called()
    assert not [d for d in await scene.all(Delivery) if d.room_id]
    await noted(scene, "room.revive", conversation_id="19:room")
    assert (await scene.one(Room)).gone_at is None
    await scene.ok(RAGNHILD, "meeting.cancel", meeting_id=meeting_id, reason="For få saker")
    assert [d for d in await scene.all(Delivery) if d.room_id]


async def test_another_channel_team_or_workspace_is_none_of_its_business(scene):
    await linked(scene)
    for where in ({"conversation_id": "19:other"}, {"team": "19:team"}, {"tenant": "t2"}):
        await noted(scene, **where)
    assert (await scene.one(Room)).gone_at is None
    await noted(scene)  # all of the workspace
    assert (await scene.one(Room)).gone_at is not None


async def test_linking_it_again_revives_it(scene):
    await linked(scene)
    await noted(scene, conversation_id="19:room")
    await linked(scene)
    assert (await scene.one(Room)).gone_at is None


async def test_a_channel_that_is_gone_is_removed_by_those_who_may_link_it(scene):
    room_id = await linked(scene)
    await noted(scene, conversation_id="19:room")
    for who in (ASTRID, BJORN, SIRI):
        assert (await scene.refused(who, "room.remove", room_id=room_id)).status == 403
        assert (await scene.refused(who, "room.mark_gone", platform="teams", reason="x")).status == 403
        assert (await scene.refused(who, "room.revive", platform="teams")).status == 403
    shown = await scene.ok(RAGNHILD, "body.show", body_id=scene.body_id)
    assert [a.command for a in shown.gone_rooms[0].actions] == ["room.remove"]
    await scene.ok(RAGNHILD, "room.remove", room_id=room_id)
    assert await scene.all(Room) == []
    assert (await scene.refused(RAGNHILD, "room.remove", room_id=room_id)).status == 404


async def test_a_vacant_seat_stands_in_the_overview(scene):
    from council.register.test_seat_holders import approved

    await approved(scene, name="", email="")
    scene.at(2027, 4, 2, 9)
    assert "1 plass er ledig" in await scene.words(RAGNHILD, "dashboard.show")
