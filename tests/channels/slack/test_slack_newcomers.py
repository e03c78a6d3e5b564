"""Whoever is in a council's workspace and has not met lisbot yet is found there when a message finds no chat."""

from datetime import UTC, datetime

import pytest

import builders
from channels.slack.helpers import ASTRID, settle
from dumps import rows
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Room
from lisbot.outbox import Outbox
from stages import Scene


@pytest.fixture
async def scene(real, runtime, clock, fake) -> Scene:
    """A council with a linked channel, whose members lisbot has not met."""
    scene = Scene(runtime, clock, 1)
    async with runtime.db.write() as db:
        db.add(
            Room(
                body_id=scene.body_id,
                platform="slack",
                tenant=ASTRID.team,
                conversation_id="C0RAADET",
                service_url=ASTRID.team,
                linked_by_id=await scene.person(builders.RAGNHILD),
                linked_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    return scene


async def test_whoever_is_in_the_workspace_is_linked_and_told(scene, real, fake):
    fake.has(ASTRID)
    await scene.called()
    await Outbox(scene.runtime, {"slack": real.channel.sender}).drain()
    await settle(real)
    astrid, bjorn = await scene.person(builders.ASTRID), await scene.person(builders.BJORN)
    states = {each.person_id: each.state for each in await rows(scene.runtime.db, Delivery) if each.person_id}
    assert (states[astrid], states[bjorn]) == (DeliveryState.SENT, DeliveryState.UNREACHABLE)
    assert [account.external_id for account in await rows(scene.runtime.db, Account)] == [ASTRID.id]
