"""Slack's requests, as bolt reads them: over HTTP and through a socket, handed to the handler, answered once.

bolt answers when a listener is done (process_before_response). Left to itself it answers events before
anything is done, forgets listeners that still run when the process stops, and takes an answer back when
something raises after it, so that Slack gets a 404 (seen in slack-bolt 1.30).
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

from lisbot.channels.common.bodies import read_body
from lisbot.channels.common.untrusted import object_in, string_in
from lisbot.channels.slack.api import SlackApi
from lisbot.channels.slack.handler import SlackHandler, apologise, error_at_first_input
from lisbot.channels.slack.membership import Membership
from lisbot.channels.slack.messages import Json
from lisbot.channels.slack.origin import Origin, OriginKind, from_command, from_form, from_press, from_shortcut
from lisbot.channels.slack.payload import PLATFORM, Body, event_user
from lisbot.channels.slack.shapes import read_shape
from lisbot.idempotency import Receipts, Taken
from lisbot.render.slack import blocks
from lisbot.settings import Slack

log = logging.getLogger(__name__)

PATH = "/slack/events"
MAX_BODY = 1024 * 1024  # bytes; a view is at most 250 KB, and is sent form-encoded
MAX_TIMESTAMP = 12  # digits of a moment in seconds
MAX_AGE = 300  # seconds since it was signed (docs.slack.dev, "Verifying requests from Slack")
ANY = re.compile("")
# bolt looks for these by itself: at a client id it sets up a store of installations in files, beside ours.
READ_BY_BOLT = ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")

# What a message is beside its words, of those that somebody wrote: with a file, in a thread and the channel, "/me".
SAID = (None, "", "file_share", "thread_broadcast", "me_message")

Ack = Callable[..., Awaitable[Any]]


class Endpoint:
    """bolt's app with lisbot's listeners, and the route that feeds it."""

    def __init__(
        self, slack: Slack, api: SlackApi, handler: SlackHandler, membership: Membership, receipts: Receipts
    ) -> None:
        self.api, self.handler, self.membership, self.receipts = api, handler, membership, receipts
        # Over a socket nobody else can send, and nothing is signed.
        self.verifier = SignatureVerifier(slack.signing_secret or secrets.token_hex())
        with hidden_variables(*READ_BY_BOLT):
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
        """Register the listeners: of everything that Slack sends."""
        self.bolt.action(ANY)(self.on_action)
        self.bolt.view_submission(ANY)(self.on_form)
        self.bolt.view_closed(ANY)(self.on_view_closed)
        self.bolt.command(ANY)(self.on_command)
        self.bolt.shortcut(ANY)(self.on_shortcut)
        self.bolt.event(ANY)(self.on_event)

    # Over HTTP

    async def receive(self, request: web.Request) -> web.Response:
        """Answer a request: 401 not signed, 400 none of Slack's, 413 too large, else what its listener answers."""
        try:
            # What carries no signature, or one of long ago, is not read.
            body = (await read_body(request, MAX_BODY)).decode() if self.may_be_signed(request.headers) else None
            if body is None or not self.is_signed(request.headers, body):
                log.info("refused a request to %s: it is not signed by Slack, or not lately", PATH)
                return web.Response(status=401)
            headers: dict[str, str | Sequence[str]] = {**request.headers}
            bolt_request = AsyncBoltRequest(body=body, headers=headers)
            bolt_request.body = read_shape(bolt_request.body)
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):  # bolt reads it at once
            return web.Response(status=400)
        answer = await self.bolt.async_dispatch(bolt_request)
        kind = answer.first_headers().get("content-type", "text/plain").split(";")[0]
        return web.Response(status=answer.status, text=answer.body or "", content_type=kind)

    def may_be_signed(self, headers: Mapping[str, str]) -> bool:
        """Returns whether the headers are such as Slack may have sent in the last five minutes. slack_sdk raises on a
        timestamp that is no number and on a signature that is not ASCII."""
        at, signature = signature_in(headers)
        if not (at.isascii() and at.isdecimal() and len(at) <= MAX_TIMESTAMP and signature.isascii() and signature):
            return False
        return abs(self.verifier.clock.now() - int(at)) <= MAX_AGE

    def is_signed(self, headers: Mapping[str, str], body: str) -> bool:
        """Returns whether Slack sent this, byte for byte, in the last five minutes."""
        return self.may_be_signed(headers) and self.verifier.is_valid(body, *signature_in(headers))

    # bolt's listeners

    async def on_action(self, body: Body, ack: Ack) -> None:
        """A button was pressed."""
        await ack(**await self.guard(lambda: self.handler.press(body), from_press(body)))

    async def on_form(self, body: Body, ack: Ack) -> None:
        """A form was sent."""
        view = object_in(body, "view")
        await ack(**await self.guard(lambda: self.handler.submit(body), from_form(body, {}), view))

    async def on_view_closed(self, ack: Ack) -> None:
        """A form was closed: what was typed there is gone."""
        await ack()

    async def on_command(self, body: Body, ack: Ack) -> None:
        """A slash command was typed."""
        await ack(**await self.guard(lambda: self.handler.command(body), from_command(body)))

    async def on_shortcut(self, body: Body, ack: Ack) -> None:
        """A message's shortcut was chosen."""
        await ack(**await self.guard(lambda: self.handler.propose(body), from_shortcut(body)))

    async def on_event(self, body: Body) -> BoltResponse:
        """Something happened. An event is done once, however often and to whom of us it is sent.

        503 asks Slack to send it again: it is under way elsewhere, and whoever took it in may have died over it.
        """
        if is_said_to_lisbot(object_in(body, "event")):
            taken = await self.handler.speak(body)
        else:
            async with self.receipts.once(PLATFORM, string_in(body, "event_id")) as taken:
                if taken is Taken.NEW:
                    await self.on_other_event(body)
        return BoltResponse(status=503 if taken is Taken.UNDER_WAY else 200)

    async def on_other_event(self, body: Body) -> None:
        """Something happened that is no message to lisbot."""
        event = object_in(body, "event")
        match string_in(event, "type"):
            case "app_home_opened" if string_in(event, "tab") == "home":
                self.handler.open_home(event_user(body))
            case "member_joined_channel":
                self.membership.join(body)
            case "member_left_channel":
                await self.membership.leave(body)
            case (
                "channel_archive"
                | "channel_deleted"
                | "channel_left"
                | "group_archive"
                | "group_deleted"
                | "group_left"
            ):
                await self.membership.lose(body)
            case "channel_unarchive" | "group_unarchive":
                await self.membership.regain(body)
            case "app_uninstalled" | "tokens_revoked":
                await self.membership.lose(body, everywhere=True)
                await self.api.installations.forget(string_in(body, "team_id"), event_moment(body))

    async def guard(self, do: Callable[[], Awaitable[Json]], origin: Origin, view: Body | None = None) -> Json:
        """Returns the answer to give. A bug of this channel is said once, with a reference to the log."""
        try:
            return await do()
        except Exception:
            lang = self.handler.people.known_lang(origin.user)
            words = apologise(lang)
        if view is not None:
            return error_at_first_input(view, words, lang)
        if origin.kind is OriginKind.COMMAND:
            return {"response_type": "ephemeral", "text": blocks.escape(words)}
        self.handler.background.spawn(self.handler.responder.say(origin, words, lang))
        return {}


def signature_in(headers: Mapping[str, str]) -> tuple[str, str]:
    """Returns a request's timestamp and signature, empty where they are missing."""
    return headers.get("X-Slack-Request-Timestamp", ""), headers.get("X-Slack-Signature", "")


@contextmanager
def hidden_variables(*names: str) -> Iterator[None]:
    """Hide environment variables. Settings are read in one place: what somebody else would read is not there."""
    held = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(held)


async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Answer bolt's question as whom it acts. lisbot finds the workspace's token itself, when it speaks."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token="-")  # noqa: S106


def event_moment(body: Body) -> datetime:
    """Returns when an event happened, to the whole second it fell in: Slack may send it late, and again."""
    seconds = body.get("event_time")
    at = datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else datetime.now(UTC)
    return at + timedelta(seconds=1)


def is_said_to_lisbot(event: Body) -> bool:
    """Returns whether somebody wrote this to lisbot: a person, and not lisbot, another bot, or an edit."""
    kind, is_direct = string_in(event, "type"), string_in(event, "channel_type") == "im"
    is_said = event.get("subtype") in SAID
    is_from_a_person = bool(string_in(event, "user")) and not event.get("bot_id") and is_said
    return is_from_a_person and (kind == "app_mention" or (kind == "message" and is_direct))
