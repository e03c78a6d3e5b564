"""Signing in with an OpenID provider."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from browser import Visitor
from builders import ASTRID, BJORN
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


async def test_one_tenants_provider_may_publish_keys_for_many(visitor, provider):
    """As Entra ID's first version does: what its keys say of an issuer is not the issuer of that version."""
    provider.key_issuer = "https://login.microsoftonline.com/{tenantid}/v2.0"
    await visitor.get("/signin/oidc")
    assert visitor.url.path == "/me"


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
            "OIDC_DOMAINS": "fjord.example, ås.example",
            "OIDC2_ISSUER": entra.issuer,
            "OIDC2_DOMAINS": "ÅS.example",
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


async def test_a_provider_vouches_for_the_addresses_it_is_trusted_with_and_for_nobody_elses(scene, provider):
    """Whoever keeps the accounts of one hospital is not everybody at another, nor at the secretariat."""
    async with oidc.provider() as entra:
        settings = configured("", provider.issuer, DOMAINS="fjord.example") | configured(
            "2", entra.issuer, DOMAINS="example.no xn--s-1fa.example"
        )
        async with serve_pages(scene.runtime, **settings) as server, Visitor(server) as visitor:
            for fake, email, opens in (
                (provider, ASTRID, True),
                (provider, BJORN, False),
                (entra, BJORN, True),
                (entra, BJORN.replace("ås", "xn--s-1fa"), True),
                (entra, ASTRID, False),
            ):
                fake.claims = {"email": email, "email_verified": True, "xms_edov": True}
                await visitor.get(f"/signin/oidc?provider={(provider, entra).index(fake)}")
                assert (visitor.url.path == "/me", email) == (opens, email)
                if opens:
                    await visitor.press("Logg ut")
                else:
                    assert (visitor.status, "Innloggingen ble ikke fullført" in visitor.page) == (403, True)


def configured(number: str, issuer: str, **more: str) -> dict[str, str]:
    """The settings of one provider among several."""
    given = {"ISSUER": issuer, "CLIENT_ID": oidc.CLIENT, "CLIENT_SECRET": oidc.SECRET, **more}
    return {f"OIDC{number}_{name}": value for name, value in given.items()}


async def test_one_registration_at_entra_serves_the_tenants_that_are_named_and_no_other(scene, provider):
    """The issuer of a token is its tenant's own, and the discovery document has {tenantid} in its place."""
    settings = configured("", oidc.as_entra(provider), TENANTS=" ".join(oidc.TENANTS).upper())
    async with serve_pages(scene.runtime, **settings) as server, Visitor(server) as visitor:
        for tenant in oidc.TENANTS:
            provider.claims = oidc.entra_claims(provider, tenant, BJORN)
            await visitor.get("/signin/oidc")
            assert visitor.url.path == "/me"
            await visitor.press("Logg ut")
        good = dict(provider.claims)
        third, first = "44444444-4444-4444-8444-444444444444", oidc.TENANTS[0]
        refused = (
            oidc.entra_claims(provider, third, BJORN),  # a tenant of somebody else's, with the same address in it
            good | {"tid": first},  # one tenant's token that says that it is another's
            good | {"iss": provider.issuer},
            good | {"iss": provider.issuer.replace("{tenantid}", third)},
            {name: value for name, value in good.items() if name != "tid"},
            good | {"xms_edov": False},  # nothing says that the domain is the tenant's
            good | {"xms_edov": None, "email": None, "upn": BJORN, "preferred_username": BJORN},
        )
        for claims in refused:
            provider.claims = claims
            assert await visitor.get("/signin/oidc") == 403, claims
        provider.claims, provider.key_issuer = good, provider.issuer.replace("{tenantid}", first)
        provider.rotate()
        assert await visitor.get("/signin/oidc") == 403, "the key is the first tenant's alone"


async def test_ansattporten_signs_in_whom_an_employer_vouches_for_and_asks_for_the_level(scene, provider, caplog):
    oidc.as_ansattporten(provider)
    more = {"ACR_VALUES": "substantial entraid", "EMPLOYERS": "983974678=stolav.example,ås.example"}
    settings = configured("", provider.issuer, **more)
    async with serve_pages(scene.runtime, **settings) as server, Visitor(server) as visitor:
        # As it answers whoever signs in with the account at work: an address, and nothing that says that it is theirs.
        good = {"acr": "entraid", "amr": ["entraid_pwd", "entraid_mfa"], "email": BJORN}
        good |= {"authorization_details": oidc.employer("983974678"), "given_name": "Bjørn", "family_name": "Ås"}
        with_id = {"acr": "high", "amr": ["BankID"], "pid": "20914695016", "email": BJORN, "email_verified": True}
        for claims in (good, with_id):
            provider.claims = claims
            await visitor.get("/signin/oidc")
            assert visitor.url.path == "/me", claims
            await visitor.press("Logg ut")
        assert provider.asked["acr_values"] == "substantial entraid"
        assert json.loads(provider.asked["authorization_details"]) == [{"type": "ansattporten:orgno"}]
        for claims in (
            {**good, "authorization_details": oidc.employer("987464291")},  # another employer's, with the same address
            {**good, "authorization_details": []},
            {**good, "authorization_details": [{"type": "ansattporten:orgno", "authorized_parties": [{"orgno": 1}]}]},
            {**good, "authorization_details": "983974678"},
            {**good, "email": "bjorn@elsewhere.example"},
            # With BankID, the address is one that somebody typed into the common register of contact details.
            {**good, "acr": "high", "amr": ["BankID"]},
            {**with_id, "email": ASTRID},
            {**good, "acr": "low"},
            {**good, "acr": ["entraid"]},
            {name: value for name, value in good.items() if name != "acr"},
            {"acr": "high", "pid": "20914695016"},  # who somebody is, and no address
        ):
            provider.claims = claims
            assert await visitor.get("/signin/oidc") == 403, claims
    assert "20914695016" not in caplog.text


async def test_a_token_without_a_signature_is_refused_whatever_the_provider_offers(visitor, provider):
    provider.algorithm, provider.configured = "none", {"id_token_signing_alg_values_supported": ["none"]}
    assert await visitor.get("/signin/oidc") == 403
    provider.configured = {"id_token_signing_alg_values_supported": ["none", "RS256", "HS256"]}
    assert await visitor.get("/signin/oidc") == 403


async def test_what_userinfo_vouches_for_is_its_own_address_alone(visitor, provider):
    provider.claims = {"email_verified": True}
    provider.about = {"email": BJORN}
    assert await visitor.get("/signin/oidc") == 403


async def test_a_discovery_document_of_another_issuer_is_not_believed(scene, provider):
    issuer = provider.issuer
    provider.issuer = "https://login.microsoftonline.com/{tenantid}/v2.0"
    async with serve_pages(scene.runtime, **configured("", issuer)) as server, Visitor(server) as visitor:
        assert await visitor.get("/signin/oidc") == 403
