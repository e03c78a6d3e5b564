"""The bot to compare with in Slack, as bolt's own samples make one: AsyncApp, a token, a signing secret.

It checks the same signatures, and acknowledges every press of the same button without doing anything. Its
settings come from the environment under the names lisbot has too.
"""

import os
import re
import sys

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


def make_app() -> web.Application:
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    bolt = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    @bolt.action(re.compile(r"\d+:vote\.cast"))
    async def cast(ack):
        await ack()

    async def ready(request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app = bolt.web_app("/slack/events")
    app.router.add_get("/readyz", ready)
    return app


if __name__ == "__main__":
    web.run_app(make_app(), host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
