"""The keys that an identity provider signs its tokens with (RFC 7517, "JSON Web Key Set"), fetched and cached."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any

import jwt
import orjson
from aiohttp import ClientError, ClientSession, ClientTimeout

log = logging.getLogger(__name__)

TIMEOUT = ClientTimeout(total=5)

FetchKeys = Callable[[], Awaitable[Mapping[str, Any]]]


class KeysUnavailable(Exception):
    """The provider did not publish its keys just now."""


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key, and what the Bot Framework calls its endorsements: the channels it may sign for. `issuer`: for whom
    alone Entra ID signs with it, among many tenants."""

    key: jwt.PyJWK
    endorsements: frozenset[str]
    issuer: str = ""


class SigningKeys:
    """One provider's keys by their id (kid).

    `fetch` returns the key set, or raises KeysUnavailable. The keys are fetched again when they are older than
    `max_age` seconds, and when a kid is asked for that is not among them, at most every `unknown_wait` seconds.
    After a failure nothing is fetched for `failed_wait` seconds, and the keys that are there serve on. The clock is
    monotonic: setting a machine's clock neither keeps a new key out nor an old one in.
    """

    def __init__(
        self,
        name: str,
        fetch: FetchKeys,
        *,
        max_age: float = 24 * 3600.0,
        unknown_wait: float = 300.0,
        failed_wait: float = 10.0,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.name, self.fetch, self.clock = name, fetch, clock
        self.max_age, self.unknown_wait, self.failed_wait = max_age, unknown_wait, failed_wait
        self.keys: dict[str | None, SigningKey] = {}
        self.fetched_at = self.failed_at = self.missed_at = float("-inf")
        self.lock = asyncio.Lock()

    async def find(self, kid: str | None) -> SigningKey | None:
        """Returns the key with this id; for no id, the only key there is. None where there is none."""
        now = self.clock()
        if now - self.fetched_at > self.max_age:
            await self.refresh(now)
        found = self.get(kid)
        if found is None and now - self.missed_at > self.unknown_wait:
            await self.refresh(now)
            found = self.get(kid)
            if found is None and self.fetched_at >= now:
                self.missed_at = now
        return found

    def get(self, kid: str | None) -> SigningKey | None:
        if kid is None and len(self.keys) == 1:
            return next(iter(self.keys.values()))
        return self.keys.get(kid)

    async def refresh(self, asked_at: float) -> None:
        """Fetch the keys, unless somebody has since `asked_at`."""
        async with self.lock:
            if self.fetched_at >= asked_at or asked_at - self.failed_at < self.failed_wait:
                return
            try:
                published = (await self.fetch())["keys"]
                self.keys = dict(filter(None, map(read_key, published)))
                self.fetched_at = self.clock()
            except (KeysUnavailable, KeyError, TypeError) as error:
                self.failed_at = self.clock()
                log.warning("the signing keys of %s could not be fetched: %r", self.name, error)


def read_key(published: Mapping[str, Any]) -> tuple[str | None, SigningKey] | None:
    """Returns a published key under its id; None for what is no key, or of a kind that is not used."""
    try:
        key = jwt.PyJWK(dict(published))
        endorsements, issuer = frozenset(published.get("endorsements") or ()), str(published.get("issuer") or "")
        return key.key_id, SigningKey(key, endorsements, issuer)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError):
        return None


async def fetch_json(session: ClientSession, url: str) -> dict[str, Any]:
    """Returns the JSON object at an address. Raises KeysUnavailable."""
    try:
        async with session.get(url, timeout=TIMEOUT, raise_for_status=True) as response:
            found = orjson.loads(await response.read())
    except (ClientError, TimeoutError, ValueError) as error:
        raise KeysUnavailable(f"{url}: {type(error).__name__}") from error
    if not isinstance(found, dict):
        raise KeysUnavailable(f"{url}: no JSON object")
    return found
