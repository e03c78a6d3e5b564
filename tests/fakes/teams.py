"""A Teams client: says and presses things as somebody, the way Teams tells a bot of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient

import builders
from fakes.connector import FakeConnector

TENANT = "aaaaaaaa-0000-4000-8000-000000000001"
FOREIGN = "ffffffff-0000-4000-8000-000000000009"
BOT = {"id": "28:lisbot", "name": "lisbot"}
TEAM = "19:team@thread.tacv2"
GROUP = "19:group@thread.v2"


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    tenant: str = TENANT
    locale: str = "nb-NO"
    role: str = "user"
    home: str = ""  # the tenant a guest comes from

    @property
    def id(self) -> str:
        return f"29:{self.name}"

    @property
    def object_id(self) -> str:
        return f"object-of-{self.name}"

    @property
    def chat(self) -> str:
        return f"a:{self.id}"

    @property
    def roster_entry(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "aadObjectId": self.object_id,
            "objectId": self.object_id,
            "email": self.email,
            "userPrincipalName": self.email,
            "tenantId": self.home or self.tenant,
            "userRole": self.role,
        }


KARI = Person("Kari", builders.KARI)
STRANGER = Person("Ola", "ola@example.no")


class Teams:
    def __init__(self, client: TestClient[Any, Any], connector: FakeConnector) -> None:
        self.client, self.connector = client, connector

    async def post(self, activity: Any, token: str | None = "", **options: Any) -> ClientResponse:
        """Send to the endpoint; a token of the connector's own unless told."""
        token = self.connector.sign() if token == "" else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= options.pop("headers", {})
        if "data" not in options:
            options["json"] = activity
        return await self.client.post("/api/messages", headers=headers, **options)

    def activity(self, person: Person, kind: str, where: str = "", **more: Any) -> dict[str, Any]:
        where = where or person.chat
        conversation = {"id": where, "tenantId": person.tenant, "conversationType": kind_of(where)}
        if where == person.chat:
            self.connector.alone.setdefault(person.id, where)
            roster = self.connector.rosters.setdefault(where, [])
            if person.roster_entry not in roster:
                roster.append(person.roster_entry)
        else:
            conversation["isGroup"] = True
        data: dict[str, Any] = {"tenant": {"id": person.tenant}}
        if kind_of(where) == "channel":
            data["team"] = {"id": TEAM}
        return {
            "type": kind,
            "id": "activity-1",
            "channelId": "msteams",
            "serviceUrl": self.connector.url,
            "from": {"id": person.id, "name": person.name, "aadObjectId": person.object_id},
            "recipient": BOT,
            "conversation": conversation,
            "channelData": data,
            "locale": person.locale,
            **more,
        }

    async def say(
        self, person: Person, text: str, where: str = "", *, mention: bool = False
    ) -> ClientResponse:
        entities = []
        if mention:
            text = f"<at>{BOT['name']}</at>&nbsp;{text}"
            entities = [{"type": "mention", "mentioned": BOT, "text": f"<at>{BOT['name']}</at>"}]
        return await self.post(
            self.activity(person, "message", where, text=text, textFormat="plain", entities=entities)
        )

    async def press(
        self, person: Person, verb: str, data: Any = None, where: str = "", *, trigger: str = "manual"
    ) -> dict[str, Any]:
        value = {"action": {"type": "Action.Execute", "verb": verb, "data": data or {}}, "trigger": trigger}
        response = await self.post(
            self.activity(person, "invoke", where, name="adaptiveCard/action", value=value)
        )
        assert response.status == 200, response.status
        answer: dict[str, Any] = await response.json()
        return answer

    async def submit(self, person: Person, value: Any, where: str = "", reply_to: str = "") -> ClientResponse:
        more = {"replyToId": reply_to} if reply_to else {}
        return await self.post(self.activity(person, "message", where, value=value, **more))

    async def install(self, person: Person, where: str = "") -> None:
        """Both activities that Teams tells an installation with."""
        added = self.activity(person, "conversationUpdate", where, membersAdded=[BOT])
        assert (await self.post(added)).status == 200
        update = self.activity(person, "installationUpdate", where, action="add")
        assert (await self.post(update)).status == 200


def kind_of(where: str) -> str:
    if where.startswith("a:"):
        return "personal"
    return "groupChat" if where == GROUP else "channel"
