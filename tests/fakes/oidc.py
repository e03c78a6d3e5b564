"""An OpenID provider that keeps the rules: codes work once, for the client that asked, with its verifier."""

import base64
import hashlib
import json
import secrets
import time
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote, urlencode

import jwt
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "lisbot at work", "s3cret/with:signs"


class Provider:
    def __init__(self) -> None:
        self.claims: dict[str, Any] = {"email": "astrid@example.no", "email_verified": True}
        self.about: dict[str, Any] = {}
        self.spoil: dict[str, Any] = {}  # claims the id token lies about
        self.sign_with: Any = None  # a key that is not published
        self.unpublished_kid = ""  # names a key that is not published
        self.codes: dict[str, dict[str, str]] = {}
        self.fetched_keys = 0
        self.origin = self.issuer = ""
        self.configured: dict[str, Any] = {}  # what else the discovery document says
        self.key_issuer = ""  # for whom alone the key signs
        self.algorithm = "RS256"
        self.asked: dict[str, str] = {}  # of the last sign-in
        self.rotate()

    def rotate(self) -> None:
        self.kid = secrets.token_hex(4)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    async def configuration(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.origin}/authorize",
                "token_endpoint": f"{self.origin}/token",
                "userinfo_endpoint": f"{self.origin}/userinfo",
                "jwks_uri": f"{self.origin}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
                **self.configured,
            }
        )

    async def keys(self, _request: web.Request) -> web.Response:
        self.fetched_keys += 1
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        own = {"issuer": self.key_issuer} if self.key_issuer else {}
        return web.json_response({"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256", **own}]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["response_type"] == "code" and "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256" and asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self.codes[code] = self.asked = asked
        answer = {"code": code, "state": asked["state"]}
        if "{" not in self.issuer:  # Entra ID gives no iss (RFC 9207)
            answer["iss"] = self.issuer
        return web.Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(answer)}"})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if "client_secret_post" in self.configured.get("token_endpoint_auth_methods_supported", ()):
            scheme, login, password = "Basic", str(form["client_id"]), str(form["client_secret"])
        else:
            scheme, _, given = request.headers["Authorization"].partition(" ")
            login, _, password = map(unquote, base64.b64decode(given).decode().partition(":"))
        asked = self.codes.pop(str(form["code"]), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        if (
            asked is None
            or (scheme, login, password) != ("Basic", CLIENT, SECRET)
            or challenge.rstrip(b"=").decode() != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        claims = {
            "iss": self.issuer,
            "sub": "somebody",
            "aud": CLIENT,
            "iat": int(time.time()),
            "exp": int(time.time()) + 300,
            "nonce": asked["nonce"],
            **self.claims,
            **self.spoil,
        }
        key = None if self.algorithm == "none" else self.sign_with or self.key
        token = jwt.encode(claims, key, self.algorithm, headers={"kid": self.unpublished_kid or self.kid})
        return web.json_response({"access_token": "about", "token_type": "Bearer", "id_token": token})

    async def userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer about"
        return web.json_response({"sub": "somebody", **self.about})


@asynccontextmanager
async def provider() -> Any:
    fake = Provider()
    app = web.Application()
    for path in ("", "/organizations/v2.0"):
        app.router.add_get(f"{path}/.well-known/openid-configuration", fake.configuration)
    app.router.add_get("/keys", fake.keys)
    app.router.add_get("/authorize", fake.authorize)
    app.router.add_post("/token", fake.token)
    app.router.add_get("/userinfo", fake.userinfo)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    fake.origin = fake.issuer = f"http://127.0.0.1:{server.port}"
    try:
        yield fake
    finally:
        await server.close()


TENANTS = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")


def as_entra(fake: Provider) -> str:
    """Have a provider be Entra ID for many tenants, as its discovery document for «organizations» says. Returns the
    issuer that it is set up with.

    Source: learn.microsoft.com, "OpenID Connect on the Microsoft identity platform" and "ID token claims reference".
    """
    fake.issuer = f"{fake.origin}/{{tenantid}}/v2.0"
    fake.configured = {
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "request_uri_parameter_supported": False,
        "http_logout_supported": True,
        "tenant_region_scope": None,
        "cloud_instance_name": "microsoftonline.com",
    }
    fake.key_issuer = fake.issuer
    return f"{fake.origin}/organizations/v2.0"


def entra_claims(fake: Provider, tenant: str, email: str) -> dict[str, Any]:
    """Returns what Entra ID says of somebody of a tenant, whose administrator has added email and xms_edov."""
    return {
        "iss": fake.issuer.replace("{tenantid}", tenant),
        "tid": tenant,
        "oid": "33333333-3333-4333-8333-333333333333",
        "preferred_username": "somebody@elsewhere.example",
        "email": email,
        "xms_edov": True,
        "ver": "2.0",
    }


def as_ansattporten(fake: Provider) -> None:
    """Have a provider be Ansattporten.

    Source: docs.digdir.no, "Ansattporten protokoll" and "Entra ID i Ansattporten".
    """
    fake.configured = {
        "acr_values_supported": ["low", "substantial", "high", "entraid"],
        "authorization_details_types_supported": ["ansattporten:altinn:service", "ansattporten:orgno"],
        "authorization_response_iss_parameter_supported": True,
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code"],
        "subject_types_supported": ["pairwise"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "private_key_jwt"],
        "ui_locales_supported": ["nb", "nn", "en", "se"],
    }


def employer(number: str) -> list[dict[str, Any]]:
    """Returns what Ansattporten says of somebody whose employer lets them act for it."""
    orgno = {"authority": "iso6523-actorid-upis", "ID": f"0192:{number}"}
    party = {"orgno": orgno, "name": "FJORD SYKEHUS HF", "rights": ["Report", "Write"]}
    return [{"type": "ansattporten:orgno", "authorized_parties": [party]}]
