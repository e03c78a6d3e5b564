"""Installing lisbot in one of several workspaces: Slack's OAuth, and only for those that are named."""

import hashlib
import hmac
import logging
import re
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from aiohttp import ClientError, ClientSession, encode_basic_auth, web
from itsdangerous import BadSignature, URLSafeTimedSerializer
from markupsafe import Markup
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from lisbot.channels.slack.manifest import INSTALLED_PATH, SCOPES
from lisbot.inbox import Inbox, Taken
from lisbot.installs import Installed, Installs
from lisbot.settings import Slack
from lisbot.texts import closest, text

log = logging.getLogger(__name__)

LIFE = 600  # seconds to come back from Slack; its own codes live as long
TIMEOUT = 10  # seconds
STATES = "slack-install"  # the receipts of those who came back
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
}
PAGE = Markup(
    '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · lisbot</title>'
    '<link rel="stylesheet" href="/static/lisbot.css"></head>\n'
    '<body class="plain"><main id="content"><h1>{title}</h1><p>{words}</p>{again}</main></body></html>\n'
)
AGAIN = Markup('<p><a class="button" href="/slack/install">{again}</a></p>')
BROKEN = (SlackClientError, ClientError, TimeoutError, ValueError)


class NotInstalled(Exception):
    """There is no installation to keep. `key` is what the visitor is told, `why` what the log is."""

    def __init__(self, key: str, status: int, why: str) -> None:
        super().__init__(why)
        self.key, self.status, self.why = key, status, why


class Install:
    """The way from a workspace's administrator to a token kept for that workspace. `key` is the house's."""

    def __init__(
        self,
        settings: Slack,
        base_url: str,
        key: bytes,
        installs: Installs,
        inbox: Inbox,
        session: ClientSession,
        lang: str,
    ) -> None:
        self.settings, self.installs, self.inbox, self.lang = settings, installs, inbox, lang
        self.redirect_uri = f"{base_url}{INSTALLED_PATH}"
        self.secure = base_url.startswith("https://")
        self.cookie = "__Host-lisbot-slack" if self.secure else "lisbot-slack"
        self.signer = URLSafeTimedSerializer(key, salt="lisbot.slack.install")
        # A code works once: a request that may have reached Slack is not sent again.
        self.client = AsyncWebClient(
            base_url=settings.api_url, timeout=TIMEOUT, session=session, retry_handlers=[]
        )

    def add_routes(self, app: web.Application) -> None:
        app.router.add_get("/slack/install", self.begin, allow_head=False)
        app.router.add_get(INSTALLED_PATH, self.finish, allow_head=False)
        app.router.add_get("/slack/installed", self.installed)

    async def begin(self, _request: web.Request) -> web.Response:
        """Send the visitor to Slack, with a state that only this browser can come back with."""
        held = secrets.token_urlsafe(32)
        asked = {
            "client_id": self.settings.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self.redirect_uri,
            "state": self.signer.dumps(digest(held)),
        }
        to = f"{authorize_url(self.settings.api_url)}?{urlencode(asked)}"
        response = web.Response(status=303, headers=HEADERS | {"Location": to})
        response.set_cookie(
            self.cookie,
            held,
            max_age=LIFE,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.secure or None,
        )
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """Keep what Slack hands over, and leave the address it stood in."""
        try:
            await self.admit(request)
            await self.installs.keep(await self.fetch(request.query))
        except NotInstalled as refused:
            log.warning("not installed in Slack: %s", refused.why)
            response = self.page(request, refused.key, refused.status)
        else:
            response = web.Response(status=303, headers=HEADERS | {"Location": "/slack/installed"})
        response.del_cookie(self.cookie, path="/", secure=self.secure or None, httponly=True, samesite="Lax")
        return response

    async def installed(self, request: web.Request) -> web.Response:
        return self.page(request, "done", 200)

    async def admit(self, request: web.Request) -> None:
        """Let in whoever began this in the same browser just now, once. Raises NotInstalled."""
        state, held = request.query.get("state", ""), request.cookies.get(self.cookie, "")
        try:
            begun = str(self.signer.loads(state, max_age=LIFE))
        except BadSignature:
            raise NotInstalled("begun_elsewhere", 403, "the state is not ours, or too old") from None
        if not held or not hmac.compare_digest(begun, digest(held)):
            raise NotInstalled("begun_elsewhere", 403, "begun in another browser")
        if await self.inbox.take(STATES, begun) is not Taken.NEW:
            raise NotInstalled("begun_elsewhere", 403, "the state was used before")
        await self.inbox.done(STATES, begun)

    async def fetch(self, answer: Mapping[str, str]) -> Installed:
        """The installation that Slack's answer stands for. Raises NotInstalled."""
        if answer.get("error") == "access_denied":
            raise NotInstalled("declined", 403, "declined in Slack")
        if answer.get("error") or not answer.get("code"):
            raise NotInstalled("failed", 400, f"Slack said {plain(answer.get('error'))}")
        given = await self.exchange(answer["code"])
        try:
            return self.accept(given)
        except NotInstalled:
            await self.revoke(str(given.get("access_token") or ""))
            raise

    async def exchange(self, code: str) -> Mapping[str, Any]:
        """What a code stands for, which it does once. Raises NotInstalled."""
        slack = self.settings
        try:
            answer = await self.client.api_call(
                "oauth.v2.access",
                data={"code": code, "redirect_uri": self.redirect_uri},
                headers={"Authorization": encode_basic_auth(slack.client_id, slack.client_secret)},
            )
        except SlackApiError as error:
            raise NotInstalled("failed", 502, f"Slack said {said(error)}") from None
        except BROKEN as error:
            raise NotInstalled("failed", 502, type(error).__name__) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def accept(self, given: Mapping[str, Any]) -> Installed:
        """The installation of one named workspace with a bot's token. Raises NotInstalled."""
        team = given.get("team") or {}
        if given.get("is_enterprise_install") or not team:
            raise NotInstalled("whole_organisation", 403, "for a whole organisation")
        if team.get("id") not in self.settings.teams:
            raise NotInstalled("not_named", 403, f"{plain(team.get('id'))} is not in SLACK_TEAMS")
        token = str(given.get("access_token") or "")
        if given.get("token_type") != "bot" or not token.startswith("xoxb-"):
            raise NotInstalled("failed", 502, "Slack gave no bot token")
        return Installed(
            tenant=str(team["id"]),
            name=str(team.get("name") or ""),
            token=token,
            bot_user=str(given.get("bot_user_id") or ""),
            scopes=str(given.get("scope") or ""),
        )

    async def revoke(self, token: str) -> None:
        """Give back a token that is not kept."""
        try:
            await self.client.auth_revoke(token=token)
        except (SlackApiError, *BROKEN) as error:
            log.warning("a token that was not kept could not be revoked: %s", type(error).__name__)

    def page(self, request: web.Request, key: str, status: int) -> web.Response:
        lang = spoken(request.headers.get("Accept-Language", ""), self.lang)
        again = AGAIN.format(again=text(lang, "slack.install.again")) if status != 200 else ""
        title, words = text(lang, "slack.install.title"), text(lang, f"slack.install.{key}")
        return web.Response(
            status=status,
            text=PAGE.format(lang=lang, title=title, words=words, again=again),
            content_type="text/html",
            headers=HEADERS,
        )


def authorize_url(api_url: str) -> str:
    """Where people give their consent: on the host of the API, in GovSlack too."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def digest(held: str) -> str:
    return hashlib.sha256(held.encode()).hexdigest()


def said(error: SlackApiError) -> str:
    """Slack's own code for why not; the HTTP status where something else answered in its place."""
    data = error.response.data
    return plain(data.get("error") if isinstance(data, dict) else error.response.status_code)


def plain(code: object) -> str:
    """An error's code or a workspace's id, fit for a line in the log."""
    return re.sub(r"[^\w.-]", "", str(code or "nothing"))[:60]


def spoken(accepted: str, default: str) -> str:
    """The first language of ours among those a browser asks for."""
    known = (closest(tag.partition(";")[0].strip(), "") for tag in accepted[:200].split(","))
    return next(filter(None, known), default)
