"""The council that these tests are about, and another of the same secretariat."""

from typing import Any

import pytest

import builders
from builders import BJORN
from lisbot.council.enums import Authority, Standing
from lisbot.council.models import Body, Organisation, Person, Room
from lisbot.runtime import Runtime
from stages import Scene


@pytest.fixture
async def scene(runtime: Runtime, clock: Any) -> Scene:
    return Scene(runtime, clock, await builders.council(runtime.db))


@pytest.fixture
async def room(scene: Scene) -> int:
    """The id of a channel where the council is told things."""
    async with scene.runtime.db.write() as db:
        found = Room(
            body_id=scene.body_id,
            platform="teams",
            conversation_id="19:channel",
            service_url="https://smba.example/",
            linked_by_id=await scene.person(builders.RAGNHILD),
            linked_at=builders.RECORDED,
        )
        db.add(found)
        await db.flush()
        return found.id


@pytest.fixture
async def second_council(scene: Scene) -> int:
    """Another council of the same secretariat, where Bjørn sits too."""
    async with scene.runtime.db.write() as db:
        first = await db.get_one(Body, scene.body_id)
        body = Body(
            key="fkm",
            secretariat_id=first.secretariat_id,
            name="FKM-rådet",
            kind="råd",
            region="Helse Sør",
            authority=Authority.ADVISORY,
            lang="nb",
        )
        db.add(body)
        await db.flush()

        organisation = await scene.one(Organisation, key="aas")
        seat = builders.seat(body, organisation, "Utdanningsleder", Standing.VOTING)
        db.add(seat)
        await db.flush()
        bjorn = await scene.one(Person, email=BJORN)
        db.add(builders.term(seat, bjorn))
        return body.id
