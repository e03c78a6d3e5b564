"""What somebody asked in company, answered so that they alone see it: there, or else in their 1:1 chat."""

import logging
from collections.abc import Iterator, Mapping
from time import monotonic
from typing import Any

from botbuilder.core import TurnContext
from botbuilder.schema import Activity
from cachetools import TTLCache

from lisbot.channels.teams.activity import IncomingActivity
from lisbot.channels.teams.connector import Connector
from lisbot.channels.teams.members import Members
from lisbot.channels.teams.responses import plain_message
from lisbot.messaging import SendError, TransientError
from lisbot.texts import text

log = logging.getLogger(__name__)

# What goes after 24 hours in a channel is no place for what one answers or is called to.
NEVER_TARGETED = ("vote.", "attendance.", "notice.")
WITHOUT_FOR = 3600.0  # seconds for which a conversation where it failed is not tried again
MAX_WITHOUT = 1000  # conversations
TOO_BIG = "MessageSizeTooBig"  # a refusal of the message, which says nothing of the conversation


class PrivateAnswers:
    """Answers to one person. `tenants`: those that have targeted messages ("Send and receive targeted messages in group
    conversations", learn.microsoft.com, 2026-06-16: public developer preview)."""

    def __init__(self, connector: Connector, members: Members, tenants: frozenset[str]) -> None:
        self.connector, self.members, self.tenants = connector, members, tenants
        self.without: TTLCache[str, bool] = TTLCache(MAX_WITHOUT, WITHOUT_FOR, monotonic)

    async def answer(self, context: TurnContext, message: Activity, command: str, lang: str) -> None:
        """Answer what was asked in company: in the same place, for the asker alone, where that can be; else in their
        1:1 chat, and say so there. What was asked unseen by the others is not spoken of before them."""
        activity: IncomingActivity = context.activity
        if self.may_target(activity, message, command) and await self.is_sent_here(activity, message):
            return
        key = "teams.answered_alone"
        try:
            await self.members.send_privately(activity, message)
        except SendError as error:
            log.info("no 1:1 conversation: %s", error.reason)
            key = "teams.ask_alone"
        words = plain_message(text(lang, key))
        if not activity.is_targeted:
            await context.send_activity(words)
        elif not await self.is_sent_here(activity, words):
            log.info("a targeted message could not be answered where it was written")

    def may_target(self, activity: IncomingActivity, message: Activity, command: str) -> bool:
        """Returns whether an answer may be sent to where it was asked for, for the asker alone: what it answers, and
        what is to be answered on its card, may both be such as must not go."""
        is_on = activity.is_targeted or activity.tenant in self.tenants
        if not is_on or activity.conversation_id in self.without:
            return False
        deeds = [command, *deeds_on([each.content for each in message.attachments or ()])]
        return not any(deed.startswith(NEVER_TARGETED) for deed in deeds)

    async def is_sent_here(self, activity: IncomingActivity, message: Activity) -> bool:
        """Send what the asker alone sees. Returns whether it was taken; where it never is, it is not tried again for a
        while."""
        try:
            await self.connector.send_targeted(
                activity.service_url, str(activity.conversation.id), targeted(activity, message)
            )
        except SendError as error:
            log.info("no targeted message: %s", error.reason)
            if not isinstance(error, TransientError) and error.reason != TOO_BIG:
                self.without[activity.conversation_id] = True
            return False
        return True


def deeds_on(node: object) -> Iterator[str]:
    """Yields the commands that a card's buttons run, or ask for the forms of."""
    if isinstance(node, Mapping):
        yield from (deed for name in ("verb", "command") if isinstance(deed := node.get(name), str))
        for inner in node.values():
            yield from deeds_on(inner)
    elif isinstance(node, list | tuple):
        for inner in node:
            yield from deeds_on(inner)


def targeted(activity: IncomingActivity, message: Activity) -> dict[str, Any]:
    """Returns a message as its recipient alone is sent it, under what they wrote where the others do not see that."""
    sender = activity.from_property
    found = {**message.serialize(), "recipient": {"id": sender.id, "name": sender.name}}
    if activity.is_targeted and activity.id:
        found["entities"] = [{"type": "targetedMessageInfo", "messageId": activity.id}]
    return found
