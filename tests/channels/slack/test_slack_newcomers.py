"""Whoever is in a council's workspace and has not met lisbot yet is found there when a message finds no chat."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import builders
from channels.slack.helpers import ASTRID, settle
from dumps import rows
from fakes.slack_checks import Refusal
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Proposal, Room
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
                conversation_id=fake.channel("samrad", ASTRID).id,
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


@pytest.mark.parametrize("method", ["users.lookupByEmail", "conversations.open"])
async def test_a_workspace_that_does_not_answer_is_asked_again(scene, real, fake, clock, method):
    fake.has(ASTRID)
    await scene.called()
    fake.refusals[method] = [Refusal("internal_error") for _ in range(9)]
    outbox = Outbox(scene.runtime, {"slack": real.channel.sender})
    await outbox.drain()
    astrid = await scene.person(builders.ASTRID)
    assert await states_of(scene, astrid) == [DeliveryState.WAITING]
    fake.refusals[method] = []
    clock.at += timedelta(minutes=5)
    await outbox.drain()
    await settle(real)
    assert await states_of(scene, astrid) == [DeliveryState.SENT]


async def test_whoever_was_given_the_address_of_somebody_else_is_not_sent_their_messages(scene, real, fake):
    """The account is Bjørn's, by its own id; the workspace now has it under the address the register has for Astrid."""
    fake.has(replace(ASTRID, email=builders.BJORN))
    await scene.called()
    outbox = Outbox(scene.runtime, {"slack": real.channel.sender})
    await outbox.drain()
    await settle(real)
    astrid, bjorn = await scene.person(builders.ASTRID), await scene.person(builders.BJORN)
    assert [account.person_id for account in await rows(scene.runtime.db, Account)] == [bjorn]
    fake.has(ASTRID)
    real.channel.sender.people.strangers.clear()
    await scene.ok(builders.ASTRID, "proposal.submit", meeting_id=1, title="Felles rotasjon", kind="advice")
    proposal = await scene.one(Proposal)
    await scene.ok(builders.RAGNHILD, "proposal.send_back", proposal_id=proposal.id, reason="Skriv mer.")
    await outbox.drain()
    assert (await states_of(scene, astrid))[-1] is DeliveryState.UNREACHABLE


async def states_of(scene: Scene, person_id: int) -> list[DeliveryState]:
    return [each.state for each in await rows(scene.runtime.db, Delivery) if each.person_id == person_id]
