"""Slack's requests, as bolt reads them: over HTTP and through a socket, handed to the handler, answered once.

bolt answers when a listener is done (process_before_response). Left to itself it answers events before
anything is done, forgets listeners that still run when the process stops, and takes an answer back when
something raises after it, so that Slack is told 404 (seen in slack-bolt 1.30).
"""

import logging
import os
import re
import secrets
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from lisbot.channels.slack.afterwards import Afterwards
from lisbot.channels.slack.api import Api
from lisbot.channels.slack.faces import Json
from lisbot.channels.slack.handler import Handler, apologise, at_first_input
from lisbot.channels.slack.joining import Joining
from lisbot.channels.slack.payload import Body, line, part, speaker
from lisbot.channels.slack.surfaces import Kind, Where, commanded_at, pressed_at, sent_from
from lisbot.inbox import Inbox, Taken
from lisbot.render import blocks
from lisbot.settings import Slack

log = logging.getLogger(__name__)

PATH = "/slack/events"
LARGEST = 1024 * 1024  # bytes; a view is at most 250 KB, and is sent form-encoded
LONGEST_TIME = 12  # digits of a moment in seconds
ANY = re.compile("")
# bolt looks for these by itself: at a client id it sets up a store of installations in files, beside ours.
READ_BY_BOLT = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")

Ack = Callable[..., Awaitable[Any]]


class Wire:
    """bolt's app with lisbot's listeners, and the route that feeds it."""

    def __init__(
        self, slack: Slack, api: Api, handler: Handler, joining: Joining, inbox: Inbox, after: Afterwards
    ) -> None:
        self.api, self.handler, self.joining = api, handler, joining
        self.inbox, self.after = inbox, after
        # Over a socket nobody else can send, and nothing is signed.
        self.verifier = SignatureVerifier(slack.signing_secret or secrets.token_hex())
        with hidden(*READ_BY_BOLT):
            self.bolt = AsyncApp(
                client=AsyncWebClient(base_url=slack.api_url, session=api.session, retry_handlers=[]),
                authorize=authorize,
                process_before_response=True,
                request_verification_enabled=False,  # receive() does; bolt logs the body of what it refuses
                ignoring_self_events_enabled=False,
                attaching_function_token_enabled=False,
                attaching_conversation_kwargs_enabled=False,
            )
        self.listen()

    def listen(self) -> None:
        self.bolt.action(ANY)(self.on_action)
        self.bolt.view(ANY)(self.on_view)
        self.bolt.command(ANY)(self.on_command)
        self.bolt.shortcut(ANY)(self.on_shortcut)
        self.bolt.event(ANY)(self.on_event)

    # In

    async def receive(self, request: web.Request) -> web.Response:
        if (request.content_length or 0) > LARGEST or len(raw := await request.read()) > LARGEST:
            return web.Response(status=413)
        try:
            body = raw.decode()
            if not self.is_signed(request.headers, body):
                log.info("refused a request to %s: it is not signed by Slack, or not lately", PATH)
                return web.Response(status=401)
            headers: dict[str, str | Sequence[str]] = {**request.headers}
            heard = AsyncBoltRequest(body=body, headers=headers)
        except (ValueError, TypeError, AttributeError, RecursionError):  # bolt reads it at once
            return web.Response(status=400)
        answer = await self.bolt.async_dispatch(heard)
        kind = answer.first_headers().get("content-type", "text/plain").split(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    def is_signed(self, headers: Mapping[str, str], body: str) -> bool:
        """Whether Slack sent this, byte for byte, in the last five minutes. slack_sdk raises on a timestamp
        that is no number and on a signature that is not ASCII."""
        at, signature = headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")
        is_well_formed = at.isascii() and at.isdecimal() and len(at) <= LONGEST_TIME and signature.isascii()
        return is_well_formed and self.verifier.is_valid(body, at, signature)

    # What bolt hands over

    async def on_action(self, body: Body, ack: Ack) -> None:
        await ack(**await self.guard(lambda: self.handler.press(body), pressed_at(body)))

    async def on_view(self, body: Body, ack: Ack) -> None:
        if body.get("type") != "view_submission":
            await ack()
            return
        await ack(
            **await self.guard(lambda: self.handler.submit(body), sent_from(body, {}), part(body, "view"))
        )

    async def on_command(self, body: Body, ack: Ack) -> None:
        await ack(**await self.guard(lambda: self.handler.command(body), commanded_at(body)))

    async def on_shortcut(self, body: Body, ack: Ack) -> None:
        await ack(**await self.guard(lambda: self.handler.propose(body), pressed_at(body)))

    async def on_event(self, body: Body) -> BoltResponse:
        """An event is done once, however often and to whom of us it is sent. One that is not done, because it
        failed or because whoever took it in may have died over it, is sent again."""
        async with self.inbox.once("slack", line(body, "event_id")) as taken:
            if taken is Taken.NEW:
                await self.happen(body)
        return BoltResponse(status=503 if taken is Taken.UNDER_WAY else 200)

    async def happen(self, body: Body) -> None:
        event = part(body, "event")
        match line(event, "type"):
            case "app_mention" if is_from_a_person(event):
                await self.handler.speak(body)
            case "message" if line(event, "channel_type") == "im" and is_from_a_person(event):
                await self.handler.speak(body)
            case "app_home_opened" if line(event, "tab") == "home":
                await self.handler.open_home(speaker(body))
            case "member_joined_channel":
                self.joining.join(body)
            case "app_uninstalled" | "tokens_revoked":
                await self.api.installs.forget(line(body, "team_id"), moment(body))

    async def guard(self, do: Callable[[], Awaitable[Json]], where: Where, view: Body | None = None) -> Json:
        """The answer to give. A bug of this channel is said once, with a reference to the log."""
        try:
            return await do()
        except Exception:
            lang = self.handler.people.known_lang(where.who) or self.handler.lang
            words = apologise(lang)
        if view is not None:
            return at_first_input(view, words)
        if where.kind is Kind.COMMAND:
            return {"response_type": "ephemeral", "text": blocks.escape(words)}
        self.after.begin(self.handler.surfaces.tell(where, words, lang))
        return {}


@contextmanager
def hidden(*names: str) -> Iterator[None]:
    """Settings are read in one place: what somebody else would read of them is not there meanwhile."""
    held = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(held)


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """bolt's question as whom it acts. lisbot finds the workspace's token itself, when it speaks."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="-")  # noqa: S106


def moment(body: Body) -> datetime:
    """When an event happened: it may be told of late, and again. To the whole second that it fell in."""
    told = body.get("event_time")
    at = datetime.fromtimestamp(told, UTC) if isinstance(told, int) else datetime.now(UTC)
    return at + timedelta(seconds=1)


def is_from_a_person(event: Body) -> bool:
    """Whether somebody wrote this: not lisbot, another bot, or Slack telling of an edit."""
    return bool(line(event, "user")) and not event.get("bot_id") and not event.get("subtype")
