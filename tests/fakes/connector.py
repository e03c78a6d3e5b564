"""A Bot Connector with the documented limits: it signs, asks for tokens, remembers, and refuses."""

from __future__ import annotations

import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

CARD = "application/vnd.microsoft.card.adaptive"
ISSUER = "https://api.botframework.com"
PER_SECOND = 7  # sends to one conversation
LONGEST = 100 * 1024  # bytes as UTF-16


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def refusal(status: int, code: str, message: str = "", **headers: str) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


@dataclass
class Sent:
    """A message as it stands now, and how often it was edited."""

    id: str
    conversation: str
    activity: dict[str, Any]
    edits: int = 0
    to: str = ""  # of a targeted one: who alone sees it

    @property
    def card(self) -> dict[str, Any]:
        return next(a["content"] for a in self.activity["attachments"] if a["contentType"] == CARD)

    @property
    def text(self) -> str:
        return self.activity.get("text") or ""


@dataclass
class FakeConnector:
    app_id: str = "11111111-aaaa-4bbb-8ccc-222222222222"
    password: str = "the app's own secret"
    is_open: bool = False  # as the Playground: asks for no token
    page_size: int = 2  # a page is never longer than this, whatever is asked for
    endorsements: tuple[str, ...] = ("msteams",)
    kids: list[int] = field(default_factory=lambda: [1])
    sent: list[Sent] = field(default_factory=list)
    rosters: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    alone: dict[str, str] = field(default_factory=dict)  # 1:1 conversations by member id
    blocked: set[str] = field(default_factory=set)  # member ids that take no 1:1 conversation
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    has_targeted: bool = True  # whether this tenant has targeted messages
    refusals: dict[str, deque[web.Response]] = field(default_factory=lambda: defaultdict(deque))
    issued: set[str] = field(default_factory=set)
    times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    async def __aenter__(self) -> FakeConnector:
        app = web.Application(client_max_size=10**7)
        app.add_routes(
            [
                web.get("/metadata", self.metadata),
                web.get("/keys", self.keys),
                web.post("/login/oauth2/v2.0/token", self.token),
                web.post("/v3/conversations", self.create),
                web.post("/v3/conversations/{c}/activities", self.send),
                web.post("/v3/conversations/{c}/activities/{a}", self.send),
                web.put("/v3/conversations/{c}/activities/{a}", self.update),
                web.delete("/v3/conversations/{c}/activities/{a}", self.delete),
                web.get("/v3/conversations/{c}/pagedmembers", self.paged),
                web.get("/v3/conversations/{c}/members/{m}", self.member),
            ]
        )
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.server.close()

    @property
    def url(self) -> str:
        return str(self.server.make_url("/"))

    def env(self, **more: str) -> dict[str, str]:
        """The settings under which lisbot trusts this connector."""
        return {
            "MicrosoftAppId": self.app_id,
            "MicrosoftAppPassword": self.password,
            "ToBotFromChannelOpenIdMetadataUrl": f"{self.url}metadata",
            "ToBotFromChannelTokenIssuer": ISSUER,
            "ToChannelFromBotLoginUrl": f"{self.url}login",
            **more,
        }

    # What the Bot Framework publishes and signs

    def rotate(self) -> None:
        """The old key is withdrawn and a new one signs from now on."""
        self.kids = [max(self.kids) + 1]

    def sign(self, *, kid: str | None = None, algorithm: str = "RS256", key: Any = None, **claims: Any) -> str:
        now = int(time.time())
        number = self.kids[-1]
        claims = {
            "iss": ISSUER,
            "aud": self.app_id,
            "serviceurl": self.url,
            "nbf": now - 10,
            "exp": now + 3600,
            **claims,
        }
        claims = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode(
            claims, key or private_key(number), algorithm=algorithm, headers={"kid": kid or f"key-{number}"}
        )

    async def metadata(self, request: web.Request) -> web.Response:
        self.calls["metadata"] += 1
        if self.refusals["metadata"]:
            return self.refusals["metadata"].popleft()
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}keys"})

    async def keys(self, request: web.Request) -> web.Response:
        published = [
            {
                **jwt.algorithms.RSAAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True),
                "use": "sig",
                "kid": f"key-{number}",
                "endorsements": list(self.endorsements),
            }
            for number in self.kids
        ]
        return web.json_response({"keys": [*published, {"kty": "EC", "kid": "another kind"}]})

    async def token(self, request: web.Request) -> web.Response:
        self.calls["token"] += 1
        if self.refusals["token"]:
            return self.refusals["token"].popleft()
        asked = await request.post()
        if asked.get("grant_type") != "client_credentials" or not asked.get("scope"):
            return web.json_response({"error": "invalid_request"}, status=400)
        if (asked.get("client_id"), asked.get("client_secret")) != (self.app_id, self.password):
            return web.json_response({"error": "invalid_client"}, status=401)
        token = f"app-token-{self.calls['token']}"
        self.issued.add(token)
        return web.json_response({"token_type": "Bearer", "expires_in": 3600, "access_token": token})

    # What lisbot asks of it

    def refuse(
        self, status: int, code: str, message: str = "", *, of: str = "send", times: int = 1, **headers: str
    ) -> None:
        """Answer the next calls of this sort like this."""
        for _ in range(times):
            self.refusals[of].append(refusal(status, code, message, **headers))

    def turn_away(self, request: web.Request, call: str) -> web.Response | None:
        self.calls[call] += 1
        if not self.is_open and request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.issued:
            return refusal(401, "Unauthorized")
        return self.refusals[call].popleft() if self.refusals[call] else None

    def take(self, conversation: str, body: bytes) -> dict[str, Any] | web.Response:
        """A message, or why it is not taken."""
        if len(body.decode().encode("utf-16-le")) > LONGEST:
            return refusal(413, "MessageSizeTooBig")
        activity = json.loads(body)
        now = time.monotonic()
        recent = self.times[conversation]
        while recent and now - recent[0] > 1:
            recent.popleft()
        if len(recent) >= PER_SECOND:
            return refusal(429, "Throttled", **{"Retry-After": "1"})
        recent.append(now)
        if activity.get("type") != "message":
            return refusal(400, "Bad Argument", "type")
        for attachment in activity.get("attachments") or ():
            # Without its version a card is blank on phones, and nobody says so.
            if attachment["contentType"] == CARD and attachment["content"].get("version") not in (
                "1.4",
                "1.5",
            ):
                return refusal(400, "Bad Argument", "version")
        return activity

    async def send(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "send"):
            return turned_away
        conversation = request.match_info["c"]
        taken = self.take(conversation, await request.read())
        if isinstance(taken, web.Response):
            return taken
        if not self.knows(conversation):
            return refusal(404, "ConversationNotFound")
        to = ""
        if request.query.get("isTargetedActivity") == "true":
            to = (taken.get("recipient") or {}).get("id", "")
            if turned_away := self.turn_targeted_away(conversation, to):
                return turned_away
        sent = Sent(f"message-{len(self.sent) + 1}", conversation, taken, to=to)
        self.sent.append(sent)
        # Text and card in one activity are split, and no id comes back.
        is_split = taken.get("text") and taken.get("attachments")
        return web.json_response({} if is_split else {"id": sent.id}, status=201)

    def turn_targeted_away(self, conversation: str, to: str) -> web.Response | None:
        """Why a targeted message is not taken: only members of a channel or a group chat are sent one
        (learn.microsoft.com, "Send and receive targeted messages in group conversations", 2026-06-16)."""
        members = {member["id"] for member in self.rosters.get(conversation.split(";")[0], ())}
        if not to or not self.has_targeted or conversation in self.alone.values():
            return refusal(400, "Bad argument", "targeted")
        return None if to in members else refusal(404, "BotNotInConversationRoster")

    async def update(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "update"):
            return turned_away
        taken = self.take(request.match_info["c"], await request.read())
        if isinstance(taken, web.Response):
            return taken
        found = self.find(request)
        if found is None:
            return refusal(404, "ActivityNotFoundInConversation")
        found.activity, found.edits = taken, found.edits + 1
        return web.json_response({"id": found.id})

    async def delete(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "delete"):
            return turned_away
        found = self.find(request)
        if found is None:
            return refusal(404, "ActivityNotFoundInConversation")
        self.sent.remove(found)
        return web.Response(status=200)

    async def create(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "create"):
            return turned_away
        asked = await request.json()
        member_id = asked["members"][0]["id"]
        known = {m["id"] for roster in self.rosters.values() for m in roster}
        if member_id not in known or member_id in self.blocked or not asked.get("tenantId"):
            return refusal(403, "ForbiddenOperationException")
        return web.json_response({"id": self.alone.setdefault(member_id, f"a:{member_id}")}, status=201)

    async def paged(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "paged"):
            return turned_away
        if request.match_info["c"] not in self.rosters:
            return refusal(403, "BotNotInConversationRoster")
        roster = self.rosters[request.match_info["c"]]
        start = int(request.query.get("continuationToken", "0"))
        end = start + min(self.page_size, int(request.query["pageSize"]))
        page: dict[str, Any] = {"members": roster[start:end]}
        if end < len(roster):
            page["continuationToken"] = str(end)
        return web.json_response(page)

    async def member(self, request: web.Request) -> web.Response:
        if turned_away := self.turn_away(request, "member"):
            return turned_away
        for member in self.rosters.get(request.match_info["c"].split(";")[0], ()):
            if request.match_info["m"] in (member["id"], member.get("aadObjectId")):
                return web.json_response(member)
        return refusal(404, "MemberNotFoundInConversation")

    def knows(self, conversation: str) -> bool:
        return conversation.split(";")[0] in self.rosters or conversation in self.alone.values()

    def find(self, request: web.Request) -> Sent | None:
        where = (request.match_info["c"], request.match_info["a"])
        return next((s for s in self.sent if (s.conversation, s.id) == where), None)
