"""The Bot Connector's REST calls, over one pool of connections and one app token.

learn.microsoft.com, "Bot Framework Connector API reference".
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout
from yarl import URL

from lisbot.channels.common.retry import parse_retry_after, unanswered
from lisbot.channels.common.untrusted import objects_in, string_in
from lisbot.channels.teams.refusals import read_refusal
from lisbot.messaging import PermanentError, SendError, TransientError
from lisbot.settings import Teams, is_loopback

Json = Mapping[str, Any]

TIMEOUT = ClientTimeout(total=10, connect=5)  # seconds; Teams gives a whole turn 10 to 15
RENEW_BEFORE = 300.0  # seconds before its end that an app token is replaced
PAGE_SIZE = 200  # members; the service takes 50 to 500 ("Get Teams specific context for your bot")
MAX_MESSAGE = 100 * 1024  # bytes as UTF-16, of a whole message ("Format your bot messages")


class Connector:
    """What lisbot says to the Bot Connector. Every call raises SendError where it fails."""

    def __init__(self, session: ClientSession, teams: Teams | None, clock: Callable[[], float] = monotonic) -> None:
        self.session, self.teams, self.clock = session, teams, clock
        self.token, self.token_until = "", float("-inf")
        self.lock = asyncio.Lock()

    async def send(self, service_url: str, conversation: str, activity: Json) -> str:
        """Send to a conversation. Returns the id of the message."""
        return string_in(
            await self.call("POST", service_url, ("conversations", conversation, "activities"), activity), "id"
        )

    async def send_targeted(self, service_url: str, conversation: str, activity: Json) -> str:
        """Send to a conversation what its recipient alone sees there. Returns the id of the message."""
        path, query = ("conversations", conversation, "activities"), {"isTargetedActivity": "true"}
        return string_in(await self.call("POST", service_url, path, activity, query), "id")

    async def update(self, service_url: str, conversation: str, activity_id: str, activity: Json) -> None:
        """Replace a message."""
        await self.call("PUT", service_url, ("conversations", conversation, "activities", activity_id), activity)

    async def delete(self, service_url: str, conversation: str, activity_id: str) -> None:
        await self.call("DELETE", service_url, ("conversations", conversation, "activities", activity_id))

    async def create_conversation(self, service_url: str, tenant: str, member_id: str, bot_id: str) -> str:
        """Returns the id of the 1:1 conversation with somebody: made the first time, the same one afterwards."""
        asked = {
            "isGroup": False,
            "bot": {"id": bot_id},
            "members": [{"id": member_id}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        return string_in(await self.call("POST", service_url, ("conversations",), asked), "id")

    async def members(self, service_url: str, conversation: str) -> AsyncIterator[Json]:
        """Yields the conversation's roster, fetched page by page."""
        token = ""
        while True:
            query = {"pageSize": str(PAGE_SIZE)} | ({"continuationToken": token} if token else {})
            page = await self.call("GET", service_url, ("conversations", conversation, "pagedmembers"), query=query)
            for member in objects_in(page, "members"):
                yield member
            token = string_in(page, "continuationToken")
            if not token:
                return

    async def member(self, service_url: str, conversation: str, member_id: str) -> Json:
        """Returns one person, as the conversation's roster knows them."""
        return await self.call("GET", service_url, ("conversations", conversation, "members", member_id))

    async def call(
        self,
        method: str,
        service_url: str,
        path: tuple[str, ...],
        body: Json | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Json:
        """Call the Connector. Returns the answer's JSON object, empty where it has none. Raises SendError."""
        url = "/".join([service_url.rstrip("/"), "v3", *(quote(part, safe=":@") for part in path)])
        data = None if body is None else orjson.dumps(body)
        if data is not None and utf16_size(data) > MAX_MESSAGE:
            raise PermanentError("MessageSizeTooBig")
        try:
            status, headers, answer = await self.exchange(method, url, data, query)
            if status == 401 and self.teams:
                self.token_until = float("-inf")  # it was withdrawn before its time
                status, headers, answer = await self.exchange(method, url, data, query)
        except (ClientError, TimeoutError, ValueError) as error:
            raise unanswered(error) from error
        if status >= 300:
            raise send_error(status, answer, headers.get("Retry-After"))
        return read_object(answer)

    async def exchange(
        self, method: str, url: str, data: bytes | None, query: Mapping[str, str] | None
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Returns the answer's status, headers and body."""
        headers = {"Content-Type": "application/json"} if data is not None else {}
        if self.teams:
            headers["Authorization"] = f"Bearer {await self.get_app_token(url)}"
        address = URL(url, encoded=True) % (query or {})
        async with self.session.request(
            method, address, data=data, headers=headers, timeout=TIMEOUT, allow_redirects=False
        ) as response:
            return response.status, response.headers, await response.read()

    async def get_app_token(self, url: str) -> str:
        """Returns our own token for a call of this address, fetched once by whoever needs it first.

        Raises PermanentError for an address where it would travel in the clear.
        """
        assert self.teams
        to = urlsplit(url)
        if to.scheme != "https" and not is_loopback(to.hostname or ""):
            raise PermanentError("serviceUrl is not https")
        if self.clock() < self.token_until:
            return self.token
        async with self.lock:
            if self.clock() >= self.token_until:
                await self.fetch_app_token(self.teams)
        return self.token

    async def fetch_app_token(self, teams: Teams) -> None:
        asked = {
            "grant_type": "client_credentials",
            "client_id": teams.app_id,
            "client_secret": teams.password,
            "scope": teams.scope,
        }
        url = f"{teams.login_url.rstrip('/')}/oauth2/v2.0/token"
        async with self.session.post(url, data=asked, timeout=TIMEOUT) as response:
            answer = read_object(await response.read())
            if response.status != 200 or not string_in(answer, "access_token"):
                reason = f"no app token: {response.status} {string_in(answer, 'error')[:60]}".strip()
                if response.status == 429 or response.status >= 500:
                    raise TransientError(reason, retry_after=parse_retry_after(response.headers.get("Retry-After")))
                raise PermanentError(reason)
        self.token = answer["access_token"]
        expires_in = float(answer.get("expires_in") or 0)  # seconds
        self.token_until = self.clock() + max(expires_in - RENEW_BEFORE, expires_in / 2)


def send_error(status: int, answer: bytes, retry_after: str | None) -> SendError:
    """Returns what the Connector's refusal means."""
    code = code_of(read_object(answer))
    return read_refusal(status, code).error(code or str(status), parse_retry_after(retry_after))


def code_of(answer: Json) -> str:
    """Returns the refusal's code. A blocked write carries its own as JSON in the message (outer errorCode 209)."""
    error = answer.get("error")
    error = error if isinstance(error, dict) else answer
    message = string_in(error, "message") or string_in(answer, "message")
    inner = read_object(message.encode()) if message.startswith("{") else {}
    codes = (string_in(inner, name) for name in ("subCode", "errorSubCode", "code"))
    return next((code for code in (*codes, string_in(error, "code")) if code), "")


def read_object(answer: bytes) -> dict[str, Any]:
    """Returns an answer's JSON object; an empty one for anything else, such as a proxy's page of HTML."""
    try:
        found = orjson.loads(answer) if answer else {}
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def utf16_size(data: bytes) -> int:
    """Returns how many bytes UTF-8 text is as UTF-16, which is how Teams counts."""
    return len(data) * 2 if data.isascii() else len(data.decode().encode("utf-16-le"))
