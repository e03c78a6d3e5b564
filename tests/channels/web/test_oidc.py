"""Signing in with the house's own OpenID provider."""

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric import rsa

from browser import Visitor
from fakes import oidc
from sample_site import add_samples, running


@pytest_asyncio.fixture
async def provider():
    async with oidc.provider() as fake:
        yield fake


@pytest_asyncio.fixture
async def server(tmp_path, monkeypatch, provider):
    add_samples(monkeypatch)
    settings = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": oidc.CLIENT,
        "OIDC_CLIENT_SECRET": oidc.SECRET,
    }
    async with running(tmp_path, **settings) as server:
        yield server


@pytest_asyncio.fixture
async def visitor(server):
    async with Visitor(server) as somebody:
        yield somebody


async def test_a_member_signs_in_and_comes_to_where_they_were_going(visitor):
    await visitor.get("/meeting/3")
    assert visitor.url.path == "/signin" and "Logg inn med jobbkontoen" in visitor.page
    await visitor.get("/signin/oidc?_next=/meeting/3")
    assert (visitor.status, visitor.url.path) == (200, "/meeting/3")
    assert "Astrid Lund" in visitor.page


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "astrid@example.no", "xms_edov": True},
        {"email": "ASTRID@example.no", "email_verified": "true"},
    ],
)
async def test_an_address_the_provider_vouches_for_is_enough(visitor, provider, claims):
    provider.claims = claims
    await visitor.get("/signin/oidc")
    assert visitor.url.path == "/me"


async def test_an_address_that_only_userinfo_gives_counts_when_it_is_about_the_same_person(visitor, provider):
    provider.claims = {}
    provider.about = {"email": "astrid@example.no", "email_verified": True}
    await visitor.get("/signin/oidc")
    assert visitor.url.path == "/me"
    await visitor.send("/signout")
    provider.about = {**provider.about, "sub": "somebody else"}
    assert await visitor.get("/signin/oidc") == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "astrid@example.no"},
        {"email": "astrid@example.no", "email_verified": False},
        {"preferred_username": "astrid@example.no", "email_verified": True},
        {"email": ["astrid@example.no"], "email_verified": True},
    ],
)
async def test_an_address_nobody_vouches_for_opens_nothing(visitor, provider, claims):
    provider.claims = claims
    assert await visitor.get("/signin/oidc") == 403
    assert "Innloggingen ble ikke fullført" in visitor.page
    await visitor.get("/me")
    assert visitor.url.path == "/signin"


async def test_a_stranger_is_told_what_to_do_and_gets_nothing(visitor, provider):
    provider.claims = {"email": "stranger@example.no", "email_verified": True}
    assert await visitor.get("/signin/oidc") == 403
    assert "kjenner deg ikke igjen" in visitor.page


@pytest.mark.parametrize(
    "lie",
    [
        {"aud": "another client"},
        {"aud": ["lisbot at work", "another"], "azp": "another"},
        {"iss": "https://elsewhere.example"},
        {"exp": 1},
        {"iat": None},
        {"nonce": "another sign-in"},
        {"nonce": None},
    ],
)
async def test_a_token_that_is_not_for_this_very_sign_in_is_refused(visitor, provider, lie):
    provider.spoil = lie
    assert await visitor.get("/signin/oidc") == 403
    await visitor.get("/me")
    assert visitor.url.path == "/signin"


async def test_a_token_signed_by_somebody_else_is_refused(visitor, provider):
    provider.sign_with = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert await visitor.get("/signin/oidc") == 403


async def test_keys_are_fetched_once_and_again_when_the_provider_changes_them(visitor, provider, monkeypatch):
    from lisbot.channels.web import oidc as ours

    for _ in range(2):
        await visitor.get("/signin/oidc")
        assert visitor.url.path == "/me"
        await visitor.send("/signout")
    assert provider.fetched_keys == 1
    provider.rotate()
    assert await visitor.get("/signin/oidc") == 403  # asked too lately to ask again
    monkeypatch.setattr(ours, "PAUSE", -1)
    await visitor.get("/signin/oidc")
    assert (visitor.url.path, provider.fetched_keys) == ("/me", 2)


async def test_an_answer_to_a_sign_in_nobody_began_here_is_refused(visitor, server):
    assert await visitor.get("/signin/callback?code=x&state=y") == 403
    await visitor.ask("GET", "/signin/oidc", allow_redirects=False)
    assert await visitor.get("/signin/callback?code=x&state=y") == 403
    assert await visitor.get("/signin/callback?error=access_denied") == 403


async def test_a_provider_that_is_down_is_said_to_be(tmp_path, monkeypatch):
    add_samples(monkeypatch)
    settings = {
        "OIDC_ISSUER": "http://127.0.0.1:9",
        "OIDC_CLIENT_ID": oidc.CLIENT,
        "OIDC_CLIENT_SECRET": oidc.SECRET,
    }
    async with running(tmp_path, **settings) as server, Visitor(server) as visitor:
        assert await visitor.get("/signin/oidc") == 403
        assert "Innloggingen ble ikke fullført" in visitor.page
