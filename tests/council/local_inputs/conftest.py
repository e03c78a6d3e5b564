"""Somebody at a hospital with a link, at the pages."""

from collections.abc import AsyncIterator

import pytest
from aiohttp.test_utils import TestServer

from browser import Visitor
from pages import serve_pages
from stages import Scene


@pytest.fixture
async def server(scene: Scene) -> AsyncIterator[TestServer]:
    async with serve_pages(scene.runtime) as server:
        yield server


@pytest.fixture
async def doctor(server: TestServer) -> AsyncIterator[Visitor]:
    """Somebody at the hospital, without an account."""
    async with Visitor(server) as visitor:
        yield visitor
