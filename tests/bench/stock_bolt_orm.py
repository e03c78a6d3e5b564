"""The app that somebody would write instead, in Slack: bolt as its samples have it, with SQLAlchemy's ORM.

A pressed button is acknowledged, its ballot stored, and the message replaced by what is read afterwards. What it
stores is in stock_store.py, and DATABASE_URL says where; its other settings have the names lisbot has too.
"""

import json
import os
import re
import sys

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bench.stock_store import TITLES, Member, NotAllowed, Question, Store, own_answer, turnout


def make_app(store: Store) -> web.Application:
    client = AsyncWebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
    bolt = AsyncApp(client=client, signing_secret=os.environ["SLACK_SIGNING_SECRET"])

    @bolt.action(re.compile(r"\d+:vote\.cast"))
    async def cast(ack, body, action, respond):
        await ack()
        data = json.loads(action["value"])
        try:
            member, question = await store.cast(data["vote_id"], data["choice"], slack_id=body["user"]["id"])
        except NotAllowed as error:
            await respond(text=str(error), response_type="ephemeral", replace_original=False)
            return
        await respond(text=question.text, blocks=blocks(question, member), replace_original=True)

    async def ready(request: web.Request) -> web.Response:
        return web.json_response({"ready": True})

    app = bolt.web_app("/slack/events")
    app.router.add_get("/readyz", ready)
    return app


def blocks(question: Question, member: Member) -> list[dict]:
    return [
        {"type": "context", "elements": [{"type": "plain_text", "text": question.council}]},
        {"type": "header", "text": {"type": "plain_text", "text": question.text}},
        {"type": "section", "text": {"type": "plain_text", "text": own_answer(question, member)}},
        {"type": "section", "fields": [{"type": "plain_text", "text": f"Deltakelse: {turnout(question)}"}]},
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "action_id": f"{number}:vote.cast",
                    "text": {"type": "plain_text", "text": TITLES[option]},
                    "value": json.dumps({"vote_id": question.id, "choice": option}),
                }
                for number, option in enumerate(question.options, 1)
            ],
        },
    ]


if __name__ == "__main__":
    app = make_app(Store(os.environ["DATABASE_URL"]))
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
