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
from lisbot.idempotency import Receipts, Taken
from lisbot.installations import Installations, Installed
from lisbot.settings import Slack
from lisbot.texts import closest_language, text

log = logging.getLogger(__name__)

STATE_LIFETIME = 600  # seconds to come back from Slack; its own codes live as long
TIMEOUT = 10  # seconds
STATE_RECEIPTS = "slack-install"  # the receipts of those who came back
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
}
PAGE_HTML = Markup(
    '<!doctype html>\n<html lang="{lang}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title} · lisbot</title>'
    '<link rel="stylesheet" href="/static/lisbot.css"></head>\n'
    '<body class="plain"><main id="content"><h1>{title}</h1><p>{words}</p>{again}</main></body></html>\n'
)
AGAIN_HTML = Markup('<p><a class="button" href="/slack/install">{again}</a></p>')
CONNECTION_ERRORS = (SlackClientError, ClientError, TimeoutError, ValueError)


class NotInstalled(Exception):
    """There is no installation to store. `key` is what the visitor is told, `why` what the log is."""

    def __init__(self, key: str, status: int, why: str) -> None:
        super().__init__(why)
        self.key, self.status, self.why = key, status, why


class Installer:
    """The way from a workspace's administrator to a token stored for that workspace. `key` is the SECRET_KEY."""

    def __init__(
        self,
        settings: Slack,
        base_url: str,
        key: bytes,
        installations: Installations,
        receipts: Receipts,
        session: ClientSession,
        lang: str,
    ) -> None:
        self.settings, self.installations, self.receipts, self.lang = settings, installations, receipts, lang
        self.redirect_uri = f"{base_url}{INSTALLED_PATH}"
        self.secure = base_url.startswith("https://")
        self.cookie = "__Host-lisbot-slack" if self.secure else "lisbot-slack"
        self.signer = URLSafeTimedSerializer(key, salt="lisbot.slack.install")
        # A code works once: a request that may have reached Slack is not sent again.
        self.client = AsyncWebClient(base_url=settings.api_url, timeout=TIMEOUT, session=session, retry_handlers=[])

    def add_routes(self, app: web.Application) -> None:
        """Add the three addresses of an installation."""
        app.router.add_get("/slack/install", self.begin, allow_head=False)
        app.router.add_get(INSTALLED_PATH, self.finish, allow_head=False)
        app.router.add_get("/slack/installed", self.installed)

    async def begin(self, _request: web.Request) -> web.Response:
        """Send the visitor to Slack, with a state that only this browser can come back with."""
        secret = secrets.token_urlsafe(32)
        asked = {
            "client_id": self.settings.client_id,
            "scope": ",".join(SCOPES),
            "redirect_uri": self.redirect_uri,
            "state": self.signer.dumps(secret_digest(secret)),
        }
        to = f"{authorize_url(self.settings.api_url)}?{urlencode(asked)}"
        response = web.Response(status=303, headers=HEADERS | {"Location": to})
        response.set_cookie(
            self.cookie,
            secret,
            max_age=STATE_LIFETIME,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self.secure or None,
        )
        return response

    async def finish(self, request: web.Request) -> web.Response:
        """Keep what Slack hands over, and leave the address it stood in."""
        try:
            await self.check_state(request)
            await self.installations.save(await self.fetch_installation(request.query))
        except NotInstalled as refused:
            log.warning("not installed in Slack: %s", refused.why)
            response = self.page(request, refused.key, refused.status)
        else:
            response = web.Response(status=303, headers=HEADERS | {"Location": "/slack/installed"})
        response.del_cookie(self.cookie, path="/", secure=self.secure or None, httponly=True, samesite="Lax")
        return response

    async def installed(self, request: web.Request) -> web.Response:
        """Say that it is installed."""
        return self.page(request, "done", 200)

    async def check_state(self, request: web.Request) -> None:
        """Let in whoever began this in the same browser just now, once. Raises NotInstalled."""
        state, secret = request.query.get("state", ""), request.cookies.get(self.cookie, "")
        try:
            begun = str(self.signer.loads(state, max_age=STATE_LIFETIME))
        except BadSignature:
            raise NotInstalled("begun_elsewhere", 403, "the state is not ours, or too old") from None
        if not secret or not hmac.compare_digest(begun, secret_digest(secret)):
            raise NotInstalled("begun_elsewhere", 403, "begun in another browser")
        if await self.receipts.take(STATE_RECEIPTS, begun) is not Taken.NEW:
            raise NotInstalled("begun_elsewhere", 403, "the state was used before")
        await self.receipts.done(STATE_RECEIPTS, begun)

    async def fetch_installation(self, answer: Mapping[str, str]) -> Installed:
        """Returns the installation that Slack's answer stands for. Raises NotInstalled."""
        if answer.get("error") == "access_denied":
            raise NotInstalled("declined", 403, "declined in Slack")
        if answer.get("error") or not answer.get("code"):
            raise NotInstalled("failed", 400, f"Slack said {log_safe(answer.get('error'))}")
        given = await self.exchange_code(answer["code"])
        try:
            return self.read_installation(given)
        except NotInstalled:
            await self.revoke(str(given.get("access_token") or ""))
            raise

    async def exchange_code(self, code: str) -> Mapping[str, Any]:
        """Returns what a code stands for, which it does once. Raises NotInstalled."""
        slack = self.settings
        try:
            answer = await self.client.api_call(
                "oauth.v2.access",
                data={"code": code, "redirect_uri": self.redirect_uri},
                headers={"Authorization": encode_basic_auth(slack.client_id, slack.client_secret)},
            )
        except SlackApiError as error:
            raise NotInstalled("failed", 502, f"Slack said {error_code(error)}") from None
        except CONNECTION_ERRORS as error:
            raise NotInstalled("failed", 502, type(error).__name__) from None
        return answer.data if isinstance(answer.data, dict) else {}

    def read_installation(self, given: Mapping[str, Any]) -> Installed:
        """Returns the installation of one named workspace with a bot's token. Raises NotInstalled."""
        team = given.get("team") or {}
        if given.get("is_enterprise_install") or not team:
            raise NotInstalled("whole_organisation", 403, "for a whole organisation")
        if team.get("id") not in self.settings.teams:
            raise NotInstalled("not_named", 403, f"{log_safe(team.get('id'))} is not in SLACK_TEAMS")
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
        """Revoke a token that is not stored."""
        try:
            await self.client.auth_revoke(token=token)
        except (SlackApiError, *CONNECTION_ERRORS) as error:
            log.warning("a token that was not stored could not be revoked: %s", type(error).__name__)

    def page(self, request: web.Request, key: str, status: int) -> web.Response:
        """Returns the page that says how an installation went."""
        lang = preferred_language(request.headers.get("Accept-Language", ""), self.lang)
        again = AGAIN_HTML.format(again=text(lang, "slack.install.again")) if status != 200 else ""
        title, words = text(lang, "slack.install.title"), text(lang, f"slack.install.{key}")
        return web.Response(
            status=status,
            text=PAGE_HTML.format(lang=lang, title=title, words=words, again=again),
            content_type="text/html",
            headers=HEADERS,
        )


def authorize_url(api_url: str) -> str:
    """Returns where people give their consent: on the host of the API, in GovSlack too."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def secret_digest(secret: str) -> str:
    """Returns what stands in the state for the browser's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def error_code(error: SlackApiError) -> str:
    """Returns Slack's own code for why not; the HTTP status where something else answered in its place."""
    data = error.response.data
    return log_safe(data.get("error") if isinstance(data, dict) else error.response.status_code)


def log_safe(code: object) -> str:
    """Returns an error's code or a workspace's id, fit for a line in the log."""
    return re.sub(r"[^\w.-]", "", str(code or "nothing"))[:60]


def preferred_language(accepted: str, default: str) -> str:
    """Returns the first language of ours among those a browser asks for."""
    known = (closest_language(tag.partition(";")[0].strip(), "") for tag in accepted[:200].split(","))
    return next(filter(None, known), default)
