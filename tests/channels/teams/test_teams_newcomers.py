"""Whoever sits in a council's team and has not met lisbot yet is found there when a message finds no chat."""

from datetime import UTC, datetime

import pytest

import builders
from dumps import rows
from fakes.teams import TEAM, TENANT, Person
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Room
from lisbot.outbox import Outbox
from stages import Scene

ASTRID = Person("Astrid Fjord", builders.ASTRID)


@pytest.fixture
async def scene(real, runtime, clock, connector) -> Scene:
    """A council with a linked channel, whose members lisbot has not met."""
    scene = Scene(runtime, clock, 1)
    async with runtime.db.write() as db:
        db.add(
            Room(
                body_id=scene.body_id,
                platform="teams",
                tenant=TENANT,
                conversation_id=TEAM,
                service_url=connector.url,
                linked_by_id=await scene.person(builders.RAGNHILD),
                linked_at=datetime(2026, 1, 1, tzinfo=UTC),
            )
        )
    return scene


async def told(scene: Scene, email: str) -> list[DeliveryState]:
    person = await scene.person(email)
    return [each.state for each in await rows(scene.runtime.db, Delivery) if each.person_id == person]


async def test_whoever_sits_in_the_team_is_linked_and_told(scene, real, connector):
    connector.rosters[TEAM] = [ASTRID.roster_entry]
    await scene.called()
    await Outbox(scene.runtime, {"teams": real.channel.sender}).drain()
    assert await told(scene, builders.ASTRID) == [DeliveryState.SENT]
    assert [account.external_id for account in await rows(scene.runtime.db, Account)] == [ASTRID.object_id]
    assert await told(scene, builders.BJORN) == [DeliveryState.UNREACHABLE]
    assert connector.calls["paged"] == 1, "the roster is read once, however many are looked for"


async def test_a_guest_with_the_same_address_is_nobody(scene, real, connector):
    connector.rosters[TEAM] = [Person("Gjest", builders.ASTRID, role="guest").roster_entry]
    await scene.called()
    await Outbox(scene.runtime, {"teams": real.channel.sender}).drain()
    assert await told(scene, builders.ASTRID) == [DeliveryState.UNREACHABLE]


async def test_a_roster_that_is_not_to_be_had_leaves_them_unreachable(scene, real, connector):
    await scene.called()
    await Outbox(scene.runtime, {"teams": real.channel.sender}).drain()
    assert await told(scene, builders.ASTRID) == [DeliveryState.UNREACHABLE]
