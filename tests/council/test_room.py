"""What a council's channel is told: as much as the register's people, but nothing confidential."""

from datetime import datetime

import pytest

import builders
from builders import OSLO, RAGNHILD
from lisbot import commands
from lisbot.cards import facts
from lisbot.council.models import Room
from lisbot.council.people import Caller
from people import door

SECRET = "Omstilling ved Fjord"


@pytest.fixture
async def meeting(house, clock):
    """A published meeting with one open and one confidential item, and a channel that is told of it."""
    body_id = await builders.council(house.db)
    async with house.db.write() as db:
        room = Room(
            body_id=body_id,
            platform="teams",
            conversation_id="19:channel",
            service_url="https://smba.example/",
            linked_by_id=1,
            linked_at=builders.RECORDED,
        )
        db.add(room)
    ragnhild = door(house, RAGNHILD, show=facts)
    clock.at = datetime(2026, 2, 1, 9, tzinfo=OSLO)
    await ragnhild("year.plan", body_id=body_id, dates="2026-03-10")
    await ragnhild("agenda.add", meeting_id=1, title="Åpen sak", kind="discussion")
    await ragnhild(
        "agenda.add", meeting_id=1, title=SECRET, background="Navn", kind="discussion", confidential=True
    )
    assert (await ragnhild("agenda.publish", meeting_id=1)).status == 200
    return ragnhild


async def in_the_channel(house, name, **given):
    return await commands.run(house, name, given, Caller("room", "1"))


@pytest.mark.parametrize("name", ["meeting.show", "agenda.show"])
async def test_a_confidential_item_is_only_said_to_be_there(house, meeting, name):
    reply = await in_the_channel(house, name, meeting_id=1)
    assert reply.status == 200
    assert "Åpen sak" in str(reply.shown)
    assert "Konfidensiell sak" in str(reply.shown)
    assert SECRET not in str(reply.shown)
    assert "Navn" not in str(reply.shown)


async def test_members_read_it_whole(house, meeting):
    reply = await door(house, builders.BJORN)("meeting.show", meeting_id=1)
    assert SECRET in str(reply.shown)


async def test_a_question_about_it_is_not_shown_there(house, meeting):
    shown = (await meeting("meeting.show", meeting_id=1)).shown
    item = next(r for s in shown["sections"] for r in s["rows"] if SECRET in r["title"])
    item_id = next(b["data"]["args"]["item_id"] for b in item["buttons"] if "args" in b["data"])
    assert (await meeting("vote.open", item_id=item_id, question=f"{SECRET}?")).status == 200
    assert (await in_the_channel(house, "vote.show", vote_id=1)).status == 404
    assert (await door(house, builders.BJORN)("vote.show", vote_id=1)).status == 200
