"""Signing in with an OpenID provider."""

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from browser import Visitor
from builders import BJORN
from fakes import oidc
from pages import serve_pages

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def provider():
    async with oidc.provider() as fake:
        yield fake


@pytest.fixture
async def server(scene, provider):
    provider.claims = {"email": BJORN, "email_verified": True}
    settings = {
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": oidc.CLIENT,
        "OIDC_CLIENT_SECRET": oidc.SECRET,
    }
    async with serve_pages(scene.runtime, **settings) as server:
        yield server


@pytest.fixture
async def visitor(server):
    async with Visitor(server) as somebody:
        yield somebody


async def test_a_member_signs_in_and_comes_to_where_they_were_going(scene, visitor):
    await scene.planned()
    await visitor.get("/meeting/1")
    assert visitor.url.path == "/signin"
    await visitor.press("Logg inn med jobbkontoen")
    assert (visitor.status, visitor.url.path) == (200, "/meeting/1")
    assert "Bjørn Ås" in visitor.page


@pytest.mark.parametrize(
    "claims",
    [
        {"email": BJORN, "xms_edov": True},
        {"email": BJORN.upper(), "email_verified": "true"},
    ],
)
async def test_an_address_the_provider_vouches_for_is_enough(visitor, provider, claims):
    provider.claims = claims
    await visitor.get("/signin/oidc")
    assert visitor.url.path == "/me"


async def test_an_address_that_only_userinfo_gives_counts_when_it_is_about_the_same_person(visitor, provider):
    provider.claims = {}
    provider.about = {"email": BJORN, "email_verified": True}
    await visitor.get("/signin/oidc")
    assert visitor.url.path == "/me"
    await visitor.press("Logg ut")
    provider.about = {**provider.about, "sub": "somebody else"}
    assert await visitor.get("/signin/oidc") == 403


@pytest.mark.parametrize(
    "claims",
    [
        {"email": BJORN},
        {"email": BJORN, "email_verified": False},
        {"preferred_username": BJORN, "email_verified": True},
        {"email": [BJORN], "email_verified": True},
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


async def test_keys_are_fetched_once_and_again_when_the_provider_changes_them(visitor, provider):
    for _ in range(2):
        await visitor.get("/signin/oidc")
        assert visitor.url.path == "/me"
        await visitor.press("Logg ut")
    assert provider.fetched_keys == 1
    provider.rotate()
    await visitor.get("/signin/oidc")
    assert (visitor.url.path, provider.fetched_keys) == ("/me", 2)


async def test_a_key_the_provider_does_not_publish_is_not_asked_for_over_and_over(visitor, provider):
    provider.unpublished_kid = "another"
    for _ in range(3):
        assert await visitor.get("/signin/oidc") == 403
    assert provider.fetched_keys <= 2


async def test_an_answer_to_a_sign_in_nobody_began_here_is_refused(visitor, server):
    assert await visitor.get("/signin/callback?code=x&state=y") == 403
    await visitor.ask("GET", "/signin/oidc", allow_redirects=False)
    assert await visitor.get("/signin/callback?code=x&state=y") == 403
    assert await visitor.get("/signin/callback?error=access_denied") == 403


async def test_a_provider_that_is_down_is_said_to_be(scene):
    settings = {
        "OIDC_ISSUER": "http://127.0.0.1:9",
        "OIDC_CLIENT_ID": oidc.CLIENT,
        "OIDC_CLIENT_SECRET": oidc.SECRET,
    }
    async with serve_pages(scene.runtime, **settings) as server, Visitor(server) as visitor:
        assert await visitor.get("/signin/oidc") == 403
        assert "Innloggingen ble ikke fullført" in visitor.page


async def test_several_providers_sign_in_and_none_answers_for_another(scene, provider):
    """As Ansattporten's and Entra's discovery documents have it: one gives the level of the sign-in (acr), the other
    says that the domain of an address is its tenant's (xms_edov)."""
    provider.claims = {"email": BJORN, "email_verified": True, "acr": "substantial"}
    async with oidc.provider() as entra:
        entra.claims = {"email": BJORN, "xms_edov": True}
        settings = {
            "OIDC_ISSUER": provider.issuer,
            "OIDC_NAME": "Ansattporten",
            "OIDC_ACR_VALUES": "high substantial",
            "OIDC2_ISSUER": entra.issuer,
            "OIDC2_NAME": "Fjord sykehus",
        }
        for number in ("", "2"):
            settings |= {f"OIDC{number}_CLIENT_ID": oidc.CLIENT, f"OIDC{number}_CLIENT_SECRET": oidc.SECRET}
        async with serve_pages(scene.runtime, **settings) as server, Visitor(server) as visitor:
            for name in ("Ansattporten", "Fjord sykehus"):
                await visitor.get("/signin")
                await visitor.press(f"Logg inn med {name}")
                assert (visitor.status, visitor.url.path) == (200, "/me")
                await visitor.press("Logg ut")
            assert await visitor.get("/signin/oidc?provider=2") == 404
            provider.claims = {**provider.claims, "acr": "low"}
            assert await visitor.get("/signin/oidc") == 403
            assert await visitor.get("/signin/oidc?provider=1") == 200
