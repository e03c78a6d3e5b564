"""What Teams sends, as botbuilder's Activity, and what of it lisbot trusts."""

import html
from collections.abc import Mapping
from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from lisbot.channels.common.untrusted import object_in, objects_in, string_in
from lisbot.council.core.context import RoomRef

BLANK = dict.fromkeys(Activity._attribute_map)
# In somebody's own chat, and in a channel ("Send and receive files using a bot", "Bot messages with attachments").
FILES = ("application/vnd.microsoft.teams.file.download.info", "reference")
PICTURES = ("image/", "video/", "audio/")
PERSONAL, CHANNEL = "personal", "channel"


class IncomingActivity(Activity):  # type: ignore[misc]
    """An incoming activity, made of its JSON without msrest's reading of every field (130 µs a request)."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.__dict__.update(BLANK)
        self.raw = raw
        self.type = raw["type"]
        self.id = string_in(raw, "id") or None
        self.name = raw.get("name")
        self.action = string_in(raw, "action")
        self.value = raw.get("value")
        self.text = raw.get("text")
        self.locale = string_in(raw, "locale")
        self.channel_id = raw["channelId"]
        self.service_url = raw["serviceUrl"]
        self.reply_to_id = string_in(raw, "replyToId") or None
        self.channel_data = object_in(raw, "channelData")
        self.from_property = read_account(object_in(raw, "from"))
        self.recipient = read_account(object_in(raw, "recipient"))
        conversation = object_in(raw, "conversation")
        self.conversation = ConversationAccount(
            id=string_in(conversation, "id"),
            conversation_type=string_in(conversation, "conversationType"),
            is_group=conversation.get("isGroup"),
            tenant_id=string_in(conversation, "tenantId"),
        )
        self.members_added = [read_account(member) for member in objects_in(raw, "membersAdded")]
        self.members_removed = [read_account(member) for member in objects_in(raw, "membersRemoved")]
        self.reactions_added: list[Any] = []
        self.reactions_removed: list[Any] = []

    @property
    def tenant(self) -> str:
        """The tenant whose conversation it is: of a channel that several share, the one that hosts it."""
        told, hosts = string_in(object_in(self.channel_data, "tenant"), "id"), str(self.conversation.tenant_id)
        return hosts or told if self.is_in_team else told or hosts

    @property
    def is_personal(self) -> bool:
        """Whether only this person reads along."""
        kind = self.conversation.conversation_type
        return bool(kind == PERSONAL if kind else not self.conversation.is_group)

    @property
    def team_id(self) -> str:
        return string_in(object_in(self.channel_data, "team"), "id")

    @property
    def is_in_team(self) -> bool:
        return bool(self.team_id) or self.conversation.conversation_type == CHANNEL

    @property
    def conversation_id(self) -> str:
        """The conversation without a thread's number: a channel, not one of its threads."""
        return str(self.conversation.id).split(";messageid=")[0]

    @property
    def room(self) -> RoomRef | None:
        """The shared conversation it came from; None for somebody's own chat."""
        if self.is_personal:
            return None
        return RoomRef("teams", self.tenant, self.conversation_id, self.service_url, self.team_id)

    @property
    def is_targeted(self) -> bool:
        """Whether its sender and lisbot alone see it, in company ("Send and receive targeted messages")."""
        return object_in(self.raw, "recipient").get("isTargeted") is True and not self.is_personal

    @property
    def is_to_bot(self) -> bool:
        """Whether lisbot is spoken to: in company by a mention or a slash command, but a card's button needs none."""
        return self.is_personal or self.is_targeted or isinstance(self.value, dict) or any(self.bot_mentions())

    @property
    def words(self) -> str:
        """What was typed, without the mention of lisbot."""
        text = self.text if isinstance(self.text, str) else ""
        for mention in self.bot_mentions():
            text = text.replace(mention, " ")
        return " ".join(html.unescape(text).split())

    @property
    def file_names(self) -> list[str]:
        """What the files and pictures that came with it are called: not cards, quotes, or its text as HTML."""
        return [
            string_in(each, "name") or "?"
            for each in objects_in(self.raw, "attachments")
            if (kind := string_in(each, "contentType")) in FILES or kind.startswith(PICTURES)
        ]

    def bot_mentions(self) -> list[str]:
        """Returns the mentions of lisbot as they stand in the text."""
        return [
            string_in(entity, "text")
            for entity in objects_in(self.raw, "entities")
            if entity.get("type") == "mention" and string_in(object_in(entity, "mentioned"), "id") == self.recipient.id
        ]


class NotAnActivity(Exception):
    """JSON, but not what the Bot Framework sends."""


def read_activity(raw: object) -> Mapping[str, Any]:
    """Returns an activity's JSON, if it has what every activity has. Raises NotAnActivity."""
    if not isinstance(raw, dict) or not string_in(raw, "type") or not string_in(object_in(raw, "conversation"), "id"):
        raise NotAnActivity
    return raw


def read_account(raw: Mapping[str, Any]) -> ChannelAccount:
    return ChannelAccount(
        id=string_in(raw, "id"),
        name=string_in(raw, "name"),
        aad_object_id=string_in(raw, "aadObjectId") or string_in(raw, "objectId"),
    )
