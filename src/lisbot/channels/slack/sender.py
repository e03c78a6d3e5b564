"""The outbox's way to Slack."""

from collections.abc import Mapping, Sequence
from typing import Any

from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.limits import scopes_of
from lisbot.channels.slack.message_cache import MessageCache
from lisbot.channels.slack.messages import Json, from_outbox, message_bodies
from lisbot.channels.slack.payload import PLATFORM
from lisbot.channels.slack.people import People
from lisbot.channels.slack.responder import NO_PARSING, NO_PREVIEWS
from lisbot.messaging import Address, GoneError, Message, Scope
from lisbot.render.slack.limits import MESSAGE_TEXT, UPDATE_TEXT


class SlackSender:
    """Sends and edits cards, each in its turn in Slack's limits (lisbot.outbox.budgets). An address's `service_url` is
    the workspace."""

    platform = PLATFORM

    def __init__(self, api: SlackApi, people: People, cache: MessageCache) -> None:
        self.api, self.people, self.cache = api, people, cache

    async def send(self, to: Address, message: Message) -> str:
        """Post the first page of a message's card. Returns its ts. Raises SendError."""
        body = message.render_once("slack", compose)
        given = {"channel": to.conversation_id, **body, **NO_PREVIEWS}
        found = await self.call(to, "chat.postMessage", given)
        ts = str(found.get("ts") or "")
        self.cache.put(to.conversation_id, ts, body)
        return ts

    def scopes(self, to: Address, *, edits: bool = False) -> Sequence[Scope]:
        """Returns what a message or an edit is counted in."""
        return scopes_of(to, edits=edits)

    async def find_person(self, room: Address, email: str) -> Address | None:
        """Returns where somebody who is in a room's workspace is reached, if anywhere. Raises SendError."""
        reach = await self.people.find_person(room.service_url, email)
        return Address(PLATFORM, room.tenant, reach.service_url, reach.conversation_id) if reach else None

    async def edit(self, to: Address, message_id: str, message: Message) -> None:
        """Edit a message. Slack takes fewer edits than messages: one that would change nothing is not made.

        Raises SendError.
        """
        body = message.render_once("slack edit", compose_edit)
        if self.cache.shows(to.conversation_id, message_id, body):
            return
        given = {"channel": to.conversation_id, "ts": message_id, **body, **NO_PARSING}
        await self.call(to, "chat.update", given)
        self.cache.put(to.conversation_id, message_id, body)

    async def call(self, to: Address, method: str, given: Json) -> Mapping[str, Any]:
        """Call a method, and forget a channel that is gone. Raises SendError."""
        try:
            return await self.api.call(to.service_url, method, **given)
        except GoneError:
            self.people.forget_channel(to.conversation_id)
            raise


def compose(message: Message) -> Json:
    """Returns the first page of a message's card, as it is posted."""
    return message_bodies(from_outbox(message), most=MESSAGE_TEXT)[0]


def compose_edit(message: Message) -> Json:
    """Returns the same as it is edited: Slack takes less text then."""
    return message_bodies(from_outbox(message), most=UPDATE_TEXT)[0]
