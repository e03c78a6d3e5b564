"""Slack's Web API over the one session, as the workspace it is called for. Every failure is a SendError."""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from lisbot.channels.common.retry import parse_retry_after, unanswered, with_retries
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.refusals import read_refusal
from lisbot.installations import Installations
from lisbot.messaging import PermanentError, SendError, TransientError
from lisbot.settings import Slack

TIMEOUT = 10  # seconds
PAGE_SIZE = 200  # members of a channel in one answer

# Methods that only read take no JSON.
READING = {"users.info", "users.lookupByEmail", "conversations.members", "chat.getPermalink", "auth.test"}


class SlackApi:
    """Calls of the Web API, each as the workspace's own bot."""

    def __init__(self, session: ClientSession, slack: Slack, installations: Installations) -> None:
        self.session, self.slack, self.installations = session, slack, installations
        # Whoever calls decides what is tried again: a connection that broke may have delivered the message.
        self.client = AsyncWebClient(
            base_url=slack.api_url,
            session=session,
            timeout=TIMEOUT,
            retry_handlers=[],
            trust_env_in_session=False,
        )

    async def token(self, workspace: str) -> str:
        """Returns the bot's token in a workspace. Raises PermanentError where lisbot is not installed."""
        if self.slack.bot_token:
            return self.slack.bot_token
        installed = await self.installations.find(workspace)
        if installed is None:
            raise PermanentError("not_installed")
        return installed.token

    async def call(self, workspace: str, method: str, **args: Any) -> Mapping[str, Any]:
        """Call one method, leaving out arguments that are None. Returns Slack's answer. Raises SendError."""
        given = {name: value for name, value in args.items() if value is not None}
        headers = {"Authorization": f"Bearer {await self.token(workspace)}"}
        body: dict[str, Any] = {"params": given} if method in READING else {"json": given}
        try:
            answer = await self.client.api_call(method, headers=headers, **body)
        except SlackApiError as error:
            raise to_send_error(error) from error
        except (SlackClientError, ClientError, TimeoutError, ValueError) as error:
            raise unanswered(error) from error
        return answer.data if isinstance(answer.data, dict) else {}

    async def respond(self, response_url: str, body: Mapping[str, Any]) -> None:
        """Answer through a pressed message's own address: five times within half an hour. Raises SendError.

        A form carries that address, so what comes back is checked: nothing is sent but to Slack.
        """
        if not is_within(response_url, self.slack.api_url):
            raise PermanentError("no response_url of Slack's")
        try:
            async with self.session.post(
                response_url, json=body, timeout=ClientTimeout(total=TIMEOUT), allow_redirects=False
            ) as response:
                if response.status != 200:
                    reason = f"response_url {response.status} {(await response.text())[:60]}"
                    is_transient = response.status == 429 or response.status >= 500
                    raise TransientError(reason) if is_transient else PermanentError(reason)
        except (ClientError, TimeoutError) as error:
            raise unanswered(error) from error

    async def members(self, workspace: str, channel: str) -> AsyncIterator[str]:
        """Yields the ids of those in a channel, page by page. Raises SendError."""
        cursor = None
        while True:
            page = await with_retries(
                lambda at=cursor: self.call(  # type: ignore[misc]
                    workspace, "conversations.members", channel=channel, limit=PAGE_SIZE, cursor=at
                )
            )
            for member in page.get("members") or ():
                yield str(member)
            cursor = string_in(object_in(page, "response_metadata"), "next_cursor") or None
            if cursor is None:
                return

    async def open_direct(self, workspace: str, user: str, *, attempts: int = 3) -> str:
        """Returns the direct message channel with one person. Raises SendError."""
        found = await with_retries(lambda: self.call(workspace, "conversations.open", users=user), attempts=attempts)
        return string_in(object_in(found, "channel"), "id")


def is_within(url: str, api_url: str) -> bool:
    """Returns whether an address is on the host of the Web API or below it: hooks.slack.com, hooks.slack-gov.com."""
    try:
        given, own = urlsplit(url), urlsplit(api_url)
    except ValueError:
        return False
    host, home = given.hostname or "", own.hostname or ""
    return given.scheme == own.scheme and (host == home or host.endswith(f".{home}"))


def to_send_error(error: SlackApiError) -> SendError:
    """Returns what Slack's refusal means for whoever sends."""
    response = error.response
    data = response.data if isinstance(response.data, dict) else {}  # a proxy's page of HTML is none
    status = int(response.status_code)
    code = str(data.get("error") or status)
    return read_refusal(status, code).error(code, parse_retry_after(response.headers.get("Retry-After")))
