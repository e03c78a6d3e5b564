"""What a council's channel is told: as much as the register's people, but nothing confidential."""

from datetime import datetime

import pytest

import builders
from builders import OSLO, RAGNHILD
from lisbot import commands
from lisbot.cards import draw_card
from lisbot.council.models import Room
from lisbot.council.register.identity import Caller
from lisbot.render.words import words
from people import member

SECRET = "Omstilling ved Fjord"


@pytest.fixture
async def meeting(runtime, clock):
    """A published meeting with one open and one confidential item, and a channel that is told of it."""
    body_id = await builders.council(runtime.db)
    async with runtime.db.write() as db:
        room = Room(
            body_id=body_id,
            platform="teams",
            conversation_id="19:channel",
            service_url="https://smba.example/",
            linked_by_id=1,
            linked_at=builders.RECORDED,
        )
        db.add(room)
    ragnhild = member(runtime, RAGNHILD)
    clock.at = datetime(2026, 2, 1, 9, tzinfo=OSLO)
    await ragnhild("year_plan.set_dates", body_id=body_id, dates="2026-03-10")
    await ragnhild("agenda_item.add", meeting_id=1, title="Åpen sak", kind="discussion")
    await ragnhild(
        "agenda_item.add", meeting_id=1, title=SECRET, background="Navn", kind="discussion", confidential=True
    )
    assert (await ragnhild("notice.send", meeting_id=1)).status == 200
    return ragnhild


async def in_the_channel(runtime, name, **given):
    return await commands.run(runtime, name, given, Caller("room", "1"))


@pytest.mark.parametrize("name", ["meeting.show", "agenda.show"])
async def test_a_confidential_item_is_only_said_to_be_there(runtime, meeting, name):
    reply = await in_the_channel(runtime, name, meeting_id=1)
    assert reply.status == 200
    assert [item.title for item in reply.view.items] == ["Åpen sak", "", "Eventuelt"]
    assert "Konfidensiell sak" in words(drawn(reply))
    for everything in (str(reply.view), str(drawn(reply))):
        assert SECRET not in everything
        assert "Navn" not in everything


def drawn(reply):
    return draw_card(reply.shows, reply.view, reply.viewer)


async def test_members_read_it_whole(runtime, meeting):
    reply = await member(runtime, builders.BJORN)("meeting.show", meeting_id=1)
    assert SECRET in [item.title for item in reply.view.items]


async def test_a_question_about_it_is_not_shown_there(runtime, meeting):
    items = (await meeting("meeting.show", meeting_id=1)).view.items
    (item,) = [item for item in items if item.title == SECRET]
    opened = await meeting("vote.open", item_id=item.id, question=f"{SECRET}?")
    assert opened.status == 200
    assert (await in_the_channel(runtime, "vote.show", vote_id=opened.view.id)).status == 404
    assert (await member(runtime, builders.BJORN)("vote.show", vote_id=opened.view.id)).status == 200
