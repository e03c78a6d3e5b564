"""Socket Mode, for hospitals that let nothing in: lisbot calls Slack and is sent its requests that way."""

import asyncio
import logging
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from lisbot.settings import Slack

log = logging.getLogger(__name__)

FIRST_WAIT, MAX_WAIT = 1.0, 60.0  # seconds between attempts to reach Slack
CONNECT_TIMEOUT = 8.0  # seconds for one of them: slack_sdk tries again itself after ten
CLOSE_TIMEOUT = 10.0  # seconds at most that closing waits for what is under way


class SocketMode:
    """One connection, made again by slack_sdk whenever Slack closes it."""

    def __init__(self, bolt: AsyncApp, slack: Slack) -> None:
        client = AsyncWebClient(base_url=slack.api_url, session=bolt.client.session, retry_handlers=[])
        self.handler = AsyncSocketModeHandler(bolt, slack.app_token, web_client=client)
        self.handler.client.socket_mode_request_listeners = [self.receive]
        self.connecting: asyncio.Task[None] | None = None
        self.running: set[asyncio.Task[Any] | None] = set()

    async def receive(self, client: Any, request: Any) -> None:
        """Hand one request to bolt, and hold on to its task: slack_sdk forgets what it begins."""
        task = asyncio.current_task()
        self.running.add(task)
        try:
            await self.handler.handle(client, request)
        finally:
            self.running.discard(task)

    async def start(self) -> None:
        """Begin to connect. lisbot is of use without Slack, so nothing waits for it."""
        self.connecting = asyncio.create_task(self.connect())

    async def connect(self) -> None:
        """Try until there is a connection. Left to itself, slack_sdk goes on with the first address it was
        given, which opens one connection, once."""
        wait, client = FIRST_WAIT, self.handler.client
        while True:
            try:
                client.wss_uri = await client.issue_new_wss_url()
                await asyncio.wait_for(client.connect(), CONNECT_TIMEOUT)  # type: ignore[no-untyped-call]
            except Exception as error:
                log.warning("Slack cannot be reached: %s; again in %d s", type(error).__name__, wait)
                await asyncio.sleep(wait)
                wait = min(wait * 2, MAX_WAIT)
            else:
                log.info("connected to Slack by socket")
                return

    async def close(self) -> None:
        """Answer what is being done, then close the connection."""
        if self.connecting:
            self.connecting.cancel()
            await asyncio.gather(self.connecting, return_exceptions=True)
        if self.running:
            await asyncio.wait([task for task in self.running if task], timeout=CLOSE_TIMEOUT)
        await self.handler.client.close()  # type: ignore[no-untyped-call]
