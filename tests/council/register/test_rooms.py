"""The channels where a council is told things together."""

import pytest

import builders
from builders import ASTRID, RAGNHILD, SIRI
from lisbot.commands import run
from lisbot.council.core.context import RoomRef
from lisbot.council.enums import Post
from lisbot.council.models import Body, Delivery, Person, Room, Secretariat
from lisbot.council.register.identity import Caller

CHANNEL = RoomRef("teams", "t", "19:room", "https://smba.example")


async def in_channel(scene, email, name, **given):
    caller = Caller("web", str(await scene.person(email)), room=CHANNEL)
    return await run(scene.runtime, name, given, caller)


async def test_a_channel_is_linked_told_and_unlinked(scene):
    assert (await in_channel(scene, RAGNHILD, "room.link", body="Samrad")).status == 200
    await scene.called()
    (room,) = await scene.all(Room)
    assert [d.kind for d in await scene.all(Delivery, room_id=room.id)] == ["call_opened"]
    assert (await in_channel(scene, RAGNHILD, "room.unlink")).status == 200
    assert await scene.all(Room) == []
    assert all(delivery.person_id for delivery in await scene.all(Delivery))


async def test_a_channel_that_is_linked_once_more_is_still_told_what_waits(scene):
    assert (await in_channel(scene, RAGNHILD, "room.link", body="samrad")).status == 200
    await scene.called()
    (room,) = await scene.all(Room)
    assert (await in_channel(scene, RAGNHILD, "room.link", body="samrad")).status == 200
    assert [each.id for each in await scene.all(Room)] == [room.id]
    assert [d.kind for d in await scene.all(Delivery, room_id=room.id)] == ["call_opened"]


async def test_only_the_secretariat_links_a_channel_and_only_from_inside_it(scene):
    assert (await in_channel(scene, ASTRID, "room.link", body="samrad")).status == 403
    assert (await scene.refused(RAGNHILD, "room.link", body="samrad")).key == "no_room"
    assert (await in_channel(scene, RAGNHILD, "room.link", body="nordrad")).key == "no_such_body"
    assert (await in_channel(scene, RAGNHILD, "room.unlink")).status == 404


async def test_a_room_is_not_taken_from_another_secretariats_council(scene):
    for _ in range(2):
        assert (await in_channel(scene, RAGNHILD, "room.link", body="samrad")).status == 200
    async with scene.runtime.db.write() as db:
        siri = await db.get_one(Person, await scene.person(SIRI))
        db.add(builders.staff(await scene.one(Secretariat, key="regut-north"), siri, Post.LEADER))
    assert (await in_channel(scene, SIRI, "room.link", body="nordrad")).key == "room_taken"
    assert [r.body_id for r in await scene.all(Room)] == [scene.body_id]


async def test_the_channel_is_answered_in_the_councils_language(scene):
    """Whoever links it may read another one themselves."""
    await scene.ok(RAGNHILD, "person.choose_language", language="en")
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, scene.body_id)).lang = "nn"
    for command, given in (("room.link", {"body": "samrad"}), ("room.unlink", {})):
        reply = await in_channel(scene, RAGNHILD, command, **given)
        assert (reply.lang, reply.viewer.lang) == ("nn", "nn")
    assert (await scene.one(Person, email=RAGNHILD)).lang == "en"


@pytest.mark.parametrize(
    "typed",
    [
        "Samordningsrådet",
        "samordningsrådet",
        "SAMRAD",
        "«samrad»",
        ": samrad",
        '"Samordningsrådet"',
        "sam\u00adrad\u200b",
    ],
)
async def test_a_channel_is_linked_by_name_or_key(scene, typed):
    assert (await in_channel(scene, RAGNHILD, "room.link", body=typed)).status == 200
    assert (await scene.one(Room)).body_id == scene.body_id


async def test_a_near_miss_is_told_what_may_be_meant_of_what_is_ones_own(scene, second_council):
    reply = await in_channel(scene, RAGNHILD, "room.link", body="Samordningsråde i Nord")
    assert (reply.status, reply.key) == (422, "no_such_body") and "Mente du «Samordningsrådet»?" in reply.words
    reply = await in_channel(scene, RAGNHILD, "room.link", body="Rådet i nord")
    assert "nord" not in reply.words.replace("«Rådet i nord»", "")
    reply = await in_channel(scene, RAGNHILD, "room.link", body="zzz")
    assert "Du kan koble «Samordningsrådet» og «FKM-rådet»." in reply.words


async def test_two_councils_of_one_name_are_told_apart(scene, second_council):
    async with scene.runtime.db.write() as db:
        (await db.get_one(Body, second_council)).name = "Samordningsrådet"
    reply = await in_channel(scene, RAGNHILD, "room.link", body="Samordningsrådet")
    assert reply.key == "several_bodies" and "(fkm)" in reply.words and "(samrad)" in reply.words
    assert (await in_channel(scene, RAGNHILD, "room.link", body="fkm")).status == 200


async def test_the_form_offers_the_councils_that_may_be_linked(scene, second_council):
    form = await scene.form(RAGNHILD, "room.link")
    (field,) = form["fields"]
    assert [c["value"] for c in field["choices"]] == ["fkm", "samrad"]
