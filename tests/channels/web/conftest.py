import pytest_asyncio

from browser import Visitor, become
from sample_site import add_samples, running


@pytest_asyncio.fixture
async def demo(tmp_path, monkeypatch):
    add_samples(monkeypatch)
    async with running(tmp_path, demo=True) as server:
        yield server


@pytest_asyncio.fixture
async def visitor(demo):
    async with Visitor(demo) as somebody:
        yield somebody


@pytest_asyncio.fixture
async def astrid(visitor):
    """A hospital's representative, signed in."""
    await become(visitor, "Astrid Lund")
    return visitor


@pytest_asyncio.fixture
async def kari(visitor):
    """The secretariat's leader, signed in."""
    await become(visitor, "Kari Solbakken")
    return visitor
