"""Who sent a request: the Bot Framework's tokens, verified with the keys it publishes.

learn.microsoft.com, "Authentication with the Bot Connector API", and what botbuilder's own verification asks for.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic, time
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
from aiohttp import ClientSession
from cachetools import TLRUCache

from lisbot.channels.common.signing_keys import KeysUnavailable, SigningKeys, fetch_json
from lisbot.settings import Settings, Teams, is_loopback

ALGORITHM = "RS256"
CHANNEL = "msteams"
LEEWAY = 300  # seconds that two clocks may differ, as botframework-connector allows
VERIFIED_FOR = 300.0  # seconds that a token which held is not verified again
MAX_VERIFIED = 1024  # tokens
MAX_TOKEN = 4096  # characters; the Bot Framework's own are about 1,200

ActivityJson = Mapping[str, Any]


class Unauthorized(Exception):
    """Nothing proves that the Bot Framework sent this to us. The text is for the process's log only."""


class Proof(Protocol):
    """What a request's token proves."""

    def require_covers(self, activity: ActivityJson) -> None:
        """Raises Unauthorized if it does not prove who sent this very activity."""
        ...


class Verify(Protocol):
    async def __call__(self, header: str | None) -> Proof:
        """Returns what the Authorization header proves. Raises Unauthorized."""
        ...


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A token that held: for which service address and channels, and until when it need not be verified again."""

    service_url: str
    endorsements: frozenset[str]
    until: float

    def require_covers(self, activity: ActivityJson) -> None:
        require_teams(activity)
        if CHANNEL not in self.endorsements:
            raise Unauthorized("the key is not endorsed for the channel")
        if self.service_url != activity.get("serviceUrl"):
            raise Unauthorized("the token is for another serviceUrl")


class TokenVerifier:
    """Verifies every request's token. One that held is remembered briefly: most requests cost no RSA.

    `clock` returns seconds since 1970, as tokens tell time; `timer` is monotonic.
    """

    def __init__(
        self,
        session: ClientSession,
        teams: Teams,
        clock: Callable[[], float] = time,
        timer: Callable[[], float] = monotonic,
    ) -> None:
        self.app_id, self.issuer, self.clock, self.timer = teams.app_id, teams.issuer, clock, timer

        async def fetch_keys() -> Mapping[str, Any]:
            metadata = await fetch_json(session, teams.metadata_url)
            if not isinstance(metadata.get("jwks_uri"), str):
                raise KeysUnavailable(f"{teams.metadata_url}: no jwks_uri")
            return await fetch_json(session, metadata["jwks_uri"])

        self.keys = SigningKeys("the Bot Framework", fetch_keys, clock=timer)
        self.verified: TLRUCache[bytes, VerifiedToken] = TLRUCache(
            MAX_VERIFIED, lambda _, token, __: token.until, timer
        )

    async def __call__(self, header: str | None) -> VerifiedToken:
        if header is None or not header.startswith("Bearer ") or len(header) > MAX_TOKEN:
            raise Unauthorized("no token")
        token = header[7:]
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        verified = self.verified.get(digest)
        if verified is None:
            verified = self.verified[digest] = await self.verify(token)
        return verified

    async def verify(self, token: str) -> VerifiedToken:
        """Verify a token's signature and claims. Raises Unauthorized."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") != ALGORITHM:
                raise Unauthorized("another algorithm")
            key = await self.keys.find(str(header.get("kid")))
            if key is None:
                raise Unauthorized("an unknown key")
            claims = jwt.decode(
                token,
                key.key,
                algorithms=[ALGORITHM],
                audience=self.app_id,
                issuer=self.issuer,
                leeway=LEEWAY,
                options={"require": ["exp", "iss", "aud", "serviceurl"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise Unauthorized(type(error).__name__) from error
        valid_for = min(float(claims["exp"]) + LEEWAY - self.clock(), VERIFIED_FOR)
        return VerifiedToken(str(claims["serviceurl"]), key.endorsements, self.timer() + valid_for)


class LocalProof:
    """The demo's proof: none, and answers go to this machine only."""

    def require_covers(self, activity: ActivityJson) -> None:
        require_teams(activity)
        if not is_local(activity.get("serviceUrl")):
            raise Unauthorized("the demo answers this machine only")


async def accept_local(header: str | None) -> Proof:
    return LocalProof()


async def refuse_all(header: str | None) -> Proof:
    """Raises Unauthorized: without an app id nobody can prove anything."""
    raise Unauthorized("MicrosoftAppId is not set")


def require_teams(activity: ActivityJson) -> None:
    """Raises Unauthorized for another channel: on Direct Line or Web Chat a client says itself whom it is from."""
    channel = activity.get("channelId")
    if channel != CHANNEL:
        raise Unauthorized(f"channelId is {str(channel)[:40]!r}")


def is_local(url: object) -> bool:
    try:
        return isinstance(url, str) and is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def make_verifier(settings: Settings, session: ClientSession) -> Verify:
    """Returns how requests are verified. It is never off by omission: only the demo, on loopback, asks for none."""
    if settings.teams:
        return TokenVerifier(session, settings.teams)
    if settings.demo and is_loopback(settings.host):
        return accept_local
    return refuse_all
