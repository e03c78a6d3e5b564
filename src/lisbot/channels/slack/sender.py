"""The outbox's way to Slack."""

import asyncio
from typing import Any

from lisbot.channels.slack import faces
from lisbot.channels.slack.api import Api
from lisbot.channels.slack.faces import Again, Face, Json
from lisbot.channels.slack.hung import Hung
from lisbot.channels.slack.pace import Pace
from lisbot.channels.slack.people import People
from lisbot.channels.slack.surfaces import LITERAL, QUIET
from lisbot.ports import Address, Message, Unsent
from lisbot.render import blocks
from lisbot.render.slack_limits import MESSAGE_TEXT, UPDATE_TEXT
from lisbot.texts import text

SHORT = 5.0  # seconds a message waits for its turn here; a longer wait is the outbox's


class Sender:
    """Sends and edits cards, no faster than Slack takes them. An address's `service_url` is the workspace."""

    platform = "slack"
    whole = True

    def __init__(self, api: Api, people: People, hung: Hung, pace: Pace | None = None) -> None:
        self.api, self.people, self.hung, self.pace = api, people, hung, pace or Pace()

    async def send(self, to: Address, message: Message) -> str:
        body = compose(message, MESSAGE_TEXT)
        await self.await_turn("chat.postMessage", to.conversation_id)
        asked = {"channel": to.conversation_id, **body, **QUIET}
        found = await self.call(to, "chat.postMessage", to.conversation_id, asked)
        ts = str(found.get("ts") or "")
        self.hung.keep(to.conversation_id, ts, body)
        return ts

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Slack takes fewer edits than messages: one that would change nothing is not made."""
        body = compose(message, UPDATE_TEXT)
        if self.hung.shows(to.conversation_id, message_id, body):
            return
        await self.await_turn("chat.update", to.service_url)
        asked = {"channel": to.conversation_id, "ts": message_id, **body, **LITERAL}
        await self.call(to, "chat.update", to.service_url, asked)
        self.hung.keep(to.conversation_id, message_id, body)

    async def await_turn(self, method: str, where: str) -> None:
        wait = self.pace.book(method, where)
        if wait > SHORT:
            self.pace.give_back(method, where)
            raise Unsent("paced", passing=True, retry_after=wait)
        await asyncio.sleep(wait)

    async def call(self, to: Address, method: str, where: str, asked: Json) -> Any:
        """`where`: what Slack counts this method's calls in."""
        try:
            return await self.api.call(to.service_url, method, **asked)
        except Unsent as error:
            if error.retry_after is not None:
                self.pace.hold(method, where, error.retry_after)
            if error.gone:
                self.people.lose(to.conversation_id)
            raise


def compose(message: Message, most: int) -> Json:
    """The message's body: why they get it, the first page of its card, and the way to the other pages."""
    if not message.card:
        return {"text": blocks.fallback({"body": [], "lang": message.lang}, words=message.words, most=most)}
    card = message.card
    if message.shared and message.href:
        # What a room may not be shown, its members see for themselves once signed in.
        page = {
            "type": "Action.OpenUrl",
            "title": text(message.lang, "slack.open_page"),
            "url": message.href,
        }
        card = {**card, "actions": [*card.get("actions", ()), page]}
    face = Face(card, message.lang, Again(message.shows, message.args), message.words)
    return faces.messages(face, most=most)[0]
