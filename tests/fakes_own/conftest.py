"""A stock bolt app beside the fake Slack: what the official library understands is sent rightly."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestClient, TestServer
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from fakes.slack import FakeSlack
from fakes.slack_client import Slack
from fakes.slack_world import TEAM, SlackPerson


@dataclass
class Desk:
    """The fake, an app that may ask it things, and people who use the app."""

    fake: FakeSlack
    app: AsyncApp
    api: AsyncWebClient
    slack: Slack
    seen: list[Any] = field(default_factory=list)  # headers of what reached the app, in order


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with FakeSlack() as fake, ClientSession() as session:
        api = AsyncWebClient(fake.workspaces[TEAM].bot_token, base_url=fake.url, session=session)
        app = AsyncApp(client=api, signing_secret=fake.signing_secret, process_before_response=True)
        seen: list[Any] = []

        async def events(request: web.Request) -> web.Response:
            seen.append(request.headers)
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        server = web.Application()
        server.router.add_post("/slack/events", events)
        async with TestClient(TestServer(server)) as client:
            yield Desk(fake, app, api, Slack(client, fake), seen)


@pytest.fixture
def kari() -> SlackPerson:
    return SlackPerson("Kari Moen", "kari@huset.example")


@pytest.fixture
def ola() -> SlackPerson:
    return SlackPerson("Ola Vik", "ola@huset.example")
