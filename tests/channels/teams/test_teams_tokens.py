"""Whom the endpoint lets in. Every wrong token is 401, every wrong body 400; nothing is 500."""

import io
import json
import time
from base64 import urlsafe_b64encode

import jwt
import pytest
from aiohttp import ClientSession
from cryptography.hazmat.primitives.asymmetric import rsa

from fakes.connector import private_key
from fakes.teams import KARI
from lisbot.channels.teams import tokens
from lisbot.settings import DEMO_KEY, read


async def knock(teams, token="", **changed):
    activity = {**teams.activity(KARI, "message", text="hjelp"), **changed}
    return (await teams.post(activity, token)).status


async def test_a_signed_request_is_taken_and_a_second_one_reads_no_token_again(teams, run, connector):
    token = connector.sign()
    assert [await knock(teams, token), await knock(teams, token)] == [200, 200]
    assert len(run.names) == 2
    assert connector.calls["metadata"] == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "somebody-else"},
        {"iss": "https://sts.example.net"},
        {"serviceurl": "https://evil.example/"},
        {"serviceurl": None},
        {"exp": int(time.time()) - 301},
        {"exp": None},
        {"nbf": int(time.time()) + 600},
        {"kid": "never published"},
        {"kid": "another kind"},
        {"algorithm": "RS512"},
        {"algorithm": "HS256", "key": "a shared secret that is 32 bytes or more"},
        {"algorithm": "none", "key": None},
    ],
    ids=lambda claims: (
        " ".join(f"{name}={str(claims[name])[:9]}" for name in claims if name not in ("exp", "nbf"))
        or " ".join(claims)
    ),
)
async def test_a_wrong_claim_key_or_algorithm_is_401(teams, run, connector, claims):
    if claims.get("algorithm") == "none":
        token = jwt.encode({"aud": connector.app_id}, None, algorithm="none", headers={"kid": "key-1"})
    else:
        token = connector.sign(**claims)
    assert await knock(teams, token) == 401
    assert await knock(teams, connector.sign()) == 200
    assert len(run.names) == 1


@pytest.mark.parametrize(
    "token",
    [None, "garbage", "a.b.c", "é.ø.å", "x" * 5000, urlsafe_b64encode(b"[]").decode() + ".e30.x", ".."],
    ids=lambda token: repr(token)[:20],
)
async def test_no_token_and_garbage_are_401(teams, run, token):
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")} if token else {}
    response = await teams.post(teams.activity(KARI, "message", text="hjelp"), None, headers=headers)
    assert response.status == 401
    assert not run.asked


async def test_a_token_of_a_stranger_with_a_published_kid_is_401(teams, connector):
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert await knock(teams, connector.sign(key=own)) == 401


async def test_clocks_may_differ_by_five_minutes(teams, connector):
    assert await knock(teams, connector.sign(exp=int(time.time()) - 290)) == 200


async def test_the_service_address_is_compared_letter_by_letter(teams, connector):
    assert await knock(teams, connector.sign(), serviceUrl=connector.url.rstrip("/")) == 401


@pytest.mark.parametrize("channel", ["", None, "webchat", "directline", 7])
async def test_a_channel_other_than_teams_or_none_is_401(teams, connector, channel):
    connector.endorsements = ("msteams", "webchat", "")
    assert await knock(teams, connector.sign(), channelId=channel) == 401


async def test_a_key_that_is_not_endorsed_for_teams_is_401(teams, connector):
    connector.endorsements = ("webchat",)
    assert await knock(teams) == 401


async def test_a_new_key_is_fetched_at_once(teams, connector):
    assert await knock(teams) == 200
    connector.rotate()
    assert await knock(teams) == 200
    assert connector.calls["metadata"] == 2


async def test_an_unknown_key_is_looked_for_once_in_five_minutes(teams, connector):
    for _ in range(5):
        assert await knock(teams, connector.sign(kid="never published")) == 401
    assert connector.calls["metadata"] <= 2
    assert await knock(teams) == 200


async def test_keys_are_fetched_again_after_a_day_and_old_ones_serve_while_that_fails(connector):
    now = 0.0
    async with ClientSession() as session:
        keys = tokens.Keys(session, f"{connector.url}metadata", lambda: now)
        assert await keys.find("key-1")
        now += tokens.KEYS_LAST + 1
        connector.refuse(503, "down", of="metadata")
        assert await keys.find("key-1")
        now += tokens.FAILED_AGAIN + 1
        connector.rotate()
        assert await keys.find("key-2")
        assert await keys.find("key-1") is None


async def test_keys_that_cannot_be_had_are_401_and_not_asked_for_by_every_request(teams, connector):
    connector.refuse(503, "down", of="metadata", times=3)
    assert [await knock(teams), await knock(teams)] == [401, 401]
    assert connector.calls["metadata"] == 1


async def test_a_remembered_token_still_answers_for_its_own_service_address_only(teams, connector):
    token = connector.sign()
    assert await knock(teams, token) == 200
    assert await knock(teams, token, serviceUrl="https://evil.example/") == 401


async def test_an_expired_token_is_not_remembered_past_its_time(connector):
    now = time.time()
    async with ClientSession() as session:
        settings = read({"SECRET_KEY": DEMO_KEY, **connector.env()})
        check = tokens.Tokens(session, settings.teams, lambda: now)
        token = connector.sign(exp=int(now) - 290)
        await check(f"Bearer {token}")
        now += 20
        check.verify = refuse_reading
        with pytest.raises(AssertionError):
            await check(f"Bearer {token}")


async def refuse_reading(token):
    raise AssertionError("read again, as it should be")


@pytest.mark.parametrize("token", ["", None])
async def test_without_an_app_id_everything_is_401(opened, run, ask, connector, token):
    teams = await opened(run, ask, {})
    assert await knock(teams, token) == 401
    assert (
        await teams.post(None, token, data=b"{", headers={"Content-Type": "application/json"})
    ).status == 401


async def test_the_demo_needs_no_token_and_answers_this_machine_only(opened, run, ask, connector):
    connector.is_open = True
    teams = await opened(run, ask, {}, demo=True)
    assert await knock(teams, None) == 200
    assert await knock(teams, None, serviceUrl="https://evil.example/") == 401
    assert await knock(teams, None, serviceUrl="http://127.0.0.1.evil.example/") == 401
    assert await knock(teams, None, channelId="") == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b"{}", 400),
        (b'{"type": "message"}', 400),
        (b'{"type": 7, "conversation": {"id": "x"}}', 400),
        (b'{"type": "message", "conversation": []}', 400),
        (b"\xff\xfe", 400),
        (b'"' + b"x" * 300_000 + b'"', 413),
        (b"x" * 2_000_000, 413),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_what_is_no_activity_is_400_and_what_is_too_large_413(teams, run, body, status):
    response = await teams.post(None, data=io.BytesIO(body), headers={"Content-Type": "application/json"})
    assert response.status == status
    assert not run.asked


async def test_a_large_body_without_its_length_is_413(teams):
    async def chunks():
        for _ in range(40):
            yield b" " * 10_000

    response = await teams.post(None, data=chunks(), headers={"Content-Type": "application/json"})
    assert response.status == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
async def test_another_content_type_is_415(teams, kind):
    body = json.dumps(teams.activity(KARI, "message", text="hjelp")).encode()
    assert (await teams.post(None, data=body, headers={"Content-Type": kind})).status == 415


@pytest.mark.parametrize(
    "field", ["from", "recipient", "conversation", "channelData", "entities", "text", "value"]
)
@pytest.mark.parametrize("junk", [None, 7, [], "x", {"id": 7}, [7]], ids=repr)
async def test_an_activity_with_junk_in_it_is_never_500(teams, field, junk):
    for kind in ("message", "invoke", "conversationUpdate", "installationUpdate", "somethingElse"):
        activity = teams.activity(KARI, kind, text="hjelp", name="adaptiveCard/action", action="add")
        assert (await teams.post({**activity, field: junk})).status in (200, 400)


def test_keys_of_another_kind_are_left_out():
    assert private_key(1) is private_key(1)
    assert tokens.read_key({"kty": "EC", "kid": "x"}) is None
    assert tokens.read_key({"kty": "RSA"}) is None
