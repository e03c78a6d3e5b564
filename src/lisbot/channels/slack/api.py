"""Slack's Web API over the one session, as the workspace it is called for. Every failure is an Unsent."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from lisbot.installs import Installs
from lisbot.ports import Unsent
from lisbot.settings import Slack

TIMEOUT = 10  # seconds
MEMBERS = 200  # of a channel, in one page

# docs.slack.dev, "Errors" of each method: what may go better the next time.
PASSING = {
    "ratelimited",
    "rate_limited",
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "team_added_to_org",
}
# This channel or message no longer leads to anybody.
GONE = {
    "channel_not_found",
    "is_archived",
    "not_in_channel",
    "user_disabled",
    "user_not_found",
    "messages_tab_disabled",
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
}
# Read-only methods take no JSON.
READS = {"users.info", "conversations.members", "chat.getPermalink", "auth.test"}

T = TypeVar("T")


class Api:
    """Calls of the Web API, each as the workspace's own bot."""

    def __init__(self, session: ClientSession, slack: Slack, installs: Installs) -> None:
        self.session, self.slack, self.installs = session, slack, installs
        # Whoever calls decides what is tried again: a connection that broke may have delivered the message.
        self.client = AsyncWebClient(
            base_url=slack.api_url,
            session=session,
            timeout=TIMEOUT,
            retry_handlers=[],
            trust_env_in_session=False,
        )

    async def token(self, workspace: str) -> str:
        """The bot's token in a workspace. Raises Unsent where lisbot is not installed."""
        if self.slack.bot_token:
            return self.slack.bot_token
        installed = await self.installs.find(workspace)
        if installed is None:
            raise Unsent("not_installed", passing=False)
        return installed.token

    async def call(self, workspace: str, method: str, **args: Any) -> Mapping[str, Any]:
        """Call one method. What is None is not said. Raises Unsent."""
        given = {name: value for name, value in args.items() if value is not None}
        headers = {"Authorization": f"Bearer {await self.token(workspace)}"}
        how: dict[str, Any] = {"params": given} if method in READS else {"json": given}
        try:
            answer = await self.client.api_call(method, headers=headers, **how)
        except SlackApiError as error:
            raise failure(error) from error
        except (SlackClientError, ClientError, TimeoutError, ValueError) as error:
            raise Unsent(type(error).__name__, passing=True) from error
        found = answer.data
        return found if isinstance(found, dict) else {}

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Answer through a pressed message's own address: five times within half an hour. Raises Unsent.

        A form remembers that address, so what comes back is checked: nothing is sent but to Slack.
        """
        if not is_within(response_url, self.slack.api_url):
            raise Unsent("no response_url of Slack's", passing=False)
        try:
            async with self.session.post(
                response_url, json=body, timeout=ClientTimeout(total=TIMEOUT), allow_redirects=False
            ) as response:
                if response.status != 200:
                    passing = response.status == 429 or response.status >= 500
                    said = (await response.text())[:60]
                    raise Unsent(f"response_url {response.status} {said}", passing=passing)
        except (ClientError, TimeoutError) as error:
            raise Unsent(type(error).__name__, passing=True) from error

    async def members(self, workspace: str, channel: str) -> AsyncIterator[str]:
        """The ids of those in a channel, page by page."""
        cursor = None
        while True:
            page = await patiently(
                lambda at=cursor: self.call(  # type: ignore[misc]
                    workspace, "conversations.members", channel=channel, limit=MEMBERS, cursor=at
                )
            )
            for member in page.get("members") or ():
                yield str(member)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
            if cursor is None:
                return

    async def open_alone(self, workspace: str, user: str) -> str:
        """The direct message channel with one person."""
        found = await patiently(lambda: self.call(workspace, "conversations.open", users=user))
        return str((found.get("channel") or {}).get("id") or "")


async def patiently(call: Callable[[], Awaitable[T]], *, attempts: int = 3, longest: float = 60.0) -> T:
    """Try again what may go better the next time, when Slack says, if that is within `longest` seconds."""
    for attempt in range(attempts - 1):
        try:
            return await call()
        except Unsent as error:
            wait = 2.0**attempt if error.retry_after is None else error.retry_after
            if not error.passing or wait > longest:
                raise
            await asyncio.sleep(wait)
    return await call()


def is_within(url: str, api_url: str) -> bool:
    """Whether an address is on the host of the Web API or below it: hooks.slack.com, hooks.slack-gov.com."""
    try:
        given, own = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    host, home = given.hostname or "", own.hostname or ""
    return given.scheme == own.scheme and (host == home or host.endswith(f".{home}"))


def failure(error: SlackApiError) -> Unsent:
    """What Slack's refusal means for us."""
    response = error.response
    said = response.data if isinstance(response.data, dict) else {}  # a proxy's page of HTML is none
    code = str(said.get("error") or response.status_code)
    status = int(response.status_code)
    passing = code in PASSING or status == 429 or status >= 500
    return Unsent(
        code,
        passing=passing,
        retry_after=seconds(response.headers.get("Retry-After")) if passing else None,
        gone=code in GONE,
    )


def seconds(retry_after: str | None) -> float | None:
    try:
        return max(float(retry_after), 0.0) if retry_after else None
    except ValueError:
        return None
