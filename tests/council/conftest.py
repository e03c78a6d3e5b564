"""The council that these tests are about, and another of the same secretariat."""

from typing import Any

import pytest

import builders
from builders import BJORN
from lisbot.commands import House
from lisbot.council.kinds import Authority, Standing
from lisbot.council.models import Body, Organisation, Person
from stages import Scene


@pytest.fixture
async def scene(house: House, clock: Any) -> Scene:
    return Scene(house, clock, await builders.council(house.db))


@pytest.fixture
async def second_council(scene: Scene) -> int:
    """Another council of the same secretariat, where Bjørn sits too."""
    async with scene.house.db.write() as db:
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
