"""A Slack Web API that refuses what Slack refuses, remembers what it got, and knows who could see it."""

from __future__ import annotations

import asyncio
import copy
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from fakes import slack_methods as methods
from fakes import slack_oauth as oauth
from fakes import slack_response_urls as response_urls
from fakes import slack_views as views
from fakes.slack_checks import Refusal
from fakes.slack_markup import breaches
from fakes.slack_rate_limit import RateLimiter
from fakes.slack_socket import Sockets
from fakes.slack_world import APP, TEAM, Channel, Message, SlackPerson, Workspace, World, code

Args = dict[str, Any]
SAID = {"text", "blocks", "parse", "link_names"}
POSTED = SAID | {"thread_ts", "reply_broadcast", "mrkdwn", "unfurl_links", "unfurl_media", "metadata"}


@dataclass(frozen=True)
class Method:
    do: Callable[[Any, Workspace, Args], Args]
    scope: str = ""
    required: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()


def method(do: Any, scope: str = "", required: str = "", optional: str = "", more: set[str] | None = None) -> Method:
    return Method(do, scope, frozenset(required.split()), frozenset(optional.split()) | (more or set()))


METHODS = {
    "auth.test": method(methods.auth_test),
    "auth.revoke": method(methods.auth_revoke, "", "", "test"),
    "users.info": method(methods.users_info, "users:read", "user", "include_locale"),
    "users.lookupByEmail": method(methods.users_lookup_by_email, "users:read.email", "email"),
    "conversations.open": method(
        methods.conversations_open, "im:write", "", "users channel return_im prevent_creation"
    ),
    "conversations.info": method(methods.conversations_info, "", "channel", "include_locale include_num_members"),
    "conversations.members": method(methods.conversations_members, "", "channel", "cursor limit"),
    "chat.postMessage": method(methods.chat_post_message, "chat:write", "channel", "", POSTED),
    "chat.postEphemeral": method(methods.chat_post_ephemeral, "chat:write", "channel user", "thread_ts", SAID),
    "chat.update": method(methods.chat_update, "chat:write", "channel ts", "metadata reply_broadcast", SAID),
    "chat.delete": method(methods.chat_delete, "chat:write", "channel ts"),
    "chat.getPermalink": method(methods.chat_get_permalink, "", "channel message_ts"),
    "views.open": method(views.views_open, "", "view trigger_id"),
    "views.push": method(views.views_push, "", "view trigger_id"),
    "views.update": method(views.views_update, "", "view", "view_id external_id hash"),
    "views.publish": method(views.views_publish, "", "view user_id", "hash"),
}
FORM_ONLY = (  # these take no JSON
    "auth.revoke",
    "chat.getPermalink",
    "conversations.info",
    "conversations.members",
    "users.info",
    "users.lookupByEmail",
)
STATUS = {"ratelimited": 429, "internal_error": 500}  # every other refusal comes with 200
AS_JSON = ("blocks", "view", "metadata")  # may come as a string of JSON


@dataclass(frozen=True)
class Call:
    method: str
    args: Args
    token: str
    error: str = ""


class FakeSlack(World):
    def __init__(self, *, is_rate_limited: bool = False) -> None:
        super().__init__()
        self.signing_secret = "the signing secret of the app"
        self.app_token = "xapp-1-A0LISBOT-the-app"
        self.client_id, self.client_secret = "1111.2222", "the client secret of the app"
        self.page_size = 2  # a page is never longer than this, whatever is asked for
        self.rate_limiter = RateLimiter(self.clock, is_rate_limited)
        self.calls: list[Call] = []
        self.breaches: list[str] = []
        self.allowed: list[re.Pattern[str]] = []  # live markup that is meant to be live
        self.response_urls: dict[str, response_urls.ResponseUrl] = {}
        self.triggers: dict[str, views.Trigger] = {}
        self.grants: dict[str, oauth.Grant] = {}
        self.refusals: dict[str, list[Refusal]] = {}
        self.lost: list[str] = []
        self.slow: dict[str, float] = {}  # seconds that the next call of a method takes
        self.sockets = Sockets(lambda path: str(self.server.make_url(path)))
        self.workspace(TEAM)

    async def __aenter__(self) -> FakeSlack:
        app = web.Application(client_max_size=10**7)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self.answer),
                web.post("/hooks/{kind}/{token}", self.answer_hook),
                web.get("/link/", self.sockets.serve),
            ]
        )
        self.server = TestServer(app)
        await self.server.start_server()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.sockets.close()
        await self.server.close()

    @property
    def url(self) -> str:
        """Where the Web API is, as slack_sdk's `base_url` wants it."""
        return str(self.server.make_url("/api/"))

    def env(self, **more: str) -> dict[str, str]:
        """The settings under which lisbot works in the first workspace."""
        return {
            "SLACK_SIGNING_SECRET": self.signing_secret,
            "SLACK_BOT_TOKEN": self.workspaces[TEAM].bot_token,
            "SLACK_TEAMS": ",".join(self.workspaces),
            "SLACK_API_URL": self.url,
            **more,
        }

    # Being asked

    async def answer(self, request: web.Request) -> web.Response:
        name = request.match_info["method"]
        args, token = await read(request)
        await asyncio.sleep(self.slow.pop(name, 0))
        try:
            answered = {"ok": True, **self.do(name, args, token)}
            self.calls.append(Call(name, args, token))
            if name in self.lost and request.transport:
                self.lost.remove(name)
                request.transport.close()
        except Refusal as refusal:
            self.calls.append(Call(name, args, token, refusal.error))
            headers = {}
            if refusal.error == "ratelimited":
                headers = {"Retry-After": str(refusal.body.pop("seconds"))}
            return web.json_response(refusal.body, status=STATUS.get(refusal.error, 200), headers=headers)
        return web.json_response(answered)

    def do(self, name: str, args: Args, token: str) -> Args:
        if name == "oauth.v2.access":
            return oauth.access(self, args, token)
        if name == "apps.connections.open":
            return {"url": self.link(token)}
        if name not in METHODS:
            raise Refusal("unknown_method", req_method=name)
        home = self.whose(token)
        if seconds := self.rate_limiter.wait(name, home.id, str(args.get("channel", ""))):
            raise Refusal("ratelimited", seconds=seconds)
        if self.refusals.get(name):
            raise self.refusals[name].pop(0)
        asked = METHODS[name]
        if asked.scope:
            methods.need(home, asked.scope)
        if problems := wrong_with_arguments(asked, args):
            raise Refusal("invalid_arguments", problems)
        return asked.do(self, home, args)

    def link(self, token: str) -> str:
        """An address for Socket Mode, for the app's own token and no workspace's."""
        if token != self.app_token:
            raise Refusal("not_allowed_token_type" if token.startswith("xoxb-") else "invalid_auth")
        if seconds := self.rate_limiter.wait("apps.connections.open", APP):
            raise Refusal("ratelimited", seconds=seconds)
        return self.sockets.ticket()

    async def answer_hook(self, request: web.Request) -> web.Response:
        """A response URL: its own secret, so that it asks for no token."""
        hook, body = self.response_urls.get(request.match_info["token"]), await request.json()
        try:
            if hook is None:
                raise Refusal("no_service")
            response_urls.use(self, hook, body)
        except Refusal as refusal:
            self.calls.append(Call("response_url", body, "", refusal.error))
            return web.json_response(refusal.body, status=404 if refusal.error in response_urls.GONE else 400)
        self.calls.append(Call("response_url", body, ""))
        return web.Response(text="ok")

    def whose(self, token: str) -> Workspace:
        if not token:
            raise Refusal("not_authed")
        if token == self.app_token:
            raise Refusal("not_allowed_token_type")
        for home in self.workspaces.values():
            if token == home.bot_token and home.is_installed:
                return home
        raise Refusal("invalid_auth")

    def limit_next(self, method: str, seconds: int, times: int = 1) -> None:
        """The next calls of this method are too many: 429, and to come back after so many seconds."""
        self.rate_limiter.forced.setdefault(method, []).extend([seconds] * times)

    def refuse_next(self, method: str, error: str, times: int = 1) -> None:
        """The next calls of this method are refused by this name."""
        self.refusals.setdefault(method, []).extend([Refusal(error)] * times)

    def slow_next(self, method: str, seconds: float) -> None:
        """The next call of this method takes so long."""
        self.slow[method] = seconds

    def lose_next(self, method: str) -> None:
        """The next call of this method is done, and its answer never comes: the connection is cut."""
        self.lost.append(method)

    def count(self, method: str) -> int:
        return sum(1 for call in self.calls if call.method == method)

    def home_draws(self, person: SlackPerson) -> int:
        """How often the app has drawn (or tried to draw) somebody's home."""
        return sum(1 for c in self.calls if c.method == "views.publish" and c.args.get("user_id") == person.id)

    # Writing down

    def put(
        self,
        home: Workspace,
        where: Channel,
        text: str,
        blocks: list[Args],
        *,
        user: str = "",
        by: str = "",
        thread_ts: str = "",
    ) -> Message:
        """A message now stands here; seen by one person alone when `user` says whom."""
        named = self.with_ids({"blocks": blocks})["blocks"]
        message = Message(home.id, where, self.new_ts(), by or home.bot_user, text, named, user, thread_ts)
        self.messages.append(message)
        if not by:
            self.look_over_message(message)
        return message

    def change(self, message: Message, text: str, blocks: list[Args], metadata: str | None = None) -> None:
        message.becomes(text, self.with_ids({"blocks": blocks})["blocks"], metadata)
        self.look_over_message(message)

    def look_over_message(self, message: Message) -> None:
        where = f"#{message.channel.name}"
        self.look_over(where, message.text, message.blocks)
        if not message.text:
            # docs.slack.dev/reference/methods/chat.postMessage, "Accessibility considerations".
            self.breaches.append(f"{where}: blocks without the text that screen readers read")

    def look_over(self, where: str, text: str, blocks: list[Args]) -> None:
        self.breaches += breaches(where, text, blocks, self.allowed)

    def with_ids(self, body: Args) -> Args:
        """A copy in which each block and element has an id: Slack gives one to those that have none."""
        body = copy.deepcopy(body)
        for each in body["blocks"]:
            each.setdefault("block_id", code(str(next(self.numbers)), "block", size=5))
            inside = [each.get("accessory"), each.get("element")]
            if each["type"] == "actions":
                inside += each["elements"]
            for element in inside:
                if element and element["type"] != "image":
                    element.setdefault("action_id", code(str(next(self.numbers)), "action", size=5))
        return body

    def new_hash(self) -> str:
        number = next(self.numbers)
        return f"{int(self.clock())}.{code('hash', str(number), size=8).lower()}"

    def trigger(self, team: str, person: SlackPerson) -> str:
        self.has(person)
        number = next(self.numbers)
        found = f"{number}.{number * 7919}.{code('trigger', str(number), size=24).lower()}"
        self.triggers[found] = views.Trigger(team, person, self.clock())
        return found

    def response_url(
        self,
        kind: str,
        home: Workspace,
        where: Channel,
        person: SlackPerson,
        message: Message | None = None,
    ) -> str:
        """A response URL for one interaction."""
        token = code("hook", str(next(self.numbers)), size=24)
        self.response_urls[token] = response_urls.ResponseUrl(home, where, person, message, self.clock())
        return str(self.server.make_url(f"/hooks/{kind}/{token}"))

    def close_all(self, person: SlackPerson) -> None:
        for view in self.stacks.pop(person.id, []):
            view.is_open = False


async def read(request: web.Request) -> tuple[Args, str]:
    """The arguments and the token, which may be among them, but not in JSON: there it is for the header."""
    args: Args = dict(request.query)
    if request.content_type == "application/json":
        given = await request.json() if request.match_info["method"] not in FORM_ONLY else {}
        args |= {name: value for name, value in given.items() if name != "token"}
    elif request.can_read_body:
        args |= dict(await request.post())
    for name in AS_JSON:
        if isinstance(args.get(name), str):
            args[name] = from_json(args[name])
    token = args.pop("token", "") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    return args, token


def from_json(words: str) -> Any:
    try:
        return json.loads(words)
    except ValueError:
        return words


def wrong_with_arguments(asked: Method, args: Args) -> list[str]:
    missing = [f"[ERROR] missing required field: {name}" for name in sorted(asked.required - args.keys())]
    unknown = sorted(args.keys() - asked.required - asked.optional - {"team_id"})
    return missing + [f"[ERROR] invalid additional property: {name}" for name in unknown]
