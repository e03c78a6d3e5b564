"""A small council, its pages served as in the demo, and people at them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp.test_utils import TestServer

import builders
from browser import Visitor, become
from builders import BJORN, RAGNHILD
from lisbot.council.models import AgendaItem, Meeting, Proposal
from lisbot.runtime import Runtime
from pages import serve_pages
from stages import JUNE, Scene


@pytest.fixture
async def scene(runtime: Runtime, clock: Any) -> Scene:
    return Scene(runtime, clock, await builders.council(runtime.db))


@pytest.fixture
async def demo(scene: Scene) -> AsyncIterator[TestServer]:
    async with serve_pages(scene.runtime, demo=True) as server:
        yield server


@pytest.fixture
async def visitor(demo: TestServer) -> AsyncIterator[Visitor]:
    async with Visitor(demo) as somebody:
        yield somebody


@pytest.fixture
async def bjorn(visitor: Visitor) -> Visitor:
    """A hospital's representative, signed in."""
    await become(visitor, "Bjørn Ås")
    return visitor


@pytest.fixture
async def ragnhild(visitor: Visitor) -> Visitor:
    """The secretariat's leader, signed in."""
    await become(visitor, "Ragnhild Regut")
    return visitor


@pytest.fixture
async def busy(scene: Scene) -> Scene:
    """A council with one of everything: approved minutes behind it, and before it a meeting with an open call
    and a notice, proposals in several states, an open question; and a reported change of seat."""
    march, _ = await scene.approved()
    await scene.ok(RAGNHILD, "call.close", meeting_id=march)
    scene.at(2027, 5, 3, 9)
    june = (await scene.one(Meeting, held_on=JUNE)).id
    await scene.ok(RAGNHILD, "year_plan.set_dates", body_id=scene.body_id, dates="2027-09-08")
    await scene.ok(RAGNHILD, "call.open", meeting_id=june)
    for title in ("Felles vaktplan", "Simulering", "Veiledning"):
        await scene.ok(BJORN, "proposal.submit", meeting_id=june, title=title, kind="discussion")
    accepted, returned, _ = [p.id for p in await scene.all(Proposal, meeting_id=june)]
    await scene.ok(RAGNHILD, "proposal.accept", proposal_id=accepted)
    await scene.ok(RAGNHILD, "proposal.send_back", proposal_id=returned, reason="Skriv litt mer.")
    await scene.ok(RAGNHILD, "notice.send", meeting_id=june)
    item = await scene.one(AgendaItem, title="Felles vaktplan")
    await scene.question(item_id=item.id)
    change = {"name": "Nils Ny", "email": "nils@ås.example", "from_on": "2027-06-01", "anchored_by": "Direktøren"}
    await scene.ok(BJORN, "seat_change.report", seat_id=await scene.seat("aas"), anchored=True, **change)
    return scene
