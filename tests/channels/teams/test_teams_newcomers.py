"""Whoever sits in a council's team and has not met lisbot yet is found there when a message finds no chat."""

from datetime import UTC, datetime, timedelta

import pytest

import builders
from dumps import rows
from fakes.teams import TEAM, TENANT, Person
from lisbot.council.enums import DeliveryState
from lisbot.council.models import Account, Delivery, Proposal, Room
from lisbot.outbox import Outbox
from lisbot.outbox.outcomes import MAX_ATTEMPTS
from outbox.chat import Chat
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


@pytest.mark.parametrize("call", ["paged", "create"])
async def test_a_roster_that_is_away_for_a_moment_is_asked_again(scene, real, connector, clock, call):
    connector.rosters[TEAM] = [ASTRID.roster_entry]
    await scene.called()
    connector.refuse(503, "ServiceUnavailable", of=call, times=9)
    outbox = Outbox(scene.runtime, {"teams": real.channel.sender})
    await outbox.drain()
    assert await told(scene, builders.ASTRID) == [DeliveryState.WAITING]
    connector.refusals[call].clear()
    clock.at += timedelta(minutes=5)
    await outbox.drain()
    assert await told(scene, builders.ASTRID) == [DeliveryState.SENT]
    assert await told(scene, builders.BJORN) == [DeliveryState.UNREACHABLE]


async def test_a_roster_that_stays_away_lets_mail_take_over(scene, real, connector, clock):
    connector.rosters[TEAM] = [ASTRID.roster_entry]
    await scene.called()
    letters = Chat(platform="mail")
    outbox = Outbox(scene.runtime, {"teams": real.channel.sender, "mail": letters})
    connector.refuse(503, "ServiceUnavailable", of="paged", times=500)
    for _ in range(MAX_ATTEMPTS):
        assert builders.ASTRID not in [to for to, _ in letters.sent]
        await outbox.drain()
        clock.at += timedelta(minutes=85)  # the last before the evening, when what can wait is held
    assert builders.ASTRID in [to for to, _ in letters.sent]
    assert await told(scene, builders.ASTRID) == [DeliveryState.FELL_BACK]


async def test_whoever_was_given_the_address_of_somebody_else_is_not_sent_their_messages(scene, real, connector):
    """The account is Bjørn's by its own id; the roster now has it under Astrid's address."""
    bjorn = Person("Bjørn", builders.BJORN)
    connector.rosters[TEAM] = [bjorn.roster_entry]
    await scene.called()
    outbox = Outbox(scene.runtime, {"teams": real.channel.sender})
    await outbox.drain()
    [account] = await rows(scene.runtime.db, Account)
    assert account.person_id == await scene.person(builders.BJORN)
    connector.rosters[TEAM] = [Person("Bjørn", builders.ASTRID).roster_entry]
    real.channel.sender.members.rosters.clear()
    before = len(connector.sent)
    await scene.ok(builders.ASTRID, "proposal.submit", meeting_id=1, title="Felles rotasjon", kind="advice")
    proposal = await scene.one(Proposal)
    await scene.ok(builders.RAGNHILD, "proposal.send_back", proposal_id=proposal.id, reason="Skriv mer.")
    await outbox.drain()
    assert (await told(scene, builders.ASTRID))[-1] is DeliveryState.UNREACHABLE
    assert len(connector.sent) == before
