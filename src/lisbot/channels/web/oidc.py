"""Signing in with an OpenID provider: authorization code with PKCE, nonce and state.

Entra ID, Ansattporten and any other provider with a discovery document. One that speaks for many tenants takes in those
that are named alone. The person is found by e-mail address, and only by one the provider vouches for: `email` with
`email_verified` true, or Entra's `xms_edov` true, an optional claim that an administrator adds to the app
registration and that says that the address's domain is the tenant's own. A provider that is trusted with some domains
vouches for addresses there alone (see domains in settings). `preferred_username` and an
unverified `email` are whatever somebody typed into a directory, and are never used, but where Ansattporten says
that an employer vouches for the person, who signed in with the account at work, and the address's domain is that
employer's (see employers in settings).
(OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700; RFC 9396; docs.digdir.no, "Entra ID i Ansattporten".)
"""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import jwt

from lisbot.channels.common.signing_keys import KeysUnavailable, SigningKeys
from lisbot.council.addresses import fold_address
from lisbot.settings import Oidc

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
LEEWAY = 60  # seconds two clocks may differ
DISCOVERY_LIFE = 3600  # seconds the discovery document is cached
UNKNOWN_KEY_WAIT = 30.0  # seconds before the keys are fetched again for an id that was not among them
TIMEOUT = aiohttp.ClientTimeout(total=10)
TENANT = "{tenantid}"  # in the issuer of a provider that speaks for many
# Each level satisfies whoever asks for one before it (docs.digdir.no: «substantial» lets in whoever has «high»).
LEVELS = (
    ("low", "substantial", "high"),
    ("idporten-loa-low", "idporten-loa-substantial", "idporten-loa-high"),
    ("Level3", "Level4"),
)
AT_WORK = "entraid"  # the level of whoever Ansattporten lets sign in with the account at work
EMPLOYER = "ansattporten:orgno"  # a kind of authorization_details: which organisations somebody acts for
NORWEGIAN = "0192:"  # before a number of the Norwegian register of organisations (ISO 6523)


class SignInFailed(Exception):
    """The provider did not prove who this is. The message is for the log, not for the visitor."""


class OidcClient:
    def __init__(self, settings: Oidc, redirect_uri: str) -> None:
        self.settings, self.redirect_uri = settings, redirect_uri
        self.config: dict[str, Any] = {}
        self.config_at = 0.0
        self.keys = SigningKeys("the OpenID provider", self.fetch_keys, unknown_wait=UNKNOWN_KEY_WAIT)
        self.client: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self.client is not None:
            await self.client.close()

    async def start(self) -> tuple[str, dict[str, str]]:
        """Returns where the visitor is sent, and what must be remembered of it until they come back.

        Raises SignInFailed, as all that asks the provider does.
        """
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
        if self.settings.acr_values:
            asked["acr_values"] = " ".join(self.settings.acr_values)
        if self.settings.employers:
            asked["authorization_details"] = json.dumps([{"type": EMPLOYER}])
        joint = "&" if "?" in config["authorization_endpoint"] else "?"
        return f"{config['authorization_endpoint']}{joint}{urlencode(asked)}", flow

    async def finish(self, answer: Mapping[str, str], flow: Mapping[str, str]) -> str:
        """Returns the e-mail address the provider vouches for. Raises SignInFailed."""
        if not secrets.compare_digest(answer.get("state", "").encode(), flow["state"].encode()):
            raise SignInFailed("state does not match")
        if answer.get("error"):
            raise SignInFailed("the provider refused")
        config = await self.discover()
        if "iss" in answer and answer["iss"] not in self.issuers(config):
            raise SignInFailed("answer from another issuer")
        tokens = await self.redeem_code(answer.get("code", ""), flow["verifier"])
        claims = await self.read_token(str(tokens.get("id_token", "")), flow["nonce"])
        if "email" not in claims and config.get("userinfo_endpoint") and tokens.get("access_token"):
            about = await self.get(config["userinfo_endpoint"], {"Authorization": f"Bearer {tokens['access_token']}"})
            if about.get("sub") != claims["sub"]:
                raise SignInFailed("userinfo is about somebody else")
            signed = {name: claims.get(name) for name in ("acr", "authorization_details")}
            return verified_email(about | signed, self.settings)
        return verified_email(claims, self.settings)

    def issuers(self, config: Mapping[str, Any]) -> list[str]:
        """Returns the issuers whose tokens are taken."""
        if not self.settings.tenants:
            return [str(config["issuer"])]
        return [str(config["issuer"]).replace(TENANT, tenant) for tenant in self.settings.tenants]

    async def redeem_code(self, code: str, verifier: str) -> dict[str, Any]:
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

    async def read_token(self, token: str, nonce: str) -> dict[str, Any]:
        """Returns the claims of an ID token that is signed by this issuer, for us, for this very sign-in."""
        config = await self.discover()
        try:
            head = jwt.get_unverified_header(token)
            found = await self.keys.find(head.get("kid"))
            if found is None:
                raise SignInFailed("unknown kid")
            offered = config.get("id_token_signing_alg_values_supported", ["RS256"])
            claims: dict[str, Any] = jwt.decode(
                token,
                found.key,
                algorithms=[alg for alg in ALGORITHMS if alg in offered],
                audience=self.settings.client_id,
                issuer=self.issuers(config),
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "sub", "aud", "iss"]},
            )
        except jwt.PyJWTError as error:
            raise SignInFailed(type(error).__name__) from error
        if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
            raise SignInFailed("nonce does not match")
        if self.settings.tenants:
            self.require_own_tenant(claims, config["issuer"], found.issuer)
        # OpenID Connect Core 1.0, 5.5.1.1: acr_values is a wish alone, so the answer is looked at.
        if self.settings.acr_values and str(claims.get("acr")) not in accepted_levels(self.settings.acr_values):
            raise SignInFailed("signed in by another means than was asked for")
        others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", self.settings.client_id if not others else "") != self.settings.client_id:
            raise SignInFailed("token for another client")
        return claims

    def require_own_tenant(self, claims: Mapping[str, Any], issuer: str, key_issuer: str) -> None:
        """Raises SignInFailed unless a token's issuer, its tenant and whom its key signs for are one tenant.

        Source: learn.microsoft.com, "Access tokens in the Microsoft identity platform", on validating issuers: among
        many tenants, a key may be one tenant's alone.
        """
        tenant = str(claims.get("tid"))
        if claims["iss"] != issuer.replace(TENANT, tenant):
            raise SignInFailed("the tenant is another than the issuer's")
        if key_issuer and key_issuer.replace(TENANT, tenant) != claims["iss"]:
            raise SignInFailed("the key is not the issuer's")

    async def fetch_keys(self) -> dict[str, Any]:
        """Returns the provider's published keys. Raises KeysUnavailable."""
        try:
            config = await self.discover()
            return await self.get(config["jwks_uri"])
        except SignInFailed as error:
            raise KeysUnavailable(str(error)) from error

    async def discover(self) -> dict[str, Any]:
        if not self.config or time.monotonic() - self.config_at > DISCOVERY_LIFE:
            issuer = self.settings.issuer
            found = await self.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            if self.settings.tenants:
                issuer = re.sub(r"/(common|organizations)(?=/|$)", f"/{TENANT}", issuer, count=1)
            # OpenID Connect Discovery 1.0, 4.3: it must be the very issuer we asked.
            if found.get("issuer") != issuer:
                raise SignInFailed("discovery names another issuer")
            if missing := {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys():
                raise SignInFailed(f"discovery lacks {', '.join(sorted(missing))}")
            self.config, self.config_at = found, time.monotonic()
        return self.config

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return await self.call("GET", url, headers=headers)

    async def call(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        if self.client is None:
            self.client = aiohttp.ClientSession(timeout=TIMEOUT)
        try:
            async with self.client.request(method, url, allow_redirects=False, **more) as answer:
                if answer.status != 200:
                    raise SignInFailed(f"{method} answered {answer.status}")
                found = await answer.json(content_type=None)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SignInFailed(f"{method} failed: {type(error).__name__}") from error
        if not isinstance(found, dict):
            raise SignInFailed(f"{method} answered no object")
        return found


def accepted_levels(asked: Iterable[str]) -> set[str]:
    """Returns the levels of sign-in that are good enough where these are asked for: themselves, and those above."""
    accepted = set(asked)
    for levels in LEVELS:
        places = [levels.index(each) for each in accepted if each in levels]
        accepted |= set(levels[min(places, default=len(levels)) :])
    return accepted


def verified_email(claims: Mapping[str, Any], provider: Oidc) -> str:
    """Returns the address in these claims, if the provider, or an employer through it, says that it is theirs. Raises
    SignInFailed, also where its domain is none that the provider is trusted with.

    An employer vouches for an address at work alone: whoever signs in with BankID has typed theirs themselves.
    """
    email = claims.get("email")
    if isinstance(email, str) and "@" in email:
        domain = fold_address(email).rpartition("@")[2]
        if provider.domains and not is_among(domain, provider.domains):
            raise SignInFailed("the address is of a domain that the provider is not trusted with")
        if any(claims.get(name) in (True, "true", "1", 1) for name in ("email_verified", "xms_edov")):
            return email
        acts_for = acting_for(claims) if claims.get("acr") == AT_WORK else ()
        if any(is_among(domain, provider.employers.get(number, ())) for number in acts_for):
            return email
    raise SignInFailed("no verified e-mail address")


def is_among(domain: str, domains: Iterable[str]) -> bool:
    return domain in map(fold_address, domains)


def acting_for(claims: Mapping[str, Any]) -> Iterator[str]:
    """Yields the numbers of the organisations that somebody acts for, as Ansattporten says it."""
    details = claims.get("authorization_details")
    for detail in details if isinstance(details, list) else ():
        parties = detail.get("authorized_parties") if isinstance(detail, dict) else None
        if not isinstance(parties, list) or detail.get("type") != EMPLOYER:
            continue
        for party in parties:
            number = party.get("orgno") if isinstance(party, dict) else None
            said = number.get("ID") if isinstance(number, dict) else None
            if isinstance(said, str) and said.startswith(NORWEGIAN):
                yield said.removeprefix(NORWEGIAN)
