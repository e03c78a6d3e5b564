"""Keys that a provider publishes: found by id, fetched no more than needed."""

import asyncio
import json

import jwt
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from fakes.connector import private_key
from lisbot.channels.common.signing_keys import KeysUnavailable, SigningKeys, fetch_json, read_key


def published(kid, number=1, **more):
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(private_key(number).public_key(), as_dict=True), "kid": kid, **more}


class Provider:
    """Publishes keys, or fails; counts how often it is asked."""

    def __init__(self, *kids):
        self.kids, self.fetches, self.is_down = list(kids), 0, False

    async def __call__(self):
        self.fetches += 1
        await asyncio.sleep(0)
        if self.is_down:
            raise KeysUnavailable("down")
        return {"keys": [published(kid) for kid in self.kids]}


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def provider():
    return Provider("one", "two")


@pytest.fixture
def keys(provider, clock):
    return SigningKeys("a test", provider, max_age=3600, unknown_wait=300, failed_wait=10, clock=clock)


async def test_a_key_is_found_by_its_id_and_fetched_once_by_many_at_once(keys, provider):
    found = await asyncio.gather(*(keys.find(kid) for kid in ("one", "two") * 5))
    assert {key.key.key_id for key in found} == {"one", "two"}
    assert provider.fetches == 1


async def test_old_keys_are_fetched_again(keys, provider, clock):
    await keys.find("one")
    clock.now += 3601
    provider.kids = ["two"]
    assert await keys.find("one") is None
    assert await keys.find("two")
    assert provider.fetches == 2


async def test_a_new_id_is_looked_for_at_once_and_an_unknown_one_not_all_the_time(keys, provider, clock):
    await keys.find("one")
    clock.now += 1
    provider.kids.append("three")
    assert await keys.find("three")
    for _ in range(5):
        clock.now += 1
        assert await keys.find("never published") is None
    assert provider.fetches == 3
    clock.now += 301
    provider.kids.append("four")
    assert await keys.find("four")


async def test_known_keys_serve_while_the_provider_is_down_and_it_is_left_alone_a_while(keys, provider, clock):
    await keys.find("one")
    clock.now += 3601
    provider.is_down = True
    assert [await keys.find("one") is not None for _ in range(5)] == [True] * 5
    assert provider.fetches == 2
    clock.now += 11
    provider.is_down, provider.kids = False, ["three"]
    assert await keys.find("three")
    assert await keys.find("one") is None


async def test_a_provider_that_was_down_is_not_taken_to_have_said_that_there_is_no_such_key(keys, provider, clock):
    provider.is_down = True
    assert await keys.find("one") is None
    provider.is_down = False
    clock.now += 11
    assert await keys.find("one")


async def test_no_id_means_the_only_key_there_is(keys, provider, clock):
    assert await keys.find(None) is None
    clock.now += 3601
    provider.kids = ["one"]
    assert (await keys.find(None)).key.key_id == "one"


@pytest.mark.parametrize("answer", [{}, {"keys": None}, {"keys": 7}, [], {"keys": ["text", None, 7, []]}], ids=str)
async def test_an_answer_that_holds_no_keys_is_a_failure_and_no_crash(clock, answer):
    async def fetch():
        return answer

    assert await SigningKeys("a test", fetch, clock=clock).find("one") is None


def test_what_is_no_key_is_left_out():
    assert read_key(published("one", endorsements=["msteams"]))[1].endorsements == {"msteams"}
    assert read_key({"kty": "EC", "kid": "x"}) is None
    assert read_key({"kty": "RSA"}) is None
    assert read_key({"kty": "invented", "kid": "x"}) is None


@pytest.mark.parametrize(
    ("body", "status"), [("{", 200), ("[]", 200), ('"text"', 200), ("{}", 503), ("<h1>no</h1>", 200)]
)
async def test_a_document_that_is_not_to_be_had_says_so(body, status):
    async def answer(request):
        return web.Response(text=body, status=status)

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, ClientSession() as session:
        with pytest.raises(KeysUnavailable):
            await fetch_json(session, str(server.make_url("/")))


async def test_a_document_is_fetched():
    async def answer(request):
        return web.Response(text=json.dumps({"jwks_uri": "x"}))

    app = web.Application()
    app.router.add_get("/", answer)
    async with TestServer(app) as server, ClientSession() as session:
        assert await fetch_json(session, str(server.make_url("/"))) == {"jwks_uri": "x"}
