"""Who sent this: the Bot Framework's tokens, checked against the keys it publishes."""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import time
from typing import Any, Protocol
from urllib.parse import urlsplit

import jwt
import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

from lisbot.settings import Settings, Teams, is_loopback

log = logging.getLogger(__name__)

ALGORITHM = "RS256"
CHANNEL = "msteams"
LEEWAY = 300  # seconds, as botframework-connector allows
KEYS_LAST = 24 * 3600.0
UNKNOWN_AGAIN = 300.0  # how long an unknown kid waits for the next look
FAILED_AGAIN = 10.0
VERIFIED_LASTS = 300.0
REMEMBERED = 1024
LONGEST = 4096  # characters; the Bot Framework's own are about 1,200
TIMEOUT = ClientTimeout(total=5)

Activity = Mapping[str, Any]


class Unauthorized(Exception):
    """Nothing proves that the Bot Framework sent this to us. The text is for the log only."""


class Proof(Protocol):
    """What a request's token is good for."""

    def covers(self, activity: Activity) -> None:
        """Whether this very activity. Raises Unauthorized."""
        ...


class Check(Protocol):
    async def __call__(self, header: str | None) -> Proof:
        """What the Authorization header proves. Raises Unauthorized."""
        ...


@dataclass(frozen=True, slots=True)
class Key:
    """A signing key, and the channels it may vouch for."""

    key: Any
    endorsements: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verified:
    """A token that held: for which service address and channels, and until when it need not be read again."""

    service_url: str
    endorsements: frozenset[str]
    until: float

    def covers(self, activity: Activity) -> None:
        if channel_of(activity) not in self.endorsements:
            raise Unauthorized("the key is not endorsed for the channel")
        if self.service_url != activity.get("serviceUrl"):
            raise Unauthorized("the token is for another serviceUrl")


class Keys:
    """The published keys by id: fetched once a day, and at once when an id is new to us."""

    def __init__(self, session: ClientSession, metadata_url: str, clock: Callable[[], float] = time) -> None:
        self.session, self.metadata_url, self.clock = session, metadata_url, clock
        self.keys: dict[str, Key] = {}
        self.fetched_at = self.failed_at = self.missed_at = float("-inf")
        self.lock = asyncio.Lock()

    async def find(self, kid: str) -> Key | None:
        now = self.clock()
        if now - self.fetched_at > KEYS_LAST:
            await self.refresh(now)
        if kid not in self.keys and now - self.missed_at > UNKNOWN_AGAIN:
            await self.refresh(now)
            if kid not in self.keys and self.fetched_at >= now:
                self.missed_at = now
        return self.keys.get(kid)

    async def refresh(self, asked: float) -> None:
        """Fetch the keys, unless somebody did while we waited. The old ones serve until it succeeds."""
        async with self.lock:
            if self.fetched_at >= asked or asked - self.failed_at < FAILED_AGAIN:
                return
            try:
                metadata = await self.fetch(self.metadata_url)
                published = (await self.fetch(metadata["jwks_uri"]))["keys"]
                self.keys = dict(filter(None, map(read_key, published)))
                self.fetched_at = self.clock()
            except (ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
                self.failed_at = self.clock()
                log.warning("the Bot Framework's keys could not be fetched: %s", type(error).__name__)

    async def fetch(self, url: str) -> Any:
        async with self.session.get(url, timeout=TIMEOUT, raise_for_status=True) as response:
            return orjson.loads(await response.read())


def read_key(published: Mapping[str, Any]) -> tuple[str, Key] | None:
    """A published key under its id; None for a kind we do not use."""
    try:
        key = jwt.PyJWK(dict(published), ALGORITHM).key
        return str(published["kid"]), Key(key, frozenset(published.get("endorsements") or ()))
    except (jwt.PyJWTError, KeyError, ValueError, TypeError):
        return None


class Tokens:
    """Checks every request's token. One that held is remembered briefly: the busy road does no RSA."""

    def __init__(self, session: ClientSession, teams: Teams, clock: Callable[[], float] = time) -> None:
        self.app_id, self.issuer, self.clock = teams.app_id, teams.issuer, clock
        self.keys = Keys(session, teams.metadata_url, clock)
        self.held: OrderedDict[bytes, Verified] = OrderedDict()

    async def __call__(self, header: str | None) -> Verified:
        if header is None or not header.startswith("Bearer ") or len(header) > LONGEST:
            raise Unauthorized("no token")
        token = header[7:]
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        verified = self.held.get(digest)
        if verified is None or verified.until < self.clock():
            verified = await self.verify(token)
            self.held[digest] = verified
            if len(self.held) > REMEMBERED:
                self.held.popitem(last=False)
        self.held.move_to_end(digest)
        return verified

    async def verify(self, token: str) -> Verified:
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
        until = min(float(claims["exp"]) + LEEWAY, self.clock() + VERIFIED_LASTS)
        return Verified(str(claims["serviceurl"]), key.endorsements, until)


async def refuse(header: str | None) -> Proof:
    """Without an app id nobody can prove anything, so nobody gets in."""
    raise Unauthorized("MicrosoftAppId is not set")


class Local:
    """The demo's proof: none, and answers go to this machine only."""

    def covers(self, activity: Activity) -> None:
        channel_of(activity)
        if not is_local(activity.get("serviceUrl")):
            raise Unauthorized("the demo answers this machine only")


async def admit_local(header: str | None) -> Proof:
    return Local()


def channel_of(activity: Activity) -> str:
    """The channel, which must be Teams: on others (Direct Line, Web Chat) a client says whom it is from."""
    channel = activity.get("channelId")
    if channel != CHANNEL:
        raise Unauthorized(f"channelId is {str(channel)[:40]!r}")
    return CHANNEL


def is_local(url: object) -> bool:
    try:
        return isinstance(url, str) and is_loopback(urlsplit(url).hostname or "")
    except ValueError:
        return False


def make_check(settings: Settings, session: ClientSession) -> Check:
    """The check of this installation. It is never off by omission: only the demo, on loopback, has none."""
    if settings.teams:
        return Tokens(session, settings.teams)
    if settings.demo and is_loopback(settings.host):
        return admit_local
    return refuse
