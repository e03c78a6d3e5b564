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
        self.issuer = ""
        self.rotate()

    def rotate(self) -> None:
        self.kid = secrets.token_hex(4)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    async def configuration(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def keys(self, _request: web.Request) -> web.Response:
        self.fetched_keys += 1
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return web.json_response({"keys": [{**public, "kid": self.kid, "use": "sig", "alg": "RS256"}]})

    async def authorize(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        assert asked["response_type"] == "code" and "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256" and asked["client_id"] == CLIENT
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        return web.Response(status=303, headers={"Location": f"{asked['redirect_uri']}?{urlencode(answer)}"})

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        scheme, _, given = request.headers["Authorization"].partition(" ")
        login, _, password = base64.b64decode(given).decode().partition(":")
        asked = self.codes.pop(str(form["code"]), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(str(form["code_verifier"]).encode()).digest())
        if (
            asked is None
            or (scheme, unquote(login), unquote(password)) != ("Basic", CLIENT, SECRET)
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
        token = jwt.encode(
            claims, self.sign_with or self.key, "RS256", headers={"kid": self.unpublished_kid or self.kid}
        )
        return web.json_response({"access_token": "about", "token_type": "Bearer", "id_token": token})

    async def userinfo(self, request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == "Bearer about"
        return web.json_response({"sub": "somebody", **self.about})


@asynccontextmanager
async def provider() -> Any:
    fake = Provider()
    app = web.Application()
    app.router.add_get("/.well-known/openid-configuration", fake.configuration)
    app.router.add_get("/keys", fake.keys)
    app.router.add_get("/authorize", fake.authorize)
    app.router.add_post("/token", fake.token)
    app.router.add_get("/userinfo", fake.userinfo)
    server = TestServer(app, host="127.0.0.1")
    await server.start_server()
    fake.issuer = f"http://127.0.0.1:{server.port}"
    try:
        yield fake
    finally:
        await server.close()
