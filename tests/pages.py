"""The pages alone, served on a loopback port over a council's runtime."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from lisbot import settings
from lisbot.channels.web import SendMail, add_pages
from lisbot.demo.controls import Controls
from lisbot.demo.mailbox import Mailbox
from lisbot.runtime import Runtime

KEY = "a key that only these tests know of"


@asynccontextmanager
async def serve_pages(
    runtime: Runtime,
    *,
    demo: bool = False,
    send_mail: SendMail | None = None,
    mailbox: Mailbox | None = None,
    **env: str,
) -> AsyncIterator[TestServer]:
    """The pages as app.py adds them. In the demo, moving the clock forward leaves it where it is."""
    port = unused_port()
    config = settings.read({"BASE_URL": f"http://127.0.0.1:{port}", "SECRET_KEY": KEY, **env})

    async def forward() -> datetime:
        return runtime.now()

    app = web.Application()
    add_pages(
        app,
        runtime=replace(runtime, base_url=config.base_url),
        settings=replace(config, demo=demo),
        send_mail=send_mail,
        controls=Controls(runtime, forward, mailbox or Mailbox(Path("nowhere"), runtime.now)),
    )
    server = TestServer(app, host="127.0.0.1", port=port)
    server.skip_url_asserts = True
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()
