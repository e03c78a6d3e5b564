"""The Bot Connector's REST calls, over one pool of connections and one app token."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from lisbot.ports import Unsent
from lisbot.settings import Teams, is_loopback

log = logging.getLogger(__name__)

TIMEOUT = ClientTimeout(total=10, connect=5)  # Teams gives a turn 10 to 15 seconds
EARLY = 300.0  # seconds before its end that an app token is replaced
PAGE = 200
LONGEST_MESSAGE = 100 * 1024  # bytes as UTF-16, the documented limit of a whole payload

# learn.microsoft.com, "Status codes from bot conversational APIs". Codes decide: pages disagree on status.
PASSING_CODES = {"PreconditionFailed", "Throttled"}
PASSING = {412, 429, 502, 503, 504}
GONE_CODES = {
    "BotDisabledByAdmin",
    "BotNotInConversationRoster",
    "ConversationBlockedByUser",
    "MessageWritesBlocked",
    "ForbiddenOperationException",
    "ConversationNotFound",
}


class Connector:
    """What lisbot says to the Bot Connector. Every failure is an Unsent."""

    def __init__(
        self, session: ClientSession, teams: Teams | None, clock: Callable[[], float] = monotonic
    ) -> None:
        self.session, self.teams, self.clock = session, teams, clock
        self.token, self.token_until = "", float("-inf")
        self.lock = asyncio.Lock()

    async def send(self, service_url: str, conversation: str, activity: Mapping[str, Any]) -> str:
        """Send to a conversation; the id of the message."""
        return message_id(
            await self.call("POST", service_url, ("conversations", conversation, "activities"), activity)
        )

    async def reply(
        self, service_url: str, conversation: str, activity_id: str, activity: Mapping[str, Any]
    ) -> str:
        """Send under a message of a channel's thread; the id of the new message."""
        path = ("conversations", conversation, "activities", activity_id)
        return message_id(await self.call("POST", service_url, path, activity))

    async def update(
        self, service_url: str, conversation: str, activity_id: str, activity: Mapping[str, Any]
    ) -> None:
        await self.call(
            "PUT", service_url, ("conversations", conversation, "activities", activity_id), activity
        )

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        await self.call("DELETE", service_url, ("conversations", conversation, "activities", activity_id))

    async def create_conversation(self, service_url: str, tenant: str, member_id: str, bot_id: str) -> str:
        """The 1:1 conversation with one person: made the first time, the same one afterwards."""
        asked = {
            "isGroup": False,
            "bot": {"id": bot_id},
            "members": [{"id": member_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        return message_id(await self.call("POST", service_url, ("conversations",), asked))

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Mapping[str, Any]]:
        """The conversation's roster, page by page."""
        token = ""
        while True:
            query = {"pageSize": str(PAGE)} | ({"continuationToken": token} if token else {})
            page = await self.call(
                "GET", service_url, ("conversations", conversation, "pagedmembers"), query=query
            )
            for member in page.get("members") or ():
                yield member
            token = page.get("continuationToken") or ""
            if not token:
                return

    async def member(self, service_url: str, conversation: str, member_id: str) -> Mapping[str, Any]:
        """One person, as the conversation's roster knows them."""
        found: Mapping[str, Any] = await self.call(
            "GET", service_url, ("conversations", conversation, "members", member_id)
        )
        return found

    async def call(
        self,
        method: str,
        service_url: str,
        path: tuple[str, ...],
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Any:
        url = "/".join([service_url.rstrip("/"), "v3", *(quote(part, safe=":@") for part in path)])
        data = None if body is None else orjson.dumps(body)
        if data is not None and size(data) > LONGEST_MESSAGE:
            raise Unsent("MessageSizeTooBig", passing=False)
        try:
            status, headers, answer = await self.exchange(method, url, data, query)
            if status == 401 and self.teams:
                self.token_until = float("-inf")  # it was withdrawn before its time
                status, headers, answer = await self.exchange(method, url, data, query)
        except (ClientError, TimeoutError, ValueError) as error:
            raise Unsent(type(error).__name__, passing=True) from error
        if status >= 300:
            raise failure(status, answer, headers.get("Retry-After"))
        return read(answer)

    async def exchange(
        self, method: str, url: str, data: bytes | None, query: Mapping[str, str] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        if self.teams:
            headers["Authorization"] = f"Bearer {await self.app_token(url)}"
        address = URL(url, encoded=True) % (query or {})
        async with self.session.request(
            method, address, data=data, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()

    async def app_token(self, url: str) -> str:
        """Our own token, fetched once by whoever needs it first. Never sent in the clear."""
        assert self.teams
        to = urlsplit(url)
        if to.scheme != "https" and not is_loopback(to.hostname or ""):
            raise Unsent("serviceUrl is not https", passing=False)
        if self.clock() < self.token_until:
            return self.token
        async with self.lock:
            if self.clock() >= self.token_until:
                await self.fetch_token(self.teams)
        return self.token

    async def fetch_token(self, teams: Teams) -> None:
        asked = {
            "grant_type": "client_credentials",
            "client_id": teams.app_id,
            "client_secret": teams.password,
            "scope": teams.scope,
        }
        url = f"{teams.login_url.rstrip('/')}/oauth2/v2.0/token"
        async with self.session.post(url, data=asked, timeout=TIMEOUT) as response:
            answer = read(await response.read())
            if response.status != 200 or not answer.get("access_token"):
                reason = f"no app token: {response.status} {str(answer.get('error', ''))[:60]}".strip()
                raise Unsent(reason, passing=response.status == 429 or response.status >= 500)
        self.token = answer["access_token"]
        lasts = float(answer.get("expires_in") or 0)
        self.token_until = self.clock() + max(lasts - EARLY, lasts / 2)


def failure(status: int, answer: bytes, retry_after: str | None) -> Unsent:
    """What the Connector's refusal means for us."""
    code = code_of(read(answer)) or str(status)
    passing = code in PASSING_CODES or status in PASSING
    gone = code in GONE_CODES
    return Unsent(
        code, passing=passing and not gone, retry_after=seconds(retry_after) if passing else None, gone=gone
    )


def code_of(answer: Mapping[str, Any]) -> str:
    """The refusal's code. A blocked write carries its own as JSON in the message (outer errorCode 209)."""
    error = answer.get("error")
    error = error if isinstance(error, dict) else answer
    message = error.get("message") or answer.get("message")
    inner = read(message.encode()) if isinstance(message, str) and message.startswith("{") else {}
    for told in (inner.get("subCode"), inner.get("errorSubCode"), inner.get("code"), error.get("code")):
        if isinstance(told, str) and told:
            return told
    return ""


def read(answer: bytes) -> Any:
    """The answer's JSON object; empty for a proxy's page of HTML."""
    try:
        found = orjson.loads(answer) if answer else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def message_id(answer: Mapping[str, Any]) -> str:
    return str(answer.get("id") or "")


def seconds(retry_after: str | None) -> float | None:
    try:
        return max(float(retry_after), 0.0) if retry_after else None
    except ValueError:
        return None


def size(data: bytes) -> int:
    """Bytes as UTF-16, which is how Teams counts."""
    return len(data) * 2 if data.isascii() else len(data.decode().encode("utf-16-le"))
