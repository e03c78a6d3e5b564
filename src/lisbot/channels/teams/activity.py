"""What Teams sends, as botbuilder's Activity, and the facts of it that lisbot trusts."""

import html
from collections.abc import Mapping
from typing import Any

from botbuilder.schema import Activity, ChannelAccount, ConversationAccount

from lisbot.council.act import RoomRef

BLANK = dict.fromkeys(Activity._attribute_map)
PERSONAL = "personal"


class Received(Activity):  # type: ignore[misc]
    """An incoming activity, made of its JSON without msrest's reading of every field (130 µs a request)."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.__dict__.update(BLANK)
        self.raw = raw
        self.type = raw["type"]
        self.id = line(raw, "id") or None
        self.name = raw.get("name")
        self.action = raw.get("action")
        self.value = raw.get("value")
        self.text = raw.get("text")
        self.locale = line(raw, "locale")
        self.channel_id = raw["channelId"]
        self.service_url = raw["serviceUrl"]
        self.reply_to_id = raw.get("replyToId")
        self.channel_data = part(raw, "channelData")
        self.from_property = account(part(raw, "from"))
        self.recipient = account(part(raw, "recipient"))
        conversation = part(raw, "conversation")
        self.conversation = ConversationAccount(
            id=line(conversation, "id"),
            conversation_type=line(conversation, "conversationType"),
            is_group=conversation.get("isGroup"),
            tenant_id=line(conversation, "tenantId"),
        )
        self.members_added = [account(m) for m in many(raw, "membersAdded")]
        self.members_removed = [account(m) for m in many(raw, "membersRemoved")]
        self.reactions_added: list[Any] = []
        self.reactions_removed: list[Any] = []

    @property
    def tenant(self) -> str:
        return line(part(self.channel_data, "tenant"), "id") or str(self.conversation.tenant_id)

    @property
    def is_personal(self) -> bool:
        """Whether only this person reads along."""
        kind = self.conversation.conversation_type
        return bool(kind == PERSONAL if kind else not self.conversation.is_group)

    @property
    def is_in_team(self) -> bool:
        return (
            bool(line(part(self.channel_data, "team"), "id"))
            or self.conversation.conversation_type == "channel"
        )

    @property
    def conversation_id(self) -> str:
        """The conversation without a thread's number: a channel, not one of its threads."""
        return str(self.conversation.id).split(";messageid=")[0]

    @property
    def room(self) -> RoomRef | None:
        if self.is_personal:
            return None
        return RoomRef("teams", self.tenant, self.conversation_id, self.service_url)

    @property
    def is_to_us(self) -> bool:
        """In company, lisbot answers those who mention it; a card's button needs no mention."""
        return self.is_personal or isinstance(self.value, dict) or any(self.mentions_of_us())

    @property
    def said(self) -> str:
        """What was typed, without the mention of lisbot."""
        text = self.text if isinstance(self.text, str) else ""
        for mention in self.mentions_of_us():
            text = text.replace(mention, " ")
        return " ".join(html.unescape(text).split())

    def mentions_of_us(self) -> list[str]:
        return [
            line(entity, "text")
            for entity in many(self.raw, "entities")
            if entity.get("type") == "mention" and line(part(entity, "mentioned"), "id") == self.recipient.id
        ]


class NotAnActivity(Exception):
    """JSON, but not what the Bot Framework sends."""


def read_activity(raw: object) -> Mapping[str, Any]:
    """The parts every activity has, checked. Raises NotAnActivity."""
    if not isinstance(raw, dict) or not line(raw, "type") or not line(part(raw, "conversation"), "id"):
        raise NotAnActivity
    return raw


def account(raw: Mapping[str, Any]) -> ChannelAccount:
    return ChannelAccount(
        id=line(raw, "id"),
        name=line(raw, "name"),
        aad_object_id=line(raw, "aadObjectId") or line(raw, "objectId"),
    )


def line(raw: Mapping[str, Any], name: str) -> str:
    found = raw.get(name)
    return found if isinstance(found, str) else ""


def part(raw: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = raw.get(name)
    return found if isinstance(found, dict) else {}


def many(raw: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = raw.get(name)
    return [m for m in found if isinstance(m, dict)] if isinstance(found, list) else []
