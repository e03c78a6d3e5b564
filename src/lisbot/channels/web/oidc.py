"""Signing in with the house's own OpenID provider: authorization code with PKCE, nonce and state.

Entra ID and any other provider with a discovery document; the issuer is one tenant's, never "common".
The person is found by e-mail address, and only by one the provider vouches for: `email` with
`email_verified` true, or Entra's `xms_edov` true, an optional claim that an administrator adds to the app
registration and that says that the address's domain is the tenant's own. `preferred_username` and an
unverified `email` are whatever somebody typed into a directory, and are never used.
(OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700.)
"""

import asyncio
import base64
import hashlib
import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import jwt

from lisbot.settings import Oidc

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
LEEWAY = 60  # seconds two clocks may differ
KEEP = 3600  # seconds the discovery document is kept
PAUSE = 30  # seconds between fetches of the keys for a kid we do not know
TIMEOUT = aiohttp.ClientTimeout(total=10)


class Unproven(Exception):
    """The provider did not prove who this is. The text is for the log, not for the visitor."""


class Provider:
    def __init__(self, settings: Oidc, redirect_uri: str) -> None:
        self.settings, self.redirect_uri = settings, redirect_uri
        self.found: dict[str, Any] = {}
        self.found_at = 0.0
        self.keys: dict[str | None, jwt.PyJWK] = {}
        self.keys_at = 0.0
        self.lock = asyncio.Lock()
        self.client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self.client is not None:
            await self.client.close()

    async def begin(self) -> tuple[str, dict[str, str]]:
        """Where the visitor is sent, and what must be remembered of it until they come back."""
        config = await self.discover()
        flow = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(flow["verifier"].encode()).digest())
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid email profile",
            "state": flow["state"],
            "nonce": flow["nonce"],
            "code_challenge": challenge.rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        joint = "&" if "?" in config["authorization_endpoint"] else "?"
        return f"{config['authorization_endpoint']}{joint}{urlencode(asked)}", flow

    async def finish(self, answer: Mapping[str, str], flow: Mapping[str, str]) -> str:
        """The e-mail address the provider vouches for. Raises Unproven."""
        if not secrets.compare_digest(answer.get("state", "").encode(), flow["state"].encode()):
            raise Unproven("state does not match")
        if answer.get("error"):
            raise Unproven("the provider refused")
        config = await self.discover()
        if "iss" in answer and answer["iss"] != config["issuer"]:
            raise Unproven("answer from another issuer")
        tokens = await self.redeem(answer.get("code", ""), flow["verifier"])
        claims = await self.read(str(tokens.get("id_token", "")), flow["nonce"])
        if "email" not in claims and config.get("userinfo_endpoint") and tokens.get("access_token"):
            about = await self.get(
                config["userinfo_endpoint"], {"Authorization": f"Bearer {tokens['access_token']}"}
            )
            if about.get("sub") != claims["sub"]:
                raise Unproven("userinfo is about somebody else")
            claims = about | claims
        return vouched(claims)

    async def redeem(self, code: str, verifier: str) -> dict[str, Any]:
        config = await self.discover()
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        ways = config.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if "client_secret_basic" in ways:
            # RFC 6749, 2.3.1: both parts are form-encoded before they are joined.
            headers["Authorization"] = aiohttp.encode_basic_auth(
                quote(self.settings.client_id, safe=""), quote(self.settings.client_secret, safe="")
            )
        else:
            form |= {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret}
        return await self.call("POST", config["token_endpoint"], data=form, headers=headers)

    async def read(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an id token that is signed by this issuer, for us, for this very sign-in."""
        config = await self.discover()
        try:
            head = jwt.get_unverified_header(token)
            key = await self.key(head.get("kid"))
            offered = config.get("id_token_signing_alg_values_supported", ["RS256"])
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[alg for alg in ALGORITHMS if alg in offered],
                audience=self.settings.client_id,
                issuer=config["issuer"],
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise Unproven(type(error).__name__) from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise Unproven("nonce does not match")
        others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", self.settings.client_id if not others else "") != self.settings.client_id:
            raise Unproven("token for another client")
        return claims

    async def key(self, kid: str | None) -> jwt.PyJWK:
        """The signing key with this id, fetched again, but not all the time, when it is new to us."""
        async with self.lock:
            if kid not in self.keys and time.monotonic() - self.keys_at > (PAUSE if self.keys else 0):
                config = await self.discover()
                found = await self.get(config["jwks_uri"])
                self.keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(found).keys}
                self.keys_at = time.monotonic()
        if kid is None and len(self.keys) == 1:
            return next(iter(self.keys.values()))
        if kid not in self.keys:
            raise Unproven("unknown kid")
        return self.keys[kid]

    async def discover(self) -> dict[str, Any]:
        if not self.found or time.monotonic() - self.found_at > KEEP:
            issuer = self.settings.issuer
            found = await self.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            # OpenID Connect Discovery 1.0, 4.3: it must be the very issuer we asked.
            if found.get("issuer") != issuer:
                raise Unproven("discovery names another issuer")
            if missing := {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys():
                raise Unproven(f"discovery lacks {', '.join(sorted(missing))}")
            self.found, self.found_at = found, time.monotonic()
        return self.found

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return await self.call("GET", url, headers=headers)

    async def call(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        if self.client is None:
            self.client = aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with self.client.request(method, url, allow_redirects=False, **more) as answer:
                if answer.status != 200:
                    raise Unproven(f"{method} answered {answer.status}")
                found = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise Unproven(f"{method} failed: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise Unproven(f"{method} answered no object")
        return found


def vouched(claims: Mapping[str, Any]) -> str:
    """The address in these claims, if the provider says that it is theirs. Raises Unproven."""
    email = claims.get("email")
    said = [claims.get(name) for name in ("email_verified", "xms_edov")]
    if isinstance(email, str) and "@" in email and any(s in (True, "true", "1", 1) for s in said):
        return email
    raise Unproven("no verified e-mail address")
