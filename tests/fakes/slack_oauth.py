"""Installation through OAuth: docs.slack.dev/authentication/installing-with-oauth."""

from __future__ import annotations

from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from fakes.slack_checks import Refusal
from fakes.slack_ui import Stopped
from fakes.slack_world import APP, SlackPerson, Workspace, code

if TYPE_CHECKING:
    from fakes.slack import FakeSlack

LIFE = 10 * 60  # seconds a code can be exchanged


@dataclass
class Grant:
    """What somebody has allowed, until the app fetches its token."""

    home: Workspace
    person: SlackPerson
    redirect_uri: str
    at: float


def approve(fake: FakeSlack, authorize_url: str, person: SlackPerson, *, says_no: bool = False) -> str:
    """Where Slack sends the browser of somebody who was sent here and allows (or does not) the app."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(authorize_url).query).items()}
    if not urlsplit(authorize_url).path.endswith("/oauth/v2/authorize"):
        raise Stopped("the bot's scopes are asked for at /oauth/v2/authorize")
    if asked.get("client_id") != fake.client_id or not asked.get("scope") or not asked.get("redirect_uri"):
        raise Stopped(f"Slack does not know what is asked: {asked}")
    back = {"state": asked["state"]} if "state" in asked else {}
    if says_no:
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', **back})}"
    fake.has(person)
    home = fake.workspace(person.team, person.team.title())
    home.scopes = tuple(asked["scope"].replace(" ", ",").split(","))
    if not home.is_installed:
        home.is_installed, home.bot_token = True, f"xoxb-{code(home.id, str(next(fake.numbers)), size=24)}"
    granted = code("grant", str(next(fake.numbers)), size=40).lower()
    fake.grants[granted] = Grant(home, person, asked["redirect_uri"], fake.clock())
    return f"{asked['redirect_uri']}?{urlencode({'code': granted, **back})}"


def access(fake: FakeSlack, args: dict[str, Any], authorization: str) -> dict[str, Any]:
    """oauth.v2.access: a code for a token, once. Raises Refusal as Slack names each mistake."""
    client_id, secret = credentials(args, authorization)
    if client_id != fake.client_id:
        raise Refusal("invalid_client_id")
    if secret != fake.client_secret:
        raise Refusal("bad_client_secret")
    grant = fake.grants.get(str(args.get("code")))
    if grant is None or fake.clock() - grant.at > LIFE:
        raise Refusal("invalid_code")
    if args.get("redirect_uri") != grant.redirect_uri:
        raise Refusal("bad_redirect_uri")
    del fake.grants[args["code"]]
    return {
        "access_token": grant.home.bot_token,
        "token_type": "bot",
        "scope": ",".join(grant.home.scopes),
        "bot_user_id": grant.home.bot_user,
        "app_id": APP,
        "team": {"id": grant.home.id, "name": grant.home.name},
        "enterprise": None,
        "authed_user": {"id": grant.person.id},
        "is_enterprise_install": False,
    }


def credentials(args: dict[str, Any], authorization: str) -> tuple[str, str]:
    """The app's id and secret, by HTTP Basic as Slack would have it, or among the arguments."""
    if authorization.startswith("Basic "):
        client_id, _, secret = b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        return client_id, secret
    return str(args.get("client_id")), str(args.get("client_secret"))
